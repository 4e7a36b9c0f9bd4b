"""Verdicts and their evidence, also where evidence is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sada.cluster import explain, find_copies, find_stories
from sada.cluster.explanation.explanation import lines_left_out
from sada.cluster.explanation.token_diff import MOST_PIECES
from sada.cluster.scoring.pair_scorer import FEATURES
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import ENDING, RUN, Boilerplate, BoilerplateLine
from sada.indexes.errors import UnknownArticleError
from sada.indexes.text.tokens import shingles

from ...planted_boilerplate import planted


@pytest.fixture(params=["words", "none"])
def index(request, tmp_path, word_encoder, events, prose):
    first = next(article for article in events if article.id == "e0r0")
    edited = Article("edited", title=first.title, text=prose.edited(first.text, 1), published=first.published)
    page = Article("page", title="Daily page", text=f"{prose.text(40)} {first.title} {first.text} {prose.text(60)}")
    encoder = word_encoder if request.param == "words" else "none"
    with NewsIndex.create(tmp_path / "i.sada", encoder=encoder) as made:
        made.add([*events, edited, page])
        yield made


@pytest.fixture
def story_of(tmp_path):
    """The story evidence of the two articles that an index without encoder holds."""

    def told(*articles):
        with NewsIndex.create(tmp_path / "two.sada", encoder="none") as index:
            index.add(articles)
            return explain(index, *(article.id for article in articles)).story

    return told


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
    assert found.copy["a_in_b"] == pytest.approx(len(left & right) / len(left), abs=1e-4)
    assert found.copy["b_in_a"] == pytest.approx(len(left & right) / len(right), abs=1e-4)
    stories = find_stories(index)
    assert found.story["ids"] == [stories.of(a).id, stories.of(b).id]
    assert found.story["same"] == (stories.of(a).id == stories.of(b).id)
    assert bool(found.diff) == (verdict in ("copy", "contains"))
    if found.diff:
        assert "".join(step["a"] for step in found.diff) == bodies[0]
        assert "".join(step["b"] for step in found.diff) == bodies[1]
    assert found.diff_is_whole and found.left_out == {"a": [], "b": []}
    assert found.to_dict()["diff"] == list(found.diff)


def test_the_story_evidence_adds_up(index):
    for b in ("e1r2", "e1c", "e2r2", "z0"):
        story = explain(index, "e1r0", b).story
        odds = story["bias"] + sum(story["features"].values())
        assert story["probability"] == pytest.approx(1 / (1 + np.exp(-odds)), abs=2e-3)
        needed = np.log(story["needed"] / (1 - story["needed"]))
        assert story["margin"] == pytest.approx(odds - needed, abs=2e-3)
        assert set(story["features"]) == set(story["shares"]) <= set(FEATURES)
        whole = sum(map(abs, story["features"].values()))
        for name, share in story["shares"].items():
            assert share == pytest.approx(story["features"][name] / whole, abs=1e-3)
        told = sum(abs(share) >= 0.005 for share in story["shares"].values())
        assert len(story["reasons"]) == pytest.approx(told, abs=1)  # shares are rounded


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
        assert found.copy["would_change"][0] == "With --threshold 0.79 they would be copies."
        assert found.verdict == "contains"
        assert not found.diff_is_whole and sum(len(step["a"].split()) for step in found.diff) == MOST_PIECES
        assert len(find_copies(index).groups) == 2


def test_a_few_words_are_in_another_by_chance_as_in_find_copies(tmp_path, prose):
    words = prose.words(60)
    short = [Article(f"s{count}", text=" ".join(words[:count])) for count in (11, 12)]
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([Article("long", text=" ".join(words)), *short])
        assert explain(index, "s11", "long").verdict != "contains"  # 9 shingles
        assert explain(index, "s12", "long").verdict == "contains"
        assert explain(index, "s11", "long").copy["a_in_b"] == 1.0
        links = {link.id for group in find_copies(index).groups for link in group.attached}
        assert "s11" not in links and "s12" in links


def test_unknown_articles_are_named(index):
    with pytest.raises(UnknownArticleError, match="nobody"):
        explain(index, "e0r0", "nobody")


def test_without_encoder_that_is_said(story_of, prose):
    text = prose.text(40)
    story = story_of(
        Article("a", "Rain", text, published=prose.moment(0), language="en"),
        Article("b", "Rain", text, published=prose.moment(1), language="en"),
    )
    assert story["compared"] == "full texts in one language (en)"
    assert story["missing"] == ["The index has no encoder, so that meaning counts for nothing."]


def test_articles_without_text_or_date_are_compared_by_what_there_is(story_of, prose):
    story = story_of(
        Article("a", "Storm hits Lisbon harbour", language="en"),
        Article("b", "Storm hits Lisbon harbour tonight", prose.text(40), published=prose.moment(1), language="pt"),
    )
    assert (story["regime"], story["compared"]) == ("titles in two languages", "titles in two languages (en, pt)")
    assert story["missing"][:2] == [
        "Next to no text, so that titles were compared: a.",
        "No date, so that time counts for nothing: a.",
    ]
    assert not {"gap", "days_1", "days_3"} & set(story["features"])
    assert not [sentence for sentence in story["would_change"] if "Published" in sentence]


@pytest.mark.parametrize(
    ("languages", "compared"),
    [
        (("en", ""), "titles in one language (en, unknown, taken for one)"),
        (("", ""), "titles in one language (unknown)"),
        (("en", "en"), "titles in one language (en)"),
        (("en", "ar"), "titles in two languages (en, ar)"),
    ],
)
def test_an_unknown_language_is_taken_for_that_of_the_other(story_of, languages, compared):
    story = story_of(*(Article(id_, "12 34", language=one) for id_, one in zip("ab", languages, strict=True)))
    assert story["compared"] == compared


def test_articles_without_words_are_explained(story_of):
    story = story_of(Article("a", "!!!"), Article("b", "…", "—"))
    assert not story["same"] and story["features"] == story["shares"] == {} and story["reasons"] == []
    assert story["would_change"][0] == f"The log-odds are {-story['margin']:.2f} below what is needed."


def test_an_encoder_that_does_not_know_a_language_is_named(tmp_path, word_encoder, prose):
    class English(type(word_encoder)):
        languages = frozenset({"en"})

    with NewsIndex.create(tmp_path / "i.sada", encoder=English()) as index:
        index.add([Article("a", "rain falls", language="en"), Article("b", "mvua inanyesha", language="sw")])
        assert explain(index, "a", "b").story["missing"][-1] == (
            "The encoder does not know sw, so that meaning counts for nothing."
        )
        assert "meaning" not in explain(index, "a", "b").story["features"]


def test_words_are_those_of_the_articles_as_the_index_reads_them(tmp_path):
    """Lines that an outlet prints under its articles are neither compared nor in the diff, and are named."""
    sample = planted()
    (one, other) = sorted(next(group for group in sample.copies if len(group) == 2))
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(sample.articles)
        index.boilerplate.learn()
        found = explain(index, one, other)
        known = {line.line for line in index.boilerplate.lines()}
        read = index.snapshot.boilerplate.read(index.get([one, other]))
        stored = index.get([one, other])
    assert found.verdict == "copy"
    for side, article, kept in zip("ab", stored, read, strict=True):
        assert "".join(step[side] for step in found.diff) == kept.body
        lines = [line.strip() for line in article.text.splitlines() if line.strip()]
        assert found.left_out[side] == [line for line in lines if line in known] != []
        assert found.copy[f"shingles_{side}"] == len(set(shingles(kept.body)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rain fell.\nFollow us on X\nSun shone.", ["Follow us on X"]),
        ("Follow us on X\nRain fell.\n\nFollow us on X\n", ["Follow us on X", "Follow us on X"]),
        ("Rain fell today. All rights reserved", ["All rights reserved"]),
        ("Rain fell today. All rights reserved\n\n", ["All rights reserved"]),
        ("Follow us on X today\nFollow us on X\nFollow us on X today", ["Follow us on X"]),
        ("Follow us on X\nFollow\n", ["Follow us on X"]),
        ("Rain fell. Write to us soon. Sun shone.\n", ["Write to us soon"]),
        ("Write to us soon. With rain.\nWe wait", ["Write to us soon"]),
        ("Rain, write to us soon, sun, write to us soon.\nWe wait", ["write to us soon", "write to us soon"]),
        ("Rain fell.\n\nSun shone.\n", []),
        ("", []),
    ],
)
def test_lines_left_out_are_found_again(text, expected):
    known = Boilerplate((
        BoilerplateLine("A", "Follow us on X"), BoilerplateLine("A", "All rights reserved", ENDING),
        BoilerplateLine("A", "Write to us soon", RUN),
    ))  # fmt: skip
    article = Article("a", "Weather", text, source="A")
    (read,) = known.read([article])
    assert lines_left_out(text, read.text) == expected
    assert lines_left_out(text, replace(article, source="B").text) == []
