from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encode_unit, encoder_text, unit_rows
from sada.indexes.errors import IndexDamagedError
from sada.indexes.index import NewsIndex
from sada.indexes.minhash.sketches import sketch
from sada.indexes.search.filters import Filter
from sada.indexes.storage.arrays import StoredArray
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns
from sada.indexes.text.tokens import shingles

WORDS = [
    *("flood", "city", "killed", "five", "people", "monday", "rescue", "team", "river", "house", "minister"),
    *("مدينة", "فيضان", "قتل", "خمسة", "زلزال"),
]
WAYS = ["meaning", "words", "copy", "all"]
START = datetime(2020, 1, 1, tzinfo=UTC)


def make(count, seed=11):
    """Articles of which many are near copies of one another."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        if number % 3 and found:
            words = found[rng.integers(len(found))].text.split()
            words[rng.integers(len(words))] = WORDS[rng.integers(len(WORDS))]
        else:
            words = [WORDS[at] for at in rng.integers(len(WORDS), size=rng.integers(3, 40))]
        published = None if number % 7 == 0 else START + timedelta(hours=int(rng.integers(100)))
        found.append(
            Article(f"a{number:03}", text=" ".join(words), source=("BBC", "CNN", "")[number % 3],
                    language=("en", "ar")[number % 2], published=published)
        )  # fmt: skip
    return [*found, Article("dots", "…", "!", language="en"), Article("word", "flood", language="en")]


ARTICLES = make(60)
BY_ID = {article.id: article for article in ARTICLES}
FILTERS = [
    Filter(),
    Filter(languages=["ar"]),
    Filter(sources=["bbc"], since=START + timedelta(hours=20)),
    Filter(until=START + timedelta(hours=50), exclude=["a001", "a002", "unknown"]),
    Filter(languages=["xx"]),
]
OUTSIDE = [
    Article("x", text="flood city killed five people monday rescue"),
    Article("y", "…"),
    Article("z", text="قتل خمسة"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory, word_encoder):
    with NewsIndex.create(tmp_path_factory.mktemp("lookup") / "index", encoder=word_encoder) as found:
        found.add(ARTICLES, commit_every=17)
        yield found


def allowed(filters):
    def holds(article):
        return (
            (not filters.languages or article.language in filters.languages)
            and (not filters.sources or article.source.casefold() in filters.sources)
            and (filters.since is None or (article.published is not None and article.published >= filters.since))
            and (filters.until is None or (article.published is not None and article.published < filters.until))
            and article.id not in filters.exclude
        )

    return [article for article in ARTICLES if holds(article)]


BANDS, ROWS = 42, 3


def cosines(query, encoder):
    """The cosine with the query of every article of which the encoder says anything, and whether of the query."""
    return cosines_of(encoder_text(query), encoder)


@cache
def cosines_of(text, encoder):
    vectors = encode_unit(encoder, [text, *map(encoder_text, ARTICLES)])
    vectors = unit_rows(vectors.astype(np.float16)).astype(np.float64)
    scores, told = (vectors[1:] @ vectors[0]).tolist(), vectors.any(axis=1).tolist()
    return {id_: score for id_, score, known in zip(BY_ID, scores, told[1:], strict=True) if known}, told[0]


def jaccards(query):
    """The Jaccard of every article that shares a band with the query."""
    return jaccards_of(query.body)


@cache
def jaccards_of(text):
    own = set(shingles(text))
    signatures = sketch([text, *(article.body for article in ARTICLES)]).signatures[:, : BANDS * ROWS]
    signatures = signatures.reshape(-1, BANDS, ROWS)
    shares = (signatures[1:] == signatures[0]).all(axis=2).any(axis=1)
    found = {}
    for article, candidate in zip(ARTICLES, shares, strict=True):
        other = set(shingles(article.body))
        if candidate and own & other:
            found[article.id] = len(own & other) / len(own | other)
    return found


def check_nearest(found, expected, k, threshold):
    """The scores are the k best of ``expected``, each belongs to its id, and they fall."""
    best = sorted((score for score in expected.values() if score >= threshold), reverse=True)[:k]
    assert [hit.score for hit in found] == pytest.approx(best, abs=1e-5)
    assert [hit.score for hit in found] == pytest.approx([max(expected[hit.id], 0) for hit in found], abs=1e-5)
    assert len({hit.id for hit in found}) == len(found)
    assert all(0 <= hit.score <= 1 for hit in found)


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize(("k", "threshold"), [(1, None), (5, None), (5, 0.6), (500, None), (500, 0.3)])
def test_by_meaning_equals_brute_force(index, word_encoder, filters, k, threshold):
    keep = {article.id for article in allowed(filters)}
    for query in [*ARTICLES[::6], *ARTICLES[-2:], *OUTSIDE]:
        scores, has_words = cosines(query, word_encoder)
        expected = {id_: score for id_, score in scores.items() if id_ in keep and id_ != query.id}
        asked = query.id if query.id in BY_ID else query
        found = index.neighbours(asked, k, by="meaning", threshold=threshold, filters=filters)
        if has_words:
            least = -1.0 if threshold is None else threshold
            check_nearest(found, expected, k, least)
            assert {hit.by for hit in found} <= {"meaning"}
        else:
            assert found == []
        assert {hit.query for hit in found} <= {query.id}


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize(("k", "threshold"), [(1, None), (5, None), (5, 0.6), (500, None), (500, 0.3)])
def test_by_copy_equals_brute_force(index, filters, k, threshold):
    keep = {article.id for article in allowed(filters)}
    for query in [*ARTICLES, *OUTSIDE]:
        expected = {id_: score for id_, score in jaccards(query).items() if id_ in keep and id_ != query.id}
        asked = query.id if query.id in BY_ID else query
        found = index.neighbours(asked, k, by="copy", threshold=threshold, filters=filters)
        check_nearest(found, expected, k, 0.0 if threshold is None else threshold)


COPIED = [article.id for article in ARTICLES[:-2] if len(jaccards(article)) > 1]


def test_the_planted_copies_are_there():
    assert len(COPIED) > 25


def test_equal_copies_stand_in_reading_order(tmp_path):
    text = "the flood in the city killed five people"
    later = [START + timedelta(days=day) for day in (3, 1, 2)]
    copies = [Article(f"c{day}", text=text, published=moment) for day, moment in zip((3, 1, 2), later, strict=True)]
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article("undated", text=text), *copies, Article("undated too", text=text)])
        found = index.neighbours(Article("x", text=text), by="copy")
        assert [hit.id for hit in found] == ["c1", "c2", "c3", "undated", "undated too"]
        assert {hit.score for hit in found} == {1.0}
        assert [hit.id for hit in index.neighbours("c2", 2, by="copy")] == ["c1", "c3"]


@pytest.mark.parametrize("by", WAYS)
def test_several_queries_are_one_by_one(index, by):
    queries = [COPIED[0], *OUTSIDE, "dots", COPIED[0], BY_ID[COPIED[1]], *COPIED[2:]]
    together = index.neighbours(queries, 4, by=by, threshold=0.2)
    assert together == [index.neighbours(query, 4, by=by, threshold=0.2) for query in queries]
    assert index.neighbours([], by=by) == []


@pytest.mark.parametrize("by", WAYS)
def test_an_article_given_finds_what_its_id_finds_and_never_itself(index, by):
    for id_ in (*COPIED[:5], "word"):
        assert index.neighbours(BY_ID[id_], 5, by=by) == index.neighbours(id_, 5, by=by)
    changed = Article("a003", text=BY_ID["a010"].text)
    found = index.neighbours(changed, 5, by=by)
    assert found[0].id == "a010" and (by == "words" or found[0].score == pytest.approx(1))
    assert "a003" not in {hit.id for hit in found}


def test_what_a_neighbour_says(index):
    hit = index.neighbours(COPIED[0], 1, by="copy")[0]
    assert hit.article == BY_ID[hit.id]
    published = hit.article.published_text()
    assert hit.to_dict() == {
        "query": COPIED[0], "id": hit.id, "score": round(hit.score, 4), "title": "", "source": hit.article.source,
        "language": hit.article.language, "published": published, "by": "copy",
    }  # fmt: skip


@pytest.mark.parametrize("k", [0, -1])
@pytest.mark.parametrize("by", WAYS)
def test_k_below_one_is_refused(index, k, by):
    with pytest.raises(ValueError, match=f"k must be at least 1, not {k}"):
        index.neighbours("a003", k, by=by)


def test_another_way_of_being_near_is_refused(index):
    with pytest.raises(ValueError, match="by='sound': choose meaning, words, copy or all"):
        index.neighbours("a003", by="sound")


def test_an_empty_index_has_no_neighbours(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "index", encoder=word_encoder) as index:
        for by in WAYS:
            assert index.neighbours(OUTSIDE, by=by) == [[], [], []]
            assert index.neighbours(OUTSIDE[0], by=by, filters=Filter(languages=["ar"])) == []


def test_an_index_without_embeddings_is_asked_by_words(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder=None) as index:
        index.add(ARTICLES)
        for query in ("a003", OUTSIDE[0]):
            found = index.neighbours(query)
            assert found == index.neighbours(query, by="words") and found
            assert {hit.by for hit in found} == {"words"}
        expected = {id_: score for id_, score in jaccards(BY_ID["a003"]).items() if id_ != "a003"}
        check_nearest(index.neighbours("a003", by="copy"), expected, 10, 0)


def test_by_copy_reads_no_more_than_it_needs(index, word_encoder, monkeypatch):
    expected = [index.neighbours(query, 5, by="copy", filters=FILTERS[1]) for query in [*COPIED[:9], OUTSIDE[0]]]
    monkeypatch.setattr(Columns, "load", lambda catalog: 1 / 0)
    monkeypatch.setattr(StoredArray, "whole", lambda self: 1 / 0)  # but for the homes in merged segments
    with NewsIndex.open(index.path, encoder=word_encoder) as fresh:
        for one in fresh.snapshot.stored:
            one.homes = next(other.homes for other in index.snapshot.stored if other.segment == one.segment)
        queries = [*COPIED[:9], OUTSIDE[0]]
        assert [fresh.neighbours(query, 5, by="copy", filters=FILTERS[1]) for query in queries] == expected
        assert any(expected)


@pytest.mark.parametrize("change", [lambda kept: None, lambda kept: kept._replace(home=(9, 9))])
def test_an_answer_that_cannot_be_read_is_not_left_out(index, monkeypatch, change):
    def kept(self, column, values):
        found = list(original(self, column, values))
        return found if column == "id" else [changed for one in found if (changed := change(one))]

    original = Catalog.kept
    monkeypatch.setattr(Catalog, "kept", kept)
    with pytest.raises(IndexDamagedError, match="some cannot be read"):
        index.neighbours(COPIED[0], by="copy")


def test_a_text_printed_very_often(tmp_path):
    text = "the flood in the city killed five people"
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article(f"c{number}", text=text, language="en") for number in range(700)], commit_every=300)
        index.remove([f"c{number}" for number in range(0, 700, 2)])
        found = index.neighbours(Article("x", text=text), 1000, by="copy")
        assert [hit.id for hit in found] == [f"c{number}" for number in range(1, 700, 2)]
        few = index.neighbours("c3", 2, by="copy", filters=Filter(exclude=[f"c{number}" for number in range(600)]))
        assert [hit.id for hit in few] == ["c601", "c603"]


@settings(max_examples=5)
@given(st.sets(st.sampled_from([article.id for article in ARTICLES]), max_size=20))
def test_removed_articles_are_never_returned(tmp_path_factory, word_encoder, gone):
    with NewsIndex.create(tmp_path_factory.mktemp("index") / "index", encoder=word_encoder) as index:
        index.add(ARTICLES, commit_every=25)
        index.neighbours("a003")  # so that something is cached
        index.remove(gone)
        left = [article.id for article in ARTICLES if article.id not in gone]
        for by in WAYS:
            for id_, found in zip(left, index.neighbours(left, 100, by=by), strict=True):
                assert {hit.id for hit in found} <= set(left) - {id_}
        for id_ in left[::10]:
            expected = {other: score for other, score in jaccards(BY_ID[id_]).items() if other in left and other != id_}
            check_nearest(index.neighbours(id_, 100, by="copy"), expected, 100, 0)


def test_an_updated_article_is_found_by_its_new_text_only(tmp_path, word_encoder):
    old, new = "flood city killed five people monday", "minister house river team rescue"
    with NewsIndex.create(tmp_path / "index", encoder=word_encoder) as index:
        index.add([Article("a", text=old), Article("b", text=old)])
        index.add([Article("a", text=new)])
        for by in WAYS:
            least = 0.1 if by == "words" else 0.9
            assert [hit.id for hit in index.neighbours(Article("x", text=old), by=by, threshold=least)] == ["b"]
            assert [hit.id for hit in index.neighbours(Article("x", text=new), by=by, threshold=least)] == ["a"]


@pytest.mark.parametrize("by", WAYS)
def test_eight_threads_get_the_answers_of_one(index, word_encoder, by):
    queries = [*(article.id for article in ARTICLES), *OUTSIDE]
    expected = [index.neighbours(query, 5, by=by, filters=FILTERS[1]) for query in queries]
    with NewsIndex.open(index.path, encoder=word_encoder) as fresh, ThreadPoolExecutor(8) as pool:
        ask = lambda query: fresh.neighbours(query, 5, by=by, filters=FILTERS[1])  # noqa: E731
        assert list(pool.map(ask, queries)) == expected
