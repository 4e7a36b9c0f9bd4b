"""Who echoes whom, against truth planted by construction and against a plain recount, article by article."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster import echo_pairs, find_copies, find_stories, source_echoes
from sada.indexes import Filter, NewsIndex
from sada.indexes.article import Article
from sada.indexes.text.tokens import shingles

START = datetime(2024, 3, 1, 6, tzinfo=UTC)
FIGURES = ["first_of_copies", "first_of_stories", "copies", "repeats", "ties", "undated_copies"]
EXCLUSIVE = ["copies", "repeats", "ties", "undated_copies"]
NO_STORIES = SimpleNamespace(stories=())


def word(family: int, kind: str, number: int) -> str:
    """A word of letters, since another figure is other news, that is unlike all others, since a like one is respelt."""
    chosen = random.Random(f"{family} {kind} {number}")
    return "".join(chosen.choices("bcdfghklmnprstxz", k=8))


def text(family: int, version: int = 0) -> str:
    """A text of 70 words; the next version is a copy (Jaccard .84), the one after that is none (.70)."""
    words = [word(family, "w", place) for place in range(70)]
    for step in range(version):
        words[14 * step + 5] = words[14 * step + 12] = word(family, "v", step)
    return " ".join(words)


def article(id_: str, source: str, hours: float | None, family: int = 0, version: int = 0, **values) -> Article:
    published = None if hours is None else START + timedelta(hours=hours)
    return Article(id_, text=text(family, version), source=source, published=published, **values)


def echoes(articles, **options):
    """What is said of each source, without what there is none of."""
    found = source_echoes(articles, **{"stories": NO_STORIES, **options})
    return {
        echo.source: {name: value for name, value in echo.to_dict().items() if value and name not in ("source", "days")}
        for echo in found
    }


def pairs(articles, **options):
    """Each pair as (source, figure, article, other), without the stories."""
    return [(pair.source, pair.figure, pair.article, pair.other) for pair in
            echo_pairs(articles, **{"stories": NO_STORIES, **options})]  # fmt: skip


def named(**counts):
    return [{"source": name, "articles": count} for name, count in counts.items()]


def test_planted_followers():
    """Wire is copied by Post after 3 h, twice, and by Sun after 8 h; Sun also after 2 h from Post."""
    articles = [
        article("w0", "Wire", 0, 0), article("p0", "Post", 3, 0, 1), article("s0", "Sun", 8, 0),
        article("w1", "Wire", 10, 1), article("p1", "Post", 13, 1),
        article("p2", "Post", 20, 2), article("s2", "Sun", 22, 2),
        article("w9", "Wire", 30, 9),
    ]  # fmt: skip
    assert echoes(articles) == {
        "Wire": {"articles": 3, "first_of_copies": 2, "followed_by": named(Post=2, Sun=1)},
        "Post": {
            "articles": 3, "first_of_copies": 1, "copies": 2, "median_delay_s": 3 * 3600.0,
            "follows": named(Wire=2), "followed_by": named(Sun=1),
        },
        "Sun": {"articles": 2, "copies": 2, "median_delay_s": 5 * 3600.0, "follows": named(Post=1, Wire=1)},
    }  # fmt: skip
    assert pairs(articles, filters=Filter(sources=["sun"])) == [
        ("Sun", "copies", "s0", "w0"),
        ("Sun", "copies", "s2", "p2"),
    ]
    (pair,) = echo_pairs(articles, filters=Filter(sources=["Sun"], until=articles[3].published), stories=NO_STORIES)
    assert pair.to_dict() == {
        "source": "Sun", "figure": "copies", "article": "s0", "published": "2024-03-01T14:00:00Z", "other": "w0",
        "other_source": "Wire", "delay_s": 8 * 3600.0, "jaccard": 1.0,
    }  # fmt: skip


def test_rows_have_stable_keys():
    (echo,) = source_echoes([article("a", "Wire", 0), article("b", "Wire", None, 1)], stories=NO_STORIES)
    assert echo.to_dict() == {
        "source": "Wire", "day": None, "articles": 2, "first_of_copies": 0, "first_of_stories": 0, "copies": 0,
        "repeats": 0, "ties": 0, "undated_copies": 0, "median_delay_s": None, "follows": [], "followed_by": [],
        "days": {"2024-03-01": 1},
    }  # fmt: skip


def test_an_outlet_that_had_the_text_repeats_itself_whoever_was_first():
    articles = [article("w", "Wire", 0), article("p1", "Post", 1), article("p2", "post", 2), article("w2", "Wire", 3)]
    assert echoes(articles) == {
        "Wire": {"articles": 2, "first_of_copies": 1, "repeats": 1, "followed_by": named(Post=1)},
        "Post": {"articles": 2, "copies": 1, "repeats": 1, "median_delay_s": 3600.0, "follows": named(Wire=1)},
    }
    assert pairs(articles)[-2:] == [("Wire", "repeats", "w2", "w"), ("Wire", "followed_by", "w", "p1")]


def test_repeats_of_one_minute_are_one_copy_and_one_repeat():
    articles = [article("w", "Wire", 0), article("p2", "Post", 1), article("p1", "Post", 1)]
    assert pairs(articles) == [
        ("Post", "copies", "p1", "w"),
        ("Post", "repeats", "p2", "p1"),
        ("Wire", "first_of_copies", "w", "p1"),
        ("Wire", "followed_by", "w", "p1"),
    ]


def test_articles_of_one_minute_follow_each_other_in_neither_direction():
    minute = 1 / 60
    articles = [article("w", "Wire", 0), article("p", "Post", 0.9 * minute), article("s", "Sun", minute)]
    assert echoes(articles) == {
        "Wire": {"articles": 1, "ties": 1, "followed_by": named(Sun=1)},
        "Post": {"articles": 1, "ties": 1, "followed_by": named(Sun=1)},
        "Sun": {"articles": 1, "copies": 1, "median_delay_s": 60.0, "follows": named(Post=1, Wire=1)},
    }
    assert [pair for pair in pairs(articles) if pair[1] == "ties"] == [
        ("Post", "ties", "p", "w"),
        ("Wire", "ties", "w", "p"),
    ]


@pytest.mark.parametrize(
    ("hours", "figure"),
    [(-6, "ties"), (-5, "ties"), (17.5, "ties"), (18, "copies"), (-6.1, "first_of_copies")],
)
def test_a_date_without_a_time_is_any_moment_of_that_day(hours, figure):
    """Post's is of 1 March; Wire's of six o'clock in the morning of that day, and so many hours later."""
    articles = [article("p", "Post", -6), article("w", "Wire", hours)]
    assert articles[0].published.isoformat() == "2024-03-01T00:00:00+00:00"
    assert [name for name in FIGURES if name in echoes(articles)["Wire"]] == [figure]


def test_of_a_day_alone_only_what_is_certain_is_said():
    """Post's is of some time of 1 March, Wire's of nine, Sun's of noon, Star's of the day after."""
    articles = [
        article("p", "Post", -6), article("w", "Wire", 3), article("s", "Sun", 6), article("t", "Star", 18.5),
        article("p2", "Post", 5),
    ]  # fmt: skip
    assert [pair for pair in pairs(articles) if pair[1] in EXCLUSIVE] == [
        ("Post", "repeats", "p2", "p"),
        ("Post", "ties", "p", "w"),
        ("Star", "copies", "t", "p"),
        ("Star", "copies", "t", "w"),
        ("Sun", "copies", "s", "w"),
        ("Wire", "ties", "w", "p"),
    ]


def test_what_has_no_date_is_counted_apart():
    articles = [article("u", "Post", None), article("w", "Wire", 0), article("v", "Sun", None, 1)]
    assert echoes(articles) == {
        "Post": {"articles": 1, "undated_copies": 1},
        "Sun": {"articles": 1},
        "Wire": {"articles": 1},
    }
    (pair,) = echo_pairs(articles, stories=NO_STORIES)
    assert (pair.article, pair.other, pair.published, pair.delay_s) == ("u", "w", None, None)


def test_articles_without_a_source_are_a_row_of_their_own_and_the_last():
    articles = [article("x", "", 0), article("y", "", 1), article("w", "Wire", 2), article("z", "", 3, 1)]
    assert echoes(articles) == {
        "Wire": {"articles": 1, "copies": 1, "median_delay_s": 7200.0, "follows": [{"source": None, "articles": 1}]},
        None: {"articles": 3, "first_of_copies": 1, "repeats": 1, "followed_by": named(Wire=1)},
    }


def test_only_a_verified_copy_is_followed():
    """The third is a copy of the second alone, though all are of one group."""
    articles = [article("a", "Wire", 0, 0, 0), article("b", "Post", 1, 0, 1), article("c", "Sun", 2, 0, 2)]
    assert len(find_copies(articles).groups) == 1
    assert [pair for pair in pairs(articles) if pair[1] == "copies"] == [
        ("Post", "copies", "b", "a"),
        ("Sun", "copies", "c", "b"),
    ]


def test_names_are_compared_without_case_and_spelled_as_most_are():
    articles = [article(f"a{at}", name, at, at) for at, name in enumerate(["WIRE", "Wire", "wire", "Wire", "Post"])]
    assert [(echo.source, echo.articles) for echo in source_echoes(articles, stories=NO_STORIES)] == [
        ("Wire", 4),
        ("Post", 1),
    ]


def test_filters_say_what_counts_and_not_who_was_first():
    articles = [
        article("w", "Wire", 0, language="en"), article("p", "Post", 30, language="en"),
        article("s", "Sun", 50, language="fr"),
    ]  # fmt: skip
    since = Filter(since=articles[1].published)
    assert echoes(articles, filters=since) == {
        "Post": {"articles": 1, "copies": 1, "median_delay_s": 30 * 3600.0, "follows": named(Wire=1)},
        "Sun": {"articles": 1, "copies": 1, "median_delay_s": 50 * 3600.0, "follows": named(Wire=1)},
    }
    assert echoes(articles, filters=Filter(sources=["wire"])) == {
        "Wire": {"articles": 1, "first_of_copies": 1, "followed_by": named(Post=1, Sun=1)}
    }
    assert pairs(articles, filters=Filter(languages=["fr"])) == [("Sun", "copies", "s", "w")]
    assert source_echoes(articles, filters=Filter(sources=["Nobody"]), stories=NO_STORIES) == []
    assert pairs(articles, filters=Filter(sources=["Nobody"])) == []


def test_each_day_counts_its_own_articles_and_those_that_followed_them_whenever():
    articles = [article("w", "Wire", 0), article("p", "Post", 20), article("u", "Wire", None, 1)]
    by_day = source_echoes(articles, by_day=True, stories=NO_STORIES)
    assert [(echo.day, echo.source, echo.articles, echo.copies, echo.follows, echo.followed_by, echo.days)
            for echo in by_day] == [
        ("2024-03-01", "Wire", 1, 0, {}, {"Post": 1}, {"2024-03-01": 1}),
        ("2024-03-02", "Post", 1, 1, {"Wire": 1}, {}, {"2024-03-02": 1}),
        (None, "Wire", 1, 0, {}, {}, {}),
    ]  # fmt: skip


def test_the_threshold_is_that_of_the_copies_given():
    articles = [article("a", "Wire", 0), article("b", "Post", 1, 0, 1)]
    copies = find_copies(articles)
    assert "copies" in echoes(articles, copies=copies)["Post"]
    assert "copies" not in echoes(articles, copies=copies.rethreshold(0.9))["Post"]


def test_first_of_a_story(events):
    """Each event is told by five outlets and copied by a sixth; the first to tell it is known."""
    events = [replace(one, published=one.published + timedelta(hours=1)) for one in events]  # none at midnight
    found = source_echoes(events)
    told = {echo.source: echo.first_of_stories for echo in found}
    assert told["outlet0"] == 8
    assert sum(told.values()) == 8
    assert {echo.source: echo.copies for echo in found if echo.copies} == {"copier": 8}
    listed = [pair for pair in echo_pairs(events) if pair.figure == "first_of_stories"]
    assert {(pair.article, pair.other) for pair in listed} == {(f"e{event}r0", f"e{event}r1") for event in range(8)}


def test_an_index_and_its_articles_say_the_same(events, tmp_path):
    with NewsIndex.create(tmp_path / "x.sada", encoder="none") as index:
        index.add(events)
        assert source_echoes(index) == source_echoes(events)
        assert echo_pairs(index, filters=Filter(sources=["copier"])) == echo_pairs(
            events, filters=Filter(sources=["copier"])
        )
        before, copies, stories = source_echoes(index), find_copies(index), find_stories(index)
        index.remove([article.id for article in events])
        assert source_echoes(index, copies=copies, stories=stories) == before  # of the state that they were found in
        assert source_echoes(index) == echo_pairs(index) == []


@pytest.mark.parametrize("listing", [source_echoes, echo_pairs])
def test_a_path_is_no_index(listing):
    with pytest.raises(TypeError, match="is a path"):
        listing("news.sada")


def test_the_order_of_reading_changes_nothing():
    """Where all of a group are copies of each other, so that it is one group in any order."""
    dice = random.Random(5)
    articles = [
        article(f"a{at}", dice.choice(["A", "B", "C", "D"]), dice.choice([None, -6, 18, *range(5)]), family, version)
        for at, (family, version, _) in enumerate(product(range(6), range(2), range(5)))
    ]
    once, listed = source_echoes(articles, stories=NO_STORIES), echo_pairs(articles, stories=NO_STORIES)
    assert {name for name in FIGURES if any(getattr(echo, name) for echo in once)} == {*FIGURES} - {"first_of_stories"}
    for _ in range(5):
        dice.shuffle(articles)
        assert source_echoes(articles, stories=NO_STORIES) == once
        again = echo_pairs(articles, stories=NO_STORIES)
        assert [pair for pair in again if pair.published] == [pair for pair in listed if pair.published]


def interval(one: Article):
    start = one.published.replace(second=0, microsecond=0)
    exact = (one.published.hour, one.published.minute, one.published.second, one.published.microsecond) != (0, 0, 0, 0)
    return start, start + (timedelta(minutes=1) if exact else timedelta(days=1))


def stated(one: Article):
    return one.published, one.id


def before(one: Article, other: Article) -> bool:
    return interval(one)[1] <= interval(other)[0]


def foremost(some):
    """Of some dated articles those that may have been the earliest."""
    decided = min(interval(one)[1] for one in some)
    return [one for one in some if interval(one)[0] < decided]


class Recount:
    """All pairs behind the figures by the definitions, one article after the other.

    ``found`` holds (figure, article, other), and ``closest`` the greatest Jaccard of each undated copy.
    """

    def __init__(self, groups, stories, least) -> None:
        self.least = least
        self.sets = {one.id: set(shingles(one.body)) for group in groups for one in group}
        self.found, self.closest = set(), {}
        for group in groups:
            for one in group:
                copies = [other for other in group if other is not one and self.alike(one, other) >= least]
                if one.published:
                    self.place(one, [other for other in copies if other.published])
                elif copies:
                    self.closest[one.id] = max(self.alike(one, other) for other in copies)
            self.lead("first_of_copies", group)
        for story in stories:
            self.lead("first_of_stories", story)

    def alike(self, one, other):
        left, right = self.sets[one.id], self.sets[other.id]
        return len(left & right) / len(left | right)

    def place(self, one, copies):
        own = [other for other in copies if other.source == one.source and stated(other) < stated(one)]
        others = [other for other in foremost([one, *copies]) if other.source != one.source]
        if own:
            self.found.add(("repeats", one.id, min(own, key=stated).id))
        elif any(before(other, one) for other in copies):
            for source in {other.source for other in others if before(other, one)}:
                some = [other for other in others if before(other, one) and other.source == source]
                original = min(some, key=stated)
                self.found |= {("copies", one.id, original.id), ("followed_by", original.id, one.id)}
        elif others:
            self.found.add(("ties", one.id, min(others, key=stated).id))

    def lead(self, figure, group):
        dated = sorted((one for one in group if one.published), key=stated)
        rest = [one for one in dated if one.source != dated[0].source]
        if rest and {one.source for one in foremost(dated)} == {dated[0].source}:
            self.found.add((figure, dated[0].id, rest[0].id))


moments = st.one_of(
    st.none(),
    st.sampled_from([-6.0, 18.0]),  # midnights
    st.integers(0, 3).map(lambda minutes: minutes / 60),
    st.integers(0, 90).map(lambda halves: halves / 120),
    st.integers(-40, 40).map(float),
)
planted = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C", ""]), moments, st.integers(0, 1), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=16,
)


@settings(max_examples=100)
@given(planted)
def test_a_plain_recount_gives_the_same(rows):
    articles = [
        article(f"a{at}", source, hours, family, version)
        for at, (source, hours, family, version, _) in enumerate(rows)
    ]  # fmt: skip
    tales = [[one for one, row in zip(articles, rows, strict=True) if row[4] == tale] for tale in range(4)]
    stories = SimpleNamespace(
        stories=[SimpleNamespace(articles=[one.id for one in tale], size=len(tale)) for tale in tales]
    )
    copies = find_copies(articles, lowest=0.8)
    groups = [[articles[member.position] for member in group.members] for group in copies.groups]
    plain = Recount(groups, tales, copies.jaccard)
    listed = echo_pairs(articles, copies=copies, stories=stories)
    assert {
        (pair.figure, pair.article, pair.other) for pair in listed if pair.figure != "undated_copies"
    } == plain.found
    assert {pair.article: pair.jaccard for pair in listed if pair.figure == "undated_copies"} == plain.closest
    assert len(listed) == len(plain.found) + len(plain.closest)
    check_figures(articles, listed, source_echoes(articles, copies=copies, stories=stories))
    check_days(articles, copies, stories)


def check_figures(articles, listed, found):
    """The figures are those of the pairs, and what one source says of another the other says of it."""
    home = {one.id: one.source or None for one in articles}
    when = {one.id: one.published for one in articles}
    assert [echo.source for echo in found if echo.source is None] in ([], [found[-1].source])
    assert sum(echo.articles for echo in found) == len(articles)
    for echo in found:
        own = [pair for pair in listed if pair.source == echo.source]
        assert all(home[pair.article] == echo.source and home[pair.other] == pair.other_source for pair in own)
        assert echo.articles == sum(source == echo.source for source in home.values())
        for figure in FIGURES:
            assert getattr(echo, figure) == len({pair.article for pair in own if pair.figure == figure})
        assert sum(getattr(echo, figure) for figure in EXCLUSIVE) <= echo.articles
        for name, figure in (("follows", "copies"), ("followed_by", "followed_by")):
            counts = Counter(pair.other_source for pair in own if pair.figure == figure)
            assert getattr(echo, name) == counts
            sizes = [count for partner, count in getattr(echo, name).items() if partner]
            assert sizes == sorted(sizes, reverse=True) and None not in list(getattr(echo, name))[: len(sizes)]
        delays = defaultdict(float)
        for pair in own:
            if pair.figure == "copies":
                assert pair.delay_s == (when[pair.article] - when[pair.other]).total_seconds() > 0
                delays[pair.article] = max(delays[pair.article], pair.delay_s)
        assert echo.median_delay_s == (median(delays.values()) if delays else None)
    by_name = {echo.source: echo for echo in found}
    assert all(by_name[name].followed_by[echo.source] == n for echo in found for name, n in echo.follows.items())


def check_days(articles, copies, stories):
    """The rows of all days together are the row of a source."""
    whole = source_echoes(articles, copies=copies, stories=stories)
    by_day = source_echoes(articles, copies=copies, stories=stories, by_day=True)
    assert [echo.day or "9" for echo in by_day] == sorted(echo.day or "9" for echo in by_day)
    for echo in whole:
        parts = [part for part in by_day if part.source == echo.source]
        for figure in ["articles", *FIGURES]:
            assert sum(getattr(part, figure) for part in parts) == getattr(echo, figure)
        assert sum((Counter(part.follows) for part in parts), Counter()) == echo.follows
        assert sum((Counter(part.followed_by) for part in parts), Counter()) == echo.followed_by
        assert {part.day: part.articles for part in parts if part.day} == echo.days
        assert all(part.days == ({part.day: part.articles} if part.day else {}) for part in parts)
