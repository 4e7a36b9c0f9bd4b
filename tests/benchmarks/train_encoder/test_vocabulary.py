"""Words counted, and pieces chosen from them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.train_encoder.vocabulary import LISTED, Chunks, balanced, count_words, homes_of, mixed, read_by_use
from sada.indexes.subwords.chunks import LONGEST_CHUNK, chunks


def test_small_languages_are_not_drowned_in_the_count_of_words() -> None:
    counted = {"ar": Counter({"▁a": 900, "▁both": 700}), "sw": Counter({"▁b": 60, "▁both": 40, "▁once": 1})}
    found = balanced(counted, total=1000)
    large, small = 1600**0.5, 101**0.5
    scale = {"ar": 1000 * large / (large + small) / 1600, "sw": 1000 * small / (large + small) / 101}
    want = {"▁a": 900 * scale["ar"], "▁b": 60 * scale["sw"], "▁both": 700 * scale["ar"] + 40 * scale["sw"]}
    assert found == pytest.approx(want)


def test_words_are_counted_by_language_and_weight() -> None:
    rows = [("ar", "السلام عليكم السلام", 1.0), ("en", "Peace, peace", 0.5), ("ar", "السَّلام", 0.25)]
    found = count_words(rows)
    assert found == {"ar": Counter({"▁السلام": 2.25, "▁عليكم": 1.0}), "en": Counter({"▁peace": 1.0})}


@pytest.fixture(scope="module")
def quick_chunks() -> Chunks:
    return Chunks()


LETTERS = st.one_of(
    st.characters(),
    st.sampled_from("aÉß ١٢3,.-\u0301\u064b\u0670آإةىئ漢字かなกำ한국\u1100\u1161नि\u200d\u200c\u0640ﷺﬁ½\n\u3000"),
)


@given(text=st.text(LETTERS, max_size=LONGEST_CHUNK // 18))
def test_quick_chunks_are_the_chunks(quick_chunks: Chunks, text: str) -> None:
    assert quick_chunks(text) == chunks(text)


def test_lists_and_texts_are_mixed_by_their_shares() -> None:
    lists = {"de": {"▁und": 0.5, "▁auto": 0.5}, "fa": {"▁و": 1.0}}  # German counts double
    found = mixed(Counter({"▁und": 600, "▁the": 400}), lists)
    listed = LISTED * 1000
    want = {
        "▁und": 600 * (1 - LISTED) + listed * 2 / 3 / 2,
        "▁auto": listed * 2 / 3 / 2,
        "▁the": 400 * (1 - LISTED),
        "▁و": listed / 3,
    }
    assert found == pytest.approx(want)


def test_a_word_is_read_where_it_is_at_home() -> None:
    lists = {"de": {"▁hotel": 1e-4, "▁och": 1e-9}, "sv": {"▁hotel": 2e-4, "▁och": 1e-2}, "he": {"▁שלום": 1e-3}}
    pieces = ["▁hotel", "▁och", "▁שלום", "▁unlisted", "ת", "中国", "▁да"]
    assert read_by_use(pieces, lists).tolist() == [True, False, False, True, False, True, True]
    assert homes_of(pieces, lists).tolist() == ["sv", "sv", "he", "LATIN", "HEBREW", "CJK", "CYRILLIC"]
