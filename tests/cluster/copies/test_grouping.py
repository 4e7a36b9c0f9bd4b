"""Which row is kept, and who stands with it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sada.cluster.copies import star_clusters
from sada.cluster.copies.candidates import near_pairs
from sada.cluster.copies.grouping import (
    Link,
    Rows,
    chains,
    distinct_rows,
    exact_duplicates_of,
    kept_of,
    links_of,
    stars,
)
from sada.cluster.likeness.likeness import WordLikeness
from sada.cluster.likeness.pairs import Pairs, measure
from sada.indexes.article import Article
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.sketches import sketch
from sada.indexes.storage.columns import Columns
from sada.indexes.text.tokens import shingles


def rows_of(texts, keep="first", **values) -> Rows:
    articles = [
        Article(f"a{at}", text=text, **{name: several[at] for name, several in values.items()})
        for at, text in enumerate(texts)
    ]
    columns = Columns.of(articles)
    sets = sketch([article.body for article in articles])
    return Rows.of(columns, sets, keep, WordLikeness(sets))


def near(rows: Rows, among: np.ndarray) -> Pairs:
    return near_pairs(rows.sketches, short_keys(rows.sketches.signatures, Bands.for_jaccard(0.5)), among, 0.5, 0.5)


def kept(rows: Rows, least: float) -> np.ndarray:
    return kept_of(rows, rows.sketches.signatures, least)


def counted(monkeypatch) -> list[int]:
    """How many pairs are measured from now on, one number for each call."""
    found: list[int] = []
    measured = WordLikeness.measure
    monkeypatch.setattr(
        WordLikeness, "measure", lambda self, left, right: found.append(len(left)) or measured(self, left, right)
    )
    return found


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
    assert exact_duplicates_of(rows).tolist() == [0, 0, 2, 3, 4, 0]
    assert distinct_rows(rows, exact_duplicates_of(rows)).tolist() == [0, 2]


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
    leaders, similarity, _ = chains(rows, exact_duplicates_of(rows), pairs.where(pairs.jaccard >= least))
    assert leaders.tolist() == [0, 0, 0]
    assert similarity.tolist() == pytest.approx([1.0, jaccard(texts[0], texts[1]), jaccard(texts[0], texts[2])])


@pytest.mark.parametrize("twins_at", [0, 5])
def test_twins_do_not_make_another_row_the_kept_one(prose, twins_at):
    """All are copies of each other, so the rule alone decides, however often one wording was printed."""
    base = prose.text(100)
    near = prose.edited(base, 1)
    texts = [base] * 5 + [near] if twins_at == 0 else [near] + [base] * 5
    assert kept(rows_of(texts), 0.8).tolist() == [0] * 6


@pytest.mark.parametrize("whole", [50, 5])
def test_star_law_in_random_families(prose, monkeypatch, whole):
    """Every member is within reach of its kept row, whether components are completed or not."""
    monkeypatch.setattr(star_clusters, "COMPARED_WHOLE", whole)
    texts = []
    for _ in range(6):
        base = prose.text(60)
        texts += [base] + [prose.edited(base, prose.random.randint(0, 5)) for _ in range(8)]
        texts += prose.drifting(8, 80)
    prose.random.shuffle(texts)
    rows = rows_of(texts)
    for least in (0.6, 0.8):
        pairs = near(rows, distinct_rows(rows, exact_duplicates_of(rows)))
        leaders, similarity, _ = stars(rows, exact_duplicates_of(rows), pairs.where(pairs.jaccard >= least), least)
        assert len(set(leaders.tolist())) < len(texts)
        for row, leader in enumerate(leaders.tolist()):
            assert leaders[leader] == leader
            assert similarity[row] == pytest.approx(jaccard(texts[row], texts[leader]))
            assert similarity[row] >= least


def every_near(rows: Rows, least: float) -> Pairs:
    """All pairs of stand-ins that reach a Jaccard."""
    left, right = np.triu_indices(len(rows), 1)
    standing = exact_duplicates_of(rows) == np.arange(len(rows))
    pairs = measure(rows.sketches, left, right)
    return pairs.where((pairs.jaccard >= least) & standing[left] & standing[right])


def greedy(rows: Rows, least: float) -> np.ndarray:
    """The rule of stars, step by step over a whole matrix."""
    exact_duplicates, pairs = exact_duplicates_of(rows), every_near(rows, least)
    alike = np.eye(len(rows), dtype=bool)
    alike[pairs.left, pairs.right] = alike[pairs.right, pairs.left] = True
    weights = np.bincount(exact_duplicates, minlength=len(rows))
    free, kept = weights > 0, np.arange(len(rows))
    while free.any():
        centre = max(np.flatnonzero(free), key=lambda row: (weights[alike[row] & free].sum(), -rows.ranks[row]))
        kept[alike[centre] & free] = centre
        free &= ~alike[centre]
    return kept[exact_duplicates]


@pytest.fixture
def mixed(prose) -> list[str]:
    """Families, texts that drift, twins; one component of 70 and more, many of several sizes."""
    texts = prose.drifting(75, 80)
    for size in (2, 3, 5, 9, 14):
        base = prose.text(70)
        texts += [prose.edited(base, prose.random.randint(0, 6)) for _ in range(size)]
        texts += prose.drifting(size, 70)
    texts += prose.random.choices(texts, k=40)
    prose.random.shuffle(texts)
    return texts


@pytest.mark.parametrize("whole", [0, 50, 1000])
def test_one_rule_for_components_of_any_size(mixed, monkeypatch, whole):
    monkeypatch.setattr(star_clusters, "COMPARED_WHOLE", whole)
    for keep in ("first", "longest"):
        rows = rows_of(mixed, keep)
        for least in (0.6, 0.8):
            leaders, *_ = stars(rows, exact_duplicates_of(rows), every_near(rows, least), least)
            assert leaders.tolist() == greedy(rows, least).tolist()


def test_the_order_of_rows_decides_nothing_where_ranks_differ(prose, mixed):
    groups = []
    moments = [prose.moment(at) for at in range(len(mixed))]
    order = list(range(len(mixed)))
    for _ in range(2):
        rows = rows_of([mixed[at] for at in order], published=[moments[at] for at in order])
        leaders, *_ = stars(rows, exact_duplicates_of(rows), every_near(rows, 0.8), 0.8)
        groups.append({order[row]: order[leader] for row, leader in enumerate(leaders.tolist())})
        prose.random.shuffle(order)
    assert groups[0] == groups[1]


@pytest.mark.parametrize("count", [50, 51, 400, 401])
def test_rolling_versions_fall_into_groups_of_five(count):
    """Each text has two copies on either side, so every fifth is a centre wherever the ends of its component are."""
    words = [f"s{at}" for at in range(count * 5 + 100)]
    rows = rows_of([" ".join(words[at * 5 : at * 5 + 100]) for at in range(count)])
    leaders = kept(rows, 0.8)
    assert leaders.tolist() == greedy(rows, 0.8).tolist()
    assert len(set(leaders.tolist())) == -(-count // 5)


def test_a_long_chain_takes_measurements_by_its_length(monkeypatch):
    words = [f"s{at}" for at in range(2100 * 5)]
    rows = rows_of([" ".join(words[at * 5 : at * 5 + 100]) for at in range(2000)])
    pairs = near(rows, np.arange(2000))
    measured = counted(monkeypatch)
    leaders, *_ = stars(rows, exact_duplicates_of(rows), pairs.where(pairs.jaccard >= 0.8), 0.8)
    assert len(set(leaders.tolist())) == 400
    assert sum(measured) < 50 * 2000


@pytest.mark.parametrize("size", [40, 51, 120])
def test_of_copies_of_each_other_the_first_is_kept_though_pairs_are_missing(prose, size):
    """Candidates pair everyone with one representative only, which is not the first by rank."""
    base = prose.text(100).split()
    texts = [" ".join([*base[:50], f"number{at}", *base[50:]]) for at in range(size)]
    rows = rows_of(texts, published=[prose.moment((at * 7) % size) for at in range(size)])
    pairs = measure(rows.sketches, np.arange(size - 1), np.full(size - 1, size - 1))
    leaders, *_ = stars(rows, exact_duplicates_of(rows), pairs, 0.8)
    assert set(leaders.tolist()) == {int(np.argmin(rows.ranks))}


def test_what_candidates_lack_is_looked_for_among_the_centres(prose):
    """Two stars of one family, tied by a single pair, are one when the centre of one turns out to be near to all."""
    base = prose.text(100).split()
    rows = rows_of([" ".join([*base[:50], f"number{at}", *base[50:]]) for at in range(90)])
    left = np.concatenate([np.full(59, 0), np.full(29, 60), [5]])
    right = np.concatenate([np.arange(1, 60), np.arange(61, 90), [70]])
    leaders, *_ = stars(rows, exact_duplicates_of(rows), measure(rows.sketches, left, right), 0.8)
    assert leaders.tolist() == [0] * 90


def test_pairs_within_spans_are_measured_a_slice_at_a_time(prose, monkeypatch):
    base = prose.text(60)
    rows = rows_of([prose.edited(base, prose.random.randint(0, 6)) for _ in range(60)])
    order = np.array(prose.random.sample(range(60), 50))
    starts, stops = np.array([0, 12, 13, 13, 20, 41]), np.array([12, 13, 13, 20, 41, 50])
    sizes = counted(monkeypatch)
    monkeypatch.setattr(star_clusters, "_PAIRS_AT_ONCE", 60)
    found = star_clusters.near_within(rows.likeness, order, starts, stops, 0.7)
    texts = [" ".join(map(str, rows.sketches.sets_of(np.array([row])).shingles)) for row in range(60)]
    sets = [set(text.split()) for text in texts]
    wanted = set()
    for start, stop in zip(starts, stops, strict=True):
        for a, b in itertools.combinations(sorted(order[start:stop].tolist()), 2):
            if len(sets[a] & sets[b]) / len(sets[a] | sets[b]) >= 0.7:
                wanted.add((a, b))
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == wanted and len(found) == len(wanted) > 50
    assert sum(sizes) == 66 + 21 + 210 + 36 and max(sizes) == 210 and len(sizes) > 2


def test_no_rows():
    assert kept(rows_of([]), 0.8).tolist() == []
    assert kept(rows_of(["", "!"]), 0.8).tolist() == [0, 1]


def test_links_are_the_strongest_between_two_groups(prose):
    """Against a walk over the pairs one by one."""
    rows = rows_of([prose.text(prose.random.randint(14, 18)) for _ in range(30)], "longest")
    kept = np.arange(30) // 3 * 3
    left, right = np.triu_indices(30, 1)
    shares = np.array([prose.random.choice([0.5, 0.7, 0.8, 0.9, 1.0]) for _ in left])
    pairs = Pairs(left, right, np.zeros(len(left)), shares, np.zeros(len(left), np.uint8))
    wanted: dict[tuple[int, int], tuple] = {}
    for a, b, share in zip(left.tolist(), right.tolist(), shares.tolist(), strict=True):
        to, row = sorted((a, b), key=lambda end: rows.ranks[kept[end]])
        if kept[a] != kept[b] and share >= 0.8:
            kind = "contains" if rows.sketches.sizes[row] > rows.sketches.sizes[to] else "contained"
            found = (-share, rows.ranks[row], rows.ranks[to], Link(row, to, kind, share, 0.0))
            ends = int(kept[to]), int(kept[row])
            wanted[ends] = min(found, wanted.get(ends, found))
    links = links_of(rows, pairs, kept, 0.8)
    assert {(home, int(kept[link.row])): link for home in links for link in links[home]} == {
        ends: found[-1] for ends, found in wanted.items()
    }
    for several in links.values():
        order = [(-link.containment, rows.ranks[link.row], rows.ranks[link.to]) for link in several]
        assert order == sorted(order)
