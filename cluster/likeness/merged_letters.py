"""Letters and signs that skeletons merge or leave out, and that yet may tell two short texts apart.

A skeleton has Urdu yeh barree as yeh, because some write it so throughout; «لڑکے» (boys) and «لڑکی» (girl) have one
skeleton, too. A text that is written so throughout has no yeh barree at all. So where both texts have a letter that
skeletons merge with another, and not equally often, the writers of both know it, and mean two words.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from sada.indexes.minhash.skeletons import skeleton
from sada.indexes.spelling.letters import SIGN
from sada.indexes.text.tokens import read


def are_told_apart(one: str, other: str) -> bool:
    """Whether two texts with equal skeletons are not one text in two spellings.

    They have other signs, or both have a letter that skeletons merge with another, and not equally often.

    >>> are_told_apart("لڑکے نے کہا", "لڑکی نے کہا"), are_told_apart("لڑکے نے کہا", "لڑکی نی کہا")
    (True, False)
    """
    (letters, signs), (other_letters, other_signs) = _read(one), _read(other)
    if signs != other_signs:
        return True
    both = letters.keys() & other_letters.keys()
    return any(letters[one] != other_letters[one] and _is_merged(one) for one in both)


def _read(text: str) -> tuple[Counter[str], list[str]]:
    """How often each letter is in the words of a text, and its signs in order."""
    found = read(text)
    words = "".join(token.text for token in found if token.kind != SIGN)
    return Counter(words), [token.text for token in found if token.kind == SIGN]


@cache
def _is_merged(letter: str) -> bool:
    """Whether a folded letter becomes another one in skeletons."""
    return skeleton(letter) not in ("", letter)
