"""Which letters of a text as it is written belong to scripts without spaces between words.

There is one definition, the table of :mod:`sada.indexes.text.folding`. It holds the kinds of folded letters; a code
point that is not folded yet has the kind of the letter that its folding begins with.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from sada.indexes.text import folding
from sada.indexes.text.folding import DROPPED, MARK, SPACELESS


@cache
def written_kinds() -> np.ndarray:
    """uint8 (0x110000,): the kind of the first letter that each code point folds to; ``MARK`` if it is dropped."""
    kinds = folding.first_kinds(folding.load())
    return np.where(kinds == DROPPED, np.uint8(MARK), kinds)


@cache
def character_class(kind: int) -> str:
    """The inside of a character class of :mod:`re` that holds all code points of a kind, by :func:`written_kinds`."""
    points = np.flatnonzero(written_kinds() == kind)
    runs = np.split(points, np.flatnonzero(np.diff(points) > 1) + 1)
    return "".join(f"{re.escape(chr(run[0]))}-{re.escape(chr(run[-1]))}" for run in runs)


@cache
def spaceless_letter() -> re.Pattern[str]:
    """A pattern that matches one letter of a script without spaces, without its marks."""
    return re.compile(f"[{character_class(SPACELESS)}]")
