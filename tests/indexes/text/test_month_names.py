from __future__ import annotations

from sada.indexes.text.month_names import _MONTHS, fold, months, plain, weekdays


def test_every_name_is_one_month():
    lines = [{fold(name) for name in line.split()} for line in _MONTHS.replace("\n ", " ").strip().splitlines()]
    assert len(lines) == 12
    assert sum(map(len, lines)) == len(months())
    assert sorted(set(months().values())) == list(range(1, 13))


def test_names_are_folded():
    assert months()[fold("AĞUSTOS")] == months()[fold("أغسطس")] == months()[fold("اغسطس")] == months()["aout"] == 8
    assert months()[fold("كانون  الأول")] == 12
    assert months()[fold("KASIM")] == months()[fold("kasım")] == 11
    assert {"wednesday", fold("الأربعاء"), fold("MİÉ")} <= weekdays()


def test_digits_of_any_system_are_plain_and_marks_of_direction_go():
    assert plain("\u200f٢٠٢٤-۰۷-३१\u200e １") == "2024-07-31 1"
