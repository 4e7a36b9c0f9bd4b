"""Every verb says the same of articles with HTML tags as of their plain texts."""

from __future__ import annotations

import json

import pytest

from ...html_wrapping import WRAPPERS, paragraphs


@pytest.fixture
def pair(sada, corpus, write, tmp_path):
    """Indexes of the corpus, once as HTML and once as plain text."""
    paths = []
    for name in ("html", "plain"):
        rows = [row | {"text": "\n".join(map(str.strip, paragraphs(row["text"])))} for row in corpus]
        if name == "html":
            for number, row in enumerate(rows):
                row |= {"title": f"<i>{row['title']}</i>", "text": WRAPPERS[number](row["text"], number)}
        paths.append(tmp_path / f"{name}.sada")
        ran = sada("build", write(rows, f"{name}.jsonl"), "-i", paths[-1], "--encoder", "none")
        assert ("6 rows hold HTML tags" in ran.err) == (name == "html")
    return paths


@pytest.mark.parametrize(
    "arguments",
    [
        ["duplicates", "{}"],
        ["stories", "{}", "--format", "table"],
        ["neighbours", "{}", "a1", "--by", "copy"],
        ["neighbours", "{}", "a1", "b2", "--by", "all", "--explain", "--format", "table"],
        ["related", "{}", "a1", "c1"],
        ["related", "{}", "a1", "--format", "page"],
        ["explain", "{}", "a1", "a3", "--format", "table"],
        ["explain", "{}", "b1", "b2"],
        ["sources", "{}"],
    ],
    ids=" ".join,
)
def test_the_output_is_the_same(sada, pair, arguments):
    html, plain = (sada(arguments[0], path, *arguments[2:]).out for path in pair)
    assert html.replace("html.sada", "plain.sada") == plain != ""
    assert not {"<p", "<i>", "href", "wp-"} & set(html.split()) and "<i>" not in html


def test_what_follows_is_placed_the_same(sada, pair, corpus):
    news = corpus[0] | {"id": "a9", "source": "Delta"}
    given = json.dumps(news | {"text": WRAPPERS[1](news["text"], 9)}), json.dumps(news)
    placed = [sada("add", path, "-", "--follow", stdin=row) for path, row in zip(pair, given, strict=True)]
    assert placed[0].rows == placed[1].rows and placed[0].rows[0]["copy_of"] == "a1"
    assert "1 row holds HTML tags" in placed[0].err and "HTML" not in placed[1].err
