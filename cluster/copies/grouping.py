"""From verified pairs to groups: which article is kept, who stands with it, and what is linked to a group."""

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
    """What grouping needs of n articles.

    Attributes:
        columns: their ids, sources and times.
        sketches: their shingle sets and keys.
        ranks: int64 (n,), 0 for the article that the rule would keep before all others, and so on.
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
    """A containment between two rows of different groups; ``row`` is the later, ``to`` the earlier in rank."""

    row: int
    to: int
    kind: str
    containment: float


def kept_of(rows: Rows, signatures: np.ndarray, jaccard: float) -> np.ndarray:
    """int64 (n,): for each row the kept row that it is a copy of, itself if it is none."""
    exact_duplicates = exact_duplicates_of(rows)
    keys = short_keys(signatures, Bands.for_jaccard(jaccard))
    pairs = near_pairs(rows.sketches, keys, distinct_rows(rows, exact_duplicates), jaccard, jaccard)
    return stars(rows, exact_duplicates, pairs.where(pairs.jaccard >= jaccard), jaccard)[0]


def _ranks(keep: Keep, columns: Columns, sketches: ShingleSets) -> np.ndarray:
    """int64 (n,): 0 for the article that would be kept before all others, and so on."""
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
    """The names in ``source=NAME,NAME``, folded; none if it is no such rule."""
    names = keep.removeprefix("source=").split(",") if keep.startswith("source=") else []
    return [name.strip().casefold() for name in names if name.strip()]


def exact_duplicates_of(rows: Rows) -> np.ndarray:
    """int64 (n,): for each row the first-ranked row with the same words in the same order; itself without words."""
    exact_duplicates = np.arange(len(rows))
    named = np.flatnonzero(rows.sketches.keys != 0)
    ordered = named[np.argsort(rows.ranks[named])]
    _, first, which = np.unique(rows.sketches.keys[ordered], return_index=True, return_inverse=True)
    exact_duplicates[ordered] = ordered[first[which]]
    return exact_duplicates


def distinct_rows(rows: Rows, exact_duplicates: np.ndarray) -> np.ndarray:
    """The rows (sorted int64) that have words and stand for their twins."""
    return np.unique(exact_duplicates[rows.sketches.keys != 0])


def chains(rows: Rows, exact_duplicates: np.ndarray, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """For each row the first-ranked row of its connected component, and the exact Jaccard to it."""
    kept = np.arange(len(rows))
    by_rank = np.argsort(rows.ranks)
    component = components(pairs.left, pairs.right, len(rows))[0][by_rank]
    _, first = np.unique(component, return_index=True)
    kept[by_rank] = by_rank[first[component]]
    return _with_exact_duplicates(rows, exact_duplicates, kept)


def stars(rows: Rows, exact_duplicates: np.ndarray, pairs: Pairs, least: float) -> tuple[np.ndarray, np.ndarray]:
    """For each row the kept row of its group, and the exact Jaccard to it, which is at least ``least``.

    Of all rows that are in no group yet, the one with the most copies among them (itself and its twins counted in)
    becomes the centre of a group and takes them along; then the same among the rest, till no two copies are left. Of
    rows with equally many copies the first by rank is chosen: wherever all members of a component are copies of each
    other, the kept article is the one that the rule names. It is the greedy dominating set (Johnson 1974) made
    independent, over the components of any size:

    - every member is a verified copy of its kept article, and no two kept articles are verified copies of each other:
      a centre takes every free copy it has, so that no row is left alone beside a centre that could have taken it.
    - a row stays with the first centre that took it, though a later one may be nearer.
    - nothing depends on the numbers of the rows, only on the ranks, which are distinct.

    Candidates may lack pairs where many rows are much alike. Components of up to 50 rows are completed first. In
    larger ones each row is also measured against the centres of its neighbours, and those left in small groups against
    the largest groups of the component (O(n) pairs), and the choice is made again with what was found; and a group is
    handed to the first by rank of its members if that is a copy of all of them. Where no pair is missing none of this
    changes anything, so the size of a component decides nothing.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,) of :func:`exact_duplicates_of`.
        pairs: verified pairs among stand-ins that reach ``least``, each once.
        least: the least Jaccard.
    """
    weights = np.maximum(np.bincount(exact_duplicates, minlength=len(exact_duplicates)), 1)
    return _with_exact_duplicates(
        rows, exact_duplicates, choose_representatives(rows.sketches, rows.ranks, weights, pairs, least)
    )


def links_of(rows: Rows, pairs: Pairs, kept: np.ndarray, containment: float) -> dict[int, list[Link]]:
    """The containment links of each group (by kept row): from every other group the strongest, strongest first."""
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
    """Put each twin where its first stands, and measure against the kept everyone who is not kept."""
    kept = kept[exact_duplicates]
    copies = np.flatnonzero(kept != np.arange(len(kept)))
    similarity = np.ones(len(kept))
    similarity[copies] = measure(rows.sketches, kept[copies], copies).jaccard
    return kept, similarity
