"""Names of months and days of the week, in the languages whose written dates are read."""

from __future__ import annotations

import unicodedata
from functools import cache

# A month a line: English, French, Spanish, Portuguese, German, Italian, Polish (genitive, then nominative), Turkish,
# Russian (genitive), Arabic as on the Gulf and the Nile, in the Levant and in the Maghreb, Persian, and Urdu. Names and
# their usual abbreviations; "_" stands for a space. No name means two months in these languages.
_MONTHS = """
january jan janvier janv enero ene janeiro januar jänner gennaio gen stycznia styczeń sty ocak oca января янв يناير
 كانون_الثاني كانون_ثاني جانفي ژانویه جنوری
february feb février févr fév febrero fevereiro fev februar feber febbraio lutego luty lut şubat şub февраля фев февр
 فبراير شباط فيفري فوریه فروری
march mar mars marzo março märz mär mrz marca marzec mart марта мар مارس آذار مارچ
april apr avril avr abril abr aprile kwietnia kwiecień kwi nisan nis апреля апр أبريل إبريل نيسان أفريل آوریل اپریل
may mai mayo maio maggio mag maja maj mayıs мая مايو أيار ماي مه مئی
june jun juin junio junho juni giugno giu czerwca czerwiec cze haziran haz июня июн يونيو يونيه حزيران جوان ژوئن جون
july jul juillet juil julio julho juli luglio lug lipca lipiec lip temmuz tem июля июл يوليو يوليه تموز جويلية يوليوز
 ژوئیه جولای جولائی
august aug août agosto ago sierpnia sierpień sie ağustos ağu августа авг أغسطس آب أوت غشت آگوست اگست
september sep sept septembre septiembre setiembre setembro set settembre września wrzesień wrz eylül eyl сентября сен
 сент سبتمبر أيلول شتنبر سپتامبر ستمبر
october oct octobre octubre outubro out oktober okt ottobre ott października październik paź ekim eki октября окт
 أكتوبر تشرين_الأول تشرين_أول اکتبر
november nov novembre noviembre novembro listopada listopad lis kasım kas ноября ноя نوفمبر تشرين_الثاني تشرين_ثاني
 نونبر نوامبر نومبر
december dec décembre déc diciembre dic dezembro dez dezember dicembre grudnia grudzień gru aralık ara декабря дек
 ديسمبر كانون_الأول كانون_أول دجنبر دسامبر دسمبر
"""
_WEEKDAYS = """
monday mon lundi lun lunes segunda-feira segunda montag mo lunedì poniedziałek pazartesi понедельник пн الاثنين دوشنبه
tuesday tue tues mardi mar martes terça-feira terça dienstag di martedì wtorek salı вторник вт الثلاثاء سه_شنبه سهشنبه
wednesday wed mercredi mer miércoles mié quarta-feira quarta mittwoch mi mercoledì środa çarşamba среда ср الأربعاء
 چهارشنبه
thursday thu thur thurs jeudi jeu jueves jue quinta-feira quinta donnerstag do giovedì czwartek perşembe четверг чт
 الخميس پنجشنبه پنج_شنبه
friday fri vendredi ven viernes vie sexta-feira sexta freitag fr venerdì piątek cuma пятница пт الجمعة جمعه
saturday sat samedi sam sábado sáb samstag sonnabend sa sabato sobota cumartesi суббота сб السبت شنبه
sunday sun dimanche dim domingo dom sonntag so domenica niedziela pazar воскресенье вс الأحد یکشنبه
"""
# Months of the Hijri and the Jalali calendar, in Arabic and Persian, and as English writes them.
_OTHER_MONTHS = """
محرم صفر ربيع_الأول ربيع_الآخر ربيع_الثاني جمادى_الأولى جمادى_الآخرة جمادى_الثانية رجب شعبان رمضان شوال ذو_القعدة
ذي_القعدة ذو_الحجة ذي_الحجة ذوالقعده ذوالحجه ربیع‌الاول ربیع‌الثانی
فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند
muharram safar rajab shaban sha'ban ramadan shawwal farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar
dey bahman esfand
"""
# Letters that one keyboard has for another's, the Arabic comma, the minus sign; "ـ" only stretches a word.
_ALIKE = str.maketrans({"ı": "i", "ى": "ي", "ی": "ي", "ک": "ك", "،": ",", "、": ",", "−": "-", "_": " ", "ـ": None})


@cache
def months() -> dict[str, int]:
    """The number, 1 to 12, of each name of a month, folded with :func:`fold`."""
    lines = enumerate(_MONTHS.replace("\n ", " ").strip().splitlines(), 1)
    return {fold(name): number for number, line in lines for name in line.split()}


@cache
def weekdays() -> frozenset[str]:
    """The names of the days of the week, folded with :func:`fold`."""
    return frozenset(map(fold, _WEEKDAYS.split()))


@cache
def other_months() -> frozenset[str]:
    """The names of months of the Hijri and the Jalali calendar, folded with :func:`fold`."""
    return frozenset(map(fold, _OTHER_MONTHS.split()))


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
