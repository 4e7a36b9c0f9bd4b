"""Splits texts of any script into tokens and shingles: the readable reference of the kernels.

Folding (per code point, by :mod:`sada.indexes.text.folding`): compatibility decomposition and case folding; accents of
Latin, Greek and Cyrillic, Hebrew points and Arabic vowels are dropped; letters that newsrooms interchange become one
(hamza seats, ta marbuta, alef maqsura, Persian kaf and yeh, ł and l, æ and ae); tatweel, joiners and direction marks
are dropped; the digits of every system become ASCII. Vowel signs of Indic scripts, Thai tones and Japanese voicing
marks are kept. :mod:`sada.indexes.spelling.letters` lists what goes beyond Unicode's data.

Tokens (:mod:`sada.indexes.spelling.reading`): a run of letters, digits and their marks is a word. In scripts without
spaces each letter, with its marks in one order and what is written below it, is a token. A number has no signs between
its groups of three digits. A minus or plus directly before a number, a currency sign, a percent sign and a fraction are
tokens of their own; raised digits end the number before them; + and # at the end of a word belong to it. A word that a
hyphen breaks at the end of a line is one.

Shingles: 3 consecutive tokens, or 5 if the first of them is of a script without spaces. A window that is cut short by
the end of the text counts only if it reaches further than those before it. A text shorter than one shingle then has one
shingle, all its tokens, which only an equal text shares.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from sada.indexes.hashing import FNV_OFFSET, FNV_PRIME, MIX
from sada.indexes.spelling.reading import Letters, Reader, Token
from sada.indexes.text import folding
from sada.indexes.text.folding import SEPARATOR, SPACELESS, UnicodeTable

TEXT_VERSION = "sada-text-2"
"""The version of folding, tokens and shingles, stamped into indexes."""
WORDS_PER_SHINGLE = 3
LETTERS_PER_SHINGLE = 5

_MASK = (1 << 64) - 1


def fold(text: str) -> str:
    """Fold a text letter by letter: letters that count as the same become equal. Idempotent."""
    folded = _letters().folded
    return "".join([folded(ord(letter)) for letter in text])


def plain_fold(text: str) -> str:
    """Fold a text as the subwords of weight files are (:data:`sada.indexes.text.folding.LETTERS_VERSION`)."""
    folded = _plain()
    return "".join([folded(ord(letter)) for letter in text])


def read(text: str) -> list[Token]:
    """The tokens of a text with their kinds, and where each is written."""
    return Reader(text, _letters()).read()


def tokens(text: str) -> list[str]:
    """The folded tokens of ``text`` in order: words, signs, or single letters in scripts without spaces.

    >>> tokens("Reuters — ٥ قتلى!")
    ['reuters', '5', 'قتلي']
    >>> tokens("−5 °C, 1,000 $, C++")
    ['-', '5', 'c', '1000', '$', 'c++']
    """
    return [token.text for token in read(text)]


def shingles(text: str) -> list[str]:
    """The distinct shingles of ``text`` in order of first appearance, tokens joined by one space.

    >>> shingles("One, two, three, four!")
    ['one two three', 'two three four']

    ``datasketch.MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=hash32)`` updated with them has the same
    signature as :func:`sada.indexes.minhash.sketches.sketch` makes.
    """
    sequence = read(text)
    windows: dict[str, None] = {}
    reached = 0
    for start, token in enumerate(sequence):
        width = LETTERS_PER_SHINGLE if token.kind == SPACELESS else WORDS_PER_SHINGLE
        end = min(start + width, len(sequence))
        if end > reached:
            windows[" ".join(one.text for one in sequence[start:end])] = None
            reached = end
    return list(windows)


def hash_token(token: str) -> int:
    """64-bit FNV-1a over the code points of a token (Fowler, Noll and Vo)."""
    value = FNV_OFFSET
    for letter in token:
        value = ((value ^ ord(letter)) * FNV_PRIME) & _MASK
    return value


def hash32(shingle: str | bytes) -> int:
    """32-bit hash of a shingle: its tokens' hashes, mixed in order. It serves as a ``hashfunc`` of ``datasketch``."""
    if isinstance(shingle, bytes):
        shingle = shingle.decode()
    value = 0
    for token in shingle.split(" "):
        value = ((value + hash_token(token)) * MIX) & _MASK
        value ^= value >> 32
    return (value * MIX & _MASK) >> 32


@cache
def _letters() -> Letters:
    entries, _, _, folded_kinds = folding.kernel_table()
    kinds = (entries >> folding.KIND_SHIFT).astype(np.uint8)
    kinds[0xD800:0xE000] = SEPARATOR  # half a pair
    return Letters(kinds.tobytes(), _folded(folding.respelt()), folded_kinds.tobytes())


@cache
def _plain() -> Callable[[int], str]:
    return _folded(folding.load())


def _folded(table: UnicodeTable) -> Callable[[int], str]:
    single = table.fold
    starts, sequences = table.starts.tolist(), table.sequences.tolist()

    @cache
    def folded(point: int) -> str:
        value = int(single[point])
        if value >= 0:
            return chr(value)
        if value == -1:
            return ""
        index = -2 - value
        return "".join(map(chr, sequences[starts[index] : starts[index + 1]]))

    return folded
