"""Checks that every stored byte is as it was written, and that every link leads somewhere."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.disk.commits import lost_words
from sada.indexes.encoders.encoder import TEXT_RULE, encoder_text
from sada.indexes.errors import IndexDamagedError
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import packed_keys
from sada.indexes.minhash.sketches import sketch
from sada.indexes.search.faiss_cache import complaint
from sada.indexes.segments.segment import ENCODED, VECTORS, StoredSegment, home_codes
from sada.indexes.segments.vector_reuse import text_keys
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.digests import digest_sum, row_digest
from sada.indexes.storage.paths import FAISS
from sada.indexes.storage.schema import DIGESTED

_ROWS = 2000


class Finding(NamedTuple):
    """One place where an index is damaged: where it is, and what is wrong.

    >>> index.verify()
    []
    >>> Finding("article a1", "its row is not the one that was written").where
    'article a1'
    """

    where: str
    what: str


def verify_open(snapshot: Snapshot) -> list[Finding]:
    """Run :func:`verify` on an open index."""
    with snapshot.lock:
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
            segments = [StoredSegment(store, segment, bands) for segment in store.files]
            found += _check_articles(catalog, segments)
            complaints = (complaint(cache, stored) for stored in segments)
            found += [Finding(*wrong.rsplit(": ", 1)) for wrong in complaints if wrong]
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
    return found + [Finding(*one.rsplit(": ", 1)) for one in (store.complaints() if store else ())]


def _check_commits(catalog: Catalog) -> list[Finding]:
    """Tell of commits that were lost with SQLite's log, and of a note of the last commit that is not whole."""
    complaint, lost = catalog.commits.complaint(), catalog.commits.lost()
    found = [Finding(*complaint.rsplit(": ", 1))] if complaint else []
    return found + ([Finding(str(catalog.path), lost_words(lost))] if lost else [])


def _check_table(catalog: Catalog, table: str) -> list[Finding]:
    """Compute the digest of each row, and that of the table, again and compare."""
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


def _check_articles(catalog: Catalog, segments: list[StoredSegment]) -> list[Finding]:
    """Sketch every text again and compare; check the vectors, and that every position is of an article.

    What an earlier format made by other rules of text cannot be compared; the next add makes it anew.
    """
    found, placed = [], 0
    encoder, known, is_earlier = catalog.setting("encoder"), Boilerplate.of(catalog), catalog.is_earlier
    for stored in segments:
        misfit = _check_layout(stored, encoder["dimension"]) if encoder["dimension"] else []
        found += misfit
        rows = chain.from_iterable(
            catalog.stream("SELECT id, segment, position, title, text, source FROM articles WHERE segment = ?", (home,))
            for home in np.unique(stored.homes >> np.uint64(32)).tolist()
        )
        while batch := list(islice(rows, _ROWS)):
            positions = stored.positions_of(home_codes(*np.array([row[1:3] for row in batch], np.int64).T))
            batch = [row for row, position in zip(batch, positions, strict=True) if position >= 0]
            positions = positions[positions >= 0]
            placed += len(batch)
            articles = known.read(Article(row[0], title=row[3], text=row[4], source=row[5]) for row in batch)
            if not is_earlier:
                found += _check_sketches(stored, articles, positions)
            if encoder["dimension"] and not misfit:
                found += _check_vectors(stored, articles, positions, "" if is_earlier else encoder["text_rule"])
        found += _check_run(stored)
    return found + _check_places(catalog, segments, placed)


def _check_sketches(stored: StoredSegment, articles: list[Article], positions: np.ndarray) -> list[Finding]:
    fresh, kept = sketch([article.body for article in articles]), stored.take(positions)
    wrong = (fresh.signatures != kept.signatures).any(axis=1)
    wrong |= fresh.keys != kept.keys
    wrong |= fresh.sizes != kept.sizes
    return [
        Finding(f"article {articles[at].id}", "its signature is not that of its text") for at in np.flatnonzero(wrong)
    ]


def _check_vectors(stored: StoredSegment, articles: list[Article], positions: np.ndarray, rule: str) -> list[Finding]:
    """Check lengths, and the keys of the texts unless another rule than this Sada's made the texts."""
    vectors, keys = stored.array(VECTORS).at(positions), stored.array(ENCODED).at(positions)
    lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
    no_unit = ~((np.abs(lengths - 1) < 1e-3) | (lengths == 0))
    texts = [encoder_text(article) for article in articles]
    empty = (lengths == 0) & keys.any(axis=1)
    nothing = (lengths == 0) & ~empty  # blank, in a language that the encoder does not know, or it gave zeros
    unasked = (lengths != 0) & ~keys.any(axis=1)
    foreign = ~nothing & ~empty & (keys != text_keys(texts)).any(axis=1) & (rule == TEXT_RULE)
    return [
        Finding(f"article {articles[at].id}", what)
        for bad, what in (
            (no_unit, "its embedding is no unit vector"),
            (empty, "its embedding is all zeros, and yet it has the key of a text"),
            (foreign | unasked, "its embedding is of another text"),
        )
        for at in np.flatnonzero(bad)
    ]


def _check_layout(stored: StoredSegment, dimension: int) -> list[Finding]:
    vectors, keys = stored.array(VECTORS).mapped, stored.array(ENCODED).mapped
    if (vectors.shape, vectors.dtype) == ((stored.count, dimension), np.float16) and keys.shape == (stored.count, 2):
        return []
    wanted = f"{(stored.count, dimension)} in float16"
    return [
        Finding(f"segment {stored.segment}", f"embeddings {vectors.shape} in {vectors.dtype} where {wanted} should be")
    ]


def _check_run(stored: StoredSegment) -> list[Finding]:
    """Make the LSH run of a segment again from its signatures and compare."""
    sketches = stored.take(np.arange(stored.count))
    filled = np.flatnonzero(sketches.sizes)
    fresh = packed_keys(sketches.signatures[filled], stored.run.bands, filled)
    if np.array_equal(fresh, stored.run.stored.whole()):
        return []
    return [Finding(f"segment {stored.segment}", "its LSH run is not that of its signatures")]


def _check_places(catalog: Catalog, segments: list[StoredSegment], placed: int) -> list[Finding]:
    removed = np.array(catalog.removed(), np.int64).reshape(-1, 2)
    homes = home_codes(removed[:, 0], removed[:, 1])
    gone = sum(int(np.count_nonzero(stored.positions_of(homes) >= 0)) for stored in segments)
    articles = catalog.query("SELECT count(*) FROM articles")[0][0]
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
            for story in sorted({*stories, *redirects, *lives})
            if (story in stories, story in redirects) != (lives.get(story) is True, lives.get(story) is False)
        ]
    )
