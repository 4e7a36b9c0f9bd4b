"""The verb that lists, learns and forgets what outlets print under many articles."""

from __future__ import annotations

import shutil
import sys

import pytest

from sada.cli.main import main

from ....planted_boilerplate import BOILERPLATE, planted
from ...conftest import write_jsonl

PLANTED = planted()
LINES = {(source, line) for source, lines in BOILERPLATE.items() for line in lines}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boilerplate")
    rows = [article.to_dict() | {"date": article.published_text()} for article in PLANTED.articles]
    assert main(["build", str(write_jsonl(folder / "news.jsonl", rows)), "-i", str(folder / "x"),
                 "--encoder", "none"]) == 0  # fmt: skip
    return folder / "x"


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "x.sada")


def groups(sada, path):
    """The ids of each group of copies by words, boilerplate or not, those that stand alone left out."""
    rows = sada("duplicates", path, "--containment", "off", "--unite", "boilerplate").rows
    return [{member["id"] for member in row["members"]} for row in rows if row["size"] > 1]


def named(rows):
    return {(row["source"], row["line"]) for row in rows}


def test_true_copies_are_found_under_other_boilerplate_and_no_others(sada, path):
    before = groups(sada, path)
    ran = sada("boilerplate", path, "--learn")
    assert named(ran.rows) == LINES
    assert ran.err == "25 learned, 0 forgotten, 25 known; 200 of 200 articles written anew\n"
    after = groups(sada, path)
    assert sorted(map(sorted, after)) == sorted(map(sorted, PLANTED.copies))
    flashes = [set(PLANTED.flashes(source)) for source in BOILERPLATE]
    assert [any(len(group & ids) > 1 for group in before) for ids in flashes] == [True] * 5
    found = [group for group in PLANTED.copies if any(group <= other for other in before)]
    assert len(found) < len(PLANTED.copies) == 7
    assert sada("verify", path).code == 0


def test_what_is_known_is_listed_here_and_by_info(sada, path):
    assert sada("boilerplate", path).out == sada("info", path, "--boilerplate").out == ""
    learned = sada("boilerplate", path, "--learn").rows
    listed = sada("boilerplate", path).rows
    assert listed == learned
    assert sada("info", path, "--boilerplate").rows == listed and sada("info", path).rows[0]["furniture"] == 25
    under = sum("Share" in lines for lines in PLANTED.boilerplate.values())
    since = min(one.published_text() for one in PLANTED.articles if "Share" in PLANTED.boilerplate[one.id])
    assert {"source": "Harbour Ledger", "line": "Share", "place": "line", "articles": under, "since": since} in listed
    assert named(sada("boilerplate", path, "--source", "LE RIVAGE").rows) == {
        one for one in LINES if one[0] == "Le Rivage"
    }
    table = sada("boilerplate", path, "--source", "le rivage", "--format", "table").out
    assert table.splitlines()[0].split() == ["Source", "Line", "Place", "Articles", "Since"]
    assert "Partager cet article" in table and "2024-03-" in table


def test_the_old_words_answer_alike(sada, path):
    learned = sada("furniture", path, "--learn")
    assert named(learned.rows) == LINES
    for options in ([], ["--source", "Le Rivage"], ["--format", "table"]):
        old, new = sada("furniture", path, *options), sada("boilerplate", path, *options)
        assert (old.out, old.err) == (new.out, new.err) and new.out
    assert (
        sada("info", path, "--furniture").out == sada("info", path, "--boilerplate").out == sada("furniture", path).out
    )
    row = sada("info", path).rows[0]
    assert row["furniture"] == row["boilerplate"] == 25
    table = sada("info", path, "--format", "table").out.splitlines()
    assert [line.split() for line in table if line.startswith(("furn", "boil"))] == [["boilerplate", "25"]]
    assert "choose one" in sada("info", path, "--furniture", "--check-recall", code=2).err


def test_a_dry_run_and_lines_to_be_kept(sada, path, tmp_path):
    innermost = [lines[0] for source, lines in BOILERPLATE.items() if source != "Le Rivage"]
    (tmp_path / "kept.txt").write_text("\n".join([*innermost[1:], "", "…"]), encoding="utf-8")
    keep = ["--keep", innermost[0], "--keep-from", tmp_path / "kept.txt"]
    ran = sada("boilerplate", path, "--learn", "--dry-run", *keep)
    assert named(ran.rows) == {one for one in LINES if one[1] not in innermost} and ran.err == ""
    assert sada("boilerplate", path).out == ""
    assert sada("boilerplate", path, "--learn", *keep).rows == ran.rows
    taken_back = sada("boilerplate", path, "--keep", "SHARE", "--keep-from", "-", stdin="Partager cet article\n")
    assert named(taken_back.rows) == {("Harbour Ledger", "Share"), ("Le Rivage", "Partager cet article")}
    assert taken_back.err.startswith("0 learned, 2 forgotten, 19 known; ")
    assert sada("boilerplate", path, "--learn").out == ""


def test_what_is_forgotten_is_as_if_never_learned(sada, path):
    before = sada("duplicates", path).out
    sada("boilerplate", path, "--learn", "--source", "Le Rivage")
    assert sada("duplicates", path).out != before
    ran = sada("boilerplate", path, "--forget", "--source", "le rivage")
    assert named(ran.rows) == {one for one in LINES if one[0] == "Le Rivage"}
    assert ran.err == "0 learned, 5 forgotten, 0 known; 40 of 200 articles written anew\n"
    assert sada("duplicates", path).out == before
    sada("boilerplate", path, "--learn")
    assert len(sada("boilerplate", path, "--forget").rows) == 25
    assert sada("duplicates", path).out == before and sada("boilerplate", path).out == ""


def test_new_articles_are_read_without_them(sada, path, write):
    sada("boilerplate", path, "--learn")
    furniture = "\n".join(BOILERPLATE["Harbour Ledger"])
    rows = [{"id": f"new-{word}", "title": word, "text": f"{word} again\n{furniture}", "source": "Harbour Ledger"}
            for word in ("thunder", "silence")]  # fmt: skip
    sada("add", path, write(rows))
    assert not any("new-thunder" in group for group in groups(sada, path))
    sada("boilerplate", path, "--forget")
    assert any({"new-thunder", "new-silence"} <= group for group in groups(sada, path))


@pytest.mark.parametrize(
    "options",
    [["--forget", "--learn"], ["--forget", "--keep", "x"], ["--dry-run"], ["--learn", "--keep-from", "{path}/absent"]],
)
def test_what_makes_no_sense_is_refused(sada, path, options):
    before = sada("info", path).out
    ran = sada("boilerplate", path, *(option.format(path=path) for option in options), code=2)
    assert ran.out == "" and ran.err.splitlines()[-1].startswith("Error: ")
    assert sada("info", path).out == before


def test_info_lists_or_measures(sada, path):
    ran = sada("info", path, "--boilerplate", "--check-recall", code=2)
    assert "choose one" in ran.err


def test_a_person_is_told_where_nothing_is(sada, path, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert sada("boilerplate", path, "--format", "table").err == "nothing found\n"


def test_articles_without_a_source_are_named(sada, write, tmp_path):
    rows = [article.to_dict() | {"date": article.published_text(), "source": ""} for article in PLANTED.articles
            if article.source == "Le Rivage"]  # fmt: skip
    sada("build", write(rows), "-i", tmp_path / "y", "--encoder", "none")
    table = sada("boilerplate", tmp_path / "y", "--learn", "--format", "table").out
    assert table.count("(no source)") == 5
    assert {row["source"] for row in sada("boilerplate", tmp_path / "y").rows} == {""}
