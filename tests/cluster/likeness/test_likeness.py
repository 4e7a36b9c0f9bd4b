"""What else than words speaks for copies, or against them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sada.cluster import find_copies
from sada.cluster.likeness.likeness import check_doubts
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.text.tokens import shingles


def jaccard(one: str, other: str) -> float:
    left, right = set(shingles(one)), set(shingles(other))
    return len(left & right) / len(left | right)


def pair(prose, words: int, edits: int = 0) -> list[Article]:
    text = prose.text(words)
    other = prose.edited(text, edits) if edits else text
    return [Article("a", prose.text(10), text), Article("b", prose.text(10), other)]


def test_one_text_under_two_titles_is_a_copy(prose):
    articles = pair(prose, 60)
    assert jaccard(articles[0].body, articles[1].body) == pytest.approx(0.74, abs=0.01)
    for options in ({}, {"containment": None}, {"lowest": 0.8}, {"cohesion": "chain"}):
        member = find_copies(articles, **options).group_of("b").members[1]
        assert (member.id, member.kind, member.jaccard) == ("b", "near (text)", 1.0)


def test_the_jaccard_shown_is_that_of_the_texts(prose):
    articles = pair(prose, 120, edits=2)
    whole, alone = jaccard(*(one.body for one in articles)), jaccard(*(one.text for one in articles))
    assert whole < 0.8 <= alone
    group = find_copies(articles).groups[0]
    assert group.members[1].jaccard == pytest.approx(alone)
    assert group.evidence[0].jaccard == pytest.approx(alone)


def test_short_texts_are_no_copies_without_their_titles(prose):
    articles = pair(prose, 41)  # 39 shingles
    assert find_copies(articles).dropped() == set()
    assert find_copies(pair(prose, 42)).dropped() == {1}


def test_other_thresholds_give_what_a_fresh_search_gives(prose):
    articles = [
        Article(f"{one.id}{at}", one.title, one.text) for at in range(12) for one in pair(prose, 60 + 10 * at, at // 2)
    ]
    found = find_copies(articles)
    for threshold in (0.6, 0.7, 0.9, 1.0):
        wanted = find_copies(articles, jaccard=threshold)
        assert found.rethreshold(threshold).dropped() == wanted.dropped()
        assert found.rethreshold(threshold).groups == wanted.groups
    assert 0 < len(found.rethreshold(1.0).dropped()) < len(found.dropped())


def test_an_index_and_articles_against_it_are_judged_alike(prose, tmp_path):
    first, second = pair(prose, 60)
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add([first, second])
        assert find_copies(index).group_of("a").members[1].kind == "near (text)"
        other = Article("c", first.title, first.text)
        assert find_copies([other]).against(index)[1] == {0: ("a", 1.0)}


def footed(prose, count: int, words: int, titles: list[str] | None = None) -> list[Article]:
    """Articles of one outlet of some words each, under one footer of 60."""
    footer = prose.text(60)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    return [
        Article(
            f"a{at}",
            titles[at] if titles else prose.text(6),
            f"{prose.text(words)} {footer}".strip(),
            source="Ledger",
            published=start + timedelta(hours=7 * at),
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("words", [0, 1, 3])
def test_a_footer_makes_no_copies(prose, words):
    articles = footed(prose, 20, words)
    copies = find_copies(articles, lowest=0.8)
    assert copies.dropped() == set() and copies.doubtful == {"boilerplate": 19}
    assert [link.kind for link in copies.group_of("a0").attached] == ["near (boilerplate)"] * 19
    assert len(find_copies(articles, unite=["boilerplate"]).dropped()) == 19


def test_nine_articles_and_a_series_prove_no_boilerplate(prose):
    assert len(find_copies(footed(prose, 9, 1)).dropped()) == 8
    titles = [f"Ferry times for pier {at}" for at in range(20)]
    assert len(find_copies(footed(prose, 20, 1, titles)).dropped()) == 19


def test_copies_under_a_footer_are_copies(prose):
    articles = footed(prose, 20, 1)
    first = articles[0]
    again = Article("z", first.title, prose.edited(first.text, 1), source="Ledger", published=first.published)
    copies = find_copies([*articles, again])
    assert [member.id for member in copies.group_of("z").members] == ["a0", "z"]
    assert len(copies.dropped()) == 1


def test_a_short_article_is_no_copy_of_those_in_an_index(prose, tmp_path):
    articles = footed(prose, 21, 1)
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(articles[:20])
        rest, known = find_copies(articles[20:]).against(index)
        assert known == {} and rest.dropped() == set()
        assert len(find_copies(articles[20:], unite=["boilerplate"]).against(index)[1]) == 1


def test_unknown_doubts_are_refused():
    assert check_doubts(["title", "boilerplate"]) == {"title", "boilerplate"}
    with pytest.raises(ValueError, match="unite='titel': choose from template, boilerplate, title"):
        find_copies([], unite=["titel"])
    with pytest.raises(ValueError, match="put it in a list"):
        find_copies([], unite="title")


def test_no_articles():
    copies = find_copies([])
    assert copies.groups == () and copies.doubtful == {} and copies.dropped() == set()


def test_containment_of_short_texts_is_the_same_for_every_lowest_threshold():
    articles = [
        Article("a", "Fire in copper market kills five"),
        Article("b", "Fire in copper market kills five hundred sheep"),
    ]
    for lowest in (0.5, 0.8):
        copies = find_copies(articles, lowest=lowest)
        assert copies.duplicates() == [] and copies.dropped(contained=True) == set()


def test_drop_contained_leaves_what_is_in_doubt(prose):
    articles = footed(prose, 20, 0)
    assert find_copies(articles).dropped(contained=True) == set()


def test_the_measure_counts_nothing_that_is_in_doubt(prose):
    articles = footed(prose, 12, 0)
    copies = find_copies(articles)
    left, right = np.triu_indices(12, 1)
    pairs = copies._rows.likeness.measure(left, right)
    assert not pairs.jaccard.any() and not pairs.containment.any()


@pytest.mark.parametrize("known", [3, 12])
def test_boilerplate_that_an_index_shows_counts_for_articles_against_it(prose, tmp_path, known):
    articles = footed(prose, known + 8, 2)
    first, second = articles[:known], articles[known:]
    alone = find_copies(second)
    assert len(alone.dropped()) == 7  # eight of them show nothing
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(first)
        rest, copies = alone.against(index)
        assert copies == {} and rest.dropped() == set() and rest.doubtful == {"boilerplate": 8}
        assert len(find_copies(second, unite=["boilerplate"]).against(index)[1]) == 8
    assert len(alone.dropped()) == 7  # what it found before stays


def test_an_article_that_an_index_makes_doubtful_is_counted_once(tmp_path):
    known, new = ([Article(id_, "Photos", "", url=f"https://a.example/{id_}") for id_ in ids] for ids in ("ab", "cd"))
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(known)
        rest, copies = find_copies(new).against(index)
    assert copies == {} and rest.doubtful == {"title": 2}
