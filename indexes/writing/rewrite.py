"""Writes the arrays of articles again after their boilerplate changed, or for a newer format, both in one commit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import SETTING, Boilerplate
from sada.indexes.encoders.encoder import stamp as encoder_stamp
from sada.indexes.minhash import sketches
from sada.indexes.storage.arrays import ArrayFile
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns
from sada.indexes.writing.writer import COMMIT_EVERY, Progress, Writer, batches

_PAGE = 1000


def rewrite(catalog: Catalog, writer: Writer, columns: Columns, after: Boilerplate, on_progress: Progress) -> int:
    """Give an index other boilerplate; the caller holds the writer lock.

    Shingles, words and vectors of the articles that it changes are made again. The articles themselves stay as they
    are. Nothing changes before the commit.

    Args:
        catalog: at the newest commit.
        writer: of the same index.
        columns: of the same snapshot.
        after: the new boilerplate.
        on_progress: called with ("reading", done, total) while articles are read, and with ("renewing", done, total)
            while they are written again.

    Returns:
        How many articles were written again.
    """
    if after == Boilerplate.of(catalog):
        return 0
    writer.check_encoder()
    writer.sweep()
    segments = catalog.files().keys()
    numbers = _changed_articles(catalog, columns, after, on_progress)
    parts = _written(catalog, writer, columns, after, numbers, on_progress)
    with catalog.writing():
        _move(catalog, parts)
        catalog.set_setting(SETTING, after.setting())
    writer.merge_due()
    writer.build_caches(but=segments)
    return len(numbers)


def renew(catalog: Catalog, writer: Writer, columns: Columns, on_progress: Progress) -> bool:
    """Raise an index of an earlier format to the newest; the caller holds the writer lock.

    Shingles, words and vectors of all articles are made again by today's rules, in one commit with the new number of
    the format and the new stamps. Only texts that the encoder is shown otherwise than before are encoded. The articles
    themselves, and the ids of stories, stay as they are. Nothing changes before the commit.

    Args:
        catalog: at the newest commit.
        writer: of the same index.
        columns: of the same snapshot.
        on_progress: called with ("renewing", done, total) while articles are written again.

    Returns:
        False if the index is of the newest format already.
    """
    if not catalog.is_earlier:
        return False
    writer.check_encoder()
    writer.sweep()
    segments = catalog.files().keys()
    parts = _written(catalog, writer, columns, Boilerplate.of(catalog), columns.numbers.tolist(), on_progress)
    with catalog.writing():
        _move(catalog, parts)
        catalog.set_setting("minhash", sketches.stamp())
        catalog.set_setting("encoder", encoder_stamp(writer.encoder))
        catalog.raise_format()
    writer.merge_due()
    writer.build_caches(but=segments)
    return True


def _written(
    catalog: Catalog, writer: Writer, columns: Columns, known: Boilerplate, numbers: list[int], on_progress: Progress
) -> list[tuple[dict[str, ArrayFile], list[int]]]:
    """Write new segments of the articles of some numbers; returns the files of each, and its numbers."""
    languages = list(map(columns.known_language, columns.rows_of_numbers(np.array(numbers, np.int64)).tolist()))
    parts, done = [], 0
    for articles in batches(_articles(catalog, numbers), COMMIT_EVERY):
        on_progress("renewing", done, len(numbers))
        part = slice(done, done + len(articles))
        parts.append((writer.write(known.read(articles), languages[part]), numbers[part]))
        done += len(articles)
    return parts


def _move(catalog: Catalog, parts: list[tuple[dict[str, ArrayFile], list[int]]]) -> None:
    """Make new segments the homes of their articles; inside a transaction."""
    for files, moved in parts:
        catalog.move(catalog.next_segment(), files, moved)
    if parts:
        catalog.touch()


def _changed_articles(catalog: Catalog, columns: Columns, after: Boilerplate, on_progress: Progress) -> list[int]:
    """Return the numbers of the articles whose text without boilerplate changes."""
    before = Boilerplate.of(catalog)
    known = {*before.by_outlet, *after.by_outlet}
    affected = {name for name in known if before.what_of(name) != after.what_of(name)}
    numbers = columns.numbers[columns.source_codes.among(affected)].tolist()
    articles = _articles(catalog, numbers)
    found = []
    for start in range(0, len(numbers), _PAGE):
        on_progress("reading", start, len(numbers))
        page = list(islice(articles, _PAGE))
        read = zip(numbers[start:], before.read(page), after.read(page), strict=False)
        found += [number for number, old, new in read if old.text != new.text]
    return found


def _articles(catalog: Catalog, numbers: list[int]) -> Iterator[Article]:
    """Yield the articles of some numbers, in the order of their numbers."""
    for start in range(0, len(numbers), _PAGE):
        kept = catalog.kept("number", numbers[start : start + _PAGE])
        yield from (one.article for one in sorted(kept, key=lambda one: one.number))
