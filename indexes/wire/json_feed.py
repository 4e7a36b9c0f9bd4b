"""The items of a feed in JSON: a JSON Feed, or what the library feedparser makes of a feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VERSION = "jsonfeed.org/version/"
_OF_ALL = {"source": "title", "language": "language"}
"""What the feed says for all its items: the name in a row, and that in the feed."""


def json_feed_rows(value: Mapping[str, Any]) -> list[Any] | None:
    """The items of a feed, which get its title as outlet, and its language; None for another document."""
    feed, items = value, value.get("items")
    if isinstance(value.get("feed"), Mapping) and "entries" in value:
        feed, items = value["feed"], value["entries"]
    elif _VERSION not in str(value.get("version", "")):
        return None
    if not isinstance(items, list):
        return None
    given = {name: feed[of_feed] for name, of_feed in _OF_ALL.items() if feed.get(of_feed)}
    return [given | item if isinstance(item, dict) else item for item in items]
