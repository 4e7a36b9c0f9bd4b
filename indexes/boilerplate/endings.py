"""Find endings that the last lines of many articles share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sada.indexes.boilerplate.lines import ending_tokens, where_last
from sada.indexes.boilerplate.runs import is_long

_MOST, _LONGEST = 64, 512  # tokens that are read: at first, and of endings that are at least as long as that
_FIRST = 3  # last tokens by which lines are grouped before more are read
_GOES_ON = 0.25  # share of the articles that must agree on one more token; fewer may by chance, as with "said"
_ONE_WAY = 0.9

_Ending = tuple[int, list[int]]
"""The number of its tokens, and the rows of the lines that share it."""


def shared_endings(lines: Mapping[int, str], least: float) -> Iterator[tuple[str, list[int]]]:
    """Find the endings that at least ``least`` lines share; longest first, each with the rows of its lines.

    An ending reaches back as far as many of the lines agree. If only some of its lines agree on more, the longer
    ending is given, too.

    Args:
        lines: last lines, by the row of their article.
        least: how many lines must share an ending.
    """
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, line in lines.items():
        groups[tuple(ending_tokens(line, _FIRST)[-_FIRST:])].append(row)
    found: list[_Ending] = []
    for rows in groups.values():
        if len(rows) >= least:
            found += _of_group(lines, rows, least)
    for length, rows in sorted(found, key=lambda one: (-one[0], one[1])):
        line = lines[rows[0]]
        start = where_last(line, length)
        if start is not None:
            yield line[start:], rows


def _of_group(lines: Mapping[int, str], rows: list[int], least: float) -> list[_Ending]:
    """Find the endings of lines with the same last tokens."""
    for most in (_MOST, _LONGEST):
        read = {row: ending_tokens(lines[row], most)[: -most - 1 : -1] for row in rows}
        found = list(_grown(read, rows, 0, least))
        if all(length < most for length, _ in found):
            break
    return found


def _grown(
    read: Mapping[int, list[str]], rows: list[int], length: int, least: float
) -> Iterator[tuple[int, list[int]]]:
    """Extend an ending of ``length`` tokens while many rows agree; ``read`` has their tokens in reverse."""
    following: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if length < len(read[row]):
            following[read[row][length]].append(row)
    wanted = max(least, _GOES_ON * len(rows)) if length >= _FIRST else least
    further = [part for part in following.values() if len(part) >= wanted]
    for part in further:
        yield from _grown(read, part, length + 1, least)
    if all(len(part) < _ONE_WAY * len(rows) for part in further) and is_long(read[rows[0]][:length]):
        yield length, rows
