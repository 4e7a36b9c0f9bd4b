"""Articles that were printed on the page of another: their ids, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable

from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.pages.ids import READ_ALSO
from sada.indexes.storage.catalog import Catalog


def with_printed(ids: Iterable[str], snapshot: Snapshot) -> list[str]:
    """Ids, each once, followed by those of the articles printed on their pages.

    Raises:
        UnknownArticleError: if an id is not in the index.
    """
    wanted = list(dict.fromkeys(ids))
    snapshot.columns.rows(wanted)
    return wanted + printed_on(wanted, snapshot.columns.ids, snapshot.catalog)


def printed_on(pages: Iterable[str], ids: Iterable[str], catalog: Catalog) -> list[str]:
    """Those of ``ids`` that are of articles printed on ``pages``, as their ``extra["page"]["of"]`` says.

    Raises:
        IndexDamagedError: if the values of one are not those that were written.
    """
    known = set(pages)
    named = [one for one in ids if READ_ALSO in one and one not in known and one.rpartition(READ_ALSO)[0] in known]
    pages_of = {one.id: one.extra.get("page") for one in catalog.articles(named)}
    return [one for one in named if _says(pages_of.get(one), one.rpartition(READ_ALSO)[0])]


def _says(page: object, of: str) -> bool:
    return isinstance(page, dict) and page.get("of") == of
