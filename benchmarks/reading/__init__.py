"""Files of every kind, made of the same invented articles, and what is read from them."""

from __future__ import annotations

from reading import agencies, archives, corpora, dates, feeds, pages, refused, scrapers, services, stores, tables
from reading.kind import Kind


def all_kinds() -> list[Kind]:
    """All kinds, in the order of the table."""
    rooms = (scrapers, services, stores, corpora, tables, feeds, agencies, archives, pages, dates, refused)
    return [kind for room in rooms for kind in room.KINDS]
