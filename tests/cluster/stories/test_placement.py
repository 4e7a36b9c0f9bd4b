"""New articles placed among the stories of an index: planted events, odd dates, ids, and the history."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sada.cluster import find_stories, place_new
from sada.cluster.stories.history import members_of, replay
from sada.cluster.stories.stories import METHOD, stored_stories
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexBusyError, UnknownArticleError
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.storage.story_tables import StoryChange

from .arrivals import stir


@pytest.fixture
def index(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as made:
        yield made


def event_of(article):
    return article.id[:2]


def groups(index):
    return {frozenset(story.articles) for story in stored_stories(index).stories}


def planted(articles):
    return {frozenset(one.id for one in articles if event_of(one) == event) for event in map(event_of, articles)}


def memberships(index):
    return {story.id: set(story.articles) for story in stored_stories(index).stories}


def check_history(index, ever):
    """Every article is in one story, every id that ever was lives, leads to one that does or ended, and replays."""
    held = memberships(index)
    ever |= set(held)
    assert sorted(id_ for members in held.values() for id_ in members) == sorted(index.snapshot.columns.ids)
    assert replay(row.change for row in index.stories.changes(ever)) == held
    assert members_of(index, index.stories.stored()[0]) == held
    redirects = stored_stories(index).redirects
    assert ever == {*held, *redirects} and set(redirects.values()) <= {*held, ""}


def test_reports_go_to_their_events_as_they_come(index, events):
    index.add(events[:14])
    before = find_stories(index)
    seen = {}
    for start in range(14, len(events), 5):
        some = events[start : start + 5]
        index.add(some)
        placed = place_new(index)
        order = sorted(some, key=lambda one: (one.published, one.id))
        assert [one.id for one in placed] == [one.id for one in order]
        seen |= {one.id: one for one in placed}
    after = stored_stories(index)
    assert {frozenset(story.articles) for story in after.stories} == planted(events)
    for article in events[:14]:
        assert after.of(article.id).id == before.of(article.id).id
    for id_, one in seen.items():
        assert one.story == after.of(id_).id
    opened = {id_ for id_, one in seen.items() if one.new}
    old = {event_of(article) for article in events[:14]}
    firsts = {}
    for id_ in seen:
        firsts.setdefault(id_[:2], id_)
    assert opened == {id_ for event, id_ in firsts.items() if event not in old}
    check_history(index, set(before._by_id))
    assert index.verify() == [] and place_new(index) == ()


def test_a_copy_names_the_first_of_its_copies_and_shares_its_story(index, events):
    index.add([one for one in events if one.id != "e3c"])
    find_stories(index)
    index.add([one for one in events if one.id == "e3c"])
    (placed,) = place_new(index)
    story = stored_stories(index).of("e3r0")
    assert placed.to_dict() == {"id": "e3c", "story": story.id, "new": False, "copy_of": "e3r0"}
    assert ("e3r0", "e3c") in story.pieces and story.copies == 1
    (again, first) = place_new(index, also=["e3c", "e3r0"])[::-1]
    assert (again, first.copy_of, first.new) == (placed, None, False)
    with pytest.raises(UnknownArticleError, match="no article 'nowhere'"):
        place_new(index, also=["nowhere"])


def test_copies_that_come_together(index, prose):
    index.add([Article("z", title=prose.text(6), text=prose.text(80), published=prose.moment(0))])
    find_stories(index)
    text = prose.text(80)
    index.add(
        [
            Article(id_, title="Seen", text=text, published=prose.moment(hour))
            for id_, hour in zip("cab", (3, 2, 2), strict=True)
        ]
    )
    a, b, c = place_new(index)
    assert [one.to_dict() for one in (a, b, c)] == [
        {"id": "a", "story": a.story, "new": True, "copy_of": None},
        {"id": "b", "story": a.story, "new": False, "copy_of": "a"},
        {"id": "c", "story": a.story, "new": False, "copy_of": "a"},
    ]
    (story,) = [one for one in stored_stories(index).stories if one.size > 1]
    assert story.pieces == (("a", "b", "c"),) and set(story.keywords) <= {"Seen", *text.split()} and story.keywords


@pytest.mark.parametrize(("changes", "joins"), [(2, True), (7, False)])
def test_only_a_near_copy_joins_whatever_else_is_in_the_story(index, prose, changes, joins):
    """A story of a text printed three times and of two others: for what is like that text, that counts as one."""
    text, title = prose.text(100), prose.text(6)
    printed = [Article(f"o{at}", title=title, text=text, published=prose.moment(at)) for at in range(3)]
    others = [Article(f"z{at}", title=prose.text(6), text=prose.text(60), published=prose.moment(9)) for at in range(2)]
    index.add([*printed, *others])
    find_stories(index)
    index.stories.store(
        [("s", index.snapshot.columns.numbers.tolist(), {"pieces": [[0, 1, 2], [3], [4]]})],
        stories := {id_: "s" for id_ in memberships(index)},
        METHOD,
        ended=list(stories),
    )
    index.add([Article("x", title=title, text=prose.edited(text, changes), published=prose.moment(10))])
    (placed,) = place_new(index)
    assert (placed.copy_of, placed.new) == ("o0", not joins)  # .5 makes a copy here, and .8 a near one
    assert memberships(index)[placed.story] == {"x"} | (set(index.snapshot.columns.ids) if joins else set())


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_reading_and_the_threads_say_nothing(tmp_path, word_encoder, index, prose, events, seed):
    index.add(events[:12])
    find_stories(index)
    found = []
    for at, threads in enumerate((1, 3)):
        shutil.copytree(index.path, path := tmp_path / f"copy{at}")
        rest = events[12:]
        prose.random.seed(seed + at)
        prose.random.shuffle(rest)
        with NewsIndex.open(path, encoder=word_encoder) as copy:
            copy.add(rest, commit_every=3 + 8 * at)
            placed = place_new(copy, threads=threads)
            found.append(
                (placed, stored_stories(copy), [row.change for row in copy.stories.changes(memberships(copy))])
            )
    assert found[0] == found[1]


def test_what_comes_late_and_out_of_order(index, events):
    """The latest first: every report finds the stories of its own day, however long ago that is."""
    order = sorted(events, key=lambda one: one.published, reverse=True)
    index.add(order[:3])
    find_stories(index)
    for start in range(3, len(order), 4):
        index.add(order[start : start + 4])
        place_new(index)
    assert groups(index) == planted(events)


def report(prose, id_, event, moment):
    """One more telling of an event."""
    title, body = event
    return Article(id_, title=" ".join(prose.random.sample(title, 5)), text=" ".join(prose.random.sample(body, 70)),
                   published=moment, language="en")  # fmt: skip


@pytest.fixture
def told(prose):
    return prose.words(7), prose.words(90)


@pytest.mark.parametrize("wrong", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2090, 5, 5, tzinfo=UTC)])
def test_a_wrong_date_puts_an_article_aside_and_nothing_else(index, prose, told, events, wrong):
    index.add(events)
    find_stories(index)
    index.add([report(prose, "x1", told, wrong), report(prose, "x2", told, prose.moment(230))])
    placed = {one.id: one for one in place_new(index)}
    assert placed["x1"].new and placed["x2"].new
    index.add([report(prose, "x3", told, prose.moment(231)), report(prose, "x4", told, wrong)])
    later = {one.id: one for one in place_new(index)}
    assert (later["x3"].story, later["x4"].story) == (placed["x2"].story, placed["x1"].story)
    index.add([report(prose, "u", told, None)])
    (undated,) = place_new(index)
    assert undated.story == placed["x2"].story  # it is compared with what is latest but for errors
    assert groups(index) >= planted(events)


def test_undated_articles_find_each_other(index, prose, told):
    index.add([report(prose, "a", told, None), Article("z", title=prose.text(6), text=prose.text(60))])
    find_stories(index)
    index.add([report(prose, "b", told, None), report(prose, "c", told, None)])
    assert {one.story for one in place_new(index)} == {stored_stories(index).of("a").id}


def test_a_text_printed_again_a_year_later_is_another_story(index, prose, events):
    index.add(events)
    find_stories(index)
    old = next(one for one in events if one.id == "e5r1")
    index.add([replace(old, id="soon", published=old.published + timedelta(days=3)),
               replace(old, id="year", published=old.published + timedelta(days=365))])  # fmt: skip
    soon, year = place_new(index)
    assert soon.to_dict() == {
        "id": "soon",
        "story": stored_stories(index).of("e5r1").id,
        "new": False,
        "copy_of": "e5r1",
    }
    assert (year.copy_of, year.new) == ("e5r1", True)


def test_far_articles_are_not_read_and_other_stories_not_written(index, events, monkeypatch):
    index.add([one for one in events if one.id != "e7r3"])
    find_stories(index)
    stored = {row[0]: row for row in index.stories.stored()[0]}
    read, get_many = [], Snapshot.get_many
    monkeypatch.setattr(Snapshot, "get_many", lambda self, ids: read.extend(ids) or get_many(self, ids))
    index.add([one for one in events if one.id == "e7r3"])
    written = index.snapshot.catalog._connection.total_changes
    (placed,) = place_new(index)
    written = index.snapshot.catalog._connection.total_changes - written
    days = {one.id: one.published for one in events}
    near = {id_ for id_, day in days.items() if abs(day - days["e7r3"]) <= timedelta(days=4)}
    assert "e7r0" in near and "e0r0" not in near
    assert set(read) <= near
    assert {row[0] for row in index.stories.stored()[0] if row != stored[row[0]]} == {placed.story}
    assert written < len(stored)


def test_no_id_is_given_again(index, prose):
    """Fresh ids avoid those of living stories, of merged ones and of ended ones, all made from one article's."""

    def another_a():
        index.add([Article("a", title=prose.text(6), text=prose.text(30))])
        (placed,) = place_new(index)
        return placed

    index.add([Article("a", title=prose.text(6)), Article("k", title=prose.text(6))])
    first = find_stories(index).of("a").id
    index.remove(["a"])
    assert find_stories(index).redirects == {first: ""}
    second = another_a()
    assert second.new and second.story != first
    number = int(index.snapshot.columns.numbers[index.snapshot.columns.row_of["a"]])
    merged = [StoryChange(second.story, "merged", ["a"], "other"), StoryChange("other", "opened", ["a"], second.story)]
    row = {"pieces": [[0]]}
    index.stories.store(
        [("other", [number], row)], {second.story: "other"}, METHOD, ended=[second.story], changes=merged
    )
    index.remove(["a"])
    assert find_stories(index).redirects == {first: "", second.story: "", "other": ""}
    third = another_a()
    assert third.new and third.story not in {first, second.story, "other", stored_stories(index).of("k").id}
    check_history(index, {first, second.story, "other"})


@pytest.mark.parametrize("bring", [place_new, find_stories])
def test_nor_is_that_of_a_story_far_away_that_was_named_after_an_article_of_the_same_id(index, prose, told, bring):
    index.add([report(prose, id_, told, prose.moment(at)) for at, id_ in enumerate("ab")])
    old = find_stories(index).of("b").id
    index.remove(["a"])
    assert find_stories(index).of("b").id == old
    index.add([Article("a", title=prose.text(6), text=prose.text(50), published=prose.moment(900))])
    bring(index)
    assert groups(index) == {frozenset("a"), frozenset("b")} and stored_stories(index).of("b").id == old
    check_history(index, {old})


def test_articles_taken_down_and_put_back_keep_their_story(index, prose, events):
    index.add(events)
    before = memberships(index) or {story.id: set(story.articles) for story in find_stories(index).stories}
    gone = [one for one in events if event_of(one) in ("e0", "z0")] + [one for one in events if one.id == "e1r1"]
    index.remove([one.id for one in gone])
    index.add([*gone, replace(events[0], id="more", published=prose.moment(900))])
    place_new(index)
    after = memberships(index)
    assert {id_: after[id_] for id_ in before} == before
    check_history(index, set(before))


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_arrivals_removals_placements_and_repairs(index, events, prose, seed):
    prose.random.seed(seed)
    ever = set()
    for step in range(7):
        some = stir(index, events, prose.random)
        if step and prose.random.random() < 0.6:
            index.add([replace(some[0], id=f"{some[0].id}-{step}")])  # something is new for certain
            place_new(index)
        else:
            find_stories(index, recompute=prose.random.random() < 0.2)
        check_history(index, ever)
    assert index.verify() == []


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_of_an_open_index_changes_nothing(tmp_path, word_encoder, prose, events, seed):
    """One index stays open while another process changes it, too; a second is opened anew for each step."""
    prose.random.seed(seed)
    lines = [replace(one, text=f"{one.text}\nFollow us for more of this", source="copier") for one in events]
    with NewsIndex.create(tmp_path / "0.sada", encoder=word_encoder) as index:
        index.add(lines[::3])
        find_stories(index)
    shutil.copytree(tmp_path / "0.sada", tmp_path / "1.sada")
    with NewsIndex.open(tmp_path / "0.sada", encoder=word_encoder) as kept:
        for step in range(12):
            state, told = prose.random.getstate(), []
            for anew in (False, True):
                prose.random.setstate(state)
                with NewsIndex.open(tmp_path / f"{anew:d}.sada", encoder=word_encoder) as other:
                    some = stir(other, lines, prose.random)
                    change = prose.random.choice([NewsIndex.compact, find_stories, len, len])
                    change(other)
                    if step == 6:
                        other.boilerplate.learn()
                kept.refresh()
                with NewsIndex.open(tmp_path / "1.sada", encoder=word_encoder) as fresh:
                    index = fresh if anew else kept
                    index.add([replace(one, id=f"{one.id}-{step}") for one in some[: step % 3 + 1]])
                    told.append((place_new(index, also=[some[5].id] * (some[5].id in index)), memberships(index)))
            assert told[0] == told[1]
        assert kept.boilerplate.lines()


def test_without_stories_they_are_found(index, events, tmp_path, word_encoder):
    index.add(events)
    placed = place_new(index)
    assert groups(index) == planted(events) and len(placed) == len(events)
    assert sum(one.new for one in placed) == len(planted(events))
    assert index.stories.are_current(METHOD)


def test_stories_that_cannot_be_stored_are_not_told_of(index, events, word_encoder):
    index.add(events[:20])
    find_stories(index)
    index.add(events[20:])
    with NewsIndex.open(index.path, encoder=word_encoder) as late:
        late.snapshot.columns  # noqa: B018 # as of now
        place_new(index)
        with pytest.raises(IndexBusyError, match="run it again"):
            place_new(late)
        assert place_new(late) == ()


def test_a_story_that_lost_its_words_gets_keywords_of_the_articles_that_are_left(index, events):
    """Another article of the story was updated: what the story is told by must come from the texts of today."""
    index.add(events)
    find_stories(index)
    old = next(story for story in stored_stories(index).stories if story.size > 2)
    changed = index.get(old.pieces[0][0])
    index.add([replace(changed, title="Comet seen", text="A comet was seen above the quiet observatory")])
    told = stored_stories(index).of(changed.id)
    assert told.id == old.id and told.headline == "Comet seen"
    words = set(f"{told.keywords}".casefold().split())
    rest = " ".join(f"{one.title} {one.text}" for one in index.get(list(old.articles))).casefold()
    assert told.keywords and all(word.casefold() in rest for word in told.keywords), words
    late = replace(index.get(old.articles[-1]), id="late", source="Late")
    index.add([late])
    (placed,) = place_new(index)
    assert placed.story == old.id
    grown = stored_stories(index).of("late")
    rest = " ".join(f"{one.title} {one.text}" for one in index.get(list(grown.articles))).casefold()
    assert grown.keywords and all(word.casefold() in rest for word in grown.keywords)
    (row,) = (row for id_, _, row in index.stories.stored()[0] if id_ == old.id)
    assert row["keywords"] == list(grown.keywords)
