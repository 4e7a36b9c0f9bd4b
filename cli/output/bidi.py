"""Right-to-left text among other text: isolate each name, so that it cannot reorder the text beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

FIRST_STRONG, END = "\u2068", "\u2069"

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


class Isolated(str):
    """Text that is safe to print, with its right-to-left names isolated already."""

    __slots__ = ()


def isolated(text: str) -> Isolated:
    """Put ``text``, which must be printable, between isolates if it has right-to-left letters."""
    if isinstance(text, Isolated) or not _RIGHT_TO_LEFT.search(text):
        return Isolated(text)
    return Isolated(f"{FIRST_STRONG}{text}{END}")


def joined(names: Iterable[str]) -> Isolated:
    """Join names with commas, each isolated on its own, so that they keep their order in any direction."""
    return Isolated(", ".join(map(isolated, names)))


def balanced(lines: Iterable[str]) -> Iterator[str]:
    """Close an isolate at the end of each line of a broken text, and open it again in the next line.

    Padding at either end of a line stays outside.
    """
    is_open = False
    for line in lines:
        words = line.strip(" ")
        whole = FIRST_STRONG * is_open + words
        is_open = whole.rfind(FIRST_STRONG) > whole.rfind(END)
        yield line.replace(words, whole + END * is_open, 1) if words else line
