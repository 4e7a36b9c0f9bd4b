"""What tokens are made of spellings and signs, in the reference; the kernels are compared with it elsewhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.text.tokens import read, tokens


@pytest.mark.parametrize(
    "variants",
    [
        ("مسؤول", "مسئول", "مسءول", "مسؤُول", "مسو\u0654ول", "مسي\u0654ول"),
        ("شؤون", "شئون"),
        ("رؤوس", "رءوس"),
        ("عبدالله", "عبداﷲ", "عبدﷲ"),
        ("الله", "ﷲ"),
        ("لله", "لﷲ"),
        ("والله", "وﷲ"),
        ("น้ำ", "นํ้า", "น้ํา"),
        ("แดง", "เเดง"),
        ("ແລ້ວ", "ເເລ້ວ"),
        ("ໜ້າ", "ຫນ້າ"),
        ("ចាប់ផ្តើម", "ចាប់ផ្ដើម", "ចាប\u200b់ផ្តើម"),
        ("ក្រី", "កី្រ"),
        ("ဥပဒေ", "ဉပဒေ"),
        ("ဝန်ကြီး", "၀န်ကြီး"),
        ("हिन्दी", "हिंदी"),
        ("सम्बन्ध", "संबंध"),
        ("ज़रूरी", "ज़रूरी", "जरूरी"),
        ("information", "infor-\nmation", "infor\u00ad\r\nmation", "infor\u2010 \nmation", "infor\u00admation"),
        ("об'єднання", "обʼєднання", "об’єднання"),
        ("1000", "1,000", "١٬٠٠٠", "١،٠٠٠", "1\u00a0000", "1\u202f000", "1\u2009000", "1’000", "１，０００"),
        ("1234567", "1,234,567", "12,34,567", "۱٬۲۳۴٬۵۶۷"),
        ("5%", "5٪", "٥٪", "5％", "5 %"),
        ("−5", "-5", "–5", "－５", "\u200f-5", "-\u200e5"),
        ("10⁶", "10^6"),
        ("m²", "m2"),
        ("½", "1⁄2"),
    ],
)
def test_spellings_that_are_one(variants):
    assert {tuple(tokens(one)) for one in variants} == {tuple(tokens(variants[0]))}


@pytest.mark.parametrize(
    "variants",
    [
        ("-5", "5", "+5", "±5"),
        ("$5", "€5", "5", "-$5", "5%", "5‰"),
        ("10⁶", "106", "10⁻⁶"),
        ("5½", "51/2", "1 2"),
        ("½", "1 2"),
        ("C++", "C#", "C", "C+"),
        ("1,095", "1.095"),
        ("1000", "1 000", "1000,5", "0,100"),
        ("0,500", "0500"),
        ("1,23", "123"),
        ("1,2345", "12345"),
        ("لڑکی", "لڑکے"),
        ("ماں", "مان"),
        ("ڪ", "ک"),
        ("ۆ", "ۇ", "و"),
        ("کوردی", "کوردێ"),
        ("ড়", "ড"),
    ],
)
def test_spellings_that_stay_apart(variants):
    assert len({tuple(tokens(one)) for one in variants}) == len(variants)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5-7, 2-1, covid-19", ["5", "7", "2", "1", "covid", "19"]),
        ("5%-7% (5)-3 --5", ["5", "%", "7", "%", "5", "3", "5"]),
        ("- item\n-item", ["item", "item"]),
        ("2024-05-01 10:30-11:30", ["2024", "05", "01", "10", "30", "11", "30"]),
        ("a+b x#1 C++, F#.", ["a", "b", "x", "1", "c++", "f#"]),
        ("well-known\n-", ["well", "known"]),
        ("A-\n\nB 5-\n6", ["a", "b", "5", "6"]),
        ("a\u200bb ก\u200b่", ["a", "b", "ก่"]),
        ("①② x²³5", ["12", "x23", "5"]),
        ("5,100,22", ["5100", "22"]),
        ("၁၀ရက် ၀၅", ["10", "ရ", "က်", "05"]),
    ],
)
def test_what_is_a_sign_and_what_joins(text, found):
    assert tokens(text) == found


@given(st.text(st.sampled_from("ab5,-+½²\n\u00adที่น้ำهिन्दीʼ漢%مئو\u0654 "), max_size=20))
def test_tokens_stand_where_their_spans_say(text):
    found = read(text)
    assert [one.start for one in found] == sorted(one.start for one in found)
    for one in found:
        assert one.text and 0 <= one.start < one.stop <= len(text)
    assert [one.text for one in found] == tokens(text)


@given(st.text(st.sampled_from("मन्तपबँ़ज़ड़ئيؤوء\u0654مسที่น้ำกេ្តដី"), max_size=16))
def test_composed_equals_decomposed(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert len({tuple(tokens(form)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("کہا", "کھا"), ("لڑکی", "لڑکے"), ("ماں", "مان"), ("شێر", "شیر"), ("كۈن", "كۇن"), ("ګل", "كل"), ("боґ", "бог")],
)
def test_letters_by_which_words_differ_stay_apart(one, other):
    assert tokens(one) != tokens(other)


def test_forms_of_one_letter_are_one():
    assert tokens("ھ ﮪ ﮫ ﮬ ﮭ") == ["ھ"] * 5 and tokens("ہ ﮦ ه ﻪ") == ["ه"] * 4
