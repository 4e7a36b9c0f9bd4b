"""Stories scored against labels by hand."""

from __future__ import annotations

import pytest

from sada.cluster import Scatter, bootstrap_intervals, evaluate, v_measure, worst_merges, worst_splits
from sada.cluster.evaluation.metrics import b_cubed, pairwise, pairwise_between
from sada.cluster.stories.stories import Stories, Story


def story(id_: str, *articles: str) -> Story:
    return Story(id_, "", (), articles, 0, (), (), None, None, None, {}, 0, (), {}, ())


STORIES = Stories((story("s1", "a", "b", "c"), story("s2", "d", "e"), story("s3", "f")), {})
LABELS = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y", "f": "y", "gone": "x"}
LANGUAGES = {"a": "en", "b": "ar", "c": "en", "d": "ar", "e": "ar", "f": "en"}


def test_by_hand():
    found = evaluate(STORIES, LABELS, LANGUAGES)
    assert (found.labelled, found.missing, found.found, found.truth) == (6, 1, 3, 2)
    # Together in stories: ab ac bc de; in truth: ab, and all six pairs of cdef; in both: ab de.
    assert (found.pairs.precision, found.pairs.recall, found.pairs.f1) == pytest.approx((1 / 2, 2 / 7, 4 / 11))
    # Precision of a and b 2/3, of c 1/3, of d, e and f 1; recall of a and b 1, of c and f 1/4, of d and e 1/2.
    assert found.b_cubed.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6)
    assert found.b_cubed.recall == pytest.approx((1 + 1 + 1 / 4 + 1 / 2 + 1 / 2 + 1 / 4) / 6)
    # Between languages: found ab bc, truth ab cd ce df ef, both ab.
    assert (found.between_languages.precision, found.between_languages.recall) == pytest.approx((1 / 2, 1 / 5))


def test_it_is_the_metrics():
    order = "abcdef"
    together, truth = ["s1", "s1", "s1", "s2", "s2", "s3"], [LABELS[id_] for id_ in order]
    found = evaluate(STORIES, LABELS, LANGUAGES)
    assert found.pairs == pairwise(together, truth)
    assert found.b_cubed == b_cubed(together, truth)
    kinds = [LANGUAGES[id_] for id_ in order]
    assert found.between_languages == pairwise_between(together, truth, kinds)
    assert found.v_measure == v_measure(together, truth)
    assert found.intervals == bootstrap_intervals(together, truth, kinds)
    scores = ("b_cubed", "pairs", "between_languages", "v_measure")
    assert found.to_dict() == {"labelled": 6, "missing": 1, "found": 3, "truth": 2} | {
        name: getattr(found, name).to_dict() | {"interval": list(getattr(found.intervals, name))} for name in scores
    }


def test_the_order_of_stories_and_labels_does_not_matter():
    turned = Stories(STORIES.stories[::-1], {}), dict(reversed(LABELS.items()))
    assert evaluate(*turned, LANGUAGES) == evaluate(STORIES, LABELS, LANGUAGES)
    assert worst_splits(*turned, 9) == worst_splits(STORIES, LABELS, 9)
    assert worst_merges(*turned, 9) == worst_merges(STORIES, LABELS, 9)


def test_no_labels_and_unknown_languages():
    nothing = evaluate(STORIES, {}, {})
    assert (nothing.labelled, nothing.missing, nothing.pairs.f1, nothing.b_cubed.f1) == (0, 0, 1.0, 1.0)
    assert evaluate(STORIES, {"gone": "x"}, {}).missing == 1
    assert evaluate(STORIES, LABELS, {}).between_languages.f1 == 1.0  # nothing claimed, nothing to find


def test_planted_splits_and_merges():
    stories = Stories(
        (
            story("s1", "a1", "a2", "a3", "unlabelled"),
            story("s2", "a4", "b1", "b2"),
            story("s3", "a5", "c1"),
            story("s4", "b3"),
            story("s5", "d1", "d2"),
            story("s6", "e1", "f1"),
            story("s7", "g1", "g2", "g3", "g4", "g5"),
            story("s8", "g6"),
        ),
        {},
    )
    labels = {id_: id_[0] for told in stories.stories for id_ in told.articles if id_ != "unlabelled"} | {"b9": "b"}
    # a is 3 + 1 + 1, so 7 of its 10 pairs are missed; g, though larger, is 5 + 1 and misses 5; b is 2 + 1 and misses 2;
    # c to f are whole, and b9 is in no story.
    splits = worst_splits(stories, labels, 9)
    assert splits == [
        Scatter("a", 5, 7, {"s1": ("a1", "a2", "a3"), "s2": ("a4",), "s3": ("a5",)}),
        Scatter("g", 6, 5, {"s7": ("g1", "g2", "g3", "g4", "g5"), "s8": ("g6",)}),
        Scatter("b", 3, 2, {"s2": ("b1", "b2"), "s4": ("b3",)}),
    ]
    assert list(splits[0].parts) == ["s1", "s2", "s3"]
    # s2 mixes one a with two b; s3 and s6 mix one pair each and stand in order of their ids.
    merges = worst_merges(stories, labels, 9)
    assert [(merge.name, merge.size, merge.pairs) for merge in merges] == [("s2", 3, 2), ("s3", 2, 1), ("s6", 2, 1)]
    assert list(merges[0].parts.items()) == [("b", ("b1", "b2")), ("a", ("a4",))]
    assert (worst_splits(stories, labels, 1), worst_merges(stories, labels, 2)) == (splits[:1], merges[:2])
    assert worst_splits(stories, {"d1": "d", "d2": "d"}, 5) == worst_merges(stories, {}, 5) == []


def test_the_mistakes_are_all_the_pairs_that_are_wrong():
    found = evaluate(STORIES, LABELS, LANGUAGES)
    missed, wrong = (sum(s.pairs for s in worst(STORIES, LABELS, 99)) for worst in (worst_splits, worst_merges))
    assert found.pairs.recall == pytest.approx((7 - missed) / 7)
    assert found.pairs.precision == pytest.approx((4 - wrong) / 4)


def test_examples_are_of_the_largest_parts():
    scatter = Scatter("x", 7, 9, {"s9": ("b", "c", "d"), "s1": ("e",), "s2": ("a",), "s3": ("f",)})
    assert list(scatter.examples().items()) == [("s9", "b"), ("s1", "e"), ("s2", "a")]
