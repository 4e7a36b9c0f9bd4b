"""Removes articles from an index, and the words that were kept of them elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from sada.indexes.boilerplate.forgetting import forget_unprinted
from sada.indexes.storage.catalog import Catalog


def remove_articles(catalog: Catalog, ids: Sequence[str]) -> int:
    """Remove articles in one commit, with the words of their stories and the learned lines that were theirs alone.

    Args:
        catalog: of the index; the caller holds the writer lock.
        ids: of articles; others are ignored.

    Returns:
        How many articles there were.
    """
    with catalog.writing():
        sources = catalog.remove(ids)
        forget_unprinted(catalog, sources)
        catalog.touch()
    return len(sources)
