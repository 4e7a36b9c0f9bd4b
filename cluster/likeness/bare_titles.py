"""Articles of hardly more than a title: which of them are copies of each other.

Two cartoons of the same title are two articles, so the titles of such articles prove little. They are copies if their
addresses or ids are the same, if the title has five words and they are of one day, or if nothing tells them apart: they
have no addresses, and the same outlet and time, or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sada.cluster.likeness.texts import ArticleText, Texts
from sada.indexes.hashing import MIX
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import unique
from sada.indexes.storage.columns import Columns
from sada.indexes.text.folding import DIGIT, SPACELESS, WORD, load
from sada.indexes.text.tokens import tokens
from sada.indexes.timestamps import DAY, UNDATED

_LONGEST = 40  # shingles; no title has more
_LEAST_OWN = 3  # words of a text, beside those of the title, that make it a text: a shingle
_LEAST_WORDS = 5  # of a title that says what the article is about
_WEIGHTS = {WORD: 1.0, SPACELESS: 0.5}  # in words; two letters of a script without spaces are one
_UNKNOWN, _TEXT, _BARE, _TELLING = range(4)
_NOTHING, _NO_DAY = -(1 << 62), -(1 << 61)


class BareTitles:
    """Tells which articles have no text of their own, and which pairs of these are no copies.

    Args:
        columns: of n articles.
        sets: their shingles.
        texts: their texts.
    """

    def __init__(self, columns: Columns, sets: ShingleSets, texts: Texts) -> None:
        self._columns, self._sets, self._texts = columns, sets, texts
        self._states = np.full(len(sets), _UNKNOWN, np.uint8)
        self._addresses: dict[int, str] = {}

    def keys(self) -> np.ndarray:
        """The keys of all rows, uint64 (n,), where bare titles that are no copies have different ones."""
        keys = self._sets.keys
        small = np.flatnonzero((self._sets.sizes <= _LONGEST) & (keys != 0))
        _, which, counts = np.unique(keys[small], return_inverse=True, return_counts=True)
        rows = small[counts[which] > 1]
        rows = rows[self._are_bare(rows)]
        if not len(rows):
            return keys
        keys = keys.copy()
        groups = self._first_of_group(rows).astype(np.uint64) + np.uint64(1)
        keys[rows] = (keys[rows] + groups * np.uint64(MIX)) | np.uint64(1)  # 0 is the key of no words
        return keys

    def are_apart(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Whether the articles of each pair (int64 (m,) each) are bare titles that are no copies: bool (m,)."""
        apart = np.zeros(len(left), bool)
        small = np.flatnonzero((self._sets.sizes_of(left) <= _LONGEST) & (self._sets.sizes_of(right) <= _LONGEST))
        both = small[self._are_bare(left[small]) & self._are_bare(right[small])]
        facts = self._facts(np.concatenate([left[both], right[both]]))
        one, other = facts[:, : len(both)], facts[:, len(both) :]
        apart[both] = ~((one == other) & (one != _NOTHING)).any(axis=0)
        return apart

    def _are_bare(self, rows: np.ndarray) -> np.ndarray:
        new = unique(rows[self._states[rows] == _UNKNOWN])
        for row, found in zip(new.tolist(), self._texts.fetch(new), strict=True):
            self._states[row] = _state(found)
            if found.url and self._states[row] >= _BARE:
                self._addresses[row] = found.url
        return self._states[rows] >= _BARE

    def _facts(self, rows: np.ndarray) -> np.ndarray:
        """What tells copies among some bare titles, as numbers, ``_NOTHING`` if unknown: int64 (4, m).

        Their addresses, outlet and time where there is no address, their ids, and the days of telling titles. Two are
        copies if one of the four is equal.
        """
        columns, published = self._columns, self._columns.published[rows]
        numbers: dict[Any, int] = {}
        dated = published != UNDATED
        telling = self._states[rows] == _TELLING
        facts = np.full((4, len(rows)), _NOTHING)
        for at, row in enumerate(rows.tolist()):
            address = self._addresses.get(row)
            if address is not None:
                facts[0, at] = numbers.setdefault(address, len(numbers))
            else:
                moment = columns.sources[row].casefold(), int(published[at])
                facts[1, at] = numbers.setdefault(moment, len(numbers))
            facts[2, at] = numbers.setdefault((columns.ids[row],), len(numbers))
        facts[3, telling] = np.where(dated, published // DAY, _NO_DAY)[telling]
        return facts

    def _first_of_group(self, rows: np.ndarray) -> np.ndarray:
        """For each of some bare titles the first row of its exact duplicates: int64."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        keys = self._sets.keys[rows]
        ends = [np.zeros((2, 0), np.int64)]
        for fact in self._facts(rows):
            places = np.flatnonzero(fact != _NOTHING)
            order = places[np.lexsort((fact[places], keys[places]))]
            one, other = order[:-1], order[1:]
            same = (keys[one] == keys[other]) & (fact[one] == fact[other])
            ends.append(np.stack([one[same], other[same]]))
        left, right = np.concatenate(ends, axis=1)
        graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(len(rows), len(rows)))
        number, component = connected_components(graph, directed=False)
        first = np.full(number, len(self._sets))
        np.minimum.at(first, component, rows)
        return first[component]


def _state(article: ArticleText) -> int:
    title = tokens(article.title)
    if _words({*tokens(article.text)} - {*title}, _WEIGHTS | {DIGIT: 1.0}) >= _LEAST_OWN:
        return _TEXT
    return _TELLING if _words(title, _WEIGHTS) >= _LEAST_WORDS else _BARE


def _words(found: Iterable[str], weights: Mapping[int, float]) -> float:
    """The sum of the weights of tokens, by the kind of their first letter."""
    kinds = load().kinds
    return sum(weights.get(int(kinds[ord(token[0])]), 0.0) for token in found)
