"""Keywords in many scripts, and which row is linked most."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster.labels import KEYWORDS, Vocabulary, strengths
from sada.indexes.article import Article


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


def test_strengths_add_up_both_ends():
    found = strengths(np.array([0, 0]), np.array([1, 2]), np.array([0.5, 0.25]), 4)
    assert found.tolist() == [0.75, 0.5, 0.25, 0.0]
