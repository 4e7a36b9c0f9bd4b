"""What is listed for a reader: against a slow reading of the definition, and by articles made for the purpose."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from sada.cluster import find_stories, place_new
from sada.cluster.recommendation import index_state, pipeline, ranking, retrieval
from sada.cluster.recommendation import recommender as recommendation
from sada.cluster.recommendation.recommender import Preferences, Recommender, related, related_many
from sada.cluster.stories.stories import METHOD
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexBusyError, UnknownArticleError
from sada.indexes.search.filters import Filter
from sada.indexes.text.tokens import shingles

from ..conftest import Prose, tell_events

ANY_NUMBER = Preferences(per_story=None)
ONE_OF_EACH = [f"e{event}r1" for event in range(8)]


@pytest.fixture(scope="module", params=["words", "none"])
def shared(request, tmp_path_factory, word_encoder):
    """The events with their stories, and a page that holds a report of the first. Not to be written to."""
    prose = Prose()
    events = tell_events(prose)
    first = next(article for article in events if article.id == "e0r0")
    text = f"{prose.text(40)} {first.title} {first.text} {prose.text(60)}"
    page = Article("page", title=first.title, text=text, published=first.published)
    encoder = word_encoder if request.param == "words" else "none"
    with NewsIndex.create(tmp_path_factory.mktemp("shared") / "i.sada", encoder=encoder) as made:
        made.add([*events, page])
        find_stories(made)
        yield made


def ids(found) -> list[str]:
    return [item.article.id for item in found]


class Slow:
    """The definition, read word by word: every article is a candidate, and nothing is remembered."""

    def __init__(self, index: NewsIndex) -> None:
        stories = find_stories(index)
        self.articles = {article.id: article for article in index}
        self.story = {id_: stories.of(id_).id for id_ in self.articles}
        self.sets = {id_: set(shingles(article.body)) for id_, article in self.articles.items()}
        ids = index.snapshot.columns.ids
        self.order = {id_: rank for id_, rank in zip(ids, index.snapshot.columns.reading_order.tolist(), strict=True)}
        self.vectors = (
            dict(zip(ids, index.snapshot.vectors.astype(float), strict=True)) if index.snapshot.dimension else {}
        )
        self.words = {}
        for id_, article in self.articles.items():
            rows, scores = index.snapshot.word_search.search([article], len(ids))
            found = rows[0] >= 0
            self.words[id_] = dict(zip([ids[row] for row in rows[0][found]], scores[0][found].tolist(), strict=True))
        pairs = [self.vectors[a] @ self.vectors[b] for a in self.vectors for b in self.vectors
                 if self.story[a] != self.story[b] and self.vectors[a].any() and self.vectors[b].any()]  # fmt: skip
        self.unrelated = max(sum(pairs) / (len(pairs) + 50), 0)

    def meaning(self, a: str, b: str) -> float:
        if not self.vectors:
            return 0.0
        return min(max((self.vectors[a] @ self.vectors[b] - self.unrelated) / (1 - self.unrelated), 0), 1)

    def relevance(self, seed: str, id_: str) -> float:
        story = 0.5 if self.story[seed] == self.story[id_] else 1.0
        return 1 - story * (1 - self.meaning(seed, id_)) * (1 - self.words[seed].get(id_, 0))

    def score(self, read: list[str], id_: str) -> float:
        article = self.articles[id_]
        weights = [max(0.9**age, 0.5) for age in range(len(read[-10:]))]
        best = max(weight * self.relevance(seed, id_) for weight, seed in zip(weights, read[::-1], strict=False))
        latest = max(self.articles[one].published for one in read)
        fresh = 0.5 ** (max((latest - article.published) / timedelta(days=7), 0)) if article.published else 0.5
        return best * (1 - 0.2 * (1 - fresh))

    def shared(self, a: str, b: str) -> tuple[float, float]:
        one, other = self.sets[a], self.sets[b]
        both = len(one & other)
        return both / max(len(one | other), 1), both / max(min(len(one), len(other)), 1)

    def are_copies(self, a: str, b: str) -> bool:
        jaccard, containment = self.shared(a, b)
        return jaccard >= 0.8 or (min(len(self.sets[a]), len(self.sets[b])) >= 10 and containment >= 0.8)

    def likeness(self, a: str, b: str) -> float:
        if self.story[a] == self.story[b]:
            return 0.0
        if self.vectors and self.vectors[a].any() and self.vectors[b].any():
            return self.meaning(a, b)
        return self.shared(a, b)[min(len(self.sets[a]), len(self.sets[b])) >= 10]

    def listed(self, read: list[str], k: int, per_story: int | None) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = []
        left = {id_: self.score(read, id_) for id_ in self.articles if id_ not in read}
        left = {id_: score for id_, score in left.items() if not any(self.are_copies(id_, one) for one in read)}
        while left and len(found) < k:
            worth = {
                id_: score * (1 - 0.3 * max((self.likeness(id_, one) for one, _ in found), default=0))
                for id_, score in left.items()
            }
            best = min(left, key=lambda id_: (-worth[id_], self.order[id_]))
            del left[best]
            if worth[best] <= 0 or any(self.are_copies(best, one) for one, _ in found):
                continue
            if per_story is None or sum(self.story[one] == self.story[best] for one, _ in found) < per_story:
                found.append((best, worth[best]))
        return found


@pytest.fixture(scope="module")
def slow(shared):
    return Slow(shared)


@pytest.mark.parametrize("read", [["e0r0"], ["e5r3"], ["z1"], ["e2r1", "z0", "e4r4", "e2r2"]])
@pytest.mark.parametrize("per_story", [1, 2, None])
def test_lists_are_those_of_the_definition(index, slow, read, per_story):
    found = related(index, read, 12, preferences=Preferences(per_story=per_story))
    expected = slow.listed(read, 12, per_story)
    assert ids(found) == [id_ for id_, _ in expected]
    assert [item.score for item in found] == pytest.approx([score for _, score in expected], abs=1e-5)
    assert [item.story for item in found] == [slow.story[id_] for id_, _ in expected]
    assert [item.rank for item in found] == list(range(1, len(found) + 1))
    assert {item.query for item in found} <= {",".join(read)}
    assert bool(found) == (
        read != ["z1"] or index.snapshot.dimension > 0
    )  # words that no other article has find nothing


@pytest.mark.parametrize("read", [["e0r0"], ["z1", "e2r1", "e4r4"], ["e1r1", "e1r2"], ["e5r3", "z0", "e5r0", "e5r1"]])
def test_scores_are_exact_however_few_candidates_are_looked_at(index, slow, read, monkeypatch):
    monkeypatch.setattr(pipeline, "_MOST_DEPTH", 1)
    for depth in (2, 3, 5):  # an article is the nearest of itself
        monkeypatch.setattr(retrieval, "_depths", lambda seeds, _, depth=depth: np.full(len(seeds.rows), depth))
        found = related(index, read, 12, preferences=ANY_NUMBER)
        assert found
        for at, item in enumerate(found):
            likest = max((slow.likeness(item.article.id, one) for one in ids(found[:at])), default=0)
            assert item.score == pytest.approx(slow.score(read, item.article.id) * (1 - 0.3 * likest), abs=1e-5)


def test_the_same_story_comes_first_and_one_of_each_is_listed(index):
    for read in ("e0r0", "e5r3"):
        several = related(index, read, 3, preferences=ANY_NUMBER)
        assert {id_[:2] for id_ in ids(several)} == {read[:2]}
        alone = related(index, read, 50)
        assert ids(alone)[0][:2] == read[:2]
        assert len({item.story for item in alone}) == len(alone)
        twice = [item.story for item in related(index, read, 50, preferences=Preferences(per_story=2))]
        assert max(map(twice.count, twice)) == 2


def test_nothing_listed_is_a_copy_of_another_or_of_what_was_read(index, slow):
    read = [*ONE_OF_EACH, "e1c"]
    found = ids(related(index, read, 100, preferences=ANY_NUMBER))
    assert {id_ for id_ in found if id_[0] == "e"} >= {
        f"e{event}r{report}" for event in range(8) for report in (2, 3, 4)
    }
    shown = [*read, *found]
    assert not [(a, b) for at, a in enumerate(shown) for b in shown[:at] if slow.are_copies(a, b)]
    assert "e1r0" not in found
    for event in (0, 2, 3, 4, 5, 6, 7):
        assert sum(id_ in found for id_ in (f"e{event}r0", f"e{event}c")) + ("page" in found and event == 0) == 1


def test_scores_fall_and_lie_between_0_and_1(index):
    scores = [item.score for item in related(index, ONE_OF_EACH, 60, preferences=ANY_NUMBER)]
    assert len(scores) >= 32
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


def test_fewer_are_a_beginning_of_more(index):
    many = ids(related(index, "e3r0", 16))
    for k in (1, 2, 7):
        assert ids(related(index, "e3r0", k)) == many[:k]


def test_many_readers_at_once_get_what_each_gets_alone(index):
    reads = ["e0r0", ["e1r1", "e2r2"], "z3", ["e0r0"], *(id_ for id_ in index.snapshot.columns.ids if id_[0] == "e")]
    reads += [["z0", f"e{event}c", f"e{event}r4"] for event in range(8) for _ in range(4)]
    assert len(reads) > 64
    preferences = Preferences(per_story=2, pinned=["z2"], blocked=["e4r0"])
    together = related_many(index, reads, 5, exclude=["e0r1"], preferences=preferences)
    alone = [related(index, read, 5, exclude=["e0r1"], preferences=preferences) for read in reads[:10]]
    assert together[:10] == alone
    with NewsIndex.open(index.path, encoder=index.encoder, threads=1) as other:
        assert related_many(other, reads, 5, exclude=["e0r1"], preferences=preferences) == together


def test_exclusions_and_filters(index, prose):
    first, *rest = ids(related(index, ONE_OF_EACH, 100, preferences=ANY_NUMBER))
    without = ids(related(index, ONE_OF_EACH, 100, exclude=[first, "nobody"], preferences=ANY_NUMBER))
    assert first not in without and set(rest) <= set(without)
    assert ids(related(index, ONE_OF_EACH, 100, filters=Filter(exclude=[first]), preferences=ANY_NUMBER)) == without
    some = related(
        index, ONE_OF_EACH, 100, filters=Filter(sources=["OUTLET2"], since=prose.moment(6)), preferences=ANY_NUMBER
    )
    assert sorted(ids(some)) == [f"e{event}r2" for event in range(1, 8)]  # that of the first event was an hour before
    assert related(index, "e0r0", filters=Filter(languages=["ar"])) == []


def test_the_article_read_last_counts_most(index):
    for history in (["e2r0", "e6r0"], ["e6r0", "e2r0"]):
        first = related(index, history, 2)
        assert [id_[:2] for id_ in ids(first)] == [history[1][:2], history[0][:2]]
        assert f"goes with: {index.get(history[1]).title}" in first[0].reasons
        assert f"goes with: {index.get(history[0]).title}" in first[1].reasons
    assert ids(related(index, ["e2r0", "e6r0", "e2r0"], 5)) == ids(related(index, ["e6r0", "e2r0"], 5))


def test_of_a_long_history_the_last_ten_are_gone_by_and_copies_of_all_kept_away(index):
    last = [f"e{event}r{report}" for event in (3, 4, 5) for report in range(4)][-10:]
    preferences = Preferences(per_story=None, now=index.get("e6r0").published)
    found = {
        item.article.id: item.score for item in related(index, ["e6r0", "e5c", *last], 60, preferences=preferences)
    }
    scores = {item.article.id: item.score for item in related(index, last, 60, preferences=preferences)}
    assert {"e5r4", "e4r4"} <= found.keys() and not {"e6r0", "e6c", "e5c"} & found.keys()
    assert list(found.items())[:2] == list(scores.items())[:2]


def test_pinned_articles_come_first_if_they_may(index):
    pinned = ["z3", "nobody", "e0c", "e0r1", "e0r2", "e0r0", "e5r0", "e5c"]
    found = related(index, ["e1r0", "e0r0"], 8, preferences=Preferences(pinned=pinned))
    assert ids(found)[:4] == ["z3", "e0r1", "e0r2", "e5r0"]  # no copy of what was read, nor of another pinned one
    assert [item.reasons[0] == "pinned by the editors" for item in found][:5] == [True] * 4 + [False]
    assert found[4].article.id[:2] == "e1"
    assert not {"e0c", "e0r0", "e5c"} & set(ids(found))
    stories = [item.story for item in found]
    assert not set(stories[:4]) & set(stories[4:])
    assert ids(related(index, "e0r0", 2, preferences=Preferences(pinned=pinned))) == ["z3", "e0r1"]
    some = related(index, "e0r0", 8, filters=Filter(sources=["outlet2"]), preferences=Preferences(pinned=pinned))
    assert ids(some)[0] == "e0r2" and "z3" not in ids(some)
    assert "z3" not in ids(related(index, "e0r0", 60, exclude=["z3"], preferences=Preferences(pinned=pinned)))
    assert "z3" not in ids(related(index, "e0r0", 60, preferences=Preferences(pinned=pinned, blocked=["z3"])))


def test_what_is_blocked_is_never_listed_nor_are_its_copies(index):
    everything = set(ids(related(index, ONE_OF_EACH, 100, preferences=ANY_NUMBER)))
    preferences = Preferences(per_story=None, blocked=["e0c", "e5r3", "nobody"])
    found = set(ids(related(index, ONE_OF_EACH, 100, preferences=preferences)))
    assert everything & {"e0r0", "e0c", "page"} and "e5r3" in everything
    assert found == everything - {"e0c", "e0r0", "page", "e5r3"}


@pytest.mark.parametrize("encoder", ["words", "none"])
def test_very_many_copies_leave_room_for_others(tmp_path, word_encoder, prose, encoder):
    base, title = prose.text(80), prose.text(6)
    copies = [
        Article(f"c{at}", title=title, text=prose.edited(base, at % 3), published=prose.moment(at / 50))
        for at in range(330)
    ]
    shared = " ".join(base.split()[:30])
    others = [Article(f"o{at}", title=prose.text(4), text=f"{shared} {prose.text(40)}") for at in range(5)]
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder if encoder == "words" else "none") as index:
        index.add([*copies, *others])
        assert sorted(ids(related(index, "c0", 5))) == [f"o{at}" for at in range(5)]
        assert sum(id_.startswith("c") for id_ in ids(related(index, "o0", 5, preferences=ANY_NUMBER))) <= 1


@pytest.fixture
def topics(tmp_path, prose):
    """Reports of two topics in an index without encoder, each some days after the other and thus of another story."""
    first, second = prose.words(30), prose.words(30)

    def report(id_, pool, days, share=24, **more):
        own = " ".join(prose.random.sample(pool, share) + prose.words(30 - share))
        return Article(id_, title=prose.text(5), text=own, published=prose.moment(24 * days), **more)

    with NewsIndex.create(tmp_path / "t.sada", encoder="none") as index:
        index.add([report("read", first, 400), report("other", second, 400)])
        yield index, report, first, second


def test_age_takes_little_and_hides_nothing(topics):
    index, report, first, _ = topics
    index.add([report("old", first, 0), report("weak", first, 401, share=6)])
    found = {item.article.id: item for item in related(index, "read")}
    assert list(found)[:2] == ["old", "weak"]
    assert "background from 2024-03-01" in found["old"].reasons
    assert not any("background" in reason for reason in found["weak"].reasons)
    early = {
        item.article.id: item.score
        for item in related(index, "read", preferences=Preferences(now=index.get("old").published))
    }
    assert found["old"].score / early["old"] == pytest.approx(0.8, abs=1e-6)
    week = index.get("old").published + timedelta(days=7)
    after = {item.article.id: item.score for item in related(index, "read", preferences=Preferences(now=week))}
    assert after["old"] / early["old"] == pytest.approx(0.9)
    assert after["weak"] == pytest.approx(found["weak"].score)


def test_an_undated_article_counts_as_half_fresh(topics):
    index, report, first, _ = topics
    dated = report("dated", first, 500)
    index.add([dated, replace(dated, id="undated", title="another title of it", published=None)])
    one = related(index, "read", exclude=["undated"])[0]
    other = related(index, "read", exclude=["dated"])[0]
    assert (one.article.id, other.article.id) == ("dated", "undated")
    assert other.score < one.score
    index.add([replace(index.get("read"), id="never", published=None)])
    assert ids(related(index, "never", 1, exclude=["read"]))[0] in ("dated", "undated")


def test_a_preference_moves_and_does_not_filter(topics):
    index, report, first, _ = topics
    texts = {name: report(name, first, 400 + 10 * at, share=24) for at, name in enumerate(("a", "b", "c"))}
    index.add(
        [replace(texts["a"], language="fr", source="X"), replace(texts["b"], language="ar", source="Y"), texts["c"]]
    )
    plain = {item.article.id: item.score for item in related(index, "read")}
    for preferences, liked, reason in (
        (Preferences(languages=["FR-ca"]), "a", "preferred language"),
        (Preferences(sources=["y"]), "b", "preferred outlet"),
    ):
        found = related(index, "read", preferences=preferences)
        assert {item.article.id for item in found} == set(plain)
        assert [item.article.id for item in found if reason in item.reasons] == [liked]
        for item in found:
            share = 1 if item.article.id == liked else 0.85
            assert item.score == pytest.approx(plain[item.article.id] * share, rel=0.02)
    both = related(index, "read", preferences=Preferences(languages=["fr"], sources=["y"]))
    assert {item.article.id: item.score / plain[item.article.id] for item in both}["c"] == pytest.approx(
        0.85**2, rel=0.02
    )


def test_near_repeats_in_meaning_stand_apart(tmp_path, word_encoder, prose, monkeypatch):
    words = prose.words(40)
    read = Article("read", text=" ".join(words), published=prose.moment(0))
    repeats = [
        Article(f"same{at}", text=" ".join(prose.random.sample(words[:26], 26)), published=prose.moment(240 * at + 240))
        for at in range(3)
    ]
    differing = Article("differs", text=" ".join(prose.random.sample(words[22:], 18)), published=prose.moment(3000))
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as index:
        index.add([read, *repeats, differing])
        stories = find_stories(index)
        assert len({stories.of(article.id).id for article in [read, *repeats, differing]}) == 5
        every = set(index.snapshot.columns.ids)
        alone = {id_: related(index, "read", 1, filters=Filter(exclude=every - {id_}))[0].score
                 for id_ in ("same0", "same1", "same2", "differs")}  # fmt: skip
        assert min(alone[f"same{at}"] for at in range(3)) > alone["differs"]
        found = related(index, "read")
        assert ids(found)[0].startswith("same") and ids(found)[1] == "differs"
        assert found[2].score == pytest.approx(0.7 * alone[found[2].article.id], abs=1e-3)
        monkeypatch.setattr(ranking, "_SPARE", -6)  # only the first two are looked at at first
        assert ids(related(index, "read", 2)) == ids(found)[:2]


def test_text_that_the_encoder_does_not_know_is_found_by_words(tmp_path, prose, word_encoder):
    class Some(type(word_encoder)):
        languages = frozenset({"en"})

    words = prose.words(30)
    articles = [
        Article(
            f"xx{at}", text=" ".join(prose.random.sample(words, 24)), language="ka", published=prose.moment(200 * at)
        )
        for at in range(3)
    ]
    with NewsIndex.create(tmp_path / "i.sada", encoder=Some()) as index:
        index.add([*articles, Article("en", text=" ".join(words), language="en")])
        assert set(ids(related(index, "xx0"))) == {"xx1", "xx2", "en"}
        assert ids(related(index, "en")) and related(index, "en")[0].score < 1


def test_what_cannot_be_asked(index):
    with pytest.raises(UnknownArticleError):
        related(index, "nobody")
    with pytest.raises(UnknownArticleError):
        related(index, ["e0r0", "nobody"])
    with pytest.raises(ValueError, match="nothing was read"):
        related_many(index, ["e0r0", []])
    for k in (0, -1):
        with pytest.raises(ValueError, match=f"k={k}"):
            related(index, "e0r0", k)
    assert related_many(index, []) == []


def test_wishes_that_cannot_be():
    for name in ("languages", "sources", "pinned", "blocked"):
        with pytest.raises(ValueError, match="put it in a list"):
            Preferences(**{name: "one"})
    with pytest.raises(ValueError, match="per_story=0"):
        Preferences(per_story=0)
    with pytest.raises(ValueError, match="offset"):
        Preferences(now=datetime(2024, 1, 1))


def test_an_article_alone_has_nothing_related(tmp_path, word_encoder):
    for name, encoder in (("a", word_encoder), ("b", "none")):
        with NewsIndex.create(tmp_path / name, encoder=encoder) as index:
            index.add([Article("a", title="only this"), Article("w", title="!!!")])
            assert related(index, "a") == []
            assert related(index, "w") == []


def test_stories_are_read_once_a_commit_and_never_found_without_need(index, monkeypatch):
    recommender = Recommender(index)
    first = recommender.related("e0r0")
    shelves = []
    monkeypatch.setattr(index_state.IndexState, "of", classmethod(lambda *given: shelves.append(given) or 1 / 0))
    assert recommender.related("e0r0") == first
    assert not shelves
    monkeypatch.undo()
    monkeypatch.setattr(index_state, "find_stories", lambda *_, **__: 1 / 0)
    assert related(index, "e0r0") == first


def test_a_recommender_notices_stories_that_its_own_index_stores(index):
    recommender = Recommender(index)
    old = recommender.related("e0r0", 1)[0].story
    stories = [id_ for id_, _, _ in index.stories.stored()[0]]
    index.stories.store([("all", index.snapshot.columns.numbers.tolist(), {})], {}, METHOD, ended=stories)
    found = recommender.related("e0r0", 3, preferences=ANY_NUMBER)
    assert old != "all" and {item.story for item in found} == {"all"}


def test_a_recommender_notices_what_others_commit(index, prose, word_encoder):
    recommender = Recommender(index)
    before = recommender.related("e0r0", 3, preferences=ANY_NUMBER)
    report = replace(index.get("e0r2"), id="late", title=index.get("e0r0").title, published=prose.moment(5))
    report = replace(report, text=" ".join(reversed(report.text.split())))
    with NewsIndex.open(index.path, encoder=index.encoder) as other:
        other.add([report])
        # a function asks the state at hand
        assert ids(related(index, "e0r0", 3, preferences=ANY_NUMBER)) == ids(before)
        assert ids(recommender.related("e0r0", 1)) == ["late"]
        other.remove(["late"])
        assert recommender.related("e0r0", 3, preferences=ANY_NUMBER) == before
        with pytest.raises(UnknownArticleError):
            recommender.related("late")


def test_articles_that_were_placed_as_they_came_need_no_search_for_stories(index, prose, monkeypatch):
    recommender = Recommender(index)
    recommender.related("e0r0")
    report = replace(index.get("e0r2"), id="late", published=prose.moment(5))
    report = replace(report, text=" ".join(reversed(report.text.split())))
    with NewsIndex.open(index.path, encoder=index.encoder) as other:
        other.add([report])
        (placed,) = place_new(other)
    monkeypatch.setattr(index_state, "find_stories", lambda *_, **__: 1 / 0)
    found = {item.article.id: item for item in recommender.related("e0r0", 60, preferences=ANY_NUMBER)}
    assert found["late"].story == placed.story
    assert "same story" in found["late"].reasons


def test_several_threads_may_ask_while_another_index_adds(index, prose):
    recommender, count = Recommender(index), len(index)
    reads = [f"e{event}r{report}" for event in range(8) for report in range(5)]

    def ask(read: str) -> bool:
        found = recommender.related(read, 1)
        return ids(found)[0][:2] == read[:2]

    def write() -> None:
        fresh = [Article(f"new{at}", title=prose.text(5), text=prose.text(50)) for at in range(3)]
        with NewsIndex.open(index.path, encoder=index.encoder) as other:
            while missing := [article for article in fresh if article.id not in other]:
                with suppress(IndexBusyError):  # a reader is storing the stories of what came
                    other.add(missing[:1])

    recommender.related("e0r0")
    writer = threading.Thread(target=write)
    writer.start()
    with ThreadPoolExecutor(4) as pool:
        while writer.is_alive():
            assert all(pool.map(ask, reads))
    assert all(map(ask, reads)) and len(index) == count + 3


def test_an_index_that_cannot_be_written_is_read_all_the_same(index, monkeypatch):
    first, found = related(index, "e0r0"), find_stories(index)
    monkeypatch.setattr(index.stories, "grouped_up_to", lambda method: None)
    monkeypatch.setattr(index_state, "find_stories", lambda *_, **__: replace(found, stored=False))
    again = Recommender(index)
    assert again.related("e0r0") == first
    assert recommendation.related(index, "e0r0") == first
