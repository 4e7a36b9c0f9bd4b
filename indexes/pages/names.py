"""Tell names on a scraped page from headlines and sentences that begin with the same marker.

A line that may be either is no name, so that it stays in the text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from sada.indexes.pages.headlines import split_headlines
from sada.indexes.pages.lines import is_date_line, is_name, is_prose
from sada.indexes.text.scripts import spaceless_letter
from sada.indexes.text.tokens import fold

_BETWEEN = re.compile(r"\s*[,،;/|+]\s*|\s+[-–—]+\s+")
_ELIDED = re.compile(r"^\w{1,2}['’]")
_CONNECTIVES = frozenset(
    [
        "&", "of", "the", "and", "for", "de", "du", "des", "la", "le", "les", "et", "del", "el", "los", "las", "y", "e",
        "da", "do", "dos", "das", "di", "della", "der", "die", "und", "für", "ve", "и",
    ]
)  # fmt: skip
_MOST_WORDS, _MOST_WORDS_WITHOUT_CASE, _MOST_SPACELESS = 5, 4, 8
_MOST_WORDS_OF_A_HEADLINE = 8  # of a headline that ends or begins like a sentence
_NEVER_FIRST = frozenset(["the", "a", "an", "un", "une", "der", "die", "das", "ein", "eine"])
_NEVER_IN_A_NAME = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow",
        "morning", "noon", "evening", "night", "midnight", "matin", "midi", "soir", "nuit", "hier", "demain",
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
        "abend", "nacht", "mitternacht", "heute", "gestern", "bis",
    ]
)  # fmt: skip
_MOST_WORDS_OF_A_PERSON = 3


def is_outlet(text: str, *, most_lower: int) -> bool:
    """True for the name of an outlet, or several.

    Each has few words; in scripts with capitals all words are capitalised but connectives and ``most_lower`` others.
    """
    if not is_name(text) or is_date_line(text):
        return False
    return all(_is_one_outlet(one.split(), most_lower) for one in _BETWEEN.split(text) if one)


def is_person(text: str) -> bool:
    """True for a person behind "By"; False for a time of day, a thing, or the rest of a sentence."""
    words = [fold(word).strip(".,،:") for word in text.split()]
    if _has_case(text):
        return words[0] not in _NEVER_FIRST and _NEVER_IN_A_NAME.isdisjoint(words)
    return len(words) <= _MOST_WORDS_OF_A_PERSON and not words[0].startswith("ال")


def reads_on(text: str) -> bool:
    """True for a sentence behind a marker: longer than a headline that ends or begins like one."""
    if len(text.split()) <= _MOST_WORDS_OF_A_HEADLINE or len(split_headlines(text)) > 1:
        return False
    return is_prose(text) or text[0].islower()


def is_statement(text: str) -> bool:
    """True for a headline in a script with capitals: it begins with one and has two words in a row without."""
    lower = [_is_lower(word) and word not in _CONNECTIVES for word in text.split()]
    return text[0].isupper() and any(one and other for one, other in pairwise(lower))


def _is_one_outlet(words: list[str], most_lower: int) -> bool:
    text = " ".join(words)
    if len(spaceless_letter().findall(text)) > _MOST_SPACELESS:
        return False
    if not _has_case(text):
        return len(words) <= _MOST_WORDS_WITHOUT_CASE
    lower = sum(_is_lower(word) and word not in _CONNECTIVES for word in words)
    return len(words) <= 2 or (len(words) <= _MOST_WORDS and lower <= most_lower)


def _is_lower(word: str) -> bool:
    word = _ELIDED.sub("", word)
    return next((letter.islower() for letter in word if letter.isalpha()), False)


def _has_case(text: str) -> bool:
    return any(letter.islower() or letter.isupper() for letter in text)
