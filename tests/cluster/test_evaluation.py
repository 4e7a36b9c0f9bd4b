"""Stories scored against labels by hand."""

from __future__ import annotations

import pytest

from sada.cluster import evaluate
from sada.cluster.metrics import b_cubed, pairwise, pairwise_between
from sada.cluster.stories import Stories, Story


def story(id_: str, *articles: str) -> Story:
    return Story(id_, "", (), articles, 0, (), (), None, None)


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
    assert found.between_languages == pairwise_between(together, truth, [LANGUAGES[id_] for id_ in order])
    assert found.to_dict() == {
        "labelled": 6, "missing": 1, "found": 3, "truth": 2, "b_cubed": found.b_cubed.to_dict(),
        "pairs": found.pairs.to_dict(), "between_languages": found.between_languages.to_dict(),
    }  # fmt: skip


def test_no_labels_and_unknown_languages():
    nothing = evaluate(STORIES, {}, {})
    assert (nothing.labelled, nothing.missing, nothing.pairs.f1, nothing.b_cubed.f1) == (0, 0, 1.0, 1.0)
    assert evaluate(STORIES, {"gone": "x"}, {}).missing == 1
    assert evaluate(STORIES, LABELS, {}).between_languages.f1 == 1.0  # nothing claimed, nothing to find
