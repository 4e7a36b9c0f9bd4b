from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.text.language_codes import _TABLE, find_language, language_name


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("ar", ["ar", "AR", "ar-EG", "ar_SA.UTF-8", "ara", "arb_Arab", "arz", "Arabic", "ARABIC", "Arabic (Egypt)"]),
        ("ar", ["العربية", "العَرَبِيَّة", "عربي", " Arabic\n"]),
        ("en", ["en", "en-US", "eng", "English", "english (UK)", "English-US"]),
        ("zh", ["zh", "zh-Hant-TW", "ZH_Hans", "zho", "chi", "cmn", "Chinese", "Simplified  Chinese", "中文", "漢語"]),
        ("fr", ["fra", "fre", "FRE", "French", "français", "FRANÇAIS", "franc\u0327ais", "francais"]),
        ("de", ["deu", "ger", "Deutsch", "german"]),
        ("es", ["spa", "español", "Castellano", "Spanish"]),
        ("tr", ["tur", "Türkçe", "TÜRKÇE", "Turkish"]),
        ("ru", ["rus", "русский", "Русский"]),
        ("fa", ["fas", "per", "pes", "prs", "Farsi", "Dari", "فارسی", "فارسي"]),
        ("el", ["ell", "gre", "Ελληνικά", "ΕΛΛΗΝΙΚΑ"]),
        ("ku", ["kur", "ckb", "Sorani", "کوردی"]),
        ("he", ["he", "iw", "heb", "עברית"]),
        ("id", ["in", "ind", "Bahasa Indonesia"]),
        ("tl", ["fil", "tgl", "Filipino"]),
        ("hi", ["hin", "हिन्दी", "हिंदी"]),
        ("ko", ["kor", "한국어"]),
        ("no", ["nor", "no", "Norsk", "nb", "nb-NO", "nob", "Bokmål", "nn", "nn_NO", "nno", "Norwegian Nynorsk"]),
        ("yo", ["yor", "Yorùbá", "Yoruba"]),
        ("en", ["الإنجليزية", "الانجليزية", "انجليزي", "انگلیسی", "anglais", "Inglés", "İngilizce", "英语"]),
        ("ar", ["عربی", "Arabe", "árabe", "Arapça", "阿拉伯语"]),
        ("fr", ["الفرنسية", "فرنسي", "Französisch"]),
    ],
)
def test_codes_and_names_in_any_case(code, spellings):
    assert {spelling: find_language(spelling) for spelling in spellings} == dict.fromkeys(spellings, code)


@pytest.mark.parametrize(
    "text",
    ["", " ", "und", "UND", "und-Latn", "mul", "zxx", "unk", "Unknown", "none", "N/A", "NaN", "null", "-", "??? "],
)
def test_what_stands_for_no_language(text):
    assert find_language(text) == ""


@pytest.mark.parametrize(("text", "code"), [("xx", "xx"), ("QAA", "qaa"), ("xx-YY", "xx"), ("av", "av")])
def test_unknown_codes_stay_as_they_are(text, code):
    assert find_language(text) == code


@pytest.mark.parametrize(
    "text", ["Klingon", "7", "q", "x-default", "en, ar", "en,ar", "中", "English words", "e" * 5000]
)
def test_neither_code_nor_name(text):
    assert find_language(text) is None


def test_no_code_or_name_stands_for_two_languages():
    seen: dict[str, str] = {}
    for line in _TABLE.replace("\n ", " ").strip().splitlines():
        code, others, names = line.split(": ")
        assert len(code) == 2
        assert all(len(other) in (2, 3) and other.islower() for other in others.split())
        for word in (code, *others.split(), *names.split(", ")):
            assert find_language(word) == find_language(word.upper()) == seen.setdefault(word.casefold(), code) == code
    assert len(set(seen.values())) > 140


@given(st.text(max_size=20))
def test_any_text_is_a_short_code_or_nothing(text):
    code = find_language(text)
    assert not code or (code.isascii() and code.isalpha() and code.islower() and len(code) in (2, 3))


def test_languages_have_names():
    assert [language_name(code) for code in ("fr", "zh-TW", "AR", "sr")] == ["French", "Chinese", "Arabic", "Serbian"]
    assert [language_name(code) for code in ("xx", "")] == ["xx", ""]
