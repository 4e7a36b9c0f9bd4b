from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.boilerplate.shared_run_kernels import have_unlike_titles
from sada.indexes.boilerplate.titles import title_words
from sada.indexes.text.folding import DIGIT
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import tokens

titles = st.lists(st.lists(st.sampled_from([*"abcdef", "12", "ميناء"]), max_size=6).map(" ".join), max_size=12)


def stems_of(title):
    found = words([title])
    return {int(term) & 0xFFFFFFFF for term, kind in zip(found.terms, found.kinds, strict=True) if kind != DIGIT}


def unlike(given):
    """How many titles are kept if each is kept that is unlike those before it."""
    kept = []
    for stems in map(stems_of, given):
        if stems and not any(5 * len(stems & other) >= 2 * min(len(stems), len(other)) for other in kept):
            kept.append(stems)
    return len(kept)


def are_unlike(given, least):
    named = title_words(given)
    return have_unlike_titles(np.arange(len(given)), len(given), named.stems, named.bounds, least)


@given(titles)
def test_stems_are_those_of_each_title_without_figures(given):
    named = title_words(given)
    assert [named.stems[a:b].tolist() for a, b in zip(named.bounds, named.bounds[1:], strict=False)] == [
        sorted(stems_of(title)) for title in given
    ]
    order = np.arange(len(given))[::-1]
    turned, other = named.take(order), title_words(given[::-1])
    assert turned.bounds.tolist() == other.bounds.tolist() and turned.stems.tolist() == other.stems.tolist()
    keys = named.keys.tolist()
    assert all((a == b) == (stems_of(x) == stems_of(y)) for a, x in zip(keys, given, strict=True)
               for b, y in zip(keys, given, strict=True))  # fmt: skip


@given(titles, st.integers(1, 4))
def test_enough_titles_are_unlike(given, least):
    assert are_unlike(given, least) == (unlike(given) >= least)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Prayer times in Riyadh", "Prayer times in Jeddah", False),
        ("Gold at 2,000", "Gold at 1,900", False),
        ("Ferry late in fog", "Judge ill in court", True),
        ("وفاة سالم", "وفاة ناصر", False),
        ("天气预报今天", "天气预报明天", False),
        ("渡轮因雾停航", "法官辞职引发争议", True),
        ("", "Judge ill in court", False),
    ],
)
def test_titles_of_a_series_are_alike(left, right, expected):
    assert are_unlike([left, right], 2) == expected


@given(st.lists(st.lists(st.sampled_from(["ab", *" กขคง"]), max_size=9).map("".join), max_size=4))
def test_three_letters_in_a_row_are_one_stem(given):
    found = title_words(given, threes=True)
    for row, title in enumerate(given):
        expected = set()
        for part in re.findall("[ab]+|[กขคง ]+", title):
            letters = tokens(part)
            if part[0] in "ab":
                expected.update(letters)
            else:
                expected.update("".join(letters[at : at + 3]) for at in range(max(len(letters) - 2, len(letters) == 2)))
        assert len(found.of(row)) == len(expected)


def test_two_letters_of_han_are_one_stem():
    assert title_words(["港口船市场"], threes=True).of(0) == title_words(["港口船市场"]).of(0)
    assert len(title_words(["港口船市场", "กขคงก"], threes=True).stems) == 4 + 3
