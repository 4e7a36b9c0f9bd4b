"""Planted series among news: every issue is routine, and no event is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sada.cluster.routine.routine import Routine, find_routine
from sada.cluster.stories.stories import Stories, find_stories
from sada.indexes.article import Article
from sada.indexes.index import NewsIndex

DAYS = 10


def issues(prose, name: str, days: int = DAYS, every: int = 1) -> list[Article]:
    """One text a day from one outlet, with other figures and one other name in the same words."""
    frame = [prose.text(9) for _ in range(6)]
    found = []
    for day in range(0, days, every):
        slots = [prose.word() if place == 2 else str(prose.random.randint(10, 9999)) for place in range(6)]
        text = " ".join(f"{words} {slot}" for words, slot in zip(frame, slots, strict=True))
        found.append(
            Article(
                f"{name}{day}",
                title=f"{name} {frame[0]} {slots[2]}",
                text=text,
                published=prose.moment(24 * day + 6),
                source="Gazette",
                language="en",
            )
        )
    return found


def news(prose, days: int = DAYS, each: int = 6) -> list[Article]:
    """Events of one day, told by two outlets in different order."""
    found = []
    for day in range(days):
        for event in range(each):
            title, body = prose.words(6), prose.words(60)
            for outlet in range(2):
                found.append(
                    Article(
                        f"news{day}-{event}-{outlet}",
                        title=" ".join(prose.random.sample(title, 5)),
                        text=" ".join(prose.random.sample(body, 50)),
                        published=prose.moment(24 * day + event + outlet),
                        source=f"outlet{outlet}",
                        language="en",
                    )
                )
    return found


def marked(articles: list[Article]) -> tuple[Routine, set[str]]:
    """The routine, and the articles of its stories."""
    stories = find_stories(articles)
    routine = find_routine(articles, stories)
    return routine, {id_ for story in stories.stories if story.id in routine for id_ in story.articles}


def test_the_issues_of_two_series_are_routine_and_nothing_else_is(prose) -> None:
    weather, shares = issues(prose, "weather"), issues(prose, "shares")
    routine, found = marked([*weather, *shares, *news(prose)])
    assert found == {article.id for article in [*weather, *shares]}
    assert [len(series.stories) for series in routine.series] == [10, 10]
    assert len(routine) == 20


def test_a_series_names_its_stories_in_order_and_is_named_after_the_first(prose) -> None:
    articles = [*issues(prose, "weather"), *news(prose)]
    stories = find_stories(articles)
    (series,) = find_routine(articles, stories).series
    assert series.stories == tuple(stories.of(f"weather{day}").id for day in range(DAYS))
    assert series.id == "r" + series.stories[0][1:]
    assert series.headline == stories.of("weather9").headline
    assert series.to_dict() == {"series": series.id, "stories": list(series.stories), "headline": series.headline}


def test_of_a_story_it_knows_the_series(prose) -> None:
    articles = [*issues(prose, "weather"), *news(prose)]
    stories = find_stories(articles)
    routine = find_routine(articles, stories)
    assert routine.of(stories.of("weather3").id) is routine.series[0]
    assert routine.of(stories.of("news3-1-0").id) is None
    assert stories.of("news3-1-0").id not in routine


def test_four_other_days_are_needed(prose) -> None:
    other = news(prose, 5)
    assert len(marked([*issues(prose, "weather", 5), *other])[0]) == 5
    assert len(marked([*issues(prose, "weather", 4), *other])[0]) == 0


def test_two_fifths_of_the_other_days_are_needed(prose) -> None:
    other = news(prose, 20)  # 19 other days, of which 8
    assert len(marked([*issues(prose, "weather", 18, 2), *other])[0]) == 9
    assert len(marked([*issues(prose, "weather", 20, 3), *other])[0]) == 0


def test_an_event_with_the_same_background_every_day_is_news(prose) -> None:
    background = prose.text(50)
    running = [
        Article(
            f"war{day}",
            title=prose.text(7),
            text=f"{prose.text(70)} {background}",
            published=prose.moment(24 * day),
            source="Gazette",
            language="en",
        )
        for day in range(DAYS)
    ]
    assert marked([*running, *news(prose)])[1] == set()


def test_a_bare_title_of_every_day_is_routine_whatever_its_figures(prose) -> None:
    cartoons = [
        Article(f"cartoon{day}", title=f"Cartoon {day + 1}", published=prose.moment(24 * day), source="Gazette")
        for day in range(DAYS)
    ]
    twice = [Article(f"twice{day}", "Cartoon", published=prose.moment(24 * day), source="Herald") for day in range(3)]
    articles = [*cartoons, *news(prose)]
    stories = find_stories(articles)
    routine = find_routine(articles, stories)
    assert {stories.of(f"cartoon{day}").id for day in range(DAYS)} == {
        story for series in routine.series for story in series.stories
    }
    assert len(find_routine([*twice, *news(prose)])) == 0


def test_a_story_of_several_issues_is_routine_if_others_of_its_series_are(prose) -> None:
    articles = [*issues(prose, "weather"), *news(prose)]
    stories = find_stories(articles)
    days = [stories.of(f"weather{day}") for day in range(DAYS)]
    merged = replace(days[3], articles=tuple(f"weather{day}" for day in range(3, DAYS)))
    kept = [story for story in stories.stories if story not in days[3:]]
    (series,) = find_routine(articles, replace(stories, stories=(merged, *kept))).series
    assert set(series.stories) == {story.id for story in days[:4]}


def test_one_story_may_hold_a_whole_series(prose) -> None:
    articles = [*issues(prose, "weather"), *news(prose)]
    stories = find_stories(articles)
    first = stories.of("weather0")
    whole = replace(first, articles=tuple(f"weather{day}" for day in range(DAYS)))
    kept = [story for story in stories.stories if not story.articles[0].startswith("weather")]
    (series,) = find_routine(articles, replace(stories, stories=(whole, *kept))).series
    assert series.stories == (first.id,)


def test_one_report_that_is_printed_again_every_day_is_news(prose) -> None:
    text = prose.text(60)
    again = [
        Article(
            f"again{day}", "Mayor resigns", prose.edited(text, 1), published=prose.moment(24 * day), source="Herald"
        )
        for day in range(DAYS)
    ]
    stories = find_stories([*again, *news(prose)])
    first = stories.of("again0")
    whole = replace(first, articles=tuple(f"again{day}" for day in range(DAYS)))
    kept = [story for story in stories.stories if not story.articles[0].startswith("again")]
    assert len(find_routine([*again, *news(prose)], replace(stories, stories=(whole, *kept)))) == 0


def test_undated_articles_are_no_issues(prose) -> None:
    undated = [
        Article(article.id, article.title, article.text, source=article.source) for article in issues(prose, "weather")
    ]
    assert marked([*undated, *news(prose)])[1] == set()


def test_the_order_of_reading_does_not_matter(prose) -> None:
    articles = [*issues(prose, "weather"), *issues(prose, "shares"), *news(prose)]
    before = find_routine(articles)
    random.Random(3).shuffle(articles)
    assert find_routine(articles) == before


def test_in_a_long_archive_only_days_nearby_count(prose) -> None:
    early, late = issues(prose, "weather", 10), news(prose, 120, 1)
    assert marked([*early, *late])[1] == {article.id for article in early}
    moved = [
        Article(
            article.id,
            article.title,
            article.text,
            published=article.published + timedelta(days=12 * day),
            source="Gazette",
            language="en",
        )
        for day, article in enumerate(early)
    ]
    assert marked([*moved, *late])[1] == set()  # one in thirteen days


def test_an_index_says_the_same_as_its_articles(prose, tmp_path: Path) -> None:
    articles = [*issues(prose, "weather"), *news(prose)]
    with NewsIndex.create(tmp_path / "news.sada", encoder="none") as index:
        index.add(articles)
        stories: Stories = find_stories(index)
        assert find_routine(index) == find_routine(index, stories)
        routine = find_routine(index)
        found = {id_ for story in stories.stories if story.id in routine for id_ in story.articles}
    assert found == {f"weather{day}" for day in range(DAYS)}


def test_a_path_is_refused() -> None:
    with pytest.raises(TypeError, match="is a path"):
        find_routine("news.sada")


def test_nothing_is_routine_in_nothing() -> None:
    assert find_routine([]) == Routine(())


def test_series_come_with_the_most_stories_first(prose) -> None:
    articles = [*issues(prose, "weather", 8), *issues(prose, "shares", 10), *news(prose)]
    sizes = [len(series.stories) for series in find_routine(articles).series]
    assert sizes == [10, 8]
    assert all(one >= other for one, other in pairwise(sizes))
