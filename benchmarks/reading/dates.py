"""Dates as newsrooms write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reading.kind import Kind, lines
from reading.stories import Story

_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MONTHS = {
    "Egypt and the Gulf": "يوليو", "the Levant and Iraq": "تموز", "Tunisia and Algeria": "جويلية", "Morocco": "يوليوز",
    "French": "juillet", "Spanish": "julio", "Portuguese": "julho", "Italian": "luglio", "German": "Juli",
    "Polish": "lipca", "Turkish": "Temmuz", "Russian": "июля", "Persian": "ژوئیه", "Urdu": "جولائی",
    "Indonesian": "Juli", "Dutch": "juli", "Hindi": "जुलाई",
}  # fmt: skip


def _half(story: Story) -> str:
    return "ص" if story.date.hour < 12 else "م"


def _twelve(story: Story) -> str:
    return f"{(story.date.hour - 1) % 12 + 1}:{story.date:%M}"


def _kind(variant: str, write: Callable[[Story], Any], day_only: bool = False, **options: Any) -> Kind:
    make = lines(lambda story: {"id": story.id, "title": story.title, "date": write(story)})
    return Kind("Dates", "july.jsonl", make, "title date", variant, day_only, options=_checked(options))


def _checked(options: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in options.items() if value}


KINDS = [
    _kind("31.07.2024", lambda s: f"{s.date:%d.%m.%Y}", True),
    _kind("31/07/2024 14:05", lambda s: f"{s.date:%d/%m/%Y %H:%M}"),
    _kind("31-07-2024 14:05:00", lambda s: f"{s.date:%d-%m-%Y %H:%M}:00"),
    _kind("07/31/2024 2:05 PM", lambda s: f"{s.date:%m/%d/%Y %I:%M %p}"),
    _kind("2024年7月31日", lambda s: f"{s.date.year}年{s.date.month}月{s.date.day}日", True),
    _kind("2024年7月31日 14:05", lambda s: f"{s.date.year}年{s.date.month}月{s.date.day}日 {s.date:%H:%M}"),
    _kind("2024년 7월 31일 14:05", lambda s: f"{s.date.year}년 {s.date.month}월 {s.date.day}일 {s.date:%H:%M}"),
    _kind("31 يوليو 2024 الساعة 14:05", lambda s: f"{s.date.day} يوليو {s.date.year} الساعة {s.date:%H:%M}"),
    _kind("31 يوليو 2024 - 2:05 م", lambda s: f"{s.date.day} يوليو {s.date.year} - {_twelve(s)} {_half(s)}"),
    _kind("٣١ يوليو ٢٠٢٤ ٢:٠٥ م", lambda s: f"{s.date.day} يوليو {s.date.year} {_twelve(s)} {_half(s)}"
          .translate(_EASTERN)),
    _kind("الأربعاء 31 يوليو 2024 02:05 مساءً", lambda s: f"{_weekday(s)} {s.date.day} يوليو {s.date.year} "
          f"{_twelve(s)} {'صباحاً' if s.date.hour < 12 else 'مساءً'}"),
    _kind("٣١‏/٧‏/٢٠٢٤، ٢:٠٥ م", lambda s: f"{s.date.day}\u200f/{s.date.month}\u200f/{s.date.year}، {_twelve(s)} "
          f"{_half(s)}".translate(_EASTERN)),
    _kind("2024/07/31 14:05", lambda s: f"{s.date:%Y/%m/%d %H:%M}"),
    _kind("2020-09-22 T 11:04:10 +0430", lambda s: f"{s.local:%Y-%m-%d T %H:%M}:10 {s.local:%z}"),
    _kind("Wed Jul 31 14:05:00 +0000 2024", lambda s: f"{s.date:%a %b %d %H:%M}:00 +0000 {s.date.year}"),
    _kind("July 31, 2024 at 2:05 p.m. GMT", lambda s: f"{s.date:%B} {s.date.day}, {s.date.year} at {_twelve(s)} "
          f"{'a.m.' if s.date.hour < 12 else 'p.m.'} GMT"),
    _kind("31 juillet 2024 à 14h05", lambda s: f"{s.date.day} juillet {s.date.year} à {s.date:%Hh%M}"),
    _kind("31. Juli 2024, 14:05 Uhr", lambda s: f"{s.date.day}. Juli {s.date.year}, {s.date:%H:%M} Uhr"),
    _kind("31 de julio de 2024 14:05", lambda s: f"{s.date.day} de julio de {s.date.year} {s.date:%H:%M}"),
    *(_kind(f"months of {name}", lambda s, month=month: f"{s.date.day} {month} {s.date.year}", True)
      for name, month in _MONTHS.items()),
    _kind("25 محرم 1446هـ - 31 يوليو 2024م", lambda s: f"{s.date.day - 7} محرم 1446هـ - {s.date.day} يوليو "
          f"{s.date.year}م", True),
    _kind("--day-first", lambda s: f"{s.date:%d/%m/%Y %H:%M}".replace("/07/", "/7/"), day_first=True),
    _kind("--date-format", lambda s: f"{s.date:%Y.%d.%m_%H%M}", date_format="%Y.%d.%m_%H%M"),
    _kind("--timezone", lambda s: f"{s.date:%Y-%m-%d} {s.date.hour:02}:{s.date:%M}", timezone="UTC"),
]  # fmt: skip


def _weekday(story: Story) -> str:
    return ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")[story.date.weekday()]
