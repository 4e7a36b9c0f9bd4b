"""Which row is kept, and who stands with it."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster import grouping
from sada.cluster.candidates import Pairs, near_pairs
from sada.cluster.grouping import Link, Rows, chains, distinct_rows, kept_of, links_of, stars, twins_of
from sada.indexes.article import Article
from sada.indexes.bands import Bands
from sada.indexes.columns import Columns
from sada.indexes.lsh import short_keys
from sada.indexes.minhash import sketch
from sada.indexes.text import shingles


def rows_of(texts, keep="first", **values) -> Rows:
    articles = [
        Article(f"a{at}", text=text, **{name: several[at] for name, several in values.items()})
        for at, text in enumerate(texts)
    ]
    return Rows.of(Columns.of(articles), sketch([article.body for article in articles]), keep)


def near(rows: Rows, among: np.ndarray) -> Pairs:
    return near_pairs(rows.sketches, short_keys(rows.sketches.signatures, Bands.for_jaccard(0.5)), among)


def kept(rows: Rows, least: float) -> np.ndarray:
    return kept_of(rows, rows.sketches.signatures, least)


def jaccard(a: str, b: str) -> float:
    left, right = set(shingles(a)), set(shingles(b))
    return len(left & right) / len(left | right)


@pytest.mark.parametrize(
    ("keep", "order"),
    [
        ("first", [1, 2, 0, 3]),
        ("last", [0, 1, 2, 3]),
        ("longest", [3, 1, 2, 0]),
        ("source=B", [0, 1, 2, 3]),
        ("source=c,b", [2, 0, 1, 3]),
        ("source= b , C ,b", [0, 2, 1, 3]),
        ("source=nobody", [1, 2, 0, 3]),
    ],
)
def test_ranks_follow_the_rule(prose, keep, order):
    moments = [prose.moment(9), prose.moment(1), prose.moment(1), None]
    texts = ["one", "one two three four", "one two three four", "one two three four five"]
    rows = rows_of(texts, keep, published=moments, source=["B", "a", "C", ""])
    assert np.argsort(rows.ranks).tolist() == order


@pytest.mark.parametrize("keep", ["", "FIRST", "source", "newest", "source=", "source= , "])
def test_unknown_rules_are_refused(keep):
    with pytest.raises(ValueError, match="keep="):
        rows_of(["one"], keep)


def test_twins_have_the_same_words_in_the_same_order():
    rows = rows_of(["One, two", "one two!", "two one", "", "!!", "one two"])
    assert twins_of(rows).tolist() == [0, 0, 2, 3, 4, 0]
    assert distinct_rows(rows, twins_of(rows)).tolist() == [0, 2]


def test_a_hub_keeps_its_copies_and_the_ends_of_a_chain_stay_apart(prose):
    """a - b - c, where a and c are no copies of each other: b stands in the middle."""
    words = prose.words(100)
    second, third = list(words), list(words)
    for place in (10, 30):
        second[place] = prose.word()
    for place in (10, 30, 50, 70):
        third[place] = prose.word()
    third[10], third[30] = second[10], second[30]
    texts = [" ".join(some) for some in (words, second, third)]
    least = 0.85
    assert jaccard(texts[0], texts[1]) >= least <= jaccard(texts[1], texts[2])
    assert jaccard(texts[0], texts[2]) < least
    rows = rows_of(texts)
    assert kept(rows, least).tolist() == [1, 1, 1]
    pairs = near(rows, np.arange(3))
    leaders, similarity = chains(rows, twins_of(rows), pairs.where(pairs.jaccard >= least))
    assert leaders.tolist() == [0, 0, 0]
    assert similarity.tolist() == pytest.approx([1.0, jaccard(texts[0], texts[1]), jaccard(texts[0], texts[2])])


@pytest.mark.parametrize("twins_at", [0, 5])
def test_twins_do_not_make_another_row_the_kept_one(prose, twins_at):
    """All are copies of each other, so the rule alone decides, however often one wording was printed."""
    base = prose.text(100)
    near = prose.edited(base, 1)
    texts = [base] * 5 + [near] if twins_at == 0 else [near] + [base] * 5
    assert kept(rows_of(texts), 0.8).tolist() == [0] * 6


@pytest.mark.parametrize("whole", [400, 5])
def test_star_law_in_random_families(prose, monkeypatch, whole):
    """Every member is within reach of its kept row, whether components are compared whole or leader by leader."""
    monkeypatch.setattr(grouping, "_COMPARED_WHOLE", whole)
    texts = []
    for _ in range(6):
        base = prose.text(60)
        texts += [base] + [prose.edited(base, prose.random.randint(0, 5)) for _ in range(8)]
        texts += prose.drifting(8, 80)
    prose.random.shuffle(texts)
    rows = rows_of(texts)
    for least in (0.6, 0.8):
        pairs = near(rows, distinct_rows(rows, twins_of(rows)))
        leaders, similarity = stars(rows, twins_of(rows), pairs.where(pairs.jaccard >= least), least)
        assert len(set(leaders.tolist())) < len(texts)
        for row, leader in enumerate(leaders.tolist()):
            assert leaders[leader] == leader
            assert similarity[row] == pytest.approx(jaccard(texts[row], texts[leader]))
            assert similarity[row] >= least


def test_no_rows():
    assert kept(rows_of([]), 0.8).tolist() == []
    assert kept(rows_of(["", "!"]), 0.8).tolist() == [0, 1]


def test_links_are_the_strongest_between_two_groups(prose):
    """Against a walk over the pairs one by one."""
    rows = rows_of([prose.text(prose.random.randint(10, 14)) for _ in range(30)], "longest")
    kept = np.arange(30) // 3 * 3
    left, right = np.triu_indices(30, 1)
    shares = np.array([prose.random.choice([0.5, 0.7, 0.8, 0.9, 1.0]) for _ in left])
    pairs = Pairs(left, right, np.zeros(len(left)), shares)
    wanted: dict[tuple[int, int], tuple] = {}
    for a, b, share in zip(left.tolist(), right.tolist(), shares.tolist(), strict=True):
        to, row = sorted((a, b), key=lambda end: rows.ranks[kept[end]])
        if kept[a] != kept[b] and share >= 0.8:
            kind = "contains" if rows.sketches.sizes[row] > rows.sketches.sizes[to] else "contained"
            found = (-share, rows.ranks[row], rows.ranks[to], Link(row, to, kind, share))
            ends = int(kept[to]), int(kept[row])
            wanted[ends] = min(found, wanted.get(ends, found))
    links = links_of(rows, pairs, kept, 0.8)
    assert {(home, int(kept[link.row])): link for home in links for link in links[home]} == {
        ends: found[-1] for ends, found in wanted.items()
    }
    for several in links.values():
        order = [(-link.containment, rows.ranks[link.row], rows.ranks[link.to]) for link in several]
        assert order == sorted(order)
