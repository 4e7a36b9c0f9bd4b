"""Planted large events among other news: their stories are one thread, and nothing else is in it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from sada.cluster.stories.stories import Stories, find_stories
from sada.cluster.threads import merging
from sada.cluster.threads.threads import Threads, find_threads
from sada.indexes.article import Article
from sada.indexes.index import NewsIndex

COMMON = [f"common{at:03}".translate(str.maketrans("0123456789", "abcdefghij")) for at in range(150)]


def told(prose, name: str, day: float, names: list[str], *, reports: int = 2) -> list[Article]:
    """Reports of one happening: few words of their own and many that all use, with names in title and lead."""
    title, body = prose.words(2), [*prose.words(8), *prose.random.sample(COMMON, 42)]
    return [
        Article(
            f"{name}-{at}",
            title=" ".join(prose.random.sample([*title, *names], len(title) + len(names))),
            text=f"{' '.join(names)} {' '.join(prose.random.sample(body, 45))}",
            published=prose.moment(24 * day + at),
            source=f"outlet{at}",
            language="en",
        )
        for at in range(reports)
    ]


def event(prose, name: str, days: int) -> list[Article]:
    """A large event: another happening each day, all about the same names."""
    names = prose.words(3)
    return [article for day in range(days) for article in told(prose, f"{name}{day}", day, names)]


def others(prose, days: int) -> list[Article]:
    """Six happenings a day without names in common."""
    return [
        article
        for day in range(days)
        for at in range(6)
        for article in told(prose, f"other{day}-{at}", day, prose.words(3))
    ]


@pytest.fixture
def articles(prose) -> list[Article]:
    return [*event(prose, "quake", 10), *event(prose, "trial", 8), *others(prose, 10)]


def of_event(stories: Stories, name: str) -> set[str]:
    return {story.id for story in stories.stories if story.articles[0].startswith(name)}


def test_the_stories_of_a_large_event_are_one_thread_and_no_others_are_in_it(articles):
    stories = find_stories(articles)
    found = find_threads(articles, stories)
    assert [{story.id for story in thread.stories} for thread in found.threads] == [
        of_event(stories, "quake"),
        of_event(stories, "trial"),
    ]
    assert len(of_event(stories, "quake")) == 10
    assert [thread.size for thread in found.threads] == [20, 16]


def test_a_thread_tells_what_happened_when(articles):
    stories = find_stories(articles)
    thread = find_threads(articles, stories).of(stories.of("trial3-0").id)
    assert [story.articles[0] for story in thread.stories] == [f"trial{day}-0" for day in range(8)]
    assert thread.id == "t" + thread.stories[0].id[1:]
    assert list(thread.days.values()) == [2] * 8 and list(thread.days)[:2] == ["2024-03-01", "2024-03-02"]
    assert (thread.first, thread.last) == (thread.stories[0].first, thread.stories[-1].last)
    assert set(thread.articles) == {f"trial{day}-{at}" for day in range(8) for at in range(2)}
    assert (thread.languages, set(thread.sources)) == (("en",), {"outlet0", "outlet1"})
    assert thread.growth == sum(story.growth for story in thread.stories)
    row = thread.to_dict()
    assert [one["story"] for one in row["stories"]] == [story.id for story in thread.stories]
    assert sum(row["days"].values()) == row["size"] == thread.size == 16


def test_an_id_that_was_told_leads_to_the_thread_of_its_story(articles):
    stories = find_stories(articles)
    found = find_threads(articles, stories)
    for thread in found.threads:
        for story in thread.stories:
            assert found.get(f"t{story.id[1:]}") is found.of(story.id) is thread
    (first, *_) = found.threads[0].stories
    later = Threads(found.threads, {"s-merged": first.id})
    assert later.of("s-merged") is later.get("t-merged") is found.threads[0]
    alone = stories.of("other3-1-0").id
    assert found.of(alone) is None
    with pytest.raises(KeyError):
        found.get(f"t{alone[1:]}")


def test_the_thread_keeps_its_id_when_articles_come(prose, tmp_path: Path):
    all_ = [*event(prose, "quake", 10), *others(prose, 10)]
    early = [article for article in all_ if article.published < prose.moment(24 * 6)]
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(early)
        (before,) = find_threads(index).threads
        index.add([article for article in all_ if article not in early])
        found = find_threads(index)
    assert (before.size, found.threads[0].size) == (12, 20)
    assert found.get(before.id).id == before.id == found.threads[0].id


def test_stories_to_leave_out_are_in_no_thread(articles):
    stories = find_stories(articles)
    found = find_threads(articles, stories, without=of_event(stories, "quake"))
    assert [thread.stories[0].articles[0] for thread in found.threads] == ["trial0-0"]


def test_one_name_in_common_is_a_topic_and_no_event(prose):
    name = prose.word()
    topic = [article for day in range(8) for article in told(prose, f"topic{day}", day, [name])]
    assert find_threads([*topic, *others(prose, 8)]).threads == ()


def test_names_of_all_stories_join_none(prose):
    names = prose.words(3)
    topic = [article for day in range(8) for article in told(prose, f"one{day}", day, names)]
    found = find_threads(topic)
    assert found.threads == ()


def test_stories_far_apart_in_time_are_not_joined(prose):
    names = prose.words(3)
    two = [*told(prose, "early", 0, names), *told(prose, "late", 9, names)]
    assert find_threads([*two, *others(prose, 10)]).threads == ()
    bridged = [*two, *told(prose, "between", 4.5, names)]
    assert [len(thread.stories) for thread in find_threads([*bridged, *others(prose, 10)]).threads] == [3]


def test_undated_stories_are_in_no_thread(articles):
    undated = [replace(one, published=None) if one.id.startswith("trial") else one for one in articles]
    assert [thread.stories[0].articles[0] for thread in find_threads(undated).threads] == ["quake0-0"]


def test_stories_that_are_told_in_two_languages_are_joined(prose):
    english, arabic = prose.words(3), ["زلزال", "تامريت", "نورس"]
    told_twice = []
    for day in range(5):
        second = [replace(one, id=f"ar-{one.id}", language="ar") for one in told(prose, f"both{day}", day, arabic)]
        told_twice.append([*told(prose, f"both{day}", day, english), *second])
    articles = [article for some in told_twice for article in some]
    all_ = [*articles, *others(prose, 6)]
    stories = find_stories(all_)
    united = [
        replace(
            stories.of(some[0].id),
            articles=tuple(one.id for one in some),
            pieces=tuple((one.id,) for one in some),
            languages=("en", "ar"),
        )
        for some in told_twice
    ]
    kept = [story for story in stories.stories if not {one.id for one in articles} & set(story.articles)]
    (thread,) = find_threads(all_, replace(stories, stories=(*united, *kept))).threads
    assert (len(thread.stories), thread.size, thread.languages) == (5, 20, ("en", "ar"))


def test_the_order_of_reading_does_not_matter(articles):
    before = find_threads(articles)
    random.Random(5).shuffle(articles)
    assert find_threads(articles) == before


def test_an_index_says_the_same_as_its_articles(articles, tmp_path: Path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(articles)
        stories = find_stories(index)
        assert find_threads(index) == find_threads(index, stories) == find_threads(articles, stories)


def test_common_terms_make_no_candidates(articles, monkeypatch):
    monkeypatch.setattr(merging, "_COMMON", 1)
    assert find_threads(articles).threads == ()


@pytest.mark.parametrize("articles", [[], [Article("a", "Rain")], [Article("a", "12"), Article("b", "34", "5 6 7")]])
def test_little_has_no_threads(articles):
    assert find_threads(articles) == Threads(())


def test_a_path_is_refused():
    with pytest.raises(TypeError, match="is a path"):
        find_threads("news.sada")
