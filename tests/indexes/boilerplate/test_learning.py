from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sada.indexes.article import Article
from sada.indexes.boilerplate import learning, repetition
from sada.indexes.boilerplate.learning import counted, learn_boilerplate
from sada.indexes.boilerplate.lines import ENDING, LINE, Boilerplate, BoilerplateLine

from ...planted_boilerplate import BOILERPLATE, planted

FOOT = "Follow us on every network"
START = datetime(2024, 3, 1, 8, tzinfo=UTC)
VOCABULARY = [
    f"{first}{second}{third}" for first in "bdfgklmn" for second in "aeiou" for third in ("rin", "tol", "sak")
]


def sentence(chance, count=12):
    return " ".join(chance.sample(VOCABULARY, count))


def article(number, lines, source="Post", day=None, title="A title"):
    moment = None if day is None else START + timedelta(days=day)
    return Article(f"a{number:04}", title, "\n".join(lines), source=source, published=moment)


def corpus(count, lines_of, others=0, days=20, seed=3):
    """``count`` articles of random lines with what ``lines_of(body, number)`` makes of them, and as many plain ones."""
    chance = random.Random(seed)
    return [
        article(number, lines_of(body, number) if number < count else body, day=number % days)
        for number in range(count + others)
        for body in [[sentence(chance), sentence(chance), sentence(chance)]]
    ]


def learned(articles, **more):
    return [(one.line, one.place) for one in learn_boilerplate(articles, **more)]


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_of_planted_boilerplate_all_is_learned_and_nothing_else(seed):
    corpus = planted(seed)
    found = learn_boilerplate(corpus.articles)
    assert {(one.source, one.line, one.place) for one in found} == {
        (source, line, LINE) for source, lines in BOILERPLATE.items() for line in lines
    }
    removed = lost = 0
    for before, after in zip(corpus.articles, Boilerplate(tuple(found)).read(corpus.articles), strict=True):
        left = after.text.splitlines()
        removed += sum(line not in left for line in corpus.boilerplate[before.id])
        lost += sum(line not in left for line in corpus.body[before.id])
    assert (removed, lost) == (sum(map(len, corpus.boilerplate.values())), 0)
    for one in found:
        under = [article for article in corpus.articles if one.line in corpus.boilerplate[article.id]]
        under = [article for article in under if article.source == one.source]
        assert (one.articles, one.since) == (len(under), min(article.published for article in under))


def test_the_set_of_articles_decides_and_not_their_order():
    articles = planted().articles
    found = learn_boilerplate(articles)
    random.Random(1).shuffle(articles)
    assert learn_boilerplate(articles) == found
    assert learn_boilerplate(articles, known=found) == []


@pytest.mark.parametrize(("count", "others", "expected"), [(10, 0, 1), (9, 0, 0), (10, 490, 1), (10, 491, 0)])
def test_ten_articles_and_a_fiftieth_of_the_source(count, others, expected):
    articles = corpus(count, lambda body, number: [*body, FOOT], others)
    assert learned(articles) == [(FOOT, LINE)][:expected]


@pytest.mark.parametrize(("others", "expected"), [(80, 1), (81, 0)])
def test_a_first_line_must_stand_under_a_fifth(others, expected):
    articles = corpus(20, lambda body, number: [FOOT, *body], others)
    assert learned(articles) == [(FOOT, LINE)][:expected]


@pytest.mark.parametrize(("words", "expected"), [(30, 1), (31, 0)])
def test_a_paragraph_must_stand_under_a_fifth(words, expected):
    paragraph = sentence(random.Random(99), words)
    articles = corpus(20, lambda body, number: [*body, paragraph], others=100)
    assert learned(articles) == [(paragraph, LINE)][:expected]


@pytest.mark.parametrize(("days", "expected"), [(2, 1), (1, 0)])
def test_two_days_are_needed(days, expected):
    articles = corpus(12, lambda body, number: [*body, FOOT], days=days)
    assert learned(articles) == [(FOOT, LINE)][:expected]
    assert learned([replace(one, published=None) for one in articles]) == [(FOOT, LINE)]


def test_an_article_that_is_sent_again_teaches_nothing():
    chance = random.Random(5)
    body = [sentence(chance) for _ in range(4)]
    same = [article(number, body, day=number, title=sentence(chance)) for number in range(30)]
    others = corpus(30, lambda lines, number: lines)
    others = [replace(one, id=f"b{one.id}") for one in others]
    assert learned([*same, *others]) == []
    edited = [replace(one, text=f"{sentence(chance, 3)} {one.text}") for one in same]
    assert learned([*edited, *others]) == []


def test_a_report_from_a_template_teaches_nothing():
    def report(body, number):
        prices = [f"{kind} stood at {number * 37 % 91}.{number} crowns" for kind in ("Wool", "Salt", "Copper")]
        return ["The market at noon", *prices, "Figures are those of the auction house"]

    assert learned(corpus(30, report, others=30)) == []


def test_a_line_of_one_subject_teaches_nothing(monkeypatch):
    def obituary(body, number):
        return [f"{body[0]} mourners {body[1]}", body[2], "May she rest in peace"]

    articles = corpus(20, obituary, others=60)
    assert learned(articles) == []
    monkeypatch.setattr(repetition.Bodies, "are_of_one_subject", lambda *asked: False)
    assert learned(articles) == [("May she rest in peace", LINE)]


def test_what_all_of_a_source_is_about_is_no_subject():
    articles = corpus(40, lambda body, number: [f"{body[0]} football", *body[1:], FOOT], others=20)
    assert learned(articles) == [(FOOT, LINE)]


def test_a_line_inside_articles_is_none_of_the_edge():
    inside = lambda body, number: [body[0], "The last line:", *body[1:]]  # noqa: E731
    assert learned(corpus(30, inside)) == []
    mostly = lambda body, number: inside(body, number) if number < 11 else [*body, "The last line:"]  # noqa: E731
    assert learned(corpus(21, mostly)) == []
    assert learned(corpus(22, mostly)) == [("The last line:", LINE)]


def test_digits_are_content():
    assert learned(corpus(30, lambda body, number: [*body, f"{number} comments"])) == []
    assert sorted(learned(corpus(30, lambda body, number: [*body, FOOT, f"{number % 2} comments"]))) == [
        ("0 comments", LINE), ("1 comments", LINE), (FOOT, LINE),
    ]  # fmt: skip


def test_what_stands_behind_lines_that_differ_in_figures_is_learned():
    articles = corpus(30, lambda body, number: [*body, FOOT, f"{number} comments", f"{number} shares and {number}"])
    assert learned(articles) == [(FOOT, LINE)]
    assert learned(corpus(30, lambda body, number: [*body, FOOT, f"{body[0]} {number}"])) == []
    few = corpus(18, lambda body, number: [*body, FOOT, *([f"{number} comments"] if number < 9 else [])])
    assert learned(few) == []  # nine are not often, and nine are not ten


def test_spellings_that_fold_alike_are_one_line():
    spelt = ["تابعونا على الشبكة", "تــابعونا عَلى الشبكه!", "— تابعونا على الشبكة —"]
    found = learn_boilerplate(corpus(30, lambda body, number: [*body, f"  {spelt[number % 3]} "]))
    assert [(one.line, one.articles) for one in found] == [(spelt[0], 30)]


def test_sources_are_told_apart_without_case_and_an_unknown_one_is_one():
    half = corpus(16, lambda body, number: [*body, FOOT])
    named = [replace(one, source="POST" if number % 2 else "Post") for number, one in enumerate(half)]
    assert [(one.source, one.articles) for one in learn_boilerplate(named)] == [("Post", 16)]
    apart = [replace(one, source="Mail" if number % 2 else "Post") for number, one in enumerate(half)]
    assert learn_boilerplate(apart) == []
    assert [(one.source, one.line) for one in learn_boilerplate(replace(one, source="") for one in half)] == [
        ("", FOOT)
    ]


def test_lines_to_be_kept_are_not_learned_nor_what_stands_behind_them():
    articles = corpus(20, lambda body, number: [*body, "Share", FOOT])
    assert learned(articles) == [(FOOT, LINE), ("Share", LINE)]
    assert learned(articles, kept=["SHARE"]) == [(FOOT, LINE)]
    assert learned(articles, kept=[FOOT.upper()]) == []


def in_one_line(ending):
    return lambda body, number: [f"{' '.join(body)} {ending}"]


LONG = "write to the desk and follow us on every network"


def test_where_line_ends_were_lost_the_ending_is_learned():
    articles = corpus(20, in_one_line(LONG), others=20)
    (found,) = learn_boilerplate(articles)
    assert (found.line, found.place, found.articles, found.since) == (LONG, ENDING, 20, START)
    assert [one.text for one in Boilerplate((found,)).read(articles)] == [
        one.text.removesuffix(LONG).rstrip() + (" " if number < 20 else "") for number, one in enumerate(articles)
    ]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [(" ".join(LONG.split()[-8:]), 1), (" ".join(LONG.split()[-7:]), 0), ("关注我们的公众号并转发这条新闻吧", 1),
     ("关注我们的公众号并转发这条新闻", 0)],
)  # fmt: skip
def test_an_ending_needs_eight_words_or_sixteen_letters(ending, expected):
    assert learned(corpus(20, in_one_line(ending))) == [(ending, ENDING)][:expected]


def test_an_ending_reaches_as_far_as_a_quarter_of_the_lines_agree():
    said = lambda body, number: [f"{body[0]} {'he said' if number % 5 == 0 else body[1]} {LONG}"]  # noqa: E731
    assert learned(corpus(100, said)) == [(LONG, ENDING)]
    both = lambda body, number: [f"{body[0]} {'Call the desk, ' if number % 2 else ''}{LONG}"]  # noqa: E731
    assert learned(corpus(40, both)) == [(f"Call the desk, {LONG}", ENDING), (LONG, ENDING)]


def test_counting_finds_what_learning_counted():
    articles = planted().articles + corpus(20, in_one_line(LONG))
    for source in ("Harbour Ledger", "Post"):
        mine = [one for one in articles if one.source == source]
        found = learn_boilerplate(mine)
        assert counted([replace(one, articles=0, since=None) for one in found], mine) == found
    assert counted([BoilerplateLine("Post", "nowhere")], articles) == [BoilerplateLine("Post", "nowhere")]


def test_the_rules_are_those_that_are_documented():
    assert (repetition.LEAST, learning.SHARE, learning.LARGE_SHARE) == (10, 1 / 50, 1 / 5)
