from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.text import folding
from sada.indexes.text.folding import DIGIT, MARK
from sada.indexes.text.tokens import fold, hash32, hash_token, shingles, tokens

SCRIPTS = (
    "abcXYZß é ñ ﬁ İ ı",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةؤئءأإآٱ ًٌٍَُِّْـ",
    "کگچپژیہھ۰۱۲\u200c",
    "हिन्दी समाचार क़ख़ज़ड़ढ़ ०१२ ऩऱऴ",
    "がぎぐパピプカタカナ漢字ﾊﾟﾋﾞ゙゚",
    "ไทยข่าวน้ำมั่น",
    "한국어뉴스각",
    "αβγάώϊΐ ΑΣς",
    "абвйё ЇЙ",
    "שלום בָּרוּךְ",
)
words_of_one_script = st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(st.sampled_from(letters), max_size=30))
mixed = st.text(st.sampled_from("".join(SCRIPTS) + " .,-\n"), max_size=60)
anything = st.text(st.characters(), max_size=40) | st.text(st.characters(min_codepoint=0x10000), max_size=20) | mixed


@given(anything)
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


def test_fold_is_idempotent_for_every_code_point():
    everything = [chr(point) for point in range(folding.CODE_POINTS)]
    once = list(map(fold, everything))
    assert list(map(fold, once)) == once


@pytest.mark.parametrize(
    "variants",
    [
        ("أحمد", "احمد", "إحمد", "آحمد", "ٱحمد", "أَحْمَد", "أحـمـد", "ا\u0654حمد", "اح\u200dمد", "\u200fاحمد"),
        ("مؤمن", "مومن", "مو\u0654من"),
        ("رئيس", "رييس", "ري\u0654يس", "رئیس", "ﺭﺋﻴﺲ"),
        ("مدرسة", "مدرسه", "مدرسۃ", "مدرسہ", "ﻣﺪﺭﺳﺔ"),
        ("مستشفى", "مستشفي", "مستشفی", "مُسْتَشْفَى"),
        ("كتاب", "کتاب", "كِتَاب", "ﻛﺘﺎﺏ"),
        ("لا", "ﻻ", "ﻼ", "لأ", "ﻷ", "لإ", "لآ"),
        ("الله", "ﷲ"),
        ("می\u200cروم", "ميروم", "میروم"),
        ("پښتو\u06ab", "پښتو\u06af"),
    ],
)
def test_spellings_of_one_arabic_word_fold_alike(variants):
    assert {fold(word) for word in variants} == {fold(variants[0])}
    assert {tuple(tokens(word)) for word in variants} == {(fold(variants[0]),)}


def test_different_arabic_letters_stay_different():
    assert len({fold(letter) for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهويء"}) == 29
    assert len({fold(letter) for letter in "پچژگ"} | {fold(letter) for letter in "بجزك"}) == 8


@pytest.mark.parametrize(
    ("left", "right"),
    [("कि", "की"), ("कि", "क"), ("क्", "क"), ("か", "が"), ("は", "ぱ"), ("ハ", "バ"), ("ข่าว", "ขาว"),
     ("ข้าว", "ข่าว"), ("น้ำ", "นำ"), ("한", "하"), ("বি", "বী"), ("தி", "தீ"), ("ນໍ້າ", "ນາ")],
)  # fmt: skip
def test_marks_that_are_content_stay(left, right):
    assert fold(left) != fold(right)
    assert tokens(left) != tokens(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("É", "e"), ("Straße", "STRASSE"), ("ﬁn", "FIN"), ("Łódź", "łodz"), ("İ", "i"), ("I", "ı"), ("ΆΣ", "ας"),
     ("Ё", "е"), ("שָׁלוֹם", "שלום"), ("ﾊﾟ", "パ"), ("ｎｅｗｓ", "news"), ("co\u00adop", "coop"), ("ǅ", "dž"),
      ("Þórður", "thordur"), ("Ægir", "aegir"), ("Đà", "da"), ("Azərbaycan", "azerbaycan"), ("ɓaƙi", "baki"),
     ("ייִדיש", "ײִדיש"), ("بگ", "بګ"), ("ज़रूरी", "जरूरी"), ("पाँच", "पांच")],
)  # fmt: skip
def test_letters_that_count_as_the_same(left, right):
    assert fold(left) == fold(right)


@given(words_of_one_script)
def test_composed_equals_decomposed(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert len({fold(form) for form in forms}) == 1
    assert len({tuple(shingles(form)) for form in forms}) == 1


@given(st.integers(0, 10**12))
def test_digit_systems_equal_ascii(number):
    kinds = folding.load().kinds
    assert kinds[ord("0")] == DIGIT
    plain = str(number)
    for zero in "٠۰०০๐໐၀០０𝟎":
        written = "".join(chr(ord(zero) + int(digit)) for digit in plain)
        assert fold(written) == plain
        assert tokens(written) == [plain]


def test_every_decimal_digit_folds_to_its_value():
    for point in range(folding.CODE_POINTS):
        if unicodedata.category(chr(point)) == "Nd" and folding.load().kinds[point] == DIGIT:
            assert fold(chr(point)) == str(unicodedata.digit(chr(point)))


def test_digits_are_content():
    assert shingles("at least 5 dead in flood") != shingles("at least 50 dead in flood")
    assert tokens("5 قتلى") == tokens("٥ قتلى") != tokens("٥٠ قتلى")
    assert tokens("2020年3月") == ["2020", "年", "3", "月"]


def test_tokens_by_script():
    assert tokens("Hello, World! don't") == ["hello", "world", "don", "t"]
    assert tokens("東京news新聞") == ["東", "京", "news", "新", "聞"]
    assert tokens("がか") == ["か\u3099", "か"]
    assert tokens("ข่าว") == ["ข่", "า", "ว"]
    assert tokens("भारतीय में") == ["भारतीय", "में"]
    assert tokens("한국어 뉴스") == [fold("한국어"), fold("뉴스")]
    assert tokens("😀 … — \ufffd") == []
    assert tokens("ि") == []  # a mark with nothing to stand on
    assert tokens("") == []


def test_shingles_by_script():
    assert shingles("a b c d") == ["a b c", "b c d"]
    assert shingles("a b") == ["a b"]
    assert shingles("a") == ["a"]
    assert shingles("a b c a b c") == ["a b c", "b c a", "c a b"]
    assert shingles("一二三四五六") == ["一 二 三 四 五", "二 三 四 五 六"]
    assert shingles("一二三") == ["一 二 三"]
    assert shingles("a b 一 二 三 四 五 六") == ["a b 一", "b 一 二", "一 二 三 四 五", "二 三 四 五 六"]
    assert shingles("… !") == shingles("") == []


@given(anything)
def test_shingles_hold_every_token_and_nothing_else(text):
    sequence = tokens(text)
    found = shingles(text)
    assert {token for shingle in found for token in shingle.split(" ")} == set(sequence)
    assert len(found) == len(set(found)) <= len(sequence)
    if 0 < len(sequence) <= 3:
        assert found == [" ".join(sequence)]


@given(anything)
def test_a_token_begins_with_no_mark_and_holds_no_space(text):
    kinds = folding.load().kinds
    for token in tokens(text):
        assert token and " " not in token
        assert kinds[ord(token[0])] != MARK


def test_hashes_are_fnv_and_depend_on_order():
    assert hash_token("") == 0xCBF29CE484222325
    assert hash_token("a") == 0xAF63DC4C8601EC8C  # published FNV-1a test value; one letter below U+0100 is one byte
    assert hash_token("foobar") == 0x85944171F73967E8
    assert hash32("a b c") == hash32(b"a b c") != hash32("c b a")
    assert hash32("ab c") != hash32("a bc")
    assert 0 <= hash32("ع") < 1 << 32
