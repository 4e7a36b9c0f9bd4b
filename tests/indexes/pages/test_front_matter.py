"""Fields above a text are fields of the article, and other lines of dashes are text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sada.indexes.pages.front_matter import row_below
from sada.indexes.reading.readers import read_articles


def whole(text):
    return {"whole": text}


def test_fields_above_a_text(tmp_path):
    text = "---\ntitle: 'Bridge: it opens'\nauthor: A B\nurl: https://wire.example/1\nhostname: wire.example\n"
    text += "sitename: Example Wire\ndate: 2026-03-03\ntags:\n- city\n  - bridge\n---\n"
    text += "The mayor opened it.\n\n---\nEnd."
    for name in ("a.txt", "f/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        (article,) = read_articles(tmp_path / name, pages=name == "f/b.txt")
        assert (article.title, article.text) == ("Bridge: it opens", "The mayor opened it.\n\n---\nEnd.")
        assert (article.url, article.source) == ("https://wire.example/1", "Example Wire")
        assert article.published == datetime(2026, 3, 3, tzinfo=UTC)
        assert article.keywords == ("city", "bridge")
        assert article.extra["author"] == "A B"


def test_line_ends_and_empty_fields():
    text = "---\r\ntitle: t\r\ndate:\r\ntags: []\r\n...\r\n\r\nx\r\n"
    assert row_below(whole, text) == {"title": "t", "date": "", "tags": [], "text": "x\r\n"}


@pytest.mark.parametrize(
    "text",
    [
        "Bridge opens\n---\ntitle: t\n---\n",
        "---\nauthor: A B\n---\nx",
        "---\ntitle: t\nThe mayor opened it.\n---\nx",
        "---\ntitle: t\nThe mayor said: it opens.\n---\nx",
        "---\ntitle: t\n- a\n---\nx",
        "---\ntitle: t\n",
        "---\n---\nx",
        "",
    ],
)
def test_other_texts_stay_whole(text):
    assert row_below(whole, text) == {"whole": text}
