"""Checks that every stored byte is as it was written, and that every link leads somewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.disk.commits import lost_words
from sada.indexes.errors import IndexDamagedError
from sada.indexes.folder.paths import FAISS
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.minhash.bands import Bands
from sada.indexes.ragged import unique
from sada.indexes.search.faiss_cache import complaint
from sada.indexes.segments.segment import StoredSegment, home_codes
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.digests import digest_sum, row_digest
from sada.indexes.storage.schema import DIGESTED, NUMBERED
from sada.indexes.upkeep.findings import Finding, damaged
from sada.indexes.upkeep.remade import Remade, misfits
from sada.indexes.values.rows import fits_its_table

_ROWS = 2000
_NAMED = {"articles": 1, "files": 2}
"""Which of a row's values names it, where that is not the first."""


def verify_open(snapshot: Snapshot) -> list[Finding]:
    """Run :func:`verify` on an open index."""
    with snapshot.lock:
        snapshot.catalog.check_place()
        return verify(snapshot.catalog, snapshot.array_store, snapshot.bands, snapshot.path / FAISS)


def verify(catalog: Catalog, store: ArrayStore | None, bands: Bands, cache: Path) -> list[Finding]:
    """Check SQLite's own structure, all row and table digests, all files, and sketches against the texts.

    Args:
        catalog: the snapshot's catalog.
        store: the arrays that it names; None if what names them is damaged.
        bands: of the index.
        cache: the folder of FAISS files.
    """
    found = []
    try:
        found += changed_bytes(catalog, store)
        if store is not None and not found:  # places and arrays that are themselves damaged would lead anywhere
            dimension = catalog.setting("encoder")["dimension"]
            segments = [StoredSegment(store, segment, bands, dimension) for segment in store.files]
            found += _check_articles(catalog, segments, store)
            found += _check_codes(cache, segments)
        found += _check_stories(catalog) + _check_commits(catalog)
    except IndexDamagedError as error:
        found.append(Finding(str(catalog.path), str(error)))
    return found


def changed_bytes(catalog: Catalog, store: ArrayStore | None) -> list[Finding]:
    """Check SQLite's own structure, and all digests of rows, tables, settings and array files.

    Raises:
        IndexDamagedError: if the settings have changed, which hold the digests of tables.
    """
    found = [Finding(str(catalog.path), row[0]) for row in catalog.query("PRAGMA integrity_check") if row[0] != "ok"]
    catalog.check_settings()
    for table in DIGESTED:
        found += _check_table(catalog, table)
        if table in NUMBERED:
            found += _check_numbers(catalog, table)
    return found + [Finding.of(one) for one in (store.complaints() if store else ())]


def _check_commits(catalog: Catalog) -> list[Finding]:
    """Tell of commits that were lost with SQLite's log, and of a note of the last commit that is not whole."""
    complaint, lost = catalog.commits.complaint(), catalog.commits.lost()
    found = [Finding.of(complaint)] if complaint else []
    return found + ([Finding(str(catalog.path), lost_words(lost, catalog.path.parent))] if lost else [])


def _check_codes(cache: Path, segments: list[StoredSegment]) -> list[Finding]:
    """Check the FAISS files, which are a cache; what is wrong with the vectors themselves was found before."""
    found = []
    for stored in segments:
        with contextlib.suppress(IndexDamagedError):
            wrong = complaint(cache, stored)
            found += [Finding.of(wrong)] if wrong else []
    return found


def _check_table(catalog: Catalog, table: str) -> list[Finding]:
    """Compute the digest of each row, and that of the table, again and compare."""
    found, digests = [], []
    stored = "" if table == "files" else ", digest"
    for row in catalog.stream(f"SELECT {DIGESTED[table]}{stored} FROM {table}"):
        values, kept = (row, None) if table == "files" else (row[:-1], row[-1])
        digest = row_digest(values)
        digests.append(kept if stored else digest)
        name = values[_NAMED.get(table, 0)]
        if stored and digest != kept:
            found.append(Finding(f"{catalog.path}: {table} {name}", "its values are not those that were written"))
        elif not fits_its_table(table, values):
            found.append(Finding(f"{catalog.path}: {table} {name!r}", "values are not of their kind"))
    if f"{digest_sum(digests):032x}" != catalog.stored_digest(table):
        found.append(Finding(f"{catalog.path}: {table}", "rows are missing, added or changed"))
    return found


def _check_numbers(catalog: Catalog, table: str) -> list[Finding]:
    """Check that the number that the next row gets is free."""
    try:
        last = catalog.last_number(table)
    except IndexDamagedError as error:
        return [damaged(error)]
    highest = catalog.query(f"SELECT max(number) FROM {table}")[0][0] or 0
    taken = f"number {highest} is given, and the next row would get {last + 1}"
    return [Finding(f"{catalog.path}: {table}", taken)] if highest > last else []


def _check_articles(catalog: Catalog, segments: list[StoredSegment], store: ArrayStore) -> list[Finding]:
    """Make all arrays again from the texts and compare; check that every position is of an article.

    What an earlier format made by other rules of text cannot be compared; the next add makes it anew.
    """
    found, placed = [], 0
    encoder, is_earlier = catalog.setting("encoder"), catalog.is_earlier
    for stored in segments:
        found += misfits(stored, list(store.files[stored.segment]), encoder["dimension"], is_earlier)
    if found:  # of an array of another shape nothing can be compared
        return found
    known, compared = Boilerplate.of(catalog), True
    for stored in segments:
        try:
            remade = Remade(stored, encoder["dimension"], "" if is_earlier else encoder.get("text_rule", ""))
            for batch, positions in _batches(catalog, stored):
                placed += len(batch)
                articles = known.read(Article(row[0], title=row[3], text=row[4], source=row[5]) for row in batch)
                found += [] if is_earlier else remade.compare(articles, positions)
                found += remade.compare_vectors(articles, positions)
            found += remade.compare_run()
        except IndexDamagedError as error:
            found.append(damaged(error))
            compared = False
    return found + (_check_places(catalog, segments, placed) if compared else [])


def _batches(catalog: Catalog, stored: StoredSegment) -> Iterator[tuple[list[tuple[Any, ...]], np.ndarray]]:
    """Yield the articles that a segment holds, some thousand at a time: their rows, and int64: their positions."""
    rows = chain.from_iterable(
        catalog.stream("SELECT id, segment, position, title, text, source FROM articles WHERE segment = ?", (home,))
        for home in unique(stored.homes >> np.uint64(32)).tolist()
    )
    while batch := list(islice(rows, _ROWS)):
        positions = stored.positions_of(home_codes(*np.array([row[1:3] for row in batch], np.int64).T))
        inside = positions >= 0
        yield [row for row, here in zip(batch, inside, strict=True) if here], positions[inside]


def _check_places(catalog: Catalog, segments: list[StoredSegment], placed: int) -> list[Finding]:
    removed = np.array(catalog.removed(), np.int64).reshape(-1, 2)
    homes = home_codes(removed[:, 0], removed[:, 1])
    gone = sum(int(np.count_nonzero(stored.positions_of(homes) >= 0)) for stored in segments)
    articles = catalog.count("articles")
    places = sum(stored.count for stored in segments)
    found = []
    if placed != articles:
        found.append(Finding(f"{catalog.path}: articles", f"{articles - placed} have no place in the arrays"))
    if placed + gone != places or gone != len(removed):
        found.append(Finding(f"{catalog.path}: removed", "the places of removed articles are not those that are empty"))
    return found


def _check_stories(catalog: Catalog) -> list[Finding]:
    """Check that redirects lead to stories, and that each history ends with the present members."""
    stories = {row[0] for row in catalog.query("SELECT story FROM stories")}
    redirects = dict(catalog.query("SELECT story, now FROM redirects"))
    lives: dict[str, bool] = {}
    torn: dict[str, str] = {}
    for story, change in catalog.stream("SELECT story, change FROM story_changes ORDER BY number"):
        if (change == "opened") == lives.get(story, False):  # opened while it lives, or changed while it does not
            torn.setdefault(story, change)
        lives[story] = change not in ("merged", "ended")
    return (
        [
            Finding(f"story {story}", f"{change!r} in its history cannot follow what was before")
            for story, change in torn.items()
        ]
        + [
            Finding(f"story {story}", f"redirects to {now}, which does not exist")
            for story, now in redirects.items()
            if now and now not in stories
        ]
        + [
            Finding(f"story {story}", "its history does not end as it stands now")
            for story in sorted({*stories, *redirects, *lives}, key=str)
            if (story in stories, story in redirects) != (lives.get(story) is True, lives.get(story) is False)
        ]
    )
