"""The sample comes as articles, whole and in order."""

from __future__ import annotations

import json
from datetime import datetime

from sada.indexes import sample_articles
from sada.indexes.article import Article
from sada.indexes.sample import SAMPLE


def test_every_row_of_the_file_is_an_article():
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 125
    assert sample_articles() == [
        Article(**row | {"published": datetime.fromisoformat(row["published"]),
                         "keywords": tuple(row.get("keywords", ()))}) for row in rows
    ]  # fmt: skip


def test_each_call_gives_a_list_of_its_own():
    sample_articles().clear()
    assert [article.id for article in sample_articles()[:3]] == ["ar-091", "ar-096", "ar-001"]
