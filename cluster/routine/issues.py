"""Issues: the articles of which other days have the like, with other names and figures in the same frame."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sada.cluster.routine.frames import Frames, Leads
from sada.indexes.minhash.sketches import ShingleSets, sketch
from sada.indexes.ragged import concatenated, unique

LEAST_DAYS = 4
"""A series has issues on so many other days at least, and on :data:`OFTEN` of the days that have articles."""
OFTEN = 0.4
SHARE = 0.15
"""The share of an article's words that one of another day has in common with it, if both are issues of a series."""
OWN_SHARE = 0.4
"""The share if both are of one story, as whole series may be, and reports of one event often repeat some words."""
VERSION = 0.85
"""From this share, an article of the same story is a version of the same report."""
SPAN = 15
"""Days before and after an article in which others are looked for."""
_TITLE = 4  # shingles at most; an article with no more of them is a short title alone
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Dated:
    """The n articles with a date that are in a story, in order of time.

    Attributes:
        rows: int64 (n,), their rows in the columns.
        stories: int64 (n,), the place of each one's story.
        days: int64 (n,), ascending, since 1970 in UTC.
        sources: int64 (n,), the outlet as a number.
    """

    rows: np.ndarray
    stories: np.ndarray
    days: np.ndarray
    sources: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, which: slice) -> Dated:
        """Return some of the articles."""
        return Dated(self.rows[which], self.stories[which], self.days[which], self.sources[which])

    def windows(self) -> Iterator[tuple[slice, tuple[int, int]]]:
        """Yield articles that are compared, and which of them are looked for; all at once if they are of few days."""
        if not len(self):
            return
        first, last = int(self.days[0]), int(self.days[-1])
        if last - first <= 3 * SPAN:
            yield slice(0, len(self)), (0, len(self))
            return
        for start in range(first - first % SPAN, last + 1, SPAN):
            edges = np.searchsorted(self.days, [start - SPAN, start, start + SPAN, start + 2 * SPAN]).tolist()
            if edges[1] < edges[2]:
                yield slice(edges[0], edges[3]), (edges[1] - edges[0], edges[2] - edges[0])


@dataclass(frozen=True, slots=True)
class Links:
    """Which articles are issues, and which articles of other stories and days have most in common with some.

    Attributes:
        framed: int64, rows in the columns, of the articles that share a frame with those of other stories.
        alone: int64, rows of those that share one within their story, and of bare titles that their outlet prints on
            many days, with any figures. One story may hold a whole series of them.
        left, right: int64 (m,), rows of an article and another; at most one pair for each article and day.
        share: float32 (m,), the share of the left one's words, at least :data:`SHARE`.
    """

    framed: np.ndarray
    alone: np.ndarray
    left: np.ndarray
    right: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, dated: Dated, sets_of: Callable[[np.ndarray], ShingleSets], leads: Leads) -> Links:
        """Find the issues.

        Args:
            dated: all articles.
            sets_of: gives the shingles of some rows of the columns.
            leads: gives title and beginning of some rows.
        """
        found = [_linked(dated.part(around), focus, sets_of, leads) for around, focus in dated.windows()]
        return cls(
            concatenated((one.framed for one in found), np.int64),
            concatenated((one.alone for one in found), np.int64),
            concatenated((one.left for one in found), np.int64),
            concatenated((one.right for one in found), np.int64),
            concatenated((one.share for one in found), np.float32),
        )


def _linked(near: Dated, focus: tuple[int, int], sets_of: Callable[[np.ndarray], ShingleSets], leads: Leads) -> Links:
    """Find the issues of some articles, from ``focus[0]`` up to ``focus[1]``, in what is near them."""
    sets, days = sets_of(near.rows), near.days - near.days[0]
    frames = Frames.of(sets, lambda places: leads(near.rows[places]), near.stories, days)
    wanted = max(LEAST_DAYS, math.ceil(OFTEN * (len(unique(days)) - 1)))
    likely = frames.shares >= SHARE
    framed = frames.rows[likely.sum(axis=1) >= wanted]
    alike = (frames.own >= OWN_SHARE) & (frames.own < VERSION)
    bare = np.flatnonzero((sets.sizes <= _TITLE) & (sets.sizes > 0))
    titles = sketch([_FIGURES.sub(" ", title) for title in leads(near.rows[bare])]).keys
    repeated = bare[_are_repeated(titles, near.sources[bare], days[bare], wanted)]
    alone = np.concatenate([frames.rows[alike.sum(axis=1) >= wanted], repeated])
    at, day = np.nonzero(likely & _are_within(frames.rows, focus)[:, None])
    left, right = frames.rows[at], frames.siblings[at, day]
    framed, alone = (rows[_are_within(rows, focus)] for rows in (framed, alone))
    rows = near.rows
    return Links(rows[framed], rows[alone], rows[left], rows[right], frames.shares[at, day])


def _are_within(rows: np.ndarray, focus: tuple[int, int]) -> np.ndarray:
    return np.asarray((rows >= focus[0]) & (rows < focus[1]))


def _are_repeated(titles: np.ndarray, sources: np.ndarray, days: np.ndarray, wanted: int) -> np.ndarray:
    """Return which titles, given by keys (uint64), their outlet prints on so many other days: bool (n,)."""
    order = np.lexsort((days, titles, sources))
    another = np.ones(len(order), bool)
    another[1:] = (np.diff(titles[order]) != 0) | (np.diff(sources[order]) != 0)
    title = np.cumsum(another) - 1
    another[1:] |= np.diff(days[order]) != 0  # each day of a title once
    found = np.empty(len(order), bool)
    found[order] = np.bincount(title, another)[title] > wanted
    return found
