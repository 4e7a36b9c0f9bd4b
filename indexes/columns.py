"""What every query needs of all articles at once, as columns, in the order the articles were first read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from sada.indexes.article import Article
from sada.indexes.catalog import Catalog, to_micros
from sada.indexes.errors import IndexDamaged, UnknownArticle

UNDATED = np.iinfo(np.int64).max
_FIRST, _LAST = (to_micros(moment.replace(tzinfo=UTC)) for moment in (datetime.min, datetime.max))


@dataclass(frozen=True)
class Columns:
    """n articles as columns; "row" below is a position in them.

    Attributes:
        ids: n article ids.
        numbers: int64 (n,), ascending: the order in which the articles were first read.
        segments, positions: int64 (n,), where each article's arrays are.
        published: int64 (n,), microseconds since 1970 in UTC, ``UNDATED`` if unknown.
        languages, sources: n strings, empty if unknown.
    """

    ids: list[str]
    numbers: np.ndarray
    segments: np.ndarray
    positions: np.ndarray
    published: np.ndarray
    languages: list[str]
    sources: list[str]

    @classmethod
    def load(cls, catalog: Catalog) -> Columns:
        """Read the columns from the catalog's snapshot.

        Raises:
            IndexDamaged: if articles are missing, were added by something else, or hold values of another kind.
        """
        rows = catalog.query(
            "SELECT digest, id, number, segment, position, published, coalesce(nullif(language, ''), identified),"
            " source FROM articles ORDER BY number"
        )
        digests, ids, numbers, segments, positions, published, languages, sources = (
            zip(*rows, strict=True) if rows else [()] * 8
        )
        catalog.check_rows("articles", digests)
        moments = [UNDATED if moment is None else moment for moment in published]
        whole = _of_kind(int, numbers, segments, positions, moments) and _of_kind(str, ids, languages, sources)
        if not whole or not _are_moments(published):
            raise IndexDamaged(f"{catalog.path}: articles: values are not of their kind; find them with: sada verify")
        return cls(
            ids=list(ids),
            numbers=np.array(numbers, np.int64),
            segments=np.array(segments, np.int64),
            positions=np.array(positions, np.int64),
            published=np.array(moments, np.int64),
            languages=list(languages),
            sources=list(sources),
        )

    @classmethod
    def of(cls, articles: Sequence[Article]) -> Columns:
        """The columns of articles that stand in no index, read in the order given."""
        moments = [to_micros(article.published) for article in articles]
        numbers = np.arange(len(articles))
        return cls(
            ids=[article.id for article in articles],
            numbers=numbers,
            segments=np.zeros_like(numbers),
            positions=numbers,
            published=np.array([UNDATED if moment is None else moment for moment in moments], np.int64),
            languages=[article.language for article in articles],
            sources=[article.source for article in articles],
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each id."""
        return {id_: row for row, id_ in enumerate(self.ids)}

    def rows(self, ids: list[str]) -> list[int]:
        """The rows of those ids.

        Raises:
            UnknownArticle: naming the first id that is not in the index.
        """
        known = self.row_of
        for id_ in ids:
            if id_ not in known:
                raise UnknownArticle(f"no article {id_!r} in the index")
        return [known[id_] for id_ in ids]

    def rows_of_numbers(self, numbers: np.ndarray) -> np.ndarray:
        """The rows of those article numbers; -1 for a number that is no longer in the index."""
        if not len(self.numbers):
            return np.full(len(numbers), -1)
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[places] == numbers, places, -1)

    @cached_property
    def reading_order(self) -> np.ndarray:
        """int64 (n,): each row's rank by time of publication, then by order of reading. Undated rows come last."""
        return ranks_of(np.lexsort((self.numbers, self.published)))


def ranks_of(order: np.ndarray) -> np.ndarray:
    """int64 (n,): the place of each row in an order, which names every row once."""
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _of_kind(kind: type, *columns: Sequence[Any]) -> bool:
    return all(set(map(type, column)) <= {kind} for column in columns)


def _are_moments(published: Sequence[Any]) -> bool:
    return all(moment is None or _FIRST <= moment <= _LAST for moment in published)
