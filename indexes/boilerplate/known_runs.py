"""Known runs of words: found in lines, and cut out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sada.indexes.boilerplate.runs import Tokens
from sada.indexes.ragged import bounds_of, concatenated
from sada.indexes.text.term_spans import token_spans


def part_of(line: str, start: int, stop: int) -> str:
    """The tokens ``start`` to ``stop`` of a line as they are written, without a letter that is only partly of them."""
    spans = token_spans(line)
    while 0 < start < stop and spans[start - 1][1] > spans[start][0]:
        start += 1
    while start < stop < len(spans) and spans[stop][0] < spans[stop - 1][1]:
        stop -= 1
    return line[spans[start][0] : spans[stop - 1][1]] if start < stop else ""


def without(line: str, parts: Sequence[tuple[int, int]]) -> str:
    """A line without the given runs of its tokens, in order; as it is if one of them begins or ends within a letter.

    What stood on both sides of a run is kept apart by a space, so that no new word comes of it.
    """
    if not parts:
        return line
    spans = token_spans(line)
    left, at = "", 0
    for start, stop in parts:
        begins, ends = spans[start][0], spans[stop - 1][1]
        if (start and spans[start - 1][1] > begins) or (stop < len(spans) and spans[stop][0] < ends):
            return line
        left = _apart(left, line[at:begins])
        at = ends
    return _apart(left, line[at:])


def _apart(before: str, after: str) -> str:
    touching = before and after and not before[-1].isspace() and not after[0].isspace()
    return f"{before} {after}" if touching else before + after


@dataclass(frozen=True)
class KnownRuns:
    """The runs of words of one outlet, to be found in lines.

    Attributes:
        marks: the hashes of the tokens of each, as bytes.
    """

    marks: frozenset[bytes]

    def held_by(self, lines: Sequence[str]) -> set[bytes]:
        """Those that some lines have."""
        _, _, names = self._occurrences(lines)
        return {self._ordered[name] for name in names.tolist()}

    def cut(self, lines: Sequence[str]) -> list[str]:
        """The lines without the runs: of those that overlap, the one that begins first, and the longest there."""
        left = list(lines)
        texts, places, names = self._occurrences(lines)
        sizes = np.diff(self._columns[1])[names]
        order = np.lexsort([-sizes, places, texts])
        parts: dict[int, list[tuple[int, int]]] = {}
        for at in order.tolist():
            found = parts.setdefault(int(texts[at]), [])
            if not found or places[at] >= found[-1][1]:
                found.append((int(places[at]), int(places[at] + sizes[at])))
        for text, cut in parts.items():
            left[text] = without(left[text], cut)
        return left

    @cached_property
    def _ordered(self) -> list[bytes]:
        return sorted(self.marks)

    @cached_property
    def _columns(self) -> tuple[np.ndarray, np.ndarray]:
        runs = [np.frombuffer(mark, "<u8") for mark in self._ordered]
        return concatenated(runs, np.uint64), bounds_of(list(map(len, runs)))

    def _occurrences(self, lines: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The line, the first token and the run of each place where a run stands."""
        from sada.indexes.boilerplate.run_kernels import occurrences

        found = Tokens.of(lines)
        most = 16
        while True:
            out = tuple(np.empty(most, np.int64) for _ in range(3))
            count = occurrences(found.hashes, found.bounds, *self._columns, *out)
            if count <= most:
                return out[0][:count], out[1][:count], out[2][:count]
            most = count


def run_mark(text: str) -> bytes:
    """The identity of a run: the hashes of its tokens."""
    return Tokens.of([text]).hashes.astype("<u8").tobytes()
