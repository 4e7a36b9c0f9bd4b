"""The bridge to datasketch, in both directions: an index as a live LSH, and queries to an index by a sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sada.indexes.errors import IndexMismatchError
from sada.indexes.minhash.sketches import PERMUTATIONS, SCHEME, SEED, to_datasketch

if TYPE_CHECKING:
    from datasketch import LeanMinHash, MinHash, MinHashLSH

    from sada.indexes.index import NewsIndex


def to_lsh(
    index: NewsIndex, *, params: tuple[int, int] | None = None, storage_config: dict[str, Any] | None = None
) -> MinHashLSH:
    """Build a live ``datasketch.MinHashLSH`` of all articles that have words, with their ids as keys.

    >>> asked = to_datasketch(sketch([index.get("en-001").body]).signatures[0])
    >>> sorted(to_lsh(index).query(asked))
    ['en-001', 'en-121', 'en-122']

    Query it with ``datasketch.MinHash(num_perm=128, seed=1, scheme="affine32",
    hashfunc=sada.indexes.text.tokens.hash32)`` updated with :func:`sada.indexes.text.tokens.shingles`, or with
    :func:`sada.indexes.minhash.sketches.to_datasketch`.

    Args:
        index: whose articles are inserted.
        params: (bands, rows) of the LSH, bands times rows at most 128; None for those of the index.
        storage_config: of datasketch, for example ``{"type": "redis", "redis": {"host": ..., "port": ...}}``;
            in memory if None.
    """
    from datasketch import MinHashLSH

    params = params or (index.snapshot.bands.count, index.snapshot.bands.rows)
    lsh = MinHashLSH(num_perm=PERMUTATIONS, params=params, storage_config=storage_config)
    sketches = index.snapshot.sketches
    with lsh.insertion_session() as session:
        for row in np.flatnonzero(sketches.sizes):
            session.insert(
                index.snapshot.columns.ids[row], to_datasketch(sketches.signatures[row]), check_duplication=False
            )
    return lsh


def like_sketch(index: NewsIndex, sketch: MinHash | LeanMinHash, threshold: float = 0.5) -> list[tuple[str, float]]:
    """Find the articles that are similar to a datasketch sketch: (id, estimated Jaccard), the most similar first.

    >>> asked = to_datasketch(sketch([index.get("en-001").body]).signatures[0])
    >>> like_sketch(index, asked)
    [('en-001', 1.0), ('en-121', 1.0), ('en-122', 0.8359375)]

    The estimate is the share of equal minima (standard error about .04 at 128 permutations). It cannot be verified,
    since a sketch holds no shingles. The sketch must have been made with ``hash32`` and ``shingles`` of
    :mod:`sada.indexes.text.tokens`, which cannot be checked.

    Raises:
        IndexMismatchError: if the sketch has another scheme, seed or number of permutations; both are named.
    """
    theirs = (getattr(sketch, "scheme", "legacy"), len(sketch.hashvalues), sketch.seed)
    ours = (SCHEME, PERMUTATIONS, SEED)
    if theirs != ours:
        named = ("scheme {!r}, {} permutations, seed {}".format(*values) for values in (theirs, ours))
        raise IndexMismatchError(
            "the sketch has {}, the index {}: sketch the text again with those of the index".format(*named)
        )
    signature = np.asarray(sketch.hashvalues, np.uint32)
    found = []
    for row in index.snapshot.segments.lsh_candidates(signature).tolist():
        estimate = float((index.snapshot.segments.signature(row) == signature).mean())
        if estimate >= threshold:
            found.append((index.snapshot.columns.ids[row], estimate))
    return sorted(found, key=lambda hit: (-hit[1], index.snapshot.columns.row_of[hit[0]]))
