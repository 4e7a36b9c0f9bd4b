"""Words that some write apart and others together: shingles join them, and so find them alike."""

from __future__ import annotations

from collections.abc import Iterable

from sada.indexes.spelling.letters import DIGIT, PREFIXES, SUFFIXES, WORD


def joined(tokens: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Join Arabic and Persian affixes that stand alone with the word that they belong to.

    >>> joined([("و", WORD), ("قال", WORD), ("كتاب", WORD), ("ها", WORD)])
    [('وقال', 1), ('كتابها', 1)]

    Args:
        tokens: folded tokens, each with the kind of its first letter.
    """
    found: list[tuple[str, int]] = []
    before = False
    for token, kind in tokens:
        after = kind == WORD and token in SUFFIXES and bool(found) and found[-1][1] == WORD
        if after or (before and kind in (WORD, DIGIT)):
            found[-1] = (found[-1][0] + token, found[-1][1])
        else:
            found.append((token, kind))
        before = kind == WORD and token in PREFIXES
    return found
