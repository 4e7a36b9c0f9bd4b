"""Kaf, yeh and heh of Arabic, Persian, Urdu and Kurdish; all sentences are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.languages.arabic_script import own_language, usual_letters, written_language

WRITTEN = {
    "ar": ["أعلن وكيل الوزارة افتتاح مكتبة في الحي القديم", "كتاب كبير", "سباق دراجات حول البحيرة",
           "شركة گوگل في پاريس والقاهرة", "ايران"],
    "fa": ["شهردار گفت که پل تازه باز شده است", "گزارش هواشناسی از باران در شمال", "کتابخانه‌ای که در روستا باز شد"],
    "ur": ["حکومت نے نئے اسکولوں کی تعمیر کا اعلان کیا ہے", "بارش کے بعد سڑکیں بند"],
    "ku": ["سەرۆکی شارەوانی پردێکی نوێی کردەوە", "نرخی نەوت دابەزی"],
    "ug": ["شەھەرلىك ھۆكۈمەت يېڭى كۆۋرۈك ئاچتى"],
    "ps": ["ښاروال وویل چې نوی پل خلاص شو", "د ځوانانو لپاره ښوونځی جوړ شو"],
    "sd": ["ڪراچيءَ ۾ نئين پل جو افتتاح ٿيندو"],
}  # fmt: skip
CASES = [(language, text) for language, texts in WRITTEN.items() for text in texts]
TO_PERSIAN, TO_ARABIC = str.maketrans("يك", "یک"), str.maketrans("یک", "يك")


@pytest.mark.parametrize(("language", "text"), CASES)
def test_the_language_by_its_letters(language: str, text: str) -> None:
    assert written_language(text) == language
    if language not in ("ar", "fa"):
        assert own_language(text)[0] == language


@pytest.mark.parametrize(("language", "text"), CASES)
def test_letters_of_another_keyboard_become_those_of_the_language(language: str, text: str) -> None:
    if language in ("ug", "ps", "sd"):  # which write both
        assert usual_letters(text) == text
    else:
        usual = usual_letters(text)
        assert usual == text.replace("\u200c", " ")
        assert usual_letters(text.translate(TO_PERSIAN if language == "ar" else TO_ARABIC)) == usual


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("فی الطریق إلی المستشفی علی الیسار", "في الطريق إلى المستشفى على اليسار"),
        ("ھذہ المدرسۃ ڪبيرة في القریۃ", "هذه المدرسة كبيرة في القرية"),
        ("الش\u200cركة الكبرى", "الشركة الكبرى"),
        ("محمد کریم", "محمد كريم"),  # no sign of a language: as Arabic
        ("او نمی\u200cتواند کار کند", "او نمی تواند کار کند"),
        ("سه\u200cرۆك وه\u200cزيران", "سەرۆک وەزیران"),
        ("لاھور میں مظاهره ہے", "لاھور میں مظاہرہ ہے"),
    ],
)
def test_letters(written: str, usual: str) -> None:
    assert usual_letters(written) == usual


def test_a_name_of_another_language_does_not_decide() -> None:
    assert written_language("أعلنت حركة گۆڕان نتائج المؤتمر") == "ar"
    assert written_language("") == written_language("plain") == "ar"
    assert own_language("plain") == ("", 0)


@given(st.text(st.sampled_from("ابتيىیكکهھہەةۃگچےںێڕۆۇښٻڪ\u200cال "), max_size=40))
def test_idempotent(text: str) -> None:
    assert usual_letters(usual_letters(text)) == usual_letters(text)
