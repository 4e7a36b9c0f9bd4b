"""The terms of stories against a count by hand."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.threads.story_terms import KEPT, story_terms
from sada.indexes.text.terms import words

WORDS = ["ferry", "pier", "quake", "rain", "storm", "mayor", "court", "vote"]


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(WORDS), max_size=4),
            st.lists(st.sampled_from(WORDS), max_size=6),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_weights_are_those_counted_by_hand(reports):
    titles = [" ".join(title) for title, _, _ in reports]
    leads = [f"{' '.join(title)} {' '.join(text)} 12" for title, text, _ in reports]
    owners = np.array([owner for _, _, owner in reports])
    found = story_terms(titles, leads, owners, 4).toarray()
    shares = [{word: 0.0 for word in WORDS} for _ in range(4)]
    for (title, text, owner), size in zip(reports, np.bincount(owners, minlength=4)[owners], strict=True):
        for word in WORDS:
            shares[owner][word] += ((word in title) + (word in [*title, *text])) / size
    having = {word: sum(share[word] > 0 for share in shares) for word in WORDS}
    for story in range(4):
        weights = [shares[story][word] * math.log(4 / having[word]) if having[word] else 0.0 for word in WORDS]
        length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
        np.testing.assert_allclose(
            sorted(found[story][found[story] > 0]), sorted(weight / length for weight in weights if weight > 1e-12)
        )


def test_the_heaviest_are_kept():
    count = KEPT + 10
    common = [chr(97 + at // 26) + chr(97 + at % 26) + "z" for at in range(count)]
    leads = [" ".join(common), " ".join(common[:15]), "other words here"]
    found = story_terms([""] * 3, leads, np.arange(3), 3)
    assert np.diff(found.indptr).tolist() == [KEPT, 15, 3]
    kept = set(found[[0]].indices.tolist())
    known = np.unique(words(leads).terms)
    rare = {int(np.searchsorted(known, term)) for term in words([" ".join(common[15:])]).terms}
    assert rare <= kept  # fifteen that one story has, and five of the others
