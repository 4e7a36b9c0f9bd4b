"""The items of a JSON Feed, a feed in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VERSION = "jsonfeed.org/version/"
_OF_ALL = {"source": "title", "language": "language"}
"""What the feed says for all its items: the name in a row, and that in the feed."""


def json_feed_rows(value: Mapping[str, Any]) -> list[Any] | None:
    """The items of a feed, which get its title as outlet, and its language; None for another document."""
    items = value.get("items")
    if _VERSION not in str(value.get("version", "")) or not isinstance(items, list):
        return None
    given = {name: value[of_feed] for name, of_feed in _OF_ALL.items() if value.get(of_feed)}
    return [given | item if isinstance(item, dict) else item for item in items]
