"""The shipped sample holds what its truth says, measured with plain sets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import combinations

import pytest

from sada.cli.planted_truth import load_truth
from sada.indexes.article import Article
from sada.indexes.sample import SAMPLE
from sada.indexes.text.tokens import shingles, tokens

FIELDS = {"id", "title", "text", "source", "url", "published", "language", "keywords"}
DAYS = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 7, tzinfo=UTC))


@pytest.fixture(scope="module")
def rows():
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def articles(rows):
    made = [
        Article(**{**row, "published": datetime.fromisoformat(row["published"]), "keywords": row.get("keywords", ())})
        for row in rows
    ]
    return {article.id: article for article in made}


@pytest.fixture(scope="module")
def truth():
    return load_truth()


@pytest.fixture(scope="module")
def sets(articles):
    return {name: set(shingles(article.body)) for name, article in articles.items()}


@pytest.fixture(scope="module")
def planted(truth):
    return {frozenset(pair) for group in truth["copies"] for pair in combinations(group, 2)}


def jaccard(sets, pair):
    a, b = (sets[name] for name in pair)
    return len(a & b) / len(a | b)


def test_rows_are_whole_and_in_order(rows, articles):
    assert len(articles) == len(rows) == 125
    assert all(FIELDS - {"keywords"} <= set(row) <= FIELDS for row in rows)
    assert sum("keywords" not in row for row in rows) == 1
    assert all(all(row[field] for field in row) for row in rows)
    moments = [articles[row["id"]].published for row in rows]
    assert moments == sorted(moments)
    assert DAYS[0] <= moments[0] and moments[-1] < DAYS[1]
    assert len({row["url"] for row in rows}) == len(rows)


def test_nothing_points_outside_the_sample(rows):
    assert all(row["url"].split("/")[2].endswith(".example") for row in rows)


def test_languages(articles):
    languages = {article.language for article in articles.values()}
    assert len(languages) >= 8
    assert all(name.split("-")[0] == article.language for name, article in articles.items())


def test_truth_covers_every_article(articles, truth):
    assert truth["labels"].keys() == articles.keys()
    named = [name for group in truth["copies"] for name in group]
    assert len(named) == len(set(named))
    named += [link[end] for link in truth["attached"] for end in ("id", "to")]
    named += [name for trap in truth["traps"] for name in trap["ids"]]
    assert set(named) <= articles.keys()


def test_copies_are_the_pairs_above_the_threshold(sets, planted):
    assert len(planted) == 13
    found = {frozenset(pair) for pair in combinations(sets, 2) if jaccard(sets, pair) >= 0.8}
    assert found == planted


def test_all_but_the_planted_are_far_from_the_threshold(sets, planted, truth):
    known = planted | {frozenset((link["id"], link["to"])) for link in truth["attached"]}
    others = [pair for pair in combinations(sets, 2) if frozenset(pair) not in known]
    assert max(jaccard(sets, pair) for pair in others) < 0.5


def test_exact_and_edited_copies(articles, sets, truth):
    exact, edited = [], []
    for kept, *copies in truth["copies"]:
        for copy in copies:
            if tokens(articles[kept].body) == tokens(articles[copy].body):
                exact.append((kept, copy))
            else:
                edited.append(jaccard(sets, (kept, copy)))
    assert (len(exact), len(edited)) == (5, 7)
    assert all(0.82 <= score <= 0.95 for score in edited)
    respelled = [copy for kept, copy in exact if articles[kept].text != articles[copy].text]
    assert respelled == ["ar-122"]


def test_a_copy_comes_later_from_another_outlet_with_the_same_story(articles, truth):
    links = [(kept, copy) for kept, *copies in truth["copies"] for copy in copies]
    links += [(link["to"], link["id"]) for link in truth["attached"]]
    for first, later in links:
        late = (articles[later].published - articles[first].published).total_seconds() / 60
        assert 20 <= late <= 9 * 60, later
        assert articles[first].source != articles[later].source
        assert articles[first].language == articles[later].language
    for kept, *copies in truth["copies"]:
        assert {truth["labels"][name]["story"] for name in copies} == {truth["labels"][kept]["story"]}


def test_attached(sets, truth):
    assert sorted(link["kind"] for link in truth["attached"]) == ["contained"] * 2 + ["contains"] * 2
    for link in truth["attached"]:
        page, other = sets[link["id"]], sets[link["to"]]
        inner, outer = (other, page) if link["kind"] == "contains" else (page, other)
        assert len(inner) < len(outer)
        assert len(inner & outer) / len(inner) >= 0.8
        assert jaccard(sets, (link["id"], link["to"])) < 0.7
        same_story = truth["labels"][link["id"]] == truth["labels"][link["to"]]
        assert same_story == (link["kind"] == "contained")


def test_traps_join_different_stories(truth):
    assert len(truth["traps"]) == 8
    for trap in truth["traps"]:
        assert len({truth["labels"][name]["story"] for name in trap["ids"]}) > 1, trap["why"]
