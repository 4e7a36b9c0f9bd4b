from __future__ import annotations

import csv
import io
import json

import pytest

KEYS = ["group", "kept", "size", "first", "members", "attached", "evidence"]
MEMBER_KEYS = ["id", "kind", "jaccard", "published", "source", "follows", "delay_seconds", "via"]


def groups(ran):
    return [(row["kept"], [member["id"] for member in row["members"]]) for row in ran.rows]


def test_rows_have_stable_keys_and_say_what_was_planted(sada, index):
    rows = sada("duplicates", index).rows
    assert [list(row) for row in rows] == [KEYS, KEYS]
    copies, page = rows
    assert (copies["kept"], copies["size"], copies["attached"]) == ("a1", 3, [])
    assert [list(member) for member in copies["members"]] == [MEMBER_KEYS] * 3
    assert [(member["id"], member["kind"]) for member in copies["members"]] == [
        ("a1", "kept"),
        ("a2", "exact"),
        ("a3", "near"),
    ]
    assert [member["jaccard"] for member in copies["members"][:2]] == [1.0, 1.0]
    assert 0.8 <= copies["members"][2]["jaccard"] < 1
    assert copies["members"][1]["published"] == "2024-07-01T09:00:00Z"
    assert copies["first"] == "a1"
    assert [(member["follows"], member["delay_seconds"]) for member in copies["members"]] == [
        (None, 0.0),
        ("a1", 3600.0),
        ("a1", 7200.0),
    ]
    near = copies["members"][2]["jaccard"]
    assert copies["evidence"] == [
        {"a": "a1", "b": "a2", "jaccard": 1.0},
        {"a": "a1", "b": "a3", "jaccard": near},
    ]
    assert (page["kept"], page["size"], page["first"], page["evidence"]) == ("b1", 1, "b1", [])
    (link,) = page["attached"]
    assert {key: link[key] for key in ("id", "to", "kind")} == {"id": "b2", "to": "b1", "kind": "contains"}
    assert 0.8 <= link["containment"] <= 1


def test_files_need_no_index(sada, index, news):
    assert sada("duplicates", news).out == sada("duplicates", index).out
    assert sada("duplicates", "-", stdin=news.read_bytes()).out == sada("duplicates", index).out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [("a1", ["a1", "a2", "a3"]), ("b1", ["b1"])]),
        (["--threshold", "1"], [("a1", ["a1", "a2"]), ("b1", ["b1"])]),
        (["--containment", "off"], [("a1", ["a1", "a2", "a3"])]),
        (["--limit", "1"], [("a1", ["a1", "a2", "a3"])]),
        (["--keep", "source=Nobody, gamma"], [("a3", ["a3", "a1", "a2"]), ("b1", ["b1"])]),
        (["--all"], [("a1", ["a1", "a2", "a3"]), ("b1", ["b1"]), ("b2", ["b2"]), ("c1", ["c1"])]),
    ],
)
def test_options(sada, index, arguments, expected):
    assert groups(sada("duplicates", index, *arguments)) == expected


def test_among_equal_copies_the_rule_says_which_is_kept(sada, corpus, write):
    path = write([corpus[0], corpus[1], corpus[2] | {"text": corpus[0]["text"]}])
    kept = [groups(sada("duplicates", path, "--keep", rule))[0][0] for rule in ("first", "last", "source=X,beta")]
    assert kept == ["a1", "a3", "a2"]


def test_star_asks_for_a_link_to_the_kept_article_and_chain_to_any(sada, write):
    words = [f"w{number}" for number in range(100)]
    texts = [[*words[:start], *(f"x{start}y{number}" for number in range(100 - start))] for start in (100, 93, 86)]
    texts[1] = words[:93] + [f"y{number}" for number in range(7)]
    texts[2] = [f"z{number}" for number in range(7)] + texts[1][7:]
    path = write([{"id": f"t{number}", "text": " ".join(text)} for number, text in enumerate(texts)])
    star = sada("duplicates", path, "--all").rows
    chain = sada("duplicates", path, "--cohesion", "chain").rows
    assert [row["size"] for row in chain] == [3]
    assert sorted(row["size"] for row in star) in ([3], [1, 2])
    for row in star:
        assert all(member["jaccard"] >= 0.8 for member in row["members"])


def test_a_chain_shows_the_way_to_the_kept_article(sada, write):
    words = [f"w{number}" for number in range(90)]
    texts = [list(words)]
    for step in range(3):
        texts.append([*texts[-1][: 12 * step], *(f"x{step}{at}" for at in range(12)), *words[12 * step + 12 :]])
    path = write([{"id": f"t{number}", "text": " ".join(text)} for number, text in enumerate(texts)])
    arguments = ["duplicates", path, "--cohesion", "chain", "--threshold", "0.7"]
    (row,) = sada(*arguments).rows
    assert [member["via"] for member in row["members"]] == [None, None, ["t1"], ["t2", "t1"]]
    assert {(pair["a"], pair["b"]) for pair in row["evidence"]} == {("t0", "t1"), ("t1", "t2"), ("t2", "t3")}
    table = " ".join(sada(*arguments, "--format", "table").out.split())
    second, third = (member["jaccard"] for member in row["members"][2:])
    assert f"t2 (near {second:.2f} via t1)" in table
    assert f"t3 (near {third:.2f} via t2 > t1)" in table


def test_any_number_of_threads_gives_the_same(sada, index):
    assert sada("duplicates", index, "--threads", "1").out == sada("duplicates", index, "--threads", "2").out


def test_formats(sada, index, tmp_path):
    rows = sada("duplicates", index).rows
    assert json.loads(sada("duplicates", index, "--format", "json").out) == rows
    back = list(csv.DictReader(io.StringIO(sada("duplicates", index, "--format", "csv").out)))
    assert [(row["kept"], row["size"]) for row in back] == [("a1", "3"), ("b1", "1")]
    assert [json.loads(part) for part in back[0]["members"].split(" | ")] == rows[0]["members"]
    assert sada("duplicates", index, "-o", tmp_path / "groups.json").out == ""
    assert json.loads((tmp_path / "groups.json").read_text()) == rows


def test_the_table_says_which_way_containment_goes(sada, index, corpus, write):
    lines = sada("duplicates", index, "--format", "table").out.splitlines()
    assert lines[0].split() == ["Group", "Kept", "Size", "Copies", "Attached"]
    assert "a2 (exact 1.00), a3 (near 0.9" in lines[2]
    assert "b2 contains b1 (1.00)" in lines[3] or "b2 contains b1 (0.9" in lines[3]
    late = write([corpus[4], corpus[3] | {"date": "2024-07-03"}])
    assert "b1 is in b2 (" in sada("duplicates", late, "--format", "table").out


def test_nothing_found_is_told_in_a_table(sada, index):
    arguments = ["--threshold", "1", "--containment", "off", "--limit", "1"]
    assert sada("duplicates", index, *arguments, "--format", "table").err == ""
    assert sada("neighbours", index, "c1", "--by", "copy", "--format", "table").err == "nothing found\n"


def test_options_for_reading_are_refused_with_an_index(sada, index):
    ran = sada("duplicates", index, "--title-field", "t", "--strict", "--timezone", "+03:00", code=2)
    assert ran.err.splitlines()[-1].startswith("Error: --timezone, --strict, --title-field: for reading files, and ")
    assert len(groups(sada("duplicates", index, "--timezone", "UTC"))) == 2


def test_a_narrow_table_keeps_what_matters(sada, index, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = sada("duplicates", index, "--format", "table").out.splitlines()
    assert lines[0].split() == ["Kept", "Size", "Copies", "Attached"]
    assert all(len(line) <= 40 for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--threshold", "0.4"], "0.4"),
        (["--containment", "2"], "'2' is neither off nor a share above 0 and up to 1"),
        (["--keep", "best"], "choose first, longest, last or source=NAME,NAME"),
        (["--cohesion", "glue"], "'glue'"),
    ],
)
def test_wrong_options_are_usage_errors(sada, index, arguments, message):
    assert message in sada("duplicates", index, *arguments, code=2).err
