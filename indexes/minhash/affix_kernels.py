"""The compiled loop of :func:`sada.indexes.spelling.affixes.joined`."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from sada.indexes.compiled import FNV_PRIME, MIX, ONE, jit
from sada.indexes.hashing import FNV_OFFSET as OFFSET
from sada.indexes.hashing import FNV_PRIME as PRIME
from sada.indexes.packing import SHIFT_32
from sada.indexes.spelling.letters import DIGIT, PREFIXES, SUFFIXES, WORD

_PREFIX, _SUFFIX = 1, 2
_SHIFT, _MASK = np.uint64(38), np.uint64((1 << 14) - 1)


def _hash(word: str) -> int:
    value = OFFSET
    for letter in word:
        value = ((value ^ ord(letter)) * PRIME) & ((1 << 64) - 1)
    return value


_AFFIXES = np.array([_hash(word) for word in (*PREFIXES, *SUFFIXES)], np.uint64)
# By some bits of a hash, which few other words share with an affix: the highest bits of FNV are alike for short words.
_MAYBE = np.zeros(int(_MASK) + 1, np.bool_)
_MAYBE[(_AFFIXES >> _SHIFT) & _MASK] = True


@njit(**jit)
def _role(value, kind):
    """What the word of a hash is: a prefix, a suffix or neither (0)."""
    if _MAYBE[(value >> _SHIFT) & _MASK] and kind == WORD:
        for place in range(_AFFIXES.size):
            if _AFFIXES[place] == value:
                return _PREFIX if place < len(PREFIXES) else _SUFFIX
    return 0


@njit(**jit)
def join_affixes(letters, ends, kinds, hashes, count):
    """Join the affixes among the tokens that ``split_tokens`` wrote.

    Returns:
        How many tokens there are then, and the hash of all in their order (:func:`mix_tokens`). It is made along the
        way, since a chain of multiplications leaves time for the search.
    """
    stop, token = uint64(count), uint64(0)
    mixed, before_last = uint64(0), uint64(0)
    while token < stop and not _role(hashes[token], kinds[token]):
        before_last = mixed
        mixed = (mixed + hashes[token]) * MIX
        mixed ^= mixed >> SHIFT_32
        token += ONE
    if token == stop:
        return count, mixed
    first = max(token, ONE) - ONE
    kept = _joined(letters, ends, kinds, hashes, token, stop)
    for place in range(first, kept):
        before_last = (before_last + hashes[place]) * MIX
        before_last ^= before_last >> SHIFT_32
    return np.int64(kept), before_last


@njit(**jit)
def _joined(letters, ends, kinds, hashes, token, stop):
    """Join the affixes from ``token`` on; returns how many tokens there are then."""
    kept, before = token, False
    begin = uint64(ends[token - ONE]) if token else uint64(0)
    while token < stop:
        value, kind, end = hashes[token], kinds[token], ends[token]
        role = _role(value, kind)
        joins = before and kind in (WORD, DIGIT)
        if role == _SUFFIX and kept > 0 and kinds[kept - ONE] == WORD:
            joins = True
        if joins:
            value = hashes[kept - ONE]
            for place in range(begin, end):
                value = (value ^ uint64(letters[place])) * FNV_PRIME
            kept -= ONE
            kind = kinds[kept]
        if joins or kept != token:
            ends[kept], kinds[kept], hashes[kept] = end, kind, value
        kept += ONE
        before = role == _PREFIX
        begin = uint64(end)
        token += ONE
    return kept
