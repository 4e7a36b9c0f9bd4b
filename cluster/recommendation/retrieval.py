"""Find candidates for recommendations by meaning, by words and by story, and compute their relevance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sada.cluster.recommendation.reading_history import Seeds
from sada.indexes.ragged import bounds_of, unique, unrolled
from sada.indexes.search.dense_batch import FROM_QUERIES, UP_TO_ROWS, nearest_of_all

STORY = 0.5
"""Relevance of an article of the same story without other evidence."""
_LEAST_DEPTH = 24  # candidates of each search for each of many seeds
_ROW_BITS = 40
_NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Retrieved:
    """The c candidates of h histories, sorted by history and row.

    Attributes:
        owners, rows: int64 (c,), the number of the history, and the row of the candidate.
        relevance: float64 (c,) in [0, 1], with the best seed of the history.
        seeds: int64 (c,), that seed.
        meaning, words: float64 (c,) in [0, 1], similarity to that seed.
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
    """Find and score the candidates of some histories.

    Candidates are the nearest articles of each seed by meaning and by words, the latest of its story, and ``always``.
    The relevance of a candidate is the largest value over the seeds of

        weight * (1 - (1 - story / 2) * (1 - meaning) * (1 - words))

    where story is 1 for a candidate of the seed's story, else 0; meaning is the cosine, rescaled so that unrelated
    articles have 0; and words is the BM25 of the candidate for the seed divided by the highest BM25.

    Args:
        seeds: at least one of each history.
        depth: candidates of each search for a single seed; each of several seeds has fewer.
        mask: bool (n,), which rows may be found; None for all.
        always: int64, rows that are candidates of every history, whatever ``mask`` is.
    """
    state, histories = seeds.state, int(seeds.owners[-1]) + 1
    depths = _depths(seeds, depth)
    near = _nearest_in_meaning(seeds, depths, mask)
    members = [
        state.story_members(row, most, mask) for row, most in zip(seeds.rows.tolist(), depths.tolist(), strict=True)
    ]
    found = [near.keys(seeds.owners), *(_key(owner, rows) for owner, rows in zip(seeds.owners, members, strict=True))]
    found += [_key(owner, always) for owner in range(histories)]
    base = unique(np.concatenate(found))
    by_words, scored = _nearest_in_words(seeds, depths, mask, base)
    keys = np.union1d(base, by_words.keys(seeds.owners))
    pairs = _Pairs.of(keys, seeds)
    meaning, words = _meaning(pairs, seeds, near), _words(pairs, seeds, [by_words, scored])
    story = state.stories[pairs.rows] == state.stories[seeds.rows[pairs.seeds]]
    relevance = seeds.weights[pairs.seeds] * (1 - (1 - STORY * story) * (1 - meaning) * (1 - words))
    best = pairs.best(relevance)
    ended = near.ended(depths) & by_words.ended(depths) & (np.array(list(map(len, members))) < depths)
    complete = np.ones(histories, bool)
    np.logical_and.at(complete, seeds.owners, ended)
    return Retrieved(*_split(keys), relevance[best], pairs.seeds[best], meaning[best], words[best], complete)


class _Found(NamedTuple):
    """The results of a search: seed, row and score of each."""

    seeds: np.ndarray
    rows: np.ndarray
    scores: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, scores: np.ndarray, depths: np.ndarray) -> _Found:
        """Select the filled part of each line of results, up to its depth."""
        kept = (rows >= 0) & (np.arange(rows.shape[1]) < depths[:, None])
        return cls(np.nonzero(kept)[0], rows[kept], scores[kept].astype(np.float64))

    def keys(self, owners: np.ndarray) -> np.ndarray:
        return _key(owners[self.seeds], self.rows)

    def ended(self, depths: np.ndarray) -> np.ndarray:
        """Return for which seeds the search has found everything: bool (s,)."""
        return np.bincount(self.seeds, minlength=len(depths)) < depths


class _Pairs(NamedTuple):
    """Each candidate with each seed of its history, by candidate: int64 (p,) each, and where each candidate begins."""

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
        """Return the pair with the largest value of each candidate (ties: the seed read last): int64 (c,)."""
        which = np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(values)))
        order = np.lexsort((self.seeds, values, which))
        return order[np.append(self.starts[1:], len(values)) - 1] if len(values) else order


def _depths(seeds: Seeds, depth: int) -> np.ndarray:
    """Return how many candidates each search gives for each seed: int64 (s,)."""
    several = np.diff(seeds.bounds)[seeds.owners]
    return np.maximum(2 * depth // (several + 1), min(depth, _LEAST_DEPTH))


def _nearest_in_meaning(seeds: Seeds, depths: np.ndarray, mask: np.ndarray | None) -> _Found:
    """Search by meaning."""
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
    """Search by words, and score the candidates that were found otherwise."""
    owners, rows = _split(base)
    bounds = np.searchsorted(owners, np.arange(len(seeds.bounds)))
    others = [rows[bounds[owner] : bounds[owner + 1]] for owner in seeds.owners]
    search = seeds.state.view.words
    found, scores, reached = search.search_and_score(seeds.articles, int(depths.max()), others, mask=mask)
    which = np.repeat(np.arange(len(others)), list(map(len, others)))
    scored = _Found(which, np.concatenate(others), np.concatenate(reached).astype(np.float64))
    return _Found.of(found, scores, depths), scored


def _meaning(pairs: _Pairs, seeds: Seeds, known: _Found) -> np.ndarray:
    """Return the similarity in meaning of the pairs: float64 (p,) in [0, 1]."""
    if not seeds.state.dimension:
        return np.zeros(len(pairs.rows))
    cosines, missing = _looked_up(pairs, [known])
    rows, which = pairs.rows[missing], pairs.seeds[missing]
    cosines[missing] = seeds.state.view.segments.cosines(rows, seeds.vectors, which)
    return np.clip((cosines - seeds.state.unrelated) / (1 - seeds.state.unrelated), 0, 1)


def _words(pairs: _Pairs, seeds: Seeds, known: Sequence[_Found]) -> np.ndarray:
    """Return the similarity in words of the pairs: float64 (p,) in [0, 1]."""
    shares, missing = _looked_up(pairs, known)
    if len(missing):  # in histories of several articles, what was found for one seed is not scored for the others
        which = pairs.seeds[missing]
        order = np.argsort(which, kind="stable")
        distinct, starts = np.unique(which[order], return_index=True)
        others = np.split(pairs.rows[missing[order]], starts[1:])
        articles = [seeds.articles[at] for at in distinct.tolist()]
        reached = seeds.state.view.words.search_and_score(articles, 1, others)[2]
        shares[missing[order]] = np.concatenate(reached)
    return shares


def _looked_up(pairs: _Pairs, known: Sequence[_Found]) -> tuple[np.ndarray, np.ndarray]:
    """Return the known scores of pairs (float64 (p,), 0 if unknown), and the positions of the unknown ones."""
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
    """Code pairs of a number and a row, so that codes sort as pairs do: int64."""
    return (np.asarray(owner, np.int64) << _ROW_BITS) | rows


def _split(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers and rows of codes."""
    return keys >> _ROW_BITS, keys & ((1 << _ROW_BITS) - 1)
