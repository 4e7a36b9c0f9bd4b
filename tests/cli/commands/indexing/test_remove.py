from __future__ import annotations

import pytest

from sada.indexes.index import NewsIndex


def ids(path):
    with NewsIndex.open(path) as index:
        return [article.id for article in index]


@pytest.mark.parametrize(
    ("arguments", "gone"),
    [
        (["a1", "b2", "a1"], {"a1", "b2"}),
        (["--before", "2024-07-01T10:00:00Z"], {"a1", "a2"}),
        (["--before", "2024-07-02"], {"a1", "a2", "a3"}),
        (["--source", "alpha"], {"a1", "b1"}),
        (["--source", "Alpha", "--before", "2024-07-02"], {"a1"}),
        (["c1", "--source", "Gamma"], {"c1", "a3"}),
        (["--source", "Nobody"], set()),
        (["--source", ""], set()),
        (["--source", "", "--before", "2030-01-01"], set()),
    ],
)
def test_what_is_removed(sada, own_index, arguments, gone):
    dry = sada("remove", own_index, *arguments, "--dry-run")
    assert dry.err == f"{len(gone)} of 6 articles would be removed\n"
    assert dry.out == "0 removed, 6 left\n"
    assert len(ids(own_index)) == 6
    ran = sada("remove", own_index, *arguments)
    assert ran.err == f"{len(gone)} of 6 articles are to be removed\n"
    assert ran.out == f"{len(gone)} removed, {6 - len(gone)} left\n"
    assert set(ids(own_index)) == {"a1", "a2", "a3", "b1", "b2", "c1"} - gone


def test_articles_without_a_source_have_the_empty_one(sada, own_index):
    sada("add", own_index, "-", stdin='{"id": "d1", "title": "Rain"}')
    sada("remove", own_index, "--source", "")
    assert ids(own_index) == ["a1", "a2", "a3", "b1", "b2", "c1"]


def test_ids_on_standard_input(sada, own_index):
    sada("remove", own_index, "-", stdin="a1\n\n  c1  \n")
    assert ids(own_index) == ["a2", "a3", "b1", "b2"]


def test_white_space_around_an_id_is_no_part_of_it_and_inside_it_is(sada, own_index):
    sada("add", own_index, "-", stdin='{"id": "d 1  x", "title": "Rain"}')
    sada("remove", own_index, "-", stdin="\t d 1  x \r\n")
    assert ids(own_index) == ["a1", "a2", "a3", "b1", "b2", "c1"]


def test_one_unknown_id_and_nothing_is_removed(sada, own_index):
    ran = sada("remove", own_index, "a1", "nope", code=2)
    assert ran.err == "sada: no article 'nope' in the index\n"
    assert len(ids(own_index)) == 6


def test_stories_and_copies_follow(sada, own_index):
    sada("remove", own_index, "a1")
    (group, *_) = sada("duplicates", own_index).rows
    assert (group["kept"], [member["id"] for member in group["members"]]) == ("a2", ["a2", "a3"])
    copies = {tuple(story["articles"]): story["copies"] for story in sada("stories", own_index).rows}
    assert copies[("a2", "a3")] == 1


def test_nothing_named_is_a_usage_error(sada, own_index):
    assert "say what to remove" in sada("remove", own_index, code=2).err
    assert "'soon' is no date" in sada("remove", own_index, "--before", "soon", code=2).err


def test_with_a_page_go_the_articles_printed_on_it(sada, own_index):
    rows = [
        '{"id": "p", "title": "Rain"}',
        '{"id": "p#read-also-1", "title": "Snow", "page": {"of": "p"}}',
        '{"id": "p#read-also-2", "title": "Hail", "page": {"of": "q"}}',
        '{"id": "pp#read-also-1", "title": "Fog", "page": {"of": "pp"}}',
    ]
    sada("add", own_index, "-", stdin="\n".join(rows))
    dry = sada("remove", own_index, "p", "--dry-run")
    assert (dry.err, dry.out) == ("2 of 10 articles would be removed\n", "0 removed, 10 left\n")
    assert sada("remove", own_index, "p").out == "2 removed, 8 left\n"
    assert {"p#read-also-2", "pp#read-also-1"} < set(ids(own_index))
    assert not {"p", "p#read-also-1"} & set(ids(own_index))
