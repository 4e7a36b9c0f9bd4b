from __future__ import annotations

import pytest

from sada.indexes.pages.segmentation import Page, segment_page

from .lines import FIRST, SECOND, page_of


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Source: Coast Wire"], "Coast Wire"),
        (["(Source: Coast Wire)"], "Coast Wire"),
        (["**Source:** Coast Wire"], "Coast Wire"),
        (["Source", "Coast Wire"], "Coast Wire"),
        (["المصدر / وكالة المرفأ"], "وكالة المرفأ"),
        (["المصــدر: وكالة المرفأ"], "وكالة المرفأ"),
        (["مصدر الخبر:", "جريدة ضفاف"], "جريدة ضفاف"),
        (["Fuente: EFE."], "EFE"),
        (["Источник: «Вестник гавани»"], "«Вестник гавани»"),
        (["ماخذ: ساحل نیوز"], "ساحل نیوز"),
        (["来源：海图新闻"], "海图新闻"),
        (["Quelle - dpa"], "dpa"),
    ],
)
def test_a_source_is_told_in_many_ways(lines, name):
    assert segment_page(page_of(FIRST, SECOND, *lines), title="T") == Page("T", page_of(FIRST, SECOND), source=name)


@pytest.mark.parametrize(
    "line",
    [
        "Share  Tweet  Email  Print", "شارك الخبر: فيسبوك | إكس | واتساب", "Photo: Ines Harrowgate", "(تصوير: سامي)",
        "12 commentaires", "Comments (12)", "© 2025 Portal Nordwall. Alle Rechte vorbehalten.", "جميع الحقوق محفوظة",
        "Jetzt unseren kostenlosen Newsletter abonnieren", "We use cookies to improve your experience. Accept?",
        "Подпишитесь на наш телеграм-канал, чтобы не пропустить главное.", "Read more", "...المزيد", "Next Previous",
    ],
)  # fmt: skip
def test_lines_that_are_no_part_of_an_article_are_kept_apart(line):
    page = segment_page(page_of(FIRST, line, SECOND), title="T")
    assert (page.text, page.other) == (page_of(FIRST, SECOND), (line,))


@pytest.mark.parametrize(
    "line",
    ["By Corin Ashdale, transport correspondent", "كتب - نادر البحري", "12 March 2026, 10:30", "Home > News > Port"],
)
def test_above_the_text_so_are_who_when_and_where(line):
    page = segment_page(page_of("Museum reopens", line, FIRST, SECOND))
    assert (page.title, page.text, page.other) == ("Museum reopens", page_of(FIRST, SECOND), (line,))
    below = page_of(FIRST, line, SECOND)
    assert segment_page(below, title="T") == Page("T", below)
