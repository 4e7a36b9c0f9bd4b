"""How close articles are in meaning: centred embeddings, measured against unrelated pairs, each encoder apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise

import numpy as np

from sada.cluster.scoring.weights import load_weights
from sada.indexes.encoders.encoder import understands, unit_rows

ENCODERS = 2
"""How many encoders side by side have weights of their own."""
_PRIOR = 50
_AT_ONCE = 1 << 16
Spread = tuple[float, float]
"""Mean and standard deviation of the cosine of unrelated pairs."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The embeddings of n articles.

    Attributes:
        encoder: the name of the encoder, or of two side by side; empty for one that is not known by its means.
        vectors: float32 (n, dimension) unit embeddings, centred if weights were fitted with the encoder; zero where it
            does not know the language.
        understood: bool (n,), True where ``vectors`` mean something.
        widths: how many columns are of each encoder: of one, or of two side by side that weights were fitted for.
        unrelated: by encoder, how its cosine spreads over unrelated pairs.
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
        """The embeddings of articles by an encoder.

        Args:
            vectors: float32 (n, dimension) unit embeddings.
            languages: of each article.
            encoder: its name.
            known: the languages it knows, None if it is not said.

        Raises:
            ValueError: if a vector is not finite.
        """
        if not np.isfinite(vectors).all():
            raise ValueError("a vector is not finite: give zeros for an article without meaning")
        read = np.array([understands(known, language) for language in languages], bool) & vectors.any(axis=1)
        means = means_of(encoder, vectors.shape[1])
        encoder = encoder if means else ""  # another one, perhaps of that name
        fitted = load_weights()["encoders"].get(encoder)
        vectors = np.where(read[:, None], _centred(vectors, read, means) if means else vectors, np.float32(0))
        if fitted is None:
            return cls(encoder, vectors, read, (vectors.shape[1],), (cosines_of_all_pairs(vectors),))
        unrelated = tuple((mean, spread) for mean, spread in fitted["unrelated"])
        return cls(encoder, vectors, read, tuple(map(len, means)), unrelated)

    @property
    def spans(self) -> list[slice]:
        """The columns of each encoder."""
        return [slice(start, stop) for start, stop in pairwise(accumulate(self.widths, initial=0))]

    def closeness(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """float64 (m, ENCODERS): by how many standard deviations a pair's cosine is above that of unrelated pairs.

        One column an encoder; 0 where there is none, or no meaning.
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
    """The mean vector of unrelated headlines by encoder, float32 (dimension,)."""
    with files("sada.cluster").joinpath("data", "story_means.npz").open("rb") as file, np.load(file) as found:
        return {name: found[name].astype(np.float32) for name in found.files}


def means_of(encoder: str, dimension: int) -> list[np.ndarray]:
    """The mean vectors of an encoder, or of two side by side; none if they are not known or of other dimensions."""
    names = encoder.split("+")
    found = [load_means()[name] for name in names if name in load_means()]
    fits = len(found) == len(names) <= ENCODERS and sum(map(len, found)) == dimension
    return found if fits else []


def _centred(vectors: np.ndarray, known: np.ndarray, means: Sequence[np.ndarray]) -> np.ndarray:
    """Float32 (n, dimension): each encoder's columns centred, of the same length."""
    parts, start = [], 0
    for mean in means:
        parts.append(centred(unit_rows(vectors[:, start : start + len(mean)]), known, mean))
        start += len(mean)
    return np.hstack(parts) / np.float32(len(means) ** 0.5)


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


def cosines_of_all_pairs(vectors: np.ndarray) -> Spread:
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
