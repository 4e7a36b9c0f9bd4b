from __future__ import annotations

import json

import pytest

from sada.indexes.reading.readers import read_articles

SITE = {"@type": "WebSite", "@id": "#site", "name": "Example Wire", "description": "All the news."}
OUTLET = {"@type": "Organization", "@id": "#us", "name": "Example Wire"}
ARTICLE = {
    "@type": ["Thing", "NewsArticle"],
    "headline": "Bridge opens",
    "articleBody": "The mayor opened it.",
    "datePublished": "2026-03-03T09:00:00Z",
    "inLanguage": "ar",
    "publisher": {"@id": "#us"},
    "mainEntityOfPage": {"@id": "https://wire.example/1"},
}
GRAPH = {"@context": "https://schema.org", "@graph": [SITE, ARTICLE, OUTLET]}


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_the_article_of_a_graph_is_read_with_the_outlet_beside_it(tmp_path, name):
    (tmp_path / name).write_text(json.dumps(GRAPH, indent=1 if name == "a.json" else None))
    reader = read_articles(tmp_path / name)
    (article,) = reader
    assert (article.title, article.text, article.source, article.language, article.url) == (
        "Bridge opens", "The mayor opened it.", "Example Wire", "ar", "https://wire.example/1",
    )  # fmt: skip
    assert article.published_text() == "2026-03-03T09:00:00Z"
    assert reader.report.read == 1


def test_all_articles_of_a_document_are_read(tmp_path):
    other = {**ARTICLE, "@type": "https://schema.org/BlogPosting", "headline": "Cup final"}
    (tmp_path / "a.json").write_text(json.dumps({"@graph": [ARTICLE, OUTLET, other]}))
    assert [(one.title, one.source) for one in read_articles(tmp_path / "a.json")] == [
        ("Bridge opens", "Example Wire"),
        ("Cup final", "Example Wire"),
    ]


def test_a_graph_in_a_later_row_is_read_if_it_has_one_article(tmp_path):
    rows = [{"title": "x"}, GRAPH, {"@graph": [ARTICLE, ARTICLE]}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    reader = read_articles(tmp_path / "a.jsonl")
    assert [(one.title, one.source) for one in reader] == [("x", ""), ("Bridge opens", "Example Wire")]
    assert (reader.report.read, reader.report.skipped) == (3, 1)


@pytest.mark.parametrize("reference", ["#us", "_:b0"])
def test_a_reference_to_nothing_is_no_outlet(tmp_path, reference):
    (tmp_path / "a.jsonl").write_text(json.dumps({**ARTICLE, "publisher": {"@id": reference}}))
    (article,) = read_articles(tmp_path / "a.jsonl")
    assert (article.source, article.extra["publisher"]) == ("", {"@id": reference})
