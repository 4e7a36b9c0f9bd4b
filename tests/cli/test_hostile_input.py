"""What nobody means to give to the command, and somebody does."""

from __future__ import annotations

import json
import shutil

import pytest

ESC = "\x1b]0;owned\x07\x1b[2J"


@pytest.fixture
def build(sada, tmp_path):
    """Builds an index of a source without encoder; gives its path, or the failed run."""

    def build(source, *options, code=0, **streams):
        path = tmp_path / "built.sada"
        ran = sada("build", source, "-i", path, "--encoder", "none", *options, code=code, **streams)
        return path if code == 0 else ran

    return build


def left(folder):
    """What stands in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def ids(sada, path):
    return sorted(id_ for row in sada("stories", path, "--all").rows for id_ in row["articles"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.jsonl", b"", "no articles (0 rows read, 0 bad, 0 empty)"),
        ("empty.csv", b"", "no articles (0 rows read, 0 bad, 0 empty)"),
        ("header.csv", b"id,title\n", "no articles (0 rows read, 0 bad, 0 empty)"),
        ("empty.json", b"[]", "no articles (0 rows read, 0 bad, 0 empty)"),
        ("empty.jsonl.gz", b"", "no articles (0 rows read, 0 bad, 0 empty)"),
        ("blank.jsonl", b'{"id": "a", "title": "", "text": " "}', "no articles (1 rows read, 0 bad, 1 empty)"),
        ("broken.jsonl", b"{\n", "no articles (1 rows read, 1 bad, 0 empty)"),
        ("broken.jsonl.gz", b"\x1f\x8b\x08\x00broken", "no articles (1 rows read, 1 bad, 0 empty)"),
        ("binary.jsonl", b"\xff\xfe\x00{\x00", "no articles (1 rows read, 1 bad, 0 empty)"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", ""),
    ],
)
def test_files_without_an_article_make_no_index(build, tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    ran = build(tmp_path / name, code=2)
    assert message in ran.err.splitlines()[-1] and ran.out == ""
    assert left(tmp_path) == [name]


def test_paths_that_are_not_what_they_should_be(build, sada, own_index, news, tmp_path):
    (tmp_path / "folder").mkdir()
    assert "no such file" in build(tmp_path / "absent.jsonl", code=2).err
    assert "nothing to read in this folder" in build(tmp_path / "folder", code=2).err
    assert (
        "nothing to read in this folder (looked for .jsonl, .ndjson"
        in build(tmp_path, "--input-format", "jsonl", code=2).err
    )
    assert left(tmp_path) == ["folder", "own.sada"]
    for taken in (own_index, tmp_path / "folder", news):
        ran = sada("build", news, "-i", taken, "--encoder", "none", code=2)
        advice = f"already exists; add to it with: sada add {taken} INPUT, or choose another name"
        other = "something else is there; choose another name for the index"
        assert ran.err == f"sada: {taken}: {advice if taken == own_index else other}\n"
    assert len(ids(sada, own_index)) == 6


def test_a_folder_of_texts_is_a_source(build, sada, tmp_path):
    (tmp_path / "texts" / "deep").mkdir(parents=True)
    (tmp_path / "texts" / "one.txt").write_text("Rain\n\nIt rained.")
    (tmp_path / "texts" / "deep" / "two.txt").write_text("Sun\n\nIt shone.")
    (tmp_path / "texts" / ".hidden.txt").write_text("No")
    assert ids(sada, build(tmp_path / "texts")) == ["deep/two.txt", "one.txt"]


@pytest.mark.parametrize("text", ["word", "خبر", "闻", "!", "\u200b", "0"])
def test_an_article_of_one_word_goes_through_every_verb(build, sada, tmp_path, text):
    path = build("-", stdin=json.dumps({"id": "w", "title": text}))
    assert sada("duplicates", path).out == sada("neighbours", path, "w", "--by", "copy").out == ""
    assert sada("related", path, "w").out == sada("stories", path).out == ""
    assert ids(sada, path) == ["w"]
    assert sada("explain", path, "w", "w").rows[0]["a"] == "w"
    sada("verify", path)
    sada("remove", path, "w")
    assert sada("stories", path, "--all").out == sada("duplicates", path, "--all").out == ""
    assert sada("info", path).rows[0]["articles"] == 0
    sada("verify", path)


def test_an_article_of_five_megabytes(build, sada, write):
    text = " ".join(f"w{number}" for number in range(700_000))
    assert len(text) > 5_000_000
    path = build(write([{"id": "long", "text": text}, {"id": "again", "text": f"{text} end"}]))
    (group,) = sada("duplicates", path).rows
    assert (group["kept"], group["size"], group["members"][1]["jaccard"]) == ("long", 2, 1.0)
    diff = sada("explain", path, "long", "again").rows[0]["diff"]
    assert sum(len(step["a"]) for step in diff) < 100_000


def test_rows_that_are_no_utf8_are_counted_and_the_rest_is_kept(build, sada, tmp_path):
    good = [json.dumps({"id": f"g{number}", "title": f"Good {number}"}).encode() for number in range(3)]
    (tmp_path / "mixed.jsonl").write_bytes(
        b"\n".join([good[0], b'{"id": "x", "title": "\xff\xfe"}', *good[1:]]) + b"\n"
    )
    ran = sada("build", tmp_path / "mixed.jsonl", "-i", tmp_path / "x.sada", "--encoder", "none")
    (report,) = ran.rows
    assert (report["read"], report["added"], report["bad"]) == (4, 3, 1)
    assert ran.err.startswith(f"bad: {tmp_path}/mixed.jsonl:2: ") and "UTF-8" in ran.err
    assert ids(sada, tmp_path / "x.sada") == ["g0", "g1", "g2"]


def test_of_rows_with_one_id_the_last_counts_and_the_sum_holds(sada, tmp_path):
    rows = "".join(json.dumps({"id": "a", "title": f"Version {number}"}) + "\n" for number in (1, 2, 2))
    ran = sada("build", "-", "-i", tmp_path / "x.sada", "--encoder", "none", stdin=rows)
    counts = {key: ran.rows[0][key] for key in ("read", "added", "updated", "unchanged", "skipped", "bad")}
    assert counts == {"read": 3, "added": 1, "updated": 0, "unchanged": 1, "skipped": 1, "bad": 0}
    (story,) = sada("stories", tmp_path / "x.sada", "--all").rows
    assert (story["headline"], story["articles"]) == ("Version 2", ["a"])


def test_copies_with_one_id_are_told_apart_by_place(sada, corpus, write):
    path = write([corpus[0], corpus[0] | {"source": "Beta"}, corpus[3] | {"id": "a1"}])
    assert [row["title"] for row in sada("dedup", path).rows] == ["Ferry strikes pier", "Budget passed"]


def test_ids_that_look_like_options(build, sada, corpus):
    strange = ["--help", "-k", "--debug", "--"]
    rows = "".join(json.dumps(corpus[0] | {"id": id_}) + "\n" for id_ in strange)
    path = build("-", stdin=rows)
    for id_ in strange:
        found = sada("neighbours", path, "--by", "copy", "--", id_).rows
        assert {row["id"] for row in found} == set(strange) - {id_}
        assert sada("explain", path, "--", id_, "--help").rows[0]["verdict"] == "copy"
        assert sada("related", path, "--", id_).out == ""
    sada("remove", path, "--", *strange[:3])
    assert ids(sada, path) == ["--"]


def test_nothing_in_an_article_steers_the_terminal(build, sada, corpus):
    bad = {"title": f"Title\x00 {ESC}\u202eoverridden\u2066\nline", "source": f"Source{ESC}", "language": "en"}
    rows = [corpus[0] | bad | {"id": f"id{ESC}{number}", "date": "2024-07-01"} for number in range(3)]
    rows[2]["text"] = rows[2]["text"].replace("questioned", f"taken{ESC}away")
    path = build("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
    first, second, third = (row["id"] for row in rows)
    for arguments in (
        ["stories", path],
        ["duplicates", path],
        ["neighbours", path, "--by", "copy", "--", first],
        ["related", path, "--", first],
        ["explain", path, first, third],
        ["info", path],
    ):
        ran = sada(arguments[0], "--format", "table", *arguments[1:])
        shown = ran.out + ran.err
        assert shown.strip() or arguments[0] == "related"
        assert not set(shown) & {"\x00", "\x07", "\x1b", "\u202e", "\u2066", "\r"}, arguments
    ran = sada("related", path, "--", f"nope{ESC}", code=2)
    assert "\x1b" not in ran.err and len(ran.err.splitlines()) == 1
    assert [row["id"] for row in sada("neighbours", path, "--by", "copy", "--", first).rows] == [second, third]


def test_complaints_about_hostile_rows_do_not_steer_the_terminal(sada, tmp_path):
    (tmp_path / "news.csv").write_text(f"id,title\na,Rain\nb,{ESC},too,many\n")
    ran = sada("build", tmp_path / "news.csv", "-i", tmp_path / "x.sada", "--encoder", "none", "--id-field", "id")
    assert ran.rows[0]["bad"] == 1 and "\x1b" not in ran.err


def test_right_to_left_titles_stay_in_their_cells(sada, index):
    lines = sada("stories", index, "--all", "--format", "table").out.splitlines()
    (line,) = [line for line in lines if "مكتبة في الصحراء" in line]
    assert "\u2068مكتبة في الصحراء\u2069" in line
    assert line.count("\u2068") == line.count("\u2069")


@pytest.mark.parametrize(
    "arguments",
    [
        ["neighbours", "{index}", "nope", "--by", "copy"],
        ["related", "{index}", "nope"],
        ["explain", "{index}", "nope", "a1"],
        ["explain", "{index}", "a1", "nope"],
        ["remove", "{index}", "nope"],
        ["related", "{index}", ""],
    ],
)
def test_unknown_ids_are_named(sada, own_index, arguments):
    id_ = "nope" if "nope" in arguments else ""
    ran = sada(*(argument.format(index=own_index) for argument in arguments), code=2)
    assert (ran.out, ran.err) == ("", f"sada: no article {id_!r} in the index\n")


def test_a_filter_for_what_there_is_not_finds_nothing(sada, index):
    assert sada("neighbours", index, "a1", "--by", "copy", "--source", "Nobody").out == ""
    assert sada("stories", index, "--exclude", "nope").out == sada("stories", index).out


@pytest.mark.parametrize(
    "content", ["", "\n", "{}", "[]", "id,story\n", "id,story\na1,\n", '{"id": "a1"}\n', "\x00\x01"]
)
def test_label_files_without_labels(sada, index, tmp_path, content):
    (tmp_path / "labels").write_text(content)
    ran = sada("evaluate", index, tmp_path / "labels", code=2)
    assert ran.out == "" and len(ran.err.splitlines()) == 1 and str(tmp_path / "labels") in ran.err


def test_a_damaged_index_is_one_line_and_names_the_file(sada, own_index, tmp_path):
    for name in ("catalog", "arrays", "missing"):
        path = shutil.copytree(own_index, tmp_path / f"{name}.sada")
        if name == "catalog":
            (path / "catalog.sqlite").write_bytes(b"SQLite format 3\x00" + b"\x00" * 5000)
        for array in (path / "arrays").iterdir():
            if name == "arrays":
                array.write_bytes(array.read_bytes()[:-3])
            elif name == "missing":
                array.unlink()
        for arguments in (["duplicates"], ["stories", "--recompute"], ["neighbours", "--by", "copy", "a1"]):
            ran = sada(arguments[0], path, *arguments[1:], code=2)
            assert ran.out == "" and len(ran.err.splitlines()) == 1, ran
            assert str(path) in ran.err and "unexpected" not in ran.err, (name, arguments, ran.err)


def test_an_empty_index_answers_every_verb(build, sada, tmp_path):
    path = build("-", stdin='{"id": "a", "title": "Rain"}')
    sada("remove", path, "a")
    for arguments in (["stories"], ["duplicates"], ["stories", "--all", "--recompute"], ["stories", "--no-update"]):
        assert sada(arguments[0], path, *arguments[1:]).out == ""
    assert sada("neighbours", path, "--text", "rain", "--by", "copy").out == ""
    assert sada("stories", path, "--format", "json").out == "[]\n"
    sada("stories", path, "--format", "table")
    sada("add", path, "-", stdin='{"id": "a", "title": "Rain"}')
    assert ids(sada, path) == ["a"]
