"""The boilerplate of an index: learned, listed and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash

from sada.indexes.article import Article
from sada.indexes.boilerplate.learning import counted, learn_boilerplate
from sada.indexes.boilerplate.lines import Boilerplate, BoilerplateLine, line_keys, outlet
from sada.indexes.boilerplate.repetition import LEAST
from sada.indexes.errors import refuse_one_text
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.threads import carries_threads
from sada.indexes.writing.rewrite import rewrite
from sada.indexes.writing.writer import Progress

_SAMPLE = 20_000  # articles of a source that its lines are learned from
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class BoilerplateReport:
    """How the boilerplate of an index changed.

    >>> index.boilerplate.learn().to_dict()
    {'learned': 0, 'forgotten': 0, 'known': 0, 'rewritten': 0}

    Attributes:
        learned, forgotten: the lines that were added and taken back.
        known: how many there are now.
        rewritten: how many articles were written again, without the former or with the latter.
    """

    learned: tuple[BoilerplateLine, ...]
    forgotten: tuple[BoilerplateLine, ...]
    known: int
    rewritten: int

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        counts = {"learned": len(self.learned), "forgotten": len(self.forgotten)}
        return counts | {"known": self.known, "rewritten": self.rewritten}


class BoilerplateStore:
    """The boilerplate of an index: lines that outlets print under many articles, learned, listed and forgotten.

    See :mod:`sada.indexes.boilerplate.learning`. Such lines are left out when articles are compared; the articles
    themselves stay as they are. Where line ends were lost, they are ends of lines, or runs of words within lines.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def threads(self) -> int:
        """How many threads the index uses, 0 for one a core."""
        return self._snapshot.threads

    def lines(self, source: str | None = None) -> list[BoilerplateLine]:
        """List the boilerplate of one source or of all, by source, the lines under most articles first."""
        known = self._snapshot.boilerplate
        return _ordered(known.lines if source is None else known.by_outlet.get(outlet(source), []))

    @carries_threads
    def find(
        self, *, source: str | None = None, keep: Iterable[str] = (), on_progress: Progress | None = None
    ) -> list[BoilerplateLine]:
        """Return what :meth:`learn` would learn; the index does not change."""
        refuse_one_text(keep=keep)
        with self._snapshot.lock:
            return _ordered(self._found(_keeping(self._snapshot.boilerplate, keep), source, on_progress or _silent))

    def learn(
        self, *, source: str | None = None, keep: Iterable[str] = (), on_progress: Progress | None = None
    ) -> BoilerplateReport:
        """Find lines that repeat under the stored articles, and leave them out of every comparison from now on.

        Shingles, words and vectors of the articles with such lines are made again without them, in one commit with the
        lines. The articles themselves stay as they are. Lines that were learned before stay.

        Args:
            source: learn from this outlet alone.
            keep: lines that are never boilerplate, of any source.
            on_progress: called with ("reading", done, total) while articles are read, and as by ``NewsIndex.add``.

        Raises:
            IndexBusyError: if another process is writing.
        """
        refuse_one_text(keep=keep)
        return self._change(lambda known: self._learned(known, source, keep, on_progress or _silent), on_progress)

    def keep(self, lines: Iterable[str], *, on_progress: Progress | None = None) -> BoilerplateReport:
        """Never treat these lines as boilerplate, of any source; forget those of them that were learned.

        Raises:
            IndexBusyError: if another process is writing.
        """
        refuse_one_text(lines=lines)
        return self._change(lambda known: _keeping(known, lines), on_progress)

    def forget(self, source: str | None = None, *, on_progress: Progress | None = None) -> BoilerplateReport:
        """Forget the boilerplate of one source, or of all sources together with the lines to keep.

        The index is then as if it had never been learned.

        Raises:
            IndexBusyError: if another process is writing.
        """
        if source is None:
            return self._change(lambda known: Boilerplate(), on_progress)
        name = outlet(source)
        return self._change(
            lambda known: Boilerplate(tuple(one for one in known.lines if outlet(one.source) != name), known.kept),
            on_progress,
        )

    @carries_threads
    def _change(self, changed: Callable[[Boilerplate], Boilerplate], on_progress: Progress | None) -> BoilerplateReport:
        snapshot, progress = self._snapshot, on_progress or _silent
        with snapshot.writing():
            before = snapshot.boilerplate
            after = changed(before)
            rewritten = rewrite(snapshot.catalog, snapshot.writer(on_progress), snapshot.columns, after, progress)
        learned, forgotten = _but(after, before), _but(before, after)
        return BoilerplateReport(learned, forgotten, len(after.lines), rewritten)

    def _learned(
        self, known: Boilerplate, source: str | None, keep: Iterable[str], on_progress: Progress
    ) -> Boilerplate:
        known = _keeping(known, keep)
        return Boilerplate((*known.lines, *self._found(known, source, on_progress)), known.kept)

    def _found(self, known: Boilerplate, source: str | None, on_progress: Progress) -> list[BoilerplateLine]:
        """Find the lines that are not known yet, source by source."""
        found: list[BoilerplateLine] = []
        done = 0
        for name, numbers in self._numbers_by_outlet():
            on_progress("reading", done, len(self._snapshot.columns))
            done += len(numbers)
            if len(numbers) < LEAST or (source is not None and name != outlet(source)):
                continue
            mine = known.by_outlet.get(name, [])
            looked_at = self._sampled(numbers)
            fresh = learn_boilerplate(self._read(looked_at), mine, known.kept)
            if len(looked_at) < len(numbers):
                fresh = counted([*mine, *fresh], self._read(numbers))[len(mine) :]
            found += fresh
        return found

    def _numbers_by_outlet(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each source with the numbers of its articles."""
        codes = self._snapshot.columns.source_codes
        order = np.argsort(codes.codes, kind="stable")
        ends = np.searchsorted(codes.codes[order], np.arange(len(codes.numbers) + 1))
        for name, code in codes.numbers.items():
            yield name, self._snapshot.columns.numbers[order[ends[code] : ends[code + 1]]]

    def _sampled(self, numbers: np.ndarray) -> np.ndarray:
        """Sample the articles of a large source; the sample depends on the ids alone."""
        if len(numbers) <= _SAMPLE:
            return numbers
        rows = self._snapshot.columns.rows_of_numbers(numbers).tolist()
        drawn = [xxhash.xxh3_64_intdigest(self._snapshot.columns.ids[row].encode()) for row in rows]
        return np.sort(numbers[np.argsort(np.array(drawn, np.uint64), kind="stable")[:_SAMPLE]])

    def _read(self, numbers: np.ndarray) -> Iterator[Article]:
        for start in range(0, len(numbers), _PAGE):
            for one in self._snapshot.catalog.kept("number", numbers[start : start + _PAGE].tolist()):
                yield one.article


def _keeping(known: Boilerplate, keep: Iterable[str]) -> Boilerplate:
    """Add lines to keep, and drop them from the boilerplate."""
    kept = dict(zip(line_keys(known.kept), known.kept, strict=True))
    keep = [line.strip() for line in keep]
    kept |= {key: line for key, line in zip(line_keys(keep), keep, strict=True) if key and key not in kept}
    keys = line_keys([one.line for one in known.lines])
    lines = tuple(one for one, key in zip(known.lines, keys, strict=True) if key not in kept)
    return Boilerplate(lines, tuple(kept.values()))


def _but(lines: Boilerplate, others: Boilerplate) -> tuple[BoilerplateLine, ...]:
    known = {(one.source, one.line, one.place) for one in others.lines}
    return tuple(_ordered(one for one in lines.lines if (one.source, one.line, one.place) not in known))


def _ordered(lines: Iterable[BoilerplateLine]) -> list[BoilerplateLine]:
    return sorted(lines, key=lambda one: (outlet(one.source), -one.articles, one.line))


def _silent(stage: str, done: int, total: int) -> None:
    """Ignore progress."""
