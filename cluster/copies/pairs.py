"""Pairs of texts that may be copies of, or contained in, each other; every one is verified exactly afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sada.indexes.minhash.lsh import candidate_pairs, code_pairs, coded_pairs, split_pairs
from sada.indexes.minhash.sketches import ShingleSets, shared_shingles
from sada.indexes.ragged import run_chunks
from sada.indexes.threads import thread_count, worker_pool

_ROUNDS = 12
_COMPARED_WHOLE = 2000
_SAMPLED = 0.25  # one shingle in four stands in the postings
_AT_ONCE = 8_000_000  # of which so many are sorted at a time in each thread, 8 bytes each
_ROWS_AT_ONCE = 1 << 16
_LONGEST_POSTING = 40  # a shingle in more texts than this is a phrase, not a trace of one article
_POSTINGS_AT_ONCE = 1 << 20
LEAST_SHINGLES = 10  # shorter texts are contained in others by chance
_LEAST_SHARE = 0.25  # of the samples of the one with fewer, to be worth verifying; less where less is asked for
_NONE = np.zeros(0, np.int32)

Counted = tuple[np.ndarray, np.ndarray]
"""Sorted coded pairs (uint64), each once, and how often each was met (int32)."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """m verified pairs of rows.

    Attributes:
        left, right: int64 (m,), ``left < right``.
        jaccard: float64 (m,), |A and B| / |A or B|, exact.
        containment: float64 (m,), |A and B| / min(|A|, |B|), exact.
    """

    left: np.ndarray
    right: np.ndarray
    jaccard: np.ndarray
    containment: np.ndarray

    def __len__(self) -> int:
        return len(self.left)

    def where(self, mask: np.ndarray | slice) -> Pairs:
        """The pairs for which a mask is True, or those at some places, in the order of the places."""
        return Pairs(self.left[mask], self.right[mask], self.jaccard[mask], self.containment[mask])


def near_pairs(sets: ShingleSets, keys: np.ndarray, rows: np.ndarray, least: float, copy: float) -> Pairs:
    """Verified pairs among ``rows`` (int64, ascending) that share a band and reach a Jaccard of ``least``.

    Where too many rows share a band to compare each with every other, those that were found to be copies of none of
    higher standing are compared again among themselves, with other representatives, until that finds nothing more or
    they are few enough to compare each with every other: a copy may then lack some pairs, but hardly a partner.

    Args:
        sets: of all n rows.
        keys: uint32 (bands, n), the :func:`~sada.indexes.minhash.lsh.short_keys` of all n rows.
        rows: which to look among.
        least: the least Jaccard of a pair.
        copy: the Jaccard that makes a copy.
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


def _alone(crowd: np.ndarray, standing: np.ndarray, pairs: Pairs) -> np.ndarray:
    """The rows of a crowd (ascending) that are in no pair with one of higher standing."""
    inside = pairs.where(np.isin(pairs.left, crowd) & np.isin(pairs.right, crowd))
    left, right = np.searchsorted(crowd, inside.left), np.searchsorted(crowd, inside.right)
    alone = np.ones(len(crowd), bool)
    alone[np.where(standing[left] > standing[right], left, right)] = False
    return crowd[alone]


def containment_pairs(sets: ShingleSets, rows: np.ndarray, least: float) -> Pairs:
    """Verified pairs among ``rows`` of which one contains the other to ``least`` or more.

    Candidates share many of a sample of their shingles. The sample is a function of the shingle alone, so what is
    shared is sampled on both sides; a text contained in a longer one is found however much else the longer one holds,
    where their signatures have little in common. A shingle that is in more than 40 texts links each of them to the
    shortest only. Texts of less than 10 shingles are left out: they are contained in others by chance.
    """
    rows = rows[sets.sizes_of(rows) >= LEAST_SHINGLES]
    by_size = rows[np.lexsort((sets.keys[rows], sets.sizes_of(rows)))]
    codes = _alike(sets, by_size, min(_LEAST_SHARE, least / 3))
    one, other = (by_size[places] for places in split_pairs(codes))
    pairs = measure(sets, *split_pairs(np.sort(code_pairs(one, other))))
    return pairs.where(pairs.containment >= least)


def _alike(sets: ShingleSets, rows: np.ndarray, share: float) -> np.ndarray:
    """Coded pairs of places in ``rows`` that share at least ``share`` of the samples of the one with fewer, sorted.

    The first of ``rows`` are those that common shingles link the others to.
    """
    slices = max(int(sets.sizes_of(rows).sum() * _SAMPLED // _AT_ONCE) + 1, thread_count())
    edges = np.linspace(0, _SAMPLED * (1 << 32), slices + 1).astype(np.uint32)
    with worker_pool() as pool:
        parts = list(pool.map(lambda edge: _sharing(sets, rows, *edge), pairwise(edges)))
    counted = [piece for pieces, _ in parts for piece in pieces]
    return _common(counted, np.sum([samples for _, samples in parts], axis=0), share)


def _sharing(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32) -> tuple[list[Counted], np.ndarray]:
    """Which places in ``rows`` share shingles placed from low up to high, in pieces; how many of these each row has."""
    samples = np.zeros(len(rows), np.int64)
    packed = _postings(sets, rows, low, high, samples)
    packed.sort()
    pieces = []
    for start, stop in pairwise(_run_edges(packed)):
        codes = coded_pairs(packed[start:stop], _LONGEST_POSTING, representatives=1)
        codes.sort()
        pieces.append(_tally(codes, np.ones(len(codes), np.int32)))
    return pieces, samples


def _run_edges(packed: np.ndarray) -> list[int]:
    """Where to cut sorted postings into pieces so that no run of equal hashes is cut."""
    hashes = packed[::_POSTINGS_AT_ONCE] >> np.uint64(32)
    return np.unique([0, *np.searchsorted(packed, hashes << np.uint64(32)).tolist(), len(packed)]).tolist()


def _tally(codes: np.ndarray, counts: np.ndarray) -> Counted:
    from sada.indexes.minhash import join_kernels

    out, sums = np.empty_like(codes), np.empty_like(counts)
    found = join_kernels.tally(codes, counts, out, sums)
    return out[:found].copy(), sums[:found].copy()


def _common(pieces: list[Counted], samples: np.ndarray, share: float) -> np.ndarray:
    """Of counted codes those that share enough of their samples, each once, sorted.

    It is done for some thousand places at a time, so that the pieces are never in memory twice.
    """
    found = [np.zeros(0, np.uint64)]
    edges = np.arange(0, len(samples) + _ROWS_AT_ONCE, _ROWS_AT_ONCE).astype(np.uint64) << np.uint64(32)
    cuts = [np.searchsorted(codes, edges) for codes, _ in pieces]
    for place in range(len(edges) - 1):
        spans = [slice(cut[place], cut[place + 1]) for cut in cuts]
        codes = np.concatenate([found[0], *(of[span] for (of, _), span in zip(pieces, spans, strict=True))])
        counts = np.concatenate([_NONE, *(of[span] for (_, of), span in zip(pieces, spans, strict=True))])
        order = np.argsort(codes)
        codes, counts = _tally(codes[order], counts[order])
        one, other = split_pairs(codes)
        found.append(codes[counts >= share * np.minimum(samples[one], samples[other])])
    return np.concatenate(found)


def _postings(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32, samples: np.ndarray) -> np.ndarray:
    """``hash << 32 | position in rows`` (uint64) of the shingles placed from low up to high; counted in ``samples``."""
    from sada.indexes.minhash import join_kernels

    if not len(rows):
        return np.zeros(0, np.uint64)
    places = np.argsort(rows)  # read in the order in which they stand
    rows = rows[places]

    def work(start: int, stop: int) -> np.ndarray:
        first = rows[start]
        held = sets.span(int(first), int(rows[stop - 1]) + 1)
        room = np.empty(len(held.shingles) + 1, np.uint64)
        filled = join_kernels.sample_postings(
            held.shingles, held.bounds, rows[start:stop] - first, places[start:stop], low, high, room, samples
        )
        return room[:filled].copy()

    return np.concatenate(run_chunks(work, np.append(sets.bounds[rows], sets.bounds[rows[-1] + 1])))


def measure(sets: ShingleSets, left: np.ndarray, right: np.ndarray) -> Pairs:
    """Exact Jaccard and containment of pairs of rows."""
    shared = shared_shingles(sets, left, right)
    one, other = sets.sizes_of(left), sets.sizes_of(right)
    smaller, union = np.minimum(one, other), one + other - shared
    return Pairs(left, right, shared / np.maximum(union, 1), shared / np.maximum(smaller, 1))


def join(first: Pairs, second: Pairs) -> Pairs:
    """The pairs of both, each once, sorted."""
    codes = np.concatenate([code_pairs(pairs.left, pairs.right) for pairs in (first, second)])
    _, kept = np.unique(codes, return_index=True)
    columns = ("left", "right", "jaccard", "containment")
    return Pairs(*(np.concatenate([getattr(first, name), getattr(second, name)])[kept] for name in columns))
