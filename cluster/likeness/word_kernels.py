"""Compiled loops that count in how many texts a word is, for :mod:`sada.cluster.likeness.template_kernels`.

A word is a token; in scripts without spaces it is two to four letters in a row.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import MIX, i64s, kernel, read_u16s, u32s
from sada.indexes.text.folding import SPACELESS
from sada.indexes.text.token_kernels import fold_table, mix_tokens, split_tokens, token_buffers

BUCKETS = 1 << 20  # of the table that counts
NGRAM = 4  # letters of a script without spaces
_SHIFT = np.uint64(44)  # leaves a number below BUCKETS


@kernel()
def bucket_of(value):
    """The place of a word's hash in the table that counts."""
    return np.int64((value * MIX) >> _SHIFT)


@kernel()
def word_hash(hashes, kinds, at, end):
    """The hash of a word, of one token or of letters of a script without spaces."""
    return mix_tokens(hashes, at, end) if kinds[at] == SPACELESS else hashes[at]


@kernel(types.void(read_u16s, i64s, types.int64, fold_table, u32s))
def count_texts(data, offsets, step, table, counts):
    """Add to ``counts`` in how many texts of a column each word is; of ``step`` texts only one is read."""
    rows = offsets.size - 1
    letters, ends, kinds, hashes = token_buffers(data, offsets, 0, rows, table)
    seen = np.full(BUCKETS, -1, np.int64)
    for row in range(0, rows, step):
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds, hashes)
        for token in range(count):
            for width in range(1, (NGRAM if kinds[token] == SPACELESS else 1) + 1):
                if token + width > count:
                    break
                bucket = bucket_of(word_hash(hashes, kinds, token, token + width))
                if seen[bucket] != row:
                    seen[bucket] = row
                    counts[bucket] += 1
