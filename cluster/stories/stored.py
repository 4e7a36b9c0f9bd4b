"""The stored stories of an index in terms of its current articles, and how new stories replace them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.scoring.kept_terms import kept_terms
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.semantic import Meaning
from sada.cluster.scoring.time_window import days_of
from sada.cluster.stories.history import changes_between, members_of
from sada.cluster.stories.labels import Vocabulary
from sada.cluster.stories.stable_ids import match_ids
from sada.cluster.stories.story import Story
from sada.cluster.stories.views import Draft, Names, build_stories, name_of
from sada.indexes.article import Article
from sada.indexes.handle.story_members import StoryMembers
from sada.indexes.ragged import unique
from sada.indexes.segments.segment import home_codes
from sada.indexes.storage.columns import Columns
from sada.indexes.storage.story_tables import StoryChange, StoryRow
from sada.indexes.tags.removal import without_tags

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


@dataclass(frozen=True, slots=True)
class StoredStories:
    """All stored stories of an index; reading them takes time and memory in proportion to the archive.

    Attributes:
        version: the state of the index that all of this is of, see
            :meth:`~sada.indexes.handle.story_store.StoryStore.version`.
        columns: its articles.
        rows: the stories as they are stored.
        redirects: the current story of each id that was merged away; empty if its articles were removed.
        stories: int64 (n,), for each row of the columns the position of its story in ``rows``; -1 if it has none.
        short: int64, ascending, the positions of stories that lost articles since they were stored.
    """

    version: tuple[Any, ...]
    columns: Columns
    rows: list[StoryRow]
    redirects: dict[str, str]
    stories: np.ndarray
    short: np.ndarray

    @classmethod
    def of(cls, index: NewsIndex) -> StoredStories:
        """Read the stored stories of an index."""
        with index.snapshot.lock:  # another thread may move the index to another commit in between
            version, columns = index.stories.version(), index.snapshot.columns
            stored, redirects = index.stories.stored()
        owners = np.repeat(np.arange(len(stored)), [len(numbers) for _, numbers, _ in stored])
        numbers = np.fromiter(chain.from_iterable(numbers for _, numbers, _ in stored), np.int64, len(owners))
        rows = columns.rows_of_numbers(numbers)
        stories = np.full(len(columns), -1)
        stories[rows[rows >= 0]] = owners[rows >= 0]
        return cls(version, columns, stored, redirects, stories, unique(owners[rows < 0]))

    def at(self, places: Iterable[int]) -> list[StoryRow]:
        """Return the stored stories at some positions."""
        return [self.rows[place] for place in places]

    def ids_beside(self, some: Collection[str]) -> Collection[str]:
        """Return the ids of all stories but some."""
        return {id_ for id_, _, _ in self.rows if id_ not in some}


@dataclass(frozen=True, slots=True)
class PlacedArticles:
    """Which article of an index is in which stored story; the words of stories are not read, and most are known.

    Attributes:
        version, columns: as of :class:`StoredStories`.
        members: the stored stories; each has a place there.
        at: int64 (n,), for each row of the columns its position in the columns of ``members``; -1 if it is in no story.
        stories: int64 (n,), the place of its story; -1 if it is in none.
        short: int64, ascending, the places of stories that lost articles since they were stored.
    """

    version: tuple[Any, ...]
    columns: Columns
    members: StoryMembers
    at: np.ndarray
    stories: np.ndarray
    short: np.ndarray

    @classmethod
    def of(cls, index: NewsIndex) -> PlacedArticles:
        """Read what changed since the last call for this open index."""
        with index.snapshot.lock:  # another thread may move the index to another commit in between
            version, columns, members = index.stories.version(), index.snapshot.columns, index.stories.members()
        at = members.at(columns.numbers)
        stories = np.where(at >= 0, np.append(members.places, -1)[at], -1)
        left = np.bincount(stories[stories >= 0], minlength=len(members.sizes))
        return cls(version, columns, members, at, stories, np.flatnonzero(left < members.sizes))

    def ids(self, places: Iterable[int]) -> list[str]:
        """Return the ids of the stories at some places."""
        return [self.members.ids[place] for place in places]

    @property
    def redirects(self) -> Mapping[str, str]:
        """The current story of each id that was merged away; empty if its articles were removed."""
        return self.members.redirects

    def ids_beside(self, some: Collection[str]) -> Collection[str]:
        """Return the ids of all stories, also of some that are given: these are in use, too."""
        return self.members.stories.keys()


@dataclass(frozen=True, slots=True)
class AssignedStories:
    """New stories with their ids, and what has to be stored.

    Attributes:
        version, columns: of the stored stories, some of which they replace.
        stories: the new stories.
        redirects: all redirects of the index.
        moved: the redirects that are new or changed.
        ended: ids of stored stories that do not exist any more.
        changes: the changes to add to the history.
    """

    version: tuple[Any, ...]
    columns: Columns
    stories: list[Story]
    redirects: dict[str, str]
    moved: dict[str, str]
    ended: list[str]
    changes: list[StoryChange]

    def store(self, index: NewsIndex, method: str, *, repaired: bool = True, shift: float = 0.0) -> None:
        """Commit the stories; it raises what :meth:`~sada.indexes.handle.story_store.StoryStore.store` raises."""
        columns = self.columns
        rows = [
            (story.id, columns.numbers[columns.rows(list(story.articles))].tolist(), _derived(story))
            for story in self.stories
        ]
        index.stories.store(
            rows,
            self.moved,
            method,
            ended=self.ended,
            changes=self.changes,
            repaired=repaired,
            shift=shift,
            version=self.version,
        )


def assign_ids(
    index: NewsIndex,
    stored: StoredStories | PlacedArticles,
    replaced: Sequence[StoryRow],
    stories: Sequence[Story],
    *,
    claims: Mapping[str, set[str]] | None = None,
    anew: bool = False,
) -> AssignedStories:
    """Give ids to the stories that replace some stored ones; all other stored stories stay as they are.

    Args:
        index: the index of the stories.
        stored: its stored stories.
        replaced: those of them that are replaced.
        stories: the new stories without ids, of the articles of those replaced and of new articles.
        claims: for some of the stories replaced, the articles that the id stays with, in place of all.
        anew: see :func:`~sada.cluster.stories.stable_ids.match_ids`.
    """
    before = members_of(index, replaced)
    clusters = [story.articles for story in stories]
    others = stored.ids_beside(before)
    ids, redirects = match_ids(clusters, before | dict(claims or {}), stored.redirects, others=others, anew=anew)
    moved = {id_: now for id_, now in redirects.items() if stored.redirects.get(id_) != now}
    after = dict(zip(ids, clusters, strict=True))
    named = [replace(story, id=id_) for story, id_ in zip(stories, ids, strict=True)]
    ended = [id_ for id_ in before if id_ not in after]
    changes = changes_between(before, after, redirects)
    return AssignedStories(stored.version, stored.columns, named, redirects, moved, ended, changes)


def drafts_of(columns: Columns, stored: Iterable[StoryRow]) -> tuple[list[Draft], dict[int, str]]:
    """Return drafts of stored stories without the articles removed since, and the known names of articles by row."""
    drafts: list[Draft] = []
    known: dict[int, str] = {}
    for id_, numbers, row in stored:
        rows = columns.rows_of_numbers(np.array(numbers, np.int64)).tolist()
        known |= {
            rows[place]: without_tags(title) for place, title in row.get("titles", ())
        }  # earlier methods stored no titles and no pieces, or titles with tags
        pieces = row.get("pieces") or [[place] for place in range(len(rows))]
        pieces = [[rows[place] for place in piece] for piece in pieces]
        drafts.append(Draft(id_, row.get("keywords", ()), pieces).of(_is_there))
    return drafts, known


def worded_drafts(index: NewsIndex, stored: Sequence[StoryRow]) -> tuple[list[Draft], dict[int, str]]:
    """Return what :func:`drafts_of` does; a story that lost its words with an article has keywords of the others."""
    drafts, known = drafts_of(index.snapshot.columns, stored)
    for at, (draft, (_, _, row)) in enumerate(zip(drafts, stored, strict=True)):
        if "keywords" not in row:
            rows = np.array(list(chain.from_iterable(draft.pieces)), np.int64)
            drafts[at] = replace(draft, keywords=Vocabulary(read_rows(index, rows)).keywords(range(len(rows))))
    return drafts, known


def load_stories(index: NewsIndex, stored: Sequence[StoryRow]) -> list[Story]:
    """Build stories from stored ones, without the articles removed since."""
    return build_stories(index.snapshot.columns, *worded_drafts(index, stored), names_in(index))


def read_rows(index: NewsIndex, rows: np.ndarray) -> list[Article]:
    """Read the articles of some rows (int64) without boilerplate, each with its stated or identified language."""
    columns = index.snapshot.columns
    found = index.snapshot.boilerplate.read(index.get([columns.ids[row] for row in rows]))
    languages = [columns.languages[row] for row in rows]
    return [
        article if article.language == language else replace(article, language=language)
        for article, language in zip(found, languages, strict=True)
    ]


def prepared_rows(index: NewsIndex, rows: np.ndarray, shift: float = 0.0) -> tuple[list[Article], StorySet]:
    """Read the articles of some rows, each with its stated or identified language, and prepare them for scoring.

    Args:
        index: only these rows are read.
        rows: int64 (m,), rows of its columns, in the order of the result.
        shift: of the log-odds of pairs of full texts, as stored with the stories.
    """
    articles = read_rows(index, rows)
    return articles, prepared_set(index, rows, shift, lambda places: [articles[place] for place in places.tolist()])


def prepared_set(
    index: NewsIndex, rows: np.ndarray, shift: float, read: Callable[[np.ndarray], Sequence[Article]] | None = None
) -> StorySet:
    """Prepare the articles of some rows; only those are read that this open index has not prepared before.

    Args:
        index: as of :func:`prepared_rows`, like the next two.
        rows: int64 (m,).
        shift: as stored.
        read: gives what :func:`read_rows` would for some positions in ``rows``.
    """
    columns, snapshot = index.snapshot.columns, index.snapshot
    homes = home_codes(columns.segments[rows], columns.positions[rows])
    lexicon = kept_terms(index).lexicon(homes, read or (lambda places: read_rows(index, rows[places])))
    languages, sources = ([column[row] for row in rows.tolist()] for column in (columns.languages, columns.sources))
    meaning = None
    if snapshot.dimension:
        vectors = snapshot.segments.vectors_of(rows, snapshot.dimension)
        meaning = Meaning.of(vectors, languages, snapshot.encoder_name, snapshot.encoder_languages)
    return StorySet.of(lexicon, days_of(columns)[rows], languages, sources, meaning, shift)


def names_in(index: NewsIndex) -> Names:
    """Return a function that reads the names of articles of an index, by row."""
    return lambda rows: [name_of(article) for article in index.get([index.snapshot.columns.ids[row] for row in rows])]


def _is_there(row: int) -> bool:
    """Return whether the row is of an article that is in the index; -1 is of a removed one."""
    return row >= 0


def _derived(story: Story) -> dict[str, Any]:
    """Return what is stored of a story beside its articles; articles are given by position in the story."""
    place = {id_: at for at, id_ in enumerate(story.articles)}
    titles = {story.pieces[0][0]: story.headline} | {one.id: one.title for one in story.headlines.values()}
    return {
        "keywords": list(story.keywords),
        "pieces": [[place[id_] for id_ in piece] for piece in story.pieces],
        "titles": [[place[id_], title] for id_, title in titles.items()],
    }
