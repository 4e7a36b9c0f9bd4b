"""The figures of a story's titles: which title tells what most reports tell, "14 dead" and no early "10 dead"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sada.indexes.text.tokens import fold

_LOOKED_AT = 5  # of the most central titles
_FIGURE = re.compile(r"\d+(?:[.,٫٬]\d+)*")
_THOUSANDS = re.compile(r"[.,٫٬](?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"[,٫٬]")


def best_told(titles: Sequence[str], among: Sequence[int]) -> int:
    """Return which of some titles is the headline.

    It is the first whose figures are each told by more than half as many titles as the figure that most of them tell. A
    title without figures, or where no other does better, stays the headline if it comes first.

    >>> best_told(["10 dead in quake", "Quake: 14 dead", "14 die as quake strikes"], [0, 1, 2])
    1

    Args:
        titles: of all originals of the story.
        among: positions in ``titles``, at least one, the most central first.
    """
    figures = [_figures(title) for title in titles]
    told = Counter(figure for found in figures for figure in found)
    most = max(told.values(), default=0)

    def is_told(at: int) -> bool:
        return all(2 * told[figure] > most for figure in figures[at])

    if is_told(among[0]):
        return among[0]
    return next((at for at in among[1:_LOOKED_AT] if figures[at] and is_told(at)), among[0])


def _figures(title: str) -> set[str]:
    """Return the figures of a title, written alike: 2,300 and 2.300 are 2300, and 6,1 is 6.1."""
    return {_DECIMAL.sub(".", _THOUSANDS.sub("", figure)) for figure in _FIGURE.findall(fold(title))}


def headlines_first(titles: Sequence[str], languages: Sequence[str]) -> list[int]:
    """Return the order of a story's originals in which the headline comes first, and of each language its headline.

    Args:
        titles: of the originals, the most central first.
        languages: of each.

    Returns:
        Positions in ``titles``. All but those of headlines stay in their order.
    """
    order = list(range(len(titles)))
    if not any(map(_FIGURE.search, titles)):
        return order
    _move(order, 0, best_told(titles, order))
    for language in dict.fromkeys(languages):
        own = [at for at in order if languages[at] == language]
        if own[0] != order[0]:
            _move(order, order.index(own[0]), best_told(titles, own))
    return order


def _move(order: list[int], place: int, chosen: int) -> None:
    """Move one of the values to an earlier place."""
    order.remove(chosen)
    order.insert(place, chosen)
