from __future__ import annotations

import json
import random
import shutil

import pytest

from sada.indexes.folder.paths import CATALOG
from sada.indexes.storage.locks import writer_lock

KEYS = ["story", "size", "headline", "keywords", "languages", "sources", "first", "last", "articles", "copies"]
KEYS += ["first_source", "days", "growth", "representatives", "headlines", "series"]


def sizes(ran):
    return [row["size"] for row in ran.rows]


@pytest.fixture
def own(tmp_path, sada, corpus, write):
    """An index, without stories so far, of two stories of copies, one more article, and an Arabic one."""
    rain = {
        "title": "Rain",
        "text": "It rained on the plain in Spain for nine days and the river left its bed at night",
    }
    rows = [*corpus[:3], corpus[5]]
    rows += [
        rain | {"id": id_, "source": "Omega", "language": "es", "date": f"2024-08-0{id_[1]}"} for id_ in ("r1", "r2")
    ]
    sada("build", write(rows), "-i", tmp_path / "own.sada", "--encoder", "none")
    return tmp_path / "own.sada"


def test_rows_have_stable_keys(sada, own):
    ferry, rain = sada("stories", own, "--sort", "size").rows
    assert list(ferry) == list(rain) == KEYS
    assert {key: ferry[key] for key in KEYS if key not in ("story", "keywords")} == {
        "size": 3,
        "headline": "Ferry strikes pier",
        "languages": ["en"],
        "sources": ["Alpha", "Beta", "Gamma"],
        "first": "2024-07-01T08:00:00Z",
        "last": "2024-07-01T10:00:00Z",
        "articles": ["a1", "a2", "a3"],
        "copies": 2,
        "first_source": "Alpha",
        "days": {"2024-07-01": 3},
        "growth": 0,
        "representatives": ["a1", "a2", "a3"],
        "headlines": {"en": {"id": "a1", "title": "Ferry strikes pier"}},
        "series": None,
    }
    assert (rain["days"], rain["growth"]) == ({"2024-08-01": 1, "2024-08-02": 1}, 1)
    assert all(word.casefold() in "ferry strikes pier" or word.isalpha() for word in ferry["keywords"])
    assert (rain["articles"], rain["copies"], rain["languages"]) == (["r1", "r2"], 1, ["es"])


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["r1", "a1"]),
        (["--all"], ["r1", "a1", "c1"]),
        (["--sort", "size", "--all"], ["a1", "r1", "c1"]),
        (["--min-size", "1"], ["r1", "a1", "c1"]),
        (["--min-size", "3"], ["a1"]),
        (["--limit", "1"], ["r1"]),
        (["--sort", "recent", "--all"], ["r1", "a1", "c1"]),
        (["--language", "ES"], ["r1"]),
        (["--all", "--without-language", "EN", "--without-language", "ar"], ["r1"]),
        (["--source", "gamma"], ["a1"]),
        (["--without-source", "gamma"], ["r1"]),
        (["--since", "2024-07-02"], ["r1"]),
        (["--until", "2024-07-01"], ["a1"]),
        (["--exclude", "a1", "--exclude", "a2"], ["r1", "a1"]),
        (["--language", "xx"], []),
    ],
)
def test_which_are_listed(sada, own, arguments, found):
    assert [row["articles"][0] for row in sada("stories", own, *arguments).rows] == found


@pytest.fixture
def grown(tmp_path, sada, write):
    """Three stories of copies: ``old`` of four, ``new`` of two and ``two`` of two, one of them undated."""
    told = {
        "old": (
            "The river left its bed at night and took the bridge of the mill with it to the sea",
            "1T10 1T11 1T12 2T23",
        ),
        "new": ("A comet crossed the evening sky and children were let out of bed to look at it", "2T13 3T12"),
        "two": ("The mayor resigned over a quarrel about benches and nobody was there to hear of it", "2T12 -"),
    }
    rows = [
        {
            "id": f"{name}{at}",
            "title": f"{name} story",
            "text": text,
            "source": f"{name} outlet {at}",
            "language": "en",
            "date": None if hour == "-" else f"2024-07-0{hour}:00:00Z",
        }
        for name, (text, hours) in told.items()
        for at, hour in enumerate(hours.split())
    ]
    sada("build", write(rows), "-i", tmp_path / "grown.sada", "--encoder", "none")
    return tmp_path / "grown.sada"


def growths(ran):
    return [(row["headline"].split()[0], row["growth"]) for row in ran.rows]


def test_sorted_by_growth(sada, grown):
    by_size = [("old", 1), ("new", 2), ("two", 0)]
    assert growths(sada("stories", grown, "--sort", "size")) == by_size
    assert growths(sada("stories", grown)) == growths(sada("stories", grown, "--sort", "growth"))
    assert growths(sada("stories", grown)) == [("new", 2), ("old", 1), ("two", 0)]
    for moment, found in [("11:00", [("old", 1), ("two", 0)]), ("12:00", [("two", 1), ("old", 0)])]:
        then = sada("stories", grown, "--sort", "growth", "--as-of", f"2024-07-02T{moment}", "--all")
        assert growths(then) == found  # the last of "old" was at 12:00 the day before
    tied = sada("stories", grown, "--sort", "growth", "--as-of", "2024-07-04T23:00")
    assert growths(tied) == [("old", 0), ("new", 0), ("two", 0)]


def test_growth_has_a_column_only_when_sorted_by_it(sada, grown):
    head, _, first, *_ = sada("stories", grown, "--sort", "growth", "--format", "table").out.splitlines()
    assert head.split()[-2:] == ["+24", "h"]
    assert first.split()[-1] == "2"
    assert "+24" not in sada("stories", grown, "--sort", "size", "--format", "table").out


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["2024-07-01T09:59:59"], []),
        (["2024-07-01T11:00"], ["old0 old1"]),
        (["2024-07-01T14:00+03:00"], ["old0 old1"]),
        (["2024-07-01"], ["old0 old1 old2"]),
        (["2024-07-02"], ["old0 old1 old2 old3", "two0 two1"]),
        (["2024-07-02T12:00"], ["two0 two1", "old0 old1 old2"]),
        (["2024-07-02", "--all"], ["old0 old1 old2 old3", "two0 two1", "new0"]),
        (["2024-06-01", "--all"], ["two1"]),
        (["2024-07-02", "--min-size", "3"], ["old0 old1 old2 old3"]),
        (["2024-07-01", "--without-source", "old outlet 3"], ["old0 old1 old2"]),
        (["2024-07-02", "--without-source", "old outlet 3"], ["two0 two1"]),
        (["2024-07-02", "--without-language", "en"], []),
        (["2024-07-01", "--source", "old outlet 3"], []),
        (["2024-07-02", "--since", "2024-07-02T20:00"], ["old0 old1 old2 old3"]),
        (["2024-07-02", "--no-update"], []),
    ],
)
def test_as_a_reader_saw_them(sada, grown, arguments, found):
    assert [" ".join(row["articles"]) for row in sada("stories", grown, "--as-of", *arguments).rows] == found


def test_a_date_alone_ends_before_the_next_day(sada, tmp_path, write, corpus):
    moments = ["2024-07-01T23:59:59.999999Z", "2024-07-02"]
    rows = [corpus[0] | {"id": f"a{at}", "date": moment} for at, moment in enumerate(moments)]
    sada("build", write(rows), "-i", tmp_path / "days.sada", "--encoder", "none")
    (row,) = sada("stories", tmp_path / "days.sada", "--all", "--as-of", "2024-07-01").rows
    assert row["articles"] == ["a0"]


def test_looking_back_stores_nothing_and_from_the_end_is_as_now(sada, grown):
    now = sada("stories", grown, "--all", "--sort", "size").rows
    then = {row["story"]: row for row in sada("stories", grown, "--all", "--as-of", "2024-07-02T13:00").rows}
    assert sada("stories", grown, "--all", "--sort", "size", "--as-of", "2024-07-03T12:00").rows == now
    assert sada("stories", grown, "--all", "--sort", "size").rows == now
    old = then[now[0]["story"]]
    assert {key: old[key] for key in ("size", "copies", "last", "days", "sources", "representatives")} == {
        "size": 3,
        "copies": 2,
        "last": "2024-07-01T12:00:00Z",
        "days": {"2024-07-01": 3},
        "sources": [f"old outlet {at}" for at in range(3)],
        "representatives": ["old0", "old1", "old2"],
    }


def test_a_bad_moment_is_told_in_one_line(sada, grown):
    ran = sada("stories", grown, "--as-of", "yesterday-ish", code=2)
    assert ran.out == ""
    assert ran.err.splitlines()[-1] == (
        "Error: Invalid value for '--as-of': 'yesterday-ish' is no date; write 2024-07-31 or 2024-07-31T18:00+03:00"
    )


def test_the_headline_is_in_the_language_asked_for(sada, tmp_path, write, corpus):
    """Two reports that share names and no three words in a row, so one story of two originals."""
    names = "Mbappé Griezmann Dembélé Kanté Camavinga Tchouaméni Koundé Upamecano Maignan Giroud Coman Rabiot"
    backwards = " ".join(reversed(names.split()))
    titles = {"en": "Mbappé Griezmann Dembélé named", "fr": "Mbappé Griezmann Dembélé retenus"}
    rows = [
        {"id": "e", "title": titles["en"], "text": names, "language": "en", "date": "2024-07-01"},
        {"id": "f", "title": titles["fr"], "text": backwards, "language": "fr", "date": "2024-07-01"},
    ]
    path = tmp_path / "two.sada"
    sada("build", write([*rows, *corpus]), "-i", path, "--encoder", "none")
    (row,) = sada("stories", path, "--since", "2024-07-01", "--language", "fr").rows
    assert row["articles"] == ["e", "f"]
    assert row["headline"] == titles["fr"]
    assert row["headlines"] == {lang: {"id": id_, "title": titles[lang]} for lang, id_ in [("en", "e"), ("fr", "f")]}
    for asked, shown in [(["EN"], "en"), (["es", "fr"], "fr"), (["en", "fr"], "en"), (["fr", "en"], "fr")]:
        options = [part for language in asked for part in ("--language", language)]
        found = {one["story"]: one["headline"] for one in sada("stories", path, *options).rows}
        assert found[row["story"]] == titles[shown]
        assert titles[shown] in sada("stories", path, *options, "--format", "table").out


def test_no_update_writes_nothing_and_says_what_is_missing(sada, own):
    def content():
        shared = f"{CATALOG}-shm"  # where SQLite notes also who reads
        return {path: path.read_bytes() for path in own.rglob("*") if path.is_file() and path.name != shared}

    before = content()
    ran = sada("stories", own, "--no-update")
    assert ran.out == ""
    assert "without --no-update" in ran.err
    assert content() == before
    brought = sada("stories", own)
    again = sada("stories", own, "--no-update")
    assert (again.out, again.err) == (brought.out, "")
    sada("remove", own, "r1", "r2")
    stale = sada("stories", own, "--no-update")
    assert sizes(stale) == [3] and "without --no-update" in stale.err


def test_ids_stay_and_recompute_is_a_function_of_the_articles(sada, own, tmp_path):
    first = sada("stories", own, "--all").out
    assert sada("stories", own, "--all").out == first
    other = shutil.copytree(own, tmp_path / "other.sada")
    one = sada("stories", own, "--all", "--recompute", "--threads", "1").out
    assert sada("stories", other, "--all", "--recompute", "--threads", "2").out == one


def test_formats(sada, own, tmp_path):
    rows = sada("stories", own).rows
    assert json.loads(sada("stories", own, "--format", "json").out) == rows
    sada("stories", own, "-o", tmp_path / "s.jsonl")
    assert [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()] == rows
    head, _, first, second = sada("stories", own, "--format", "table").out.splitlines()
    assert head.split() == ["Story", "Size", "Copies", "Headline", "Languages", "Keywords", "First", "+24", "h"]
    assert second.split()[:6] == [rows[1]["story"], "3", "2", "Ferry", "strikes", "pier"]
    assert first.split()[-2:] == ["2024-08-01", "1"]


def test_only_one_of_recompute_and_no_update(sada, own):
    assert "choose one" in sada("stories", own, "--recompute", "--no-update", code=2).err


def test_only_one_of_all_and_min_size(sada, own):
    ran = sada("stories", own, "--all", "--min-size", "6", code=2)
    assert ran.err.splitlines()[-1] == "Error: --all lists stories of any size and --min-size does not: choose one"


def test_stories_that_could_not_be_stored_are_listed_with_a_note(sada, own):
    with writer_lock(own):
        ran = sada("stories", own)
    assert sizes(ran) == [2, 3]
    assert ran.err.startswith(f"note: these stories were not stored, and new ids may change: {own}: ")
    assert "another process is writing" in ran.err
    assert sada("stories", own).err == ""


def test_nothing_found_is_told_in_a_table_only(sada, own):
    ran = sada("stories", own, "--min-size", "9", "--format", "table")
    assert ran.err == "nothing found\n"
    assert sada("stories", own, "--format", "table").err == ""
    for format_ in ("jsonl", "json", "csv"):
        assert sada("stories", own, "--min-size", "9", "--format", format_).err == ""


def test_a_narrow_table_keeps_what_matters(sada, own, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = sada("stories", own, "--format", "table").out.splitlines()
    assert lines[0].split() == ["Story", "Size", "Copies", "Headline"]
    assert lines[2].split()[1:] == ["2", "1", "Rain"] and all(len(line) <= 40 for line in lines)


@pytest.fixture
def weather(tmp_path, sada, write, corpus):
    """A report of every day with other figures in the same words, told twice, beside other news."""
    frame = (
        "the wind turns to the {} over the bay with gusts of {} knots and the sea is {} feet high at the old lighthouse"
    )
    slots = zip(
        ["north", "east", "south", "west", "inland", "seaward"],
        ["11", "27", "38", "42", "53", "64"],
        ["7", "9", "4", "2", "8", "6"],
        strict=False,
    )
    rows = [
        {
            "id": f"{outlet}{day}",
            "title": f"Wind over the bay turns {direction}",
            "text": frame.format(direction, gusts, feet),
            "source": outlet,
            "language": "en",
            "date": f"2024-07-0{day}T06:00:00Z",
        }
        for day, (direction, gusts, feet) in enumerate(slots, 1)
        for outlet in ("Alpha", "Beta")
    ]
    sada("build", write([*corpus, *rows]), "-i", tmp_path / "weather.sada", "--encoder", "none")
    return tmp_path / "weather.sada"


def test_routine_stories_are_left_out_which_a_note_tells(sada, weather):
    news = sada("stories", weather)
    whole = sada("stories", weather, "--routine")
    (left,) = (row for row in whole.rows if row["series"])
    assert news.err == "note: one routine story not listed; --routine lists what is an issue of a series, too\n"
    assert whole.err == ""
    assert set(left["articles"]) == {f"{outlet}{day}" for outlet in ("Alpha", "Beta") for day in range(1, 7)}
    assert left["series"] == "r" + left["story"][1:]
    assert news.rows == [row for row in whole.rows if not row["series"]] and news.rows


def test_only_routine_stories_count_that_would_be_listed(sada, weather):
    assert sada("stories", weather, "--language", "ar").err == ""
    assert sada("stories", weather, "--source", "Beta", "--since", "2024-07-05").err.startswith("note: one routine")


@pytest.fixture
def large(tmp_path, sada, write):
    """A large event of nine days among other news, each story of two copies."""
    chance = random.Random(1)

    def words(count):
        return ["".join(chance.choice("bdgklmnprst") + chance.choice("aeiou") for _ in range(3)) for _ in range(count)]

    common, names = words(150), words(3)
    rows = []
    for day in range(1, 10):
        for at in range(6):
            own = names if at == 0 else words(3)
            about = {
                "title": " ".join([*own, *words(2)]),
                "text": " ".join([*own, *words(8), *chance.sample(common, 42)]),
                "language": "en",
                "date": f"2024-07-0{day}T0{at}:00:00Z",
            }
            name = "big" if at == 0 else "other"
            rows += [about | {"id": f"{name}{day}-{at}-{outlet}", "source": outlet} for outlet in ("Alpha", "Beta")]
    sada("build", write(rows), "-i", tmp_path / "large.sada", "--encoder", "none")
    return tmp_path / "large.sada"


def test_threads_are_listed_with_their_stories(sada, large):
    (thread,) = sada("stories", large, "--by-thread").rows
    stories = [row for row in sada("stories", large).rows if row["articles"][0].startswith("big")]
    assert sorted(one["story"] for one in thread["stories"]) == sorted(row["story"] for row in stories)
    assert (thread["size"], thread["growth"]) == (18, 2)
    assert thread["days"] == {f"2024-07-0{day}": 2 for day in range(1, 10)}
    assert thread["thread"] == "t" + thread["stories"][0]["story"][1:]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--min-size", "19"], 0),
        (["--min-size", "18"], 1),
        (["--source", "Beta"], 1),
        (["--without-source", "beta"], 0),
        (["--since", "2024-07-10"], 0),
        (["--as-of", "2024-07-08"], 1),
        (["--as-of", "2024-07-01"], 0),
        (["--sort", "recent", "--routine"], 1),
    ],
)
def test_which_threads_are_listed(sada, large, options, count):
    assert len(sada("stories", large, "--by-thread", *options).rows) == count


def test_a_table_of_threads(sada, large):
    head, _, row, *_ = sada("stories", large, "--by-thread", "--format", "table").out.splitlines()
    assert head.split()[:4] == ["Thread", "Size", "Stories", "Headline"]
    assert row.split()[1:3] == ["18", "9"]


def test_a_history_is_not_by_thread(sada, large):
    assert "--by-thread is not" in sada("stories", large, "--history", "s1", "--by-thread", code=2).err
