"""Bands of MinHash signatures: their number and width for a Jaccard threshold, and their keys.

A signature is cut into ``count`` bands of ``rows`` minima. Two texts of Jaccard J agree on a whole band with
probability J^rows, and on none with (1 - J^rows)^count (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets",
section 3.4). Candidates are verified exactly, so that bands need only be narrow enough to miss almost no pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sada.indexes.minhash.sketches import PERMUTATIONS
from sada.indexes.ragged import run_chunks

MISS = 0.001
"""The probability of missing a pair of exactly the Jaccard that bands are chosen for."""
_LEAST_ROWS = 3  # with bands of two minima, texts that share only a phrase are candidates
_MOST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Bands:
    """``count`` bands of ``rows`` minima each."""

    count: int
    rows: int

    @classmethod
    def for_jaccard(cls, jaccard: float, miss: float = MISS) -> Bands:
        """Choose the widest bands that miss a pair of that Jaccard with a probability of at most ``miss``.

        Below a Jaccard of about .55 that would need bands of two minima. Three are used there, which miss .4 % of the
        pairs of exactly .5, and fewer of those above.
        """
        fitting = [
            bands
            for rows in range(_LEAST_ROWS, _MOST_ROWS + 1)
            if (bands := cls(PERMUTATIONS // rows, rows)).miss(jaccard) <= miss
        ]
        return fitting[-1] if fitting else cls(PERMUTATIONS // _LEAST_ROWS, _LEAST_ROWS)

    @classmethod
    def of_stamp(cls, stamp: dict[str, Any]) -> Bands:
        """Read the bands that an index was made with from its settings.

        Raises:
            ValueError: if they do not fit a signature.
        """
        bands = cls(int(stamp["bands"]), int(stamp["rows"]))
        if bands.count < 1 or bands.rows < 1 or bands.count * bands.rows > PERMUTATIONS:
            raise ValueError(f"{bands.count} bands of {bands.rows} do not fit {PERMUTATIONS} permutations")
        return bands

    def stamp(self, jaccard: float) -> dict[str, Any]:
        """The settings that an index stores of its bands, with the Jaccard that they were chosen for."""
        return {"bands": self.count, "rows": self.rows, "jaccard": jaccard}

    def miss(self, jaccard: float) -> float:
        """The probability that a pair of that Jaccard shares no band, so that it is no candidate."""
        return float((1.0 - jaccard**self.rows) ** self.count)


def band_keys(signatures: np.ndarray, bands: Bands) -> np.ndarray:
    """uint64 (count, n): the keys of uint32 (n, 128) signatures, one row for each band."""
    from sada.indexes.minhash import join_kernels

    signatures = np.ascontiguousarray(signatures, np.uint32)
    out = np.empty((bands.count, len(signatures)), np.uint64)
    work = np.arange(len(signatures) + 1, dtype=np.int64) << 9
    run_chunks(lambda start, stop: join_kernels.band_keys(signatures, start, stop, bands.rows, out), work)
    return out
