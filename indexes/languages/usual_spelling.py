"""One spelling of a text for encoders, which know the usual one only.

To an encoder ``٥`` may be an unknown letter, the same as ``٩``, and a word with a tatweel in it another word. Letter
case, accents and punctuation stay, since encoders know them: this is not the folding of
:mod:`sada.indexes.text.folding`, which makes words equal that an encoder tells apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import numpy as np

from sada.indexes.languages.arabic_script import usual_letters
from sada.indexes.text import folding

_ARABIC_MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0898-\u089f\u08ca-\u08ff"
)
_HEBREW_MARKS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
# Soft hyphen, combining joiner, direction marks, invisible operators, byte order mark, variation selectors.
_CONTROLS = "\u00ad\u034f\u061c\u180b-\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_DROPPED = f"{_ARABIC_MARKS}{_HEBREW_MARKS}{_CONTROLS}"
_SHAPES = re.compile(f"[{_DROPPED}\u0640]")
_PRESENTATION = re.compile("[\ufb50-\ufd3d\ufd40-\ufdff\ufe70-\ufefc]")
_FAR = re.compile("[\U00010000-\U0010ffff]")
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_SIGNS = {"\u066a": "%", "\u066b": ".", "\u066c": ",", "ٱ": "ا", "\u0640": ""}
_CHILLU = dict(zip("ണനരലളക", "ൺൻർൽൾൿ", strict=True))  # Unicode before 5.1 wrote them as letter, virama and joiner
# What depends on the letters beside it; each is looked for only where its sign is in a text.
_RULES: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("\u0640", re.compile(r"(?<=\d)\u0640+(?=\d)"), "-"),
    ("\u200b", re.compile(f"(?<=[{_SPACELESS}])\u200b+|\u200b+(?=[{_SPACELESS}])"), ""),
    ("\u200b", re.compile("\u200b+"), " "),
    ("്\u200d", re.compile(f"([{''.join(_CHILLU)}])്\u200d"), lambda found: _CHILLU[found[1]]),
    ("\u200d", re.compile("(?<![\u0900-\u0dff])\u200d+"), ""),
    ("\u200c", re.compile("(?<![\u0600-\u08ff\u0900-\u0dff])\u200c+"), ""),
)


def usual_spelling(text: str) -> str:
    """One spelling of a text. Idempotent.

    - Digits of every system, and the signs of Arabic numbers, become ASCII.
    - Tatweel, vowel signs of Arabic and Hebrew, direction marks, soft hyphens and what else has no width are dropped. A
      space without width becomes one with width, but in scripts without spaces. Joiners stay in Indic scripts.
    - Arabic presentation forms become letters, and letters and marks are composed (NFC).
    - Arabic, Persian, Urdu and Kurdish get their own kaf, yeh and heh
      (:func:`sada.indexes.languages.arabic_script.usual_letters`).

    >>> usual_spelling("مقتـل ٥ أشخاصٍ فی انفجار")
    'مقتل 5 أشخاص في انفجار'
    """
    return text if text.isascii() else usual_letters(plain_letters(text))


def plain_letters(text: str) -> str:
    """A text in one spelling, but for letters that keyboards mix up. Idempotent."""
    odd, becomes = _table()
    text = unicodedata.normalize("NFC", _PRESENTATION.sub(_letters_of_form, text.replace("اﷲ", "الله")))
    for sign, rule, new in _RULES:
        if sign in text:
            text = rule.sub(new, text)
    text = _FAR.sub(lambda found: becomes.get(found[0], found[0]), text)
    return odd.sub(lambda found: becomes.get(found[0], ""), text)


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit, so that it can mean something."""
    return any(map(str.isalnum, text))


def _letters_of_form(found: re.Match[str]) -> str:
    if found[0] == "ﷲ":  # which Unicode takes apart without its alef's neighbours in mind
        return "الله"
    return _SHAPES.sub("", unicodedata.normalize("NFKC", found[0])).strip()


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds the characters that change wherever they stand, and what each becomes; nothing unless it is listed."""
    table = folding.load()  # and not this Python's Unicode, so that a text is the same under another version
    points = np.flatnonzero(table.kinds == folding.DIGIT).tolist()
    digits = {chr(point): chr(table.fold[point]) for point in points if point > ord("9")}
    becomes = digits | _SIGNS
    near = "".join(letter for letter in becomes if letter <= "\uffff")  # others would make the pattern ten times slower
    return re.compile(f"[{_DROPPED}{near}]"), becomes
