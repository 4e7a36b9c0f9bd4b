from __future__ import annotations

import pytest

from sada.indexes.pages.front_matter import front_matter
from sada.indexes.reading.readers import read_articles

TEXT = """---
title: "Bridge opens: the mayor's day"
url: https://wire.example/1
hostname: wire.example
sitename: صحيفة المثال
date: 2026-03-03
tags: [river, 'new bridge']
categories:
  - Local
  - Roads
author:
---
The mayor opened a new bridge.

It took three years.
"""


@pytest.mark.parametrize("folder", [False, True])
def test_the_fields_above_a_text_are_those_of_its_article(tmp_path, folder):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (article,) = read_articles(tmp_path if folder else tmp_path / "a.txt")
    assert (article.title, article.url, article.source) == (
        "Bridge opens: the mayor's day",
        "https://wire.example/1",
        "صحيفة المثال",
    )
    assert article.text.split() == ["The", "mayor", "opened", "a", "new", "bridge.", "It", "took", "three", "years."]
    assert str(article.published)[:10] == "2026-03-03"
    assert article.keywords == ("river", "new bridge")


@pytest.mark.parametrize(
    "text",
    [
        "---\nA line between rules\n---\nText.",
        "---\ntitle: never closed\nText.",
        "---\n---\nText.",
        "---\n- an item\n---\nText.",
        "Text with ---\ntitle: x\n---\n",
        "",
        "---\n" + "a: b\n" * 9000,
    ],
)
def test_other_texts_stay_whole(text):
    assert front_matter(text) == ({}, text)


def test_lists_may_stand_over_several_lines():
    fields, rest = front_matter('---\r\ntags:\r\n- a\r\n- "b, c"\r\n\r\nlang: ar\r\n---\r\nx')
    assert (fields, rest) == ({"tags": ["a", "b, c"], "lang": "ar"}, "x")
