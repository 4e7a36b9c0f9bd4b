from __future__ import annotations

import pytest

from sada.indexes.wire.json_feed import json_feed_rows

FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Port Post", "language": "ar"}


def test_items_get_the_outlet_and_language_of_the_feed():
    items = [{"id": "1", "title": "a"}, {"id": "2", "language": "en", "source": "Wire"}, "no item"]
    assert json_feed_rows(FEED | {"items": items}) == [
        {"source": "Port Post", "language": "ar", "id": "1", "title": "a"},
        {"source": "Wire", "language": "en", "id": "2"},
        "no item",
    ]
    assert json_feed_rows({"version": FEED["version"], "items": [{"id": "1"}]}) == [{"id": "1"}]
    assert json_feed_rows(FEED | {"items": []}) == []


def test_a_feed_as_feedparser_gives_it():
    value = {"bozo": 0, "feed": {"title": "Port Post", "language": "ar"}, "entries": [{"id": "1"}], "version": "rss20"}
    assert json_feed_rows(value) == [{"source": "Port Post", "language": "ar", "id": "1"}]


@pytest.mark.parametrize("value", [FEED, FEED | {"items": {}}, {"version": 1, "items": []}, {"items": [{"id": "1"}]}])
def test_other_documents_are_no_feeds(value):
    assert json_feed_rows(value) is None
