"""Figures over columns: how many articles each source has of a kind, on all days or on each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Units:
    """What has a row of its own: u sources, or sources on a day.

    Attributes:
        sources, days: int64 (u,).
        of_rows: int64 (n,), the unit of each article, -1 for those that do not count.
    """

    sources: np.ndarray
    days: np.ndarray
    of_rows: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, sources: np.ndarray, days: np.ndarray) -> Units:
        """The units of the rows that count, by the source and the day of all n."""
        (of_sources, of_days), which = np.unique(np.stack([sources[rows], days[rows]]), axis=1, return_inverse=True)
        of_rows = np.full(len(sources), -1)
        of_rows[rows] = which
        return cls(of_sources, of_days, of_rows)

    def counts(self, rows: np.ndarray) -> list[int]:
        """How many of some rows each unit has."""
        owners = self.of_rows[rows]
        return np.bincount(owners[owners >= 0], minlength=len(self.sources)).tolist()

    def tallies(self, rows: np.ndarray, kinds: np.ndarray) -> list[dict[int, int]]:
        """How many of some rows each unit has of each kind, in order of the kinds."""
        owners = self.of_rows[rows]
        pairs, counts = np.unique(np.stack([owners, kinds])[:, owners >= 0], axis=1, return_counts=True)
        found: list[dict[int, int]] = [{} for _ in self.sources]
        for owner, kind, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
            found[owner][kind] = count
        return found
