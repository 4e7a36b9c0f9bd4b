"""Is every stored byte what was written, and does everything that is named exist?"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sada.indexes.arrays import check_file, read_array
from sada.indexes.catalog import DIGESTED, Catalog
from sada.indexes.digests import digest_sum, row_digest
from sada.indexes.errors import IndexDamaged
from sada.indexes.minhash import sketch
from sada.indexes.segments import SKETCH_KINDS, VECTORS

_ROWS = 2000


class Finding(NamedTuple):
    """One thing that is not as it was written: where, and what."""

    where: str
    what: str


def verify(arrays: Path, catalog: Catalog) -> list[Finding]:
    """Check SQLite's own structure, all row and table digests, all files, and sketches against the texts."""
    found = []
    try:
        found += [
            Finding(str(catalog.path), row[0]) for row in catalog.query("PRAGMA integrity_check") if row[0] != "ok"
        ]
        catalog.check_settings()
        for table in DIGESTED:
            found += _check_table(catalog, table)
        found += _check_files(arrays, catalog)
        if not found:  # places and arrays that are themselves damaged would lead anywhere
            found += _check_articles(arrays, catalog)
        found += _check_stories(catalog)
    except IndexDamaged as error:
        found.append(Finding(str(catalog.path), str(error)))
    return found


def _check_table(catalog: Catalog, table: str) -> list[Finding]:
    """Recompute each row's digest, and the table's from them."""
    found, digests = [], []
    stored = "" if table == "files" else ", digest"
    for row in catalog.stream(f"SELECT {DIGESTED[table]}{stored} FROM {table}"):
        values, kept = (row, None) if table == "files" else (row[:-1], row[-1])
        digest = row_digest(values)
        digests.append(kept if stored else digest)
        if stored and digest != kept:
            name = values[1] if table == "articles" else values[0]
            found.append(Finding(f"{catalog.path}: {table} {name}", "its values are not those that were written"))
    if f"{digest_sum(digests):032x}" != catalog.stored_digest(table):
        found.append(Finding(f"{catalog.path}: {table}", "rows are missing, added or changed"))
    return found


def _check_files(arrays: Path, catalog: Catalog) -> list[Finding]:
    complaints = (
        check_file(arrays / entry.name, entry) for kinds in catalog.files().values() for entry in kinds.values()
    )
    return [Finding(*complaint.rsplit(": ", 1)) for complaint in complaints if complaint]


def _check_articles(arrays: Path, catalog: Catalog) -> list[Finding]:
    """Sketch every text again and compare; check that vectors are finite and of length 1 or 0."""
    found = []
    dimension = catalog.setting("encoder")["dimension"]
    for segment, files in catalog.files().items():
        kinds = {kind: read_array(arrays, files[kind]) for kind in SKETCH_KINDS}
        vectors = read_array(arrays, files[VECTORS]) if dimension else None
        rows = catalog.stream("SELECT id, position, title, text FROM articles WHERE segment = ?", (segment,))
        while batch := list(islice(rows, _ROWS)):
            positions = np.array([row[1] for row in batch])
            fresh = sketch([f"{row[2]}\n{row[3]}" for row in batch])
            wrong = (fresh.signatures != kinds["signatures"][positions]).any(axis=1)
            wrong |= fresh.keys != kinds["keys"][positions]
            wrong |= fresh.sizes != np.diff(kinds["bounds"])[positions]
            found += [
                Finding(f"article {batch[at][0]}", "its signature is not that of its text")
                for at in np.flatnonzero(wrong)
            ]
            if vectors is not None:
                lengths = np.linalg.norm(vectors[positions], axis=1)
                bad = ~((np.abs(lengths - 1) < 1e-3) | (lengths == 0)) | (vectors.shape[1] != dimension)
                found += [
                    Finding(f"article {batch[at][0]}", "its embedding is no unit vector") for at in np.flatnonzero(bad)
                ]
    return found


def _check_stories(catalog: Catalog) -> list[Finding]:
    stories = {row[0] for row in catalog.query("SELECT story FROM stories")}
    redirects = dict(catalog.query("SELECT story, now FROM redirects"))
    return [
        Finding(f"story {story}", f"redirects to {now}, which does not exist")
        for story, now in redirects.items()
        if now not in stories and now not in redirects and now
    ]
