"""Verified pairs against every pair compared in Python."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.copies import candidates as module
from sada.cluster.likeness.pairs import Pairs, join, measure
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.sketches import sketch
from sada.indexes.text.tokens import shingles
from sada.indexes.threads import use_threads

ANY = st.lists(st.sampled_from(["one", "two", "three", "four", "5", "東", "京"]), max_size=9).map(" ".join)


def near_pairs(sketches, rows, copy=0.8) -> Pairs:
    return module.near_pairs(sketches, short_keys(sketches.signatures, Bands.for_jaccard(0.8)), rows, 0.5, copy)


def containment_pairs(sketches, rows, least=0.8) -> Pairs:
    return module.containment_pairs(sketches, rows, least, 1.1)


def as_list(pairs: Pairs) -> list[tuple[int, int]]:
    return sorted(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def exact(a: str, b: str) -> tuple[float, float]:
    left, right = set(shingles(a)), set(shingles(b))
    shared = len(left & right)
    return shared / max(len(left | right), 1), shared / max(min(len(left), len(right)), 1)


@settings(max_examples=80)
@given(st.lists(ANY, min_size=1, max_size=6))
def test_measured_values_are_exact(texts):
    left, right = map(np.ravel, np.meshgrid(np.arange(len(texts)), np.arange(len(texts))))
    pairs = measure(sketch(texts), left, right)
    wanted = [exact(texts[a], texts[b]) for a, b in zip(left, right, strict=True)]
    assert pairs.jaccard.tolist() == pytest.approx([jaccard for jaccard, _ in wanted])
    assert pairs.containment.tolist() == pytest.approx([containment for _, containment in wanted])


def planted(prose) -> list[str]:
    """40 texts of which the first five are edited ever more and the next one holds two of the others."""
    base = prose.text(120)
    edited = [base, *(prose.edited(base, changes) for changes in (1, 3, 6, 40))]
    rest = [prose.text(60) for _ in range(34)]
    return [*edited, f"{rest[0]} {prose.text(20)} {rest[1]}", *rest, "", "!!!"]


def test_near_pairs_are_verified_and_complete_where_it_counts(prose):
    texts = planted(prose)
    pairs = near_pairs(sketch(texts), np.arange(len(texts)))
    found = {(int(a), int(b)): j for a, b, j in zip(pairs.left, pairs.right, pairs.jaccard, strict=True)}
    assert (pairs.left < pairs.right).all()
    for (a, b), jaccard in found.items():
        assert jaccard == pytest.approx(exact(texts[a], texts[b])[0])
    for a in range(len(texts)):
        for b in range(a + 1, len(texts)):
            if exact(texts[a], texts[b])[0] >= 0.8:
                assert (a, b) in found


def test_containment_is_found_where_jaccard_is_low(prose):
    texts = planted(prose)
    pairs = containment_pairs(sketch(texts), np.arange(len(texts)))
    strong = pairs.where(pairs.containment >= 0.8)
    found = {(int(a), int(b)): c for a, b, c in zip(strong.left, strong.right, strong.containment, strict=True)}
    for pair in ((5, 6), (5, 7)):
        assert found[pair] == pytest.approx(exact(texts[pair[0]], texts[pair[1]])[1]) == 1.0
        assert exact(texts[pair[0]], texts[pair[1]])[0] < 0.5
    assert (pairs.left < pairs.right).all()


def test_rows_left_out_take_part_in_nothing(prose):
    texts = planted(prose)
    rows = np.arange(1, len(texts))
    for pairs in (near_pairs(sketch(texts), rows), containment_pairs(sketch(texts), rows)):
        assert len(pairs) > 0
        assert pairs.left.min() >= 1


def test_pages_that_hold_many_articles_are_compared_as_by_hand(prose):
    short = [prose.text(15) for _ in range(60)]
    texts = [*short, *(" ".join([*short[turn:], *short[:turn]]) for turn in range(0, 60, 20))]
    found = containment_pairs(sketch(texts), np.arange(len(texts)), 0.8)
    expected = {(a, b): exact(texts[a], texts[b]) for a, b in combinations(range(len(texts)), 2)}
    contained = {pair for pair, (_, containment) in expected.items() if containment >= 0.8}
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert contained <= set(pairs) and len(contained) >= 60 * 3
    assert all(
        expected[pair] == pytest.approx(values)
        for pair, *values in zip(pairs, found.jaccard, found.containment, strict=True)
    )


def test_short_texts_are_not_contained_in_others(prose):
    words, rest = prose.words(12), prose.text(100)
    for count, paired in ((11, []), (12, [(0, 1)])):  # of 9 and of 10 shingles
        short = " ".join(words[:count])
        assert as_list(containment_pairs(sketch([f"{short} {rest}", short]), np.arange(2))) == paired


def test_a_phrase_in_very_many_texts_makes_no_pairs(prose):
    phrase = prose.text(30)
    texts = [f"{phrase} {prose.text(40)}" for _ in range(60)]
    found = as_list(containment_pairs(sketch(texts), np.arange(60), 0.3))
    assert len(found) <= 59 and len(set.intersection(*map(set, found))) == 1  # each with the same one
    assert as_list(containment_pairs(sketch(texts[:30]), np.arange(30), 0.3)) == list(combinations(range(30), 2))


@pytest.mark.parametrize("pages", [30, 39, 40, 41, 120])
def test_a_note_in_very_many_pages_is_found_in_each(prose, pages):
    note = prose.text(60)
    texts = [*(f"{prose.text(200)} {note}" for _ in range(pages)), note]
    pairs = containment_pairs(sketch(texts), np.arange(pages + 1))
    assert pairs.left.tolist() == list(range(pages))
    assert pairs.right.tolist() == [pages] * pages
    assert (pairs.containment == 1).all()


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.5])
def test_what_is_contained_to_a_low_share_is_found_when_asked_for(prose, share):
    texts = []
    for _ in range(60):
        words = prose.words(200)
        texts += [" ".join(words), " ".join([*words[: int(200 * (share + 0.05))], *prose.words(400)])]
    pairs = containment_pairs(sketch(texts), np.arange(120), share)
    found = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    assert sum((at, at + 1) in found for at in range(0, 120, 2)) >= 58


def test_join_keeps_each_pair_once(prose):
    texts = planted(prose)
    sketches = sketch(texts)
    near, contained = (make(sketches, np.arange(len(texts))) for make in (near_pairs, containment_pairs))
    both = join(near, contained)
    codes = both.left << 32 | both.right
    assert (np.diff(codes) > 0).all()
    assert set(codes.tolist()) == {
        int(a) << 32 | int(b) for pairs in (near, contained) for a, b in zip(pairs.left, pairs.right, strict=True)
    }
    again = measure(sketches, both.left, both.right)
    assert np.array_equal(again.jaccard, both.jaccard)
    assert np.array_equal(again.containment, both.containment)


def test_nothing_to_compare():
    for texts in ([], [""], ["one text"], ["", "!!"]):
        rows = np.arange(len(texts))
        assert as_list(near_pairs(sketch(texts), rows)) == as_list(containment_pairs(sketch(texts), rows)) == []


def test_postings_sorted_slice_by_slice_give_the_same_pairs(prose, monkeypatch):
    sketches = sketch(planted(prose))
    rows = np.arange(len(sketches))
    whole = containment_pairs(sketches, rows)
    monkeypatch.setattr(module, "_AT_ONCE", 50)
    monkeypatch.setattr(module, "_POSTINGS_AT_ONCE", 7)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 5)
    with use_threads(2):
        sliced = containment_pairs(sketches, rows)
    assert len(whole) > 2
    for name in ("left", "right", "jaccard", "containment"):
        assert np.array_equal(getattr(whole, name), getattr(sliced, name))


def test_a_quarter_of_all_shingles_is_sampled(prose):
    sketches = sketch([prose.text(20_000)])
    samples = np.zeros(1, np.int64)
    edges = np.linspace(0, module._SAMPLED * (1 << 32), 4).astype(np.uint32)
    slices = [module._postings(sketches, np.arange(1), edges[at], edges[at + 1], samples) for at in range(3)]
    sampled = np.concatenate(slices) >> np.uint64(32)
    assert len(np.unique(sampled)) == len(sampled) == samples[0]
    assert 0.23 < samples[0] / sketches.sizes[0] < 0.27
    assert np.isin(sampled, sketches.shingles).all()


def hub(count: int) -> list[str]:
    """Copies of a text with two words changed each, and the text itself at the end: few are copies of each other."""
    words = [f"w{place}" for place in range(64)]
    texts = []
    for number in range(count):
        text, place = list(words), number * 7 % 60 + 1
        text[place], text[(place + 23) % 60 + 1] = f"p{number}", f"q{number}"
        texts.append(" ".join(text))
    return [*texts, " ".join(words)]


@pytest.mark.parametrize("count", [15, 60, 399, 2000])
def test_the_original_of_many_copies_is_paired_with_each(count):
    sketches = sketch(hub(count))
    pairs = near_pairs(sketches, np.arange(count + 1))
    pairs = pairs.where(pairs.jaccard >= 0.8)
    assert sorted(pairs.left[pairs.right == count].tolist()) == list(range(count))


@pytest.mark.parametrize(("count", "kinds"), [(3000, 100), (3000, 1200)])
def test_every_member_of_a_family_of_templates_finds_another(count, kinds):
    """All share most of their words; those of one kind are copies, and their bands are crowded with others."""
    words = [f"w{place}" for place in range(44)]
    texts = [" ".join([*words[:20], f"k{n % kinds}", *words[20:36], f"n{n}", *words[36:]]) for n in range(count)]
    sketches = sketch(texts)
    pairs = near_pairs(sketches, np.arange(count), 0.85)
    pairs = pairs.where(pairs.jaccard >= 0.85)
    assert (pairs.left % kinds == pairs.right % kinds).all()
    assert set(pairs.left.tolist()) | set(pairs.right.tolist()) == set(range(count))


def test_pairs_do_not_depend_on_the_order_of_rows(prose):
    texts = [*hub(100), *(prose.edited(prose.text(40), 2) for _ in range(10))]
    order = np.random.default_rng(5).permutation(len(texts))
    one, other = (near_pairs(sketch(some), np.arange(len(texts))) for some in (texts, [texts[at] for at in order]))
    known = {frozenset(pair) for pair in zip(one.left.tolist(), one.right.tolist(), strict=True)}
    assert known == {frozenset(order[[a, b]].tolist()) for a, b in zip(other.left, other.right, strict=True)}
