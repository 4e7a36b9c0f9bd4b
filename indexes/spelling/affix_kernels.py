"""The compiled loop of :func:`sada.indexes.spelling.affixes.joined`."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from sada.indexes.compiled import FNV_PRIME, ONE, jit
from sada.indexes.hashing import FNV_OFFSET as OFFSET
from sada.indexes.hashing import FNV_PRIME as PRIME
from sada.indexes.spelling.letters import DIGIT, PREFIXES, SUFFIXES, WORD

_PREFIX, _SUFFIX = 1, 2
_SHIFT = np.uint64(52)


def _hash(word: str) -> int:
    value = OFFSET
    for letter in word:
        value = ((value ^ ord(letter)) * PRIME) & ((1 << 64) - 1)
    return value


_AFFIXES = np.array([_hash(word) for word in (*PREFIXES, *SUFFIXES)], np.uint64)
# By the highest bits of a hash; few other words have those of an affix.
_MAYBE = np.zeros(1 << (64 - int(_SHIFT)), np.bool_)
_MAYBE[_AFFIXES >> _SHIFT] = True


@njit(**jit)
def _role(value):
    """What the word of a hash is: a prefix, a suffix or neither (0)."""
    for place in range(_AFFIXES.size):
        if _AFFIXES[place] == value:
            return _PREFIX if place < len(PREFIXES) else _SUFFIX
    return 0


@njit(**jit)
def join_affixes(letters, ends, kinds, hashes, count):
    """Join the affixes among the tokens that ``split_tokens`` wrote; returns how many tokens there are then."""
    token = uint64(0)
    stop = uint64(count)
    while token < stop and not _MAYBE[hashes[token] >> _SHIFT]:
        token += ONE
    kept, begin = token, uint64(ends[token - ONE]) if token else uint64(0)
    before = False
    while token < stop:
        value, kind, end = hashes[token], kinds[token], ends[token]
        role = _role(value) if kind == WORD and _MAYBE[value >> _SHIFT] else 0
        after = role == _SUFFIX and kept > 0 and kinds[kept - ONE] == WORD
        if after or (before and kind in (WORD, DIGIT)):
            value = hashes[kept - ONE]
            for place in range(begin, end):
                value = (value ^ uint64(letters[place])) * FNV_PRIME
            kept -= ONE
            kind = kinds[kept]
        ends[kept], kinds[kept], hashes[kept] = end, kind, value
        kept += ONE
        before = role == _PREFIX
        begin = uint64(end)
        token += ONE
    return np.int64(kept)
