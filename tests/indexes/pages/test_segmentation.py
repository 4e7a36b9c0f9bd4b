from __future__ import annotations

import json
import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes.pages.marker_files import load_markers
from sada.indexes.pages.segmentation import Page, ReadAlso, segment_page
from sada.indexes.text.tokens import fold

from . import scoring
from .lines import FIRST, SECOND, THIRD, page_of

PAGES = Path(__file__).parent
DEV = ["01_ar", "02_ar", "03_fa", "04_en", "05_fr", "06_tr", "07_es", "08_de"]
OTHER = "A rower who lost his way in the fog was found on a sandbank, cold and in good spirits, by two fishermen."


PHRASES = sorted(set(chain.from_iterable(chain.from_iterable(one.values()) for one in load_markers().phrases.values())))


def words_of(texts):
    return Counter(re.findall(r"[^\W\d_]+", fold(" ".join(texts))))


MARKER_WORDS = words_of(PHRASES).keys()


# pages whose parts are known


def known(name):
    return json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DEV)
def test_a_known_page_comes_apart_as_it_should(name):
    page = segment_page(known(name)["page"])
    assert scoring.fields_of(page.to_dict()) == scoring.fields_of(known(name)["truth"])


@pytest.mark.parametrize("name", DEV)
def test_what_is_left_of_a_page_is_nothing_but_an_article(name):
    page = segment_page(known(name)["page"])
    assert segment_page(page.text, title=page.title) == Page(page.title, page.text)


@pytest.mark.parametrize("name", DEV)
def test_every_word_of_a_page_but_markers_and_bullets_is_in_one_field(name):
    found = scoring.fields_of(segment_page(known(name)["page"]).to_dict())
    lost = words_of([known(name)["page"]]) - words_of(chain.from_iterable(found.values()))
    assert lost.keys() <= MARKER_WORDS
    assert lost.total() < 20


def test_the_score_of_a_field_counts_strings_found_rightly():
    page = Page("T", "a\nb  c\nd", source="S", similar=("x", "x"))
    truth = {"title": "", "text": ["a", "b c", "e", "f"], "source": "S", "keywords": ["k"], "read_also": []}
    scores = scoring.scores_of(page, truth | {"inline": [], "similar": ["x"], "other": []})
    assert scores["text"] == (2, 3, 4)
    assert (scores["text"].precision, scores["text"].recall) == (2 / 3, 1 / 2)
    assert scores["text"].f1 == pytest.approx(4 / 7)
    assert (scores["title"].f1, scores["source"].f1, scores["keywords"].f1, scores["inline"].f1) == (0, 1, 0, 1)
    assert scores["similar"] == (1, 2, 1)


# an article alone


@pytest.mark.parametrize(
    "line",
    [
        "Source: close to the talks, an official said that a deal was near and that both sides wanted it.",
        "Source: that was the word chalked on the pavement outside the hall by the time the meeting broke up.",
        "المصدر الرئيسي للطاقة في الإقليم هو السد الذي بني قبل خمسين عاما على النهر الكبير.",
        "المصدر: هكذا قال الشيخ وهو يشير إلى العين التي تسقي القرية منذ قرون طويلة، ثم سكت.",
        "Keywords: that is what the teacher wrote on the board, and nobody dared to ask what it meant.",
        "Related costs, such as the lease of the vessel, account for a third of the shortfall.",
        "Read also the small print, said the lawyer, before you sign anything that you are given.",
        "Lesen Sie auch das Kleingedruckte, riet der Anwalt den Mietern auf der Versammlung am Montag.",
        "Fuentes del consejo admiten que se estudia sustituir el autobús por un servicio de paquetería.",
        "Источник в мэрии рассказал, что ремонт опоры моста может занять до трёх недель.",
        "Kaynak yetersizliği yüzünden ertelenen ikinci istasyonun yapımına yaz sonunda başlanacak.",
        "- Source water for the town: 12 wells",
        "Source: close to the council",
        "Source: Who Else?",
        "Il y a vingt ans, la fabrique employait encore deux cents personnes dans la vallée.",
        "Vor 20 Jahren arbeiteten noch zweihundert Menschen in der Fabrik am Fluss.",
        "منذ 3 سنوات لم يزر أحد هذه القرية النائية التي تقع خلف الجبل الأزرق.",
        "The council launched a newsletter in spring, and two hundred households subscribed to it.",
    ],
)
def test_a_sentence_that_begins_like_a_marker_stays_in_the_text(line):
    text = page_of(FIRST, line, THIRD)
    assert segment_page(text, title="T") == Page("T", text)


def test_a_text_without_headline_gets_its_first_sentence_as_a_title():
    text = page_of(f"Fire in port. {FIRST}", SECOND)
    assert segment_page(text) == Page("Fire in port.", text, title_derived=True)
    assert segment_page(" \n") == Page("", " \n")


def test_a_headline_above_the_text_is_the_title():
    assert segment_page(page_of("Museum reopens", FIRST, SECOND)) == Page("Museum reopens", page_of(FIRST, SECOND))
    tight = segment_page("\n".join(["Museum reopens after flood", FIRST, SECOND, THIRD]))
    assert tight == Page("Museum reopens after flood", "\n".join([FIRST, SECOND, THIRD]))
    assert segment_page(page_of("Who pays for it?", FIRST, SECOND)).title == "Who pays for it?"
    assert segment_page(page_of("By Royal Appointment", FIRST, SECOND)).title == "By Royal Appointment"


def test_where_an_agency_reports_from_is_no_title():
    text = page_of("القاهرة (المرفأ)", "افتتح رئيس البلدية صباح الأربعاء سوق السمك الجديد الذي استغرق بناؤه أعواما.")
    page = segment_page(text)
    assert page.title_derived and page.text == text


def test_a_title_that_the_page_repeats_is_not_text():
    assert segment_page(page_of("Museum reopens", FIRST), title="Museum reopens") == Page("Museum reopens", FIRST)
    assert segment_page(page_of("Museum reopens", FIRST), title="Museum reopens - Coast Wire").text == FIRST
    verse = page_of("Museum reopens", FIRST)  # the beginning of a title, and not all of it
    assert segment_page(verse, title="Museum reopens after flood") == Page("Museum reopens after flood", verse)


# what stands around it


def test_the_article_behind_the_end_of_another_is_one_of_its_own():
    page = segment_page(
        page_of(
            FIRST,
            SECOND,
            "Source: Coast Wire",
            "Read also:",
            "Rower found on a sandbank",
            "PORT AVERNE (Coast Wire)",
            OTHER,
            "Related: Fog closes the port",
            THIRD,
            "Source: Averne Courier",
            "Similar articles",
            "- One more flood",
            "- The price of pumps",
        )
    )
    place = "PORT AVERNE (Coast Wire)"
    other = ReadAlso("Rower found on a sandbank", page_of(OTHER, THIRD), "Averne Courier", place)
    assert (page.text, page.source, page.read_also) == (page_of(FIRST, SECOND), "Coast Wire", (other,))
    assert (page.inline, page.similar) == (("Fog closes the port",), ("One more flood", "The price of pumps"))


@pytest.mark.parametrize(
    "lines",
    [
        ["Read also: Rower found on a sandbank"],
        ["Read also: Rower found on a sandbank."],
        ["Read also", "Rower found on a sandbank"],
        ["Related stories", "- Rower found on a sandbank"],
        ["RELATED >> Rower found on a sandbank"],
        ["اقرأ أيضاً Rower found on a sandbank"],
    ],
)
def test_a_headline_within_a_text_that_goes_on_is_inline(lines):
    page = segment_page(page_of(FIRST, SECOND, *lines, THIRD, "Source: Coast Wire"), title="T")
    assert (page.text, page.read_also, page.similar) == (page_of(FIRST, SECOND, THIRD), (), ())
    assert [headline.rstrip(".") for headline in page.inline] == ["Rower found on a sandbank"]


def test_a_teaser_ends_where_it_says_so():
    lines = [FIRST, "Lesen Sie auch:", "Biber fällt Baum", OTHER, "Weiterlesen", SECOND, "Quelle: nwd"]
    page = segment_page(page_of(*lines), title="T")
    assert (page.text, page.read_also) == (page_of(FIRST, SECOND), (ReadAlso("Biber fällt Baum", OTHER),))
    assert page.other == ("Weiterlesen",)


def test_without_an_end_a_headline_is_followed_by_its_article_if_that_says_what_it_says():
    story = [FIRST, SECOND, "Read also:", "Rower found on a sandbank in the fog"]
    page = segment_page(page_of(*story, OTHER), title="T")
    assert page.read_also == (ReadAlso("Rower found on a sandbank in the fog", OTHER),)
    page = segment_page(page_of(*story, THIRD), title="T")
    assert (page.text, page.inline) == (page_of(FIRST, SECOND, THIRD), ("Rower found on a sandbank in the fog",))


def test_a_link_within_a_text_opens_no_teaser():
    page = segment_page(page_of(FIRST, "Read also: Rower found on a sandbank", THIRD, "Read more"), title="T")
    assert (page.text, page.inline) == (page_of(FIRST, THIRD), ("Rower found on a sandbank",))


def test_a_sentence_that_begins_like_a_marker_ends_no_article():
    story = [FIRST, SECOND, "Read also:", "Rower found on a sandbank in the fog", OTHER]
    odd = "Source: that was the word chalked on the pavement outside the hall by the time the meeting broke up."
    page = segment_page(page_of(*story, odd), title="T")
    assert page.read_also == (ReadAlso("Rower found on a sandbank in the fog", page_of(OTHER, odd)),)


def test_one_article_follows_another_below_markers_of_one_form():
    lines = [FIRST, "Source: Coast Wire", "Read also:", "Museum reopens", SECOND, "Read also:", "Owl asleep", OTHER]
    page = segment_page(page_of(*lines), title="T")
    assert page.read_also == (ReadAlso("Museum reopens", SECOND), ReadAlso("Owl asleep", OTHER))
    lines[5:7] = ["Read also: Owl asleep"]
    page = segment_page(page_of(*lines), title="T")
    assert (page.read_also, page.inline) == ((ReadAlso("Museum reopens", page_of(SECOND, OTHER)),), ("Owl asleep",))


def test_a_list_ends_at_the_first_odd_gap():
    related = "Related stories\nOne more flood\nThe price of pumps"
    page = segment_page(page_of(FIRST, related, "What comes next", SECOND), title="T")
    assert (page.text, page.inline) == (
        page_of(FIRST, "What comes next", SECOND),
        ("One more flood", "The price of pumps"),
    )


def test_lists_are_found_on_top_in_the_middle_and_at_the_end():
    page = segment_page(
        page_of(
            "Similar articles\nOne more flood\nThe price of pumps",
            "Museum reopens",
            FIRST,
            "More on this topic\n1. Who pays for it?\n2. Ten wet ships",
            SECOND,
            "Tags: flood, rain",
            "Most read",
            "Owl found in hall",
            "Fares to rise",
        )
    )
    assert (page.title, page.text) == ("Museum reopens", page_of(FIRST, SECOND))
    assert page.similar[:4] == ("One more flood", "The price of pumps", "Who pays for it?", "Ten wet ships")
    assert page.similar[4:] == ("Owl found in hall", "Fares to rise")


def test_the_last_headline_of_a_list_above_a_text_is_its_title():
    page = segment_page(page_of("Similar articles", "One more flood", "The price of pumps", "Museum reopens", FIRST))
    assert (page.title, page.similar) == ("Museum reopens", ("One more flood", "The price of pumps"))


@pytest.mark.parametrize(
    ("line", "is_inline"),
    [
        ("Owl found in town hall", True),
        ("Owl found in town hall.", False),
        ("Owl found in town hall…", False),
        ("Owl found in town hall:", False),
        ("“We have nowhere else to go”", False),
        ("- Owl found in town hall", False),
        ("(Averne Courier and Coast Wire)", False),
        ("The work went on until night. - AVERNE", False),
        ("Owl found in hall. It slept", False),
        ("The work went on until night - AVERNE", False),
        ("Averne Courier", False),
    ],
)
def test_an_unmarked_headline_below_the_text_is_told_by_its_shape(line, is_inline):
    page = segment_page(page_of(FIRST, SECOND, THIRD, line, "Source: Coast Wire"), title="T")
    expected = (page_of(FIRST, SECOND, THIRD), (line,)) if is_inline else (page_of(FIRST, SECOND, THIRD, line), ())
    assert (page.text, page.inline) == expected


def test_an_unmarked_headline_may_stand_below_a_closing_quotation():
    lines = [FIRST, SECOND, THIRD, "“We have nowhere else to go”", "Owl found in town hall", "Source: Coast Wire"]
    page = segment_page(page_of(*lines), title="T")
    assert (page.text, page.inline) == (page_of(*lines[:4]), ("Owl found in town hall",))


def test_so_it_may_above_another_article():
    owl, fares = "Owl found in town hall", "Fares to rise again soon"
    other = "Rower found on a sandbank in the fog"
    lines = [
        FIRST,
        SECOND,
        THIRD,
        owl,
        "Read also:",
        other,
        OTHER,
        THIRD,
        fares,
        "Read also:",
        "Museum reopens",
        SECOND,
    ]
    page = segment_page(page_of(*lines), title="T")
    assert (page.text, page.inline) == (page_of(FIRST, SECOND, THIRD), (owl, fares))
    assert page.read_also == (ReadAlso(other, page_of(OTHER, THIRD)), ReadAlso("Museum reopens", SECOND))


def test_a_line_that_a_colon_announces_is_text():
    text = page_of(FIRST, SECOND, THIRD, "The keeper put it on the door:", "Owl found in town hall")
    assert segment_page(page_of(text, "Source: Coast Wire"), title="T") == Page("T", text, source="Coast Wire")


def test_a_text_may_go_on_behind_its_source():
    text = page_of(FIRST, SECOND, "Owl found in town hall")
    assert segment_page(page_of(FIRST, "Source: Coast Wire", SECOND, "Owl found in town hall"), title="T") == Page(
        "T", text, source="Coast Wire"
    )
    page = segment_page(page_of(FIRST, SECOND, "Source: Coast Wire", "Owl found in town hall"), title="T")
    assert (page.text, page.other) == (page_of(FIRST, SECOND), ("Owl found in town hall",))


def test_teasers_of_a_list_below_the_article_are_not_text():
    lines = [
        FIRST,
        SECOND,
        "Source: Coast Wire",
        "Similar articles",
        "One more flood",
        OTHER,
        "The price of pumps",
        THIRD,
    ]
    page = segment_page(page_of(*lines), title="T")
    assert (page.text, page.similar, page.other) == (
        page_of(FIRST, SECOND),
        ("One more flood", "The price of pumps"),
        (OTHER, THIRD),
    )


def test_at_the_end_of_a_page_no_line_is_taken_for_a_headline():
    text = page_of(FIRST, SECOND, THIRD, "Owl found in town hall")
    assert segment_page(text, title="T") == Page("T", text)


# any page of some parts

words = st.sampled_from(["tavi", "moru", "selk", "anto", "brin", "dalu", "fenor", "gat", "hilm", "juko"])


def sentence(drawn):
    return " ".join(drawn).capitalize() + "."


paragraphs = st.lists(st.lists(words, min_size=20, max_size=30).map(sentence), min_size=2, max_size=5)
headlines = st.lists(words, min_size=4, max_size=8).map(lambda drawn: " ".join(drawn).capitalize())
lists = st.lists(headlines, min_size=2, max_size=4)
markers = st.sampled_from(
    [
        ("Source:", "Tags:", "Read also:", "Related articles"),
        ("المصدر:", "كلمات دلالية:", "إقرأ أيضاً:", "مقالات مشابهة"),
        ("Источник:", "Теги:", "Читайте также:", "Похожие новости"),
        ("Kaynak:", "Etiketler:", "Ayrıca okuyun:", "Benzer Haberler"),
        ("Quelle:", "Schlagwörter:", "Lesen Sie auch:", "Mehr zum Thema"),
        ("Source :", "Mots-clés :", "Lire aussi :", "Sur le même sujet"),
        ("Fuente:", "Etiquetas:", "Lea también:", "Noticias relacionadas"),
        ("منبع:", "برچسب‌ها:", "بیشتر بخوانید:", "اخبار مرتبط"),
        ("ماخذ:", "ٹیگز:", "یہ بھی پڑھیں:", "متعلقہ خبریں"),
    ]
)


@settings(max_examples=60)
@given(paragraphs, headlines, paragraphs, headlines, lists, headlines, markers, st.sampled_from(["\n", "\n\n"]))
def test_any_page_of_these_parts_comes_apart(main, title, other, other_title, similar, inline, marks, separator):
    source, tags, also, more = marks
    lines = [
        title, main[0], f"{also} {inline}", *main[1:], f"{source} Anto Brin", f"{tags} selk, moru", also, other_title,
        *other, more, *(f"• {one}" for one in similar),
    ]  # fmt: skip
    assert segment_page(separator.join(lines)) == Page(
        title,
        separator.join(main),
        source="Anto Brin",
        keywords=("selk", "moru"),
        read_also=(ReadAlso(other_title, separator.join(other)),),
        inline=(inline,),
        similar=tuple(similar),
    )


phrases = st.sampled_from(PHRASES)
lines = st.one_of(st.text(max_size=60), phrases, st.builds("{}: {}".format, phrases, st.text(max_size=60)), headlines)


@settings(max_examples=200)
@given(st.lists(lines, max_size=12), st.sampled_from(["\n", "\n\n"]), st.sampled_from(["", "Zq"]))
def test_of_any_text_no_word_is_lost_that_is_not_a_marker(drawn, separator, title):
    page = segment_page(separator.join(drawn), title=title)
    found = scoring.fields_of(page.to_dict())
    lost = words_of([separator.join(drawn)]).keys() - words_of(chain.from_iterable(found.values())).keys()
    assert lost <= MARKER_WORDS | {"zq"}  # the title itself, where it is given


@pytest.mark.parametrize("path", sorted((PAGES / "unseen").glob("*.json")), ids=lambda path: path.stem)
def test_no_paragraph_is_lost_of_pages_that_no_rule_was_made_for(path):
    page = json.loads(path.read_text(encoding="utf-8"))
    found = scoring.scores_of(segment_page(page["page"]), page["truth"])
    assert found["text"].recall == found["read_also text"].recall == 1
    assert found["text"].f1 > 0.85
    assert found["source"].f1 == found["read_also titles"].f1 == 1


# the old name


def test_the_old_name_answers_and_warns():
    from sada.indexes.pages import segmentation

    with pytest.warns(DeprecationWarning, match="take_apart is called segment_page now"):
        assert segmentation.take_apart is segment_page
    with pytest.raises(AttributeError, match="has no attribute 'take_together'"):
        segmentation.take_together  # noqa: B018 - asking is what is tested
