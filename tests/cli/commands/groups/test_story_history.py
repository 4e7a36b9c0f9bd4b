from __future__ import annotations

import json
from datetime import datetime

import pytest

KEYS = ["at", "story", "change", "articles", "other"]
LIKE_FERRY = {"id": "r1", "date": "2024-07-01T11:00:00Z"}


@pytest.fixture
def merged(sada, own_index, corpus):
    """An index in which the story of r1 was merged into the ferry's, and the Arabic one has ended; and their ids."""

    def id_of(article):
        return next(row["story"] for row in sada("stories", own_index, "--all").rows if article in row["articles"])

    sada("add", own_index, "-", stdin='{"id": "r1", "title": "Rain", "date": "2024-07-01", "language": "en"}\n')
    ids = {name: id_of(article) for name, article in (("ferry", "a1"), ("rain", "r1"), ("arabic", "c1"))}
    sada("add", own_index, "-", stdin=json.dumps(corpus[0] | LIKE_FERRY) + "\n")
    sada("remove", own_index, "c1")
    sada("stories", own_index)
    return own_index, ids


def told(ran):
    return [(row["story"], row["change"], row["articles"], row["other"]) for row in ran.rows]


def test_what_happened_to_a_story_and_to_one_that_was_merged_into_it(sada, merged):
    path, ids = merged
    ran = sada("stories", path, "--history", ids["ferry"])
    assert [list(row) for row in ran.rows] == [KEYS] * 4 and ran.err == ""
    assert told(ran) == [
        (ids["ferry"], "opened", ["a1", "a2", "a3"], ""),
        (ids["rain"], "opened", ["r1"], ""),
        (ids["rain"], "merged", ["r1"], ids["ferry"]),
        (ids["ferry"], "joined", ["r1"], ids["rain"]),
    ]
    moments = [datetime.fromisoformat(row["at"]) for row in ran.rows]
    assert moments == sorted(moments) and moments[2] == moments[3] and moments[0].utcoffset().total_seconds() == 0


def test_ids_that_were_merged_away_or_ended(sada, merged):
    path, ids = merged
    ran = sada("stories", path, "--history", ids["rain"])
    assert told(ran) == [(ids["rain"], "opened", ["r1"], ""), (ids["rain"], "merged", ["r1"], ids["ferry"])]
    assert ran.err == f"note: {ids['rain']} was merged away: {ids['ferry']} stands for it now\n"
    ran = sada("stories", path, "--history", ids["arabic"], "--limit", "1")
    assert told(ran) == [(ids["arabic"], "opened", ["c1"], "")]
    assert ran.err == f"note: {ids['arabic']} has ended: all its articles were removed\n"


def test_a_table(sada, merged):
    path, ids = merged
    head, _, *rows = sada("stories", path, "--history", ids["rain"], "--format", "table").out.splitlines()
    assert head.split() == ["At", "UTC", "Story", "Change", "Other", "Articles"]
    assert [row.split()[2:] for row in rows] == [
        [ids["rain"], "opened", "r1"],
        [ids["rain"], "merged", ids["ferry"], "r1"],
    ]


def test_an_unknown_id_names_the_mend(sada, own_index):
    ran = sada("stories", own_index, "--history", "s0", code=2)
    mend = f"list them with: sada stories {own_index} --all"
    assert ran.err == f"sada: no story 's0' in {own_index}, now or ever; {mend}\n"


def test_it_only_reads(sada, merged):
    path, ids = merged
    sada("add", path, "-", stdin='{"id": "new", "title": "Ferry strikes pier"}\n')

    def stored():  # all but the memory in which SQLite notes who reads
        return {file: file.read_bytes() for file in path.rglob("*") if file.is_file() and file.suffix != ".sqlite-shm"}

    before = stored()
    sada("stories", path, "--history", ids["ferry"])
    assert sada("stories", path, "--history", ids["ferry"], "--no-update").rows
    assert stored() == before


@pytest.mark.parametrize(
    "option",
    [["--recompute"], ["--all"], ["--min-size", "3"], ["--sort", "recent"], ["--without-language", "en"],
     ["--without-source", "Alpha"], ["--language", "ar"], ["--source", "Alpha"], ["--since", "2024-07-01"],
     ["--until", "2024-07-01"], ["--exclude", "a1"], ["--as-of", "2024-07-01"]],
)  # fmt: skip
def test_what_lists_stories_cannot_be_combined(sada, own_index, option):
    ran = sada("stories", own_index, "--history", "s0", *option, code=2)
    assert ran.err.splitlines()[-1] == f"Error: --history is about one story and {option[0]} is not: choose one"
