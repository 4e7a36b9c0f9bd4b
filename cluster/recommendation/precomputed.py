"""What to read next after every article of an index, kept in a file and brought up to date when articles come or go.

A line of the file is {"id", "related": [the rows of the ``related`` command], "made": what the list was made of}. From
one run to the next a list is made anew if

- its article is new or was changed, or the story of its article has other articles than before;
- it names an article that was removed or changed, or is in another story by now;
- an article that is new or was changed, or whose story was, is worth as much as the last that it names, or more, or it
  names fewer than are asked for;
- the index has grown or shrunk by more than a tenth since it was made;
- it was made for other preferences, filters or ``k``, with another encoder, or by another version of all this.

So no list lacks an article that belongs there, and those that are made anew are exactly what they would be if every
list was. But how telling words are depends on all articles, and with it every score a little: lists that stay have the
scores of the day when they were made, and articles whose scores are all but equal in the order of that day.
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

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_VERSION = "related-1"
_GROWTH = 0.1
_AT_ONCE = 512
_ROUNDING = 1e-4  # of scores in a file


class _Lines(NamedTuple):
    """What an earlier file says of the articles that there are now, by row.

    Attributes:
        offsets: int64 (n,), where a line begins that nothing is wrong with by itself; -1 where there is none.
        same: bool (n,), whether the article is what it was.
        settled: bool (n,), whether its story is, too.
        named: int64 (n, k), the rows that the list names; -1 for none.
        least: float64 (n,), the score from which on an article may enter the list.
    """

    offsets: np.ndarray
    same: np.ndarray
    settled: np.ndarray
    named: np.ndarray
    least: np.ndarray

    @classmethod
    def none(cls, count: int, k: int) -> _Lines:
        """No file."""
        same, settled = np.zeros((2, count), bool)
        return cls(np.full(count, -1), same, settled, np.full((count, k), -1), np.zeros(count))


class RelatedLists:
    """The rows of ``related --all``, one an article, in the order in which articles were first read.

    They are made as they are asked for. The index must not be written to by this process meanwhile.

    Args:
        index: where the articles are.
        k: how many are listed for each.
        filters: which articles may be listed.
        preferences: see :func:`~sada.cluster.recommendation.recommender.related`.
        before: a file of such rows as JSON Lines, made earlier; what is not one counts for nothing.

    Attributes:
        computed: how many lists were made so far.
        kept: how many were taken from ``before``.
    """

    def __init__(
        self, index: NewsIndex, k: int = 8, *, filters: Filter, preferences: Preferences, before: Path | None = None
    ) -> None:
        self.computed = self.kept = 0
        self._index, self._k, self._before = index, k, before
        self._shelf = Recommender(index).state_of(index.snapshot.view)
        self._rules = Rules.of(self._shelf, preferences, filters.mask(index.snapshot.columns))
        self._contents = index.snapshot.contents(index.snapshot.columns.ids)
        self._stories = _digests(index.snapshot.columns.ids, self._shelf.names, self._shelf.stories)
        asked = {
            "filters": asdict(filters),
            "preferences": asdict(preferences),
            "k": k,
            "encoder": index.info()["encoder"],
        }
        self._stamp = _short(dump_json([_VERSION, METHOD, _plain(asked)]))

    def __len__(self) -> int:
        return len(self._shelf.columns)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if self._before is None or not self._before.is_file():
            yield from self._made(np.arange(len(self)))
            return
        with self._before.open("rb") as file:
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
        """New lists of some articles."""
        ids = self._shelf.columns.ids
        histories = map(self._history, rows.tolist())
        while part := list(islice(histories, _AT_ONCE)):
            for history, found in zip(part, answers(self._index, self._shelf, part, self._rules, self._k), strict=True):
                self.computed += 1
                row = int(history.rows[0])
                yield {"id": ids[row], "related": [item.to_dict() for item in found], "made": self._of(row)}

    def _of(self, row: int) -> dict[str, Any]:
        """What the list of an article is made of today."""
        content = self._contents[self._shelf.columns.ids[row]].hex()
        return {"by": self._stamp, "content": content, "story": self._stories[row], "articles": len(self)}

    def _kept(self, lines: _Lines) -> np.ndarray:
        """int64 (n,): where the lines begin that stay as they are; -1 for lists to be made."""
        offsets, changed = lines.offsets.copy(), np.flatnonzero(~lines.settled)
        offsets[(~lines.same[lines.named] & (lines.named >= 0)).any(axis=1)] = -1
        if len(changed) * 2 > len(self) or np.isin(changed, self._rules.pinned).any():
            offsets[:] = -1
        if self._rules.mask is not None:
            changed = changed[self._rules.mask[changed]]
        rows = np.flatnonzero(offsets >= 0)
        for start in range(0, len(rows) if len(changed) else 0, _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            offsets[part[(self._worth(part, changed) >= lines.least[part, None]).any(axis=1)]] = -1
        return offsets

    def _worth(self, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
        """float64 (m, c): what each of some other articles is worth to a reader of each of some."""
        state = self._shelf
        seeds = seeds_of(self._index, state, [self._history(row) for row in rows.tolist()])
        mask = np.zeros(len(self), bool)
        mask[others] = True
        words = np.stack(state.view.words.search_and_score(seeds.articles, 1, [others] * len(rows), mask=mask)[2])
        cosines = seeds.vectors @ state.vectors(others).T
        meaning = np.clip((cosines - state.unrelated) / (1 - state.unrelated), 0, 1) if state.dimension else cosines
        story = state.stories[rows][:, None] == state.stories[others]
        moments = [reference(state, self._history(row), self._rules.preferences) for row in rows.tolist()]
        share = shares(state, self._rules.preferences, others[None], np.array(moments, np.int64)[:, None])
        return (1 - (1 - STORY * story) * (1 - meaning) * (1 - words)) * share

    def _read(self, file: BinaryIO) -> _Lines:
        lines, offset = _Lines.none(len(self), self._k), 0
        for line in file:
            with suppress(ValueError, KeyError, TypeError, IndexError):  # no line of ours, or of articles that are gone
                self._note(orjson.loads(line), offset, lines)
            offset += len(line)
        return lines

    def _note(self, line: dict[str, Any], offset: int, lines: _Lines) -> None:
        """Take down what a line says."""
        columns, state, listed = self._shelf.columns, self._shelf, line["related"]
        row, made = columns.row_of[line["id"]], line["made"]
        today = self._of(row)
        lines.same[row] = made["content"] == today["content"]
        lines.settled[row] = lines.same[row] and made["story"] == today["story"]
        grown = abs(len(self) - made["articles"]) > _GROWTH * made["articles"]
        if grown or made["by"] != today["by"] or not lines.settled[row]:
            return
        rows = [columns.row_of[one["id"]] for one in listed]
        if all(state.names[state.stories[at]] == one["story"] for at, one in zip(rows, listed, strict=True)):
            lines.named[row, : len(rows)] = rows
            lines.least[row] = listed[-1]["score"] - _ROUNDING if len(rows) == self._k else _ROUNDING
            lines.offsets[row] = offset

    def _history(self, row: int) -> ReadingHistory:
        return ReadingHistory((self._shelf.columns.ids[row],), np.array([row]))


def _digests(ids: list[str], names: list[str], stories: np.ndarray) -> list[str]:
    """By row what tells the story of an article, with the articles that it has, from any other."""
    members: dict[int, list[str]] = {}
    for id_, story in zip(ids, stories.tolist(), strict=True):
        members.setdefault(story, []).append(id_)
    found = {story: _short(dump_json([names[story], sorted(several)])) for story, several in members.items()}
    return [found[story] for story in stories.tolist()]


def _plain(value: Any) -> Any:
    """A value as JSON has it, whatever kinds of collection it is made of; those without an order in a set one."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | float | str | None) else str(value)


def _short(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
