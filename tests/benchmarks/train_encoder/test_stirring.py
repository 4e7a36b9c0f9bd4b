"""Words swapped into sentences."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.train_encoder import examples, stirring
from benchmarks.train_encoder.examples import e5_pivots, gather
from benchmarks.train_encoder.stirring import add_stirred, stir

from .collected import source, taught, write


def test_words_are_swapped_into_sentences() -> None:
    sentences = ["one two three four five six", "too short", "seven eight nine ten eleven twelve"]
    words = {"naomi": 1e-3, "osaka": 1e-9}
    found = stir(sentences, words, 2000, True, "0 en")
    assert found == stir(sentences, words, 2000, True, "0 en") != stir(sentences, words, 2000, True, "1 en")
    swapped: Counter[str] = Counter()
    for text in found:
        (own,) = [one for one in (sentences[0], sentences[2]) if set(one.split()) & set(text.split())]
        pairs = [(now, was) for now, was in zip(text.split(), own.split(), strict=True) if now != was]
        assert 1 <= len(pairs) <= 4  # of six words
        swapped.update(now for now, _ in pairs)
    assert set(swapped) == {"naomi", "Naomi", "osaka", "Osaka"}
    seldom = (swapped["osaka"] + swapped["Osaka"]) / swapped.total()
    assert seldom == pytest.approx(1e-6**0.4 / (1 + 1e-6**0.4), abs=0.01)  # 250 times as often as in texts
    assert swapped["Naomi"] == pytest.approx(swapped["naomi"], rel=0.1)


def test_where_words_are_not_spaced_they_are_swapped_for_as_many_letters_and_stay_whole() -> None:
    text = "これは東京から届いた新しいニュースの記事である。"
    for found in stir([text], {"名古屋": 1.0}, 50, False, "0 ja"):
        swapped = found.count("名古屋")
        rest = iter(text)
        assert 1 <= swapped <= 8 and all(letter in rest for letter in found.replace("名古屋", ""))
        assert len(found) < len(text) + 3 * swapped


def test_stirred_texts_are_their_own_pivots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stirring, "EACH", 40)
    monkeypatch.setattr(stirring, "EACH_E5", 10)
    monkeypatch.setattr(examples, "STIRRED_ONE_IN", 4)
    rows = [f"{word} is the first of the many words of it" for word in ("rain", "snow", "wind", "hail")]
    write(tmp_path / "news/en-fa.tsv.xz", *(f"{row}\tاین جمله‌ای بلند به زبان فارسی است {row[:4]}" for row in rows))
    write(tmp_path / "lex_words/en-fi.tsv.xz", *(f"{row}\t{row[::-1]}" for row in rows))
    found = gather(tmp_path, [source("news"), source("lex_words")])
    lists = {"en": {"storm": 1.0, "gale": 0.5}, "fa": {"باد": 1.0}, "fi": {"tuuli": 1.0}, "xx": {"word": 1.0}}
    before = taught(found)
    add_stirred(found, lists, 0)
    made = taught(found) - before
    assert {(language, name) for _, _, language, name in made} == {("en", "stirred"), ("fa", "stirred+e5")}
    assert all(text == pivot for text, pivot, _, _ in made)
    assert all({"storm", "gale"} & set(text.lower().split()) for text, _, language, _ in made if language == "en")
    read = [found.pivots[pivot] for pivot in e5_pivots(found, [])]
    assert read.count("fa") == sum(language == "fa" for _, _, language, _ in made)
    assert 0 < read.count("en") < sum(language == "en" for _, _, language, _ in made) / 2
