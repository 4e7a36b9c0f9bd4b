from __future__ import annotations

import gzip
import json

import pytest

from sada.indexes.encoders.languages_read import accuracies
from sada.indexes.index import NewsIndex

COUNTS = ("added", "updated", "unchanged", "skipped", "bad")


def test_the_sum_is_printed_and_adds_up(sada, corpus, tmp_path):
    lines = [json.dumps(row) for row in corpus]
    lines += [
        lines[0],
        json.dumps(corpus[1] | {"title": "Ferry hits pier"}),
        '{"id": "e1", "title": " "}',
        "{",
        "[1]",
        "",
    ]
    (tmp_path / "news.jsonl").write_text("\n".join(lines))
    ran = sada("build", tmp_path / "news.jsonl", "-i", tmp_path / "x.sada", "--encoder", "none")
    (report,) = ran.rows
    assert {key: report[key] for key in COUNTS} == {"added": 6, "updated": 0, "unchanged": 1, "skipped": 2, "bad": 2}
    assert report["read"] == 11 == sum(report[key] for key in COUNTS)
    assert report["repeated"] == ["a2"]
    assert report["index"] == str(tmp_path / "x.sada")
    assert f"bad: {tmp_path}/news.jsonl:10: " in ran.err
    with NewsIndex.open(tmp_path / "x.sada") as index:
        assert sorted(article.id for article in index) == ["a1", "a2", "a3", "b1", "b2", "c1"]
        assert index.get("a2").title == "Ferry hits pier"
        assert index.get("c1").extra == {"desk": "culture"}


def test_ten_complaints_are_shown_and_the_rest_counted(sada, corpus, write, tmp_path):
    path = write(corpus)
    with path.open("a") as file:
        file.write("no json\n" * 14)
    ran = sada("build", path, "-i", tmp_path / "x.sada", "--encoder", "none")
    assert ran.rows[0]["bad"] == 14
    assert ran.err.count("news.jsonl:") == 10
    assert ran.err.splitlines()[-1] == "bad: and 4 more"


def test_standard_input_compressed_and_with_other_names(sada, tmp_path):
    rows = "Key;Kopf;Wann;Inhalt\nk1;Echo;2024-07-01 09:00;Ein Ruf kommt zurück\n"
    arguments = ["--id-field", "Key", "--title-field", "Kopf", "--date-field", "Wann", "--text-field", "Inhalt"]
    arguments += ["--timezone", "+02:00", "--input-format", "csv", "--encoder", "none"]
    ran = sada("build", "-", "-i", tmp_path / "x.sada", *arguments, stdin=gzip.compress(rows.encode()))
    assert ran.rows[0]["added"] == 1
    with NewsIndex.open(tmp_path / "x.sada") as index:
        article = index.get("k1")
    assert (article.title, article.published_text()) == ("Echo", "2024-07-01T07:00:00Z")


def test_small_commits_and_any_number_of_threads_make_the_same_index(sada, news, tmp_path):
    found = []
    for threads, every in ((1, 20_000), (2, 2)):
        path = tmp_path / f"{threads}.sada"
        sada("build", news, "-i", path, "--encoder", "none", "--threads", threads, "--commit-every", every)
        info = json.loads(sada("info", path, "--format", "json").out)
        assert info["segments"] == (1 if threads == 1 else 3)
        copies = sada("duplicates", path, "--threads", threads).out
        found.append((copies, sada("stories", path, "--all", "--threads", threads).out))
    assert found[0] == found[1]


def test_the_default_encoder_gives_neighbours_by_meaning(sada, news, tmp_path):
    path = tmp_path / "meaning.sada"
    sada("build", news, "-i", path)
    encoder = json.loads(sada("info", path, "--format", "json").out)["encoder"]
    assert (encoder["name"], encoder["dimension"]) == ("e5-short", 384)
    (first, second) = sada("neighbours", path, "a1", "-k", "2").rows
    assert {first["id"], second["id"]} == {"a2", "a3"}
    assert first["score"] > 0.99
    ran = sada("neighbours", path, "--text", "a new library opened in the desert", "-k", "1")
    assert [(row["query"], row["id"]) for row in ran.rows] == [("--text", "c1")]
    ran = sada(
        "neighbours", path, "-", "-k", "1", stdin='{"id": "q", "title": "مكتبة جديدة"}\n{"id": "a1", "text": "budget"}'
    )
    assert [(row["query"], row["id"]) for row in ran.rows] == [("q", "c1"), ("a1", "b1")]
    rows = [
        {"id": "q1", "text": "ރައީސް އައު ގާނޫނެއް ތަސްދީޤުކުރައްވައިފި، އެ ގާނޫނު މިއަދުން ފެށިގެން ހިނގަންފަށާނެ"},
        {"id": "q2", "title": "Rain", "language": "dv"},
        {"id": "q3", "title": "A new library opened in the desert"},
        {"id": "a1"},
    ]
    ran = sada("neighbours", path, "-", "-k", "1", stdin="\n".join(map(json.dumps, rows)))
    assert [(row["query"], row["by"]) for row in ran.rows] == [("q3", "meaning"), ("a1", "meaning")]
    assert ran.err == "note: the encoder does not know dv (q1, q2); words stood in for meaning\n"
    ran = sada("neighbours", path, "--text", rows[0]["text"])
    assert ran.err == "note: the encoder does not know dv (--text); words stood in for meaning\n"
    for text in ("ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵎⵓⵔⵜ", "😀😀", "?!"):
        ran = sada("neighbours", path, "--text", text)
        assert ran.err == "note: there is nothing in --text that the encoder reads; words stood in for meaning\n"
    (row,) = sada("add", path, "-", stdin=json.dumps(rows[1])).rows
    assert row["added"] == 1
    info = json.loads(sada("info", path, "--format", "json").out)
    assert (info["outside_encoder_languages"], info["languages"]["dv"]) == (1, 1)
    assert info["encoder_accuracy"] == {"ar": accuracies("e5-short")["ar"]}  # English is what others are measured by


def test_strict_stops_at_the_first_bad_row_and_leaves_no_index(sada, corpus, write, tmp_path):
    path = write(corpus)
    with path.open("a") as file:
        file.write("no json\n")
    ran = sada("build", path, "-i", tmp_path / "x.sada", "--encoder", "none", "--strict", code=2)
    assert ran.err.splitlines()[-1].startswith(f"sada: {path}:7: ")
    assert [entry.name for entry in tmp_path.iterdir()] == ["news.jsonl"]


def test_what_was_committed_before_a_failure_stays_and_is_named(sada, corpus, write, tmp_path):
    path = write(corpus)
    with path.open("a") as file:
        file.write("no json\n")
    index = tmp_path / "x.sada"
    ran = sada("build", path, "-i", index, "--encoder", "none", "--strict", "--commit-every", "4", code=2)
    assert f"{index} holds the 4 articles committed before: go on with sada add {index} INPUT" in ran.err
    assert json.loads(sada("info", index, "--format", "json").out)["articles"] == 4


@pytest.mark.parametrize("content", ["", "\n\n", "no json\n", '{"id": "a", "title": ""}\n', '{"id": "a"}\n'])
def test_without_any_article_there_is_no_index(sada, tmp_path, content):
    (tmp_path / "news.jsonl").write_text(content)
    ran = sada("build", tmp_path / "news.jsonl", "-i", tmp_path / "x.sada", "--encoder", "none", code=2)
    assert "no articles (" in ran.err and "so no index was made: " in ran.err
    assert [entry.name for entry in tmp_path.iterdir()] == ["news.jsonl"]


def test_a_misspelt_field_indexes_nothing(sada, news, tmp_path):
    ran = sada("build", news, "-i", tmp_path / "x.sada", "--encoder", "none", "--text-field", "txet", code=2)
    assert "no row has the text field 'txet'" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_options_of_an_encoder_that_takes_none_are_refused(sada, news, tmp_path):
    arguments = ["--encoder", "none", "--encoder-option", "device=cpu"]
    ran = sada("build", news, "-i", tmp_path / "x.sada", *arguments, code=2)
    assert ran.err.splitlines()[-1].startswith("sada: encoder 'none' takes no options (device)")
    ran = sada("build", news, "-i", tmp_path / "x.sada", *arguments[:3], "device", code=2)
    assert ran.err.splitlines()[-1] == "Error: --encoder-option device: write KEY=VALUE"
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_encoder_leaves_nothing_behind(sada, news, tmp_path):
    ran = sada("build", news, "-i", tmp_path / "x.sada", "--encoder", "none+", code=2)
    assert len(ran.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [["build", "absent.jsonl"], ["demo"]])
def test_an_index_that_can_go_nowhere_is_refused_before_anything_is_read(sada, tmp_path, verb):
    ran = sada(*verb, "-i", "", code=2)
    assert ran.err.splitlines()[-1].startswith("Error: ") and "the name is empty" in ran.err
    ran = sada(*verb, "-i", tmp_path / "none" / "x.sada", code=2)
    assert ran.err.splitlines()[-1] == (
        f"sada: {tmp_path}/none/x.sada: there is no folder {tmp_path}/none; make it first"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_taken_path_is_refused_before_anything_is_read(sada, news, tmp_path):
    (tmp_path / "x.sada").write_text("mine")
    ran = sada("build", "absent.jsonl", "-i", tmp_path / "x.sada", code=2)
    assert "something else is there" in ran.err and "absent" not in ran.err
    assert (tmp_path / "x.sada").read_text() == "mine"
