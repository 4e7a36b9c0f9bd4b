"""The terms of articles that an open index prepared before, so that a few new ones can be scored with them.

A feed places an article every few seconds among those of some days, which are mostly the same each time. So their terms
are kept while the index is open, counted and numbered, and only document frequencies and weights are computed anew.
That gives the same lexical vectors to the bit as the texts of all.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from sada.cluster.scoring.figures import Figures, beside, distinct
from sada.cluster.scoring.kernels import copy_runs
from sada.cluster.scoring.lexical import Field, Lexicon, Terms, counted
from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.ragged import bounds_of, is_among, unique

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

MOST = 1 << 17
"""Articles whose terms are kept at most, each about two kilobytes."""
_AT_ONCE = 10_000
_SPARE = 5_000  # articles beside twice those asked for lately; more are dropped
_LATELY = 100  # requests, so that one of a few articles drops none that a feed needs
_KEPT: WeakKeyDictionary[NewsIndex, KeptTerms] = WeakKeyDictionary()
_LOCK = threading.Lock()


def kept_terms(index: NewsIndex) -> KeptTerms:
    """Return the terms that are kept of an open index; none are if its boilerplate changed since."""
    boilerplate = index.snapshot.boilerplate
    with _LOCK:
        kept = _KEPT.get(index)
        if kept is None or kept.boilerplate != boilerplate:
            kept = _KEPT[index] = KeptTerms(boilerplate)
        return kept


class KeptTerms:
    """Terms of articles by their home in the index, which is another one after an update.

    Args:
        boilerplate: what the texts that are read are without.
    """

    def __init__(self, boilerplate: Boilerplate) -> None:
        self.boilerplate = boilerplate
        self._lock = threading.Lock()
        self._asked: deque[int] = deque(maxlen=_LATELY)
        self._homes, self._rows = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        self._has_body = np.zeros(0, bool)
        self._fields: dict[str, tuple[_Numbers, _Runs]] = {}
        self._figures = _Numbers(), _Numbers(), _Runs()

    def lexicon(self, homes: np.ndarray, read: Callable[[np.ndarray], Sequence[Article]]) -> Lexicon:
        """Return what :meth:`~sada.cluster.scoring.lexical.Lexicon.build` gives for n articles.

        Args:
            homes: uint64 (n,), all different.
            read: gives the articles at some positions (int64, ascending) in ``homes``; called for those alone whose
                terms are not kept, ten thousand at a time.
        """
        if len(homes) > MOST:
            return Lexicon.build(read(np.arange(len(homes))))
        with self._lock:
            missing = np.flatnonzero(~is_among(homes, self._homes))
            self._asked.append(len(homes))
            if len(self._homes) > min(2 * max(self._asked) + _SPARE, MOST - len(missing)):
                self._drop_all_but(homes)
            for start in range(0, len(missing), _AT_ONCE):
                part = missing[start : start + _AT_ONCE]
                self._add(homes[part], read(part))
            return self._taken(self._places(homes))

    def _places(self, homes: np.ndarray) -> np.ndarray:
        """Return the rows of homes, all of which are kept: int64 of the same shape."""
        return self._rows[np.searchsorted(self._homes, homes)]

    def _add(self, homes: np.ndarray, articles: Sequence[Article]) -> None:
        """Count the terms of articles and keep them."""
        terms, count = Terms.of(articles), len(articles)
        for name, parts in terms.fields.items():
            numbers, runs = self._fields.setdefault(name, (_Numbers(), _Runs()))
            known, matrix = counted(parts, count)
            runs.add(matrix.indptr.astype(np.int64), numbers.of(known)[matrix.indices], matrix.data.view(np.int32))
        contexts, numbers, runs = self._figures
        rows, *hashed = beside(terms.figures)
        runs.add(*distinct(rows, contexts.of_all(hashed[0]), numbers.of_all(hashed[1]), count))
        rows = np.arange(len(self._rows), len(self._rows) + count)
        self._has_body = np.concatenate([self._has_body, terms.has_body])
        joined, rows = np.concatenate([self._homes, homes]), np.concatenate([self._rows, rows])
        order = np.argsort(joined, kind="stable")
        self._homes, self._rows = joined[order], rows[order]

    def _taken(self, rows: np.ndarray) -> Lexicon:
        """Weight the terms of some rows among themselves."""
        if not len(rows):
            return Lexicon.build([])
        fields = {name: _weighted(*runs.taken(rows), len(numbers)) for name, (numbers, runs) in self._fields.items()}
        return Lexicon(figures=Figures.weighted(*self._figures[2].taken(rows)), has_body=self._has_body[rows], **fields)

    def _drop_all_but(self, homes: np.ndarray) -> None:
        """Keep the terms of some articles alone, and the numbers of these terms."""
        kept = np.isin(self._homes, homes)
        rows, self._homes = self._rows[kept], self._homes[kept]
        self._rows, self._has_body = np.arange(len(rows)), self._has_body[rows]
        for numbers, runs in self._fields.values():
            runs.keep(rows)
            runs.first = numbers.renewed(runs.first)
        contexts, numbers, runs = self._figures
        runs.keep(rows)
        runs.first, runs.second = contexts.renewed(runs.first), numbers.renewed(runs.second)


class _Numbers:
    """Numbers of terms in the order in which they came; they are hashes (uint64)."""

    def __init__(self) -> None:
        self._terms, self._numbers = np.zeros(0, np.uint64), np.zeros(0, np.int32)

    def __len__(self) -> int:
        return len(self._terms)

    def of(self, terms: np.ndarray) -> np.ndarray:
        """Return the numbers of distinct terms in ascending order, and number the new ones: int32 of that shape."""
        new = terms[~is_among(terms, self._terms)]
        at = np.searchsorted(self._terms, new)
        numbers = np.arange(len(self), len(self) + len(new), dtype=np.int32)
        self._terms, self._numbers = np.insert(self._terms, at, new), np.insert(self._numbers, at, numbers)
        return self._numbers[np.searchsorted(self._terms, terms)]

    def of_all(self, terms: np.ndarray) -> np.ndarray:
        """Return the numbers of terms in any order: int32 of that shape."""
        known = unique(terms)
        return self.of(known)[np.searchsorted(known, terms)]

    def renewed(self, numbers: np.ndarray) -> np.ndarray:
        """Forget all terms but those of some numbers, and return the latter's new numbers, which are in that order."""
        used = np.bincount(numbers, minlength=len(self)) > 0
        later = np.cumsum(used, dtype=np.int32) - np.int32(1)
        kept = used[self._numbers]
        self._terms, self._numbers = self._terms[kept], later[self._numbers[kept]]
        return later[numbers]


class _Runs:
    """Runs of values of n rows, in two columns: int64 ``bounds`` (n + 1,), int32 ``first`` and ``second`` (m,)."""

    def __init__(self) -> None:
        self.bounds = np.zeros(1, np.int64)
        self.first, self.second = np.zeros(0, np.int32), np.zeros(0, np.int32)

    def add(self, bounds: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
        """Add rows."""
        self.bounds = np.concatenate([self.bounds, self.bounds[-1] + bounds[1:]])
        self.first, self.second = np.concatenate([self.first, first]), np.concatenate([self.second, second])

    def taken(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return bounds and values of some rows (int64) in the order given."""
        bounds = bounds_of(np.diff(self.bounds)[rows])
        first, second = np.empty(bounds[-1], np.int32), np.empty(bounds[-1], np.int32)
        copy_runs(self.bounds, self.first, self.second, rows, first, second)
        return bounds, first, second

    def keep(self, rows: np.ndarray) -> None:
        """Keep some rows alone, in the order given."""
        self.bounds, self.first, self.second = self.taken(rows)


def _weighted(bounds: np.ndarray, numbers: np.ndarray, times: np.ndarray, terms: int) -> Field:
    """Weight terms that are given by their numbers and how often they occur (the bits of float32)."""
    from scipy.sparse import csr_array

    shape = len(bounds) - 1, max(terms, 1)
    return Field.weighted(csr_array((times.view(np.float32), numbers, bounds), shape=shape))
