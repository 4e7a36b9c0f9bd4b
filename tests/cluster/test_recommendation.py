"""What is listed for a reader: in order, of the right score, and no copies."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster import find_stories, related
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import UnknownArticle
from sada.indexes.filters import Filter
from sada.indexes.text import shingles


@pytest.fixture(params=["words", "none"])
def index(request, tmp_path, word_encoder, events, prose):
    """The events, and a page that holds a report of the first among other things."""
    first = next(article for article in events if article.id == "e0r0")
    text = f"{prose.text(40)} {first.title} {first.text} {prose.text(60)}"
    page = Article("page", title=first.title, text=text, published=first.published)
    encoder = word_encoder if request.param == "words" else "none"
    with NewsIndex.create(tmp_path / "i.sada", encoder=encoder) as made:
        made.add([*events, page])
        yield made


def ids(found) -> list[str]:
    return [item.article.id for item in found]


def test_the_same_story_comes_first_and_without_copies(index):
    for read in ("e0r0", "e5r3"):
        found = related(index, read, k=4)
        assert {id_[:2] for id_ in ids(found)} == {read[:2]}
        assert not {"e0r0", "e0c"} <= {read, *ids(found)}
        assert all(item.reasons[0] == "same story" and item.score >= 0.5 for item in found)
    everything = related(index, "e0r0", k=100)
    assert not {"e0c", "page"} & set(ids(everything))
    assert "e0r0" not in ids(everything)
    assert len({id_ for id_ in ids(everything) if id_ in ("e1r0", "e1c")}) <= 1


def test_nothing_listed_is_a_copy_of_another_or_of_what_was_read(index):
    found = related(index, ["e0r0", "e1c"], k=100)
    bodies = [set(shingles(index.get(id_).body)) for id_ in ["e0r0", "e1c", *ids(found)]]
    for a, left in enumerate(bodies):
        for right in bodies[:a]:
            assert len(left & right) / len(left | right) < 0.8
            assert len(left & right) / min(len(left), len(right)) < 0.8


def test_scores_are_half_similarity_and_half_the_story(index):
    found = related(index, "e2r1", k=100)
    stories = find_stories(index)
    assert [item.rank for item in found] == list(range(1, len(found) + 1))
    scores = [item.score for item in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    for item in found:
        assert item.story == stories.of(item.article.id).id
        assert ("same story" in item.reasons) == (item.story == stories.of("e2r1").id)
        if index.dimension:
            rows = index.columns.rows(["e2r1", item.article.id])
            cosine = float(np.dot(*index.vectors[rows]))
            assert item.score == pytest.approx((max(cosine, 0) + ("same story" in item.reasons)) / 2, abs=1e-5)


def test_a_history_of_several_is_served_by_each(index):
    one, other = related(index, "e0r1", k=100), related(index, "e1r1", k=100)
    both = related(index, ["e0r1", "e1r1"], k=100)
    best: dict[str, float] = {}
    for item in [*one, *other]:
        best[item.article.id] = max(best.get(item.article.id, 0), item.score)
    for item in both:
        assert item.score == pytest.approx(best[item.article.id], abs=1e-5)
        assert item.query == "e0r1,e1r1"
    assert {id_[:2] for id_ in ids(both)[:6]} == {"e0", "e1"}
    assert ids(related(index, ["e0r1", "e0r1"], k=5)) == ids(related(index, "e0r1", k=5))


def test_exclusions_and_filters(index, prose):
    unlimited = ids(related(index, "e0r0", k=100))
    without = ids(related(index, "e0r0", k=100, exclude=[unlimited[0], "nobody"]))
    assert without == unlimited[1:]
    some = related(index, "e0r0", k=100, filters=Filter(sources=["OUTLET1"], since=prose.moment(1)))
    assert ids(some)
    assert {item.article.source for item in some} == {"outlet1"}
    assert min(item.article.published for item in some) >= prose.moment(1)
    assert related(index, "e0r0", filters=Filter(languages=["ar"])) == []
    assert related(index, "e0r0", filters=Filter(exclude=unlimited[1:]), k=1)[0].article.id == unlimited[0]
    assert ids(related(index, "e0r0", filters=Filter(), k=3)) == unlimited[:3]


def test_fewer_are_a_beginning_of_more(index):
    many = ids(related(index, "e3r0", k=30))
    for k in (1, 2, 7):
        assert ids(related(index, "e3r0", k=k)) == many[:k]


@pytest.mark.parametrize("encoder", ["words", "none"])
def test_very_many_copies_leave_room_for_others(tmp_path, word_encoder, prose, encoder):
    base, title = prose.text(80), prose.text(6)
    copies = [
        Article(f"c{at}", title=title, text=prose.edited(base, at % 3), published=prose.moment(at / 50))
        for at in range(130)
    ]
    others = [Article(f"o{at}", title=prose.text(4), text=f"{prose.text(70)} {base[:30]}") for at in range(5)]
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder if encoder == "words" else "none") as index:
        index.add([*copies, *others])
        assert sorted(ids(related(index, "c0", k=5))) == [f"o{at}" for at in range(5)]
        assert sum(id_.startswith("c") for id_ in ids(related(index, "o0", k=5))) <= 1


def test_reasons_name_language_and_outlet(tmp_path, word_encoder):
    articles = [
        Article("en", title="flood river dam city", text="rain mayor bridge rescue", language="en", source="A"),
        Article("fr", title="river flood city dam", text="mayor rain rescue bridge", language="fr", source="B"),
    ]
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as index:
        index.add(articles)
        (item,) = related(index, "en")
        assert item.reasons[:3] == ("same story", "in another language (fr)", "as B reports it")
        assert item.reasons[3].startswith("close in meaning (1.00")
        row = item.to_dict()
        assert (row["query"], row["rank"], row["id"], row["reasons"]) == ("en", 1, "fr", list(item.reasons))


def test_what_cannot_be_asked(index):
    with pytest.raises(UnknownArticle):
        related(index, "nobody")
    with pytest.raises(UnknownArticle):
        related(index, ["e0r0", "nobody"])
    for read, k in (([], 3), ("e0r0", 0), ("e0r0", -1)):
        with pytest.raises(ValueError, match="k="):
            related(index, read, k=k)


def test_an_article_alone_has_nothing_related(tmp_path, word_encoder):
    for name, encoder in (("a", word_encoder), ("b", "none")):
        with NewsIndex.create(tmp_path / name, encoder=encoder) as index:
            index.add([Article("a", title="only this"), Article("w", title="!!!")])
            assert related(index, "a") == []
            assert related(index, "w") == []
