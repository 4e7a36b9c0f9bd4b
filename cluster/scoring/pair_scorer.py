"""The same-story scorer: how likely two articles report one event, and which features say so.

There is a logistic regression for each regime: titles alone, full texts, and both in two languages. Similarity counts
for a link; distance in time and different numbers count against it. The signs of the weights are constrained in
training, so the contribution of each feature can be shown as a reason. The weights and how they were trained are in
``data/story_weights.json``. Pairs of full texts are calibrated to the collection, see
:mod:`~sada.cluster.scoring.collection`, and pairs of titles scored again, see :mod:`~sada.cluster.scoring.second_pass`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sada.cluster.scoring import collection
from sada.cluster.scoring.blocking import blocked_pairs
from sada.cluster.scoring.lexical import Lexicon
from sada.cluster.scoring.second_pass import Look, log_odds, logistic, neighbourhoods
from sada.cluster.scoring.semantic import ENCODERS, Meaning
from sada.cluster.scoring.weights import weights_of
from sada.indexes.article import Article
from sada.indexes.threads import thread_count, worker_pool
from sada.indexes.timestamps import DAY, to_micros

REGIMES = ("titles", "texts", "titles in two languages", "texts in two languages")
SHIFTED = np.array([0.0, 1.0, 0.0, 0.5])
"""How much of the shift of a collection each regime follows; it was found on texts of one language."""
FEATURES = {
    "title_words": "words of the titles",
    "title_grams": "spelling and figures in the titles",
    "lead_words": "words of titles and leads",
    "body_words": "words of the texts",
    "rarest_word": "a rare word in both titles",
    "title_share": "one title holds the other's words",
    "lead_mass": "many rare words in both leads",
    "numbers": "the same numbers",
    "numbers_clash": "different numbers",
    "figures_differ": "other numbers beside the same words",
    "other_numbers": "full of other numbers",
    "days_1": "more than a day apart",
    "days_3": "several days apart",
    "gap": "time apart",
    "meaning": "closeness in meaning",
    "second_meaning": "closeness in meaning, by the second encoder",
    "recurring": "the outlet's regular report or column",
}
MEANINGS = ("meaning", "second_meaning")
"""Features of each encoder. They are relative to unrelated pairs, so they can count for or against a link."""
_AT_ONCE = 1 << 17
# Of one outlet, on another day: a regular report has the same words and other numbers, on the whole or beside the same
# words (markets, weather, prices), a column the same title and other words.
_RECURRING_DAYS = 0.5
_REPORT_WORDS = 0.6
_REPORT_SAME = 0.5  # contexts with the same numbers, to one with others
_REPORT_OTHER = 3  # times the idf of what one article has
_REPORT_NUMBERS = 4
_REPORT_COMMON = 1 / 3
_COLUMN_TITLE = 0.9
_FEW_SHARED = 0.3  # of the numbers of two texts; on one event more are in common, on two a fifth may be by chance
_COLUMN_WORDS = 0.3


@dataclass(frozen=True, slots=True)
class StorySet:
    """What the scorer needs of n articles, as columns.

    Attributes:
        lexicon: their lexical vectors; document frequencies are those of the set.
        times: float64 (n,), days since 1970, NaN if unknown.
        languages: int64 (n,), a number for each language, 0 if unknown.
        sources: int64 (n,), a number for each outlet, 0 if unknown.
        meaning: their embeddings; None without encoder.
        weights: of pairs with embeddings, by regime, see :func:`~sada.cluster.scoring.weights.weights_of`.
        shift: what is added to the log-odds of pairs of full texts, see :meth:`calibrated`.
    """

    lexicon: Lexicon
    times: np.ndarray
    languages: np.ndarray
    sources: np.ndarray
    meaning: Meaning | None
    weights: Mapping[str, Mapping[str, float]]
    shift: float = 0.0

    @classmethod
    def build(
        cls,
        articles: Sequence[Article],
        vectors: np.ndarray | None = None,
        encoder: str = "none",
        encoder_languages: frozenset[str] | None = None,
    ) -> StorySet:
        """Prepare articles for scoring.

        Args:
            articles: n articles.
            vectors: float32 (n, dimension) unit embeddings of them, or None.
            encoder: the encoder's name.
            encoder_languages: ISO 639-1 codes of the languages it understands; None for all.
        """
        micros = [np.nan if article.published is None else to_micros(article.published) for article in articles]
        languages, sources = [article.language for article in articles], [article.source for article in articles]
        meaning = None if vectors is None else Meaning.of(vectors, languages, encoder, encoder_languages)
        return cls.of(Lexicon.build(articles), np.array(micros, np.float64) / DAY, languages, sources, meaning)

    @classmethod
    def of(
        cls, lexicon: Lexicon, times: np.ndarray, languages: Sequence[str], sources: Sequence[str],
        meaning: Meaning | None, shift: float = 0.0,
    ) -> StorySet:  # fmt: skip
        """Put together what is known of n articles; for languages and sources that are unknown, empty names."""
        weights = weights_of("none" if meaning is None else meaning.encoder)
        return cls(lexicon, times, _numbered(languages), _numbered(sources), meaning, weights, shift)

    def __len__(self) -> int:
        return len(self.times)

    def blocked_pairs(
        self, rows: np.ndarray | None = None, asked: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the candidate pairs among some rows, as two int64 (m,) arrays of positions in ``rows``.

        Args:
            rows: int64, all by default.
            asked: bool, one for each of ``rows``: whose nearest neighbours are searched; all by default.
        """
        rows = np.arange(len(self)) if rows is None else rows
        fields = [field.take(rows) for field in (self.lexicon.title, self.lexicon.title_grams, self.lexicon.lead)]
        vectors = None if self.meaning is None else self.meaning.vectors[rows]
        return blocked_pairs(fields, vectors, self.times[rows], self.languages[rows], asked)

    def regimes(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return the position of each pair's regime in ``REGIMES``: int64 (m,). An unknown language counts as equal."""
        both = self.lexicon.has_body[left] & self.lexicon.has_body[right]
        return both.astype(np.int64) + 2 * self.in_two_languages(left, right)

    def resolutions(self, rows: np.ndarray) -> np.ndarray:
        """Return the least probability for a link of each row, of a title or a full text: float64 (m,)."""
        chosen = self.weights["resolution"]
        return np.where(self.lexicon.has_body[rows], chosen["texts"], chosen["titles"])

    def in_two_languages(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return which pairs of rows have two known languages: bool (m,)."""
        a, b = self.languages[left], self.languages[right]
        return (a != b) & (a > 0) & (b > 0)

    def features(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Compute the features of pairs: float64 (m, features), in the order of ``FEATURES``; 0 for missing data."""
        lexicon = self.lexicon
        title, grams = lexicon.title.overlap(left, right), lexicon.title_grams.overlap(left, right)
        lead, body = lexicon.lead.overlap(left, right), lexicon.body.overlap(left, right)
        numbers, masses = lexicon.numbers.overlap(left, right), lexicon.numbers.masses
        clash = (masses[left] > 0) & (masses[right] > 0) & (numbers.mass == 0)
        same_figures, other_figures = lexicon.figures.compare(left, right)
        gap = np.nan_to_num(np.abs(self.times[left] - self.times[right]))
        rarest, counts = lexicon.figures.rarest, np.diff(lexicon.numbers.matrix.indptr)
        few_common = (np.minimum(counts[left], counts[right]) >= _REPORT_NUMBERS) & (numbers.jaccard <= _REPORT_COMMON)
        is_other = few_common | _are_other(same_figures, other_figures, rarest)
        is_report = (body.containment >= _REPORT_WORDS) & is_other
        is_column = (title.cosine >= _COLUMN_TITLE) & (body.cosine < _COLUMN_WORDS)
        return np.stack(
            [
                title.cosine,
                grams.cosine,
                lead.cosine,
                body.cosine,
                title.rarest,
                title.containment,
                np.log1p(lead.mass),
                numbers.jaccard,
                clash,
                other_figures / (same_figures + other_figures + rarest),
                self._numerous(left, right) * np.maximum(1 - numbers.jaccard / _FEW_SHARED, 0),
                1 - np.exp(-(gap**2) / 2),
                1 - np.exp(-(gap**2) / 18),
                np.log1p(gap),
                *self._closeness(left, right).T,
                self._may_recur(left, right, gap) & (is_report | is_column),
            ],
            axis=1,
        )

    def _numerous(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return the share of numbers in the terms of each row of a pair, of the one with fewer: float64 (m,)."""
        numbers, words = (np.diff(field.matrix.indptr) for field in (self.lexicon.numbers, self.lexicon.body))
        share = numbers / np.maximum(numbers + words, 1)
        return np.minimum(share[left], share[right])

    def with_meaning(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return which pairs have two usable embeddings: bool (m,)."""
        if self.meaning is None:
            return np.zeros(len(left), bool)
        return self.meaning.understood[left] & self.meaning.understood[right]

    def _closeness(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.zeros((len(left), ENCODERS)) if self.meaning is None else self.meaning.closeness(left, right)

    def _may_recur(self, left: np.ndarray, right: np.ndarray, gap: np.ndarray) -> np.ndarray:
        """Return which pairs may be of what one outlet has again and again: bool (m,)."""
        one_outlet = (self.sources[left] == self.sources[right]) & (self.sources[left] > 0)
        return one_outlet & (gap >= _RECURRING_DAYS)

    def contributions(
        self, left: np.ndarray, right: np.ndarray, features: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what each feature adds to the log-odds (float64 (m, features)), and the bias (float64 (m,)).

        ``features`` are those of the pairs, if they are computed already.
        """
        regimes = self.regimes(left, right)
        with_meaning = self.with_meaning(left, right)
        biases, weights = _columns(self.weights)
        plain_biases, plain_weights = _columns(self.weights if self.meaning is None else weights_of("none"))
        bias = np.where(with_meaning, biases[regimes], plain_biases[regimes])
        bias += SHIFTED[regimes] * self.shift
        chosen = np.where(with_meaning[:, None], weights[regimes], plain_weights[regimes])
        return (self.features(left, right) if features is None else features) * chosen, bias

    def probability(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return the probability that each pair of rows reports the same event: float64 (m,) in [0, 1]."""
        parts = [slice(start, start + _AT_ONCE) for start in range(0, len(left), _AT_ONCE)]
        with worker_pool(max(min(thread_count(), len(parts)), 1)) as pool:
            found = pool.map(lambda part: self.of_features(left[part], right[part]), parts)
            return np.concatenate([np.zeros(0), *found])

    def of_features(self, left: np.ndarray, right: np.ndarray, features: np.ndarray | None = None) -> np.ndarray:
        """Do the same as :meth:`probability` in one step; ``features`` are those of the pairs, if computed already."""
        shares, bias = self.contributions(left, right, features)
        return logistic(shares.sum(axis=1) + bias)

    def looked_at(
        self, rows: np.ndarray, left: np.ndarray, right: np.ndarray
    ) -> tuple[StorySet, np.ndarray, np.ndarray]:
        """Score the candidate pairs of some rows twice.

        Args:
            rows: int64 (n,), rows of the set.
            left: int64 (m,), the first row of each pair, as a position in ``rows``.
            right: int64 (m,), the second.

        Returns:
            The set calibrated to these pairs, the probabilities of the first pass, and those of the second: float64
            (m,) each.
        """
        one, other = rows[left], rows[right]
        calibrated, first = self.calibrated(rows, one, other)
        look = self.second_look(one, other)
        shared = neighbourhoods(len(rows), left, right, first, asked=look.changes)
        return calibrated, first, logistic(look.again(log_odds(first), shared))

    def calibrated(self, rows: np.ndarray, left: np.ndarray, right: np.ndarray) -> tuple[StorySet, np.ndarray]:
        """Calibrate to a collection: return the set with its shift, and the probabilities with it: float64 (m,).

        Args:
            rows: int64 (n,), the rows of the collection.
            left: int64 (m,), the first row of each candidate pair.
            right: int64 (m,), the second.
        """
        plain, texts = replace(self, shift=0.0), rows[self.lexicon.has_body[rows]]
        probability = plain.probability(left, right)
        if not len(texts):
            return plain, probability
        followed = SHIFTED[self.regimes(left, right)]
        of_texts = followed > 0
        mates = collection.Mates.of(texts, left[of_texts], right[of_texts], probability[of_texts])
        shift = collection.shift(mates, collection.crowd(self.times[texts]), len(texts))
        odds = log_odds(probability[of_texts]) + followed[of_texts] * shift
        probability[of_texts] = logistic(odds)
        return replace(self, shift=shift), probability

    def second_look(self, left: np.ndarray, right: np.ndarray) -> Look:
        """Return the weights of the second pass for pairs of rows.

        Titles in two languages without embeddings have none: what they share is a number or a name, and the neighbours
        of both would only repeat it.
        """
        look = Look.of(self.weights, REGIMES, self.regimes(left, right))
        return look.where(self.with_meaning(left, right) | ~self.in_two_languages(left, right))


def _are_other(same: np.ndarray, other: np.ndarray, rarest: float) -> np.ndarray:
    """Return where most numbers beside the same words differ, and enough of them: bool of the same shape."""
    return (other >= _REPORT_OTHER * rarest) & (same <= _REPORT_SAME * other)


def _columns(weights: Mapping[str, Mapping[str, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return biases (float64 (regimes,)) and weights (float64 (regimes, features))."""
    biases = np.array([weights[name]["bias"] for name in REGIMES])
    return biases, np.array([[weights[name].get(feature, 0.0) for feature in FEATURES] for name in REGIMES])


def _numbered(names: Sequence[str]) -> np.ndarray:
    """Number the names: int64 (n,), 0 for the empty name."""
    numbers = {name: number for number, name in enumerate(sorted({"", *names}))}
    return np.array([numbers[name] for name in names], np.int64)
