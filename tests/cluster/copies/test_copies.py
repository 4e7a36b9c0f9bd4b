"""Copies against planted truth and against brute force over shingle sets."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import pytest

from sada.cluster import find_copies
from sada.cluster.copies import assembly, lineage
from sada.cluster.copies import copies as copies_module
from sada.cluster.copies.candidates import near_pairs
from sada.cluster.copies.groups import CopyGroup
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.reading import batches
from sada.indexes.text.tokens import shingles


@cache
def shingle_set(text: str) -> frozenset[str]:
    return frozenset(shingles(text))


def jaccard(a: str, b: str) -> float:
    left, right = shingle_set(a), shingle_set(b)
    return len(left & right) / len(left | right)


def numbered(prose, texts, **values) -> list[Article]:
    """Articles a0, a1 and so on, an hour apart."""
    return [
        Article(f"a{at}", text=text, published=prose.moment(at), **{name: v[at] for name, v in values.items()})
        for at, text in enumerate(texts)
    ]


def members(copies) -> set[frozenset[str]]:
    return {frozenset(member.id for member in group.members) for group in copies.groups}


def several(copies) -> set[frozenset[str]]:
    return {group for group in members(copies) if len(group) > 1}


@pytest.fixture
def families(prose) -> list[Article]:
    """Twelve families of a text and its edits, three that drift, and thirty texts alone; shuffled, an hour apart."""
    texts = [prose.text(50) for _ in range(30)]
    texts += [text for _ in range(3) for text in prose.drifting(7, 70)]
    for _ in range(12):
        base = prose.text(prose.random.randint(30, 120))
        texts += [base, base.upper()]
        texts += [prose.edited(base, prose.random.randint(1, max(1, len(base.split()) // 25))) for _ in range(5)]
    prose.random.shuffle(texts)
    return numbered(prose, texts)


def test_planted_groups_are_found_and_nothing_else(prose):
    texts, truth = [], {}
    for family in range(15):
        base = prose.text(100)
        words = base.split()
        variants = {
            "kept": base,
            "exact": f"  {base.upper()} !!",
            "edited": prose.edited(base, 2),
            "abridged": " ".join(words[:92]),
            "longer": f"{base} {prose.text(6)}",
        }
        for kind, text in variants.items():
            truth[f"a{len(texts)}"] = (family, kind)
            texts.append(text)
    copies = find_copies(numbered(prose, texts))
    assert len(copies.groups) == 15
    for group in copies.groups:
        assert group.size == 5
        assert len({truth[member.id][0] for member in group.members}) == 1
        assert truth[group.kept][1] == "kept"
        kinds = [truth[member.id][1] for member in group.members]
        assert kinds == ["kept", "exact", "edited", "abridged", "longer"]
        assert [member.kind for member in group.members] == ["kept", "exact", "near", "near", "near"]
        assert group.members[3].jaccard == pytest.approx(90 / 98)
        assert group.attached == ()


def test_a_page_with_three_articles_is_attached_and_glues_nothing(prose):
    parts = [prose.text(60) for _ in range(3)]
    texts = [*parts, prose.edited(parts[0], 1), "\n".join([prose.text(10), *parts, prose.text(10)])]
    copies = find_copies(numbered(prose, texts))
    assert members(copies) == {frozenset({"a0", "a3"}), frozenset({"a1"}), frozenset({"a2"}), frozenset({"a4"})}
    for id_ in ("a0", "a1", "a2"):
        (link,) = copies.group_of(id_).attached
        assert (link.id, link.to, link.kind, link.containment) == ("a4", id_, "contains", 1.0)
    assert copies.dropped() == {3}
    assert copies.dropped(contained=True) == {0, 1, 2, 3}
    first = find_copies([numbered(prose, texts)[4], *numbered(prose, texts[:4])][::-1], keep="longest")
    page = first.group_of("a4")
    assert {(link.id, link.to, link.kind) for link in page.attached} == {
        (id_, "a4", "contained") for id_ in ("a0", "a1", "a2")
    }
    assert find_copies(numbered(prose, texts), containment=None).group_of("a0").attached == ()


def test_star_law_and_the_values_shown(families):
    texts = {article.id: article.body for article in families}
    for least in (0.5, 0.65, 0.8, 0.95):
        copies = find_copies(families, jaccard=least)
        assert sorted(itertools.chain(*members(copies))) == sorted(texts)
        for group in copies.groups:
            for member in group.members:
                assert member.jaccard == pytest.approx(jaccard(texts[member.id], texts[group.kept]))
                assert member.jaccard >= least


def test_a_low_threshold_reaches_as_low(prose):
    base = prose.text(80)
    texts = [base, prose.edited(base, 6)]
    assert 0.6 < jaccard(*texts) < 0.7
    assert len(find_copies(numbered(prose, texts), jaccard=0.6, containment=None).groups) == 1
    assert len(find_copies(numbered(prose, texts), jaccard=0.7, containment=None).groups) == 2


def test_chain_law(families):
    texts = {article.id: article.body for article in families}
    least = 0.85  # so far up that a band hit is all but certain
    home = {id_: {id_} for id_ in texts}
    for a, b in itertools.combinations(texts, 2):
        if jaccard(texts[a], texts[b]) >= least and home[a] is not home[b]:
            home[a] |= home[b]
            for id_ in home[b]:
                home[id_] = home[a]
    copies = find_copies(families, jaccard=least, cohesion="chain")
    assert members(copies) == {frozenset(group) for group in home.values()}
    for group in copies.groups:
        assert group.kept == min((m.id for m in group.members), key=lambda id_: int(id_[1:]))


def test_every_pair_of_copies_above_the_threshold_is_a_copy_of_something(families):
    """An article with a partner at .9 is never left alone where every partner could take it in."""
    texts = {article.id: article.body for article in families}
    alone = [group.kept for group in find_copies(families, jaccard=0.8).groups if group.size == 1]
    for a, b in itertools.combinations(alone, 2):
        assert jaccard(texts[a], texts[b]) < 0.8


@pytest.mark.parametrize(
    ("keep", "kept"),
    [("first", "a0"), ("last", "a3"), ("longest", "a2"), ("source=Wire,Post", "a1"), ("source=Nobody", "a0")],
)
def test_keep_rules(prose, keep, kept):
    base = prose.text(80)
    texts = [base, prose.edited(base, 1), f"{base} {prose.text(2)}", base]
    copies = find_copies(numbered(prose, texts, source=["Post", "WIRE", "Post", "Other"]), keep=keep)
    (group,) = copies.groups
    assert group.kept == kept
    assert group.members[0].kind == "kept"
    assert sorted(member.id for member in group.members) == ["a0", "a1", "a2", "a3"]


def test_undated_articles_are_kept_last(prose):
    base = prose.text(40)
    articles = [Article("x", text=base), Article("y", text=base, published=prose.moment(1))]
    for keep in ("first", "last"):
        assert find_copies(articles, keep=keep).groups[0].kept == "y"
    assert find_copies([articles[0], Article("z", text=base)]).groups[0].kept == "x"


def test_twins_are_exact_whatever_their_case_marks_and_digits():
    texts = ["الرئيسُ زارَ المدرسةَ 5 مرات", "الرئيس زار المدرسه ٥ مرات", "Ÿ", "ÿ", "five dead", "Five, dead."]
    copies = find_copies([Article(f"a{at}", title=text) for at, text in enumerate(texts)])
    assert several(copies) == {frozenset({"a0", "a1"}), frozenset({"a2", "a3"}), frozenset({"a4", "a5"})}
    assert {member.kind for group in copies.groups for member in group.members} == {"kept", "exact"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 dead", "50 dead"),
        ("5 dead", "5"),
        ("one two", "two one"),
        ("one two", "one two three"),
        ("yes", "yes yes"),
        ("東京", "東京都"),
        ("5 dead in Rome", "6 dead in Rome"),
    ],
)
def test_short_texts_are_no_copies_unless_equal(one, other):
    copies = find_copies([Article("a", title=one), Article("b", title=other), Article("c", title=one)])
    assert several(copies) == {frozenset({"a", "c"})}
    assert all(group.attached == () for group in copies.groups)


def test_wordless_texts_join_no_group():
    copies = find_copies(
        [Article("a", title="!!!"), Article("b", title="one"), Article("c", title="…", text="?!"), Article("d")]
    )
    assert copies.wordless == ("a", "c", "d")
    assert members(copies) == {frozenset({"b"})}
    assert copies.dropped() == set()
    with pytest.raises(KeyError):
        copies.group_of("a")


@pytest.mark.parametrize("cohesion", ["star", "chain"])
@pytest.mark.parametrize("containment", [0.8, 0.6, None])
def test_rethreshold_is_a_fresh_run(families, prose, cohesion, containment):
    page = Article("page", text=f"{families[0].text} {prose.text(30)} {families[1].text}")
    articles = [*families, page]
    once = find_copies(articles, cohesion=cohesion, containment=containment)
    for least in (0.5, 0.6, 0.75, 0.9, 1.0):
        fresh = find_copies(articles, jaccard=least, cohesion=cohesion, containment=containment)
        again = once.rethreshold(least)
        assert again.groups == fresh.groups
        assert again.jaccard == fresh.jaccard == least
        assert again.dropped(contained=True) == fresh.dropped(contained=True)
    assert once.rethreshold(0.8).groups == once.groups


@pytest.mark.parametrize("keep", ["first", "last"])
@pytest.mark.parametrize("cohesion", ["star", "chain"])
def test_order_and_threads_do_not_matter(families, prose, keep, cohesion):
    wanted = find_copies(families, keep=keep, cohesion=cohesion).groups
    shuffled = list(families)
    for threads in (1, 3):
        prose.random.shuffle(shuffled)
        assert find_copies(shuffled, keep=keep, cohesion=cohesion, threads=threads).groups == wanted


def test_an_index_gives_the_same_as_plain_articles(tmp_path, families):
    wanted = find_copies(families)
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(families[:50], commit_every=20)
        index.add(families[50:])
        found = find_copies(index)
        assert found.groups == wanted.groups
        assert found.dropped() == wanted.dropped()
        gone = {member.id for member in max(wanted.groups, key=lambda group: group.size).members[1:]}
        index.remove(gone)
        assert find_copies(index).groups == find_copies([a for a in families if a.id not in gone]).groups


@pytest.mark.parametrize("size", [13, 500])
def test_a_text_printed_very_often_is_one_group(prose, size):
    base = prose.text(120)
    texts = [base if at % 3 else prose.edited(base, 1) for at in range(size)] + [prose.text(50) for _ in range(20)]
    copies = find_copies(numbered(prose, texts))
    assert copies.groups[0].size == size
    assert len(copies.groups) == 21
    assert copies.groups[0].kept == "a0"
    assert copies.dropped() == set(range(1, size))


def test_groups_are_numbered_the_largest_first(families):
    copies = find_copies(families)
    assert [group.group for group in copies.groups] == list(range(1, len(copies.groups) + 1))
    assert [group.size for group in copies.groups] == sorted((group.size for group in copies.groups), reverse=True)
    assert copies.duplicates() == [group for group in copies.groups if group.size > 1 or group.attached]
    dropped = {families[place].id for place in copies.dropped()}
    assert dropped == {member.id for group in copies.groups for member in group.members[1:]}
    row = copies.groups[0].to_dict()
    assert row["kept"] == row["members"][0]["id"]
    assert row["size"] == len(row["members"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"jaccard": 0.49}, {"jaccard": 1.01}, {"jaccard": float("nan")}, {"containment": 0.0}, {"containment": 1.1},
        {"containment": float("nan")}, {"cohesion": "loose"}, {"keep": "newest"},
    ],
)  # fmt: skip
def test_bad_arguments_are_named(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name}="):
        find_copies([Article("a", title="one two three four")] * 2, **wrong)


def test_rethreshold_goes_no_lower_than_its_evidence():
    with pytest.raises(ValueError, match="jaccard="):
        find_copies([Article("a", title="one")]).rethreshold(0.4)


def test_no_articles():
    copies = find_copies([])
    assert copies.groups == copies.wordless == ()
    assert copies.dropped(contained=True) == set()
    assert copies.duplicates() == []
    assert copies.rethreshold(0.6).groups == ()


def test_a_generator_will_do(prose):
    articles = [Article(id_, text=prose.text(30)) for id_ in "abc"]
    articles.append(replace(articles[0], id="copy"))
    found = find_copies(article for article in articles)
    assert found.groups == find_copies(articles).groups
    assert [{member.id for member in group.members} for group in found.groups] == [{"a", "copy"}, {"b"}, {"c"}]


def test_dropping_goes_by_place_where_ids_repeat(prose):
    inner = prose.text(60)
    rows = [Article("same", text=prose.text(60)), Article("same", text=inner), Article("same", text=prose.text(60)),
            Article("page", text=f"{prose.text(80)} {inner} {prose.text(80)}")]  # fmt: skip
    copies = find_copies(rows)
    assert copies.dropped() == set()
    assert copies.dropped(contained=True) == {1}
    assert find_copies(rows, containment=None).dropped(contained=True) == set()


def test_what_lies_only_in_something_dropped_stays(prose):
    """z is kept, y a copy of it that holds x, which z does not."""
    x, z = prose.words(40), prose.words(400)
    y = [*z[:100], *x, *z[140:]]
    copies = find_copies(numbered(prose, [" ".join(words) for words in (z, y, x)]))
    assert copies.dropped() == {1}
    assert copies.dropped(contained=True) == {1}


def test_a_kept_article_stays_for_a_copy_that_nothing_else_holds(prose):
    """The second is a copy of the first; a page holds more than .8 of the first, and less of the second."""
    words = prose.words(120)
    page = " ".join([*prose.words(200), *words[:100], *prose.words(200)])
    second = " ".join([*prose.words(8), *words[8:]])
    copies = find_copies(numbered(prose, [" ".join(words), second, page]))
    assert copies.dropped() == {1}
    assert copies.dropped(contained=True) == {1}
    longer = numbered(prose, [" ".join(words), " ".join(words[:115]), page])
    assert find_copies(longer).dropped(contained=True) == {0, 1}


def test_what_lies_only_in_something_contained_stays(prose):
    """A large page holds the middle one, but only half of what that holds."""
    inner, around = prose.words(50), prose.words(300)
    middle, outer = [*inner, *around], [*prose.words(100), *inner[25:], *around, *prose.words(100)]
    copies = find_copies(numbered(prose, [" ".join(words) for words in (inner, middle, outer)]))
    assert copies.dropped(contained=True) == {1}


def test_pages_within_pages_fall_to_the_largest(prose):
    inner = prose.text(40)
    middle = f"{prose.text(40)} {inner} {prose.text(40)}"
    outer = f"{prose.text(90)} {middle} {prose.text(90)}"
    copies = find_copies(numbered(prose, [inner, middle, outer, prose.text(40)]))
    assert copies.dropped(contained=True) == {0, 1}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_dropped_can_be_read_in_something_that_stays(prose, seed):
    """Random families of parts, copies, and pages of them, in random order."""
    prose.random.seed(seed)
    texts = [prose.text(prose.random.randint(20, 60)) for _ in range(12)]
    for _ in range(60):
        kind, some = prose.random.randrange(3), prose.random.choice(texts)
        if kind == 0:
            texts.append(prose.edited(some, prose.random.randint(0, 3)))
        elif kind == 1 and len(some.split()) < 400:
            texts.append(f"{prose.text(prose.random.randint(0, 30))} {some} {prose.random.choice(texts)}")
        else:
            words = some.split()
            texts.append(" ".join(words[: max(20, len(words) * prose.random.randint(5, 9) // 10)]))
    prose.random.shuffle(texts)
    sets = [shingle_set(text) for text in texts]
    articles = numbered(prose, texts)
    copies = find_copies(articles, jaccard=0.7)
    home = {member.id: group.kept for group in copies.groups for member in group.members}
    dropped = copies.dropped(contained=True)
    stay = [at for at in range(len(texts)) if at not in dropped]
    assert copies.dropped() < dropped
    for at in dropped:
        held = any(len(sets[at] & sets[to]) >= 0.8 * len(sets[at]) for to in stay)
        assert held or int(home[f"a{at}"][1:]) in stay
    order = prose.random.sample(range(len(texts)), len(texts))
    again = find_copies([articles[at] for at in order], jaccard=0.7).dropped(contained=True)
    assert {order[at] for at in again} == dropped


def test_texts_are_read_in_batches_with_the_same_result(prose, monkeypatch):
    base = [prose.text(50) for _ in range(4)]
    articles = [Article(str(row), text=prose.edited(base[row % 4], row % 3)) for row in range(14)]
    whole = [group.to_dict() for group in find_copies(articles).groups]
    monkeypatch.setattr(batches, "_AT_ONCE", 3)
    assert [group.to_dict() for group in find_copies(iter(articles)).groups] == whole
    assert len(find_copies(iter([])).groups) == 0


def test_copies_of_what_an_index_holds(prose, tmp_path):
    base = [prose.text(60) for _ in range(3)]
    edited = prose.edited(base[1], 2)
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article("x", text=base[0]), Article("y", text=base[1])])
        found = find_copies([Article("1", text=base[2]), Article("2", text=edited), Article("3", text=base[0])])
        assert found.found_in(index) == {1: ("y", pytest.approx(jaccard(base[1], edited))), 2: ("x", 1.0)}
        assert found.rethreshold(1.0).found_in(index) == {2: ("x", 1.0)}
        index.remove(["x", "y"])
        assert found.found_in(index) == {}


def test_an_index_made_for_nearer_copies_is_asked_with_other_bands(prose, tmp_path):
    base = [prose.text(80) for _ in range(30)]
    edited = [prose.edited(text, 8) for text in base]
    with NewsIndex.create(tmp_path / "index", encoder="none", jaccard=1.0) as index:
        index.add([Article("none", title="!!!"), *(Article(f"i{row}", text=text) for row, text in enumerate(base))])
        found = find_copies([Article(str(row), text=text) for row, text in enumerate(edited)], jaccard=0.5)
        wanted = {row: jaccard(text, other) for row, (text, other) in enumerate(zip(base, edited, strict=True))}
        assert max(wanted.values()) < 0.9
        wanted = {row: (f"i{row}", pytest.approx(alike)) for row, alike in wanted.items() if alike >= 0.5}
        assert len(wanted) > 20 and found.found_in(index) == wanted


def test_an_exact_copy_is_found_in_an_index_of_many_alike(prose, tmp_path):
    base = prose.text(80).split()
    texts = [" ".join([*base[:40], f"word{number}", *base[40:]]) for number in range(120)]
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article(f"i{number}", text=text) for number, text in enumerate(texts)])
        found = find_copies([Article(str(number), text=text) for number, text in enumerate(texts[::6])], jaccard=1.0)
        assert found.found_in(index) == {at: (f"i{6 * at}", 1.0) for at in range(20)}


def first_of(articles: list[Article]) -> list[Article]:
    """Sorted by time, undated ones last, then as read."""
    return sorted(articles, key=lambda article: (article.published is None, article.published or 0))


@pytest.fixture
def dated(prose) -> list[Article]:
    """Families with many twins, moments shared by several, and some without a date; two drift, two are large."""
    texts = [text for _ in range(2) for text in prose.drifting(9, 90)]
    often, oftener = prose.text(120), prose.words(150)
    texts += [prose.edited(often, at % 3) for at in range(27)]
    for _ in range(45):
        again = list(oftener)
        for _ in range(prose.random.randint(1, 3)):
            again[prose.random.randrange(150)] = prose.word()
        texts.append(" ".join(again))
    for _ in range(10):
        base = prose.text(80)
        texts += [base, base.upper(), *(prose.edited(base, prose.random.choice([0, 1, 1, 2])) for _ in range(6))]
    prose.random.shuffle(texts)
    moments = [prose.random.choice([None, *map(prose.moment, range(12))]) for _ in texts]
    return [
        Article(f"a{at}", text=text, published=when) for at, (text, when) in enumerate(zip(texts, moments, strict=True))
    ]


def several_rows(copies, articles):
    """Each group of two and more with its articles, in reading order."""
    by_id = {article.id: article for article in articles}
    for group in copies.duplicates():
        if group.size > 1:
            yield group, first_of(sorted((by_id[member.id] for member in group.members), key=articles.index))


@pytest.mark.parametrize("cohesion", ["star", "chain"])
@pytest.mark.parametrize("keep", ["first", "last", "longest"])
def test_everyone_follows_the_most_similar_before_it(dated, cohesion, keep):
    """Against every pair of every group; at .85 a pair is missed as a candidate once in ten thousand million times."""
    followers = 0
    for group, rows in several_rows(find_copies(dated, jaccard=0.85, cohesion=cohesion, keep=keep), dated):
        assert group.first == (rows[0].id if rows[0].published else None)
        told = {member.id: member for member in group.members}
        for row in rows:
            before = [other for other in rows if row.published and other.published and other.published < row.published]
            best = max((jaccard(row.body, other.body) for other in before), default=0)
            like = [other.id for other in before if jaccard(row.body, other.body) == best]
            assert told[row.id].follows == (like[0] if best >= 0.85 else None)
            late = row.published and (row.published - rows[0].published).total_seconds()
            assert told[row.id].delay_seconds == late
            followers += best >= 0.85
    assert followers > 40


def test_lineage_is_told_without_guessing(prose):
    base = prose.text(60)
    when = [5, 5, 2, None, 9]
    texts = [base, base, prose.edited(base, 1), base, prose.edited(base, 2)]
    articles = [Article(f"a{at}", text=text, published=None if hours is None else prose.moment(hours))
                for at, (text, hours) in enumerate(zip(texts, when, strict=True))]  # fmt: skip
    (group,) = find_copies(articles).groups
    assert (group.kept, group.first) == ("a0", "a2")
    told = {member.id: (member.follows, member.delay_seconds) for member in group.members}
    assert told == {
        "a0": ("a2", 3 * 3600.0), "a1": ("a2", 3 * 3600.0), "a2": (None, 0.0), "a3": (None, None),
        "a4": ("a0", 7 * 3600.0),
    }  # fmt: skip
    (undated,) = find_copies([Article("x", text=base), Article("y", text=base)]).groups
    assert undated.first is None
    assert [(member.follows, member.delay_seconds) for member in undated.members] == [(None, None)] * 2


def test_the_same_shingles_in_another_order_are_as_similar_as_a_twin(prose):
    """All have a Jaccard of 1, and of equally similar ones the earliest is followed, twin or not."""
    one, other = "la li lu la li lu la li", "li lu la li lu la li lu la"
    copies = find_copies(numbered(prose, [one, other, other, one]))
    (group,) = copies.groups
    assert [member.kind for member in group.members] == ["kept", "near", "near", "exact"]
    assert [member.follows for member in group.members] == [None, "a0", "a0", "a0"]
    assert {(pair.a, pair.b, pair.jaccard) for pair in group.evidence} == {
        ("a0", "a1", 1.0), ("a1", "a2", 1.0), ("a0", "a3", 1.0)
    }  # fmt: skip


@pytest.mark.parametrize("cohesion", ["star", "chain"])
def test_the_evidence_is_every_pair_of_copies_inside_a_group(dated, cohesion):
    for group, rows in several_rows(find_copies(dated, jaccard=0.85, cohesion=cohesion), dated):
        words = [tuple(row.body.lower().split()) for row in rows]
        wanted = {}
        for (at, a), (to, b) in itertools.combinations(enumerate(rows), 2):
            exact_duplicates = words[at] == words[to]
            if words.index(words[at]) == at and (exact_duplicates or words.index(words[to]) == to):
                wanted[a.id, b.id] = jaccard(a.body, b.body)
        wanted = {pair: value for pair, value in wanted.items() if value >= 0.85}
        if len(wanted) > 200:
            continue
        assert {(pair.a, pair.b): pair.jaccard for pair in group.evidence} == pytest.approx(wanted)
        values = [pair.jaccard for pair in group.evidence]
        assert values == sorted(values, reverse=True)
        for pair in group.evidence:
            a, b = (shingle_set(next(row.body for row in rows if row.id == id_)) for id_ in (pair.a, pair.b))
            assert pair.containment == pytest.approx(len(a & b) / min(len(a), len(b)))


def test_a_pair_with_the_kept_article_is_evidence_though_no_band_found_it(prose, monkeypatch):
    base = prose.text(120)
    articles = numbered(prose, [base, prose.edited(base, 1), prose.edited(base, 2)])

    def without_some(*arguments):
        pairs = near_pairs(*arguments)
        return pairs.where(~((pairs.left == 0) & (pairs.right == 2)))

    monkeypatch.setattr(copies_module, "near_pairs", without_some)
    monkeypatch.setattr(lineage, "COMPARED_WHOLE", 1)
    (group,) = find_copies(articles, containment=None).groups
    assert group.kept == "a0" and {(pair.a, pair.b) for pair in group.evidence} >= {("a0", "a2")}


def test_evidence_of_a_giant_group_is_what_ties_it_together(prose):
    base = prose.text(150)
    texts = [prose.edited(base, prose.random.randint(0, 4)) for _ in range(45)] + [base] * 5
    articles = numbered(prose, texts)
    group = find_copies(articles, jaccard=0.7).groups[0]
    assert group.size == 50
    pairs = [(jaccard(a.body, b.body), a.id, b.id) for a, b in itertools.combinations(articles, 2)]
    home = {article.id: {article.id} for article in articles}
    total = 0.0
    for value, a, b in sorted(pairs, reverse=True):  # Kruskal, by sets
        if home[a] is not home[b]:
            total += value
            home[a] |= home[b]
            for id_ in home[b]:
                home[id_] = home[a]
    assert len(group.evidence) == 49
    assert sum(pair.jaccard for pair in group.evidence) == pytest.approx(total)
    tied = {"a0"}
    for _ in group.evidence:
        tied |= {id_ for pair in group.evidence if {pair.a, pair.b} & tied for id_ in (pair.a, pair.b)}
    assert len(tied) == 50
    assert find_copies(articles[:10], jaccard=0.7).groups[0].size == 10
    assert len(find_copies(articles[:10], jaccard=0.7).groups[0].evidence) > 9


def test_a_chain_shows_the_way_to_the_kept_article(dated):
    """Against a search step by step over all pairs."""
    longest = 0
    for group, rows in several_rows(find_copies(dated, jaccard=0.85, cohesion="chain"), dated):
        near = {(a.id, b.id): jaccard(a.body, b.body) for a, b in itertools.permutations(rows, 2)}
        steps = {group.kept: 0}
        for depth in range(len(rows)):
            reached = [id_ for id_, step in steps.items() if step == depth]
            for row in rows:
                if row.id not in steps and any(near[row.id, id_] >= 0.85 for id_ in reached):
                    steps[row.id] = depth + 1
        assert len(steps) == group.size
        for member in group.members:
            at, way = member.id, []
            while steps[at] > 1:
                nearer = [row.id for row in rows if row.id in steps and steps[row.id] == steps[at] - 1]
                at = max(nearer, key=lambda id_: near[at, id_])  # of equally near the first in reading order
                way.append(at)
            assert member.via == (tuple(way) if way else None)
            assert (member.via is None) == (member.jaccard >= 0.85)
            longest = max(longest, len(way))
    assert longest > 2
    assert all(member.via is None for group in find_copies(dated).groups for member in group.members)


def test_of_two_ways_as_short_and_as_strong_the_first_kept_is_shown(prose):
    words, early, late = prose.words(100), prose.words(10), prose.words(10)
    texts = [words, [*early, *words[10:]], [*words[:90], *late], [*early, *words[10:90], *late]]
    articles = [Article(id_, text=" ".join(text), published=prose.moment(hours))
                for id_, text, hours in zip("kabm", texts, (0, 2, 1, 3), strict=True)]  # fmt: skip
    (group,) = find_copies(articles, cohesion="chain").groups
    assert {member.id: member.via for member in group.members} == {"k": None, "a": None, "b": None, "m": ("b",)}
    assert group.members[-1].jaccard == pytest.approx(78 / 118)


def test_only_groups_that_are_asked_for_are_made(prose, monkeypatch):
    made = []
    monkeypatch.setattr(assembly, "CopyGroup", lambda number, *rest: made.append(number) or CopyGroup(number, *rest))
    base, inner = prose.text(60), prose.text(40)
    texts = [prose.text(40) for _ in range(50)] + [base, base, inner, f"{prose.text(60)} {inner}"]
    copies = find_copies(numbered(prose, texts))
    assert copies.dropped() == {51} and copies.dropped(contained=True) == {51, 52} and made == []
    assert [group.kept for group in copies.duplicates()] == ["a50", "a52"]
    assert len(made) == 2
    assert copies.group_of("a7").size == 1 and len(made) == 3
    assert len(copies.groups) == 53 and len(made) == 56
    assert copies.groups is copies.groups
    assert next(copies.iter_duplicates()) == copies.duplicates()[0] and len(made) == 59


def test_a_repeated_id_stands_for_the_first_that_has_words(prose):
    base = prose.text(40)
    rows = [
        Article("x", title="!"),
        Article("x", text=base),
        Article("x", text=prose.text(40)),
        Article("y", text=base),
    ]
    copies = find_copies(rows)
    assert [member.id for member in copies.group_of("x").members] == ["x", "y"]
    assert [member.position for member in copies.group_of("x").members] == [1, 3]


def test_a_group_as_plain_values(prose):
    base = prose.text(60)
    inner, near = f"{prose.text(40)} {base} {prose.text(40)}", prose.edited(base, 1)
    value, inside = round(jaccard(base, near), 4), round(jaccard(base, inner), 4)
    row = find_copies(numbered(prose, [base, near, inner], source=["Alpha", "Beta", "Gamma"])).groups[0].to_dict()
    assert row == {
        "group": 1,
        "kept": "a0",
        "size": 2,
        "first": "a0",
        "members": [
            {"id": "a0", "kind": "kept", "jaccard": 1.0, "published": "2024-03-01T00:00:00Z", "source": "Alpha",
             "follows": None, "delay_seconds": 0.0, "via": None},
            {"id": "a1", "kind": "near", "jaccard": value, "published": "2024-03-01T01:00:00Z", "source": "Beta",
             "follows": "a0", "delay_seconds": 3600.0, "via": None},
        ],
        "attached": [{"id": "a2", "to": "a0", "kind": "contains", "containment": 1.0, "jaccard": inside}],
        "evidence": [{"a": "a0", "b": "a1", "jaccard": value}],
    }  # fmt: skip
