"""One spelling for encoders: what becomes the same text, and what stays as it is."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.languages.usual_spelling import has_words, usual_spelling
from sada.indexes.text import folding

SAME = [
    *(
        (f"قتل {digits}", "قتل 2035")
        for digits in ("٢٠٣٥", "۲۰۳۵", "２０３５", "𝟐𝟎𝟑𝟓", "२०३५", "২০৩৫", "๒๐๓๕", "២០៣៥", "၂၀၃၅")
    ),
    ("ارتفع ١٬٢٥٠٫٥ نقطة أي ٣٪", "ارتفع 1,250.5 نقطة أي 3%"),
    ("مقتـــل خمســة", "مقتل خمسة"),
    ("موسم ٢٠١٥ـ٢٠١٦ عام ١٤٣٦هـ", "موسم 2015-2016 عام 1436ه"),
    ("اَلْمُدُنُ الْجَدِيدَةُ", "المدن الجديدة"),
    ("ٱلسوق", "السوق"),
    ("\ufeffمَرْفَأ \u202bالمدينة\u202c\u200f!", "مرفأ المدينة!"),
    ("مو\u0654تمر", "مؤتمر"),
    ("ﺍﻟﻤﺮﻓﺄ ﻻ ﻳﻌﻤﻞ", "المرفأ لا يعمل"),
    ("عبداﷲ وﷲ ﷲ", "عبدالله والله الله"),
    ("ﹷﹰ", ""),
    ("שָׁלוֹם", "שלום"),
    ("cafe\u0301", "café"),
    ("Be\u00adzirk, Auf\u200clage, wo\u2060rd\ufe0f", "Bezirk, Auflage, word"),
    ("one\u200btwo", "one two"),
    ("ไทย\u200bแลนด์ ភាសា\u200bខ្មែរ", "ไทยแลนด์ ភាសាខ្មែរ"),
    ("അവന്\u200d", "അവൻ"),
    ("👨\u200d👩", "👨👩"),
]


@pytest.mark.parametrize(("written", "usual"), SAME)
def test_what_has_one_spelling(written: str, usual: str) -> None:
    assert usual_spelling(written) == usual
    assert usual_spelling(usual) == usual


@pytest.mark.parametrize(
    "text",
    ["plain ASCII 5 − 3", "10⁶ m² 5½ ①", "Ça coûte 5 €, «İstanbul» — Łódź", "क्\u200dष ක්\u200dෂ", "東京で10月",
     "Ёлка, сърце\n", "مدرسة إلى أم", "ئۇيغۇر تىلى ۋە كىتاب", "ښوونځی كې يوه"],
)  # fmt: skip
def test_what_encoders_tell_apart_or_know_stays(text: str) -> None:
    assert usual_spelling(text) == text


def test_numbers_stay_apart() -> None:
    assert len({usual_spelling(f"قتل {number}") for number in ("٥", "٩٩", "۵۵", "10⁶", "106")}) == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", False),
        (" \n", False),
        ("😀", False),
        ("!!! …", False),
        ("\ud800", False),
        ("٢٠", True),
        ("أ", True),
        ("字", True),
    ],
)
def test_what_has_words(text: str, words: bool) -> None:
    assert has_words(text) is words


ALPHABET = "aé5٥۵５ـًٰٔ\u0640\u200b\u200c\u200d\u200f\ufeffيىیكکهھہەةۃاأآٱلﷲﻻﺍ گچےںێڕۆۇښٻപന്ก១字\n-،٬"
TEXTS = st.text(st.sampled_from(ALPHABET) | st.characters(), max_size=40)


@given(TEXTS)
def test_a_usual_spelling_stays_as_it_is(text: str) -> None:
    folded = usual_spelling(text)
    assert usual_spelling(folded) == folded


@given(st.text(st.sampled_from("ابتجحدرسصعفقلمنوهيكة ال123"), max_size=60), st.data())
def test_signs_without_meaning_make_no_other_text(text: str, data: st.DataObject) -> None:
    noise = st.text(st.sampled_from("ًَُِّْٰ\u200e\u200f\u202b\u202c\ufeff\u2069"), max_size=2)
    noisy = "".join(letter + data.draw(noise) for letter in text).translate(str.maketrans("123", "١٢٣"))
    stroked = re.sub(r"(?<=[بتجحسصعفقلمنهيك])(?=[ابتجحدرسصعفقلمنوهيكة])", "ـ", noisy)
    assert usual_spelling(noisy) == usual_spelling(stroked) == usual_spelling(text)


def test_every_decimal_digit_is_ascii() -> None:
    known = folding.load().kinds == folding.DIGIT  # a newer Python knows more
    digits = [point for point in np.flatnonzero(known).tolist() if point >= 0x80]
    assert len(digits) >= 650
    for point in digits:
        assert usual_spelling(chr(point)) == str(unicodedata.digit(chr(point)))
