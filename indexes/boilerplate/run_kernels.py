"""Compiled loops of :mod:`sada.indexes.boilerplate.runs`."""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import i64s, kernel, read_i64s, read_u16s, read_u64s, u8s, u64s
from sada.indexes.text.token_kernels import fold_table, mix_tokens, split_tokens, token_buffers, with_room


@kernel(types.Tuple((u64s, u8s))(read_u16s, i64s, types.int64, types.int64, fold_table, i64s, u64s))  # fmt: skip
def hash_tokens(data, offsets, start, stop, table, sizes, keys):
    """The hash and the kind of every token of the texts ``start`` to ``stop`` of a column.

    Writes the number of tokens of each text to ``sizes``, and a hash of them all, 0 for none, to ``keys``.
    """
    letters, ends, kinds, hashes = token_buffers(data, offsets, start, stop, table)
    out, out_kinds = np.empty(0, np.uint64), np.empty(0, np.uint8)
    filled = np.int64(0)
    for row in range(start, stop):
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds, hashes)
        out, out_kinds = with_room(out, filled, count), with_room(out_kinds, filled, count)
        out[filled : filled + count] = hashes[:count]
        out_kinds[filled : filled + count] = kinds[:count]
        sizes[row], keys[row] = count, mix_tokens(hashes, 0, count)
        filled += count
    return out[:filled].copy(), out_kinds[:filled].copy()


@kernel(types.void(read_u64s, read_i64s, types.int64, u64s))
def windows(hashes, bounds, width, out):
    """Write a hash of the ``width`` tokens from each token on; 0 where the text ends before."""
    for row in range(bounds.size - 1):
        for at in range(bounds[row], bounds[row + 1]):
            out[at] = mix_tokens(hashes, at, at + width if at + width <= bounds[row + 1] else at)


@kernel(types.int64(read_u64s, read_i64s, read_u64s, read_i64s, i64s, i64s, i64s))
def occurrences(hashes, bounds, runs, run_bounds, texts, places, names):
    """Find where the runs of tokens ``runs[run_bounds[i]:run_bounds[i + 1]]`` occur in some texts.

    Writes the text, the place of the first token in it, and the run of each occurrence. Returns how many there are; if
    that is more than the outputs hold, the rest are only counted.
    """
    found = np.int64(0)
    for row in range(bounds.size - 1):
        for at in range(bounds[row], bounds[row + 1]):
            for run in range(run_bounds.size - 1):
                first, stop = run_bounds[run], run_bounds[run + 1]
                if hashes[at] != runs[first] or at + stop - first > bounds[row + 1]:
                    continue
                same = first
                while same < stop and hashes[at + same - first] == runs[same]:
                    same += 1
                if same == stop:
                    if found < texts.size:
                        texts[found], places[found], names[found] = row, at - bounds[row], run
                    found += 1
    return found
