"""Find the articles that are copies of an article of an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sada.cluster.copies.grouping import Rows, distinct_rows
from sada.cluster.likeness.likeness import Evidence, JudgedLikeness
from sada.cluster.likeness.pairs import DOUBT_NAMES, Doubt, Pairs, measure
from sada.cluster.likeness.texts import IndexedTexts, JoinedTexts
from sada.indexes.minhash.bands import MISS, Bands
from sada.indexes.minhash.lsh import candidate_pairs, code_pairs, short_keys, split_pairs
from sada.indexes.minhash.respelling import AGREEING, NO_LETTERS
from sada.indexes.minhash.sketches import ShingleSets, sign
from sada.indexes.packing import pack, unpack
from sada.indexes.ragged import unique, unrolled
from sada.indexes.storage.columns import Columns

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_MOST_OF_A_KEY = 16


class Known(NamedTuple):
    """What an index has of some rows.

    Attributes:
        copies: the most similar article of the index that each row is a copy of: its id, and the Jaccard.
        doubts: the doubt because of which each of some other rows is a copy of none.
        likeness: measures the rows, with the boilerplate of the outlets in the index.
    """

    copies: dict[int, tuple[str, float]]
    doubts: dict[int, Doubt]
    likeness: JudgedLikeness


def found_in(rows: Rows, exact_duplicates: np.ndarray, index: NewsIndex, jaccard: float) -> Known:
    """Find which rows are copies of an article of an index, or would be one but for a doubt.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,), the row that represents each row among its exact duplicates.
        index: the index.
        jaccard: the least Jaccard.
    """
    distinct = distinct_rows(rows, exact_duplicates)
    own = rows.sketches.sets_of(distinct)
    spellings = rows.judged.evidence.spellings.keys[:, distinct]
    by_words = _shared_bands(own, index, jaccard)
    by_letters = _shared_letters(spellings, index.snapshot.segments.spellings(np.arange(len(index.snapshot.columns))))
    needed, place = np.unique(np.concatenate([by_words[1], by_letters[1]]), return_inverse=True)
    here, there = np.concatenate([by_words[0], by_letters[0]]), needed[place]
    likeness = _across(rows, distinct, own, index, needed)
    letters = unique(code_pairs(place[len(by_words[0]) :], by_letters[0] + len(needed)))
    likeness.evidence.spellings.verify(*split_pairs(letters))
    pairs = measure(likeness.evidence.sets, place, here + len(needed))
    likeness.evidence.boilerplate.learn(pairs)
    copies, doubts = _sorted_out(likeness.judge(pairs), distinct[here], there, index.snapshot.columns.ids, jaccard)
    found = {row: copies[first] for row, first in enumerate(exact_duplicates.tolist()) if first in copies}
    doubts = {row: doubt for row, doubt in doubts.items() if row not in found}
    return Known(found, doubts, rows.judged.beside(likeness))


def _sorted_out(
    pairs: Pairs, own: np.ndarray, there: np.ndarray, ids: Sequence[str], jaccard: float
) -> tuple[dict[int, tuple[str, float]], dict[int, Doubt]]:
    """Sort judged pairs of rows and rows of an index into copies and doubts; of each row the most alike counts."""
    copies: dict[int, tuple[str, float]] = {}
    doubts: dict[int, Doubt] = {}
    for at in np.lexsort((there, -pairs.jaccard)).tolist():
        row, ground, alike = int(own[at]), int(pairs.grounds[at]), float(pairs.jaccard[at])
        if alike < jaccard:
            break
        if ground in DOUBT_NAMES:
            doubts.setdefault(row, DOUBT_NAMES[ground])
        else:
            copies.setdefault(row, (ids[there[at]], alike))
    return copies, doubts


def _across(rows: Rows, distinct: np.ndarray, own: ShingleSets, index: NewsIndex, needed: np.ndarray) -> JudgedLikeness:
    """Return what measures the rows ``needed`` of an index and, behind them, the distinct rows of articles."""
    snapshot, likeness = index.snapshot, rows.judged
    evidence = likeness.evidence
    columns = Columns.joined(snapshot.columns.picked(needed), rows.columns.picked(distinct))
    sets = ShingleSets.concatenated([snapshot.segments.sketch_of(needed), own])
    texts = JoinedTexts((IndexedTexts(snapshot), needed), (evidence.texts, distinct))
    keys = np.concatenate([snapshot.segments.spellings(needed), evidence.spellings.keys[:, distinct]], axis=1)
    return replace(likeness, evidence=Evidence(columns, sets, texts, keys))


def _shared_letters(own: np.ndarray, stored: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (column of ``own``, column of ``stored``) that agree in two blocking keys or more.

    A key that more than 16 articles of the index have is that of a common beginning and is left out.
    """
    codes = [np.zeros(0, np.uint64)]
    for mine, theirs in zip(own, stored, strict=True):
        keys = unique(mine[mine != NO_LETTERS])  # few, and so it is they that are sorted, not all of the index
        if not len(keys):
            continue
        places = np.searchsorted(keys, theirs)
        some = np.flatnonzero(keys[np.minimum(places, len(keys) - 1)] == theirs)
        some = some[np.argsort(theirs[some], kind="stable")]
        starts, stops = (np.searchsorted(theirs[some], mine, side) for side in ("left", "right"))
        which, at = unrolled(starts, np.where(stops - starts > _MOST_OF_A_KEY, starts, stops))
        codes.append(pack(which, some[at]))
    found, counts = np.unique(np.concatenate(codes), return_counts=True)
    return unpack(found[counts >= AGREEING])


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
