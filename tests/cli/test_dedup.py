from __future__ import annotations

import json
from pathlib import Path

from sada.indexes.readers import read_articles


def ids(ran):
    return [row["id"] for row in ran.rows]


def test_one_article_a_group_in_the_order_read(sada, news):
    ran = sada("dedup", news)
    assert ids(ran) == ["a1", "b1", "b2", "c1"]
    assert ran.err == "6 articles read, 2 dropped, 4 kept\n"


def test_what_is_kept_reads_back_as_the_same_articles(sada, news, corpus, write, tmp_path):
    odd = [
        {"headline": "Only a headline", "lead": ["x", {"y": 1}], "extra": {"deep": None}},
        {"id": 17, "title": "A number for an id", "date": "someday", "body": "Unlike all others", "content": "second"},
        {
            "id": "z",
            "title": "Control \u0000 and \u2028 and 😀",
            "tags": "a, b",
            "date": "2024-07-01T08:00:00.25+03:00",
        },
    ]
    path = write([*corpus, *odd])
    sada("dedup", path, "-o", tmp_path / "unique.jsonl")
    before = {article.id: article for article in read_articles(path)}
    after = {article.id: article for article in read_articles(tmp_path / "unique.jsonl")}
    assert len(after) == 7
    assert after == {id_: before[id_] for id_ in after}
    assert sada("dedup", tmp_path / "unique.jsonl").out == (tmp_path / "unique.jsonl").read_text()


def test_a_file_may_be_filtered_in_place(sada, corpus, write):
    path = write(corpus)
    sada("dedup", path, "-o", path)
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["a1", "b1", "b2", "c1"]


def test_standard_input_and_several_sources_are_one_set(sada, corpus, write):
    first = write(corpus[:2], "1.jsonl")
    assert ids(sada("dedup", first, "-", stdin=json.dumps(corpus[2]))) == ["a1"]


def test_contained_articles_go_where_asked(sada, news):
    assert ids(sada("dedup", news, "--drop-contained")) == ["a1", "b2", "c1"]
    assert ids(sada("dedup", news, "--drop-contained", "--containment", "off")) == ["a1", "b1", "b2", "c1"]


def test_options_of_grouping(sada, news):
    assert ids(sada("dedup", news, "--threshold", "1")) == ["a1", "a3", "b1", "b2", "c1"]
    assert ids(sada("dedup", news, "--threads", "1")) == ids(sada("dedup", news, "--threads", "2"))


def test_the_report_says_what_was_dropped_and_why(sada, news, tmp_path):
    sada("dedup", news, "-o", tmp_path / "unique.jsonl", "--report", tmp_path / "dropped.jsonl")
    assert (tmp_path / "dropped.jsonl").read_text() == sada("duplicates", news).out


def test_check_writes_nothing_and_tells_by_its_exit_code(sada, news, tmp_path):
    ran = sada("dedup", news, "--check", code=1)
    assert (ran.out, ran.err) == ("", "6 articles read, 2 dropped, 4 kept\n")
    assert list(tmp_path.iterdir()) == []
    sada("dedup", news, "-o", tmp_path / "unique.jsonl")
    assert sada("dedup", tmp_path / "unique.jsonl", "--check").out == ""
    sada("dedup", tmp_path / "unique.jsonl", "--check", "--drop-contained", code=1)


def test_a_check_has_a_report_and_no_output(sada, news, tmp_path):
    ran = sada("dedup", news, "--check", "-o", tmp_path / "unique.jsonl", code=2)
    assert ran.err.splitlines()[-1] == "Error: --check writes no articles and -o names a file for them: choose one"
    assert list(tmp_path.iterdir()) == []
    assert sada("dedup", news, "--check", "--report", tmp_path / "dropped.jsonl", code=1).out == ""
    assert [json.loads(line)["kept"] for line in (tmp_path / "dropped.jsonl").open()] == ["a1", "b1"]


def test_a_check_that_cannot_be_made_is_no_failed_check(sada, tmp_path):
    assert "no such file" in sada("dedup", tmp_path / "absent.jsonl", "--check", code=2).err


def test_articles_without_words_are_all_kept(sada, write):
    assert ids(sada("dedup", write([{"id": "p", "title": "!!!"}, {"id": "q", "title": "!!!"}]))) == ["p", "q"]


def test_an_output_that_cannot_be_written_is_told_before_reading(sada, tmp_path):
    for option in ("-o", "--report"):
        ran = sada("dedup", "absent.jsonl", option, tmp_path / "none" / "x.jsonl", code=2)
        assert "there is no folder" in ran.err and "absent" not in ran.err


def test_bad_rows_are_told_and_left_out(sada, corpus, write):
    path = write(corpus[:1])
    with path.open("a") as file:
        file.write("no json\n")
    ran = sada("dedup", path)
    assert ids(ran) == ["a1"] and f"bad: {path}:2: " in ran.err
    assert sada("dedup", path, "--strict", code=2).out == ""


def test_kept_rows_are_the_bytes_that_were_read(sada, tmp_path):
    lines = [
        b'{"guid" : 7,  "headline":"One of a kind","body":"\\u0627 words  enough to be one","pubDate":null}\n',
        b'{"guid":8,"headline":"Another","body":"quite other words than the first one","nested":{"b":1,"a":[]}}\r\n',
        b'{"guid":9,"headline":"Another","body":"quite other words than the first one"}\n',
        b'{"guid":10,"headline":"Last","body":"a line without an end, and with other words"}',
    ]
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(lines))
    sada("dedup", path, "-o", tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == lines[0] + lines[1] + lines[3] + b"\n"


def test_against_an_index_drops_what_is_there(sada, corpus, write, tmp_path):
    index = tmp_path / "index"
    sada("build", write(corpus[:1], "old.jsonl"), "-i", index, "--encoder", "none")
    fresh = {"id": "new", "title": "A thing apart", "text": "nothing of the kind was in the index before this"}
    ran = sada("dedup", write([*corpus[1:3], fresh], "new.jsonl"), "--against", index, "--report", tmp_path / "r.jsonl")
    assert ids(ran) == ["new"]
    known = [row for row in map(json.loads, (tmp_path / "r.jsonl").read_text().splitlines()) if "copy_of" in row]
    assert [(row["id"], row["copy_of"]) for row in known] == [(row["id"], corpus[0]["id"]) for row in corpus[1:3]]
    assert all(0.8 <= row["jaccard"] <= 1 for row in known)
    assert sada("dedup", tmp_path / "new.jsonl", "--against", index, "--check", code=1).code == 1


def test_a_copy_of_a_copy_of_what_the_index_has_is_kept(sada, write, tmp_path):
    words = [f"w{number}" for number in range(60)]
    drifted = [words, [*words[:20], "x1", *words[21:40], "x2", *words[41:]]]
    drifted.append([*drifted[1][:10], "y1", *drifted[1][11:50], "y2", *drifted[1][51:]])
    rows = [{"id": str(at), "text": " ".join(text)} for at, text in enumerate(drifted)]
    sada("build", write(rows[:1], "old.jsonl"), "-i", tmp_path / "index", "--encoder", "none")
    fresh = write(rows[1:], "new.jsonl")
    assert ids(sada("dedup", fresh)) == ["1"]
    assert ids(sada("dedup", fresh, "--against", tmp_path / "index")) == ["2"]


def test_a_source_is_not_overwritten_if_rows_of_it_would_be_lost(sada, corpus, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in corpus) + "not JSON\n")
    before = path.read_bytes()
    ran = sada("dedup", path, "-o", path, code=2)
    assert "1 rows of it would be lost with the copies; write to another file" in ran.err
    assert path.read_bytes() == before
    assert sada("dedup", path, "-o", tmp_path / "out.jsonl").err.endswith(
        "7 articles read, 2 dropped, 4 kept, 0 skipped, 1 bad\n"
    )


def test_a_report_goes_over_nothing_that_is_needed(sada, news, tmp_path):
    for report in (news, tmp_path / "out.jsonl"):
        ran = sada("dedup", news, "-o", tmp_path / "out.jsonl", "--report", report, code=2)
        assert "would be written over a source or the output" in ran.err
    assert "name a file" in sada("dedup", news, "--report", "-", code=2).err
    assert len(news.read_text().splitlines()) == 6


def test_other_fields_never_take_the_place_of_known_ones(sada, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,Title,title,ttl,body\n1,x,y,the real one,some words of a text\n")
    ran = sada("dedup", path, "--title-field", "ttl")
    assert ran.rows == [{"extra_Title": "x", "extra_title": "y", "id": "1", "title": "the real one",
                         "text": "some words of a text"}]  # fmt: skip


def test_no_room_to_set_rows_aside_is_said(sada, news, monkeypatch):
    full = Path("/dev/full").open("wb+", buffering=0)  # noqa: SIM115 - closed by the spool
    monkeypatch.setattr("sada.indexes.spool.tempfile.TemporaryFile", lambda **_: full)
    assert "rows cannot be set aside there (No space left on device); set TMPDIR" in sada("dedup", news, code=2).err
