from __future__ import annotations

import pytest

from sada.indexes.text.calendars import _HIJRI, _JALALI, hijri_months, jalali_months
from sada.indexes.text.month_names import (
    _MONTHS,
    _WEEKDAYS,
    fold,
    months,
    plain,
    weekday_of,
    weekdays,
    without_first_weekday,
    without_weekdays,
)


@pytest.mark.parametrize(
    ("table", "count", "names", "first"),
    [
        (_MONTHS, 12, months, 1),
        (_WEEKDAYS, 7, weekdays, 0),
        (_HIJRI, 12, hijri_months, 1),
        (_JALALI, 12, jalali_months, 1),
    ],
)
def test_every_name_has_one_number(table, count, names, first):
    lines = [line.split() for line in table.replace("\n ", " ").strip().splitlines()]
    assert {len(line) for line in lines} == {count}
    places = [place for line in lines for place in enumerate(line, first)]
    pairs = {(fold(name), number) for number, forms in places for name in forms.split("/") if name != "-"}
    assert len(pairs) == len(names())
    assert sorted(set(names().values())) == list(range(first, first + count))


def test_names_are_folded():
    assert months()[fold("AĞUSTOS")] == months()[fold("أغسطس")] == months()[fold("اغسطس")] == months()["aout"] == 8
    assert months()[fold("كانون  الأول")] == 12
    assert months()[fold("KASIM")] == months()[fold("kasım")] == 11
    assert weekdays()["wednesday"] == weekdays()[fold("الأربعاء")] == weekdays()[fold("MİÉ")] == 2


def test_folding_keeps_vowels_that_tell_months_apart():
    assert months()[fold("มี.ค")] == 3
    assert months()[fold("ม.ค")] == 1
    assert months()[fold("जून")] == 6
    assert fold("오후") == "오후"


def test_days_of_the_week_are_found_and_taken_out():
    assert weekday_of("31 july 2024") is None
    assert weekday_of("10:00, wed. 31 july") == 2
    assert without_first_weekday("thu tu, 31/07/2024") == "31/07/2024"
    assert without_first_weekday("31 july, wednesday") == "31 july, wednesday"
    assert without_weekdays("2024/07/31(水) 14:05").split() == ["2024/07/31", "14:05"]
    assert without_weekdays("mardi 5 mar 2024") == "5 mar 2024"


def test_digits_of_any_system_are_plain_and_marks_of_direction_go():
    assert plain("\u200f٢٠٢٤-۰۷-३१\u200e １") == "2024-07-31 1"
