"""Turn verified pairs into groups: the kept article of each group, its members, and containment links."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from sada.cluster.copies.candidates import containing, near_pairs
from sada.cluster.copies.star_clusters import choose_representatives, components
from sada.cluster.likeness.likeness import JudgedLikeness, Likeness
from sada.cluster.likeness.pairs import DOUBT_NAMES, KIND_OF, WORDS, Pairs
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import unique
from sada.indexes.storage.columns import Columns, ranks_of
from sada.indexes.timestamps import UNDATED

_KINDS = {ground: f"near ({KIND_OF[doubt]})" for ground, doubt in DOUBT_NAMES.items()}
DOUBT_OF = {f"near ({kind})": doubt for doubt, kind in KIND_OF.items()}
"""The doubt of each kind of link that is no containment."""

Cohesion = Literal["star", "chain"]
"""What holds a group of copies together, see :func:`~sada.cluster.copies.copies.find_copies`."""
Keep = Literal["first", "longest", "last"] | str
"""Which of several copies is kept: a fixed word, or ``source=NAME,NAME``."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The n articles to group, as columns.

    Attributes:
        columns: their ids, sources and times.
        sketches: their shingle sets.
        ranks: int64 (n,), the order of preference of the rule ``keep``: the lowest of a group is kept.
        keys: uint64 (n,), equal for exact duplicates; 0 for articles without words.
        likeness: measures pairs of them.
    """

    columns: Columns
    sketches: ShingleSets
    ranks: np.ndarray
    keys: np.ndarray
    likeness: Likeness

    @classmethod
    def of(cls, columns: Columns, sketches: ShingleSets, keep: Keep, likeness: Likeness) -> Rows:
        """Rank the rows by the rule ``keep``."""
        return cls(columns, sketches, _ranks(keep, columns, sketches), likeness.keys(), likeness)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def judged(self) -> JudgedLikeness:
        """What measures the rows of :func:`~sada.cluster.copies.copies.find_copies`, which knows more than words."""
        assert isinstance(self.likeness, JudgedLikeness)
        return self.likeness


class Grouped(NamedTuple):
    """The groups of n rows.

    Attributes:
        kept: int64 (n,), the kept row of each row's group.
        similarity: float64 (n,), the exact Jaccard of each row to its kept row.
        grounds: uint8 (n,), what that Jaccard is of, as in :class:`~sada.cluster.likeness.pairs.Pairs`.
    """

    kept: np.ndarray
    similarity: np.ndarray
    grounds: np.ndarray


class Link(NamedTuple):
    """A link between two rows of different groups; the group of ``to`` is the earlier in rank.

    ``kind`` is ``contains`` if ``row`` contains ``to``, else ``contained``; or it says why two articles that are copies
    by their words are in doubt.
    """

    row: int
    to: int
    kind: str
    containment: float
    jaccard: float


def kept_of(rows: Rows, signatures: np.ndarray, jaccard: float) -> np.ndarray:
    """Return the kept row that each row is a copy of, or the row itself: int64 (n,)."""
    exact_duplicates = exact_duplicates_of(rows)
    keys = short_keys(signatures, Bands.for_jaccard(jaccard))
    pairs = near_pairs(rows.sketches, keys, distinct_rows(rows, exact_duplicates), jaccard, jaccard)
    return stars(rows, exact_duplicates, pairs.where(pairs.jaccard >= jaccard), jaccard).kept


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
    named = np.flatnonzero(rows.keys != 0)
    ordered = named[np.argsort(rows.ranks[named])]
    _, first, which = np.unique(rows.keys[ordered], return_index=True, return_inverse=True)
    exact_duplicates[ordered] = ordered[first[which]]
    return exact_duplicates


def distinct_rows(rows: Rows, exact_duplicates: np.ndarray) -> np.ndarray:
    """Return the rows (sorted int64) that have words and represent their exact duplicates."""
    return unique(exact_duplicates[rows.keys != 0])


def chains(rows: Rows, exact_duplicates: np.ndarray, pairs: Pairs) -> Grouped:
    """Return the connected components; the first in rank of each is its kept row."""
    kept = np.arange(len(rows))
    by_rank = np.argsort(rows.ranks)
    component = components(pairs.left, pairs.right, len(rows))[0][by_rank]
    _, first = np.unique(component, return_index=True)
    kept[by_rank] = by_rank[first[component]]
    return _with_exact_duplicates(rows, exact_duplicates, kept)


def stars(rows: Rows, exact_duplicates: np.ndarray, pairs: Pairs, least: float) -> Grouped:
    """Return the star groups, in which each row has a Jaccard of at least ``least`` to its kept row.

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
        rows, exact_duplicates, choose_representatives(rows.likeness, rows.ranks, weights, pairs, least)
    )


def links_of(rows: Rows, pairs: Pairs, kept: np.ndarray, containment: float) -> dict[int, list[Link]]:
    """Return the containment links of each group, by its kept row: the strongest from each other group, sorted."""
    ranks, sizes = rows.ranks, rows.sketches.sizes
    strong = containing(rows.sketches, pairs.where(kept[pairs.left] != kept[pairs.right]), containment)
    strong = _towards_first(strong, ranks[kept])
    strong = strong.where(np.lexsort((ranks[strong.left], ranks[strong.right], -strong.containment)))
    _, strongest = np.unique(kept[strong.left] << 32 | kept[strong.right], return_index=True)
    strong = strong.where(np.sort(strongest))
    kinds = np.where(sizes[strong.right] > sizes[strong.left], "contains", "contained")
    return _links(strong, kept, kinds.tolist())


def doubts_of(rows: Rows, doubted: Pairs, kept: np.ndarray) -> dict[int, list[Link]]:
    """Return the links of pairs in doubt between groups, by kept row: of each row the one to the first in rank."""
    ranks = rows.ranks
    across = _towards_first(doubted.where(kept[doubted.left] != kept[doubted.right]), ranks[kept])
    keys = (ranks[across.left], -across.jaccard, ranks[kept[across.left]], ranks[across.right])
    across = across.where(np.lexsort(keys))
    _, first = np.unique(across.right, return_index=True)
    across = across.where(first[np.argsort(ranks[across.right[first]])])
    return _links(across, kept, [_KINDS[ground] for ground in across.grounds.tolist()])


def _towards_first(pairs: Pairs, ranks: np.ndarray) -> Pairs:
    """The pairs with the row of the lower rank to the left."""
    swap = ranks[pairs.left] > ranks[pairs.right]
    left, right = np.where(swap, pairs.right, pairs.left), np.where(swap, pairs.left, pairs.right)
    return replace(pairs, left=left, right=right)


def _links(pairs: Pairs, kept: np.ndarray, kinds: list[str]) -> dict[int, list[Link]]:
    links: dict[int, list[Link]] = defaultdict(list)
    values = (pairs.right.tolist(), pairs.left.tolist(), kinds, pairs.containment.tolist(), pairs.jaccard.tolist())
    for row, to, kind, share, alike in zip(*values, strict=True):
        links[int(kept[to])].append(Link(row, to, kind, share, alike))
    return links


def _with_exact_duplicates(rows: Rows, exact_duplicates: np.ndarray, kept: np.ndarray) -> Grouped:
    """Give each row the kept row of the row that represents it, and measure the two."""
    kept = kept[exact_duplicates]
    copies = np.flatnonzero(kept != exact_duplicates)
    similarity, grounds = np.ones(len(kept)), np.full(len(kept), WORDS, np.uint8)
    pairs = rows.likeness.measure(kept[copies], exact_duplicates[copies])
    similarity[copies], grounds[copies] = pairs.jaccard, pairs.grounds
    return Grouped(kept, similarity, grounds)
