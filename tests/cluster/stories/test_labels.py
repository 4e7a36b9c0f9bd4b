"""Keywords in many scripts, and which row is linked most."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.stories.labels import KEYWORDS, Vocabulary, function_words, strengths
from sada.indexes.article import Article
from sada.indexes.text.tokens import fold


def keywords(*titles: str, others: int = 30) -> list[str]:
    articles = [Article(f"a{number}", title=title) for number, title in enumerate(titles)]
    rest = [Article(f"z{number}", title="unrelated common headline") for number in range(others)]
    return Vocabulary([*articles, *rest]).keywords(range(len(titles)))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("हिन्दी समाचार दिल्ली", {"हिन्दी", "समाचार", "दिल्ली"}),
        ("মোদী ঢাকায় পৌঁছেছেন", {"মোদী", "ঢাকায়", "পৌঁছেছেন"}),
        ("தமிழ்நாட்டில் கனமழை", {"தமிழ்நாட்டில்", "கனமழை"}),
        ("الكِتابُ مُحَمَّدٌ", {"الكِتابُ", "مُحَمَّدٌ"}),
        ("می‌روند تهران", {"می‌روند", "تهران"}),
        ("L’Équipe d'Étampes Île-de-France", {"L’Équipe", "d'Étampes", "Île-de-France"}),
        ("Санкт-Петербург ёлка", {"Санкт-Петербург", "ёлка"}),
        ("ירושלים", {"ירושלים"}),
        ("東京都知事", set()),
        ("ประเทศไทย", set()),
        ("9 11 2024", set()),
        ("a of to", set()),
    ],
)
def test_words_stand_as_they_are_written(title, expected):
    assert set(keywords(title)) == expected


def test_the_commonest_spelling_is_shown_and_forms_count_as_one():
    assert keywords("MERKEL resigns", "Merkel quits", "Merkel leaves")[0] == "Merkel"


def arabic(*titles: str) -> list[list[str]]:
    articles = [Article(f"a{at}", title=title, language="ar") for at, title in enumerate(titles)]
    vocabulary = Vocabulary(articles)
    return [vocabulary.keywords([at]) for at in range(len(titles))]


def test_an_arabic_and_is_no_part_of_a_keyword():
    first, second, third = arabic("ترقية قضاة وتَعيين محكمة", "تعيين سفير", "وزير وزيرة")
    assert set(first) == {"ترقية", "قضاة", "تَعيين", "محكمة"}
    assert set(second) == {"تعيين", "سفير"}
    assert third == ["وزير"]  # "zeer" is no word of these articles; the feminine is another form


def test_an_and_before_the_article_is_taken_off_rarer_words_too():
    assert set(arabic("التقدم والازدهار", "سفير والازدهار", "الازدهار غدا")[0]) == {"التقدم", "الازدهار"}


def test_the_rest_of_a_word_that_is_mostly_written_whole_is_another_word():
    assert set(arabic("وليد ليد", "وليد يصل", "وليد غادر")[1]) == {"وليد", "يصل"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("سفن السويس تعبر السفن", {"السفن", "السويس", "تعبر"}),
        ("لقيادة القيادة بالقيادة وقيادة", {"القيادة"}),
        ("fires fire fireman", {"fire", "fireman"}),
        ("Opfer Opfern", {"Opfer"}),
        ("car cars carbon", {"car", "cars", "carbon"}),
    ],
)
def test_a_story_has_one_form_of_a_word(title, expected):
    assert {word.casefold() for word in keywords(title)} == {word.casefold() for word in expected}


def test_words_shared_by_the_story_come_first_and_at_most_six():
    found = keywords("Earthquake shakes Lima coast tonight", "Earthquake in Lima kills many people today")
    assert set(found[:2]) == {"Earthquake", "Lima"}
    assert len(found) == KEYWORDS


def test_words_of_every_article_are_left_out():
    articles = [Article(f"a{number}", title=f"the thing{'abcdefghijklmnopqrst'[number]}x") for number in range(20)]
    assert Vocabulary(articles).keywords([0]) == ["thingax"]


def test_a_story_of_the_whole_set_still_has_keywords():
    articles = [Article(f"a{number}", title="flood river") for number in range(5)]
    assert set(Vocabulary(articles).keywords(range(5))) == {"flood", "river"}


def of_language(language: str, *titles: str) -> list[Article]:
    return [Article(f"{language}{number}", title=title, language=language) for number, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("en", "The flood after which they don’t sail, don't they", {"flood", "sail"}),
        ("EN-gb", "The flood after", {"flood"}),
        ("ar", "الفيضان على المدينة وعلى فإن الذي منذ", {"الفيضان", "المدينة"}),
        ("fr", "Qu’une crue après qu'elle était, c’est l’eau peut-être", {"crue", "l’eau"}),
        ("de", "Nach der Flut wäre für", {"Flut"}),
        ("es", "Según los ríos también más", {"ríos"}),
        ("ru", "Потоп из-за её которая ещё", {"Потоп"}),
        ("tr", "Sel İÇİN çünkü değil", {"Sel"}),
        ("fa", "سیلاب می‌شود برای این", {"سیلاب"}),
        ("ur", "سیلاب کے نہیں لیے", {"سیلاب"}),
        ("pt", "Cheia não também até", {"Cheia"}),
        ("it", "Piena dell’acqua perché più", {"Piena", "dell’acqua"}),
        ("nl", "Vloed after the", {"Vloed", "after", "the"}),
        ("", "War after the", {"War", "after", "the"}),
    ],
)
def test_function_words_of_the_articles_own_language_are_left_out(language, title, expected):
    assert set(Vocabulary(of_language(language, title)).keywords([0])) == expected


def test_a_function_word_of_one_language_is_a_word_in_another():
    articles = [*of_language("de", "die Flut"), *of_language("en", "die hard")]
    assert set(Vocabulary(articles).keywords([0, 1])) == {"Flut", "die", "hard"}


def test_every_listed_word_is_folded_as_words_of_articles_are():
    assert set(function_words()) == {"ar", "de", "en", "es", "fa", "fr", "it", "pt", "ru", "tr", "ur"}
    for words in function_words().values():
        assert all(fold(word) == word and not set(word) & set("-\u200c’") for word in words)
        assert len(words) > 75


def test_a_word_common_in_its_language_is_left_out_however_rare_the_language():
    english = of_language("en", *(f"unrelated {'abcdefghijklmnopqrstuvwxyz'[at] * 3}" for at in range(26)))
    for count, left_out in ((5, False), (6, True)):  # five articles may share a word
        slovenian = of_language("sl", "zakaj poplava", *(f"zakaj {letter * 4}" for letter in "abcdefgh"[: count - 1]))
        found = Vocabulary([*slovenian, *english, *english, *english]).keywords([0])
        assert set(found) == ({"poplava"} if left_out else {"poplava", "zakaj"})


def test_a_word_common_in_one_language_of_the_story_is_left_out():
    french = of_language("fr", *["olympique"] * 6, *(f"sujet{'abcde'[at]}" for at in range(5)))
    articles = [*of_language("en", "olympique rower"), *french]
    assert Vocabulary(articles).keywords([0]) == ["olympique", "rower"]
    assert Vocabulary(articles).keywords([0, 1]) == ["rower"]


def test_of_the_words_of_one_language_the_rarer_comes_first():
    articles = of_language("sl", "reka zaliv", "reka", "most", "cesta")
    assert Vocabulary(articles).keywords([0]) == ["zaliv", "reka"]


def test_a_word_weighs_by_its_frequency_in_its_language():
    """Both are in one article of their language, which says more where there are many."""
    articles = [
        *of_language("en", "flood", *(f"subject {'abcdefgh'[at] * 3}" for at in range(8))),
        *of_language("sl", "poplava", "drugo"),
    ]
    assert Vocabulary(articles).keywords([0, 9]) == ["flood", "poplava"]
    assert Vocabulary(articles).keywords([9, 0]) == ["flood", "poplava"]


def test_the_text_counts_only_where_it_begins():
    articles = [
        Article("a", title="title", text="lead " + "x" * 400 + " tail"),
        *(Article(f"b{n}", title="q") for n in range(9)),
    ]
    found = Vocabulary(articles).keywords([0])
    assert "lead" in found
    assert "tail" not in found


def test_no_words():
    assert Vocabulary([Article("a", title="!!!")]).keywords([0]) == []


NO_KEYWORDS = {"of", "東京", "12"}
WORDS = ["Lima", "LIMA", "líma", "flood", "Flood", "the", "The", "don’t", "qu'une", "Île-de-France", "ile-de-france"]
WORDS += ["मोदी", "الكِتاب", "الكتاب", "كتاب", "على", "die", *sorted(NO_KEYWORDS)]
ENDS = [" ", "  ", "\n", ", ", "/", "—", "' ", " -", ' "', "_"]
TEXT = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(ENDS)), max_size=8)
LANGUAGES = st.sampled_from(["en", "EN-gb", "en", "en", "fr", "de", "ar", ""])


def keywords_word_by_word(told, rows):
    """What ``Vocabulary.keywords`` returns, from the language, the title and the lead of each article, by its words."""
    spellings = []
    for language, title, lead in told:
        listed = function_words().get(language[:2].lower(), ())
        ruled_out = NO_KEYWORDS | {word for word in WORDS if fold(word).replace("’", "'") in listed}
        ruled_out |= {"qu'une"} if language == "fr" else set()
        found = {}
        for word, weight in [*((word, 2) for word, _ in title), *((word, 1) for word, _ in lead)]:
            if word not in ruled_out:
                found.setdefault(fold(word), (word, weight))
        spellings.append(found)
    codes = [language[:2].lower() for language, _, _ in told]
    scores, written = {}, {}
    for code in dict.fromkeys(codes[row] for row in rows):
        several = [row for row in rows if codes[row] == code]
        for folded in {folded for row in several for folded in spellings[row]}:
            weight = sum(spellings[row][folded][1] for row in several if folded in spellings[row])
            times = sum(folded in spellings[row] for row in range(len(told)) if codes[row] == code)
            is_common = times > max(0.1 * codes.count(code), len(several), 5)
            score = -math.inf if is_common else weight * math.log((codes.count(code) + 1) / times)
            scores[folded] = scores.get(folded, 0.0) + score
    for row in rows:
        for folded, (word, _) in spellings[row].items():
            written.setdefault(folded, Counter())[word] += 1
    ranked = sorted((-score, folded) for folded, score in scores.items() if score > 0)[: 2 * KEYWORDS]
    best = []
    for one in ranked:
        if not any(one[1] != other and {one[1], other} == {"الكتاب", "كتاب"} for _, other in best):
            best.append(one)
    best = best[:KEYWORDS]
    return [min((-times, word) for word, times in written[folded].items())[1] for _, folded in best]


@given(st.lists(st.tuples(LANGUAGES, TEXT, TEXT), max_size=20), st.data())
def test_keywords_are_those_counted_word_by_word(told, data):
    """Also of several languages, of spellings that fold alike, of ties, and of rows that are given twice."""
    articles = [
        Article("a", "".join(map("".join, title)), "".join(map("".join, lead)), language=language)
        for language, title, lead in told
    ]
    vocabulary = Vocabulary(articles)
    some = st.lists(st.integers(0, len(told) - 1), max_size=9) if told else st.just([])
    for rows in [*([row] for row in range(len(told))), range(len(told)), data.draw(some)]:
        assert vocabulary.keywords(rows) == keywords_word_by_word(told, rows)


def test_strengths_add_up_both_ends():
    found = strengths(np.array([0, 0]), np.array([1, 2]), np.array([0.5, 0.25]), 4)
    assert found.tolist() == [0.75, 0.5, 0.25, 0.0]
