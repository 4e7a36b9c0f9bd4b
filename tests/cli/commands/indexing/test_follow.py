"""``sada add --follow``: driven through a pipe that is written to whenever the command would wait for more."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys

import pytest

from sada.cli.commands.indexing import follow
from sada.cli.commands.indexing.follow import PAUSE, Pauses, Pausing
from sada.cli.input.ingest import Complaints
from sada.cli.main import main
from sada.cluster import follow as follow_articles
from sada.cluster.stories import intake
from sada.cluster.stories.placement import Placement
from sada.cluster.stories.stories import stored_stories
from sada.indexes.errors import IndexBusyError
from sada.indexes.index import NewsIndex
from sada.indexes.sample import SAMPLE

KEYS = ["id", "story", "new", "copy_of"]


def lines(rows):
    return [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows]


@pytest.fixture
def feed(monkeypatch, capsys):
    """Runs ``sada`` with a pipe for its input: each piece, bytes or something to do, comes when it waits for more.

    Gives what it wrote before each piece and at the end, as rows, and what it said on standard error.
    """

    def run(*arguments, pieces, code=0):
        theirs, ours = os.pipe()
        told, script = [], iter([*pieces, lambda: os.close(ours)])

        def is_ready(stream, pause):
            told.append(capsys.readouterr())
            piece = next(script, lambda: None)
            piece() if callable(piece) else os.write(ours, piece)
            return False  # so that what came before is taken care of

        monkeypatch.setattr(follow, "_is_ready", is_ready)
        with os.fdopen(theirs, "rb") as raw:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
            got = main([str(argument) for argument in arguments])
        told.append(capsys.readouterr())
        err = "".join(part.err for part in told)
        assert got == code, err
        return [[json.loads(line) for line in part.out.splitlines()] for part in told], err

    return run


def test_each_article_is_told_of_before_the_next_ones_come(feed, own_index, corpus):
    ferry = [corpus[0] | {"id": id_, "date": f"2024-07-01T1{at}:00:00Z"} for at, id_ in enumerate(("a4", "a5"))]
    rain = {"id": "r1", "title": "Rain over the northern plains", "date": "2024-07-03"}
    first, second, third = lines([*ferry, rain])
    told, err = feed("add", own_index, "-", "--follow", pieces=[first, second[:40], second[40:] + third])
    with NewsIndex.open(own_index) as index:
        stories = stored_stories(index)
    ids = [stories.of(id_).id for id_ in ("a1", "r1")]
    a4, a5, r1 = (
        {"id": "a4", "story": ids[0], "new": False, "copy_of": "a1"},
        {"id": "a5", "story": ids[0], "new": False, "copy_of": "a1"},
        {"id": "r1", "story": ids[1], "new": True, "copy_of": None},
    )
    assert told == [[], [], [a4], [], [a5, r1]]
    assert list(a4) == KEYS
    assert err == f"{own_index}: 3 read = 3 added + 0 updated + 0 unchanged + 0 skipped + 0 bad\n"


def test_known_changed_and_bad_rows(feed, own_index, corpus):
    rows = lines([corpus[0], corpus[3] | {"title": "Budget carried"}, {"id": "n"}, corpus[0]])
    told, err = feed("add", own_index, "-", "--follow", pieces=[b"no json\n\n" + b"".join(rows)])
    with NewsIndex.open(own_index) as index:
        stories = stored_stories(index)
        assert index.get("b1").title == "Budget carried"
    bad, skipped, *found = [row for part in told for row in part]
    assert (bad["kind"], bad["file"], bad["line"]) == ("bad", "stdin", 1) and bad["reason"].startswith("not JSON")
    assert skipped == {"kind": "skipped", "file": "stdin", "line": 5, "reason": "neither a title nor a text"}
    assert [(row["id"], row["story"], row["new"]) for row in found] == [
        (id_, stories.of(id_).id, False) for id_ in ("a1", "b1", "a1")
    ]
    assert "bad: stdin:1: not JSON" in err and "skipped: stdin:5: neither a title nor a text" in err
    assert err.splitlines()[-1].endswith(": 5 read = 0 added + 1 updated + 2 unchanged + 1 skipped + 1 bad")


def test_stories_are_found_first_where_there_are_none(feed, sada, news, tmp_path, corpus):
    sada("build", news, "-i", tmp_path / "new.sada", "--encoder", "none")
    told, _ = feed("add", tmp_path / "new.sada", "-", "--follow", pieces=lines([corpus[0] | {"id": "a4"}]))
    ((row,),) = [part for part in told if part]
    with NewsIndex.open(tmp_path / "new.sada") as index:
        assert (row["story"], row["new"]) == (stored_stories(index).of("a1").id, False)
        assert stored_stories(index).of("a4").size == 4


def interrupt():
    raise KeyboardInterrupt


def test_interrupted_it_commits_what_was_read(feed, own_index, corpus):
    rows = lines([corpus[0] | {"id": "a4"}])
    told, err = feed("add", own_index, "-", "--follow", pieces=[*rows, interrupt], code=130)
    assert [row["id"] for part in told for row in part] == ["a4"]
    assert err.splitlines()[-1] == "sada: interrupted; what was committed before stays"
    assert "1 read = 1 added" in err
    with NewsIndex.open(own_index) as index:
        assert stored_stories(index).of("a4").size == 4


def test_a_failure_while_it_waits_is_none_of_the_input(feed, own_index, corpus, monkeypatch):
    def full(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sada.cluster.stories.intake.place_new", full)
    told, err = feed("add", own_index, "-", "--follow", pieces=lines([corpus[0] | {"id": "a4"}] * 2), code=2)
    assert "no space left on its disk; make room" in err and err.count("\n") == 1 and not any(told)


def test_interrupted_within_a_kernel_while_it_waits(feed, own_index, corpus, monkeypatch):
    def interrupted(*arguments, **named):
        raise SystemError("a result with an exception set") from KeyboardInterrupt()  # as numba does

    monkeypatch.setattr("sada.cluster.stories.intake.place_new", interrupted)
    _, err = feed("add", own_index, "-", "--follow", pieces=lines([corpus[0] | {"id": "a4"}] * 2), code=130)
    assert err.splitlines()[-1] == "sada: interrupted; what was committed before stays"


def test_strict_stops_at_the_first_bad_row(feed, own_index, corpus):
    rows = [*lines([corpus[0] | {"id": "a4"}]), b"no json\n"]
    told, err = feed("add", own_index, "-", "--follow", "--strict", pieces=rows, code=2)
    placed, refused = [row for part in told for row in part]
    assert (refused["kind"], refused["line"], placed["id"]) == ("bad", 2, "a4")
    assert err.splitlines()[-1].startswith("sada: stdin:2: not JSON")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a.jsonl", "--follow"], "give - as the only INPUT"),
        (["-", "-", "--follow"], "give - as the only INPUT"),
        (["-", "--follow", "--input-format", "csv"], "--follow reads JSON Lines and not csv"),
    ],
)
def test_what_cannot_be_followed(sada, own_index, arguments, told):
    assert told in sada("add", own_index, *arguments, code=2).err


def test_nothing_comes(sada, own_index):
    ran = sada("add", own_index, "-", "--follow", "--input-format", "jsonl")
    assert ran.out == "" and ran.err.endswith(": 0 read = 0 added + 0 updated + 0 unchanged + 0 skipped + 0 bad\n")


def test_a_stream_pauses_before_it_waits():
    done = []
    ready = iter([True, False, True])
    stream = Pausing(io.BytesIO(b"abcdef"), lambda: next(ready), lambda: done.append(1))
    room = bytearray(4)
    assert (stream.readinto(room), bytes(room), done) == (4, b"abcd", [])
    assert (stream.readinto(room), bytes(room[:2]), done) == (2, b"ef", [1])
    assert (stream.readinto(room), done) == (0, [1])
    failing = Pausing(io.BytesIO(), lambda: False, lambda: intake.Intake.take(None, None))
    with pytest.raises(Exception) as error:
        failing.readinto(room)
    assert not isinstance(error.value, OSError) and isinstance(error.value.__cause__, AttributeError)


def test_of_an_id_that_comes_twice_in_a_batch_one_is_new_and_that_is_noted(feed, own_index):
    rows = [{"id": "n1", "title": "Rain over the plains"}, {"id": "n1", "title": "quite another title of it"}]
    told, err = feed("add", own_index, "-", "--follow", pieces=[b"".join(lines(rows))])
    assert [(row["id"], row["new"]) for part in told for row in part] == [("n1", True), ("n1", False)]
    assert err.startswith("note: id 'n1' came again with other content; the last one is stored\n")
    with NewsIndex.open(own_index) as index:
        assert index.get("n1").title == "quite another title of it"


def test_it_notes_once_that_it_waits_for_another_process(feed, own_index, corpus, monkeypatch):
    place_new, tries = intake.place_new, iter([True, True])

    def busy(*arguments, **named):
        if next(tries, False):
            raise IndexBusyError("another process is writing")
        return place_new(*arguments, **named)

    monkeypatch.setattr(intake, "place_new", busy)
    monkeypatch.setattr(intake, "_RETRY_AFTER", 0.0)
    told, err = feed("add", own_index, "-", "--follow", pieces=lines([corpus[0] | {"id": "a4"}]))
    assert [row["id"] for part in told for row in part] == ["a4"]
    assert err.splitlines()[0] == "waiting: another process is writing" and err.count("waiting: ") == 1


def test_what_was_not_printed_is_printed_with_the_next(monkeypatch, capsys):
    first, second = Placement("n1", "s1", True, None), Placement("n2", "s1", False, "n1")
    answers = follow._Answers(Complaints())
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", None)
        with pytest.raises(AttributeError):
            answers.print([first])
    answers.print([second])
    answers.print([])
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [first.to_dict(), second.to_dict()]


def test_a_story_told_of_that_was_merged_is_told_of_once(capsys):
    answers = follow._Answers(Complaints())
    answers.print([Placement("n1", "s1", True, None), Placement("n2", "s2", True, None)])
    capsys.readouterr()
    for redirects in ({"s1": "s2", "s0": "s2"}, {"s1": "s2"}, {"s1": "s3", "s2": "s3"}, {"s3": ""}, {}):
        answers.merged(redirects)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told == [{"story": "s1", "merged_into": "s2"}, {"story": "s2", "merged_into": "s3"}]


def test_stories_merged_by_a_repair_are_told_of(feed, own_index, corpus):
    """The first two reports share hardly a word, until a third one has the words of both."""
    fog = {"title": "Ferry hits pier in fog", "date": "2024-07-05T10:00:00Z"}
    toll = {"title": "Nawras captain questioned in Tamrit", "date": "2024-07-05T10:30:00Z"}
    rows = lines([corpus[0] | fog | {"id": "f1", "text": ""}, corpus[0] | toll | {"id": "f2", "text": ""}])
    whole = {"title": "Ferry Nawras hits pier in fog, captain questioned in Tamrit", "date": "2024-07-05T11:00:00Z"}
    more = lines([corpus[0] | whole | {"id": f"f{at}", "text": ""} for at in range(3, 9)])
    told, _ = feed("add", own_index, "-", "--follow", "--repair-every", "0", pieces=[b"".join(rows), b"".join(more)])
    found = [row for part in told for row in part]
    first, second = (row["story"] for row in found[:2])
    assert first != second
    (merged,) = [row for row in found if "merged_into" in row]
    assert {merged["story"], merged["merged_into"]} == {first, second}


def test_pauses_are_those_given():
    assert Pauses.of(None, None) == (PAUSE, intake.REPAIR_EVERY)
    assert Pauses.of(0, 2.5) == (0, 2.5)


def test_pauses_are_for_following(sada, own_index, news):
    assert "are for --follow" in sada("add", own_index, news, "--pause", "1", code=2).err


def test_python_gives_the_same_answers(feed, sample_path, articles, tmp_path):
    """Half of the sample is removed and comes again, through the command and through the library."""
    theirs, ours = (shutil.copytree(sample_path, tmp_path / f"{name}.sada") for name in ("theirs", "ours"))
    came = articles[len(articles) // 2 :]
    for path in (theirs, ours):
        with NewsIndex.open(path) as index:
            index.remove([article.id for article in came])
    rows = SAMPLE.read_bytes().splitlines(keepends=True)[len(articles) // 2 :]
    pieces = [b"".join(rows[start : start + 10]) for start in range(0, len(rows), 10)]
    told, _ = feed("add", theirs, "-", "--follow", pieces=pieces)
    with NewsIndex.open(ours) as index:
        answers = [placed.to_dict() for placed in follow_articles(index, came, commit_every=10)]
    assert answers == [row for part in told for row in part] and len(answers) == len(came)


def command(index):
    return [sys.executable, "-m", "sada.cli", "add", str(index), "-", "--follow"]


def test_a_process_answers_while_its_input_is_open(own_index, corpus):
    first, second = lines([corpus[0] | {"id": "a4"}, corpus[0] | {"id": "a5"}])
    with subprocess.Popen(command(own_index), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for line, id_ in ((first, "a4"), (second, "a5")):
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == id_
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


def test_with_nobody_to_tell_it_ends_after_the_commit_without_a_word(own_index, corpus):
    theirs, ours = os.pipe()
    os.close(theirs)
    rows = b"".join(lines([corpus[0] | {"id": "a4"}]))
    ran = subprocess.run(command(own_index), input=rows, stdout=ours, stderr=subprocess.PIPE, check=False)
    os.close(ours)
    assert (ran.returncode, ran.stderr) == (0, b"")
    with NewsIndex.open(own_index) as index:
        assert stored_stories(index).of("a4").size == 4
