"""Place new articles of an index among its stories, without grouping other articles again.

An article is compared with those published within four days of it; an undated one with those of the latest four days,
and with other undated ones. It stays in its story until :func:`~sada.cluster.stories.stories.find_stories` is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.copies.copies import JACCARD
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.time_window import around, days_of
from sada.cluster.stories.labels import Vocabulary
from sada.cluster.stories.online import place
from sada.cluster.stories.stored import PlacedArticles, assign_ids, names_in, prepared_set, read_rows, worded_drafts
from sada.cluster.stories.stories import METHOD, find_stories
from sada.cluster.stories.views import Draft, build_stories
from sada.indexes.errors import IndexBusyError, refuse_one_text
from sada.indexes.storage.columns import Columns
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

Copies = Sequence[tuple[int, float]]
"""The rows of the copies of an article, the first published first, each with the Jaccard."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The story of an article that was added to an index, and what it is a copy of.

    >>> placement = place_new(index, also=["en-122"])[0]
    >>> placement.story, placement.new, placement.copy_of
    ('s9f70c6b6e0', False, 'en-001')

    Attributes:
        id: of the article.
        story: id of its story.
        new: True if the story was opened with this article.
        copy_of: id of the first published of all articles that it is a copy of, by the threshold that the index was
            created with; None if there is none, or if it is the first itself.
    """

    id: str
    story: str
    new: bool
    copy_of: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the row of ``add --follow``, ready for JSON."""
        return {"id": self.id, "story": self.story, "new": self.new, "copy_of": self.copy_of}


@carries_threads
def place_new(index: NewsIndex, *, also: Collection[str] = (), threads: int = 0) -> tuple[Placement, ...]:
    """Place the articles of an index that are in no stored story, and commit the result.

    Texts are read only of articles within four days of the new ones, and once as long as the index is open: their terms
    are kept, and so is which article is in which story. Stories that lost articles are updated, too. If stories were
    never stored, or by another version of the method, all stories are found instead.

    >>> number = index.add([Article("en-900", "Ferry hits pier", articles[7].text, published=articles[7].published)])
    >>> place_new(index)
    (Placement(id='en-900', story='s9f70c6b6e0', new=False, copy_of='en-001'),)

    Args:
        index: an open index.
        also: ids of articles to report, too, though they are in stories already.
        threads: how many to use, 0 for the number of the index. The result does not depend on it.

    Returns:
        A placement for each new article and each of ``also``, in order of publication (ties: by id), undated ones last.

    Raises:
        IndexBusyError: if another process is writing, or has written since this index was opened.
        UnknownArticleError: if an id of ``also`` is not in the index.
    """
    refuse_one_text(also=also)
    stored = PlacedArticles.of(index)
    columns = stored.columns
    new = in_order(columns, np.flatnonzero(stored.stories < 0))
    reported = in_order(columns, np.union1d(new, np.array(columns.rows(list(also)), np.int64)))
    copies = {row: _copies(index, row) for row in reported.tolist()}
    inside = reported[stored.stories[reported] >= 0]
    home = dict(zip(inside.tolist(), stored.ids(stored.stories[inside].tolist()), strict=True))
    if len(new) and index.stories.grouped_up_to(METHOD) is None:
        found = find_stories(index)
        if not found.stored:
            raise IndexBusyError(f"{index.path}: another process is writing: run it again")
        home = {row: found.of(columns.ids[row]).id for row in reported.tolist()}
    elif len(new):
        home |= _placed(index, stored, new, copies)
    known, told, placements = stored.members.stories, set(), []
    for row in reported.tolist():
        first = copies[row][0][0] if copies[row] else row
        copy_of = columns.ids[first] if _precedes(columns, first, row) else None
        is_new = home[row] not in known and home[row] not in told
        placements.append(Placement(columns.ids[row], home[row], is_new, copy_of))
        told.add(home[row])
    return tuple(placements)


def in_order(columns: Columns, rows: np.ndarray) -> np.ndarray:
    """Sort rows by time of publication, then by id; undated ones last."""
    by_id = np.array(sorted(rows.tolist(), key=columns.ids.__getitem__), np.int64)
    return by_id[np.argsort(columns.published[by_id], kind="stable")]


def _precedes(columns: Columns, row: int, other: int) -> bool:
    """Return whether one row comes before another in the order of :func:`in_order`."""
    return (columns.published[row], columns.ids[row]) < (columns.published[other], columns.ids[other])


def _copies(index: NewsIndex, row: int) -> Copies:
    """Find the copies of an article in its index: rows and exact Jaccard, the first published first."""
    sketch = index.snapshot.segments.sketch_of(np.array([row]))
    if not sketch.sizes[0]:
        return []
    rows = index.snapshot.segments.lsh_candidates(sketch.signatures[0])
    scores = index.snapshot.segments.jaccards(sketch.row(0), rows)
    found = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    copies = rows[(scores >= index.snapshot.copy_threshold) & (rows != row)]
    return [(other, found[other]) for other in in_order(index.snapshot.columns, copies).tolist()]


def _placed(index: NewsIndex, stored: PlacedArticles, new: np.ndarray, copies: Mapping[int, Copies]) -> dict[int, str]:
    """Place new articles (int64 (m,) rows, in order), commit, and return the id of each one's story, by row."""
    columns, times = stored.columns, days_of(stored.columns)
    leader = {row: _leader(columns, stored, times, row, copies[row]) for row in new.tolist()}
    loaded = around(times, times[new])
    loaded[[*leader.keys(), *leader.values()]] = True
    rows = in_order(columns, np.flatnonzero(loaded))
    prepared = prepared_set(index, rows, index.stories.shift(METHOD))
    stories = stored.stories[rows]
    found = place(prepared, stories, np.arange(len(rows)), _leaders(stored, rows, leader))
    is_new = stories < 0
    joined, opened = _by_story(zip(found[is_new].tolist(), rows[is_new].tolist(), strict=True), stories.max(initial=-1))
    replaced = index.stories.some(sorted(stored.ids({*joined, *stored.short.tolist()})))
    drafts, known = worded_drafts(index, replaced)
    places = [stored.members.stories[draft.id].place for draft in drafts]
    drafts = [_grown(columns, draft, joined.get(at, []), leader) for at, draft in zip(places, drafts, strict=True)]
    for several in opened.values():
        keywords = Vocabulary(read_rows(index, np.array(several))).keywords(range(len(several)))
        drafts.append(_grown(columns, Draft("", keywords, []), several, leader))
    grown = build_stories(columns, drafts, known, names_in(index), now=0)  # nothing stored depends on the time
    assigned = assign_ids(index, stored, replaced, grown)
    assigned.store(index, METHOD, repaired=False)
    return {columns.row_of[id_]: story.id for story in assigned.stories for id_ in story.articles}


def _leader(columns: Columns, stored: PlacedArticles, times: np.ndarray, row: int, copies: Copies) -> int:
    """Return the first copy of a new article whose story it shares, or the article itself.

    The copy has a story already or is placed earlier, and is not more than four days away.
    """
    for other, score in copies:
        placed = stored.stories[other] >= 0 or _precedes(columns, other, row)
        if score >= JACCARD and placed and not abs(times[other] - times[row]) > WINDOW_DAYS:
            return other
    return row


def _leaders(stored: PlacedArticles, rows: np.ndarray, leader: Mapping[int, int]) -> np.ndarray:
    """Return for each row the position in ``rows`` of the article whose story it shares, or its own: int64 (n,).

    For new articles this is ``leader``; for copies in stored stories, the first of their copies among the rows.
    """
    found, at = np.arange(len(rows)), stored.at[rows]
    inside = np.flatnonzero(at >= 0)
    members, at = stored.members, at[inside]
    order = np.lexsort((members.ranks[at], members.pieces[at], members.places[at]))
    at, inside = at[order], inside[order]
    first = (np.diff(members.places[at], prepend=-1) != 0) | (np.diff(members.pieces[at], prepend=-1) != 0)
    found[inside] = inside[first][np.cumsum(first) - 1]
    places = np.argsort(rows)
    some, others = (np.array(list(these), np.int64) for these in (leader.keys(), leader.values()))
    found[places[np.searchsorted(rows, some, sorter=places)]] = places[np.searchsorted(rows, others, sorter=places)]
    return found


def _by_story(found: Iterable[tuple[int, int]], last: int) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Group rows by the stories that they joined, numbered up to ``last``, and by those that they opened."""
    joined: dict[int, list[int]] = {}
    opened: dict[int, list[int]] = {}
    for story, row in found:
        (joined if story <= last else opened).setdefault(story, []).append(row)
    return joined, opened


def _grown(columns: Columns, draft: Draft, rows: Sequence[int], leader: Mapping[int, int]) -> Draft:
    """Add articles to a story: copies to the piece of their original, others as new pieces at the end."""
    pieces = [list(piece) for piece in draft.pieces]
    piece_of = {row: piece for piece in pieces for row in piece}
    for row in rows:
        piece = piece_of.get(leader[row])
        if piece is None:
            pieces.append(piece := [])
        piece_of[row] = piece
        piece.append(row)
    for piece in pieces:
        if len(piece) > 2:
            piece[1:] = in_order(columns, np.array(piece[1:], np.int64)).tolist()
    return replace(draft, pieces=pieces)
