"""The columns of an index: the values of all articles that every query needs, in the order of their first reading."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError, UnknownArticleError
from sada.indexes.languages.language_id import believed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.digests import digest_sum, shifted
from sada.indexes.storage.layered import Layered
from sada.indexes.text.language_codes import base_language
from sada.indexes.timestamps import FIRST, LAST, or_undated, to_micros
from sada.indexes.values.settings import COUNT, PLACES


@dataclass(frozen=True)
class Columns:
    """The columns of n articles. A "row" below is a position in them.

    Attributes:
        ids: n article ids.
        numbers: int64 (n,), ascending: the order in which the articles were first read.
        segments, positions: int64 (n,), the home of each article.
        published: int64 (n,), microseconds since 1970 in UTC, ``UNDATED`` if unknown.
        languages, sources: n strings, empty if unknown.
        certainties: float64 (n,) in [0, 1], the probability of each identified language; 1 where the article names
            its own.
        digest: the sum of the digests of the rows in the catalog; 0 for articles that are in no index.
    """

    ids: list[str]
    numbers: np.ndarray
    segments: np.ndarray
    positions: np.ndarray
    published: np.ndarray
    languages: list[str]
    sources: list[str]
    certainties: np.ndarray
    digest: int = 0

    @classmethod
    def load(cls, catalog: Catalog, known: Columns | None = None) -> Columns:
        """Read the columns from the catalog's snapshot.

        Args:
            catalog: the open catalog.
            known: the columns of an earlier snapshot. If articles were only added since, which their digests show, no
                others are read.

        Raises:
            IndexDamagedError: if articles are missing, were added by something else, or hold values of another kind.
        """
        total = int(catalog.stored_digest("articles"), 16)
        if known is not None:
            more = _rows_from(catalog, int(known.numbers[-1]) + 1 if len(known) else 1)
            if shifted(known.digest, digest_sum(row[0] for row in more)) == total:
                return known._followed_by(cls._of_rows(catalog, more, total)) if more else known
        rows = _rows_from(catalog, -(1 << 63))  # the least that a stranger's file may have
        catalog.check_rows("articles", (row[0] for row in rows))
        return cls._of_rows(catalog, rows, total)

    @classmethod
    def _of_rows(cls, catalog: Catalog, rows: Sequence[tuple[Any, ...]], digest: int) -> Columns:
        """The columns of rows of the catalog, whose digests were checked."""
        _, ids, numbers, segments, positions, published, languages, sources, certainties = (
            zip(*rows, strict=True) if rows else [()] * 9
        )
        times = [or_undated(time) for time in published]
        valid = _of_kind(int, numbers, segments, positions, times) and _of_kind(str, ids, languages, sources)
        valid = valid and _of_kind(float, certainties) and all(0 <= certainty <= 1 for certainty in certainties)
        places = _are_within(0, PLACES, segments, positions) if valid else False
        if not places or not _are_within(1, COUNT, numbers) or not _are_times(published):
            raise IndexDamagedError(
                f"{catalog.path}: articles: values are not of their kind; find them with: sada verify"
            )
        return cls(
            ids=list(ids),
            numbers=np.array(numbers, np.int64),
            segments=np.array(segments, np.int64),
            positions=np.array(positions, np.int64),
            published=np.array(times, np.int64),
            languages=list(languages),
            sources=list(sources),
            certainties=np.array(certainties, np.float64),
            digest=digest,
        )

    def _followed_by(self, more: Columns) -> Columns:
        """These columns, and then those of articles that were added later, with the digest of the latter."""
        joined = Columns(
            ids=self.ids + more.ids,
            numbers=np.concatenate([self.numbers, more.numbers]),
            segments=np.concatenate([self.segments, more.segments]),
            positions=np.concatenate([self.positions, more.positions]),
            published=np.concatenate([self.published, more.published]),
            languages=self.languages + more.languages,
            sources=self.sources + more.sources,
            certainties=np.concatenate([self.certainties, more.certainties]),
            digest=more.digest,
        )
        if "row_of" in self.__dict__:
            rows = zip(more.ids, range(len(self), len(joined)), strict=True)
            joined.__dict__["row_of"] = self.row_of.changed(dict(rows))
        return joined

    @classmethod
    def of(cls, articles: Sequence[Article]) -> Columns:
        """The columns of articles that are in no index, in the order given."""
        return cls.outside(
            [article.id for article in articles],
            np.array([or_undated(to_micros(article.published)) for article in articles], np.int64),
            [article.language for article in articles],
            [article.source for article in articles],
        )

    @classmethod
    def outside(cls, ids: list[str], published: np.ndarray, languages: list[str], sources: list[str]) -> Columns:
        """The columns of articles that are in no index, in the order given."""
        numbers = np.arange(len(ids))
        certain = np.ones(len(ids))
        return cls(ids, numbers, np.zeros_like(numbers), numbers, published, languages, sources, certain)

    @classmethod
    def joined(cls, *parts: Columns) -> Columns:
        """The columns of several parts, one after the other, as those of articles that are in no index."""
        return cls.outside(
            list(chain.from_iterable(part.ids for part in parts)),
            np.concatenate([part.published for part in parts]),
            list(chain.from_iterable(part.languages for part in parts)),
            list(chain.from_iterable(part.sources for part in parts)),
        )

    def picked(self, rows: np.ndarray) -> Columns:
        """The columns of some rows (int64), in their order, as those of articles that are in no index."""
        places = rows.tolist()
        ids, languages, sources = (
            [column[row] for row in places] for column in (self.ids, self.languages, self.sources)
        )
        return Columns.outside(ids, self.published[rows], languages, sources)

    def __len__(self) -> int:
        return len(self.ids)

    def known_language(self, row: int) -> str:
        """The language of an article; empty if it was identified without certainty."""
        return believed(self.languages[row], self.certainties[row])

    @cached_property
    def row_of(self) -> Layered[str, int]:
        """The row of each id."""
        return Layered({id_: row for row, id_ in enumerate(self.ids)})

    @cached_property
    def language_codes(self) -> Codes:
        """The languages as numbers, without letter case and region."""
        return Codes.of(list(map(base_language, self.languages)))

    @cached_property
    def source_codes(self) -> Codes:
        """The sources as numbers, without letter case."""
        return Codes.of([source.casefold() for source in self.sources])

    def rows(self, ids: list[str]) -> list[int]:
        """The rows of those ids.

        Raises:
            UnknownArticleError: naming the first id that is not in the index.
        """
        known = self.row_of
        for id_ in ids:
            if id_ not in known:
                raise UnknownArticleError(f"no article {id_!r} in the index")
        return [known[id_] for id_ in ids]

    def rows_of_numbers(self, numbers: np.ndarray) -> np.ndarray:
        """The rows of those article numbers; -1 for a number that is no longer in the index."""
        if not len(self.numbers):
            return np.full(len(numbers), -1)
        rows = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[rows] == numbers, rows, -1)

    @cached_property
    def reading_order(self) -> np.ndarray:
        """int64 (n,): the rank of each row by time of publication, then by order of reading. Undated rows come last."""
        return ranks_of(np.lexsort((self.numbers, self.published)))


class Codes(NamedTuple):
    """The names of n rows as numbers, int64 (n,), and the number of each name."""

    codes: np.ndarray
    numbers: dict[str, int]

    @classmethod
    def of(cls, names: Sequence[str]) -> Codes:
        """Number names in the order of their first appearance."""
        numbers: dict[str, int] = {}
        return cls(np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64), numbers)

    def among(self, names: Collection[str], rows: np.ndarray | None = None) -> np.ndarray:
        """Bool, of the shape of ``rows`` (int64, by default all): whether each has one of those names."""
        wanted = np.zeros(len(self.numbers), bool)
        wanted[[self.numbers[name] for name in names if name in self.numbers]] = True
        return wanted[self.codes if rows is None else self.codes[rows]]


def runs_of(rows: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
    """Split rows where their value changes from one row to the next. ``values`` has one for every row of the index."""
    return np.split(rows, np.flatnonzero(np.diff(values[rows])) + 1) if len(rows) else []


def ranks_of(order: np.ndarray) -> np.ndarray:
    """int64 (n,): the rank of each row in an order, which is a permutation of the rows."""
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _rows_from(catalog: Catalog, number: int) -> list[tuple[Any, ...]]:
    """The digest and the values of all articles from a number on, in the order of their numbers."""
    return catalog.query(
        "SELECT digest, id, number, segment, position, published, coalesce(nullif(language, ''), identified),"
        " source, coalesce(certainty, 1.0) FROM articles WHERE number >= ? ORDER BY number",
        (number,),
    )


def _of_kind(kind: type, *columns: Sequence[Any]) -> bool:
    return all(set(map(type, column)) <= {kind} for column in columns)


def _are_within(least: int, most: int, *columns: Sequence[int]) -> bool:
    return all(least <= min(column, default=least) and max(column, default=most) <= most for column in columns)


def _are_times(published: Sequence[Any]) -> bool:
    return all(time is None or FIRST <= time <= LAST for time in published)
