"""Words that stand around a date: what was done on it, the half of the day, and the zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sada.indexes.text.month_names import fold

# What stands before a date, with "/" between words and "_" for a space: that something was published or changed, and
# the words for "on".
_LEADS = """
published/published_on/published_at/publication_date/date_published/publish_date/posted/posted_on/first_published/pub_date
 updated/updated_on/updated_at/last_updated/last_updated_on/last_modified/modified/created/created_at/released/release_date
 issued/date/on/at/the/filed/added_on/first_published_on
publié/publié_le/publiée_le/paru_le/mis_à_jour/mis_à_jour_le/mise_à_jour/modifié_le/créé_le/date_de_publication/le/du
publicado/publicado_el/publicada_el/publicado_en/actualizado/actualizado_el/actualizado_a/última_actualización/fecha/el
 fecha_de_publicación/creado_el/publicat/publicat_el/actualitzat
publicado_em/publicada_em/publicação/atualizado/atualizado_em/atualizada_em/última_atualização/data/em/criado_em
veröffentlicht/veröffentlicht_am/publiziert_am/erschienen_am/erstellt_am/aktualisiert/aktualisiert_am/stand/datum/am/vom
 letzte_aktualisierung/zuletzt_aktualisiert/zuletzt_aktualisiert_am/den
pubblicato/pubblicato_il/aggiornato/aggiornato_il/aggiornato_al/ultimo_aggiornamento/il/data_di_pubblicazione
gepubliceerd/gepubliceerd_op/geplaatst_op/bijgewerkt/bijgewerkt_op/laatst_bijgewerkt/laatst_bijgewerkt_op/op
publicerad/publicerat/publicerad_den/uppdaterad/uppdaterad_den/senast_uppdaterad/skapad
publisert/publisert_den/oppdatert/sist_oppdatert/offentliggjort/udgivet/publiceret/opdateret/opdateret_d/den/d/sidst_opdateret
julkaistu/päivitetty/muokattu/avaldatud/uuendatud
opublikowano/opublikowane/data_publikacji/publikacja/dodano/utworzono/aktualizacja/zaktualizowano/ostatnia_aktualizacja/dnia
publikováno/vydáno/aktualizováno/publikované/aktualizované/dne/zveřejněno/zverejnené
közzétéve/megjelent/frissítve/létrehozva/publicat_pe/publicat_la/actualizat/actualizat_la/publicat_in/data_publicării
δημοσίευση/δημοσιεύθηκε/δημοσιεύτηκε/ενημέρωση/τελευταία_ενημέρωση/ημερομηνία/στις
опубликовано/дата_публикации/размещено/обновлено/обновлено_в/изменено/создано/дата/от
опубліковано/оновлено/дата_публікації/змінено/публикувано/публикувана_на/обновена/обновена_на/последна_промяна/на
yayınlanma/yayınlanma_tarihi/yayın_tarihi/yayınlandı/giriş/giriş_tarihi/güncelleme/güncellenme/güncelleme_tarihi/güncellendi
 son_güncelleme/oluşturulma_tarihi/eklenme/tarih
diterbitkan/diterbitkan_pada/dipublikasikan/diperbarui/diupdate/tayang/terbit/dikemas_kini/diterbit/tanggal/tarikh/pada
xuất_bản/đăng_ngày/ngày_đăng/cập_nhật/cập_nhật_lúc/đăng_lúc/ngày/lúc
نشر/نشر_في/نشر_بتاريخ/نشرت/نشرت_في/تم_النشر/تم_النشر_في/تم_نشره_في/تم_النشر_بتاريخ/تاريخ_النشر/وقت_النشر/النشر/نشر_يوم
 منشور/صدر_في/أضيف_في/أضيفت_في/أضيف_بتاريخ/تاريخ_الإضافة/كتب_في/حرر_في/آخر_تحديث/آخر_تحديث_في/اخر_تعديل/التحديث/تحديث
 تم_التحديث/تم_التحديث_في/تم_التعديل/حدث_في/تاريخ_التحديث/التاريخ/تاريخ/بتاريخ/في/يوم/الموافق/ليوم/أنشئ_في/تم_الإنشاء_في
تاریخ/تاریخ_انتشار/زمان_انتشار/انتشار/منتشر_شده/منتشر_شده_در/به_روزرسانی/به_روز_شده_در/آخرین_به_روزرسانی/در/شائع/اشاعت
 تاریخ_اشاعت/شائع_شدہ/اپ_ڈیٹ/اپڈیٹ/بروز/مورخہ/روز/بروزرسانی/آخری_اپ_ڈیٹ
פורסם/פורסם_ב/עודכן/עודכן_ב/עדכון_אחרון/תאריך/תאריך_פרסום/יום
प्रकाशित/अपडेटेड/अपडेट/प्रकाशन_तिथि/अद्यतन/तारीख/প্রকাশ/প্রকাশিত/আপডেট/সর্বশেষ_আপডেট/হালনাগাদ/வெளியிடப்பட்டது
เผยแพร่/เผยแพร่เมื่อ/อัปเดต/อัพเดต/ปรับปรุงล่าสุด/วันที่/เมื่อ
发布时间/发布于/发布日期/发表时间/发表于/更新时间/更新于/时间/日期/发布/更新/發布時間/發佈時間/發布/更新時間/日期/時間/发稿时间/發稿時間
公開日時/公開日/公開/更新日時/更新日/掲載日/掲載/配信/投稿日/最終更新/最終更新日/日時
입력/기사입력/등록/승인/작성/게재/발행/수정/최종수정/최종_업데이트/업데이트/기사등록/등록일/입력일
"""
# The halves of the day; "." may be missing, or stand with a space. Noon and the afternoon count as the second half.
_MORNING = "a.m./صباحا/صباح/ص/فجرا/قبل_الظهر/ق.ظ./قبل_از_ظهر/صبح/上午/午前/早上/凌晨/오전/π.μ./पूर्वाह्न/ö.ö."
_EVENING = "p.m./مساء/م/ظهرا/عصرا/بعد_الظهر/ب.ظ./بعد_از_ظهر/عصر/下午/午後/晚上/中午/오후/μ.μ./अपराह्न/ö.s."
_AT = """
at/a_las/a_la/a_les/as/a/alle_ore/alle/ore/um/o_godz./godz./o/saat/в/о/об/у/klo/kl./kl/om/v/ve/ora/la_ora/la/u/jam/pukul/lúc/στις
 ώρα/في_الساعة/على_الساعة/عند_الساعة/الساعة/في_تمام_الساعة/في/ساعت/در_ساعت/בשעה/ב-/को/बजे/เวลา/timer/d.
"""
# Zones with one meaning in news: by offset, or by a place that has a summer time; empty for "local time". Several
# offsets have "AST", "BST", "CST", "GST", "IST", "MST" and "PST".
_ZONES = {
    "+00:00": "z/ut/utc/gmt/wet/غرينتش/جرينتش/غرينيتش/جرينيتش",
    "+01:00": "cet/west/wat/تونس/الجزائر",
    "+02:00": "cest/eet/sast/cat/ليبيا/طرابلس",
    "+03:00": "eest/msk/мск/trt/eat/ksa/مكة_المكرمة/مكة/السعودية/الرياض/الكويت/الدوحة/قطر/بغداد/العراق/صنعاء/دمشق",
    "+03:30": "irst/تهران",
    "+04:00": "الإمارات/أبوظبي/أبو_ظبي/دبي/مسقط/سلطنة_عمان",
    "+05:00": "pkt",
    "+05:45": "npt",
    "+07:00": "wib/ict",
    "+08:00": "wita/hkt/sgt/myt/pht/awst/北京时间/北京時間",
    "+09:00": "jst/kst/wit",
    "+10:00": "aest",
    "+11:00": "aedt",
    "+12:00": "nzst",
    "+13:00": "nzdt",
    "-04:00": "edt",
    "-05:00": "est/cdt",
    "-06:00": "mdt",
    "-07:00": "pdt",
    "Africa/Cairo": "القاهرة",
    "Asia/Beirut": "بيروت",
    "Asia/Jerusalem": "القدس",
    "America/New_York": "et",
    "America/Los_Angeles": "pt",
    "": "local_time/المحلي",
}


def _forms(words: str) -> list[str]:
    """The words of a table, folded, the longest first."""
    return sorted((fold(word.replace("_", " ")) for word in "/".join(words.split()).split("/")), key=len, reverse=True)


def _half(words: str) -> str:
    return "|".join(r"\.? ?".join(form.strip(".").split(".")) + r"\.?" * ("." in form) for form in _forms(words))


_ZONE_OF = {form: zone for zone, words in _ZONES.items() for form in _forms(words)}
_ZONE_NAMES = "|".join(sorted(map(re.escape, _ZONE_OF), key=len, reverse=True))

_IS_MORNING = re.compile(_half(_MORNING))
HALF = f"{_IS_MORNING.pattern}|{_half(_EVENING)}"
"""The halves of the day."""
AT = "|".join(map(re.escape, _forms(_AT)))
"""Words for "at" between a day and a time."""
BEFORE_CLOCK = "上午|下午|午前|午後|早上|凌晨|晚上|中午|오전|오후"
"""Halves of the day that stand before the time."""
_AFTER_OFFSET = r"(?: ?\([a-z0-9 +:-]+\)| ?\[[a-z/ +-]+\]| (?:utc|[a-z]{3,4})(?: m=[+-][\d.]+)?)?"
"""What programs add to an offset: the name of the zone, as "(Arabian Standard Time)" or "[Asia/Riyadh]"."""
ZONE = (
    rf"(?:(?:[+-]\d\d:?\d\d|(?:utc|gmt) ?[+-]\d{{1,2}}(?::?\d\d)?){_AFTER_OFFSET}"
    rf"|(?:ب?(?:ال)?توقيت |به وقت |ب)?(?:{_ZONE_NAMES})(?![^\W\d_])(?:\[[a-z/ +-]+\])?"
    r"|[a-z]{2,}/[a-z]+(?:[ /-][a-z]+)*)"
)
"""An offset, or the name of a zone."""


def without_lead(text: str) -> str:
    """Folded ``text`` without words such as "published on" before the date."""
    match = _lead().match(text)
    return text[match.end() :] if match else text


@cache
def _lead() -> re.Pattern[str]:
    words = "|".join(map(re.escape, _forms(_LEADS)))
    return re.compile(rf"(?:(?:{words})(?![^\W\d_])[ :.|–—-]*)+")


def hour_of(hour: int, half: str | None) -> int:
    """The hour from 0 to 23, or 24, by its number and by the half of the day.

    Raises:
        ValueError: if the half of the day has no such hour.
    """
    if half is None:
        return hour
    is_morning = _IS_MORNING.fullmatch(half) is not None
    if hour > 12 or (hour == 0 and not is_morning):
        raise ValueError
    return hour % 12 + (0 if is_morning else 12)


def in_zone(time: datetime, zone: str | None) -> datetime:
    """A naive time with the offset of a zone that :data:`ZONE` matched; as it is for None and "local time".

    Raises:
        ValueError: if there is no such zone.
    """
    found = None if zone is None else _zone(zone)
    return time if found is None else time.replace(tzinfo=found)


def _zone(text: str) -> tzinfo | None:
    if match := re.match(r"(?:utc|gmt)? ?([+-])(\d\d?)(?::?(\d\d))?(?!\d)", text):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    name = re.sub(r"^(?:ب?(?:ال)?توقيت |به وقت |ب)|\[.*", "", text)
    place = _ZONE_OF.get(text, _ZONE_OF.get(name, _places().get(text)))
    if place is None:
        raise ValueError
    if place[:1] in ("+", "-"):
        return UTC if place == "+00:00" else datetime.strptime(place, "%z").tzinfo
    return ZoneInfo(place) if place else None


@cache
def _places() -> dict[str, str]:
    """The names of zones as "Asia/Riyadh", by their folded forms."""
    return {fold(name): name for name in available_timezones() if "/" in name}
