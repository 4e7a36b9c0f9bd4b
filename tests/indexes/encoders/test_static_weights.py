"""Weight files: what is written is read, and what is not a weight file is refused in one line that names it."""

from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from sada.indexes.encoders import static_weights
from sada.indexes.encoders.static_weights import StaticDescription, StaticWeights
from sada.indexes.errors import EncoderError
from sada.indexes.subwords.unigram import join_subwords
from sada.indexes.text.folding import LETTERS_VERSION

PIECES = ["a", "▁", "▁ال", "京都", "𠀀"]
DESCRIBED = {"name": "own", "version": "3", "text": LETTERS_VERSION, "languages": "ar en"}


def weights() -> StaticWeights:
    generator = np.random.default_rng(7)

    def layer(*shape: int) -> np.ndarray:
        return generator.normal(size=shape).astype(np.float16)

    rows = generator.integers(0, 256, (len(PIECES), 2)).astype(np.uint8)
    return StaticWeights(
        *join_subwords(PIECES), layer(len(PIECES)), rows, layer(len(PIECES)), layer(8, 6), layer(8, 12), layer(12),
        layer(12, 6),
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "own.safetensors"
    weights().write(path, "own", "3", frozenset({"en", "ar"}))
    return path


def rewrite(path: Path, described: dict[str, str] | None = None, **changed: np.ndarray | None) -> None:
    """Change tensors of a file, leaving out those that are None."""
    tensors = {name: array for name, array in (load_file(path) | changed).items() if array is not None}
    save_file(tensors, path, DESCRIBED if described is None else described)


def refused(path: Path) -> str:
    with pytest.raises(EncoderError) as error:
        StaticWeights.read(path)
    message = str(error.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_what_is_written_is_read(path: Path) -> None:
    read, wrote = StaticWeights.read(path), weights()
    for field in fields(StaticWeights):
        found, want = getattr(read, field.name), getattr(wrote, field.name)
        assert np.array_equal(found, want)
        assert getattr(found, "dtype", None) == getattr(want, "dtype", None)
    assert StaticDescription.read(path) == StaticDescription("own", "3", frozenset({"ar", "en"}), 6)
    assert os.listdir(path.parent) == [path.name]


def test_the_file_itself(path: Path) -> None:
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    assert header.pop("__metadata__") == DESCRIBED
    assert {name: (one["dtype"], one["shape"]) for name, one in header.items()} == {
        "letters": ("U8", [21]), "ends": ("I32", [5]), "scores": ("F16", [5]), "rows": ("U8", [5, 2]),
        "scales": ("F16", [5]), "skip": ("F16", [8, 6]), "hidden_in": ("F16", [8, 12]), "hidden_bias": ("F16", [12]),
        "hidden_out": ("F16", [12, 6]),
    }  # fmt: skip

    def tensor(name: str, kind: str) -> np.ndarray:
        start, stop = header[name]["data_offsets"]
        return np.frombuffer(content[8 + size + start : 8 + size + stop], kind)

    assert tensor("letters", "u1").tobytes() == "".join(PIECES).encode()
    assert tensor("ends", "<i4").tolist() == [1, 4, 11, 17, 21]
    assert (tensor("rows", "u1").reshape(5, 2) == weights().rows).all()


def test_written_twice_it_is_the_same(path: Path) -> None:
    before = path.read_bytes()
    weights().write(path, "own", "3", frozenset({"ar", "en"}))
    assert path.read_bytes() == before


def test_languages_that_are_not_said(path: Path) -> None:
    rewrite(path, DESCRIBED | {"languages": ""})
    assert StaticDescription.read(path).languages is None


def test_no_piece_at_all(path: Path) -> None:
    none = replace(
        weights(), letters="", ends=np.zeros(0, np.int64), scores=np.zeros(0, np.float16),
        rows=np.zeros((0, 2), np.uint8), scales=np.zeros(0, np.float16),
    )  # fmt: skip
    none.write(path, "none", "1", frozenset())
    assert (StaticWeights.read(path).letters, len(StaticWeights.read(path).ends)) == ("", 0)


def test_absent(tmp_path: Path) -> None:
    assert "is not there: give the file whole" in refused(tmp_path / "none.safetensors")
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize("size", [0, 1, 8, 100, -1])
def test_cut_short(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    assert "cannot be read (" in refused(path)


def test_another_file(path: Path) -> None:
    path.write_bytes(b"not weights at all, but a line of text\n" * 9)
    assert "cannot be read (" in refused(path)
    save_file({"weight": np.zeros(3)}, path)
    assert "lacks name, version, text, languages, ends, hidden_bias, hidden_in, hidden_out, letters," in refused(path)


def test_texts_read_by_another_rule(path: Path) -> None:
    rewrite(path, DESCRIBED | {"text": "sada-text-0"})
    assert f"by the rule sada-text-0, this Sada by {LETTERS_VERSION}: take a file made for this version" in refused(
        path
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rows": None}, "lacks rows: give the file whole"),
        ({"rows": np.zeros((5, 8), np.int8)}, "rows is int8, not uint8"),
        ({"rows": np.zeros((5, 8), np.uint8)}, "rows has shape (5, 8), not (5, 2)"),
        ({"scores": np.zeros(6, np.float16)}, "scores has shape (6,), not (5,)"),
        ({"scores": np.full(5, np.nan, np.float16)}, "scores holds a value that is not finite"),
        ({"skip": np.full((8, 6), np.inf, np.float16)}, "skip holds a value that is not finite"),
        ({"skip": np.zeros(8, np.float16)}, "skip has not two axes"),
        ({"skip": np.zeros((), np.float16)}, "skip has not two axes"),
        ({"skip": np.zeros((8, 0), np.float16)}, "hidden_out has shape (12, 6), not (12, 0)"),
        ({"hidden_in": np.zeros((8, 8), np.float16)}, "hidden_in has shape (8, 8), not (8, 12)"),
        (
            {
                "skip": np.zeros((6, 6), np.float16),
                "hidden_in": np.zeros((6, 12), np.float16),
                "rows": np.zeros((5, 1), np.uint8),
            },
            "skip is 6 x 6 with 12 hidden units: give multiples of 4",
        ),
        ({"ends": np.array([1, 4, 3, 14, 20], np.int32)}, "ends do not part letters"),
        ({"ends": np.array([1, 4, 4, 14, 20], np.int32)}, "ends do not part letters"),
        ({"ends": np.array([-5, 4, 11, 14, 18], np.int32)}, "ends do not part letters"),
        ({"ends": np.array([1, 4, 11, 17, 22], np.int32)}, "ends do not part letters"),
        ({"ends": np.array([1, 3, 11, 17, 21], np.int32)}, "ends do not part letters"),
        ({"letters": np.full(21, 0xFF, np.uint8)}, "ends do not part letters"),
    ],
)
def test_damaged(path: Path, changed: dict[str, np.ndarray | None], message: str) -> None:
    rewrite(path, **changed)
    assert message in refused(path)


def test_faults_are_not_written(path: Path) -> None:
    before = path.read_bytes()
    for wrong in (replace(weights(), scales=np.ones(5)), replace(weights(), scores=np.zeros(4, np.float16))):
        with pytest.raises(ValueError, match=r"scales is float64|scores has shape"):
            wrong.write(path, "own", "3", frozenset())
    assert path.read_bytes() == before


def test_a_file_half_written_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*names: Path) -> None:
        raise OSError("no space left")

    before = path.read_bytes()
    monkeypatch.setattr(static_weights.os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        weights().write(path, "own", "4", frozenset())
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]
