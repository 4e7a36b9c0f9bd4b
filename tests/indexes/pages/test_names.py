from __future__ import annotations

import pytest

from sada.indexes.pages.names import is_outlet, is_person
from sada.indexes.pages.segmentation import Page, segment_page

FIRST = "The harbour museum opened its doors again on Sunday, seven months after the flood that ruined its cellars."
SECOND = "Visitors queued for two hours in the rain, and most of the ship models were saved by volunteers."


def page_of(*lines):
    return "\n\n".join(lines)


@pytest.mark.parametrize(
    "headline",
    [
        "Sources: Minister to resign on Friday",
        "Source: Velora to leave the treaty",
        "المصدر: استقالة وزير المالية غدا",
        "Kaynak: Bakan cuma günü istifa edecek",
        "来源：部长将于周五辞职",
        "Photos: Snow covers the old town",
        "Updated: Storm kills five in Tamrit",
        "Video: Bridge falls into the river",
        "Topics: What the summit will decide",
        "Related: a family history",
        "Watch also the sky tonight",
        "Read also between the lines, says the poet",
        "شاهد أيضا سماء الليل في المدينة",
        "صورة: ثلج على المدينة القديمة",
        "Foto: Schnee auf der Altstadt",
    ],
)
def test_a_headline_that_begins_like_a_marker_is_the_title(headline):
    text = page_of(FIRST, SECOND)
    assert segment_page(page_of(headline, text)) == Page(headline, text)
    assert segment_page(page_of(headline, text), title=headline) == Page(headline, text)


@pytest.mark.parametrize(
    "line",
    [
        "Read also: how the ancients saw the sky was a matter of prayer, said the curator.",
        "Sources: Minister will resign on Friday",
        "Quelle: Ein Bach im Wald",
        "Tags: the rangers put 200 of them on turtles last year",
        "By Monday Evening",
        "Par Un Matin",
        "Von Montag Bis",
        "كتب الوزير رسالة طويلة",
        "Photo, taken in 1944, shows my grandfather",
        "Subscribe to our values, he said, and you will win",
        "Share: Northwind up 3 per cent",
    ],
)
def test_a_line_that_begins_like_a_marker_and_reads_on_is_text(line):
    for text in (page_of(line, FIRST, SECOND), page_of(FIRST, line, SECOND)):
        assert segment_page(page_of("Museum reopens", text)) == Page("Museum reopens", text)


@pytest.mark.parametrize(
    "name",
    [
        "Radio Cerro Plumas",
        "The Harbour Ledger",
        "Agence Horizon Sud",
        "Voice of the Coast",
        "شبكة السرو الإخبارية",
        "nwd",
    ],
)
def test_a_source_counts_above_the_title_below_it_and_below_the_text(name):
    expected = Page("Museum reopens", page_of(FIRST, SECOND), source=name)
    source = f"Source: {name}"
    assert segment_page(page_of(source, "Museum reopens", FIRST, SECOND)) == expected
    assert segment_page(page_of("Museum reopens", source, FIRST, SECOND)) == expected
    assert segment_page(page_of("Museum reopens", FIRST, SECOND, source)) == expected


@pytest.mark.parametrize(
    ("text", "most_lower", "expected"),
    [
        ("Le Courrier du fleuve", 0, False),
        ("Le Courrier du fleuve", 1, True),
        ("Minister to resign on Friday", 1, False),
        ("One Two Three Four Five Six", 0, False),
        ("Coast Wire, The Harbour Ledger and Averne Courier", 0, False),
        ("Coast Wire, The Harbour Ledger / Averne Courier", 0, True),
        ("Coast Wire 14:05", 0, False),
        ("وكالة أنباء الساحل", 0, True),
        ("استقالة وزير المالية غدا في المدينة", 1, False),
        ("海岸新闻网", 0, True),
        ("财政部长将于本周五辞职", 1, False),
    ],
)
def test_the_name_of_an_outlet_is_short_and_capitalised(text, most_lower, expected):
    assert is_outlet(text, most_lower=most_lower) is expected


def test_a_person_is_no_time_of_day():
    assert is_person("Corin Ashdale, transport correspondent") and is_person("سليم الخرداوي")
    assert not is_person("Monday Evening") and not is_person("Un Matin") and not is_person("الوزير رسالة")
