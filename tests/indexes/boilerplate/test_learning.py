from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sada.indexes.article import Article
from sada.indexes.boilerplate import learning, repetition
from sada.indexes.boilerplate.learning import counted, learn_boilerplate
from sada.indexes.boilerplate.lines import ENDING, LINE, RUN, Boilerplate, BoilerplateLine

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


LETTERS = {"latin": "bdfgklmnprst", "arabic": "بتدرسفقكلمن", "chinese": "".join(map(chr, range(0x4E00, 0x5000)))}
LAYOUTS = {
    "lines": lambda body, foot: "\n".join([" ".join(body), *foot]),
    "end": lambda body, foot: " ".join([*body, *foot]),
    "start": lambda body, foot: " ".join([*foot, *body]),
    "middle": lambda body, foot: " ".join([*body[: len(body) // 2], *foot, *body[len(body) // 2 :]]),
}


def short_articles(script, layout, size, count=10, seed=4):
    """Unrelated articles of a few words, all with the same 56 words; and their bodies."""
    chance = random.Random(seed)
    word = lambda: "".join(chance.choices(LETTERS[script], k=5))  # noqa: E731
    foot = [" ".join(word() for _ in range(14)) for _ in range(4)]
    bodies = [[word() for _ in range(size)] for _ in range(count)]
    return bodies, [
        article(number, LAYOUTS[layout](body, foot).split("\n"), day=number, title=" ".join(word() for _ in range(6)))
        for number, body in enumerate(bodies)
    ]


@pytest.mark.parametrize("script", LETTERS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [0, 1, 2, 4, 13, 40])
def test_what_most_of_ten_short_articles_share_is_learned(script, layout, size):
    bodies, articles = short_articles(script, layout, size)
    found = learn_boilerplate(articles)
    place = LINE if layout == "lines" else ENDING if layout == "end" else RUN
    if size > 1:
        assert {one.place for one in found} == {place} and {one.articles for one in found} == {10}
    left = Boilerplate(tuple(found)).read(articles)
    assert [one.text.split() for one in left] == bodies
    assert learn_boilerplate(articles[:9]) == []
    assert learn_boilerplate(articles, known=found) == []
    assert counted([replace(one, articles=0, since=None) for one in found], articles) == found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_short_articles_of_a_series_teach_nothing(layout):
    _, articles = short_articles("latin", layout, 2, count=30)
    named = [replace(one, title=f"Prayer times in {one.title.split()[0]}") for one in articles]
    assert learned(articles) != [] == learned(named)
    assert learned([replace(one, title="") for one in articles]) == []


@pytest.mark.parametrize("script", LETTERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_text_that_its_title_is_about_is_its_own(script, layout):
    chance = random.Random(5)
    _, articles = short_articles(script, layout, 0, count=30)
    words = articles[0].text.split()
    named = [replace(one, title=" ".join([*chance.sample(words, 2), *one.title.split()[:4]])) for one in articles]
    assert learned(articles) != [] == learned(named)


def test_the_name_of_the_outlet_is_no_word_of_a_title():
    _, articles = short_articles("latin", "lines", 1, count=12)
    name = "Harbour Ledger"
    named = [replace(one, source=name, title=f"{one.title} | {name}", text=f"{one.text} {name}") for one in articles]
    assert len(learned(named)) == 4
    assert learned([replace(one, source="Post") for one in named]) == []


@pytest.mark.parametrize("layout", ["end", "start", "middle"])
def test_what_most_of_a_few_articles_of_an_outlet_share_is_learned(layout):
    _, articles = short_articles("latin", layout, 4, count=12)
    others = [replace(one, id=f"b{one.id}") for one in corpus(200, lambda body, number: body)]
    (found,) = learned([*articles, *others])
    assert found[1] == (ENDING if layout == "end" else RUN)
    more = [replace(one, id=f"c{one.id}") for one in corpus(500, lambda body, number: body)]
    assert learned([*articles, *others, *more]) == []  # less than a fiftieth


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_background_of_a_story_is_none_of_the_outlet(layout):
    _, articles = short_articles("latin", layout, 4, count=20)
    story = [replace(one, title=f"Strike: {one.title}") for one in articles]
    for count in (12, 60):
        others = [replace(one, id=f"b{one.id}") for one in corpus(count, lambda body, number: body)]
        assert learned([*articles, *others]) != [] == learned([*story, *others])


def test_a_run_within_long_articles_stays():
    articles = corpus(40, lambda body, number: [f"{body[0]} {LONG} {body[1]} {body[2]}"])
    assert learned(articles) == []
    assert learned(corpus(40, lambda body, number: [f"{body[0]} {LONG} {LONG.upper()[::-1]} {LONG[::-1]}"])) != []


def test_a_run_to_be_kept_is_not_learned():
    _, articles = short_articles("latin", "middle", 4)
    ((line, place),) = learned(articles)
    assert place == RUN and learned(articles, kept=[line.upper()]) == []


def test_a_short_first_line_is_not_learned_from_titles():
    chance = random.Random(6)
    articles = [article(number, ["Harbour", sentence(chance, 3)], day=number, title=sentence(chance, 6))
                for number in range(20)]  # fmt: skip
    assert learned(articles) == []
    assert learned([replace(one, text="\n".join(one.text.split("\n")[::-1])) for one in articles]) == [
        ("Harbour", LINE)
    ]


def test_a_run_ends_where_a_letter_ends():
    chance = random.Random(8)
    foot = sentence(chance, 30)
    lines = [f"{sentence(chance, 2)} {foot} {'½¼⅓⅛'[number % 4]} {sentence(chance, 2)}" for number in range(40)]
    articles = [article(number, [line], day=number, title=sentence(chance, 6)) for number, line in enumerate(lines)]
    found = learn_boilerplate(articles)
    assert [(one.line, one.place, one.articles) for one in found] == [(foot, RUN, 40)]
    assert not any(foot in one.text for one in Boilerplate(tuple(found)).read(articles))


def test_learning_ends_where_an_ending_begins_within_a_letter():
    chance = random.Random(8)
    foot = sentence(chance, 30)
    lines = [f"{sentence(chance, 2)} {'½' if number % 2 else '7 2'} {foot}" for number in range(40)]
    articles = [article(number, [line], day=number, title=sentence(chance, 6)) for number, line in enumerate(lines)]
    found = learn_boilerplate(articles)
    assert len({(one.line, one.place) for one in found}) == len(found) > 0


def test_all_is_taken_out_where_one_ending_stands_before_another():
    first, second = sentence(random.Random(1)), sentence(random.Random(2))
    ends = lambda body, number: [f"{' '.join(body)} {first if number < 12 else ''} {second}"]  # noqa: E731
    articles = corpus(100, ends)
    found = learn_boilerplate(articles)
    assert [(one.line, one.articles) for one in found] == [(second, 100), (first, 12)]
    left = Boilerplate(tuple(found)).read(articles)
    assert not any(first in one.text or second in one.text for one in left)


def test_counting_finds_what_learning_counted():
    articles = planted().articles + corpus(20, in_one_line(LONG))
    for source in ("Harbour Ledger", "Post"):
        mine = [one for one in articles if one.source == source]
        found = learn_boilerplate(mine)
        assert counted([replace(one, articles=0, since=None) for one in found], mine) == found
    assert counted([BoilerplateLine("Post", "nowhere")], articles) == [BoilerplateLine("Post", "nowhere")]


def test_the_rules_are_those_that_are_documented():
    assert (repetition.LEAST, learning.SHARE, learning.LARGE_SHARE) == (10, 1 / 50, 1 / 5)
