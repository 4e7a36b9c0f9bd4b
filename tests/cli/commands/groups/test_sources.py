from __future__ import annotations

import csv
import io
import json

import pytest

KEYS = ["source", "day", "articles", "first_of_copies", "first_of_stories", "copies", "repeats", "ties"]
KEYS += ["undated_copies", "median_delay_s", "follows", "followed_by", "days"]
PAIR_KEYS = ["source", "figure", "article", "published", "other", "other_source", "delay_s", "jaccard"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The shipped sample, indexed without encoder."""
    from sada.cli.main import main
    from sada.indexes.sample import SAMPLE

    path = tmp_path_factory.mktemp("sample") / "sample.sada"
    assert main(["build", str(SAMPLE), "-i", str(path), "--encoder", "none"]) == 0
    return path


def test_rows_have_stable_keys_and_say_what_was_planted(sada, index):
    rows = sada("sources", index).rows
    assert [list(row) for row in rows] == [KEYS] * 4
    alpha, beta, delta, gamma = rows
    assert [row["source"] for row in rows] == ["Alpha", "Beta", "Delta", "Gamma"]
    assert (alpha["articles"], alpha["first_of_copies"], alpha["copies"]) == (2, 1, 0)
    assert alpha["followed_by"] == [{"source": "Beta", "articles": 1}, {"source": "Gamma", "articles": 1}]
    assert alpha["days"] == {"2024-07-01": 1, "2024-07-02": 1}
    assert [(row["copies"], row["median_delay_s"]) for row in (beta, gamma)] == [(1, 3600.0), (1, 7200.0)]
    assert beta["follows"] == gamma["follows"] == [{"source": "Alpha", "articles": 1}]
    assert (delta["articles"], delta["days"], delta["median_delay_s"]) == (1, {}, None)


def test_the_articles_behind_the_figures(sada, index):
    near = sada("duplicates", index).rows[0]["members"][2]["jaccard"]
    rows = sada("sources", index, "--source", "alpha", "--pairs").rows
    assert [list(row) for row in rows] == [PAIR_KEYS] * len(rows)
    assert [tuple(row.values()) for row in rows if row["figure"] == "followed_by"] == [
        ("Alpha", "followed_by", "a1", "2024-07-01T08:00:00Z", "a2", "Beta", 3600.0, 1.0),
        ("Alpha", "followed_by", "a1", "2024-07-01T08:00:00Z", "a3", "Gamma", 7200.0, near),
    ]
    (copy,) = sada("sources", index, "--pairs", "--source", "Gamma").rows
    assert tuple(copy.values()) == ("Gamma", "copies", "a3", "2024-07-01T10:00:00Z", "a1", "Alpha", 7200.0, near)


def test_the_copies_planted_in_the_sample_follow_what_they_were_made_from(sada, sample):
    """The sample marks a copy by a number above 120 in its id."""
    copies = [row for row in sada("sources", sample, "--pairs").rows if row["figure"] == "copies"]
    members = {
        (member["id"], member["follows"])
        for group in sada("duplicates", sample).rows
        for member in group["members"]
        if member["follows"]
    }
    assert {(row["article"], row["other"]) for row in copies} == members
    assert len(copies) == 12 and all(row["article"][3:] > "120" for row in copies)
    assert sum(row["copies"] for row in sada("sources", sample).rows) == 12


def test_by_day(sada, index):
    rows = sada("sources", index, "--by-day").rows
    assert [(row["day"], row["source"], row["articles"], row["copies"]) for row in rows] == [
        ("2024-07-01", "Alpha", 1, 0),
        ("2024-07-01", "Beta", 1, 1),
        ("2024-07-01", "Gamma", 1, 1),
        ("2024-07-02", "Alpha", 1, 0),
        ("2024-07-02", "Beta", 1, 0),
        (None, "Delta", 1, 0),
    ]
    assert [list(row) for row in rows] == [KEYS] * 6
    lines = sada("sources", index, "--by-day", "--format", "table").out.splitlines()
    assert lines[0].split()[:3] == ["Day", "Source", "Articles"]
    assert lines[2].split()[:3] == ["2024-07-01", "Alpha", "1"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--since", "2024-07-01T09:30", "--until", "2024-07-01"], [("Gamma", 1, 1)]),
        (["--since", "2024-07-02"], [("Alpha", 1, 0), ("Beta", 1, 0)]),
        (["--language", "ar"], [("Delta", 1, 0)]),
        (["--source", "BETA"], [("Beta", 2, 1)]),
        (["--exclude", "a2", "--source", "Beta"], [("Beta", 1, 0)]),
        (["--limit", "1"], [("Alpha", 2, 0)]),
        (["--source", "Nobody"], []),
    ],
)
def test_filters_say_which_articles_count(sada, index, arguments, expected):
    rows = sada("sources", index, *arguments).rows
    assert [(row["source"], row["articles"], row["copies"]) for row in rows] == expected


def test_formats(sada, index, tmp_path):
    rows = sada("sources", index).rows
    assert json.loads(sada("sources", index, "--format", "json").out) == rows
    back = list(csv.DictReader(io.StringIO(sada("sources", index, "--format", "csv").out)))
    assert [(row["source"], row["articles"]) for row in back] == [(row["source"], str(row["articles"])) for row in rows]
    assert [json.loads(part) for part in back[0]["followed_by"].split(" | ")] == rows[0]["followed_by"]
    assert sada("sources", index, "-o", tmp_path / "rows.json").out == ""
    assert json.loads((tmp_path / "rows.json").read_text()) == rows


def test_a_person_reads_a_table(sada, index):
    lines = sada("sources", index, "--source", "alpha", "--source", "gamma", "--format", "table").out.splitlines()
    assert [line.strip() for line in lines[0].split("  ") if line.strip()] == [
        "Source", "Articles", "First told", "First text", "Copies", "Behind", "Repeats", "Ties", "Undated", "Follows",
        "Followed by",
    ]  # fmt: skip
    assert lines[2].endswith("Beta 1, Gamma 1")
    assert lines[3].split() == ["Gamma", "1", "0", "0", "1", "2.0", "h", "0", "0", "0", "Alpha", "1"]


def test_a_table_of_pairs(sada, index):
    lines = sada("sources", index, "--source", "Gamma", "--pairs", "--format", "table").out.splitlines()
    assert lines[0].split() == ["Source", "Figure", "Article", "Published", "Other", "Of", "Apart", "Jaccard"]
    assert lines[2].split()[:8] == ["Gamma", "copies", "a3", "2024-07-01", "a1", "Alpha", "2.0", "h"]
    assert sada("sources", index, "--source", "Delta", "--pairs", "--format", "table").err == "nothing found\n"


def test_many_partners_are_cut_and_no_name_steers_the_terminal(sada, write, corpus, tmp_path):
    names = ["Wire", "وكالة", "\x1b[31mSun", "", "Post", "Star"]
    rows = [corpus[0] | {"id": f"n{at}", "source": name, "date": f"2024-07-{at + 1:02}T08:00:00Z"}
            for at, name in enumerate(names)]  # fmt: skip
    sada("build", write(rows), "-i", tmp_path / "x.sada", "--encoder", "none")
    out = sada("sources", tmp_path / "x.sada", "--format", "table").out
    text = " ".join(out.split())
    assert "␛[31mSun 1, Post 1, Star 1, 2 more" in text
    assert "\u2068وكالة\u2069" in text and "\x1b" not in text
    assert "(no source)" in text
    assert [row["source"] for row in sada("sources", tmp_path / "x.sada").rows][-1] is None


@pytest.mark.parametrize(("late", "shown"), [(30, "30 min"), (119, "119 min"), (120, "2.0 h"), (2880, "2.0 d")])
def test_delays_are_told_in_a_fitting_unit(sada, write, corpus, tmp_path, late, shown):
    second = corpus[1] | {"date": f"2024-07-0{1 + (480 + late) // 1440}T{(480 + late) // 60 % 24:02}:{late % 60:02}Z"}
    sada("build", write([corpus[0], second]), "-i", tmp_path / "x.sada", "--encoder", "none")
    assert shown in sada("sources", tmp_path / "x.sada", "--source", "Beta", "--format", "table").out


def test_a_narrow_table_keeps_what_matters(sada, index, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = sada("sources", index, "--format", "table").out.splitlines()
    assert lines[0].split() == ["Source", "Articles", "First", "text", "Copies", "Behind"]
    assert all(len(line) <= 60 for line in lines)


def test_any_number_of_threads_gives_the_same(sada, index):
    assert sada("sources", index, "--threads", "1").out == sada("sources", index, "--threads", "2").out


def test_pairs_and_days_are_two_things(sada, index):
    ran = sada("sources", index, "--pairs", "--by-day", code=2)
    assert ran.err.splitlines()[-1] == "Error: --pairs lists articles and --by-day counts them: choose one"


def test_no_index(sada, tmp_path):
    assert str(tmp_path / "none.sada") in sada("sources", tmp_path / "none.sada", code=2).err
