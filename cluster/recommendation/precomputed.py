"""Recommendations for every article of an index, kept in a file and updated when articles are added or removed.

A line of the file is {"id", "related": [rows of the ``related`` command], "made": what the list depends on}. A later
run computes a list again if

- its article is new or was updated, or the story of its article has other articles than before;
- it has an article that was removed or updated, or that is in another story now;
- an article that is new or was updated, or whose story was, scores at least as high as the last of the list, or the
  list has fewer than ``k`` articles;
- the index has grown or shrunk by more than a tenth since;
- it was computed for other preferences, filters or ``k``, with another encoder, or by another version of this code.

So no list lacks an article that belongs there, and a list that is computed again is the same as without a file. But
document frequencies depend on all articles, and so does every score, a little. Lists that are kept have their earlier
scores, and articles with nearly equal scores may have their earlier order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
import orjson

from sada.cluster.recommendation.pipeline import answers, seeds_of
from sada.cluster.recommendation.preferences import Preferences, Rules
from sada.cluster.recommendation.ranking import reference, shares
from sada.cluster.recommendation.reading_history import ReadingHistory
from sada.cluster.recommendation.recommender import Recommender
from sada.cluster.recommendation.retrieval import STORY
from sada.cluster.stories.stories import METHOD
from sada.indexes.article import dump_json
from sada.indexes.search.filters import Filter
from sada.indexes.threads import use_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_VERSION = "related-1"
_GROWTH = 0.1
_AT_ONCE = 512
_ROUNDING = 1e-4  # scores in a file are rounded to four decimals


class _Lines(NamedTuple):
    """The lines of an earlier file, by the row of their article in the index now.

    Attributes:
        offsets: int64 (n,), the offset of a line that is valid on its own; -1 if there is none.
        same: bool (n,), whether the article has not changed.
        unchanged: bool (n,), whether neither the article nor its story has changed.
        named: int64 (n, k), the rows of the list; -1 for none.
        least: float64 (n,), the least score with which another article may enter the list.
    """

    offsets: np.ndarray
    same: np.ndarray
    unchanged: np.ndarray
    named: np.ndarray
    least: np.ndarray

    @classmethod
    def none(cls, count: int, k: int) -> _Lines:
        """Return what stands for no file."""
        same, unchanged = np.zeros((2, count), bool)
        return cls(np.full(count, -1), same, unchanged, np.full((count, k), -1), np.zeros(count))


class RelatedLists:
    """Iterates over the rows of ``related --all``: a list for each article, in the order of the index.

    Lists are computed during iteration. This process must not write to the index meanwhile.

    Args:
        index: an open index.
        k: articles in each list at most.
        filters: which articles may be listed.
        preferences: see :func:`~sada.cluster.recommendation.recommender.related`.
        before: a file of such rows as JSON Lines from an earlier run; other lines are ignored.

    Attributes:
        computed: how many lists were computed so far.
        kept: how many lists were taken from ``before`` so far.
    """

    def __init__(
        self, index: NewsIndex, k: int = 8, *, filters: Filter, preferences: Preferences, before: Path | None = None
    ) -> None:
        self.computed = self.kept = 0
        self._index, self._k, self._before = index, k, before
        self._state = Recommender(index).state_of(index.snapshot.view)
        self._rules = Rules.of(self._state, preferences, filters.mask(index.snapshot.columns))
        self._contents = index.snapshot.contents(index.snapshot.columns.ids)
        self._stories = _digests(index.snapshot.columns.ids, self._state.names, self._state.stories)
        request = {
            "filters": asdict(filters),
            "wishes": asdict(preferences),  # their old name; another one changes every stamp
            "k": k,
            "encoder": index.info()["encoder"],
        }
        self._stamp = _short(dump_json([_VERSION, METHOD, _plain(request)]))

    def __len__(self) -> int:
        return len(self._state.columns)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if self._before is None or not self._before.is_file():
            yield from self._made(np.arange(len(self)))
            return
        with self._before.open("rb") as file:
            with use_threads(self._index.threads):
                offsets = self._kept(self._read(file))
            fresh = self._made(np.flatnonzero(offsets < 0))
            for offset in offsets.tolist():
                if offset < 0:
                    yield next(fresh)
                    continue
                file.seek(offset)
                self.kept += 1
                yield orjson.loads(file.readline())

    def _made(self, rows: np.ndarray) -> Iterator[dict[str, Any]]:
        """Compute the lists of some articles."""
        ids = self._state.columns.ids
        histories = map(self._history, rows.tolist())
        while part := list(islice(histories, _AT_ONCE)):
            with use_threads(self._index.threads):  # not across a yield: the caller has a number of its own
                lists = list(answers(self._index, self._state, part, self._rules, self._k))
            for history, found in zip(part, lists, strict=True):
                self.computed += 1
                row = int(history.rows[0])
                yield {"id": ids[row], "related": [item.to_dict() for item in found], "made": self._of(row)}

    def _of(self, row: int) -> dict[str, Any]:
        """Return what the list of an article depends on now."""
        content = self._contents[self._state.columns.ids[row]].hex()
        return {"by": self._stamp, "content": content, "story": self._stories[row], "articles": len(self)}

    def _kept(self, lines: _Lines) -> np.ndarray:
        """Return the offsets of the lines that are kept: int64 (n,), -1 for lists to compute."""
        offsets, changed = lines.offsets.copy(), np.flatnonzero(~lines.unchanged)
        offsets[(~lines.same[lines.named] & (lines.named >= 0)).any(axis=1)] = -1
        if len(changed) * 2 > len(self) or np.isin(changed, self._rules.pinned).any():
            offsets[:] = -1
        if self._rules.mask is not None:
            changed = changed[self._rules.mask[changed]]
        rows = np.flatnonzero(offsets >= 0)
        for start in range(0, len(rows) if len(changed) else 0, _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            offsets[part[(self._scores(part, changed) >= lines.least[part, None]).any(axis=1)]] = -1
        return offsets

    def _scores(self, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Score other articles as recommendations for each of some articles: float64 (m, c)."""
        state = self._state
        seeds = seeds_of(self._index, state, [self._history(row) for row in rows.tolist()])
        mask = np.zeros(len(self), bool)
        mask[others] = True
        words = np.stack(state.view.words.search_and_score(seeds.articles, 1, [others] * len(rows), mask=mask)[2])
        cosines = seeds.vectors @ state.vectors(others).T
        meaning = np.clip((cosines - state.unrelated) / (1 - state.unrelated), 0, 1) if state.dimension else cosines
        story = state.stories[rows][:, None] == state.stories[others]
        times = [reference(state, self._history(row), self._rules.preferences) for row in rows.tolist()]
        share = shares(state, self._rules.preferences, others[None], np.array(times, np.int64)[:, None])
        return (1 - (1 - STORY * story) * (1 - meaning) * (1 - words)) * share

    def _read(self, file: BinaryIO) -> _Lines:
        """Read the lines of an earlier file."""
        lines, offset = _Lines.none(len(self), self._k), 0
        for line in file:
            with suppress(
                ValueError, KeyError, TypeError, IndexError
            ):  # not a line of such a file, or of removed articles
                self._record(orjson.loads(line), offset, lines)
            offset += len(line)
        return lines

    def _record(self, line: dict[str, Any], offset: int, lines: _Lines) -> None:
        """Record a line in ``lines``."""
        columns, state, listed = self._state.columns, self._state, line["related"]
        row, made = columns.row_of[line["id"]], line["made"]
        now = self._of(row)
        lines.same[row] = made["content"] == now["content"]
        lines.unchanged[row] = lines.same[row] and made["story"] == now["story"]
        grown = abs(len(self) - made["articles"]) > _GROWTH * made["articles"]
        if grown or made["by"] != now["by"] or not lines.unchanged[row]:
            return
        rows = [columns.row_of[one["id"]] for one in listed]
        if all(state.names[state.stories[at]] == one["story"] for at, one in zip(rows, listed, strict=True)):
            lines.named[row, : len(rows)] = rows
            lines.least[row] = listed[-1]["score"] - _ROUNDING if len(rows) == self._k else _ROUNDING
            lines.offsets[row] = offset

    def _history(self, row: int) -> ReadingHistory:
        return ReadingHistory((self._state.columns.ids[row],), np.array([row]))


def _digests(ids: list[str], names: list[str], stories: np.ndarray) -> list[str]:
    """Return a digest of the story of each row, which changes with its id and its articles."""
    members: dict[int, list[str]] = {}
    for id_, story in zip(ids, stories.tolist(), strict=True):
        members.setdefault(story, []).append(id_)
    found = {story: _short(dump_json([names[story], sorted(several)])) for story, several in members.items()}
    return [found[story] for story in stories.tolist()]


def _plain(value: Any) -> Any:
    """Convert a value to plain JSON types; collections without an order are sorted."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | float | str | None) else str(value)


def _short(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
