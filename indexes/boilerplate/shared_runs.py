"""Runs of words that unrelated articles of one outlet share, found in their shingles alone, without an index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sada.indexes.boilerplate.repetition import LEAST
from sada.indexes.boilerplate.titles import title_words
from sada.indexes.errors import refuse_one_text
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.packing import pack
from sada.indexes.ragged import owners_of


def shared_runs(titles: Sequence[str], sets: ShingleSets) -> np.ndarray:
    """Find the shingles of one outlet that are boilerplate, and so no evidence of a copy.

    They are those that at least ten articles with unlike titles have, in each of which such shingles are at least half
    of all. Nothing is found where titles are alike, as in a series, or where fewer than ten articles are given.

    >>> from sada.indexes.minhash.sketches import sketch
    >>> titles = ["Ferry late", "Wool sold", "Judge ill", "Storm near", "Bridge shut", "Vote lost", "Salt dear",
    ...           "Mayor out", "School open", "Tower lit"]
    >>> texts = [f"{title} follow us on every network" for title in titles]
    >>> shared = shared_runs(titles, sketch(texts))
    >>> shared.tolist() == sorted(sketch(["follow us on every network"]).shingles.tolist())
    True
    >>> len(shared_runs(["Ferry times"] * 10, sketch(texts)))
    0

    Args:
        titles: of n articles of one outlet that look like copies of others.
        sets: the shingles of their texts, with or without the titles.

    Returns:
        uint32, sorted. The order of the articles makes no difference.

    Raises:
        ValueError: if there are not as many titles as sets.
    """
    refuse_one_text(titles=titles)
    if len(titles) != len(sets):
        raise ValueError(f"{len(titles)} titles for {len(sets)} articles")
    from sada.indexes.boilerplate import shared_run_kernels

    named = title_words(titles)
    order = np.lexsort([sets.keys, named.keys])
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    postings = pack(sets.shingles, places[owners_of(sets.sizes)])
    postings.sort()
    out = np.empty(len(postings) // LEAST, np.uint32)
    words = named.take(order)
    found = shared_run_kernels.boilerplate_shingles(postings, sets.sizes[order], words.stems, words.bounds, LEAST, out)
    return out[:found].copy()
