"""Chunks: the runs of letters that subwords are found in, each by itself."""

from __future__ import annotations

from sada.indexes.text import folding
from sada.indexes.text.folding import DIGIT, MARK, SEPARATOR, SPACELESS, WORD
from sada.indexes.text.tokens import plain_fold

WORD_START = "\u2581"
"""Stands before a chunk of a script with spaces."""
LONGEST_CHUNK = 128
"""Most letters of a chunk."""


def chunks(text: str) -> list[str]:
    """The chunks of a text, runs of folded letters that are split each by itself: the reference of the kernel.

    A chunk ends at a separator, at a change between a script without spaces and other scripts, and after 128 letters. A
    mark belongs to the chunk that it follows. A chunk of a script with spaces begins with ``WORD_START``.
    """
    kinds = folding.load().kinds
    found: list[str] = []
    run, current = SEPARATOR, ""
    for letter in [*plain_fold(text), ""]:
        kind = int(kinds[ord(letter)]) if letter else SEPARATOR
        kind = {MARK: run, DIGIT: WORD}.get(kind, kind)
        if current and (kind != run or len(current) == LONGEST_CHUNK):
            found.append(current if run == SPACELESS else WORD_START + current)
            current = ""
        run = kind
        current += "" if kind == SEPARATOR else letter
    return found
