"""Turn verified pairs into groups: the kept article of each group, its members, and containment links."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from sada.cluster.copies.pairs import Pairs, measure, near_pairs
from sada.cluster.copies.star_clusters import choose_representatives, components
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.storage.columns import Columns, ranks_of
from sada.indexes.timestamps import UNDATED

Cohesion = Literal["star", "chain"]
"""What holds a group of copies together, see :func:`~sada.cluster.copies.copies.find_copies`."""
Keep = Literal["first", "longest", "last"] | str
"""Which of several copies is kept: a fixed word, or ``source=NAME,NAME``."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The n articles to group, as columns.

    Attributes:
        columns: their ids, sources and times.
        sketches: their shingle sets and keys.
        ranks: int64 (n,), the order of preference of the rule ``keep``: the lowest of a group is kept.
    """

    columns: Columns
    sketches: ShingleSets
    ranks: np.ndarray

    @classmethod
    def of(cls, columns: Columns, sketches: ShingleSets, keep: Keep) -> Rows:
        """Rank the rows by the rule ``keep``."""
        return cls(columns, sketches, _ranks(keep, columns, sketches))

    def __len__(self) -> int:
        return len(self.columns)


class Link(NamedTuple):
    """A containment link between two rows of different groups; the group of ``to`` is the earlier in rank.

    ``kind`` is ``contains`` if ``row`` contains ``to``, else ``contained``.
    """

    row: int
    to: int
    kind: str
    containment: float


def kept_of(rows: Rows, signatures: np.ndarray, jaccard: float) -> np.ndarray:
    """Return the kept row that each row is a copy of, or the row itself: int64 (n,)."""
    exact_duplicates = exact_duplicates_of(rows)
    keys = short_keys(signatures, Bands.for_jaccard(jaccard))
    pairs = near_pairs(rows.sketches, keys, distinct_rows(rows, exact_duplicates), jaccard, jaccard)
    return stars(rows, exact_duplicates, pairs.where(pairs.jaccard >= jaccard), jaccard)[0]


def _ranks(keep: Keep, columns: Columns, sketches: ShingleSets) -> np.ndarray:
    """Return the rank of each row by the rule ``keep``: int64 (n,), 0 for the row that is preferred to all others."""
    published = columns.published
    read = np.arange(len(published))
    if keep == "first":
        return columns.reading_order
    if keep == "last":
        order = np.lexsort((read, np.where(published == UNDATED, UNDATED, -published)))
    elif keep == "longest":
        order = np.lexsort((read, published, -sketches.sizes))
    elif wanted := _outlets(keep):
        preference = {name: place for place, name in reversed(list(enumerate(wanted)))}
        places = np.array([preference.get(source.casefold(), len(wanted)) for source in columns.sources], np.int64)
        order = np.lexsort((read, published, places))
    else:
        raise ValueError(f"keep={keep!r}: choose first, last, longest or source=NAME,NAME")
    return ranks_of(order)


def _outlets(keep: str) -> list[str]:
    """Return the case-folded names of ``source=NAME,NAME``; none if ``keep`` is another rule."""
    names = keep.removeprefix("source=").split(",") if keep.startswith("source=") else []
    return [name.strip().casefold() for name in names if name.strip()]


def exact_duplicates_of(rows: Rows) -> np.ndarray:
    """Return the row that represents each row among its exact duplicates, the first in rank: int64 (n,).

    Exact duplicates have the same words in the same order. A row without words represents itself.
    """
    exact_duplicates = np.arange(len(rows))
    named = np.flatnonzero(rows.sketches.keys != 0)
    ordered = named[np.argsort(rows.ranks[named])]
    _, first, which = np.unique(rows.sketches.keys[ordered], return_index=True, return_inverse=True)
    exact_duplicates[ordered] = ordered[first[which]]
    return exact_duplicates


def distinct_rows(rows: Rows, exact_duplicates: np.ndarray) -> np.ndarray:
    """Return the rows (sorted int64) that have words and represent their exact duplicates."""
    return np.unique(exact_duplicates[rows.sketches.keys != 0])


def chains(rows: Rows, exact_duplicates: np.ndarray, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row the first in rank of its connected component, and the exact Jaccard to it."""
    kept = np.arange(len(rows))
    by_rank = np.argsort(rows.ranks)
    component = components(pairs.left, pairs.right, len(rows))[0][by_rank]
    _, first = np.unique(component, return_index=True)
    kept[by_rank] = by_rank[first[component]]
    return _with_exact_duplicates(rows, exact_duplicates, kept)


def stars(rows: Rows, exact_duplicates: np.ndarray, pairs: Pairs, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the kept row of each row's star group, and the exact Jaccard to it, at least ``least``.

    The method is a greedy independent dominating set (Johnson 1974). Of the rows without a group, the one with most
    copies among them (its exact duplicates count, too; ties: the first in rank) becomes the representative of a group,
    and these copies its members. This is repeated until no two copies are left without a group. So if all rows of a
    component are copies of each other, the kept row is the first in rank. It follows that:

    - Every member is a verified copy of its kept row, and no two kept rows are verified copies of each other.
    - A row stays with the first representative that took it, even if a later one is more similar.
    - The result depends on the ranks, which are distinct, and not on the numbers of the rows.

    Candidates may lack pairs where many rows are similar. In components of up to 50 rows all pairs are measured first.
    In larger ones each row is also measured against the representatives of its neighbours, and rows of small groups
    against the largest groups of the component (O(n) pairs); then the choice is made again. Also, the first in rank of
    a group becomes its representative if all members are copies of it. Where no pair is missing, these steps change
    nothing.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,) of :func:`exact_duplicates_of`.
        pairs: verified pairs of rows that represent their exact duplicates, with a Jaccard of at least ``least``, each
            once.
        least: the least Jaccard.
    """
    weights = np.maximum(np.bincount(exact_duplicates, minlength=len(exact_duplicates)), 1)
    return _with_exact_duplicates(
        rows, exact_duplicates, choose_representatives(rows.sketches, rows.ranks, weights, pairs, least)
    )


def links_of(rows: Rows, pairs: Pairs, kept: np.ndarray, containment: float) -> dict[int, list[Link]]:
    """Return the containment links of each group, by its kept row: the strongest from each other group, sorted."""
    ranks, sizes = rows.ranks, rows.sketches.sizes
    strong = pairs.where((pairs.containment >= containment) & (kept[pairs.left] != kept[pairs.right]))
    swap = ranks[kept[strong.left]] > ranks[kept[strong.right]]
    to, row = np.where(swap, strong.right, strong.left), np.where(swap, strong.left, strong.right)
    order = np.lexsort((ranks[to], ranks[row], -strong.containment))
    to, row, shares = to[order], row[order], strong.containment[order]
    _, strongest = np.unique(kept[to] << 32 | kept[row], return_index=True)
    links: dict[int, list[Link]] = defaultdict(list)
    for at in np.sort(strongest).tolist():
        kind = "contains" if sizes[row[at]] > sizes[to[at]] else "contained"
        links[int(kept[to[at]])].append(Link(int(row[at]), int(to[at]), kind, float(shares[at])))
    return links


def _with_exact_duplicates(rows: Rows, exact_duplicates: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each row the kept row of the row that represents it, and measure the Jaccard between the two."""
    kept = kept[exact_duplicates]
    copies = np.flatnonzero(kept != np.arange(len(kept)))
    similarity = np.ones(len(kept))
    similarity[copies] = measure(rows.sketches, kept[copies], copies).jaccard
    return kept, similarity
