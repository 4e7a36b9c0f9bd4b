"""Compiled loops of the cluster room: terms of texts, what pairs of rows share, moves between clusters.

As in :mod:`sada.indexes.kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from sada.indexes.kernels import MOST_LETTERS, fold_table, hash_letters, i32s, i64s, jit, split_tokens, u16s
from sada.indexes.unicode_table import DIGIT, SPACELESS

_STEM_LETTERS = 6
_GRAM = 4
_LEAST_LETTERS = 2
_EDGE = ord("_")
_SWEEPS = 20

f32s, f64s = types.float32[::1], types.float64[::1]
affix_table = types.Array(types.int32, 2, "C", readonly=True)


def _affixes(*words: str) -> np.ndarray:
    """int32 (n, 4): the letters of short affixes, 0 after their end."""
    table = np.zeros((len(words), 4), np.int32)
    for row, word in enumerate(words):
        table[row, : len(word)] = [ord(letter) for letter in word]
    return table


# Folded spellings, the longest first.
_PREFIXES = _affixes("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_PARTICLES = _affixes("و", "ف", "ب", "ل", "ك")
_SUFFIXES = _affixes("ها", "ات", "ون", "ين", "ان", "وا", "يه", "ته", "هم", "ه", "ي")


@njit(**jit)
def _affix_length(affixes, letters, start, end, at_end):
    """How many letters of ``letters[start:end]`` the first fitting affix takes, 0 for none."""
    for row in range(affixes.shape[0]):
        size = 0
        while size < 4 and affixes[row, size] != 0:
            size += 1
        if end - start - size < (3 if size > 1 or at_end else 4):
            continue
        first = end - size if at_end else start
        fits = True
        for position in range(size):
            fits &= letters[first + position] == affixes[row, position]
        if fits:
            return np.int64(size)
    return np.int64(0)


@njit(**jit)
def _stem(letters, start, end):
    """The hash of a word's stem."""
    if not 0x0600 <= letters[start] <= 0x06FF:
        return hash_letters(letters, start, min(end, start + _STEM_LETTERS))
    cut = _affix_length(_PREFIXES, letters, start, end, False)
    if cut == 0:
        cut = _affix_length(_PARTICLES, letters, start, end, False)
    start += cut
    return hash_letters(letters, start, end - _affix_length(_SUFFIXES, letters, start, end, True))


@njit(**jit)
def _word_grams(letters, start, end, out, filled):
    """Write the 4-grams of ``_word_``; returns how many terms there are now."""
    marked = np.empty(end - start + 2, np.int32)
    marked[0] = marked[-1] = _EDGE
    marked[1:-1] = letters[start:end]
    for first in range(max(marked.size - _GRAM + 1, 1)):
        out[filled] = hash_letters(marked, first, min(first + _GRAM, marked.size))
        filled += 1
    return filled


@njit(
    types.int64(u16s, i64s, types.int64, types.int64, fold_table, types.int64, types.boolean,
                types.uint64[::1], types.uint8[::1], i64s),
    **jit,
)  # fmt: skip
def find_terms(data, offsets, start, stop, table, limit, as_grams, out, out_kinds, sizes):
    """Write the terms of the texts ``start`` to ``stop`` of a column and how many each has; returns their sum."""
    longest = np.int64(0)
    for row in range(start, stop):
        longest = max(longest, offsets[row + 1] - offsets[row])
    letters, ends = np.empty(longest * MOST_LETTERS, np.int32), np.empty(longest * MOST_LETTERS, np.int64)
    kinds, hashes = np.empty(longest * MOST_LETTERS, np.uint8), np.empty(longest * MOST_LETTERS, np.uint64)
    filled = np.int64(0)
    for row in range(start, stop):
        before = filled
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds, hashes)
        for token in range(min(count, limit)):
            begin, end = ends[token - 1] if token else np.int64(0), ends[token]
            first = filled
            if kinds[token] == SPACELESS:
                if token + 1 < count and kinds[token + 1] == SPACELESS:
                    out[filled] = hash_letters(letters, begin, ends[token + 1])
                    filled += 1
            elif kinds[token] == DIGIT:
                out[filled] = hashes[token]
                filled += 1
            elif as_grams:
                filled = _word_grams(letters, begin, end, out, filled)
            elif end - begin >= _LEAST_LETTERS:
                out[filled] = _stem(letters, begin, end)
                filled += 1
            out_kinds[first:filled] = kinds[token]
        sizes[row] = filled - before
    return filled


@njit(types.void(i64s, i32s, f32s, f32s, i64s, i64s, f64s, f64s, f64s), **jit)
def overlaps(bounds, terms, weights, idf, left, right, cosine, mass, rarest):
    """What pairs of rows of a sparse matrix share: their product, and the sum and the largest idf of shared terms."""
    for pair in range(left.size):
        a, a_end = bounds[left[pair]], bounds[left[pair] + 1]
        b, b_end = bounds[right[pair]], bounds[right[pair] + 1]
        while a < a_end and b < b_end:
            if terms[a] == terms[b]:
                cosine[pair] += weights[a] * weights[b]
                mass[pair] += idf[terms[a]]
                rarest[pair] = max(rarest[pair], idf[terms[a]])
                a += 1
                b += 1
            elif terms[a] < terms[b]:
                a += 1
            else:
                b += 1


@njit(types.void(i64s, i32s, f64s, f64s, f64s, i64s), **jit)
def local_moves(bounds, others, weights, sizes, resolution, cluster):
    """Move each row to the cluster that gains most, or to one of its own, until none moves."""
    count = cluster.size
    total_size, total_cost = sizes.copy(), sizes * resolution
    free, free_count = np.empty(count, np.int64), 0
    weight_to, touched = np.zeros(count), np.empty(count, np.int64)
    for _ in range(_SWEEPS):
        moved = False
        for row in range(count):
            home = cluster[row]
            total_size[home] -= sizes[row]
            total_cost[home] -= sizes[row] * resolution[row]
            reached = 0
            for edge in range(bounds[row], bounds[row + 1]):
                target = cluster[others[edge]]
                if others[edge] == row:
                    continue
                if weight_to[target] == 0.0:
                    touched[reached] = target
                    reached += 1
                weight_to[target] += weights[edge]
            best, best_gain = np.int64(-1), 1e-12
            if total_size[home] > 0:
                gain = weight_to[home] - sizes[row] * (resolution[row] * total_size[home] + total_cost[home]) / 2
                if gain >= 0:
                    best, best_gain = home, gain + 1e-12
            for place in range(reached):
                target = touched[place]
                gain = weight_to[target] - sizes[row] * (resolution[row] * total_size[target] + total_cost[target]) / 2
                if gain > best_gain:
                    best, best_gain = target, gain + 1e-12
                weight_to[target] = 0.0
            if best == -1:
                best = home
                if total_size[home] > 1e-9 and free_count > 0:
                    free_count -= 1
                    best = free[free_count]
            elif best != home and total_size[home] <= 1e-9:
                free[free_count] = home
                free_count += 1
            moved |= best != home
            cluster[row] = best
            total_size[best] += sizes[row]
            total_cost[best] += sizes[row] * resolution[row]
        if not moved:
            return
