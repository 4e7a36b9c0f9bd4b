from __future__ import annotations

import pytest

from sada.indexes.pages.segmentation import segment_page

from .lines import FIRST, SECOND, page_of


@pytest.mark.parametrize(
    ("content", "headlines"),
    [
        ("Owl found in hall | Fares to rise", ["Owl found in hall", "Fares to rise"]),
        (
            "عطل في المضخة يربك سكان التلة «المجلس المحلي»: صهاريج مجانية للمدارس",
            ["عطل في المضخة يربك سكان التلة", "«المجلس المحلي»: صهاريج مجانية للمدارس"],
        ),
        (
            "مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة» وصول ثلاث شاحنات إلى المدينة",
            ["مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة»", "وصول ثلاث شاحنات إلى المدينة"],
        ),
        (
            "مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة» في كل الأقسام والممرات",
            ["مدير المشفى يصف الظروف في الجناح الشرقي بأنها «مروعة» في كل الأقسام والممرات"],
        ),
        ("قمة «العشرين» تنطلق غدا في المدينة", ["قمة «العشرين» تنطلق غدا في المدينة"]),
        (
            "La ministre parle d’une décision «difficile» prise après des mois de silence et de doute",
            ["La ministre parle d’une décision «difficile» prise après des mois de silence et de doute"],
        ),
    ],
)
def test_headlines_on_one_line_are_parted(content, headlines):
    page = segment_page(page_of(FIRST, f"أخبار ذات صلة {content}", SECOND, "المصدر: المرفأ"), title="T")
    assert (list(page.inline), page.text) == (headlines, page_of(FIRST, SECOND))
