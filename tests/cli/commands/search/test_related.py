from __future__ import annotations

import json
import shutil

import pytest

from sada.cli.output.bidi import END, FIRST_STRONG

KEYS = ["query", "rank", "id", "score", "reasons", "title", "source", "language", "published", "story"]
RIGHT_TO_LEFT_MARK = "\u200f"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The shipped sample, indexed without encoder."""
    from sada.cli.main import main
    from sada.indexes.sample import SAMPLE

    path = tmp_path_factory.mktemp("sample") / "sample.sada"
    assert main(["build", str(SAMPLE), "-i", str(path), "--encoder", "none"]) == 0
    return path


@pytest.fixture
def own_sample(sample, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(sample, tmp_path / "own.sada")


def ids(ran):
    return [row["id"] for row in ran.rows]


def test_rows_have_stable_keys_ranks_and_scores_in_order(sada, sample):
    rows = sada("related", sample, "en-001").rows
    assert [list(row) for row in rows] == [KEYS] * 8
    assert [row["rank"] for row in rows] == list(range(1, 9))
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True) and 0 < scores[-1] <= scores[0] <= 1
    assert {row["query"] for row in rows} == {"en-001"}
    assert all(row["reasons"] for row in rows)


def test_no_copies_of_what_was_read_nor_of_each_other(sada, sample):
    groups = [{member["id"] for member in row["members"]} for row in sada("duplicates", sample).rows]
    for read in ("en-001", "ar-002", "zh-031"):
        listed = {read, *ids(sada("related", sample, read, "-k", "40", "--per-story", "0"))}
        assert all(len(group & listed) <= 1 for group in groups), read


def test_stories_are_those_that_are_listed_and_as_many_of_one_as_wanted(sada, sample):
    story_of = {id_: row["story"] for row in sada("stories", sample, "--all").rows for id_ in row["articles"]}
    for wanted in (1, 2, 0):
        rows = sada("related", sample, "en-001", "-k", "30", "--per-story", wanted).rows
        stories = [row["story"] for row in rows]
        assert stories == [story_of[row["id"]] for row in rows]
        most = max(map(stories.count, stories))
        assert most == wanted or (wanted == 0 and most >= 2)
        own = {row["id"] for row in rows if row["story"] == story_of["en-001"]}
        assert own == {row["id"] for row in rows if any(one.startswith("same story") for one in row["reasons"])}


def test_a_history_of_several(sada, sample):
    ran = sada("related", sample, "en-001", "ar-002", "-k", "5")
    assert len(ran.rows) == 5
    assert ran.rows[0]["query"] == "en-001,ar-002"
    assert not {"en-001", "ar-002"} & set(ids(ran))


def test_filters_and_limits(sada, sample):
    everything = sada("related", sample, "en-001", "-k", "60").rows
    assert ids(sada("related", sample, "en-001", "--limit", "3")) == ids(sada("related", sample, "en-001"))[:3]
    french = sada("related", sample, "en-001", "--language", "fr", "-k", "60").rows
    assert {row["language"] for row in french} == {"fr"}
    first = everything[0]["id"]
    assert first not in ids(sada("related", sample, "en-001", "--exclude", first))
    since = sada("related", sample, "en-001", "--since", "2026-03-05").rows
    assert since and all(row["published"] >= "2026-03-05" for row in since)


def test_pins_and_blocks_from_files_and_by_id(sada, sample, tmp_path):
    (tmp_path / "pins.txt").write_text("tr-062\n\nar-121\n")
    (tmp_path / "blocks.jsonl").write_text('{"id": "en-002"}\n{"id": "nope"}\n')
    ran = sada("related", sample, "en-001", "--pin", tmp_path / "pins.txt", "--pin", "zh-032", "--pin", "en-122",
               "--block", tmp_path / "blocks.jsonl", "-k", "40", "--per-story", "0")  # fmt: skip
    assert ids(ran)[:3] == ["tr-062", "ar-121", "zh-032"]
    assert [row["reasons"][0] == "pinned by the editors" for row in ran.rows[:4]] == [True, True, True, False]
    assert not {"en-002", "ar-002", "en-122"} & set(ids(ran))  # ar-002 has a copy among those pinned, en-122 is one
    assert ran.err == "note: --block nope: not in the index\n"
    err = sada("related", sample, "en-001", "--pin", "a", *(word for id_ in "bcdef" for word in ("--pin", id_))).err
    assert err == "note: --pin a, b, c, d, e and 1 more: not in the index\n"
    (tmp_path / "bad.jsonl").write_text('{"name": 1}\n')
    ran = sada("related", sample, "en-001", "--block", tmp_path / "bad.jsonl", code=2)
    assert "line 1: no id" in ran.err
    (tmp_path / "packed.txt").write_bytes(b"\xff\xfe\x00\xd8")
    assert (
        "--pin takes ids, or a file of ids"
        in sada("related", sample, "en-001", "--pin", tmp_path / "packed.txt", code=2).err
    )


def test_preferences_move_and_leave_none_out(sada, sample):
    plain = {row["id"]: row["score"] for row in sada("related", sample, "en-001", "-k", "60").rows}
    ran = sada(
        "related", sample, "en-001", "-k", "60", "--prefer-language", "French", "--prefer-source", "northwind wire"
    )
    for row in ran.rows[:5]:
        liked = (row["language"] == "fr") + (row["source"] == "Northwind Wire")
        assert ("preferred language" in row["reasons"]) + ("preferred outlet" in row["reasons"]) == liked
    assert set(ids(ran)) == set(plain)
    assert {row["language"] for row in ran.rows} != {"fr"}


def test_freshness_is_counted_back_from_a_moment(sada, sample):
    now = {row["id"]: row["score"] for row in sada("related", sample, "en-001").rows}
    later = {row["id"]: row["score"] for row in sada("related", sample, "en-001", "--now", "2030-01-01").rows}
    first = next(iter(now))
    assert later[first] == pytest.approx(0.8 * now[first], rel=0.1)


def test_any_number_of_threads_and_any_format_gives_the_same(sada, sample):
    one = sada("related", sample, "ar-001", "--threads", "1")
    assert sada("related", sample, "ar-001", "--threads", "2").out == one.out
    assert json.loads(sada("related", sample, "ar-001", "--format", "json").out) == one.rows
    table = sada("related", sample, "ar-001", "--format", "table").out
    assert table.split()[:3] == ["Score", "Id", "Title"] and all(id_ in table for id_ in ids(one))


def test_reasons_need_a_wide_terminal(sada, sample, monkeypatch):
    assert "Why" in sada("related", sample, "ar-001", "--format", "table").out.splitlines()[0]
    monkeypatch.setenv("COLUMNS", "80")
    assert "Why" not in sada("related", sample, "ar-001", "--format", "table").out.splitlines()[0]


def test_an_unknown_article(sada, sample):
    assert sada("related", sample, "nope", code=2).err == "sada: no article 'nope' in the index\n"


def test_lists_of_all_are_made_and_brought_up_to_date(sada, own_sample, tmp_path):
    path = tmp_path / "related.jsonl"
    ran = sada("related", own_sample, "--all", "-k", "3", "-o", path)
    assert (ran.out, ran.err) == ("", f"125 lists made, 0 kept of those that {path} had\n")
    lists = {row["id"]: row["related"] for row in map(json.loads, path.read_text().splitlines())}
    assert len(lists) == 125
    for id_ in ("en-001", "zh-031"):
        assert lists[id_] == sada("related", own_sample, id_, "-k", "3").rows
    before = path.read_bytes()
    assert sada("related", own_sample, "--all", "-k", "3", "-o", path).err.startswith("0 lists made, 125 kept")
    assert path.read_bytes() == before
    assert sada("related", own_sample, "--all", "-k", "3").out.encode() == before
    sada("remove", own_sample, "en-002")
    ran = sada("related", own_sample, "--all", "-k", "3", "-o", path)
    made = int(ran.err.split()[0])
    assert 0 < made < 124
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == 124
    assert all(one["id"] != "en-002" for row in rows for one in row["related"])


def test_a_page_has_the_blocks_of_a_news_page_in_its_language(sada, sample):
    found = sada("related", sample, "en-001", "-k", "13").rows
    lines = sada("related", sample, "en-001", "--format", "page").out.splitlines()
    assert lines[:4] == ["Read also", "", found[0]["title"], f"Source: {FIRST_STRONG}{found[0]['source']}{END}"]
    related = next(line for line in lines if line.startswith("Related: "))
    names = [f"{FIRST_STRONG}{row['title']}{END}" for row in found]
    assert related == f"Related: {names[1]} | {names[2]}"
    similar = lines[lines.index("Similar articles") + 2 :]
    assert similar == [f"• {name}" for name in names[3:13]]
    text = "\n".join(lines[5 : lines.index(related) - 1])
    assert len(text) > 200 and text.split()[0] in lines[5]


def test_a_page_in_arabic_runs_from_right_to_left(sada, sample):
    lines = sada("related", sample, "en-001", "ar-001", "--format", "page").out.splitlines()
    assert lines[0] == f"{RIGHT_TO_LEFT_MARK}اقرأ أيضًا"
    assert lines[3].startswith(f"{RIGHT_TO_LEFT_MARK}المصدر: {FIRST_STRONG}")
    assert sum(line.startswith(f"{RIGHT_TO_LEFT_MARK}• {FIRST_STRONG}") and line.endswith(END) for line in lines) == 10
    for line in lines:
        assert line.count(FIRST_STRONG) == line.count(END)


def page(articles, language):
    from sada.cluster.recommendation.page import RelatedPage
    from sada.cluster.recommendation.recommender import Related

    found = [Related("q", rank, 1.0, (), article, "s") for rank, article in enumerate(articles, 1)]
    return RelatedPage.of(found, language)


@pytest.mark.parametrize("language", ["ar", "fa", "ur", "en", "fr", "es", "tr", "ru", "de", "zh", "AR-eg", ""])
def test_headings_are_there_in_nine_languages_and_english_otherwise(language):
    from sada.cli.output.related_page import page_lines
    from sada.indexes.article import Article

    lines = list(page_lines(page([Article(f"a{at}", title=f"title {at}", text="text") for at in range(4)], language)))
    bare = [line.lstrip(RIGHT_TO_LEFT_MARK) for line in lines]
    english = language in ("en", "zh", "")
    assert (bare[0] == "Read also") == english
    assert (lines[0] != bare[0]) == (language[:2].lower() in ("ar", "fa", "ur"))
    assert [bare[2], bare[4]] == ["title 0", "text"] and bare[-1] == f"• {FIRST_STRONG}title 3{END}"
    assert list(page_lines(page([], language))) == []


def test_what_a_page_shows_cannot_steer_a_terminal():
    from sada.cli.output.related_page import page_lines
    from sada.indexes.article import Article

    bad = "a\x1b[2J\u202eb\u2067c\r\nd"
    shown = "".join(page_lines(page([Article("x", title=bad, text=bad, source=bad)] * 5, "ar")))
    assert not set("\x1b\u202e\u2067\r\n") & set(shown)
    assert shown.count(FIRST_STRONG) == shown.count(END)


def test_a_page_goes_to_a_file(sada, sample, tmp_path):
    out = sada("related", sample, "fr-001", "--format", "page").out
    assert sada("related", sample, "fr-001", "--format", "page", "-o", tmp_path / "page.txt").out == ""
    assert (tmp_path / "page.txt").read_text(encoding="utf-8") == out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name the articles that were read, or ask for --all"),
        (["en-001", "--all"], "one of the two"),
        (["--all", "--format", "csv"], "JSON Lines and no other format"),
        (["--all", "--format", "page"], "JSON Lines and no other format"),
        (["en-001", "--format", "page", "-k", "3"], "leave out -k and --limit"),
        (["en-001", "--format", "page", "--limit", "3"], "leave out -k and --limit"),
        (["en-001", "--now", "soon"], "'soon' is no date"),
        (["en-001", "--per-story", "-1"], "--per-story"),
    ],
)
def test_what_does_not_go_together_is_refused(sada, sample, arguments, said):
    assert said in sada("related", sample, *arguments, code=2).err
