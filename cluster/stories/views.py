"""Build :class:`~sada.cluster.stories.story.Story` objects from groups of articles, now or as of an earlier time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

import numpy as np

from sada.cluster.scoring.time_window import days_of, newest
from sada.cluster.stories.story import REPRESENTATIVES, Headline, Story
from sada.indexes.article import Article
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import DAY, UNDATED, day_text, from_micros, to_micros

Names = Callable[[Sequence[int]], Sequence[str]]
"""Gives the names of the articles of some rows, see :func:`name_of`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A story in terms of rows, from which a :class:`~sada.cluster.stories.story.Story` is built.

    Attributes:
        id: empty if it has none yet.
        keywords: the strongest first.
        pieces: rows, each original followed by its copies in order of publication, the most central original first.
    """

    id: str
    keywords: Sequence[str]
    pieces: Sequence[Sequence[int]]

    def of(self, keep: Callable[[int], bool]) -> Draft:
        """Keep some rows only; if an original is dropped, its first copy takes its place."""
        kept = ([row for row in piece if keep(row)] for piece in self.pieces)
        return replace(self, pieces=[piece for piece in kept if piece])


def name_of(article: Article) -> str:
    """Return the title of an article, or the beginning of its text if it has none; without HTML tags."""
    return article.plain_title or article.plain_text[:80]


def build_stories(
    columns: Columns, drafts: Iterable[Draft], known: Mapping[int, str], names: Names, now: int | None = None
) -> list[Story]:
    """Build the stories of drafts; drafts without rows are left out.

    Args:
        columns: of all articles.
        drafts: with rows of ``columns``.
        known: the names of some articles, by row.
        names: called once, for all other rows whose names are needed.
        now: the end of the 24 hours of growth, in microseconds since 1970; None for the latest publication, see
            :func:`~sada.cluster.scoring.time_window.newest`.
    """
    drafts = [draft for draft in drafts if draft.pieces]
    central = [_most_central(columns, draft) for draft in drafts]
    missing = list({row: None for rows in central for row in rows.values() if row not in known})
    titles = {**known, **dict(zip(missing, names(missing), strict=True))} if missing else known
    if now is None:
        last = newest(days_of(columns))
        now = 0 if np.isnan(last) else round(last * DAY)
    return [_story(columns, draft, rows, titles, now) for draft, rows in zip(drafts, central, strict=True)]


def as_of(stories: Iterable[Story], columns: Columns, names: Names, moment: datetime) -> list[Story]:
    """Build stories without articles published later; see :meth:`sada.cluster.stories.stories.Stories.as_of`."""
    if moment.utcoffset() is None:
        raise ValueError("moment needs an offset, for example +00:00")
    now = to_micros(moment)
    left = ((columns.published <= now) | (columns.published == UNDATED)).tolist()
    known: dict[int, str] = {}
    drafts = []
    for story in stories:
        pieces = [columns.rows(list(piece)) for piece in story.pieces]
        known[pieces[0][0]] = story.headline
        known |= {columns.row_of[headline.id]: headline.title for headline in story.headlines.values()}
        drafts.append(Draft(story.id, story.keywords, pieces).of(left.__getitem__))
    return build_stories(columns, drafts, known, names, now)


def _most_central(columns: Columns, draft: Draft) -> dict[str, int]:
    """Return the row of the most central original of each language, and of all under the empty name."""
    found = {"": draft.pieces[0][0]}
    for original, *_ in draft.pieces:
        found.setdefault(columns.languages[original], original)
    return found


def _story(columns: Columns, draft: Draft, central: Mapping[str, int], titles: Mapping[int, str], now: int) -> Story:
    rows = list(chain.from_iterable(draft.pieces))
    members = sorted(
        (micros, columns.ids[row], row) for micros, row in zip(columns.published[rows].tolist(), rows, strict=True)
    )
    times = [micros for micros, _, _ in members if micros != UNDATED]
    return Story(
        id=draft.id,
        headline=titles[central[""]],
        keywords=tuple(draft.keywords),
        articles=tuple(id_ for _, id_, _ in members),
        copies=len(rows) - len(draft.pieces),
        languages=_frequent(columns.languages[row] for row in rows),
        sources=_frequent(columns.sources[row] for row in rows),
        first=from_micros(times[0]) if times else None,
        last=from_micros(times[-1]) if times else None,
        first_source=(columns.sources[members[0][2]] or None) if times else None,
        days=dict(Counter(day_text(micros // DAY) for micros in times)),
        growth=sum(now - DAY < micros <= now for micros in times),
        representatives=_representatives(columns, draft),
        headlines={code: Headline(columns.ids[row], titles[row]) for code, row in central.items() if code},
        pieces=tuple(tuple(columns.ids[row] for row in piece) for piece in draft.pieces),
    )


def _representatives(columns: Columns, draft: Draft) -> tuple[str, ...]:
    """Return the first article of each outlet, originals before copies."""
    found: dict[str, str] = {}
    originals = (piece[0] for piece in draft.pieces)
    copies = (row for piece in draft.pieces for row in piece[1:])
    for row in chain(originals, copies):
        found.setdefault(columns.sources[row], columns.ids[row])
    return tuple(found.values())[:REPRESENTATIVES]


def _frequent(values: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct values that are not empty, the most frequent first."""
    counts = Counter(value for value in values if value)
    return tuple(sorted(counts, key=lambda value: (-counts[value], value)))
