"""Sparse fields against dictionaries."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.cluster.scoring.lexical import Field, Lexicon
from sada.cluster.scoring.rarity import inverse_frequencies
from sada.indexes.article import Article
from sada.indexes.text.terms import words

SOME = st.lists(st.sampled_from(["aa", "bb", "cc", "dd", "ee", "ff", "7", "55"]), max_size=8).map(" ".join)


def weigh(rows: list[Counter]) -> tuple[list[dict], dict]:
    frequency = Counter(term for row in rows for term in row)
    counts = np.array(list(frequency.values()))
    idf = dict(zip(frequency, inverse_frequencies(counts, len(rows)).tolist(), strict=True))
    return [{term: (1 + math.log(times)) * idf[term] for term, times in row.items()} for row in rows], idf


def expected(rows: list[Counter], a: int, b: int) -> dict[str, float]:
    weights, idf = weigh(rows)
    shared = rows[a].keys() & rows[b].keys()
    lengths = [math.sqrt(sum(value * value for value in weights[row].values())) for row in (a, b)]
    mass = sum(idf[term] for term in shared)
    masses = [sum(idf[term] for term in rows[row]) for row in (a, b)]
    union = sum(idf[term] for term in rows[a].keys() | rows[b].keys())
    return {
        "cosine": sum(weights[a][term] * weights[b][term] for term in shared) / (math.prod(lengths) or 1),
        "mass": mass,
        "rarest": max((idf[term] for term in shared), default=0.0),
        "containment": mass / min(masses) if min(masses) else 0.0,
        "jaccard": mass / union if union else 0.0,
    }


@settings(max_examples=80)
@given(st.lists(st.tuples(SOME, SOME), min_size=1, max_size=7))
@example([("", ""), ("aa", ""), ("", "aa aa")])
def test_overlap_is_that_of_dictionaries(texts):
    field = Field.build(
        [(words([title for title, _ in texts], 99), 2.0), (words([t for _, t in texts], 99), 1.0)], len(texts)
    )
    rows = []
    for title, text in texts:
        counts = Counter(text.split())
        for word in title.split():
            counts[word] += 2
        rows.append(counts)
    left, right = map(np.ravel, np.meshgrid(np.arange(len(texts)), np.arange(len(texts))))
    found = field.overlap(left, right)
    for place, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        for name, value in expected(rows, a, b).items():
            assert getattr(found, name)[place] == pytest.approx(value, abs=2e-6), (name, a, b)
    for name in ("cosine", "containment", "jaccard"):
        values = getattr(found, name)
        assert values.min() >= 0
        assert values.max() <= 1


def test_rows_are_unit_vectors_or_empty():
    field = Field.build([(words(["aa bb aa", "", "cc"], 9), 1.0)], 3)
    assert np.linalg.norm(field.matrix.toarray(), axis=1) == pytest.approx([1, 0, 1])
    assert field.masses[1] == 0


def test_idf_is_by_the_rows_that_have_a_term():
    field = Field.build([(words(["aa"] * 399 + ["aa aa bb"], 9), 1.0)], 400)
    assert sorted(field.idf.tolist()) == pytest.approx(sorted(inverse_frequencies(np.array([400, 1]), 400).tolist()))


def test_nothing_at_all():
    for count in (0, 3):
        field = Field.build([(words([""] * count, 9), 1.0)], count)
        assert field.matrix.shape[0] == count
        assert field.masses.tolist() == [0.0] * count
        none = np.zeros(0, np.int64)
        assert len(field.overlap(none, none).cosine) == 0
    assert field.overlap(np.array([0]), np.array([1])).cosine.tolist() == [0.0]


def test_lexicon_fields_hold_what_their_names_say():
    body = " ".join(f"word{number}x" for number in range(20))
    lexicon = Lexicon.build(
        [Article("a", title="Alpha 12 Beta", text=body), Article("b", title="Alpha 7", text="Beta 12 13")]
    )
    pair = np.array([0]), np.array([1])
    assert lexicon.has_body.tolist() == [True, False]
    assert lexicon.title.overlap(*pair).containment == pytest.approx([1.0])
    of_one, of_two = inverse_frequencies(np.array([1, 2]), 2).tolist()
    assert lexicon.numbers.overlap(*pair).jaccard[0] == pytest.approx(of_two / (of_two + 2 * of_one))
    shared = 2 * of_two  # alpha and beta stand in title or text of both; 12 is no word
    assert lexicon.lead.overlap(*pair).mass == pytest.approx([shared])
    assert lexicon.body.overlap(*pair).mass == pytest.approx([shared])


@pytest.mark.parametrize(("length", "has_body"), [(14, False), (15, True)])
def test_a_body_begins_at_fifteen_words(prose, length, has_body):
    assert Lexicon.build([Article("a", title="t", text=prose.text(length))]).has_body.tolist() == [has_body]


def test_lead_and_body_end_where_documented(prose):
    long = prose.words(400)
    articles = [Article("a", title="", text=" ".join(long))]
    for place, in_lead, in_body in ((59, True, True), (60, False, True), (149, False, True), (150, False, False)):
        lexicon = Lexicon.build([*articles, Article("b", title=long[place])])
        pair = np.array([0]), np.array([1])
        assert (lexicon.lead.overlap(*pair).mass[0] > 0) == in_lead
        assert (lexicon.body.overlap(*pair).mass[0] > 0) == in_body
