"""Postings: which articles of a segment contain a term, and how often.

All words of title and text are indexed, as the terms of :func:`sada.indexes.text.terms.words`; those of the title count
twice. A segment of n articles with t distinct terms and p postings has three arrays:

- ``terms``, the directory: uint64 (t + 1, 2), ascending; a term, and where its postings begin. The last row holds where
  the last postings end.
- ``postings``: uint8 (p, 5); a position (uint32, little-endian) and how often the term is in that article, at most 255;
  ascending by position within a term.
- ``lengths``: uint32 (n,), the sum of an article's counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.ragged import bounds_of, unique
from sada.indexes.segments.segment import StoredSegment
from sada.indexes.storage.arrays import ArrayFile, write_array, write_parts
from sada.indexes.text.terms import words

TERMS, POSTINGS, LENGTHS = "terms", "postings", "lengths"
POSTING = 5  # bytes
_ARTICLES_AT_ONCE = 1 << 11
_AT_ONCE = 1 << 18  # postings of a segment that are merged at a time
_NOT_YET = -2  # a term that was not looked up yet


def word_arrays(articles: Sequence[Article]) -> dict[str, np.ndarray]:
    """Build the directory, postings and lengths of n articles: the arrays by kind."""
    from sada.indexes.segments import posting_kernels

    numbering, parts = posting_kernels.no_terms(), []
    for start in range(0, len(articles), _ARTICLES_AT_ONCE):
        texts = [
            text for one in articles[start : start + _ARTICLES_AT_ONCE] for text in (one.plain_title, one.plain_text)
        ]
        found = words(texts)
        numbers = np.empty(len(found.terms), np.int32)
        numbering = posting_kernels.number_terms(found.bounds, found.terms, start, *numbering, numbers)
        parts.append((found.bounds, numbers, start))
    _, terms, counts, count = numbering
    order = np.argsort(terms[:count])
    directory = _directory(terms[order], counts[order])
    places, last = np.empty(count, np.int64), np.full(count, -1)
    places[order] = directory[:-1, 1]
    postings, lengths = np.empty((counts[:count].sum(), POSTING), np.uint8), np.empty(len(articles), np.uint32)
    for part in parts:
        posting_kernels.write_postings(*part, last, places, postings, lengths)
    return {TERMS: directory, POSTINGS: postings, LENGTHS: lengths}


def _directory(terms: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """uint64 (t + 1, 2): each term and where its postings begin; the last row holds where the last postings end."""
    directory = np.zeros((len(terms) + 1, 2), np.uint64)
    directory[:-1, 0] = terms
    directory[:, 1] = bounds_of(counts)
    return directory


class Postings:
    """The postings of one segment.

    Args:
        stored: the segment.
        rows: int64 (n,): the row of each of its positions; negative where the article was removed or updated.

    Raises:
        IndexDamagedError: from every method that reads what is not as it was written.
    """

    def __init__(self, stored: StoredSegment, rows: np.ndarray) -> None:
        self.rows = rows
        self._stored = stored
        self._whole = not len(rows) or int(rows.min()) >= 0
        self._living: dict[int, int] = {}

    def lengths(self) -> np.ndarray:
        """uint32 (n,): the length of each article, removed ones included."""
        return self._stored.array(LENGTHS).whole()

    def find(self, terms: np.ndarray) -> np.ndarray:
        """int64 (m,): the entries of some terms (uint64) in the directory, -1 for those that have none."""
        from sada.indexes.segments import posting_kernels

        directory = self._stored.array(TERMS)
        directory.require_uncut()
        found, missing = np.full(len(terms), _NOT_YET), np.empty(len(terms), np.int64)
        mapped, checked, offset = directory.mapped, directory.checked, directory.offset
        while named := posting_kernels.look_up(mapped, terms, checked, offset, found, missing):
            directory.check(missing[:named])
        return found

    def spans(self, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64 (m,) each: where the postings of some terms begin and end, given their entries in the directory."""
        directory = self._stored.array(TERMS)
        directory.check_spans(found, found + 2)
        begins = directory.mapped[:, 1]
        return begins[found].astype(np.int64), begins[found + 1].astype(np.int64)

    def counts(self, found: np.ndarray) -> np.ndarray:
        """int64 (m,): how many living articles have each of some terms, given their entries in the directory."""
        starts, stops = self.spans(found)
        if self._whole:
            return stops - starts
        fresh = np.array([at for at, place in enumerate(found.tolist()) if place not in self._living], np.int64)
        if len(fresh):
            from sada.indexes.segments import posting_kernels

            counts = np.empty(len(fresh), np.int64)
            postings = self._checked(starts[fresh], stops[fresh])
            if not posting_kernels.count_living(postings, starts[fresh], stops[fresh], self.rows, counts):
                raise _beyond(self._stored, len(self.rows))
            self._living |= zip(found[fresh].tolist(), counts.tolist(), strict=True)
        return np.array([self._living[place] for place in found.tolist()], np.int64)

    def add_up(self, found: np.ndarray, weights: np.ndarray, slack: np.ndarray, scores: np.ndarray) -> None:
        """Add the weights of some terms to the scores of the articles that have them, term by term.

        Args:
            found: int64 (m,), the terms' entries in the directory.
            weights: float32 (m,), of each term.
            slack: float32 (n,): a term that is in an article as often as this counts half its weight.
            scores: float32 (n,), added to.
        """
        from sada.indexes.segments import posting_kernels

        starts, stops = self.spans(found)
        if not posting_kernels.add_up(self._checked(starts, stops), starts, stops, weights, slack, scores):
            raise _beyond(self._stored, len(scores))

    def _checked(self, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
        postings = self._stored.array(POSTINGS)
        postings.check_spans(starts, stops)
        return postings.mapped


def _beyond(stored: StoredSegment, articles: int) -> IndexDamagedError:
    """The error for postings of positions that no article has."""
    return stored.array(POSTINGS).impossible(f"its positions are not those of {articles} articles")


def checked_directory(stored: StoredSegment) -> np.ndarray:
    """The whole directory of a segment: uint64 (t + 1, 2).

    Raises:
        IndexDamagedError: also if its terms do not ascend, or it does not part all postings.
    """
    array = stored.array(TERMS)
    directory, count = array.whole(), len(stored.array(POSTINGS).mapped)
    terms, begins = directory[:-1, 0], directory[:, 1]
    parted = len(begins) and begins[0] == 0 and begins[-1] == count and (begins[1:] >= begins[:-1]).all()
    if not parted or not (terms[1:] > terms[:-1]).all():
        raise array.impossible(f"it does not part {count} postings by ascending terms")
    return directory


class MergedPostings:
    """Merges the postings of several segments.

    All terms are in memory, but of the postings only some hundred thousand of each segment at a time.

    Args:
        parts: the segments.
        names: for each segment int64: the new position of each of its positions, -1 for those that are left out.

    Raises:
        IndexDamagedError: if the bytes of a part are not what was written.
    """

    def __init__(self, parts: Sequence[StoredSegment], names: Sequence[np.ndarray]) -> None:
        self._names, self._parts = names, parts
        self._directories = [checked_directory(part) for part in parts]
        self._postings = [part.array(POSTINGS).whole() for part in parts]
        terms = [directory[:-1, 0] for directory in self._directories]
        counts = [self._counts(at) for at in range(len(parts))]
        present = [term[count > 0] for term, count in zip(terms, counts, strict=True)]
        self._terms, places = np.unique(np.concatenate(present), return_inverse=True)
        total = np.zeros(len(self._terms), np.int64)
        for place, count in zip(np.split(places, np.cumsum([len(one) for one in present])[:-1]), counts, strict=True):
            total[place] += count[count > 0]
        self._begins = bounds_of(total)

    def write(self, folder: Path) -> dict[str, ArrayFile]:
        """Write the directory and the postings."""
        directory = _directory(self._terms, np.diff(self._begins))
        shape = (int(self._begins[-1]), POSTING)
        postings = write_parts(folder, POSTINGS, np.dtype(np.uint8), shape, self._blocks())
        return {TERMS: write_array(folder, TERMS, directory), POSTINGS: postings}

    def _counts(self, at: int) -> np.ndarray:
        """int64 (t,): how many postings are kept of each term of a segment."""
        from sada.indexes.segments import posting_kernels

        begins = self._directories[at][:, 1].astype(np.int64)
        if not (self._names[at] < 0).any():
            return np.diff(begins)
        counts = np.empty(len(begins) - 1, np.int64)
        if not posting_kernels.count_living(self._postings[at], begins[:-1], begins[1:], self._names[at], counts):
            raise _beyond(self._parts[at], len(self._names[at]))
        return counts

    def _blocks(self) -> Iterator[np.ndarray]:
        """Yield the new postings, uint8 (p, 5), in order."""
        edges = [np.zeros(1, np.int64), np.array([len(self._terms)])]
        for directory in self._directories:
            begins = directory[:, 1].astype(np.int64)
            cuts = np.searchsorted(begins, np.arange(_AT_ONCE, begins[-1], _AT_ONCE))
            edges.append(np.searchsorted(self._terms, directory[cuts[cuts < len(begins) - 1], 0]))
        for start, stop in pairwise(unique(np.concatenate(edges)).tolist()):
            yield self._block(start, stop)

    def _block(self, start: int, stop: int) -> np.ndarray:
        """The new postings of the terms from ``start`` up to ``stop``."""
        from sada.indexes.segments import posting_kernels

        terms, begins = self._terms[start:stop], self._begins[start : stop + 1] - self._begins[start]
        packed, places = np.empty(begins[-1], np.uint64), begins[:-1].copy()
        ordered = True
        for at, directory in enumerate(self._directories):
            known = directory[:-1, 0]
            first, last = np.searchsorted(known, terms[0]), np.searchsorted(known, terms[-1], "right")
            numbers = np.searchsorted(terms, known[first:last])
            kept = np.flatnonzero(terms[np.minimum(numbers, len(terms) - 1)] == known[first:last])
            spans = directory[first : last + 1, 1].astype(np.int64)
            in_order = posting_kernels.place_postings(
                self._postings[at], spans[:-1][kept], spans[1:][kept], numbers[kept], self._names[at], places, packed
            )
            if in_order < 0:
                raise _beyond(self._parts[at], len(self._names[at]))
            ordered &= bool(in_order)
        if not ordered:
            packed.sort()
        out = np.empty((len(packed), POSTING), np.uint8)
        posting_kernels.unpack_postings(packed, out)
        return out
