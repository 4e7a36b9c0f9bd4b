"""How close articles are in meaning: centred embeddings, relative to unrelated pairs, for each encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise

import numpy as np
import xxhash

from sada.cluster.scoring.weights import fitted_weights
from sada.indexes.encoders.encoder import understands, unit_rows

ENCODERS = 2
"""How many encoders side by side can be scored separately."""
_PRIOR = 50  # vectors at the mean of unrelated texts, added to those at hand
_AT_ONCE = 1 << 16
_SAMPLED = 2000
_BELOW = 15.866  # the percentile a standard deviation below the mean of a normal distribution
_LEAST_SPREAD = 0.01
Spread = tuple[float, float]
"""Mean and standard deviation of the cosine of unrelated pairs."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The embeddings of n articles.

    Attributes:
        encoder: the name of the encoder, or of two side by side; empty if the scorer has no mean vectors for it.
        vectors: float32 (n, dimension) unit embeddings, centred if there are mean vectors; zero if the encoder does not
            understand the language.
        understood: bool (n,), True if the row of ``vectors`` is an embedding.
        widths: the number of columns of each encoder.
        unrelated: mean and deviation of the cosine of unrelated pairs, for each encoder.
    """

    encoder: str
    vectors: np.ndarray
    understood: np.ndarray
    widths: tuple[int, ...]
    unrelated: tuple[Spread, ...]

    @classmethod
    def of(
        cls, vectors: np.ndarray, languages: Sequence[str], encoder: str, known: frozenset[str] | None = None
    ) -> Meaning:
        """Prepare the embeddings of articles.

        Args:
            vectors: float32 (n, dimension) unit embeddings.
            languages: of each article.
            encoder: its name.
            known: ISO 639-1 codes of the languages it understands; None for all.

        Raises:
            ValueError: if a vector is not finite.
        """
        if not np.isfinite(vectors).all():
            raise ValueError("a vector is not finite: give zeros for an article without meaning")
        read = np.array([understands(known, language) for language in languages], bool) & vectors.any(axis=1)
        means = means_of(encoder, vectors.shape[1])
        encoder = encoder if means else ""  # may be another encoder of that name
        fitted = fitted_weights(encoder)
        vectors = np.where(read[:, None], _centred(vectors, read, means) if means else vectors, np.float32(0))
        if fitted is None:
            return cls(encoder, vectors, read, (vectors.shape[1],), (cosines_of_unrelated_pairs(vectors),))
        unrelated = tuple((mean, spread) for mean, spread in fitted["unrelated"])
        return cls(encoder, vectors, read, tuple(map(len, means)), unrelated)

    @property
    def spans(self) -> list[slice]:
        """The slice of columns of each encoder."""
        return [slice(start, stop) for start, stop in pairwise(accumulate(self.widths, initial=0))]

    def closeness(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return the cosine of each pair in standard deviations above unrelated pairs: float64 (m, ENCODERS).

        There is a column for each encoder; 0 without an encoder or an embedding.
        """
        found = np.zeros((len(left), ENCODERS))
        for column, (span, (mean, spread)) in enumerate(zip(self.spans, self.unrelated, strict=True)):
            part = np.ascontiguousarray(self.vectors[:, span]) * np.float32(len(self.widths) ** 0.5)
            for start in range(0, len(left), _AT_ONCE):
                at = slice(start, start + _AT_ONCE)
                found[at, column] = (np.einsum("ij,ij->i", part[left[at]], part[right[at]]) - mean) / spread
        return np.where((self.understood[left] & self.understood[right])[:, None], found, 0.0)


@cache
def load_means() -> dict[str, np.ndarray]:
    """Load the mean vector of unrelated headlines for each encoder, float32 (dimension,)."""
    with files("sada.cluster").joinpath("data", "story_means.npz").open("rb") as file, np.load(file) as found:
        return {name: found[name].astype(np.float32) for name in found.files}


def means_of(encoder: str, dimension: int) -> list[np.ndarray]:
    """Return the mean vectors of an encoder, or of two side by side; none if unknown or of another dimension."""
    names = encoder.split("+")
    found = [load_means()[name] for name in names if name in load_means()]
    fits = len(found) == len(names) <= ENCODERS and sum(map(len, found)) == dimension
    return found if fits else []


def _centred(vectors: np.ndarray, known: np.ndarray, means: Sequence[np.ndarray]) -> np.ndarray:
    """Centre the columns of each encoder and scale them to equal length: float32 (n, dimension)."""
    parts, start = [], 0
    for mean in means:
        parts.append(centred(unit_rows(vectors[:, start : start + len(mean)]), known, mean))
        start += len(mean)
    return np.hstack(parts) / np.float32(len(means) ** 0.5)


def centred(vectors: np.ndarray, known: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Subtract what all vectors share, and scale to unit length: float32 (n, dimension).

    What they share is the mean of the known vectors and of 50 more at ``mean``, so a few articles on one event keep
    most of what they have in common.

    Args:
        vectors: float32 (n, dimension) unit vectors.
        known: bool (n,), the rows that are embeddings.
        mean: float32 (dimension,), the mean vector of unrelated texts.
    """
    shared = (vectors[known].sum(axis=0, dtype=np.float64) + _PRIOR * mean) / (known.sum() + _PRIOR)
    return unit_rows(vectors - shared.astype(np.float32))


def cosines_of_unrelated_pairs(vectors: np.ndarray) -> Spread:
    """Estimate mean and standard deviation of the cosine of unrelated pairs of articles, some of which are related.

    Related pairs lie above, so both are read from the lower half of the cosines of all pairs: the median, and how far
    below it is what lies a standard deviation below the mean of a normal distribution.

    Args:
        vectors: float32 (n, dimension) unit vectors; zero rows are left out. Of more than 2,000 so many are taken, by a
            hash, so that their order does not matter.
    """
    known = vectors[vectors.any(axis=1)]
    if len(known) > _SAMPLED:
        chosen = np.argsort([xxhash.xxh3_64_intdigest(row.tobytes()) for row in known], kind="stable")
        known = known[chosen[:_SAMPLED]]
    cosines = (known @ known.T)[np.triu_indices(len(known), 1)]
    if not len(cosines):
        return 0.0, 1.0
    middle, below = np.percentile(cosines, [50, _BELOW])
    return float(middle), float(max(middle - below, _LEAST_SPREAD))
