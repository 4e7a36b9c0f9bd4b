from __future__ import annotations

import json
import sys

import pytest

from sada.cli.commands.indexing import reencode
from sada.cli.output import progress
from sada.indexes.errors import EncoderError
from sada.indexes.index import NewsIndex

from ...conftest import ROWS


@pytest.fixture
def named(word_encoder, monkeypatch):
    """Two encoders by name: words, and broken, which knows no more after two texts. Keeps what they were asked for."""
    asked = []

    class Broken(type(word_encoder)):
        name = fingerprint = "broken"
        failing = True

        def encode(self, texts):
            if self.failing:
                raise KeyboardInterrupt
            return super().encode(texts)

    encoders = {"words": word_encoder, "broken": Broken(), "none": None}

    def load(spec, threads=0, options=None):
        asked.append((spec, threads, options))
        if spec not in encoders:
            raise EncoderError(f"encoder {spec!r} cannot be loaded: check the name")
        return encoders[spec]

    for module in ("index", "writing.creation", "handle.own_encoder"):
        monkeypatch.setattr(f"sada.indexes.{module}.load_encoder", load)
    load.asked, load.broken = asked, encoders["broken"]
    return load


def info(sada, path):
    return json.loads(sada("info", path, "--format", "json").out)


def test_from_none_to_an_encoder_and_back(sada, own_index, named):
    (row,) = sada("reencode", own_index, "--encoder", "words", "--threads", "3", "--encoder-option", "device=cpu").rows
    assert row.pop("seconds") >= 0
    assert row == {
        "index": str(own_index), "before": "none", "after": "words", "changed": True, "articles": 6, "encoded": 5,
        "resumed": 0,
    }  # fmt: skip
    assert ("words", 3, {"device": "cpu"}) in named.asked
    assert (info(sada, own_index)["encoder"]["name"], info(sada, own_index)["encoder"]["dimension"]) == ("words", 64)
    with NewsIndex.open(own_index) as index:
        found = [[hit.id for hit in hits] for hits in index.neighbours(["a1", "b1"], 1)]
    assert found == [["a2"], ["b2"]]
    assert sada("verify", own_index).out == f"{own_index}: all as it was written\n"
    assert sada("reencode", own_index, "--encoder", "none").rows[0]["after"] == "none"
    assert info(sada, own_index)["encoder"] == {"name": "none", "dimension": 0}


def test_a_person_reads_sentences(sada, own_index, named, monkeypatch):
    assert sada("reencode", own_index, "--encoder", "none").rows[0]["changed"] is False
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = sada("reencode", own_index, "--encoder", "none")
    assert ran.out == f"{own_index}: has the encoder 'none' already; nothing was done\n"
    ran = sada("reencode", own_index, "--encoder", "words")
    told = f"{own_index}: encoder 'words' in place of 'none', 5 texts encoded, 0 encoded before, in "
    assert ran.out.startswith(told) and ran.out.endswith(" s; 6 articles in all\n")


def test_an_interruption_says_how_to_go_on_and_changes_nothing(sada, own_index, named):
    before = sada("stories", own_index, "--all", "--no-update").out
    ran = sada("reencode", own_index, "--encoder", "broken", code=130)
    assert ran.err.splitlines()[-1] == "sada: interrupted; what was encoded is kept: run it again to go on"
    assert info(sada, own_index)["encoder"]["name"] == "none" and info(sada, own_index)["reencoding"] == "broken"
    assert sada("stories", own_index, "--all", "--no-update").out == before
    told = sada("compact", own_index).err
    assert told == (
        "note: a reencoding with 'broken' that was begun keeps vectors, of removed articles too, until"
        f" sada reencode {own_index} is run again\n"
    )
    named.broken.failing = False
    assert sada("reencode", own_index, "--encoder", "broken").rows[0]["changed"] is True
    assert info(sada, own_index)["reencoding"] is None
    assert sada("compact", own_index).err == ""


def test_stories_are_kept_by_their_ids(sada, own_index, named):
    before = sada("stories", own_index).rows
    sada("reencode", own_index, "--encoder", "words")
    after = sada("stories", own_index).rows
    assert after[0]["story"] == before[0]["story"]
    assert set(before[0]["articles"]) <= {row["id"] for row in ROWS}


def test_progress_and_waiting_are_told(sada, own_index, capsys):
    class Bar(progress.Steps):
        def __init__(self):
            self.told = []

        def update(self, done, total=None):
            self.told.append((done, total))

    bar = Bar()
    hear = reencode._Progress("x.sada", bar)
    for step in [("encoding", 3, 9), ("encoding", 9, 9), ("waiting", 0, 0), ("waiting", 0, 0)]:
        hear(*step)
    assert bar.told == [(3, 9), (9, 9)]
    assert capsys.readouterr().err == (
        "note: all is encoded; waiting for another process to finish writing to x.sada\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing option '--encoder'"),
        (["--encoder", "none", "--encoder-option", "device"], "--encoder-option device: write KEY=VALUE"),
        (["--encoder", "none", "--encoder-option", "=x"], "--encoder-option =x: write KEY=VALUE"),
        (["--encoder", "none", "--encoder-option", "a=1", "--encoder-option", "a=2"], "a is given twice"),
        (["--encoder", "absent"], "encoder 'absent' cannot be loaded"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(sada, own_index, named, arguments, said):
    ran = sada("reencode", own_index, *arguments, code=2)
    assert said in ran.err.splitlines()[-1]
    assert info(sada, own_index)["encoder"]["name"] == "none"


def test_an_index_in_use_is_refused(sada, own_index, named):
    from sada.indexes.storage.locks import writer_lock

    (own_index / "encoding").mkdir()
    with writer_lock(own_index / "encoding"):
        ran = sada("reencode", own_index, "--encoder", "words", code=2)
    assert ran.err == f"sada: {own_index}: another process is reencoding it; try again when it is done\n"
