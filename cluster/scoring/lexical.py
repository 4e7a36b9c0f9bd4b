"""Sparse lexical vectors of articles: title words, title 4-grams, title and lead, title and body, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sada.cluster.scoring.figures import Figures
from sada.cluster.scoring.kernels import find_positions, overlaps, weigh_rows
from sada.cluster.scoring.rarity import inverse_frequencies
from sada.indexes.article import Article
from sada.indexes.ragged import unique
from sada.indexes.text.folding import DIGIT
from sada.indexes.text.terms import Occurrences, first_words, grams, words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAD_WORDS = 60
BODY_WORDS = 150
Part = tuple[Occurrences, float]
"""Terms of n rows, and how many times each occurrence counts."""
_LEAST_BODY = 15  # an article with fewer words below its title counts as a title alone


class Overlap(NamedTuple):
    """The similarity of m pairs of rows in one field, float64 (m,) each.

    Attributes:
        cosine: of the weighted vectors, in [0, 1].
        mass: the sum of the inverse document frequencies (idf) of the shared terms.
        rarest: the largest idf of a shared term.
        containment: ``mass`` divided by the sum of idf of the smaller side, in [0, 1].
        jaccard: ``mass`` divided by the sum of idf of the union, in [0, 1].
    """

    cosine: np.ndarray
    mass: np.ndarray
    rarest: np.ndarray
    containment: np.ndarray
    jaccard: np.ndarray


@dataclass(frozen=True, slots=True)
class Field:
    """One sparse unit vector per row, with weights (1 + ln tf) * idf.

    Attributes:
        matrix: float32 csr_array (n, terms) with sorted columns.
        idf: float32 (terms,).
        masses: float64 (n,), the sum of the idf of each row's distinct terms.
    """

    matrix: csr_array
    idf: np.ndarray
    masses: np.ndarray

    @classmethod
    def build(cls, parts: Sequence[Part], count: int) -> Field:
        """Weight the terms of ``count`` rows."""
        return cls.weighted(counted(parts, count)[1])

    @classmethod
    def weighted(cls, matrix: csr_array) -> Field:
        """Weight terms; document frequencies are those of these rows.

        Args:
            matrix: float32 csr_array (n, terms), how often each term occurs, in whole numbers; it is changed. Its
                columns may come in any order, which is kept: rows that have theirs in the order of the hashes give the
                same sums to the bit.
        """
        count = matrix.shape[0]
        idf = inverse_frequencies(np.bincount(matrix.indices, minlength=matrix.shape[1]), count)
        matrix.indptr, matrix.indices = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
        times = np.arange(1, matrix.data.max(initial=0) + 1, dtype=np.float32)
        factors, masses = np.append(np.float32(0), 1 + np.log(times)), np.zeros(count)
        weigh_rows(matrix.indptr, matrix.indices, matrix.data, factors, idf, masses)
        return cls(matrix, idf, masses)

    def take(self, rows: np.ndarray) -> Field:
        """Select rows; weights stay as they are."""
        return Field(self.matrix[rows], self.idf, self.masses[rows])

    def overlap(self, left: np.ndarray, right: np.ndarray) -> Overlap:
        """Compute the similarity of pairs of rows (int64 (m,) each)."""
        cosine, mass, rarest = np.zeros(len(left)), np.zeros(len(left)), np.zeros(len(left))
        matrix = self.matrix
        overlaps(matrix.indptr, matrix.indices, matrix.data, self.idf, left, right, cosine, mass, rarest)
        smaller = np.minimum(self.masses[left], self.masses[right])
        union = self.masses[left] + self.masses[right] - mass
        share = np.divide(mass, smaller, out=np.zeros(len(mass)), where=smaller > 0)
        jaccard = np.divide(mass, union, out=np.zeros(len(mass)), where=union > 0)
        return Overlap(np.minimum(cosine, 1.0), mass, rarest, share, jaccard)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lexical fields of n articles, and which of them have more than a title (``has_body``, bool (n,))."""

    title: Field
    title_grams: Field
    lead: Field
    body: Field
    numbers: Field
    figures: Figures
    has_body: np.ndarray

    @classmethod
    def build(cls, articles: Sequence[Article]) -> Lexicon:
        """Tokenise and weight all articles; document frequencies are those of this set."""
        terms, count = Terms.of(articles), len(articles)
        fields = {name: Field.build(parts, count) for name, parts in terms.fields.items()}
        return cls(figures=Figures.build(terms.figures, count), has_body=terms.has_body, **fields)


class Terms(NamedTuple):
    """The terms of n articles, not weighted yet.

    Attributes:
        fields: the parts of each :class:`Field` of a lexicon, by name.
        figures: the words in order from which :class:`~sada.cluster.scoring.figures.Figures` are taken.
        has_body: bool (n,), see :class:`Lexicon`.
    """

    fields: dict[str, list[Part]]
    figures: list[Occurrences]
    has_body: np.ndarray

    @classmethod
    def of(cls, articles: Sequence[Article]) -> Terms:
        """Tokenise articles."""
        titles, texts = [article.plain_title for article in articles], [article.plain_text for article in articles]
        title, (lead, body) = words(titles), first_words(texts, (LEAD_WORDS, BODY_WORDS))
        numbers: list[Part] = [(_numbers(title), 1.0), (_numbers(body), 1.0)]
        figures = [title, body]
        title, lead, body = _words(title), _words(lead), _words(body)
        fields: dict[str, list[Part]] = {
            "title": [(title, 1.0)],
            "title_grams": [(grams(titles), 1.0)],
            "lead": [(title, 2.0), (lead, 1.0)],
            "body": [(title, 2.0), (body, 1.0)],
            "numbers": numbers,
        }
        return cls(fields, figures, np.diff(lead.bounds) >= _LEAST_BODY)


def counted(parts: Sequence[Part], count: int) -> tuple[np.ndarray, csr_array]:
    """Count the terms of ``count`` rows; the occurrences of each part count so many times.

    Returns:
        The distinct terms, uint64 (terms,), ascending, and float32 csr_array (count, terms) with sorted columns.
    """
    from scipy.sparse import coo_array

    numbers = np.arange(count, dtype=np.int32)
    rows = np.concatenate([np.repeat(numbers, np.diff(part.bounds)) for part, _ in parts])
    times = np.concatenate([np.full(len(part.terms), weight, np.float32) for part, weight in parts])
    terms = np.concatenate([part.terms for part, _ in parts])
    known, columns = unique(terms), np.empty(len(terms), np.int32)
    find_positions(known, terms, columns)
    matrix = coo_array((times, (rows, columns)), shape=(count, max(len(known), 1)))
    matrix = matrix.tocsc().tocsr()  # so each row is sorted, in linear time
    matrix.sum_duplicates()
    return known, matrix


def _words(occurrences: Occurrences) -> Occurrences:
    """Select the terms that are words."""
    return _chosen(occurrences, occurrences.kinds != DIGIT)


def _numbers(occurrences: Occurrences) -> Occurrences:
    """Select the terms that are numbers."""
    return _chosen(occurrences, occurrences.kinds == DIGIT)


def _chosen(occurrences: Occurrences, chosen: np.ndarray) -> Occurrences:
    bounds = np.concatenate([[0], np.cumsum(chosen)])[occurrences.bounds]
    return Occurrences(bounds, occurrences.terms[chosen], occurrences.kinds[chosen])
