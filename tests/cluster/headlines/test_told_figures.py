"""The headline tells the figure that most reports tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.headlines.told_figures import best_told, headlines_first


@pytest.mark.parametrize(
    ("titles", "chosen"),
    [
        (["10 dead in quake", "14 dead in quake", "Quake kills 14"], 1),
        (["14 dead in quake", "10 dead in quake", "Quake kills 14"], 0),
        (["Quake in the hills", "14 dead in quake", "Quake kills 14"], 0),  # a title without figures stays
        (["10 dead in quake", "14 dead in quake"], 0),  # one against one
        (["10 dead in quake", "Quake in the hills", "Quake kills 14", "14 die"], 2),
        (["10 dead, 37 hurt", "14 dead, 90 hurt", "14 dead, 37 hurt", "14 dead", "14 die, 37 hurt"], 2),
        (["مقتل ١٠ في زلزال", "١٤ قتيلا في زلزال", "Quake kills 14"], 1),
        (["6.1 quake", "14 dead", "14 die", "6.1 quake kills 14", "14 killed"], 1),  # told by half as many
        (["6.1 quake", "14 dead", "14 die", "6.1 quake kills 14"], 0),
        (["۶٫۱ ریشتر", "6,1 Grad", "6.1 quake", "14 dead"], 0),
        (["2,300 homeless", "2300 sans abri", "2.300 obdachlos", "14 dead", "14 die", "14 killed"], 0),
        (["2,30 litres", "2300 litres", "2.300 litres"], 1),
        (["10 dead", *["No figure here"] * 5, "14 dead", "14 die"], 0),  # only central titles are looked at
    ],
)
def test_the_first_title_whose_figures_most_tell_is_the_headline(titles, chosen):
    assert best_told(titles, range(len(titles))) == chosen


def test_only_those_among_are_chosen():
    assert best_told(["14 dead", "14 die", "10 dead", "14 killed"], [2, 3]) == 3


def test_each_language_has_its_headline_first():
    titles = ["10 dead", "14 dead", "14 die", "14 killed", "10 morts", "14 morts"]
    languages = ["en", "en", "en", "en", "fr", "fr"]
    assert headlines_first(titles, languages) == [1, 0, 2, 3, 5, 4]


@given(st.lists(st.tuples(st.sampled_from(["1 dead", "2 dead", "fire", "2 die, 3 hurt"]), st.sampled_from("abc"))))
def test_all_originals_stay_and_all_but_headlines_in_order(told):
    titles, languages = [title for title, _ in told], [language for _, language in told]
    order = headlines_first(titles, languages)
    assert sorted(order) == list(range(len(told)))
    firsts = {language: next(at for at in order if languages[at] == language) for language in set(languages)}
    others = [at for at in order if at not in firsts.values()]
    assert others == sorted(others)


@given(st.lists(st.sampled_from(["rain", "wind over the bay", "snow"])))
def test_without_figures_nothing_moves(titles):
    assert headlines_first(titles, ["en"] * len(titles)) == list(range(len(titles)))
