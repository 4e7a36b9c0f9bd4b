"""Forget learned lines that no article has any more: they are the text of articles that were removed or updated."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sada.indexes.boilerplate.learning import counted
from sada.indexes.boilerplate.lines import SETTING, Boilerplate, BoilerplateLine, outlet
from sada.indexes.storage.catalog import Catalog

_PAGE = 100


def forget_unprinted(catalog: Catalog, sources: Iterable[str]) -> None:
    """Forget the learned lines of some outlets that none of their articles has; inside ``catalog.writing()``.

    No array changes by this. Articles are read, the newest first, until each line was found in one of them. So this
    takes long only where a line is forgotten. Lines that a user wants kept are the user's own and stay.

    Args:
        catalog: of the index.
        sources: names of outlets that lost articles or texts.

    Raises:
        IndexDamagedError: if an article that is read is not what was written.
    """
    lost = set(map(outlet, sources))
    known = Boilerplate.of(catalog) if lost else Boilerplate()
    names = known.by_outlet.keys() & lost
    unseen = _unseen(catalog, {name: list(known.by_outlet[name]) for name in names})
    if unseen:
        lines = tuple(one for one in known.lines if one not in unseen)
        catalog.set_setting(SETTING, Boilerplate(lines, known.kept).setting())


def _unseen(catalog: Catalog, sought: dict[str, list[BoilerplateLine]]) -> set[BoilerplateLine]:
    """Those of the sought lines, given by outlet, that no article of their outlet has."""
    wanted = (number for number, source in catalog.newest_first() if sought.get(outlet(source)))
    while any(sought.values()) and (page := list(islice(wanted, _PAGE))):
        articles = [kept.article for kept in catalog.kept("number", page)]
        for name, lines in sought.items():
            found = counted(lines, (one for one in articles if outlet(one.source) == name))
            sought[name] = [line for line, now in zip(lines, found, strict=True) if not now.articles]
    return {line for lines in sought.values() for line in lines}
