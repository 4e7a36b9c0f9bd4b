"""The terms of stories: what most of a story's reports say in title and lead, and few other stories say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sada.indexes.ragged import owners_of
from sada.indexes.text.folding import DIGIT
from sada.indexes.text.terms import words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

KEPT = 20
"""Terms of a story at most, the heaviest."""


def story_terms(titles: Sequence[str], leads: Sequence[str], owners: np.ndarray, stories: int) -> csr_array:
    """Weigh the terms of stories.

    A term weighs the share of a story's reports that have it in the lead, and again the share that have it in the
    title, times the logarithm of all stories to those that have it. Numbers are left out.

    Args:
        titles: of n reports.
        leads: of the same, each with its title.
        owners: int64 (n,), the story of each.
        stories: how many stories there are.

    Returns:
        (stories, terms), float64, unit rows of the :data:`KEPT` heaviest terms; a story of numbers alone has none.
    """
    from scipy.sparse import csr_array

    found = [words(titles), words(leads)]
    known, numbered = np.unique(np.concatenate([one.terms for one in found]), return_inverse=True)
    sizes = np.bincount(owners, minlength=stories)
    rows, columns, shares = [], [], []
    for one in found:
        terms, numbered = numbered[: len(one.terms)], numbered[len(one.terms) :]
        report = owners_of(np.diff(one.bounds))
        codes = np.unique((report * len(known) + terms)[one.kinds != DIGIT])  # each term of a report once
        story = owners[codes // max(len(known), 1)]
        rows.append(story)
        columns.append(codes % max(len(known), 1))
        shares.append(1 / sizes[story])
    weights = csr_array(
        (np.concatenate(shares), (np.concatenate(rows), np.concatenate(columns))), shape=(stories, len(known))
    )
    having = np.bincount(weights.indices, minlength=len(known))
    weights.data *= np.log(stories / having[weights.indices])
    return _unit_rows(_heaviest(weights))


def _heaviest(weights: csr_array) -> csr_array:
    """Keep the heaviest entries of each row (ties: by term)."""
    rows = owners_of(np.diff(weights.indptr))
    order = np.lexsort((weights.indices, -weights.data, rows))
    place = np.arange(len(order)) - weights.indptr[rows]
    dropped = order[(place >= KEPT) | (weights.data[order] <= 0)]
    weights.data[dropped] = 0
    weights.eliminate_zeros()
    weights.sort_indices()
    return weights


def _unit_rows(weights: csr_array) -> csr_array:
    rows = owners_of(np.diff(weights.indptr))
    lengths = np.sqrt(np.bincount(rows, weights.data**2, minlength=weights.shape[0]))
    weights.data /= lengths[rows]
    return weights
