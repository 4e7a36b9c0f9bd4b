"""Files of every kind, made of the same invented articles, and what is read from them."""

from __future__ import annotations

from reading import corpora, scrapers, services, stores, tables
from reading.kind import Kind


def all_kinds() -> list[Kind]:
    """All kinds, in the order of the table."""
    return [kind for room in (scrapers, services, stores, corpora, tables) for kind in room.KINDS]
