"""Articles of hardly more than a title."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest

from sada.cluster import find_copies
from sada.indexes import NewsIndex
from sada.indexes.article import Article

MORNING, EVENING, LATER = (datetime(2026, 3, *rest, tzinfo=UTC) for rest in ((1, 6), (1, 22), (2, 6)))
A1, A2, B2 = "https://a.example/1", "https://a.example/2", "https://b.example/2"
LONG = "Harun valley council opens the new dam"


def bare(id_, title, text="", **values) -> Article:
    return Article(id_, title, text, **values)


def dropped(articles, **options) -> set[str]:
    copies = find_copies(articles, **options)
    return {articles[place].id for place in copies.dropped()}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # Nothing but addresses, outlets and days tells a cartoon from a cartoon.
        ({"url": A1}, {"url": A1, "source": "B"}, True),
        ({"url": A1}, {"url": A2}, False),
        ({"url": A1}, {}, False),
        ({"source": "A", "published": MORNING}, {"source": "A", "published": MORNING}, True),
        ({"source": "A", "published": MORNING}, {"source": "a", "published": MORNING}, True),
        ({"source": "A", "published": MORNING}, {"source": "A", "published": EVENING}, False),
        ({"source": "A", "published": MORNING}, {"source": "B", "published": MORNING}, False),
        ({"source": "A"}, {"source": "B"}, False),
        ({"source": "A"}, {"source": "A"}, True),
        ({}, {}, True),
    ],
)
def test_short_titles_need_the_same_place(one, other, same):
    for title in ("كاريكاتير", "Photo gallery", "今日漫画"):
        assert dropped([bare("a", title, **one), bare("b", title, **other)]) == ({"b"} if same else set())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"url": A1, "published": MORNING}, {"url": B2, "published": EVENING}, True),
        ({"url": A1, "published": MORNING}, {"url": B2, "published": LATER}, False),
        ({"url": A1, "published": MORNING}, {"url": A1, "published": LATER}, True),
        ({"source": "A"}, {"source": "B"}, True),
        ({"source": "A", "published": MORNING}, {"source": "B"}, False),
    ],
)  # fmt: skip
def test_telling_titles_need_the_same_day(one, other, same):
    for title in (LONG, "مجلس وادي هارون يفتتح السد الجديد", "哈伦河谷议会启用新水坝工程"):
        assert dropped([bare("a", title, **one), bare("b", title, **other)]) == ({"b"} if same else set())


@pytest.mark.parametrize(
    ("text", "same"),
    [("", False), ("بالفيديو", False), ("كاريكاتير اليوم", False), ("شاهد الصور", False), ("رسم علي حسن اليوم", True),
     ("12 40 7 9", True)],
)  # fmt: skip
def test_a_text_of_a_shingle_is_a_text(text, same):
    articles = [bare("a", "كاريكاتير اليوم", text, source="A"), bare("b", "كاريكاتير اليوم", text, source="B")]
    assert dropped(articles) == ({"b"} if same else set())


def test_the_same_id_is_the_same_article():
    assert len(find_copies([bare("a", "Photos", source="A"), bare("a", "Photos", source="B")]).dropped()) == 1


def test_copies_of_copies_are_one_group_and_others_stay_beside():
    """A and B share an address, B and C a day; D shares nothing."""
    articles = [
        bare("a", LONG, url="https://a.example/1", published=LATER),
        bare("b", LONG, url="https://a.example/1", published=MORNING),
        bare("c", LONG, url="https://c.example/1", published=EVENING),
        bare("d", LONG, url="https://d.example/1", published=datetime(2026, 5, 1, tzinfo=UTC)),
    ]
    copies = find_copies(articles)
    group = copies.group_of("a")
    assert {member.id: member.kind for member in group.members} == {"b": "kept", "c": "exact", "a": "exact"}
    assert [(link.id, link.kind) for link in group.attached] == [("d", "near (bare title)")]
    assert copies.doubtful == {"title": 1} and copies.group_of("d").size == 1


def test_near_titles_follow_the_same_rule():
    """Sixteen words of which the last differs."""
    title = " ".join(f"word{at}" for at in range(16))
    articles = [bare("a", f"{title} one", source="A", published=MORNING), bare("b", f"{title} two", source="B")]
    assert dropped(articles) == set() and dropped(articles, unite=["title"]) == {"b"}
    articles[1] = bare("b", f"{title} two", source="B", published=EVENING)
    assert dropped(articles) == {"b"}


def test_a_title_alone_and_an_article_are_compared_by_words():
    title = " ".join(f"word{at}" for at in range(16))
    articles = [bare("a", title, source="A", published=MORNING), bare("b", title, "and three more", source="B")]
    assert dropped(articles) == {"b"}


def test_many_cartoons_are_kept_counted_and_united_on_request():
    articles = [bare(f"c{at}", "كاريكاتير", url=f"https://a.example/{at}", published=MORNING) for at in range(300)]
    copies = find_copies(articles)
    assert copies.dropped() == set() and copies.doubtful == {"title": 299}
    assert len(copies.group_of("c0").attached) == 299
    assert len(find_copies(articles, unite=["title"]).dropped()) == 299
    assert find_copies(articles, unite=["title"]).doubtful == {}


def test_an_index_and_articles_against_it_follow_the_same_rule(tmp_path):
    first = [bare("a", "Photos", url="https://a.example/1"), bare("b", "Photos", url="https://a.example/2")]
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(first)
        assert find_copies(index).dropped() == set() and find_copies(index).doubtful == {"title": 1}
        new = [bare("c", "Photos", url="https://a.example/2"), bare("d", "Photos", url="https://a.example/4")]
        rest, known = find_copies(new).against(index)
        assert known == {0: ("b", 1.0)} and rest.dropped() == set()


def test_the_order_of_articles_decides_nothing():
    random = np.random.default_rng(3)
    articles = [
        bare(f"a{at}", LONG if at % 2 else "Photos", url=f"https://a.example/{random.integers(9)}",
             published=(MORNING, EVENING, LATER, None)[random.integers(4)], source="AB"[random.integers(2)])
        for at in range(60)
    ]  # fmt: skip
    groups = []
    for _ in range(3):
        random.shuffle(articles)
        found = find_copies(articles).groups
        groups.append({frozenset(member.id for member in group.members) for group in found})
    assert groups[0] == groups[1] == groups[2] and len(groups[0]) == 10


def test_a_chain_may_end_in_titles_that_are_no_copies_of_each_other():
    first = bare("a", "Harun council opens new dam", url=A1, published=MORNING)
    second = bare("b", "Harun council opens new dam today", url=A1, published=LATER)
    third = bare("c", "Harun council opens new dam now", url=A2, published=LATER)
    group = find_copies([first, second, third], jaccard=0.5, cohesion="chain").group_of("a")
    assert [(one.id, one.kind, one.jaccard, one.via) for one in group.members] == [
        ("a", "kept", 1.0, None),
        ("b", "near", 0.75, None),
        ("c", "near", 0.0, ("b",)),
    ]


def test_a_title_in_doubt_is_attached_to_the_first_of_equally_near_ones():
    one = bare("a", f"{LONG} a", url=A1, published=MORNING)
    other = bare("b", f"{LONG} b", url=A1, published=EVENING)
    apart = bare("c", f"{LONG} c", url=A2, published=LATER)
    for articles in permutations([one, other, apart]):
        (group,) = find_copies(articles, jaccard=0.5).duplicates()
        assert [(link.id, link.to, link.kind) for link in group.attached] == [("c", "a", "near (bare title)")]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Die Häuser von Harun", "Die Haeuser von Harun"), ("今日漫畫專輯圖片", "今日漫画专辑图片")],
)
def test_a_short_title_in_another_spelling_is_in_doubt_as_well(one, other):
    articles = [bare("a", one, url=A1, published=MORNING), bare("b", other, url=A2, published=EVENING)]
    (group,) = find_copies(articles).duplicates()
    assert [(link.id, link.kind) for link in group.attached] == [("b", "near (bare title)")]
    assert dropped(articles, unite=["title"]) == {"b"}
    articles[1] = bare("b", other, url=A1, published=EVENING)
    assert dropped(articles) == {"b"}
