"""Bands of MinHash signatures: how many, of how many minima, for which Jaccard, and the keys that stand for them.

A signature is cut into ``count`` bands of ``rows`` minima. Two texts of Jaccard J agree on a whole band with
probability J^rows, and on none with (1 - J^rows)^count (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets",
section 3.4). Candidates are verified exactly, so bands need only be low enough to miss next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sada.indexes.minhash.sketches import PERMUTATIONS
from sada.indexes.ragged import run_chunks

MISS = 0.001
_LEAST_ROWS = 3  # bands of two minima make candidates of whatever shares a phrase
_MOST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Bands:
    """``count`` bands of ``rows`` minima each."""

    count: int
    rows: int

    @classmethod
    def for_jaccard(cls, jaccard: float, miss: float = MISS) -> Bands:
        """The widest bands that miss a pair of that Jaccard at most with probability ``miss``.

        Below a Jaccard of about .55 that would take bands of two minima; three are used, which miss .4 % of the pairs
        of exactly .5, and fewer of all above.
        """
        fitting = [
            bands
            for rows in range(_LEAST_ROWS, _MOST_ROWS + 1)
            if (bands := cls(PERMUTATIONS // rows, rows)).miss(jaccard) <= miss
        ]
        return fitting[-1] if fitting else cls(PERMUTATIONS // _LEAST_ROWS, _LEAST_ROWS)

    @classmethod
    def of_stamp(cls, stamp: dict[str, Any]) -> Bands:
        """The bands that an index was made with, out of its settings.

        Raises:
            ValueError: if these are none.
        """
        bands = cls(int(stamp["bands"]), int(stamp["rows"]))
        if bands.count < 1 or bands.rows < 1 or bands.count * bands.rows > PERMUTATIONS:
            raise ValueError(f"{bands.count} bands of {bands.rows} do not fit {PERMUTATIONS} permutations")
        return bands

    def stamp(self, jaccard: float) -> dict[str, Any]:
        """What an index keeps of them, with the Jaccard that they were chosen for."""
        return {"bands": self.count, "rows": self.rows, "jaccard": jaccard}

    def miss(self, jaccard: float) -> float:
        """How likely a pair of that Jaccard shares no band, and is never looked at."""
        return float((1.0 - jaccard**self.rows) ** self.count)


def band_keys(signatures: np.ndarray, bands: Bands) -> np.ndarray:
    """The uint64 (count, n) keys of uint32 (n, 128) signatures, one row of the result a band."""
    from sada.indexes.minhash import join_kernels

    signatures = np.ascontiguousarray(signatures, np.uint32)
    out = np.empty((bands.count, len(signatures)), np.uint64)
    work = np.arange(len(signatures) + 1, dtype=np.int64) << 9
    run_chunks(lambda start, stop: join_kernels.band_keys(signatures, start, stop, bands.rows, out), work)
    return out
