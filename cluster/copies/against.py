"""Find the articles that are copies of an article of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.copies.grouping import Rows, distinct_rows
from sada.cluster.likeness.likeness import Evidence, JudgedLikeness
from sada.cluster.likeness.texts import IndexedTexts, JoinedTexts
from sada.indexes.minhash.bands import MISS, Bands
from sada.indexes.minhash.lsh import candidate_pairs, short_keys
from sada.indexes.minhash.sketches import ShingleSets, sign
from sada.indexes.storage.columns import Columns

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


def found_in(
    rows: Rows, exact_duplicates: np.ndarray, index: NewsIndex, jaccard: float
) -> dict[int, tuple[str, float]]:
    """Find the most similar article of an index (its id, and the Jaccard) of each row that has one.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,), the row that represents each row among its exact duplicates.
        index: the index.
        jaccard: the least Jaccard.
    """
    distinct = distinct_rows(rows, exact_duplicates)
    own = rows.sketches.sets_of(distinct)
    here, there = _shared_bands(own, index, jaccard)
    needed, place = np.unique(there, return_inverse=True)
    likeness = _across(rows, distinct, own, index, needed)
    alike = likeness.measure(place, here + len(needed)).jaccard
    best: dict[int, tuple[str, float]] = {}
    for at in np.lexsort((there, -alike)).tolist():
        if alike[at] >= jaccard:
            best.setdefault(int(distinct[here[at]]), (index.snapshot.columns.ids[there[at]], float(alike[at])))
    return {row: best[first] for row, first in enumerate(exact_duplicates.tolist()) if first in best}


def _across(rows: Rows, distinct: np.ndarray, own: ShingleSets, index: NewsIndex, needed: np.ndarray) -> JudgedLikeness:
    """Return what measures the rows ``needed`` of an index and, behind them, the distinct rows of articles."""
    likeness, snapshot = rows.likeness, index.snapshot
    assert isinstance(likeness, JudgedLikeness)
    sets = ShingleSets.concatenated([snapshot.segments.sketch_of(needed), own])
    texts = JoinedTexts((IndexedTexts(snapshot), needed), (likeness.evidence.texts, distinct))
    columns = Columns.joined(snapshot.columns.picked(needed), rows.columns.picked(distinct))
    return JudgedLikeness(Evidence(columns, sets, texts), likeness.least, likeness.unite)


def _shared_bands(own: ShingleSets, index: NewsIndex, jaccard: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (row of ``own``, row of the index) that share a band, of bands fine enough for ``jaccard``."""
    signatures, bands = sign(own.shingles, own.bounds), Bands.for_jaccard(jaccard)
    if index.snapshot.bands.miss(jaccard) <= max(MISS, bands.miss(jaccard)):
        found = [index.snapshot.segments.lsh_candidates(signature) for signature in signatures]
        there = np.concatenate([*found, np.zeros(0, np.int64)])
        return np.repeat(np.arange(len(own)), [len(rows) for rows in found]), there
    filled = np.flatnonzero(index.snapshot.sketches.sizes)
    keys = np.concatenate(
        [short_keys(all_, bands) for all_ in (signatures, index.snapshot.sketches.signatures[filled])], axis=1
    )
    ties = np.concatenate([own.keys, index.snapshot.sketches.keys[filled]])
    left, right, *_ = candidate_pairs(keys, np.arange(len(ties)), ties)
    across = (left < len(own)) & (right >= len(own))
    return left[across], filled[right[across] - len(own)]
