"""Queries with HTML tags are those of their plain texts."""

from __future__ import annotations

import json

import pytest

TEXT = "Parliament passed the budget after a night of quarrels over school meals"
HTML = f"<div class='budget ferry harbour'><p>{TEXT.replace('budget', '<a href=/ferry>bud</a>get')}</p></div>"


@pytest.mark.parametrize("by", ["words", "copy", "all"])
def test_a_text_with_tags_is_asked_without_them(sada, index, by):
    found, wanted = (sada("neighbours", index, "--text", text, "--by", by).rows for text in (HTML, TEXT))
    assert found == wanted != []


def test_queries_with_tags_are_noted_once(sada, index):
    rows = [{"id": "q1", "text": HTML}, {"id": "q2", "title": "<b>Ferry</b> strikes pier"}, {"id": "q3", "text": TEXT}]
    asked = "".join(json.dumps(row) + "\n" for row in rows)
    plain = asked.replace(json.dumps(HTML), json.dumps(TEXT)).replace("<b>Ferry</b>", "Ferry")
    found, wanted = (sada("neighbours", index, "-", "--by", "words", stdin=given) for given in (asked, plain))
    assert found.rows == wanted.rows != []
    noted = [line for line in found.err.splitlines() if "HTML" in line]
    assert noted == [
        "note: stdin: 2 rows hold HTML tags: left out of shingles, words and vectors, and stored as they are"
    ]
    assert "HTML" not in wanted.err
