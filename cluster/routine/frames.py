"""Frames: the words that articles of many days share, each with other names and figures in between.

A frame is known by its shingles. One that articles of several other days have is formulaic; articles of which much is
formulaic are candidates, and compared with one another. The weight of a shingle is the logarithm of all stories to
those that have it, so that titles and greetings, which all print, count little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sada.cluster.routine import frame_kernels as kernels
from sada.indexes.minhash.sketches import ShingleSets, sketch
from sada.indexes.ragged import bounds_of, owners_of, run_chunks

LEAD = 300
"""Characters of the text that stand in a lead, after the title."""
_FORMULAIC = 0.1
_LEAST_DAYS = 3  # other days from which a shingle is formulaic
_LEAST_LEAD = 0.05
_MOST = 600

Leads = Callable[[np.ndarray], Sequence[str]]
"""Gives title and beginning of the articles at some positions (int64)."""


@dataclass(frozen=True, slots=True)
class Frames:
    """For m candidates the article of each of d days that shares most of their words.

    Attributes:
        rows: int64 (m,), positions of the candidates among the articles.
        shares: float32 (m, d) in [0, 1], the share of the candidate's weight that an article of another story has, too;
            0 where none shares enough of the lead.
        siblings: int32 (m, d), the position of that article among the articles; -1 for none.
        own: float32 (m, d), the same share for the candidate's own story.
    """

    rows: np.ndarray
    shares: np.ndarray
    siblings: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, sets: ShingleSets, leads: Leads, stories: np.ndarray, days: np.ndarray) -> Frames:
        """Find the candidates among n articles, and compare them.

        Args:
            sets: the shingles of the articles. Of equal shares the first article counts.
            leads: read for the candidates alone.
            stories: int64 (n,), from 0.
            days: int64 (n,), from 0.
        """
        entries = _entries(sets)
        story_count, day_count = (int(values.max(initial=-1)) + 1 for values in (stories, days))
        whole, formulaic = np.zeros(len(sets)), np.zeros(len(sets))
        kernels.formulaic_shares(entries, stories, days, story_count, day_count, _LEAST_DAYS, whole, formulaic)
        rows = np.flatnonzero(formulaic >= np.maximum(_FORMULAIC * whole, np.finfo(float).tiny))
        postings = _Postings.of(entries, _entries(sketch(leads(rows))), stories, rows, story_count)
        compared = whole[rows], stories[rows], days[rows], day_count
        shares, siblings = postings.nearest(*compared, own=False)
        own, _ = postings.nearest(*compared, own=True)
        return cls(rows, shares, np.where(siblings >= 0, rows.astype(np.int32)[siblings], np.int32(-1)), own)


@dataclass(frozen=True, slots=True)
class _Postings:
    """Lists of the candidates that share a shingle, see :func:`~sada.cluster.routine.frame_kernels.frame_postings`."""

    bounds: np.ndarray
    members: np.ndarray
    in_lead: np.ndarray
    weights: np.ndarray
    lead_whole: np.ndarray

    @classmethod
    def of(
        cls, entries: np.ndarray, leads: np.ndarray, stories: np.ndarray, rows: np.ndarray, story_count: int
    ) -> _Postings:
        places = np.full(len(stories), -1)
        places[rows] = np.arange(len(rows))
        size = int(np.count_nonzero(places[(entries & np.uint64(0xFFFFFFFF)).astype(np.int64)] >= 0))
        bounds, members = np.zeros(size + 1, np.int64), np.empty(size, np.int32)
        in_lead, weights, lead_whole = np.empty(size, bool), np.empty(size), np.zeros(len(rows))
        lists = kernels.frame_postings(
            entries, leads, stories, places, story_count, _MOST, bounds, members, in_lead, weights, lead_whole
        )
        filled = int(bounds[lists])
        return cls(bounds[: lists + 1], members[:filled], in_lead[:filled], weights[:lists], lead_whole)

    def nearest(
        self, whole: np.ndarray, stories: np.ndarray, days: np.ndarray, day_count: int, *, own: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return shares and siblings as Frames has them, but for positions among the candidates."""
        shares = np.zeros((len(whole), day_count), np.float32)
        siblings = np.full((len(whole), day_count), -1, np.int32)
        by_row = np.argsort(self.members, kind="stable")
        row_bounds = bounds_of(np.bincount(self.members, minlength=len(whole)))
        row_lists = owners_of(np.diff(self.bounds))[by_row].astype(np.int32)
        row_in_lead = self.in_lead[by_row]

        def work(start: int, stop: int) -> None:
            kernels.nearest_by_day(
                self.bounds, self.members, self.in_lead, row_bounds, row_lists, row_in_lead, self.weights, whole,
                self.lead_whole, stories, days, _LEAST_LEAD, own, start, stop, shares, siblings,
            )  # fmt: skip

        run_chunks(work, row_bounds)
        return shares, siblings


def _entries(sets: ShingleSets) -> np.ndarray:
    """uint64, ascending: each shingle with its row below."""
    entries = sets.shingles.astype(np.uint64) << np.uint64(32)
    entries |= owners_of(sets.sizes).astype(np.uint64)
    entries.sort()
    return entries
