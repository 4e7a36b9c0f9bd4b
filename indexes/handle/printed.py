"""Finds the articles that were printed on the pages of others."""

from __future__ import annotations

from collections.abc import Iterable

from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.pages.ids import READ_ALSO
from sada.indexes.storage.catalog import Catalog


def with_printed(ids: Iterable[str], snapshot: Snapshot) -> list[str]:
    """Return ids, each once, and then those of the articles printed on their pages.

    Raises:
        UnknownArticleError: if an id is not in the index.
    """
    wanted = list(dict.fromkeys(ids))
    snapshot.columns.rows(wanted)
    return wanted + printed_on(wanted, snapshot.columns.ids, snapshot.catalog)


def printed_on(pages: Iterable[str], ids: Iterable[str], catalog: Catalog) -> list[str]:
    """Return those of ``ids`` whose article was printed on one of ``pages``, by its ``extra["page"]["of"]``.

    Raises:
        IndexDamagedError: if the values of one have changed.
    """
    known = set(pages)
    named = [one for one in ids if READ_ALSO in one and one not in known and one.rpartition(READ_ALSO)[0] in known]
    pages_of = {one.id: one.extra.get("page") for one in catalog.articles(named)}
    return [one for one in named if _says(pages_of.get(one), one.rpartition(READ_ALSO)[0])]


def _says(page: object, of: str) -> bool:
    return isinstance(page, dict) and page.get("of") == of
