"""Stems and grams against the documented rules written out in plain Python."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.indexes.text.folding import DIGIT, SEPARATOR, SPACELESS, load
from sada.indexes.text.terms import first_words, grams, words
from sada.indexes.text.tokens import hash_token, tokens
from sada.indexes.threads import use_threads

PREFIXES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
PARTICLES = ("و", "ف", "ب", "ل", "ك")
SUFFIXES = ("ها", "ات", "ون", "ين", "ان", "وا", "يه", "ته", "هم", "ه", "ي")

LETTERS = (
    "abcxyzABCéßÆøЖйαΩ أإآٱابتةثجحدهويىكلمنفؤئء ًُّ كـم کیہ १२०٣٤5 90 "
    "हिन्दीสวัสดีประเทศ東京日本ニュース漢字한국어 שלום ,.!-—\n\t'’\u200c\u200d😀+#$%½²"
)
mixed = st.text(alphabet=LETTERS, max_size=40) | st.text(max_size=25)
arabic = st.lists(st.text(alphabet="الوفبكهيتنمدرسىةأ", min_size=1, max_size=9), max_size=8).map(" ".join)
texts = st.lists(mixed | arabic, max_size=6)


def kind(token: str) -> int:
    return int(load().kinds[ord(token[0])])


def stem(word: str) -> str:
    if not "\u0600" <= word[0] <= "\u06ff":
        return word[:6]
    for affixes, least in ((PREFIXES, 3), (PARTICLES, 4)):
        fitting = [affix for affix in affixes if word.startswith(affix) and len(word) - len(affix) >= least]
        if fitting:
            word = word[len(fitting[0]) :]
            break
    for affix in SUFFIXES:
        if word.endswith(affix) and len(word) - len(affix) >= 3:
            return word[: -len(affix)]
    return word


def reference(text: str, limit: int, as_grams: bool) -> list[tuple[int, int]]:
    """(hash, kind) of each term."""
    sequence = tokens(text)
    found = []
    counted = 0
    for place, token in enumerate(sequence):
        if kind(token) == SEPARATOR:  # a sign
            continue
        counted += 1
        if counted > limit:
            break
        terms = []
        if kind(token) == SPACELESS:
            if place + 1 < len(sequence) and kind(sequence[place + 1]) == SPACELESS:
                terms = [token + sequence[place + 1]]
        elif kind(token) == DIGIT:
            terms = [token]
        elif as_grams:
            marked = f"_{token}_"
            terms = [marked[start : start + 4] for start in range(max(len(marked) - 3, 1))]
        elif len(token) >= 2:
            bare = token.rstrip("+#")
            terms = [stem(bare) if len(bare) >= 2 else token]
        found += [(hash_token(term), kind(token)) for term in terms]
    return found


def listed(occurrences) -> list[list[tuple[int, int]]]:
    pairs = list(zip(occurrences.terms.tolist(), occurrences.kinds.tolist(), strict=True))
    bounds = occurrences.bounds.tolist()
    return [pairs[start:stop] for start, stop in pairwise(bounds)]


@settings(max_examples=150)
@given(texts, st.integers(0, 12))
@example(["", "والمدرسة", "a", "東", "東京", "5 dead", "", "ﷺ ﷺ"], 3)
@example(["\ud800x", "ᾴ ŉ ﬃ"], 9)
@example(["C++ c# canal+ 5% -5 a b", "$ 5 x"], 4)
def test_words_are_the_reference(several, limit):
    assert listed(words(several, limit)) == [reference(text, limit, False) for text in several]


@settings(max_examples=80)
@given(texts, st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True).map(sorted))
@example(["東京 tower 5%", "", "one two three four"], [1, 2, 3])
def test_several_limits_give_what_each_alone_gives(several, limits):
    assert list(map(listed, first_words(several, limits))) == [listed(words(several, limit)) for limit in limits]


@settings(max_examples=150)
@given(texts)
@example(["a", "ab", "abc", "abcd", "東京都", "1999", "مدرسة"])
def test_grams_are_the_reference(several):
    assert listed(grams(several)) == [reference(text, 1 << 40, True) for text in several]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("المدرسة", "مدرسة"),
        ("والمدرسة", "المدرسة"),
        ("بالمدرسة", "للمدرسة"),
        ("وزير", "وزير"),
        ("المهندسون", "مهندسين"),
        ("elections", "election"),
        ("ÉLECTIONS", "election"),
        ("٢٠٢٤", "2024"),
    ],
)
def test_forms_of_one_word_have_one_stem(one, other):
    found = words([one, other], 9)
    assert len(found.terms) == 2
    assert found.terms[0] == found.terms[1]


@pytest.mark.parametrize(("one", "other"), [("5", "50"), ("1234567", "1234568"), ("ولد", "لد"), ("كتاب", "تاب")])
def test_these_stay_apart(one, other):
    found = words([one, other], 9)
    assert found.terms[0] != found.terms[1]


def test_a_limit_counts_words_and_not_terms():
    assert words(["a b c dog"], 3).terms.tolist() == []
    assert words(["a b c dog"], 4).terms.tolist() == words(["dog"], 9).terms.tolist() != []


def test_signs_are_no_words_but_names_of_one_letter_keep_theirs():
    assert words(["% $ −5 ±"]).terms.tolist() == words(["5"]).terms.tolist()
    assert words(["−5 dog"], 2).terms.tolist() == words(["5 dog"]).terms.tolist()
    assert words(["Canal+"]).terms.tolist() == words(["canal"]).terms.tolist()
    assert len(set(words(["C++ C# F# c+"]).terms.tolist())) == 4
    assert words(["c"]).terms.tolist() == []


def test_no_texts():
    for found in (words([], 5), grams([])):
        assert found.bounds.tolist() == [0]
        assert len(found.terms) == len(found.kinds) == 0


def test_any_number_of_threads_gives_the_same():
    # Over 4 MB, so that several chunks are made, with empty texts at their edges.
    random = Random(0)
    several = ["", *(" ".join([*random.choices(LETTERS.split(), k=2000), f"{n} مدرسة 東京 12"]) for n in range(30)), ""]
    several *= 8
    for make in (lambda: words(several, 1 << 40), lambda: grams(several)):
        with use_threads(1):
            one = make()
        with use_threads(3):
            three = make()
        assert all(np.array_equal(a, b) for a, b in zip(one, three, strict=True))
        assert len(one.bounds) == len(several) + 1
