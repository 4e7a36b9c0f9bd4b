"""The same-story scorer: how likely two articles report one event, and which evidence says so.

A logistic regression a regime: titles alone, full texts, and the same in different languages. Similarity speaks
for a link, and distance in time and clashing numbers against it (the signs are constrained in training), so each
feature's share of the verdict can be shown as a reason. Weights and provenance are in ``data/story_weights.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from sada.cluster.lexical import Lexicon
from sada.cluster.window import candidate_pairs
from sada.indexes.article import Article
from sada.indexes.catalog import to_micros
from sada.indexes.encoder import understands, unit_rows

REGIMES = ("titles", "texts", "titles in two languages", "texts in two languages")
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
    "days_1": "more than a day apart",
    "days_3": "several days apart",
    "gap": "time apart",
    "meaning": "closeness in meaning",
    "recurring": "the outlet's regular report with other figures",
}
_PRIOR = 50
_DAY = 86_400_000_000
_AT_ONCE = 1 << 16
# One outlet on another day with the same words and other figures: markets, weather, prices.
_RECURRING_WORDS = 0.6
_RECURRING_NUMBERS = 1 / 3
_RECURRING_DAYS = 0.5
_LEAST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class StorySet:
    """Everything the scorer knows of n articles, as columns.

    Attributes:
        lexicon: their lexical vectors; document frequencies are those of the set.
        times: float64 (n,), days since 1970, NaN if unknown.
        languages: int64 (n,), one number a language, 0 if unknown.
        sources: int64 (n,), one number an outlet, 0 if unknown.
        vectors: float32 (n, dimension) unit embeddings, centred if weights were fitted with the encoder; zero where it
            does not know the language. None without encoder.
        understood: bool (n,), True where ``vectors`` mean something.
        weights: by regime, of pairs whose embeddings mean something, as :func:`load_weights` has them for an encoder;
            one without weights takes those of ``"use"``.
        unrelated: mean and standard deviation of the cosine of unrelated pairs, by which closeness is measured.
    """

    lexicon: Lexicon
    times: np.ndarray
    languages: np.ndarray
    sources: np.ndarray
    vectors: np.ndarray | None
    understood: np.ndarray
    weights: Mapping[str, Mapping[str, float]]
    unrelated: tuple[float, float]

    @classmethod
    def build(
        cls,
        articles: Sequence[Article],
        vectors: np.ndarray | None = None,
        encoder: str = "none",
        encoder_languages: frozenset[str] | None = None,
        threads: int = 0,
    ) -> StorySet:
        """Prepare articles for scoring.

        Args:
            articles: n articles.
            vectors: float32 (n, dimension) unit embeddings of them, or None.
            encoder: the encoder's name.
            encoder_languages: the languages it knows, None if it is not said.
            threads: how many to use, 0 for one a core.
        """
        moments = [np.nan if article.published is None else to_micros(article.published) for article in articles]
        understood = np.zeros(len(articles), bool)
        if vectors is not None:
            if load_means().get(encoder, vectors[:0, 0]).shape != vectors.shape[1:]:
                encoder = ""  # another one of that name
            known = [understands(encoder_languages, article.language) for article in articles]
            understood = np.array(known, bool) & vectors.any(axis=1)
            if encoder in load_means():
                vectors = centred(vectors, understood, load_means()[encoder])
            vectors = np.where(understood[:, None], vectors, np.float32(0))
        return cls(
            lexicon=Lexicon.build(articles, threads),
            times=np.array(moments, np.float64) / _DAY,
            languages=_numbered([article.language for article in articles]),
            sources=_numbered([article.source for article in articles]),
            vectors=vectors,
            understood=understood,
            weights=weights_of(encoder if vectors is not None else "none"),
            unrelated=_unrelated(encoder, vectors),
        )

    def __len__(self) -> int:
        return len(self.times)

    def candidates(self, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Pairs worth scoring among some rows (all by default), two int64 (m,) arrays of places in ``rows``."""
        rows = np.arange(len(self)) if rows is None else rows
        fields = [field.take(rows) for field in (self.lexicon.title, self.lexicon.title_grams, self.lexicon.lead)]
        vectors = None if self.vectors is None else self.vectors[rows]
        return candidate_pairs(fields, vectors, self.times[rows], self.languages[rows])

    def regimes(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """int64 (m,): the place of each pair's regime in ``REGIMES``. An unknown language differs from none."""
        both = self.lexicon.has_body[left] & self.lexicon.has_body[right]
        return both.astype(np.int64) + 2 * self.in_two_languages(left, right)

    def in_two_languages(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Bool (m,): whether the languages of pairs of rows are known and differ."""
        a, b = self.languages[left], self.languages[right]
        return (a != b) & (a > 0) & (b > 0)

    def features(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """float64 (m, features), a column for each of ``FEATURES``; a missing date or embedding gives 0."""
        lexicon = self.lexicon
        title, grams = lexicon.title.overlap(left, right), lexicon.title_grams.overlap(left, right)
        lead, body = lexicon.lead.overlap(left, right), lexicon.body.overlap(left, right)
        numbers, masses = lexicon.numbers.overlap(left, right), lexicon.numbers.masses
        clash = (masses[left] > 0) & (masses[right] > 0) & (numbers.mass == 0)
        gap = np.nan_to_num(np.abs(self.times[left] - self.times[right]))
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
                1 - np.exp(-(gap**2) / 2),
                1 - np.exp(-(gap**2) / 18),
                np.log1p(gap),
                self.meaning(left, right),
                self._recurring(left, right, gap, body.containment, numbers.jaccard),
            ],
            axis=1,
        )

    def meaning(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """By how many standard deviations each pair's cosine is above that of unrelated pairs; 0 without meaning."""
        found = np.zeros(len(left))
        if self.vectors is None:
            return found
        mean, deviation = self.unrelated
        for start in range(0, len(left), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = np.einsum("ij,ij->i", self.vectors[left[part]], self.vectors[right[part]])
        return np.where(self.understood[left] & self.understood[right], (found - mean) / deviation, 0.0)

    def _recurring(
        self, left: np.ndarray, right: np.ndarray, gap: np.ndarray, words: np.ndarray, numbers: np.ndarray
    ) -> np.ndarray:
        counts = np.diff(self.lexicon.numbers.matrix.indptr)
        one_outlet = (self.sources[left] == self.sources[right]) & (self.sources[left] > 0)
        figures = (np.minimum(counts[left], counts[right]) >= _LEAST_NUMBERS) & (numbers <= _RECURRING_NUMBERS)
        return one_outlet & figures & (words >= _RECURRING_WORDS) & (gap >= _RECURRING_DAYS)

    def contributions(
        self, left: np.ndarray, right: np.ndarray, features: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """What each feature adds to the log-odds (float64 (m, features)), and those before any (float64 (m,)).

        ``features`` are those of the pairs where they are known already.
        """
        regimes = self.regimes(left, right)
        with_meaning = self.understood[left] & self.understood[right]
        biases, weights = _columns(self.weights)
        plain_biases, plain_weights = _columns(weights_of("none"))
        bias = np.where(with_meaning, biases[regimes], plain_biases[regimes])
        chosen = np.where(with_meaning[:, None], weights[regimes], plain_weights[regimes])
        return (self.features(left, right) if features is None else features) * chosen, bias

    def probability(self, left: np.ndarray, right: np.ndarray, features: np.ndarray | None = None) -> np.ndarray:
        """float64 (m,) in [0, 1]: how likely each pair of rows reports the same event."""
        shares, bias = self.contributions(left, right, features)
        return 1 / (1 + np.exp(-(shares.sum(axis=1) + bias)))


@cache
def load_weights() -> dict[str, Any]:
    """The shipped weights with their provenance."""
    with files("sada.cluster").joinpath("data", "story_weights.json").open("rb") as file:
        found: dict[str, Any] = json.load(file)
        return found


@cache
def load_means() -> dict[str, np.ndarray]:
    """The mean vector of unrelated headlines by encoder, float32 (dimension,)."""
    with files("sada.cluster").joinpath("data", "story_means.npz").open("rb") as file, np.load(file) as found:
        return {name: found[name].astype(np.float32) for name in found.files}


def centred(vectors: np.ndarray, known: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Float32 (n, dimension) unit vectors less what all of them share, of length 1 again.

    What they share is the mean of those known and of ``_PRIOR`` more vectors at ``mean``, so that a few articles on one
    event are not robbed of what they have in common.

    Args:
        vectors: float32 (n, dimension) unit vectors.
        known: bool (n,), those that mean something.
        mean: float32 (dimension,), of unrelated texts.
    """
    shared = (vectors[known].sum(axis=0, dtype=np.float64) + _PRIOR * mean) / (known.sum() + _PRIOR)
    return unit_rows(vectors - shared.astype(np.float32))


def cosines_of_all_pairs(vectors: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the cosine over all pairs of float32 (n, dimension) unit vectors.

    From the sum and the Gram matrix of the vectors, so no pair is visited; zero rows are left out.
    """
    known = vectors[vectors.any(axis=1)].astype(np.float64)
    pairs = len(known) * (len(known) - 1)
    if not pairs:
        return 0.0, 1.0
    total = known.sum(axis=0)
    mean = (total @ total - len(known)) / pairs
    square = (((known.T @ known) ** 2).sum() - len(known)) / pairs
    return float(mean), float(np.sqrt(max(square - mean**2, 1e-4)))


def _unrelated(encoder: str, vectors: np.ndarray | None) -> tuple[float, float]:
    """As measured when weights were fitted with the encoder; of any other, over all pairs of the set."""
    if vectors is None:
        return 0.0, 1.0
    fitted = load_weights()["encoders"].get(encoder)
    return (fitted["unrelated"][0], fitted["unrelated"][1]) if fitted else cosines_of_all_pairs(vectors)


def resolutions() -> tuple[float, float]:
    """How likely two titles, and two full texts, must be one story for being together to pay."""
    chosen = load_weights()["resolution"]
    return chosen["titles"], chosen["texts"]


def weights_of(encoder: str) -> dict[str, Any]:
    """What is shipped for an encoder, or for ``use`` where there is nothing."""
    fitted: dict[str, Any] = load_weights()["encoders"]
    return fitted.get(encoder, fitted["use"])


def _columns(weights: Mapping[str, Mapping[str, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Biases float64 (regimes,) and weights float64 (regimes, features)."""
    biases = np.array([weights[name]["bias"] for name in REGIMES])
    return biases, np.array([[weights[name].get(feature, 0.0) for feature in FEATURES] for name in REGIMES])


def _numbered(names: Sequence[str]) -> np.ndarray:
    """int64 (n,): one number a name, 0 for none."""
    numbers = {name: number for number, name in enumerate(sorted({"", *names}))}
    return np.array([numbers[name] for name in names], np.int64)
