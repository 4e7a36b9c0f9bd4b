from __future__ import annotations

import pytest

from sada.indexes.pages.segmentation import segment_page

from .lines import FIRST, SECOND, THIRD, page_of


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Tags: flood, ship models; rain"], ["flood", "ship models", "rain"]),
        (["الكلمات المفتاحية:", "سوق السمك، الميناء"], ["سوق السمك", "الميناء"]),
        (["Etiketler: liman | müze"], ["liman", "müze"]),
        (["Теги: порт, шторм"], ["порт", "шторм"]),
        (["برچسب‌ها: #زلزله #دره_سرو"], ["زلزله", "دره_سرو"]),
        (["Schlagwörter:\nHafen\nFlut\nOlwen Pike"], ["Hafen", "Flut", "Olwen Pike"]),
        (
            ["Tags: harbour museum ship models council director"],
            ["harbour museum", "ship models", "council", "director"],
        ),
        (["Tags: flood flood"], ["flood"]),
    ],
)
def test_keywords_are_parted_by_what_parts_them_or_by_the_text(lines, words):
    page = segment_page(page_of(FIRST, SECOND, THIRD, *lines), title="T")
    assert (list(page.keywords), page.text) == (words, page_of(FIRST, SECOND, THIRD))


def test_the_longest_phrases_win():
    text = "We saw alpha beta gamma delta here, then delta epsilon there."
    page = segment_page(page_of(text, SECOND, "Tags: alpha beta gamma delta epsilon"), title="T")
    assert page.keywords == ("alpha beta gamma delta", "epsilon")


def test_keywords_that_no_text_has_go_by_ones_and_twos():
    text = "افتتح رئيس البلدية صباح الأربعاء سوق السمك في الميناء الشرقي بعد ثلاثة أعوام من العمل."
    keywords = "كلمات دلالية: سوق السمك أسعار المازوت الثلاجة المركزية رسوم"
    page = segment_page(page_of(text, keywords), title="T")
    assert page.keywords == ("سوق السمك", "أسعار المازوت", "الثلاجة المركزية", "رسوم")
