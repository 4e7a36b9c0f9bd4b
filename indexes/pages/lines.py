"""Classify a line of a scraped page by its form: a sentence, a headline, a name, an item of a list.

Only the form counts, so this works in any language whose sentences end with a punctuation mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

CLOSING = "\"'”’»›)]」』“‘"
OPENING = "\"'“‘«‹(„‚「『”"
_STOPS = ".。۔।։።"
_ENDS_PROSE = re.compile(rf"(?:[{_STOPS}]|[:：])[{re.escape(CLOSING)}\s]*$")
_ENDS_SENTENCE = re.compile(rf"[{_STOPS}!?؟？！…][{re.escape(CLOSING)}\s]*$")
_TRAILS_OFF = re.compile(rf"(?:…|\.\.+|[,،;؛])[{re.escape(CLOSING)}\s]*$")
# A full stop between two sentences: not that of an abbreviation ("St. Arvel"), nor one of two inside a headline.
_INNER_STOP = re.compile(rf"\w{{3}}[{re.escape(CLOSING)}]*[.۔।][{re.escape(CLOSING)}]*\s")
_BULLET = re.compile(r"(?:[•▪●◦‣∙·⁃■□◆◇○▸▶►◄◀✔✓☑✅★☆➤➔→←⇐⇒*]+\s*|[-–—»›‹<>]+\s+|\(?\d{1,2}[.)\-]\)?\s+)(?=\S)")
_QUOTED = re.compile('[«“„「『].*[»”“」』]$|".*"$')
_PLACE = re.compile(r"[^()\d]{2,40}\([^()]{2,40}\)[\s:.\-–—]*$")
_CLOCK = re.compile(r"\d{1,2}[:.٫]\d\d(?!\d)|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_CRUMBS = re.compile(r"[^>›»/|]{2,25}(?:\s[>›»/|]\s[^>›»/|]{2,60})+$")
_SITE = re.compile(r"\s+[|–—-]\s")
_LONGEST_HEADLINE = 220
_LONGEST_NAME, _MOST_NAME_WORDS = 80, 10
_LONGEST_DATE_LINE = 120


class Line(NamedTuple):
    """A line that is not blank, without outer white space; ``gap`` is true if a blank line is before it."""

    text: str
    gap: bool


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    found: list[Line] = []
    gap = True
    for raw in text.splitlines():
        line = raw.strip()
        if line:
            found.append(Line(line, gap))
        gap = not line
    return found


def joined(lines: Sequence[Line], kept: Sequence[int]) -> str:
    """Join some of the lines as a text; a blank line between two lines stays."""
    pieces: list[str] = []
    for before, at in zip([None, *kept], kept, strict=False):
        if before is not None:
            pieces.append("\n\n" if any(line.gap for line in lines[before + 1 : at + 1]) else "\n")
        pieces.append(lines[at].text)
    return "".join(pieces)


def is_prose(text: str) -> bool:
    """True for a paragraph: it ends with a full stop or a colon, has one inside, or is too long for a headline."""
    if len(text) > _LONGEST_HEADLINE or _INNER_STOP.search(text):
        return True
    return bool(_ENDS_PROSE.search(text)) and not _TRAILS_OFF.search(text)


def ends_sentence(text: str) -> bool:
    """True if it ends with a full stop, a question or exclamation mark or an ellipsis, also before closing quotes."""
    return bool(_ENDS_SENTENCE.search(text))


def is_headline(text: str) -> bool:
    """True for a possible title: two words or more that are no paragraph; it may ask, exclaim or end in an ellipsis."""
    return " " in text and not is_prose(text) and text[-1] not in ",،;؛" and any(map(str.isalpha, text))


def is_name(text: str) -> bool:
    """True for a possible name of an outlet, or several: few words, capitalised in scripts with capitals."""
    words = text.split()
    if not words or len(text) > _LONGEST_NAME or len(words) > _MOST_NAME_WORDS or text[-1] in ":؟?!…,،":
        return False
    if _INNER_STOP.search(text) or (text[-1] in _STOPS and len(words) > 4):
        return False
    first = next((letter for letter in text if letter.isalpha()), "")
    return bool(first) and (not first.islower() or len(words) <= 2)


def is_byline(text: str) -> bool:
    """True for a possible content of "By": the name of a person, perhaps with a role."""
    words = text.split()
    if is_prose(text) or not words or len(words) > 8 or not words[0][0].isalpha():
        return False
    if any(letter.isupper() or letter.islower() for letter in text):
        return all(word[0].isupper() for word in words[:2])
    return len(words) <= 4


def without_bullet(text: str) -> str | None:
    """An item of a list without its bullet or number; None if it has neither."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else None


def is_quotation(text: str) -> bool:
    """True for a line that is a quotation, ends with one that is most of it, or ends one of an earlier line."""
    if text[-1] not in CLOSING or text[-1] in ")]":
        return False
    found = _QUOTED.search(text)
    return found is None or len(found.group()) > len(text) / 2


def is_place_line(text: str) -> bool:
    """True for a dateline alone on a line, a place and an agency: ``القاهرة (الاتحاد)``."""
    return bool(_PLACE.fullmatch(text)) and len(text.split()) <= 6


def agency_of(place_line: str) -> str:
    """The agency in a line for which :func:`is_place_line` is true."""
    return place_line[place_line.rindex("(") + 1 : place_line.rindex(")")].strip()


def is_date_line(text: str) -> bool:
    """True for a line with the date of a page: a time or a date among few words."""
    if len(text) > _LONGEST_DATE_LINE or is_prose(text):
        return False
    words = text.split()
    numbers = sum(any(map(str.isdigit, word)) for word in words)
    return numbers * 4 >= len(words) and (bool(_CLOCK.search(text)) or _is_date(text))


def is_trail(text: str) -> bool:
    """True for a breadcrumb trail: ``Home > News > Town``."""
    found = _CRUMBS.fullmatch(text)
    return found is not None and len(re.findall(r"\s[>›»/|]\s", text)) >= 2 and not ends_sentence(text)


def repeats_title(text: str, title: str) -> bool:
    """True for a line that is the title, with or without the site's name: ``Headline - Site``."""
    return title.startswith(text) and (len(text) == len(title) or bool(_SITE.match(title, len(text))))


def _is_date(text: str) -> bool:
    from sada.indexes.text.dates import parse_date

    try:
        return parse_date(text.strip(" |-–—•")) is not None
    except ValueError:
        return False
