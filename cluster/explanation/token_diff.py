"""Token diff of two articles, in any script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cache

from sada.indexes.article import Article
from sada.indexes.text.folding import MARK, SPACELESS
from sada.indexes.text.scripts import character_class, spaceless_letter
from sada.indexes.text.tokens import fold

MOST_PIECES = 4000
"""Tokens of each article that are compared at most."""
_WORD = re.compile(r"\w")
_SIDES = (("-", "a"), ("+", "b"))
_LEAST_HIDDEN = 4
# How many tokens stay at either end of a long passage: words, and letters of spaceless scripts.
_AROUND = {False: 5, True: 12}  # of an equal passage
_OF_OTHERS = {False: 30, True: 75}  # of a different passage

Step = tuple[str, int, int, int, int]
"""An operation of :class:`difflib.SequenceMatcher`: its tag, and the span of tokens of either side."""


def token_diff(first: Article, second: Article) -> tuple[dict[str, str], ...]:
    """Compute the steps that turn the title and text of the first article into those of the second.

    A token is a word with the characters around it or, in scripts without spaces, a letter with its marks. Spelling
    variants that fold to the same form count as equal, and so does different white space. In scripts without spaces, a
    few equal letters between longer different passages count as different.

    Returns:
        Steps with ``op`` (equal, replace, delete or insert) and the passages ``a`` and ``b``. Joined, the passages are
        the two bodies, up to their first :data:`MOST_PIECES` tokens.
    """
    left, right = (pieces(article.body)[:MOST_PIECES] for article in (first, second))
    folded_left, folded_right = ([fold(piece.strip()) for piece in some] for some in (left, right))
    steps = SequenceMatcher(None, folded_left, folded_right, autojunk=False).get_opcodes()
    return tuple(
        {"op": tag, "a": "".join(left[a:a_end]), "b": "".join(right[b:b_end])}
        for tag, a, a_end, b, b_end in _without_chance(steps, left)
    )


def pieces(text: str) -> list[str]:
    """Split a text into tokens with the characters around them; joined, they are the text.

    White space belongs to the token that follows: as a token of its own it would match everywhere.
    """
    return _pattern().findall(text)


def lines(steps: Sequence[dict[str, str]]) -> list[tuple[str, str]]:
    """Return a diff to read: passages with a sign, ``=``, ``-`` or ``+``; empty if the two are equal.

    Long passages are shortened to the words at their ends; equal ones to those next to a difference.
    """
    found = []
    last = len(steps) - 1
    for at, step in enumerate(steps if last else ()):
        if step["op"] == "equal":
            found.append(("=", shortened(step["a"], _AROUND, ends=(at > 0, at < last))))
        else:
            found += [(sign, shortened(step[side], _OF_OTHERS)) for sign, side in _SIDES]
    return [(sign, passage) for sign, passage in found if passage]


def shortened(passage: str, most: dict[bool, int], ends: tuple[bool, bool] = (True, True)) -> str:
    """Shorten a passage: replace a long middle by its size, as "… 41 words …".

    Args:
        passage: a passage of a diff.
        most: how many tokens stay at an end: words under False, letters of a spaceless script under True.
        ends: whether the beginning stays, and whether the end does.
    """
    some = pieces(passage)
    spaceless = [_is_spaceless(piece) for piece in some]
    kept = most[2 * sum(spaceless) > len(some)]
    start, stop = kept * ends[0], len(some) - kept * ends[1]
    if stop - start < _LEAST_HIDDEN:
        return passage.strip()
    middle = "".join(some[start:stop]).strip()
    count = f"{len(middle):,} characters" if any(spaceless[start:stop]) else f"{stop - start:,} words"
    parts = ["".join(some[:start]).strip(), f"… {count} …", "".join(some[stop:]).strip()]
    return " ".join(part for part in parts if part)


def _without_chance(steps: Iterable[Step], left: Sequence[str]) -> list[Step]:
    """Merge equal steps of spaceless letters into the different steps around them, if both are longer."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        while len(found) > 2:
            before, equal, after = found[-3:]
            if not _by_chance(before, equal, after, left):
                break
            found[-3:] = [("replace", before[1], after[2], before[3], after[4])]
    return found


def _by_chance(before: Step, equal: Step, after: Step, left: Sequence[str]) -> bool:
    tag, a, a_end, _, _ = equal
    if tag != "equal" or a_end - a >= min(_length(before), _length(after)):
        return False
    return all(_is_spaceless(piece) or not _WORD.search(piece) for piece in left[a:a_end])


def _length(step: Step) -> int:
    _, a, a_end, b, b_end = step
    return max(a_end - a, b_end - b)


def _is_spaceless(piece: str) -> bool:
    return bool(spaceless_letter().match(piece.lstrip()))


@cache
def _pattern() -> re.Pattern[str]:
    """Pieces: a spaceless letter with its marks, what stands right after one and is no word, any other run."""
    letters, marks = character_class(SPACELESS), character_class(MARK)
    after = rf"(?<=[{letters}{marks}])[^\w\s{letters}]+"
    return re.compile(rf"\s*(?:[{letters}][{marks}]*|{after}|[^\s{letters}]+)|\s+")
