"""``--encoder`` of an index that is opened: needed where its encoder does not come with Sada."""

from __future__ import annotations

import shutil

import pytest

from sada.indexes.encoders.static import fast_weights


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
