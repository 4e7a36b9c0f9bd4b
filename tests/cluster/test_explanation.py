"""Verdicts, evidence and the token diff."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.cluster import explain, find_copies, find_stories
from sada.cluster.explanation import token_diff
from sada.cluster.scorer import FEATURES
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import UnknownArticle
from sada.indexes.text import fold, shingles


@pytest.fixture(params=["words", "none"])
def index(request, tmp_path, word_encoder, events, prose):
    first = next(article for article in events if article.id == "e0r0")
    edited = Article("edited", title=first.title, text=prose.edited(first.text, 1), published=first.published)
    page = Article("page", title="Daily page", text=f"{prose.text(40)} {first.title} {first.text} {prose.text(60)}")
    encoder = word_encoder if request.param == "words" else "none"
    with NewsIndex.create(tmp_path / "i.sada", encoder=encoder) as made:
        made.add([*events, edited, page])
        yield made


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("e0r0", "e0c", "copy"),
        ("e0r0", "edited", "copy"),
        ("e0r0", "e0r0", "copy"),
        ("page", "e0r0", "contains"),
        ("e0r0", "page", "contains"),
        ("e1r0", "e1r2", "same story"),
        ("e1r0", "e2r0", "different"),
        ("z0", "z1", "different"),
    ],
)
def test_verdicts_and_their_evidence(index, a, b, verdict):
    found = explain(index, a, b)
    bodies = [index.get(id_).body for id_ in (a, b)]
    left, right = (set(shingles(body)) for body in bodies)
    assert found.verdict == verdict
    assert found.copy["shared"] == len(left & right)
    assert (found.copy["shingles_a"], found.copy["shingles_b"]) == (len(left), len(right))
    assert found.copy["jaccard"] == pytest.approx(len(left & right) / len(left | right), abs=1e-4)
    assert found.copy["containment"] == pytest.approx(len(left & right) / min(len(left), len(right)), abs=1e-4)
    stories = find_stories(index)
    assert found.story["same"] == (stories.of(a).id == stories.of(b).id)
    assert bool(found.diff) == (verdict in ("copy", "contains"))
    if found.diff:
        assert "".join(step["a"] for step in found.diff) == bodies[0]
        assert "".join(step["b"] for step in found.diff) == bodies[1]
    assert found.to_dict()["diff"] == list(found.diff)


def test_the_story_evidence_adds_up(index):
    for b in ("e1r2", "e1c", "e2r2", "z0"):
        story = explain(index, "e1r0", b).story
        odds = story["bias"] + sum(story["features"].values())
        assert story["probability"] == pytest.approx(1 / (1 + np.exp(-odds)), abs=2e-3)
        assert set(story["features"]) <= set(FEATURES)
        for name, share in story["features"].items():
            if abs(share) >= 0.06:
                assert f"{'for' if share > 0 else 'against'}: {FEATURES[name]}" in story["reasons"]


def test_the_verdict_agrees_with_find_copies_at_the_edge(tmp_path, prose):
    """20004 of 25006 shingles shared show as .8 and are too few."""
    words = prose.words(25010)
    cut = " ".join(words[:20006])
    articles = [Article("a", text=" ".join(words[:25008])), Article("b", text=cut)]
    left, right = (set(shingles(article.body)) for article in articles)
    exact = len(left & right) / len(left | right)
    assert 0.79995 <= exact < 0.8
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(articles)
        found = explain(index, "a", "b")
        assert found.copy["jaccard"] == 0.8
        assert found.verdict == "contains"
        assert len(find_copies(index).groups) == 2


def test_unknown_articles_are_named(index):
    with pytest.raises(UnknownArticle, match="nobody"):
        explain(index, "e0r0", "nobody")


PIECES = st.lists(
    st.sampled_from(
        ["rain", "Rain", "RAIN,", "sun", "5", "50", " ", "\n\n", "\t", "المدرسة", "المدرسه", "東京", "\u00a0"]
    ),
    max_size=15,
)


@settings(max_examples=200, deadline=None)
@given(PIECES, PIECES, PIECES, PIECES)
@example([], [], [], [])
@example([" "], [], [], ["rain", " "])
def test_a_diff_puts_both_texts_together_again(title, text, other_title, other_text):
    first = Article("a", title="".join(title), text=" ".join(text))
    second = Article("b", title="".join(other_title), text=" ".join(other_text))
    steps = token_diff(first, second)
    assert "".join(step["a"] for step in steps) == first.body
    assert "".join(step["b"] for step in steps) == second.body
    for step in steps:
        assert step["op"] in ("equal", "replace", "delete", "insert")
        if step["op"] == "equal":
            assert fold(step["a"]).split() == fold(step["b"]).split()


def test_a_diff_shows_what_changed():
    first = Article("a", title="Storm", text="5 dead in  Lisbon, says mayor")
    second = Article("b", title="STORM", text="50 dead in Lisbon, says the mayor")
    assert token_diff(first, second) == (
        {"op": "equal", "a": "Storm", "b": "STORM"},
        {"op": "replace", "a": "\n5", "b": "\n50"},
        {"op": "equal", "a": " dead in  Lisbon, says", "b": " dead in Lisbon, says"},
        {"op": "insert", "a": "", "b": " the"},
        {"op": "equal", "a": " mayor", "b": " mayor"},
    )


def test_a_long_text_is_compared_up_to_the_same_word(prose):
    long = prose.words(3000)
    (step,) = token_diff(Article("a", text=" ".join(long)), Article("b", text=" ".join(long)))
    assert step["op"] == "equal"
    assert step["a"] == step["b"] == "\n" + " ".join(long[:2000])
