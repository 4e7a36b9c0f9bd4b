"""Neighbours by copy, by words and by all; those by meaning are asked for where an index with an encoder is built."""

from __future__ import annotations

import csv
import io

import pytest

from sada.indexes.text.tokens import shingles

KEYS = ["query", "id", "score", "title", "source", "language", "published", "by"]


@pytest.fixture
def jaccard(corpus):
    sets = {row["id"]: set(shingles(f"{row['title']}\n{row['text']}")) for row in corpus}
    return lambda a, b: len(sets[a] & sets[b]) / len(sets[a] | sets[b])


def test_rows_have_stable_keys_and_exact_scores(sada, index, jaccard):
    rows = sada("neighbours", index, "a1", "--by", "copy").rows
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [(row["query"], row["id"], row["score"]) for row in rows] == [
        ("a1", "a2", 1.0),
        ("a1", "a3", round(jaccard("a1", "a3"), 4)),
    ]
    assert 0.8 < rows[1]["score"] < 1
    assert rows[0] == {
        "query": "a1",
        "id": "a2",
        "score": 1.0,
        "title": "Ferry strikes pier",
        "source": "Beta",
        "language": "en",
        "published": "2024-07-01T09:00:00Z",
        "by": "copy",
    }


def test_the_american_spelling_is_the_same(sada, index):
    assert sada("neighbors", index, "a1", "--by", "copy").out == sada("neighbours", index, "a1", "--by", "copy").out


def test_search_is_the_same(sada, index, corpus):
    for query in (["a1"], ["--text", corpus[3]["text"]]):
        asked = [index, *query, "--by", "copy"]
        assert sada("search", *asked).rows == sada("neighbours", *asked).rows != []


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["-k", "1"], ["a2"]),
        (["--limit", "1"], ["a2"]),
        (["--threshold", "0.99"], ["a2"]),
        (["--source", "gamma"], ["a3"]),
        (["--language", "ar"], []),
        (["--since", "2024-07-01T09:30:00Z"], ["a3"]),
        (["--until", "2024-07-01T09:30:00Z"], ["a2"]),
        (["--exclude", "a2", "-k", "1"], ["a3"]),
    ],
)
def test_filters_and_limits(sada, index, arguments, found):
    ran = sada("neighbours", index, "a1", "--by", "copy", *arguments)
    assert [row["id"] for row in ran.rows] == found


def test_several_ids_come_in_the_order_asked(sada, index):
    rows = sada("neighbours", index, "a3", "a1", "-k", "1", "--by", "copy").rows
    assert [(row["query"], row["id"]) for row in rows] == [("a3", "a1"), ("a1", "a2")]


def test_a_text_and_articles_on_standard_input(sada, index, corpus):
    ran = sada("neighbours", index, "--text", corpus[3]["text"], "--by", "copy", "-k", "1")
    assert [(row["query"], row["id"]) for row in ran.rows] == [("--text", "b1")]
    asked = '{"id": "q", "title": "Ferry strikes pier", "text": "%s"}\n' % corpus[0]["text"]  # noqa: UP031
    ran = sada("neighbours", index, "-", "--by", "copy", stdin=asked)
    assert [(row["query"], row["id"]) for row in ran.rows] == [("q", "a1"), ("q", "a2"), ("q", "a3")]
    assert sada("neighbours", index, "-", "--by", "copy", stdin="").out == ""
    assert "stdin:1: " in sada("neighbours", index, "-", "--by", "copy", stdin="a1\n", code=2).err


def test_rows_with_an_id_alone_ask_for_it_and_rows_of_no_use_are_told(sada, index):
    rows = ['{"id": "a1"}', '{"id": "nope"}', "broken", '{"title": [1, 2]}', "{}", '{"id": "a3", "title": ""}']
    ran = sada("neighbours", index, "-", "--by", "copy", "-k", "1", stdin="\n".join(rows))
    assert [(row["query"], row["id"]) for row in ran.rows] == [("a1", "a2"), ("a3", "a1")]
    lines = ran.err.splitlines()
    assert [line[:13] for line in lines] == [f"bad: stdin:{number}:" for number in (2, 3, 4, 5)]
    assert lines[0] == "bad: stdin:2: neither a title nor a text, nor the id of an article in the index"
    ran = sada("neighbours", index, "-", "--by", "copy", stdin='{"id": "nope"}\n', code=2)
    assert ran.err.splitlines()[-1].startswith("sada: stdin: none of 1 rows is a query; write JSON Lines of ")


def test_a_table_names_the_query_only_where_there_are_several(sada, index):
    one = sada("neighbours", index, "a1", "--by", "copy", "--format", "table").out.splitlines()
    assert one[0].split() == ["Score", "Id", "Title", "Source", "Lang", "Published", "UTC"]
    assert one[2].split() == ["1.000", "a2", "Ferry", "strikes", "pier", "Beta", "en", "2024-07-01", "09:00"]
    several = sada("neighbours", index, "a1", "a3", "--by", "copy", "--format", "table").out
    assert several.split()[0] == "Query"


def test_a_narrow_table_keeps_what_matters(sada, index, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    ran = sada("neighbours", index, "a1", "--by", "copy", "--format", "table")
    lines = ran.out.splitlines()
    assert lines[0].split() == ["Score", "Id", "Title", "Source", "Lang", "Published"]
    assert all(len(line) <= 80 for line in lines)
    assert "Ferry strikes pier" in lines[2]


def test_csv_reads_back(sada, index, tmp_path):
    rows = sada("neighbours", index, "a1", "--by", "copy").rows
    sada("neighbours", index, "a1", "--by", "copy", "-o", tmp_path / "rows.csv")
    back = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text())))
    assert back == [{key: str(value) for key, value in row.items()} for row in rows]


def test_one_kind_of_query_is_asked_for(sada, index):
    assert "one of them" in sada("neighbours", index, code=2).err
    assert "one of them" in sada("neighbours", index, "a1", "--text", "x", code=2).err
    assert sada("neighbours", index, "nope", "--by", "copy", code=2).err == "sada: no article 'nope' in the index\n"


def test_an_index_without_encoder_is_asked_by_words_and_says_so(sada, index):
    ran = sada("neighbours", index, "a1", "-k", "2")
    assert ran.err == "note: the index was built with --encoder none; words stood in for meaning\n"
    assert [(row["id"], row["by"]) for row in ran.rows] == [("a2", "words"), ("a3", "words")]
    assert ran.out == sada("neighbours", index, "a1", "-k", "2", "--by", "words").out
    assert sada("neighbours", index, "a1", "-k", "2", "--by", "words").err == ""


def test_words_of_a_text(sada, index):
    rows = sada("neighbours", index, "--text", "the opposition and the miners", "--by", "words").rows
    assert [row["id"] for row in rows[:2]] == ["b1", "b2"]
    assert all(0 < row["score"] < 1 for row in rows)
    assert [row["id"] for row in sada("neighbours", index, "--text", "المكتبة", "--by", "words").rows] == ["c1"]
    assert sada("neighbours", index, "--text", "نعامة", "--by", "words").rows == []


def test_all_ways_together_with_their_shares(sada, index, jaccard):
    rows = sada("neighbours", index, "a1", "--by", "all", "--explain", "-k", "2").rows
    assert [(row["id"], row["by"]) for row in rows] == [("a2", "all"), ("a3", "all")]
    for row in rows:
        parts = row["parts"]
        assert list(parts) == ["meaning", "words", "copy"]
        assert parts["meaning"] == {"score": 0.0, "share": 0.0}
        assert parts["copy"]["score"] == pytest.approx(jaccard("a1", row["id"]), abs=1e-4)
        assert row["score"] == pytest.approx(1 - (1 - parts["words"]["score"]) * (1 - parts["copy"]["score"]), abs=2e-4)
        assert sum(part["share"] for part in parts.values()) == pytest.approx(1, abs=1e-3)
    assert rows[0]["reasons"][0] == "common passages (Jaccard 1.00)"
    assert rows[0]["reasons"][1].startswith("common words (0.") and "ferry" in rows[0]["reasons"][1].lower()
    table = sada("neighbours", index, "a1", "--by", "all", "--explain", "--format", "table").out
    assert table.split("\n")[0].split()[-1] == "Why" and "Jaccard" in table


def test_a_file_of_queries_in_any_format(sada, index, corpus, tmp_path, write):
    rows = [{"id": "q", "title": "Ferry strikes pier", "text": corpus[0]["text"]}, {"id": "b1"}, {"id": "nope"}]
    expected = [("q", "a1"), ("b1", "b2")]
    ran = sada("neighbours", index, "--queries", write(rows), "--by", "words", "-k", "1")
    assert [(row["query"], row["id"]) for row in ran.rows] == expected
    assert "queries.csv" not in ran.err and ran.err.startswith("bad: ") and "news.jsonl:3: " in ran.err
    table = tmp_path / "queries.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["id", "title", "text"], *([row["id"], row.get("title"), row.get("text")] for row in rows)])
    ran = sada("neighbours", index, "--queries", table, "--by", "words", "-k", "1")
    assert [(row["query"], row["id"]) for row in ran.rows] == expected
    (tmp_path / "page.txt").write_text(corpus[3]["text"])
    ran = sada("neighbours", index, "--queries", tmp_path / "page.txt", "--by", "words", "-k", "1")
    assert [(row["query"], row["id"]) for row in ran.rows] == [("page.txt", "b1")]


def test_many_queries_come_in_batches(sada, index):
    asked = "".join(f'{{"id": "q{number}", "text": "the budget and the miners"}}\n' for number in range(600))
    rows = sada("neighbours", index, "-", "--by", "words", "-k", "1", stdin=asked).rows
    assert [(row["query"], row["id"]) for row in rows] == [(f"q{number}", "b1") for number in range(600)]


def test_queries_that_cannot_be_read(sada, index, tmp_path, write, corpus):
    write(corpus)
    assert "no such file" in sada("neighbours", index, "--queries", tmp_path / "absent.jsonl", code=2).err
    assert "a folder; name a file" in sada("neighbours", index, "--queries", tmp_path, code=2).err
    assert "one of them" in sada("neighbours", index, "a1", "--queries", "x.jsonl", code=2).err
