from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.boilerplate.endings import shared_endings
from sada.indexes.boilerplate.known_runs import KnownRuns, part_of, run_mark, without
from sada.indexes.boilerplate.runs import Tokens, is_long, shared_by, stretches
from sada.indexes.hashing import MIX
from sada.indexes.minhash.sketches import sketch
from sada.indexes.text.folding import DIGIT, SPACELESS, WORD
from sada.indexes.text.tokens import hash_token, tokens

texts = st.lists(st.text("ab 1،中ة\u0640½", max_size=40), max_size=8)
RUN = "follow us on every network and write to the desk"
WIDTH = 8


@given(texts)
def test_tokens_are_those_of_the_reference(given):
    found = Tokens.of(given)
    split = list(map(tokens, given))
    assert found.hashes.tolist() == [hash_token(one) for each in split for one in each]
    assert found.sizes.tolist() == list(map(len, split))
    assert found.keys.tolist() == sketch(given).keys.tolist()
    windows = iter(found.windows().tolist())
    for each in split:
        for at, window in zip(range(len(each)), windows, strict=False):
            value = 0
            for one in each[at : at + WIDTH]:
                value = ((value + hash_token(one)) * MIX) & ((1 << 64) - 1)
                value ^= value >> 32
            assert window == (value if at + WIDTH <= len(each) else 0)


def test_kinds_tell_figures_and_scripts_without_spaces():
    assert Tokens.of(["12 dead 中"]).kinds.tolist() == [DIGIT, WORD, SPACELESS]


words = st.lists(st.sampled_from("abc"), max_size=14).map(" ".join)


@given(st.lists(st.tuples(words, st.integers(0, 3), st.booleans()), max_size=8), st.integers(1, 3))
def test_stretches_are_of_windows_that_enough_articles_have(rows, least):
    lines, owners = [line for line, _, _ in rows], np.array([owner for _, owner, _ in rows], np.int64)
    but = np.array([skip for *_, skip in rows], bool)
    having = defaultdict(set)
    for line, owner, skip in rows:
        for at in range(len(line.split()) - WIDTH + 1):
            having[tuple(line.split()[at : at + WIDTH])] |= set() if skip else {owner}
    expected = []
    for number, (line, _, skip) in enumerate(rows):
        held = [len(having[tuple(line.split()[at : at + WIDTH])]) >= least and not skip
                for at in range(len(line.split()) - WIDTH + 1)]  # fmt: skip
        for at, one in enumerate(held):
            if one and not (at and held[at - 1]):
                until = next((end for end in range(at, len(held)) if not held[end]), len(held))
                expected.append((number, at, until - 1 + WIDTH))
    assert list(map(tuple, stretches(Tokens.of(lines), owners, but, least))) == expected


def found_in(lines, least, owners=None):
    owners = np.arange(len(lines)) if owners is None else np.array(owners, np.int64)
    return [(part_of(lines[at], start, stop), rows)
            for (at, start, stop), rows in shared_by(Tokens.of(lines), owners, least)]  # fmt: skip


def test_a_run_reaches_as_far_as_nine_tenths_agree():
    lines = [f"x{number} y{number} {'so' if number else 'now'} {RUN}, z{number} and so on" for number in range(10)]
    assert found_in(lines, 3) == [(f"so {RUN}", list(range(1, 10)))]
    assert found_in(lines, 10) == [(RUN, list(range(10)))]
    assert found_in(lines, 11) == []


def test_a_run_counts_once_for_an_article_and_where_it_is_first():
    lines = [f"a {RUN}", f"b {RUN} c {RUN}", f"{RUN} d", "e"]
    assert found_in(lines, 3, [0, 1, 1, 2]) == []
    assert found_in(lines, 2, [0, 1, 1, 2]) == [(RUN, [0, 1])]
    other = "but this run of words is another one and longer than the first"
    both = [f"{RUN} {number} {other}" for number in range(4)] + [other]
    assert found_in(both, 4) == [(other, [0, 1, 2, 3, 4]), (RUN, [0, 1, 2, 3])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a b c d e f g h", True), ("a b c d e f g", False), ("中" * 16, True), ("中" * 15, False),
     ("a b c d 中中中中中中中中", True)],
)  # fmt: skip
def test_eight_words_or_sixteen_letters_are_long(text, expected):
    assert is_long(tokens(text)) == expected


def test_an_ending_of_hundreds_of_words_is_one():
    long = " ".join(f"w{number}" for number in range(300))
    lines = {row: f"body {row} {long}" for row in range(5)}
    assert list(shared_endings(lines, 3)) == [(long, [0, 1, 2, 3, 4])]


def test_what_stood_around_a_run_does_not_become_one_word():
    assert without("a.a㍻a㍻a", [(2, 7)]) == "a.a a"
    assert without("3.中文5", [(1, 3)]) == "3. 5"
    assert without("one two three", [(1, 2)]) == "one  three"
    assert without("中文国", [(0, 1)]) == "文国"


@given(st.text("ab3 中㍻.,", max_size=30), st.data())
def test_a_line_without_some_of_its_tokens(line, data):
    words = tokens(line)
    start = data.draw(st.integers(0, max(len(words) - 1, 0)))
    stop = data.draw(st.integers(start, len(words)))
    if start == stop:
        return
    left = without(line, [(start, stop)])
    assert left == line or tokens(left) == words[:start] + words[stop:]
    if "㍻" not in line and "a" not in words[max(start - 1, 0) : start]:
        assert tokens(part_of(line, start, stop)) == words[start:stop]


LINES = st.lists(st.lists(st.sampled_from("abcd"), max_size=9).map(" ".join), max_size=4)


def cut(words, runs):
    """The words without runs, by brute force: the first from the left, and the longest there."""
    left, at = [], 0
    while at < len(words):
        here = [run for run in runs if words[at : at + len(run)] == run]
        if here:
            at += max(map(len, here))
        else:
            left.append(words[at])
            at += 1
    return left


@given(LINES, st.sets(st.sampled_from(["a b", "a b c", "b c a", "d d"]), min_size=1))
def test_known_runs_are_found_and_cut(lines, runs):
    known = KnownRuns(frozenset(map(run_mark, runs)))
    split = [run.split() for run in runs]
    assert [line.split() for line in known.cut(lines)] == [cut(line.split(), split) for line in lines]
    assert known.held_by(lines) == {run_mark(run) for run in runs if any(f" {run} " in f" {line} " for line in lines)}


def test_what_stands_around_a_run_stays_as_it_is():
    known = KnownRuns(frozenset([run_mark("Follow us, now")]))
    assert known.cut(["\tRain — FOLLOW us now!  Sun\n", "follow us"]) == ["\tRain — !  Sun\n", "follow us"]
    assert KnownRuns(frozenset([run_mark("平")])).cut(["a ㍻ b 平"]) == ["a ㍻ b 平"]  # it would cut a letter in two
    many = ["follow us now and " * 40]
    assert known.cut(many) == [" and " * 40]
