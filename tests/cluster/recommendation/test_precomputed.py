"""The lists of all articles, and which of them are made anew when articles come, go and change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from sada.cluster import find_stories
from sada.cluster.recommendation import pipeline, precomputed
from sada.cluster.recommendation.precomputed import RelatedLists
from sada.cluster.recommendation.recommender import Preferences, related
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.search.filters import Filter
from sada.indexes.threads import asked_threads

from ..conftest import Prose, tell_events

EVERY, ANY = Filter(), Preferences()


@pytest.fixture(scope="module", params=["words", "none"])
def shared(request, tmp_path_factory, word_encoder):
    """The events and their stories. Not to be written to."""
    encoder = word_encoder if request.param == "words" else "none"
    with NewsIndex.create(tmp_path_factory.mktemp("shared") / "i.sada", encoder=encoder) as made:
        made.add(tell_events(Prose()))
        find_stories(made)
        yield made


@pytest.fixture
def write(tmp_path):
    """Writes the lists to a file, and gives them by id with what became of each."""
    path = tmp_path / "related.jsonl"

    def run(index, k=4, filters=EVERY, preferences=ANY):
        old = path.read_bytes().splitlines() if path.exists() else []
        lists = RelatedLists(index, k, filters=filters, preferences=preferences, before=path)
        rows = list(lists)
        path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        assert [row["id"] for row in rows] == index.snapshot.columns.ids and len(lists) == len(rows)
        assert lists.computed + lists.kept == len(rows)
        stayed = {orjson.loads(line)["id"] for line in set(path.read_bytes().splitlines()) & set(old)}
        return {row["id"]: row for row in rows}, lists, stayed

    return run


def anew(index, k=4, filters=EVERY, preferences=ANY):
    return {row["id"]: row for row in RelatedLists(index, k, filters=filters, preferences=preferences)}


def test_every_article_has_the_list_that_it_has_alone(index, write):
    rows, lists, _ = write(index, filters=Filter(sources=["outlet1", "outlet2"]), preferences=Preferences(per_story=2))
    assert (lists.computed, lists.kept) == (len(index), 0)
    for id_ in ("e0r0", "e3c", "z2"):
        alone = related(
            index, id_, 4, filters=Filter(sources=["outlet1", "outlet2"]), preferences=Preferences(per_story=2)
        )
        assert rows[id_]["related"] == [item.to_dict() for item in alone]


def test_nothing_is_made_twice_without_need(index, write):
    first, _, _ = write(index)
    again, lists, stayed = write(index)
    assert (lists.computed, lists.kept) == (0, len(index))
    assert again == first and stayed == set(first)


def test_what_an_added_article_may_matter_to_is_made_anew_exactly(index, write, prose):
    before, _, _ = write(index)
    report = replace(index.get("e3r1"), id="late", published=index.get("e3r1").published + timedelta(hours=1))
    report = replace(report, text=" ".join(reversed(report.text.split())))
    index.add([report])
    rows, lists, stayed = write(index)
    full = anew(index)
    made = {id_ for id_ in rows if id_ not in stayed or rows[id_] == full[id_]}
    assert made >= {"late", *(f"e3r{at}" for at in range(5)), "e3c"}
    assert lists.computed >= 7
    assert all(rows[id_] == full[id_] for id_ in rows if id_ not in stayed)
    assert all(rows[id_] == before[id_] for id_ in stayed)
    assert any(one["id"] == "late" for id_ in made for one in rows[id_]["related"])
    if not index.snapshot.dimension:  # by words no other event has anything to do with it
        assert {id_[:2] for id_ in set(rows) - stayed} == {"la", "e3"}
        assert lists.kept == len(index) - 7


def test_lists_that_an_article_of_another_story_may_enter_are_made_anew(index, write):
    write(index)
    old = index.get("e3r1")
    words = old.text.split()
    index.add([replace(old, id="late", text=" ".join(words[::-1]), published=old.published + timedelta(days=90))])
    assert find_stories(index).of("late").size == 1
    rows, _, stayed = write(index)
    full = anew(index)
    naming = {id_ for id_, row in full.items() if "late" in {one["id"] for one in row["related"]}}
    assert len(naming) >= 5 and not naming & stayed
    assert all(rows[id_] == full[id_] for id_ in set(rows) - stayed)


def test_what_named_a_removed_or_changed_article_is_made_anew(index, write):
    before, _, _ = write(index)
    gone, changed = "e1r2", "e6r4"
    naming = {id_ for id_, row in before.items() if {gone, changed} & {one["id"] for one in row["related"]}}
    assert naming
    index.remove([gone])
    index.add([replace(index.get(changed), title="Another title altogether")])
    rows, _, stayed = write(index)
    assert not stayed & (naming | {changed} | {f"e1r{at}" for at in range(5)})
    full = anew(index)
    assert all(rows[id_] == full[id_] for id_ in set(rows) - stayed)
    titles = {one["title"] for row in rows.values() for one in row["related"] if one["id"] == changed}
    assert titles <= {"Another title altogether"}
    assert gone not in {one["id"] for row in rows.values() for one in row["related"]}


def test_a_report_of_the_story_that_is_told_anew_may_take_the_place_of_another(index, write):
    before, _, _ = write(index, k=1)
    read = index.get("e2r0")
    (listed,) = before["e2r0"]["related"]
    other = next(id_ for id_ in ("e2r1", "e2r2", "e2r3") if id_ != listed["id"])
    words = read.text.split()
    index.add([replace(index.get(other), text=" ".join([*words[35:], *words[:35]][::-1]))])
    rows, _, _ = write(index, k=1)
    assert [one["id"] for one in rows["e2r0"]["related"]] == [other]
    assert rows["e2r0"] == anew(index, k=1)["e2r0"]


def test_a_pinned_article_that_comes_is_in_every_list(index, write, prose):
    preferences = Preferences(pinned=["late"])
    write(index, preferences=preferences)
    index.add([Article("late", title=prose.text(5), text=prose.text(50))])
    rows, lists, _ = write(index, preferences=preferences)
    assert lists.kept == 0
    assert all(row["related"][0]["id"] == "late" for id_, row in rows.items() if id_ != "late")


@pytest.mark.parametrize("seed", range(6))
def test_no_list_lacks_an_article_that_came_or_changed(index, write, prose, seed):
    preferences = Preferences(per_story=[1, 2, None][seed % 3], languages=["fr"], pinned=["z1"])
    write(index, preferences=preferences)
    random = prose.random
    random.seed(seed)
    pool = [index.get(id_) for id_ in sorted(index.snapshot.columns.ids)]
    fresh = []
    for at in range(4):
        one, other = random.sample(pool, 2)
        words = [*random.sample(one.text.split(), 30), *random.sample(other.text.split(), 20)]
        moment = one.published + timedelta(hours=random.randrange(-300, 300))
        id_ = f"n{at}" if at < 2 else random.choice(pool).id
        fresh.append(Article(id_, one.title, " ".join(words), published=moment, language=random.choice(["en", "fr"])))
    index.add(fresh)
    index.remove({random.choice(pool).id} - {article.id for article in fresh})
    rows, _, stayed = write(index, preferences=preferences)
    full = anew(index, preferences=preferences)
    named = {article.id for article in fresh}
    assert all(rows[id_] == full[id_] for id_ in set(rows) - stayed)
    assert not any(named & {one["id"] for one in full[id_]["related"]} for id_ in stayed)


def test_what_named_an_article_that_is_another_one_now_is_made_anew(
    tmp_path, word_encoder, events, write, prose, monkeypatch
):
    monkeypatch.setattr(pipeline, "_DEPTH", 3)  # so that not all are candidates of all
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as index:
        index.add(events)
        find_stories(index)
        before, _, _ = write(index, k=1)
        story_of = {id_: find_stories(index).of(id_).id for id_ in before}
        firsts = [(id_, row["related"][0]) for id_, row in before.items() if row["related"]]
        id_, other = next((id_, one["id"]) for id_, one in firsts if one["story"] != story_of[id_])
        index.add([Article(other, title=prose.text(9), text=prose.text(90), published=prose.moment(9999))])
        rows, _, stayed = write(index, k=1)
        assert id_ not in stayed
        assert rows[id_] == anew(index, k=1)[id_]


def test_lists_of_other_wishes_filters_or_lengths_are_made_anew(index, write):
    write(index)
    for change in (
        {"k": 5},
        {"filters": Filter(sources=["outlet1"])},
        {"filters": Filter(exclude=frozenset({"e0r0", "e1r1"}))},
        {"preferences": Preferences(per_story=2)},
        {"preferences": Preferences(blocked=["z0"])},
        {"preferences": Preferences(now=index.get("e0r0").published)},
    ):
        rows, lists, _ = write(index, **change)
        assert lists.kept == 0, change
        assert rows == anew(index, **change)
        assert write(index, **change)[1].computed == 0, change


def test_the_lists_of_an_earlier_version_are_kept(sample_index, monkeypatch):
    monkeypatch.setattr(precomputed, "_VERSION", "related-1")
    monkeypatch.setattr(precomputed, "METHOD", "stories-5")
    row = next(iter(RelatedLists(sample_index, filters=EVERY, preferences=ANY)))
    assert row["made"]["by"] == "bdb1d71076dc67ef"  # no name in the source may change it


def test_lists_are_computed_and_checked_with_the_threads_of_the_index(sample_index, tmp_path, monkeypatch):
    seen = {"answers": set(), "seeds_of": set()}

    def answers(*args):
        for found in pipeline.answers(*args):
            seen["answers"].add(asked_threads())
            yield found

    def seeds_of(*args):
        seen["seeds_of"].add(asked_threads())
        return pipeline.seeds_of(*args)

    monkeypatch.setattr(precomputed, "answers", answers)
    monkeypatch.setattr(precomputed, "seeds_of", seeds_of)
    path = tmp_path / "related.jsonl"
    with NewsIndex.open(sample_index.path, threads=3) as index:
        path.write_bytes(
            b"".join(orjson.dumps(row) + b"\n" for row in RelatedLists(index, filters=EVERY, preferences=ANY))
        )
        index.add([replace(index.get("en-001"), id="en-900", title="Another article of the day")])
        for _ in RelatedLists(index, filters=EVERY, preferences=ANY, before=path):
            assert asked_threads() == 0  # the caller's own number
    assert seen == {"answers": {3}, "seeds_of": {3}}


def test_an_index_that_grew_by_more_than_a_tenth_has_all_made_anew(tmp_path, events, write, prose):
    with NewsIndex.create(tmp_path / "n.sada", encoder="none") as index:
        index.add(events)
        write(index)
        more = [Article(f"n{at}", title=prose.text(5), text=prose.text(40)) for at in range(len(index) // 10 + 1)]
        index.add(more[1:])
        first = write(index)[1]
        assert first.kept >= len(events) - 5
        index.add(more[:1])
        assert write(index)[1].kept <= first.computed


def test_a_file_of_something_else_counts_for_nothing(index, tmp_path):
    path = tmp_path / "related.jsonl"
    line = orjson.dumps({"id": "e0r0", "related": 5, "made": {"by": 1}})
    path.write_bytes(b"not json\n\n[1]\n5\n{}\n\xff\n" + line + b"\n" + line[:20])
    lists = RelatedLists(index, 4, filters=EVERY, preferences=ANY, before=path)
    assert {row["id"]: row for row in lists} == anew(index)
    assert lists.kept == 0


def test_a_line_that_was_cut_off_is_made_anew(index, write, tmp_path):
    first, _, _ = write(index)
    path = tmp_path / "related.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    again, lists, _ = write(index)
    assert again == first and lists.computed >= 1
