"""Is every stored byte what was written, and does everything that is named exist?"""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.arrays import ArrayStore, check_file
from sada.indexes.bands import Bands
from sada.indexes.catalog import DIGESTED, Catalog
from sada.indexes.digests import digest_sum, row_digest
from sada.indexes.errors import IndexDamaged
from sada.indexes.minhash import sketch
from sada.indexes.segments import VECTORS, Stored, home_codes

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
    found, seen = [], 0
    dimension = catalog.setting("encoder")["dimension"]
    store = ArrayStore(arrays, catalog.files())
    for segment in store.files:
        stored = Stored(store, segment, Bands.of_stamp(catalog.setting("lsh")))
        rows = chain.from_iterable(
            catalog.stream("SELECT id, segment, position, title, text FROM articles WHERE segment = ?", (home,))
            for home in np.unique(stored.homes >> np.uint64(32)).tolist()
        )
        while batch := list(islice(rows, _ROWS)):
            batch, positions = _placed(stored, batch)
            seen += len(batch)
            found += _check_sketches(stored, batch, positions)
            if dimension:
                found += _check_vectors(stored.array(VECTORS), batch, positions, dimension)
    articles = catalog.query("SELECT count(*) FROM articles")[0][0]
    if seen != articles:
        found.append(Finding(f"{catalog.path}: articles", f"{articles - seen} have no place in the arrays"))
    return found


def _placed(stored: Stored, batch: list[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], np.ndarray]:
    """The rows (id, segment, position, …) that the segment holds, and where."""
    homes = home_codes(np.array([row[1] for row in batch]), np.array([row[2] for row in batch]))
    at = np.minimum(np.searchsorted(stored.homes, homes), len(stored.homes) - 1)
    here = stored.homes[at] == homes
    return [row for row, held in zip(batch, here, strict=True) if held], at[here]


def _check_sketches(stored: Stored, batch: list[tuple[Any, ...]], positions: np.ndarray) -> list[Finding]:
    fresh, kept = sketch([f"{row[3]}\n{row[4]}" for row in batch]), stored.sketches
    wrong = (fresh.signatures != kept.signatures[positions]).any(axis=1)
    wrong |= fresh.keys != kept.keys[positions]
    wrong |= fresh.sizes != kept.sizes[positions]
    return [Finding(f"article {batch[at][0]}", "its signature is not that of its text") for at in np.flatnonzero(wrong)]


def _check_vectors(
    vectors: np.ndarray, batch: list[tuple[Any, ...]], positions: np.ndarray, dimension: int
) -> list[Finding]:
    lengths = np.linalg.norm(vectors[positions], axis=1)
    bad = ~((np.abs(lengths - 1) < 1e-3) | (lengths == 0)) | (vectors.shape[1] != dimension)
    return [Finding(f"article {batch[at][0]}", "its embedding is no unit vector") for at in np.flatnonzero(bad)]


def _check_stories(catalog: Catalog) -> list[Finding]:
    stories = {row[0] for row in catalog.query("SELECT story FROM stories")}
    redirects = dict(catalog.query("SELECT story, now FROM redirects"))
    return [
        Finding(f"story {story}", f"redirects to {now}, which does not exist")
        for story, now in redirects.items()
        if now not in stories and now not in redirects and now
    ]
