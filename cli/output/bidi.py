"""Right-to-left text among other text: each name is isolated, so that it cannot reorder what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

FIRST_STRONG, END = "\u2068", "\u2069"

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


class Isolated(str):
    """Text that is safe to print and whose right-to-left names are isolated already."""

    __slots__ = ()


def isolated(text: str) -> Isolated:
    """``text``, which must be printable, as one name: between isolates if it has right-to-left letters."""
    if isinstance(text, Isolated) or not _RIGHT_TO_LEFT.search(text):
        return Isolated(text)
    return Isolated(f"{FIRST_STRONG}{text}{END}")


def joined(names: Iterable[str]) -> Isolated:
    """Names in one line, each isolated on its own: they keep their order whatever their directions are."""
    return Isolated(", ".join(map(isolated, names)))


def balanced(lines: Iterable[str]) -> Iterator[str]:
    """The lines that one text was broken into, with an isolate that runs on closed in one line and opened in the next.

    Padding at either end of a line stays outside.
    """
    runs_on = False
    for line in lines:
        words = line.strip(" ")
        whole = FIRST_STRONG * runs_on + words
        runs_on = whole.rfind(FIRST_STRONG) > whole.rfind(END)
        yield line.replace(words, whole + END * runs_on, 1) if words else line
