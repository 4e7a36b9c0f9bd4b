"""Names of months and days of the week, in the languages whose written dates are read."""

from __future__ import annotations

import unicodedata
from functools import cache

# A month a line: English, French, Spanish, German, Turkish, Russian (genitive), and Arabic as on the Gulf and the Nile,
# in the Levant and in the Maghreb. Names and their usual abbreviations; "_" stands for a space.
_MONTHS = """
january jan janvier janv enero ene januar jänner ocak oca января янв يناير كانون_الثاني جانفي
february feb février févr fév febrero februar feber şubat şub февраля фев февр فبراير شباط فيفري
march mar mars marzo märz mär mrz mart марта мар مارس آذار
april apr avril avr abril abr nisan nis апреля апр أبريل إبريل نيسان أفريل
may mai mayo mayıs мая مايو أيار ماي
june jun juin junio juni haziran haz июня июн يونيو يونيه حزيران جوان
july jul juillet juil julio juli temmuz tem июля июл يوليو يوليه تموز جويلية يوليوز
august aug août agosto ago ağustos ağu августа авг أغسطس آب أوت غشت
september sep sept septembre septiembre setiembre eylül eyl сентября сен сент سبتمبر أيلول شتنبر
october oct octobre octubre oktober okt ekim eki октября окт أكتوبر تشرين_الأول
november nov novembre noviembre kasım kas ноября ноя نوفمبر تشرين_الثاني نونبر
december dec décembre déc diciembre dic dezember dez aralık ara декабря дек ديسمبر كانون_الأول دجنبر
"""
_WEEKDAYS = """
monday mon lundi lun lunes montag mo pazartesi понедельник пн الاثنين
tuesday tue tues mardi mar martes dienstag di salı вторник вт الثلاثاء
wednesday wed mercredi mer miércoles mié mittwoch mi çarşamba среда ср الأربعاء
thursday thu thur thurs jeudi jeu jueves jue donnerstag do perşembe четверг чт الخميس
friday fri vendredi ven viernes vie freitag fr cuma пятница пт الجمعة
saturday sat samedi sam sábado sáb samstag sonnabend sa cumartesi суббота сб السبت
sunday sun dimanche dim domingo dom sonntag so pazar воскресенье вс الأحد
"""
_ALIKE = str.maketrans({"ı": "i", "ى": "ي", "،": ",", "_": " "})


@cache
def months() -> dict[str, int]:
    """The number, 1 to 12, of each name of a month, folded with :func:`fold`."""
    lines = enumerate(_MONTHS.strip().splitlines(), 1)
    return {fold(name): number for number, line in lines for name in line.split()}


@cache
def weekdays() -> frozenset[str]:
    """The names of the days of the week, folded with :func:`fold`."""
    return frozenset(fold(_WEEKDAYS).split())


def fold(text: str) -> str:
    """Fold a name for comparison: no letter case, no marks on letters, words one space apart, ASCII digits."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn")
    return " ".join(plain(bare.casefold().translate(_ALIKE)).split())


def plain(text: str) -> str:
    """Replace the digits of every system by ASCII digits, and drop direction marks."""
    return "".join(
        letter if (digit := unicodedata.decimal(letter, None)) is None else str(digit)
        for letter in text
        if unicodedata.category(letter) != "Cf"
    )
