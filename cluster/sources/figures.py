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
    """How often an outlet was first, followed others, and was followed; figures are numbers of its articles.

    An article *follows* the earliest of its verified copies (in its group, with at least the threshold Jaccard) if this
    is of another outlet and was published before it. Before means in an earlier minute; articles of one minute do not
    follow each other. A time of exactly midnight in UTC counts as a date without a time, which may be any time of that
    day. If the earliest copies of several outlets were published at once, the article follows each of them.

    No article counts in more than one of ``first_of_copies``, ``copies``, ``repeats``, ``ties`` and
    ``undated_copies``. To follow means to publish the same words later, by the stated times: both articles may have
    copied a third one that is not in the index.

    >>> echo = source_echoes(articles)[0]
    >>> echo.source, echo.articles, echo.first_of_copies, echo.followed_by
    ('بوابة الواحة', 11, 1, {'صحيفة الرواق': 1})

    Attributes:
        source: name of the outlet in its most frequent spelling; None for all articles that name no outlet.
        day: the day in UTC of the figures, as 2024-07-31; None for all days, or for the articles without a date.
        articles: number of articles.
        first_of_copies: articles published before those of all other outlets in their group of copies, of the groups
            with several outlets.
        first_of_stories: the same in their story.
        copies: articles that follow another outlet.
        repeats: articles of which the outlet itself published a copy before, whoever was first; of several in one
            minute, all but the first by id.
        ties: articles that follow no outlet and have a copy of another outlet at the same time, so nobody was first.
        undated_copies: articles with a copy and without a date.
        median_delay_s: median of the seconds between the earliest copy and each of ``copies``, by stated times; None
            without copies.
        follows: for each outlet, how many of the articles follow it, most first, None last.
        followed_by: for each outlet, how many of its articles follow one of these, in the same order.
        days: number of articles on each day in UTC, in order of days; undated articles are left out.
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
        """Return the row of the ``sources`` command, ready for JSON."""
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
    """A pair of articles behind a figure of :class:`SourceEcho`.

    >>> pair = next(pair for pair in echo_pairs(articles) if pair.article == "en-122")
    >>> pair.figure, pair.other, pair.other_source, pair.delay_s
    ('copies', 'en-001', 'Northwind Wire', 9000.0)

    Attributes:
        source: the outlet of the figure; None if the article names none.
        figure: name of the figure, an attribute of :class:`SourceEcho`.
        article: id of the article that counts.
        published: its time of publication in UTC; None if unknown.
        other: id of the article for which it counts. For ``copies`` and ``repeats`` it is the earlier one, for ``ties``
            the one of the same time, for ``followed_by`` the one that follows, for ``undated_copies`` the most similar
            copy, and for firsts the next one of another outlet.
        other_source: the outlet of ``other``.
        delay_s: seconds between both publications, by stated times; None if one has no date.
        jaccard: exact Jaccard of both, 0 to 1. Articles of one story need not be copies.
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
        """Return plain values, ready for JSON; ``jaccard`` has four decimals."""
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
