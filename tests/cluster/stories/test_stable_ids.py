"""Laws of story ids."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.cluster.stories.stable_ids import match_ids

MEMBERS = [f"m{number}" for number in range(12)]


@st.composite
def groupings(draw):
    """Clusters of some of the members, each cluster in order of its members."""
    labels = draw(st.lists(st.integers(-1, 4), min_size=len(MEMBERS), max_size=len(MEMBERS)))
    groups: dict[int, list[str]] = {}
    for member, label in zip(MEMBERS, labels, strict=True):
        if label >= 0:
            groups.setdefault(label, []).append(member)
    return list(groups.values())


def stored(clusters, ids):
    return {id_: set(cluster) for id_, cluster in zip(ids, clusters, strict=True)}


def scratch(clusters):
    return match_ids(clusters, {}, {})[0]


def check_names(clusters, ids, before, redirects) -> None:
    assert len(set(ids)) == len(ids) == len(clusters)
    for id_, cluster in zip(ids, clusters, strict=True):
        equal = [old for old, members in before.items() if members == set(cluster)]
        assert equal in ([], [id_]), "a cluster equal to a stored story keeps its id"
        assert id_ in before or id_ not in redirects, "a new story never gets an id that stands for another"


def check_redirects(clusters, ids, there, moved) -> None:
    assert set(moved.values()) <= {*ids, ""}, "every redirect leads straight to a living id, or says that it ended"
    assert not set(moved) & set(ids), "no living id is redirected"
    for old in set(there) - set(ids):
        overlaps = [len(there[old] & set(cluster)) for cluster in clusters]
        if any(overlaps):
            assert overlaps[ids.index(moved[old])] == max(overlaps), "it leads to where most of its members are"
        else:
            assert moved[old] == "", "it ended"


@settings(max_examples=300)
@given(st.lists(groupings(), min_size=1, max_size=5))
def test_laws_over_a_history(history):
    before, redirects = {}, {}
    for clusters in history:
        living = {member for cluster in clusters for member in cluster}
        there = {id_: members & living for id_, members in before.items()}
        ids, moved = match_ids(clusters, before, redirects)
        assert (ids, moved) == match_ids(clusters, there, redirects), "members that are gone have no say"
        check_names(clusters, ids, before, redirects)
        check_redirects(clusters, ids, there, moved)
        for old, now in redirects.items():
            assert moved[old] == moved.get(now, now), "chains are followed, and no id is forgotten"
        before, redirects = stored(clusters, ids), moved


@settings(max_examples=300)
@given(st.lists(groupings(), min_size=2, max_size=5))
def test_laws_of_naming_anew(history):
    """Ids are those of stories made from scratch, and every id that was given before leads to its members."""
    before, redirects = {}, {}
    for clusters in history:
        anew, led = match_ids(clusters, before, redirects, anew=True)
        assert anew == scratch(clusters)
        assert {*anew, *led} >= {*before, *redirects}, "no id is forgotten"
        check_redirects(clusters, anew, before, led)
        for old, now in redirects.items():
            if old not in anew and now not in anew:
                assert led[old] == led.get(now, now), "chains are followed"
        ids, redirects = match_ids(clusters, before, redirects)
        before = stored(clusters, ids)


@settings(max_examples=100)
@given(groupings(), st.randoms())
def test_from_scratch_a_function_of_the_set(clusters, random):
    shuffled = list(clusters)
    random.shuffle(shuffled)
    named = dict(zip(map(tuple, clusters), scratch(clusters), strict=True))
    assert named == dict(zip(map(tuple, shuffled), scratch(shuffled), strict=True))


@settings(max_examples=100)
@given(groupings(), st.data())
@example([["m0", "m1"]], None)
def test_a_new_article_never_renames_a_story(clusters, data):
    ids = scratch(clusters)
    grown = [list(cluster) for cluster in clusters]
    if grown:
        at = 0 if data is None else data.draw(st.integers(0, len(grown) - 1))
        grown[at].insert(0, "new")
    assert match_ids(grown, stored(clusters, ids), {}) == (ids, {})


def test_a_split_leaves_the_id_with_the_larger_part():
    (old,) = scratch([["a", "b", "c"]])
    ids, moved = match_ids([["a"], ["b", "c"]], {old: {"a", "b", "c"}}, {})
    assert ids[1] == old
    assert ids[0] not in ("", old)
    assert moved == {}


def test_a_merge_keeps_the_larger_and_chains_are_followed():
    clusters = [["a"], ["b", "c"], ["d", "e", "f"]]
    first, second, third = scratch(clusters)
    ids, moved = match_ids([["a", "b", "c"], ["d", "e", "f"]], stored(clusters, [first, second, third]), {})
    assert ids == [second, third]
    assert moved == {first: second}
    ids, moved = match_ids([list("abcdef")], {second: set("abc"), third: set("def")}, moved)
    kept, gone = sorted([second, third])
    assert ids == [kept], "equal overlap: the id decides"
    assert moved == {first: kept, gone: kept}
    assert match_ids([list("bcdef")], {kept: set("bcdef")}, moved) == (ids, moved)


def test_ids_of_stories_that_ended_are_remembered_and_not_given_again():
    (old,) = scratch([["x"]])
    ids, moved = match_ids([["x"]], {"sgone": {"y"}}, {"solder": "sgone", old: ""})
    assert moved == {"sgone": "", "solder": "", old: ""}
    assert ids[0] not in (old, "sgone", "solder")


def test_named_anew_an_old_id_leads_to_its_members_even_by_way_of_an_id_that_is_given_again():
    """``first`` has b and c, and ``merged`` was merged into it; anew, it names a, and b and c have another id."""
    first, second = scratch([["a"], ["b", "c"]])
    ids, moved = match_ids([["a"], ["b", "c"]], {first: {"b", "c"}, "s0": {"a"}}, {"merged": first}, anew=True)
    assert ids == [first, second]
    assert moved == {"s0": first, "merged": second}


def test_an_id_in_use_is_not_given_again():
    """The first member of a story leaves it and starts one of its own: the old story keeps the id made from it."""
    (old,) = scratch([["a", "b", "c"]])
    ids, _ = match_ids([["a"], ["b", "c"]], {old: {"a", "b", "c"}}, {})
    again, _ = match_ids([["b", "c"], ["a"]], {old: {"b", "c"}, ids[0]: {"a"}}, {})
    assert again == [old, ids[0]]
    assert scratch([["a"]]) == [old]


def test_nothing():
    assert match_ids([], {}, {}) == ([], {})
    assert match_ids([], {"s1": {"a"}}, {"s0": "s1"}) == ([], {"s1": "", "s0": ""})
