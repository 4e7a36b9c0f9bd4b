"""From groups of articles to stories as they are told: now, or as of a moment that has passed."""

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
"""What the articles of some rows are called; see :func:`name_of`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A story that is not told yet.

    Attributes:
        id: empty if it has none so far.
        keywords: the strongest first.
        pieces: rows, each original followed by its copies in order of publication, the most central original first.
    """

    id: str
    keywords: Sequence[str]
    pieces: Sequence[Sequence[int]]

    def of(self, keep: Callable[[int], bool]) -> Draft:
        """With those rows alone; where an original goes, its first copy takes its place."""
        kept = ([row for row in piece if keep(row)] for piece in self.pieces)
        return replace(self, pieces=[piece for piece in kept if piece])


def name_of(article: Article) -> str:
    """The title of an article, or how its text begins if it has none."""
    return article.title or article.text[:80]


def build_stories(
    columns: Columns, drafts: Iterable[Draft], known: Mapping[int, str], names: Names, now: int | None = None
) -> list[Story]:
    """The stories of drafts; a draft without a row is none.

    Args:
        columns: of all articles.
        drafts: with rows of ``columns``.
        known: what the articles of some rows are called.
        names: asked once, for all further rows whose names are needed.
        now: the end of the 24 hours whose articles count as growth, in microseconds since 1970; None is the latest
            publication of all that is no error, see :func:`~sada.cluster.scoring.time_window.newest`.
    """
    drafts = [draft for draft in drafts if draft.pieces]
    central = [_most_central(columns, draft) for draft in drafts]
    missing = list({row: None for rows in central for row in rows.values() if row not in known})
    titles = {**known, **dict(zip(missing, names(missing), strict=True))} if missing else known
    if now is None:
        last = newest(days_of(columns))
        now = 0 if np.isnan(last) else round(last * DAY)
    return [_told(columns, draft, rows, titles, now) for draft, rows in zip(drafts, central, strict=True)]


def as_of(stories: Iterable[Story], columns: Columns, names: Names, moment: datetime) -> list[Story]:
    """What of stories was published by a moment; see :meth:`sada.cluster.stories.stories.Stories.as_of`."""
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
    """The row of the most central original in each language, and under the empty name that of all."""
    found = {"": draft.pieces[0][0]}
    for original, *_ in draft.pieces:
        found.setdefault(columns.languages[original], original)
    return found


def _told(columns: Columns, draft: Draft, central: Mapping[str, int], titles: Mapping[int, str], now: int) -> Story:
    rows = list(chain.from_iterable(draft.pieces))
    members = sorted(
        (moment, columns.ids[row], row) for moment, row in zip(columns.published[rows].tolist(), rows, strict=True)
    )
    moments = [moment for moment, _, _ in members if moment != UNDATED]
    return Story(
        id=draft.id,
        headline=titles[central[""]],
        keywords=tuple(draft.keywords),
        articles=tuple(id_ for _, id_, _ in members),
        copies=len(rows) - len(draft.pieces),
        languages=_frequent(columns.languages[row] for row in rows),
        sources=_frequent(columns.sources[row] for row in rows),
        first=from_micros(moments[0]) if moments else None,
        last=from_micros(moments[-1]) if moments else None,
        first_source=(columns.sources[members[0][2]] or None) if moments else None,
        days=dict(Counter(day_text(moment // DAY) for moment in moments)),
        growth=sum(now - DAY < moment <= now for moment in moments),
        representatives=_representatives(columns, draft),
        headlines={code: Headline(columns.ids[row], titles[row]) for code, row in central.items() if code},
        pieces=tuple(tuple(columns.ids[row] for row in piece) for piece in draft.pieces),
    )


def _representatives(columns: Columns, draft: Draft) -> tuple[str, ...]:
    found: dict[str, str] = {}
    originals = (piece[0] for piece in draft.pieces)
    copies = (row for piece in draft.pieces for row in piece[1:])
    for row in chain(originals, copies):
        found.setdefault(columns.sources[row], columns.ids[row])
    return tuple(found.values())[:REPRESENTATIVES]


def _frequent(values: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(value for value in values if value)
    return tuple(sorted(counts, key=lambda value: (-counts[value], value)))
