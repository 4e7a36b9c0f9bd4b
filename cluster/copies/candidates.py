"""Find pairs of texts that are copies, or contain each other: candidates first, then exact verification."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sada.cluster.likeness.pairs import Pairs, join, measure
from sada.indexes.minhash.lsh import candidate_pairs, code_pairs, coded_pairs, split_pairs
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import run_chunks, unique
from sada.indexes.threads import thread_count, worker_pool

_ROUNDS = 12
_COMPARED_WHOLE = 2000
_SAMPLED = 0.25  # share of shingles in the postings
_AT_ONCE = 8_000_000  # postings sorted at a time in each thread, 8 bytes each
_ROWS_AT_ONCE = 1 << 16
_LONGEST_POSTING = 40  # a shingle in more texts than this is a common phrase
_POSTINGS_AT_ONCE = 1 << 20
LEAST_SHINGLES = 10  # shorter texts are contained in others by chance
_LEAST_SHARE = 0.25  # of the sampled shingles of the smaller text, for a candidate; less for a low threshold
_NONE = np.zeros(0, np.int32)

Counted = tuple[np.ndarray, np.ndarray]
"""Sorted coded pairs (uint64), each once, and how often each occurred (int32)."""


def near_pairs(sets: ShingleSets, keys: np.ndarray, rows: np.ndarray, least: float, copy: float) -> Pairs:
    """Return the pairs of rows that share a band and have an exact Jaccard of at least ``least``.

    A large bucket (many rows that share a band) is compared with a few representatives only. Its rows that are copies
    of no row of a higher representative are then compared again among themselves, with other representatives, until
    nothing more is found, or so few are left that all their pairs are measured. So a copy may lack some of its pairs,
    but hardly all of them.

    Args:
        sets: the shingles of all n rows.
        keys: uint32 (bands, n), the :func:`~sada.indexes.minhash.lsh.short_keys` of all n rows.
        rows: int64, ascending, the rows to compare.
        least: the least Jaccard of a pair.
        copy: the least Jaccard of copies.
    """
    active = rows[sets.sizes_of(rows) > 0]
    spent = np.zeros(len(sets), bool)
    found = measure(sets, active[:0], active[:0])
    for _ in range(_ROUNDS):
        some = candidate_pairs(keys[:, active], active, sets.keys[active], spent[active])
        pairs = measure(sets, some.left, some.right)
        before, found = len(found), join(found, pairs.where(pairs.jaccard >= least))
        if len(found) == before or not len(some.large):
            break
        spent[active[some.representatives]] = True
        active = _alone(active[some.large], some.ranks, found.where(found.jaccard >= copy))
        if len(active) <= _COMPARED_WHOLE:
            left, right = np.triu_indices(len(active), 1)
            pairs = measure(sets, active[left], active[right])
            return join(found, pairs.where(pairs.jaccard >= least))
    return found


def _alone(bucket: np.ndarray, standing: np.ndarray, pairs: Pairs) -> np.ndarray:
    """Return the rows of large buckets (ascending) that are in no pair with a row of higher standing."""
    inside = pairs.where(np.isin(pairs.left, bucket) & np.isin(pairs.right, bucket))
    left, right = np.searchsorted(bucket, inside.left), np.searchsorted(bucket, inside.right)
    alone = np.ones(len(bucket), bool)
    alone[np.where(standing[left] > standing[right], left, right)] = False
    return bucket[alone]


def containment_pairs(sets: ShingleSets, rows: np.ndarray, least: float, near: float) -> Pairs:
    """Return the pairs among ``rows`` with an exact containment of at least ``least``, or a Jaccard of ``near``.

    Candidates share many of their sampled shingles. Whether a shingle is sampled depends on the shingle alone, so a
    shared shingle is sampled in both texts. This finds a text inside a much longer one, where MinHash signatures have
    little in common. A shingle in more than 40 texts links each of them to the shortest only. Texts of fewer than 10
    shingles are left out.
    """
    rows = rows[sets.sizes_of(rows) >= LEAST_SHINGLES]
    by_size = rows[np.lexsort((sets.keys[rows], sets.sizes_of(rows)))]
    codes = _alike(sets, by_size, min(_LEAST_SHARE, least / 3))
    one, other = (by_size[places] for places in split_pairs(codes))
    pairs = measure(sets, *split_pairs(np.sort(code_pairs(one, other))))
    return pairs.where((pairs.containment >= least) | (pairs.jaccard >= near))


def containing(sets: ShingleSets, pairs: Pairs, least: float) -> Pairs:
    """Return the pairs of which one text contains the other to at least ``least``; short texts are in none."""
    long = np.minimum(sets.sizes_of(pairs.left), sets.sizes_of(pairs.right)) >= LEAST_SHINGLES
    return pairs.where(long & (pairs.containment >= least))


def _alike(sets: ShingleSets, rows: np.ndarray, share: float) -> np.ndarray:
    """Return sorted coded pairs of positions in ``rows`` that share at least ``share`` of the samples of the smaller.

    A common shingle links all texts that have it to the first of them in ``rows``.
    """
    slices = max(int(sets.sizes_of(rows).sum() * _SAMPLED // _AT_ONCE) + 1, thread_count())
    edges = np.linspace(0, _SAMPLED * (1 << 32), slices + 1).astype(np.uint32)
    with worker_pool() as pool:
        parts = list(pool.map(lambda edge: _sharing(sets, rows, *edge), pairwise(edges)))
    counted = [part for some, _ in parts for part in some]
    return _common(counted, np.sum([samples for _, samples in parts], axis=0), share)


def _sharing(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32) -> tuple[list[Counted], np.ndarray]:
    """Count shared samples with a hash from ``low`` up to ``high``.

    Returns:
        Coded pairs of positions in ``rows`` with their counts, in several parts, and how many samples each row has.
    """
    samples = np.zeros(len(rows), np.int64)
    packed = _postings(sets, rows, low, high, samples)
    packed.sort()
    parts = []
    for start, stop in pairwise(_run_edges(packed)):
        codes = coded_pairs(packed[start:stop], _LONGEST_POSTING, representatives=1)
        codes.sort()
        parts.append(_tally(codes, np.ones(len(codes), np.int32)))
    return parts, samples


def _run_edges(packed: np.ndarray) -> list[int]:
    """Return where to cut sorted postings so that no run of equal hashes is cut."""
    hashes = packed[::_POSTINGS_AT_ONCE] >> np.uint64(32)
    return unique([0, *np.searchsorted(packed, hashes << np.uint64(32)).tolist(), len(packed)]).tolist()


def _tally(codes: np.ndarray, counts: np.ndarray) -> Counted:
    """Sum the counts of equal codes, which are sorted."""
    from sada.indexes.minhash import join_kernels

    out, sums = np.empty_like(codes), np.empty_like(counts)
    found = join_kernels.tally(codes, counts, out, sums)
    return out[:found].copy(), sums[:found].copy()


def _common(parts: list[Counted], samples: np.ndarray, share: float) -> np.ndarray:
    """Return the coded pairs that share enough samples, each once, sorted.

    Some thousand positions are done at a time, so that the parts are never in memory twice.
    """
    found = [np.zeros(0, np.uint64)]
    edges = np.arange(0, len(samples) + _ROWS_AT_ONCE, _ROWS_AT_ONCE).astype(np.uint64) << np.uint64(32)
    cuts = [np.searchsorted(codes, edges) for codes, _ in parts]
    for place in range(len(edges) - 1):
        spans = [slice(cut[place], cut[place + 1]) for cut in cuts]
        codes = np.concatenate([found[0], *(of[span] for (of, _), span in zip(parts, spans, strict=True))])
        counts = np.concatenate([_NONE, *(of[span] for (_, of), span in zip(parts, spans, strict=True))])
        order = np.argsort(codes)
        codes, counts = _tally(codes[order], counts[order])
        one, other = split_pairs(codes)
        found.append(codes[counts >= share * np.minimum(samples[one], samples[other])])
    return np.concatenate(found)


def _postings(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32, samples: np.ndarray) -> np.ndarray:
    """Return ``hash << 32 | position in rows`` (uint64) of the samples with a hash from ``low`` up to ``high``.

    Their number in each row is added to ``samples``.
    """
    from sada.indexes.minhash import join_kernels

    if not len(rows):
        return np.zeros(0, np.uint64)
    places = np.argsort(rows)  # shingles are read in the order in which they are stored
    rows = rows[places]

    def work(start: int, stop: int) -> np.ndarray:
        first = rows[start]
        some = sets.span(int(first), int(rows[stop - 1]) + 1)
        buffer = np.empty(len(some.shingles) + 1, np.uint64)
        filled = join_kernels.sample_postings(
            some.shingles, some.bounds, rows[start:stop] - first, places[start:stop], low, high, buffer, samples
        )
        return buffer[:filled].copy()

    return np.concatenate(run_chunks(work, np.append(sets.bounds[rows], sets.bounds[rows[-1] + 1])))
