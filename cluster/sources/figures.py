"""The figures of an outlet, the articles behind each figure, and how articles are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from sada.indexes.article import iso

FIGURES = ("first_of_copies", "first_of_stories", "copies", "repeats", "ties", "undated_copies")


@dataclass(frozen=True, slots=True)
class SourceEcho:
    """What an outlet had first, whom it followed, and who followed it: all figures are numbers of its articles.

    An article *follows* the earliest of its verified copies (Jaccard at or above the threshold, in its group) if that
    is another outlet's and came out before it. Before means in an earlier minute: articles of one minute follow each
    other in neither direction. A time of exactly midnight in UTC is taken for a date without a time, which may be any
    moment of that day. Where the earliest copies of several outlets came at once, the article follows each of them.

    No article counts as more than one of ``first_of_copies``, ``copies``, ``repeats``, ``ties`` and
    ``undated_copies``. To follow is to come after with the same words, as far as the articles state their times: it may
    be that both took them from a third that is not in the index.

    Attributes:
        source: its name, in the spelling that most articles have; None for all articles that name no outlet, which
            count as one outlet's.
        day: the day in UTC that the figures are of, as 2024-07-31; None if they are of all days, or of the articles
            without a date.
        articles: how many.
        first_of_copies: came out before all other outlets' in their group of copies, of those groups that other
            outlets are in.
        first_of_stories: the same of stories.
        copies: follow another outlet.
        repeats: of which the outlet itself had a copy before, whoever was first; of several in one minute all but the
            first by id.
        ties: follow nobody, and a copy of theirs came at once at another outlet: nobody can tell who was first.
        undated_copies: have a copy, and no date.
        median_delay_s: how many seconds its ``copies`` came after the earliest, as stated; None without any.
        follows: for each outlet how many of the articles follow it, most first, None last.
        followed_by: for each outlet how many of its articles follow one of these, whenever they came, in that order.
        days: how many articles on each day in UTC, the first day first; undated ones on none.
    """

    source: str | None
    day: str | None
    articles: int
    first_of_copies: int
    first_of_stories: int
    copies: int
    repeats: int
    ties: int
    undated_copies: int
    median_delay_s: float | None
    follows: dict[str | None, int] = field(hash=False)
    followed_by: dict[str | None, int] = field(hash=False)
    days: dict[str, int] = field(hash=False)

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``sources`` command."""
        return {
            "source": self.source,
            "day": self.day,
            "articles": self.articles,
            **{name: getattr(self, name) for name in FIGURES},
            "median_delay_s": self.median_delay_s,
            "follows": [{"source": name, "articles": count} for name, count in self.follows.items()],
            "followed_by": [{"source": name, "articles": count} for name, count in self.followed_by.items()],
            "days": dict(self.days),
        }


@dataclass(frozen=True, slots=True)
class EchoPair:
    """Why an article counts in a figure of its source.

    Attributes:
        source: the outlet whose figure it is; None if the article names none.
        figure: which one, as :class:`SourceEcho` calls it; ``followed_by`` too.
        article: id of the article that counts.
        published: when it came out, in UTC; None if unknown.
        other: id of the article that makes it count: the one that it follows or repeats, that came at once with it or
            follows it, its most similar copy if it has no date; of firsts the next of another outlet.
        other_source: the outlet of that.
        delay_s: seconds from the earlier of both to the later, as stated; None if one has no date.
        jaccard: of both, exact, 0 to 1. Articles of one story need not be copies.
    """

    source: str | None
    figure: str
    article: str
    published: datetime | None
    other: str
    other_source: str | None
    delay_s: float | None
    jaccard: float

    def to_dict(self) -> dict[str, Any]:
        """As plain values; ``jaccard`` to four places."""
        return {
            "source": self.source,
            "figure": self.figure,
            "article": self.article,
            "published": iso(self.published),
            "other": self.other,
            "other_source": self.other_source,
            "delay_s": self.delay_s,
            "jaccard": round(self.jaccard, 4),
        }


@dataclass(frozen=True)
class Units:
    """The u rows of the table of figures: one for each source, or for each source and day.

    Attributes:
        sources, days: int64 (u,), the source and the day of each unit.
        of_rows: int64 (n,), the unit of each article, -1 for articles that do not count.
    """

    sources: np.ndarray
    days: np.ndarray
    of_rows: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, sources: np.ndarray, days: np.ndarray) -> Units:
        """Find the units of the articles ``rows``, from the source and the day of all n articles."""
        (of_sources, of_days), which = np.unique(np.stack([sources[rows], days[rows]]), axis=1, return_inverse=True)
        of_rows = np.full(len(sources), -1)
        of_rows[rows] = which
        return cls(of_sources, of_days, of_rows)

    def counts(self, rows: np.ndarray) -> list[int]:
        """Count how many of some articles each unit has."""
        owners = self.of_rows[rows]
        return np.bincount(owners[owners >= 0], minlength=len(self.sources)).tolist()

    def tallies(self, rows: np.ndarray, kinds: np.ndarray) -> list[dict[int, int]]:
        """Count, for each unit, how many of some articles are of each kind, in ascending order of the kinds."""
        owners = self.of_rows[rows]
        pairs, counts = np.unique(np.stack([owners, kinds])[:, owners >= 0], axis=1, return_counts=True)
        found: list[dict[int, int]] = [{} for _ in self.sources]
        for owner, kind, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
            found[owner][kind] = count
        return found
