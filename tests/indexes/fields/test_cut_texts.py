"""The mark that a text is cut off is no text."""

from __future__ import annotations

import json

import pytest

from sada.indexes.fields.cut_texts import cut_mark
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
    assert notes == ["texts that the service has cut off: 3 ([+050 chars] is no part of them)"]
