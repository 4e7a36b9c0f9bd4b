"""Stories against planted events, and the laws of a grouping that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from sada.cluster import find_copies, find_stories, place_new
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.stories import placement
from sada.cluster.stories import stories as story_module
from sada.cluster.stories.stories import Stories, stored_stories, story_set
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexBusyError, IndexReadOnlyError, NoRoomError
from sada.indexes.handle.story_store import StoryStore


def groups(stories: Stories) -> set[frozenset[str]]:
    return {frozenset(story.articles) for story in stories.stories}


def planted(articles) -> set[frozenset[str]]:
    by_event: dict[str, set[str]] = {}
    for article in articles:
        by_event.setdefault(article.id[:2], set()).add(article.id)
    return {frozenset(ids) for ids in by_event.values()}


@pytest.fixture
def index(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as made:
        yield made


def refuse(*_args, **_values):
    raise AssertionError("nothing was to be computed")


@pytest.mark.parametrize("encoder", ["none", "words"])
def test_reports_of_one_event_stand_together(tmp_path, word_encoder, events, encoder):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder if encoder == "words" else "none") as index:
        index.add(events)
        assert groups(find_stories(index)) == planted(events)
        assert index.verify() == []
    assert groups(find_stories(events)) == planted(events)


def test_what_a_story_says_of_itself(events):
    stories = find_stories(events)
    known = {article.id: article for article in events}
    for story in stories.stories:
        several = [known[id_] for id_ in story.articles]
        moments = [article.published for article in several]
        assert moments == sorted(moments)
        assert (story.first, story.last) == (moments[0], moments[-1])
        assert story.size == len(several)
        assert story.copies == (1 if story.size > 1 else 0)
        originals = {article.title for article in several if not article.id.endswith("c")}
        assert story.headline in originals
        assert set(story.sources) == {article.source for article in several if article.source}
        assert story.languages == ("en",)
        words = " ".join(f"{article.title} {article.text}" for article in several).split()
        assert story.keywords
        assert set(story.keywords) <= set(words)
        assert stories.of(several[0].id) is story
        assert stories.get(story.id) is story
        row = story.to_dict()
        assert (row["story"], row["size"], row["articles"]) == (story.id, story.size, list(story.articles))
    assert [story.size for story in stories.stories] == sorted((s.size for s in stories.stories), reverse=True)
    for missing in (stories.of, stories.get):
        with pytest.raises(KeyError):
            missing("nothing of that name")


@pytest.mark.parametrize("dates", ["distinct", "equal", "none"])
def test_a_function_of_the_set(prose, events, dates):
    if dates != "distinct":
        events = [replace(article, published=prose.moment(0) if dates == "equal" else None) for article in events]
    # 150 headlines alike but for one word, so that lists of nearest rows are full of ties, among 300 others.
    titles = [f"daily market report from tokyo {prose.word()}" for _ in range(150)] + [
        prose.text(6) for _ in range(300)
    ]
    events += [Article(f"t{at}", title=title, published=events[0].published) for at, title in enumerate(titles)]
    wanted = find_stories(events)
    assert 1 < len(wanted.stories) < len(events)
    for threads in (1, 3):
        prose.random.shuffle(events)
        found = find_stories(events, threads=threads)
        assert [story.to_dict() for story in found.stories] == [story.to_dict() for story in wanted.stories]


def test_other_batches_give_the_same(tmp_path, word_encoder, prose, events):
    found = []
    for name, cuts in (("one", [100]), ("two", [10, 17, 40]), ("three", [3])):
        order = list(events)
        prose.random.shuffle(order)
        with NewsIndex.create(tmp_path / name, encoder=word_encoder) as index:
            for start, stop in zip([0, *cuts], [*cuts, len(order)], strict=True):
                index.add(order[start:stop], commit_every=7)
            found.append([story.to_dict() for story in find_stories(index).stories])
    assert found[0] == found[1] == found[2]


def test_growth_in_batches_ends_in_the_same_partition(index, events):
    for start in range(0, len(events), 12):
        index.add(events[start : start + 12])
        grown = find_stories(index)
    assert groups(grown) == groups(find_stories(events)) == planted(events)
    assert index.verify() == []
    for id_ in grown.redirects:
        assert grown.get(id_) in grown.stories


def test_an_event_keeps_its_id_as_reports_come_and_go(index, events):
    later = [article for article in events if article.id.endswith(("r3", "r4", "c"))]
    index.add([article for article in events if article not in later])
    before = find_stories(index)
    index.add(later)
    after = find_stories(index)
    assert groups(after) == planted(events)
    for story in before.stories:
        assert after.of(story.articles[0]).id == story.id
    assert after.redirects == {}
    index.remove([id_ for story in before.stories for id_ in story.articles[:1] if story.size > 1])
    less = find_stories(index)
    for story in after.stories:
        if story.size > 1:
            assert less.of(story.articles[-1]).id == story.id
    assert index.verify() == []


def test_an_updated_article_may_move_and_the_stories_stay(index, events):
    index.add(events)
    before = find_stories(index)
    moving = next(article for article in events if article.id == "e0r2")
    other = next(article for article in events if article.id == "e1r1")
    index.add(
        [replace(moving, title=other.title, text=other.text + " more", published=other.published + timedelta(hours=1))]
    )
    after = find_stories(index)
    assert after.of("e0r2").id == before.of("e1r1").id
    assert after.of("e0r1").id == before.of("e0r1").id
    assert set(after.of("e0r1").articles) == set(before.of("e0r1").articles) - {"e0r2"}


def test_a_merge_leaves_a_redirect(index, prose):
    body, title = prose.words(80), prose.words(6)
    one, other = " ".join(body[:40]), " ".join(body[40:])
    first = [
        Article("a", title=" ".join(title[:3]), text=one, published=prose.moment(0)),
        Article("b", title=" ".join(title[3:]), text=other, published=prose.moment(1)),
    ]
    index.add(first)
    apart = find_stories(index)
    assert len(apart.stories) == 2
    index.add([replace(first[1], id="b", title=first[0].title, text=" ".join(prose.random.sample(body[:40], 36)))])
    merged = find_stories(index)
    (story,) = merged.stories
    gone = {apart.of("a").id, apart.of("b").id} - {story.id}
    assert set(merged.redirects) == gone
    assert {merged.get(id_).id for id_ in gone} == {story.id}
    assert stored_stories(index).redirects == merged.redirects
    assert index.verify() == []


def test_stored_stories_are_what_was_found_and_nothing_is_computed_twice(index, events, monkeypatch):
    index.add(events)
    found = find_stories(index)
    assert stored_stories(index) == found
    monkeypatch.setattr(StorySet, "of", refuse)
    assert find_stories(index) == found
    index.add(events)  # nothing new
    assert find_stories(index) == found
    with NewsIndex.open(index.path) as again:  # without the encoder, which is needed no more
        assert find_stories(again) == found
    with pytest.raises(AssertionError):
        find_stories(index, recompute=True)
    index.add([Article("new", title="something new")])
    with pytest.raises(AssertionError):
        find_stories(index)


def test_stale_stories_leave_out_what_was_removed(index, events):
    index.add(events)
    found = find_stories(index)
    index.remove(["e0r0", "z0"])
    stale = stored_stories(index)
    assert groups(stale) == {group - {"e0r0", "z0"} for group in groups(found)} - {frozenset()}
    assert stale.of("e0r1").id == found.of("e0r1").id
    with pytest.raises(KeyError):
        stale.of("e0r0")
    assert find_stories(index).of("e0r1").id == found.of("e0r1").id
    assert index.verify() == []


def test_recompute_forgets_and_equals_plain_from_scratch(tmp_path, events):
    with NewsIndex.create(tmp_path / "none.sada", encoder="none") as index:
        for article in events:
            index.add([article]) if article.id.startswith("e0") else None
        find_stories(index)
        index.add(events)
        kept = find_stories(index)
        again = find_stories(index, recompute=True)
        plain = find_stories(events)
        assert groups(kept) == groups(again) == groups(plain)
        assert again == plain
        assert again.redirects == {}


@pytest.mark.parametrize("size", [60, 300])
def test_a_text_printed_very_often_is_one_story(prose, size):
    base, title = prose.text(100), prose.text(6)
    articles = [
        Article(f"a{at}", title=title, text=prose.edited(base, at % 3), published=prose.moment(at / 9))
        for at in range(size)
    ]
    stories = find_stories(articles)
    assert [story.size for story in stories.stories] == [size]
    assert stories.stories[0].copies == size - 1


def test_the_same_text_long_after_is_another_story(prose):
    base = prose.text(100)
    hours = [0, 50, 140, 400, 450]  # never more than four days between two, but once
    articles = [
        Article(f"a{at}", title="Weather", text=base, published=prose.moment(hour)) for at, hour in enumerate(hours)
    ]
    assert groups(find_stories(articles)) == {frozenset({"a0", "a1", "a2"}), frozenset({"a3", "a4"})}
    assert len(find_copies(articles).groups) == 1
    undated = Article("u", title="Weather", text=base)
    assert len(find_stories([*articles, undated]).stories) == 2


def test_copies_crowd_nobody_out(prose):
    """Two reports of one event in other words, and more copies of each than any list of nearest rows is long."""
    title, body = prose.words(6), prose.words(90)
    articles = [
        Article(f"z{at}", title=prose.text(6), text=prose.text(60), published=prose.moment(at)) for at in range(90)
    ]
    for report in range(2):
        text = " ".join(prose.random.sample(body, 75))
        heading = " ".join(prose.random.sample(title, 5))
        articles += [
            Article(f"r{report}n{at}", title=heading, text=text, published=prose.moment(report + at / 60))
            for at in range(35)
        ]
    assert len(find_copies(articles).groups) == 92
    story = find_stories(articles).stories[0]
    assert (story.size, story.copies) == (70, 68)


def test_few_or_no_articles(index):
    assert find_stories(index).stories == find_stories([]).stories == stored_stories(index).stories == ()
    (alone,) = find_stories([Article("a", title="Only this")]).stories
    assert (alone.articles, alone.headline, alone.size, alone.copies, alone.first, alone.last) == (
        ("a",),
        "Only this",
        1,
        0,
        None,
        None,
    )
    index.add([Article("a", title="Only this")])
    assert [story.articles for story in find_stories(index).stories] == [("a",)]
    index.remove(["a"])
    assert stored_stories(index).stories == find_stories(index).stories == ()
    assert index.verify() == []


def test_articles_without_titles_words_or_dates(prose):
    text = prose.text(60)
    articles = [
        Article("a", text=text, published=prose.moment(0)),
        Article("b", text=text),
        Article("c", title="!!!"),
        Article("d", title="", text=" ".join(prose.random.sample(text.split(), 55))),
        Article("e"),
        Article("f"),
    ]
    stories = find_stories(articles)
    assert {"a", "b"} <= set(stories.of("a").articles)
    assert stories.of("a").headline == text[:80]
    assert stories.of("c").headline == "!!!"
    assert stories.of("c").size == stories.of("e").size == stories.of("f").size == 1
    assert stories.of("b").last == prose.moment(0)


def test_a_language_that_was_identified_counts_like_one_that_was_named(tmp_path, word_encoder):
    class Limited(type(word_encoder)):
        languages = frozenset({"en"})

    titles = {
        "a": "The president of France said on Monday that he would resign",
        "b": "The French president says he is resigning from office",
    }
    with NewsIndex.create(tmp_path / "i.sada", encoder=Limited()) as index:
        index.add([Article(id_, title=title, text=title) for id_, title in titles.items()])
        assert index.snapshot.columns.languages == ["en", "en"]
        prepared = story_set(index)
        assert prepared.meaning.understood.all()
        assert prepared.languages.min() > 0
        assert np.linalg.norm(prepared.meaning.vectors, axis=1) == pytest.approx([1, 1])


def test_stories_that_cannot_be_stored_are_still_found(tmp_path, monkeypatch):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article(str(row), f"flood in town {row // 2}", language="en") for row in range(4)])
        for error in (IndexBusyError("busy"), IndexReadOnlyError("read-only"), NoRoomError("full")):
            with monkeypatch.context() as patch:
                patch.setattr(StoryStore, "store", Mock(side_effect=error))
                found = find_stories(index)
            assert not found.stored and found.obstacle == str(error)
            assert index.stories.stored() == ([], {})
        stored = find_stories(index)
        assert stored.stored and not stored.obstacle
        assert stored.stories == found.stories


def overtaken(monkeypatch, module, name, meanwhile):
    """Let ``meanwhile`` run once, as if in another thread, when ``name`` has done its part of the work."""
    work = getattr(module, name)

    def call(*args, **values):
        done = work(*args, **values)
        monkeypatch.setattr(module, name, work)
        meanwhile()
        return done

    monkeypatch.setattr(module, name, call)


def test_of_two_threads_that_find_the_same_stories_one_stores_them(index, events, monkeypatch):
    index.add(events)
    overtaken(monkeypatch, story_module, "_regrouped", lambda: find_stories(index))
    assert not find_stories(index).stored
    overtaken(monkeypatch, placement, "place", lambda: find_stories(index))
    index.add([replace(events[0], id="z")])
    with pytest.raises(IndexBusyError, match="run it again"):
        place_new(index)
    assert index.verify() == []
    index.remove([events[0].id, "z"])
    assert find_stories(index).stored
    assert index.verify() == []


def test_stories_are_found_again_where_another_thread_moved_the_index(index, events, monkeypatch):
    index.add(events)
    find_stories(index)
    index.add([replace(events[0], id="z")])
    work = story_module.build_stories

    def missing(*_args):
        monkeypatch.setattr(story_module, "build_stories", work)
        index.remove(["z"])
        raise IndexError("list index out of range")

    monkeypatch.setattr(story_module, "build_stories", missing)
    found = find_stories(index)
    assert found.stored and len(found._by_article) == len(events)
    monkeypatch.setattr(story_module, "build_stories", Mock(side_effect=IndexError("a fault")))
    with pytest.raises(IndexError, match="a fault"):
        find_stories(index, recompute=True)


@pytest.mark.parametrize("path", ["articles.jsonl", Path("index")])
def test_a_path_is_refused_with_the_mend(path):
    with pytest.raises(TypeError, match=r"is a path: give read_articles\(path\), or NewsIndex.open\(path\)"):
        find_stories(path)


def test_articles_of_one_id_are_refused(prose):
    articles = [Article(id_, title=prose.text(5)) for id_ in ("a", "b", "a")]
    with pytest.raises(ValueError, match="2 articles have the id 'a'"):
        find_stories(articles)


def test_without_embeddings_a_number_in_common_joins_no_events_of_two_languages():
    titles = [
        ("en", "Copper market fire kills 17 in Kalvar"),
        ("en", "Fire in Kalvar copper market kills 17"),
        ("ar", "المدرب يختار 17 لاعبا لتشكيلة المنتخب"),
        ("ar", "المدرب يختار 17 لاعبا لمعسكر المنتخب"),
        ("es", "El puerto de Tamrit costará 17 millones"),
        ("es", "Costará 17 millones el puerto de Tamrit"),
    ]
    found = find_stories([Article(f"a{at}", title, language=language) for at, (language, title) in enumerate(titles)])
    assert sorted(story.articles for story in found.stories) == [("a0", "a1"), ("a2", "a3"), ("a4", "a5")]
