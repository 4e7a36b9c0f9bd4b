"""Which articles are in which stored story, without words: read once, and then brought up to date by what changed."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.digests import digest_sum, shifted
from sada.indexes.storage.layered import Layered
from sada.indexes.storage.story_tables import StoryRow


def _no_stories() -> Layered[str, Known]:
    return Layered({})


def _none() -> np.ndarray:
    return np.zeros(0, np.int64)


class Known(NamedTuple):
    """The place of a story, and the digest of what is stored of it."""

    place: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class StoryMembers:
    """The articles of all stored stories of one state of an index.

    Each story has a place, a number that it keeps in later states; that of a story that ended stays empty.

    Attributes:
        state: what :meth:`~sada.indexes.storage.story_tables.StoryTables.story_state` says of the state.
        stories: the place of each story by its id, with its digest.
        ids: the id of the story at each place; of one that ended, too.
        sizes: int64 (p,), how many articles the story at each place was stored with; 0 for one that ended.
        numbers: int64 (m,), ascending, the numbers of these articles, also of those removed since.
        places: int64 (m,), the place of the story of each; -1 if it is in none any more.
        pieces: int64 (m,), for each a number that within its story it shares only with its copies.
        ranks: int64 (m,), its position among these copies, the original first.
        redirects: the current story of each id that was merged away; empty if its articles were removed.
        last_change: the number of the last change in the history.
    """

    state: tuple[str, ...] = ()
    stories: Layered[str, Known] = field(default_factory=_no_stories)
    ids: Sequence[str] = ()
    sizes: np.ndarray = field(default_factory=_none)
    numbers: np.ndarray = field(default_factory=_none)
    places: np.ndarray = field(default_factory=_none)
    pieces: np.ndarray = field(default_factory=_none)
    ranks: np.ndarray = field(default_factory=_none)
    redirects: Mapping[str, str] = field(default_factory=dict)
    last_change: int = 0

    def as_of(self, catalog: Catalog) -> StoryMembers:
        """Return those of the catalog's snapshot; stories that are the same in both are not read.

        Raises:
            IndexDamagedError: if a row is missing or is not what was written.
        """
        state = catalog.story_state()
        if state == self.state:
            return self
        changed = catalog.stories_changed_since(self.last_change) if self.state else set()
        some = list(catalog.some_stories(changed))
        found: Iterable[tuple[StoryRow, bytes]] = some
        if not self._becomes(state[0], changed, [digest for _, digest in some]):
            listed = catalog.listed_stories()  # something else changed than the history says, as the words of a story
            changed = {id_ for id_, known in self.stories.items() if listed.get(id_) != known.digest}
            changed.update(listed.keys() - self.stories.keys())
            found = catalog.some_stories(changed)
        later = self._with(changed, found)
        same = len(self.state) == len(state) and self.state[1] == state[1]
        redirects = self.redirects if same else catalog.redirects()
        return replace(later, state=state, redirects=redirects, last_change=catalog.last_number("story_changes"))

    def _becomes(self, digest: str, changed: Collection[str], digests: Sequence[bytes]) -> bool:
        """Return whether the digest of all stories is this if some changed, of which those that are left have these."""
        if not self.state:
            return False
        before = digest_sum(self.stories[id_].digest for id_ in changed if id_ in self.stories)
        return shifted(int(self.state[0], 16), digest_sum(digests) - before) == int(digest, 16)

    def _with(self, changed: Collection[str], found: Iterable[tuple[StoryRow, bytes]]) -> StoryMembers:
        """Replace some stories by those that are left of them."""
        stories: dict[str, Known | None] = {id_: None for id_ in changed if id_ in self.stories}
        gone = [self.stories[id_].place for id_ in stories]
        ids, sizes = list(self.ids), array("q", self.sizes.tobytes())
        for place in gone:
            sizes[place] = 0
        columns = [array("q") for _ in range(4)]
        for (id_, numbers, row), digest in found:
            known = self.stories.get(id_)
            place = len(ids) if known is None else known.place
            if known is None:
                ids.append(id_)
                sizes.append(0)
            stories[id_], sizes[place] = Known(place, digest), len(numbers)
            for column, values in zip(columns, (numbers, [place] * len(numbers), *_copies(numbers, row)), strict=True):
                column.extend(values)
        changes = [np.frombuffer(column, np.int64) for column in columns]
        all_numbers, places, pieces, ranks = self._overwritten(gone, changes)
        return StoryMembers(
            stories=self.stories.changed(stories),
            ids=ids,
            sizes=np.array(sizes, np.int64),
            numbers=all_numbers,
            places=places,
            pieces=pieces,
            ranks=ranks,
        )

    def _overwritten(self, gone: Sequence[int], changes: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the columns of articles without those of the places ``gone``, and with others (the same columns)."""
        own = (self.numbers, self.places, self.pieces, self.ranks)
        at = self.at(changes[0])
        known = at >= 0
        joined = [np.concatenate([old, new[~known]]) for old, new in zip(own, changes, strict=True)]
        joined[1][: len(self.places)][np.isin(self.places, gone)] = -1
        for column, new in zip(joined[1:], changes[1:], strict=True):
            column[at[known]] = new[known]
        if (np.diff(joined[0][max(len(self.numbers) - 1, 0) :]) > 0).all():
            return joined
        order = np.argsort(joined[0], kind="stable")
        return [column[order] for column in joined]

    def at(self, numbers: np.ndarray) -> np.ndarray:
        """Return the position of articles (int64 (n,), their numbers) in the columns: int64 (n,); -1 if in no story."""
        if not len(self.numbers):
            return np.full(len(numbers), -1)
        found = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[found] == numbers, found, -1)


def _copies(numbers: Sequence[int], row: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    """Return for each article of a stored story the number of its piece and its position in it.

    Earlier methods stored no pieces; then each article is one.
    """
    listed = row.get("pieces") or ()
    pieces, ranks = list(range(len(listed), len(listed) + len(numbers))), [0] * len(numbers)
    for piece, members in enumerate(listed):
        for rank, member in enumerate(members):
            pieces[member], ranks[member] = piece, rank
    return pieces, ranks
