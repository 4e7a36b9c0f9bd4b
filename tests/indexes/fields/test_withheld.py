"""The marks of news services are no text."""

from __future__ import annotations

import json

import pytest

from sada.indexes.fields.withheld import cut_mark, is_withheld
from sada.indexes.reading.readers import read_articles


@pytest.mark.parametrize(
    "mark",
    [
        "[+950 chars]",
        "[1234 chars]",
        "[+1,234 chars]",
        "[+1 char]",
        "[+4\u202f162 caractères]",
        "[+12 Zeichen]",
        "[900 حرفا]",
    ],
)
def test_the_mark_of_a_cut_is_found_at_the_end(mark):
    assert cut_mark(f"The mayor opened a new bridge over… {mark}") == mark
    assert cut_mark(f"Over the river... {mark}\n").strip() == mark
    assert cut_mark(mark) == mark


@pytest.mark.parametrize(
    "text", ["", "]", "A list [3]", "[+950 chars] stands first", "He sang [950 songs]", "[sic]", "[+950 chars] x ]"]
)
def test_other_brackets_stay(text):
    assert cut_mark(text) == ""


def test_notices_in_place_of_a_text():
    assert is_withheld("ONLY AVAILABLE IN PAID PLANS")
    assert is_withheld("ONLY AVAILABLE IN PROFESSIONAL AND CORPORATE PLANS ")
    assert not is_withheld("ONLY AVAILABLE IN PAID PLANS, says the ministry")
    assert not is_withheld("Only available in paid plans")


def read(path, rows):
    """Articles, notes, and the bodies that copies are found by."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    problems = []
    articles = list(read_articles(path, on_problem=problems.append))
    batched = []
    bodies = [body for batch in read_articles(path, on_problem=batched.append).batches() for body in batch.bodies]
    assert [str(problem) for problem in batched] == [str(problem) for problem in problems]
    assert [body.decode("utf-16-le") for body in bodies] == [article.body for article in articles]
    return articles, [problem.reason for problem in problems]


def test_a_cut_text_loses_its_mark_and_the_cuts_are_counted_once(tmp_path):
    row = {"title": "Bridge opens", "publishedAt": "2026-03-03T09:00:00Z", "source": {"name": "Wire"}}
    text = "The mayor opened a new bridge over"
    rows = [{**row, "id": f"a{n}", "content": f"{text}… [+{n}50 chars]"} for n in range(3)]
    rows.append({"id": "b", "title": "t", "text": f"{text} ]", "date": "2026-03-03", "source": "Wire"})
    articles, notes = read(tmp_path / "a.jsonl", rows)
    assert [article.text for article in articles] == [f"{text}…"] * 3 + [f"{text} ]"]
    assert notes == ["3 texts are cut off by the service ([+050 chars] is no part of them)"]


def test_a_withheld_text_is_none_and_the_summary_counts(tmp_path):
    row = {"title": "Bridge opens", "pubDate": "2026-03-03 09:00:00", "source_id": "wire"}
    withheld = {"content": "ONLY AVAILABLE IN PAID PLANS"}
    rows = [
        {**row, "article_id": "a", "description": "It is long.", **withheld},
        {**row, "article_id": "b", **withheld},
    ]
    rows.append({"id": "c", "title": "t", "text": withheld["content"], "date": "2026-03-03", "source": "Wire"})
    articles, notes = read(tmp_path / "a.jsonl", rows)
    assert [article.text for article in articles] == ["It is long.", "", ""]
    assert articles[0].extra["content"] == withheld["content"]
    assert notes == []
