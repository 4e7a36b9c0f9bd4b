"""What may be worth reading next, found by meaning, by words and by story, and how near each is to what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sada.cluster.recommendation.reading_history import Seeds
from sada.indexes.ragged import bounds_of, unrolled
from sada.indexes.search.dense_batch import FROM_QUERIES, UP_TO_ROWS, nearest_of_all

STORY = 0.5
"""What being of one story is worth by itself."""
_LEAST_DEPTH = 24  # by each way, of each of many seeds
_ROW_BITS = 40
_NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Retrieved:
    """Candidates of h histories, by history and row.

    Attributes:
        owners, rows: int64 (c,), the number of the history, and the candidate's row.
        relevance: float64 (c,) in [0, 1].
        seeds: int64 (c,), the seed by which that is reached.
        meaning, words: float64 (c,) in [0, 1], of the pair with that seed.
        complete: bool (h,), whether no search could have found more.
    """

    owners: np.ndarray
    rows: np.ndarray
    relevance: np.ndarray
    seeds: np.ndarray
    meaning: np.ndarray
    words: np.ndarray
    complete: np.ndarray


def retrieve(seeds: Seeds, depth: int, mask: np.ndarray | None, always: np.ndarray) -> Retrieved:
    """The candidates of some histories, scored.

    Those are the nearest of each seed by meaning and by words, so many of each, the latest of its story, and
    ``always``. Their relevance is the largest over the seeds of

        weight * (1 - (1 - story / 2) * (1 - meaning) * (1 - words))

    with story 1 for one of the seed's story, else 0; meaning the cosine, rescaled so that 0 is that of unrelated
    articles; words the share of the highest BM25 that the candidate reaches for the seed.

    Args:
        seeds: at least one of each history.
        depth: how many by each way for a single seed; of several each is asked for fewer.
        mask: bool (n,), which rows may be found; None for all.
        always: int64, rows that are candidates of every history, whatever ``mask`` says.
    """
    state, histories = seeds.state, int(seeds.owners[-1]) + 1
    depths = _depths(seeds, depth)
    near = _nearest_in_meaning(seeds, depths, mask)
    mates = [state.mates(row, most, mask) for row, most in zip(seeds.rows.tolist(), depths.tolist(), strict=True)]
    found = [near.keys(seeds.owners), *(_key(owner, rows) for owner, rows in zip(seeds.owners, mates, strict=True))]
    found += [_key(owner, always) for owner in range(histories)]
    base = np.unique(np.concatenate(found))
    heard, said = _nearest_in_words(seeds, depths, mask, base)
    keys = np.union1d(base, heard.keys(seeds.owners))
    pairs = _Pairs.of(keys, seeds)
    meaning, words = _meaning(pairs, seeds, near), _words(pairs, seeds, [heard, said])
    story = state.stories[pairs.rows] == state.stories[seeds.rows[pairs.seeds]]
    relevance = seeds.weights[pairs.seeds] * (1 - (1 - STORY * story) * (1 - meaning) * (1 - words))
    best = pairs.best(relevance)
    ended = near.ended(depths) & heard.ended(depths) & (np.array(list(map(len, mates))) < depths)
    complete = np.ones(histories, bool)
    np.logical_and.at(complete, seeds.owners, ended)
    return Retrieved(*_split(keys), relevance[best], pairs.seeds[best], meaning[best], words[best], complete)


class _Found(NamedTuple):
    """What a search found: of each entry the seed, the row and the score."""

    seeds: np.ndarray
    rows: np.ndarray
    scores: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, scores: np.ndarray, depths: np.ndarray) -> _Found:
        """The filled part of each line of results, so many at most."""
        kept = (rows >= 0) & (np.arange(rows.shape[1]) < depths[:, None])
        return cls(np.nonzero(kept)[0], rows[kept], scores[kept].astype(np.float64))

    def keys(self, owners: np.ndarray) -> np.ndarray:
        return _key(owners[self.seeds], self.rows)

    def ended(self, depths: np.ndarray) -> np.ndarray:
        """Bool (s,): whether there was no more to be found for a seed."""
        return np.bincount(self.seeds, minlength=len(depths)) < depths


class _Pairs(NamedTuple):
    """Every candidate with every seed of its history, by candidate: int64 (p,) each; where each candidate begins."""

    seeds: np.ndarray
    rows: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, keys: np.ndarray, seeds: Seeds) -> _Pairs:
        owners, rows = _split(keys)
        first, several = seeds.bounds[owners], np.diff(seeds.bounds)[owners]
        which, of_seed = unrolled(first, first + several)
        return cls(of_seed, rows[which], bounds_of(several)[:-1])

    def best(self, values: np.ndarray) -> np.ndarray:
        """int64 (c,): the pair of largest value of each candidate, of equal ones that of the seed read last."""
        which = np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(values)))
        order = np.lexsort((self.seeds, values, which))
        return order[np.append(self.starts[1:], len(values)) - 1] if len(values) else order


def _depths(seeds: Seeds, depth: int) -> np.ndarray:
    """int64 (s,): how many are asked for by each way."""
    several = np.diff(seeds.bounds)[seeds.owners]
    return np.maximum(2 * depth // (several + 1), min(depth, _LEAST_DEPTH))


def _nearest_in_meaning(seeds: Seeds, depths: np.ndarray, mask: np.ndarray | None) -> _Found:
    vectors = seeds.state.view.vectors
    if vectors is None:
        return _Found(_NO_ROWS, _NO_ROWS, np.zeros(0))
    deepest, few = int(depths.max()), len(seeds.rows) < FROM_QUERIES or len(seeds.state.columns) > UP_TO_ROWS
    if few:
        return _Found.of(*vectors.search(seeds.vectors, deepest, mask=mask), depths)
    return _Found.of(*nearest_of_all(seeds.state.view.segments, seeds.vectors, deepest, mask), depths)


def _nearest_in_words(
    seeds: Seeds, depths: np.ndarray, mask: np.ndarray | None, base: np.ndarray
) -> tuple[_Found, _Found]:
    """Those nearest by words, and the scores of candidates found otherwise."""
    owners, rows = _split(base)
    bounds = np.searchsorted(owners, np.arange(len(seeds.bounds)))
    others = [rows[bounds[owner] : bounds[owner + 1]] for owner in seeds.owners]
    search = seeds.state.view.words
    found, scores, reached = search.search_and_score(seeds.articles, int(depths.max()), others, mask=mask)
    which = np.repeat(np.arange(len(others)), list(map(len, others)))
    said = _Found(which, np.concatenate(others), np.concatenate(reached).astype(np.float64))
    return _Found.of(found, scores, depths), said


def _meaning(pairs: _Pairs, seeds: Seeds, known: _Found) -> np.ndarray:
    """float64 (p,) in [0, 1]: how near the pairs are in meaning."""
    if not seeds.state.dimension:
        return np.zeros(len(pairs.rows))
    cosines, missing = _looked_up(pairs, [known])
    rows, which = pairs.rows[missing], pairs.seeds[missing]
    cosines[missing] = seeds.state.view.segments.cosines(rows, seeds.vectors, which)
    return np.clip((cosines - seeds.state.unrelated) / (1 - seeds.state.unrelated), 0, 1)


def _words(pairs: _Pairs, seeds: Seeds, known: Sequence[_Found]) -> np.ndarray:
    """float64 (p,) in [0, 1]: how many words the pairs have in common."""
    shares, missing = _looked_up(pairs, known)
    if len(missing):  # of histories of several articles: what was found for one is new to the others
        which = pairs.seeds[missing]
        order = np.argsort(which, kind="stable")
        asked, starts = np.unique(which[order], return_index=True)
        others = np.split(pairs.rows[missing[order]], starts[1:])
        articles = [seeds.articles[at] for at in asked.tolist()]
        reached = seeds.state.view.words.search_and_score(articles, 1, others)[2]
        shares[missing[order]] = np.concatenate(reached)
    return shares


def _looked_up(pairs: _Pairs, known: Sequence[_Found]) -> tuple[np.ndarray, np.ndarray]:
    """float64 (p,): the scores of pairs that are known, 0 of the others; and the places of those others."""
    keys = np.concatenate([_key(found.seeds, found.rows) for found in known])
    order = np.argsort(keys)
    keys, scores = keys[order], np.concatenate([found.scores for found in known])[order]
    wanted = _key(pairs.seeds, pairs.rows)
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    there = keys[at] == wanted if len(keys) else np.zeros(len(wanted), bool)
    values = np.zeros(len(wanted))
    values[there] = scores[at[there]]
    return values, np.flatnonzero(~there)


def _key(owner: np.ndarray | int, rows: np.ndarray) -> np.ndarray:
    """int64: pairs of a number and a row, that sort as they do."""
    return (np.asarray(owner, np.int64) << _ROW_BITS) | rows


def _split(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return keys >> _ROW_BITS, keys & ((1 << _ROW_BITS) - 1)
