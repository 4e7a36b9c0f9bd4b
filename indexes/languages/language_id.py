"""Identifies the language of texts, for articles that do not name it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from sada.indexes.languages.arabic_script import is_arabic, is_sure, usual_letters, written_language
from sada.indexes.languages.close_languages import told_apart
from sada.indexes.languages.usual_spelling import plain_letters

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

CHARACTERS = 300
"""The number of characters at the beginning of a text that are used."""

CERTAIN = 0.5
"""The least probability at which an identified language is used."""

_HAN = "Han"
_JAPANESE = 0.1  # least share of kana among Chinese characters and kana; Chinese headlines have hardly any kana

# Scripts that one language of the news uses: first and last code point, both at a multiple of 16.
_SCRIPTS = {
    "ko": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
    "ja": ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF60, 0xFF9F)),
    _HAN: ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)),
    "th": ((0x0E00, 0x0E7F),),
    "lo": ((0x0E80, 0x0EFF),),
    "he": ((0x0590, 0x05FF),),
    "el": ((0x0370, 0x03FF), (0x1F00, 0x1FFF)),
    "ka": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    "hy": ((0x0530, 0x058F),),
    "pa": ((0x0A00, 0x0A7F),),
    "gu": ((0x0A80, 0x0AFF),),
    "or": ((0x0B00, 0x0B7F),),
    "ta": ((0x0B80, 0x0BFF),),
    "te": ((0x0C00, 0x0C7F),),
    "kn": ((0x0C80, 0x0CFF),),
    "ml": ((0x0D00, 0x0D7F),),
    "si": ((0x0D80, 0x0DFF),),
    "my": ((0x1000, 0x109F),),
    "km": ((0x1780, 0x17FF),),
    "dv": ((0x0780, 0x07BF),),
}
_BLOCKS = {
    block: script
    for script, ranges in _SCRIPTS.items()
    for first, last in ranges
    for block in range(first >> 4, (last >> 4) + 1)
}


def _class(beyond: bool) -> str:
    """The inside of a character class of all these scripts, in the first plane or beyond it."""
    parts = [part for parts in _SCRIPTS.values() for part in parts if (part[1] > 0xFFFF) == beyond]
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in parts)


# Whether a letter is in one of them; two patterns, since letters beyond the first plane make one ten times slower.
_IN_SCRIPTS = tuple(re.compile(f"[{_class(beyond)}]") for beyond in (False, True))

# Letters of no script that py3langid has a language of: of them it would say something all the same.
_SEVERAL = (
    "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f"  # Cyrillic
    "\u0600-\u06ff\u0750-\u077f\u0860-\u08ff\ufb50-\ufdff\ufe70-\ufeff"  # Arabic
    "\u0900-\u09ff\ua8e0-\ua8ff"  # Devanagari, Bengali
    "\u0f00-\u0fff\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f"  # Tibetan, Ethiopic
)
_LATIN = "A-Za-z\u00aa-\u02af\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f\uff21-\uff5a"
_OF_NO_LANGUAGE = re.compile(f"[^\\W\\d_{_LATIN}{_SEVERAL}{_class(False)}{_class(True)}]")

# Letters of words: not those above the line or beside a number ("5ª", "ʼ"), nor what stretches a word or a vowel.
_LETTER = re.compile("[^\\W\\d_ªº\u02b0-\u02ff\u0640\u30fc]")
_ARABIC_LETTER = re.compile("[\u0620-\u06d5]")
_UYGHUR = "ug"
_BY_LETTERS = frozenset({"ku", "ps", "sd", _UYGHUR})  # py3langid knows two of them in another script only

# Known to py3langid, but with almost no news, and confused with short headlines of a large related language.
_WITHOUT_NEWS = {"an", "la", "sa", "vo", "wa"}

# Norwegian's two written forms, which py3langid also has as one, "no". With all three, each lowers the others'
# probability.
_NORWEGIAN = {"nb", "nn"}

_LEAST_PROBABILITY = 0.05  # below it the text gave py3langid almost no evidence


def identify(texts: Sequence[str]) -> list[tuple[str, float]]:
    """Identify the language of each text, with its probability.

    If only one language uses the script, it is that one; so are Kurdish, Uyghur, Pashto and Sindhi by their letters in
    Arabic script. Otherwise py3langid decides, limited to languages that have an ISO 639-1 code and a press; languages
    that are written nearly alike are told apart by letters and words
    (:mod:`sada.indexes.languages.close_languages`).

    Args:
        texts: any texts; only the first ``CHARACTERS`` characters of each count.

    Returns:
        For each text an ISO 639-1 code and a probability in [0, 1]; ``("", 0.0)`` if there is no evidence, as for a
        text without letters.

    Source: Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012 (py3langid).
    """
    return [_identify(text[:CHARACTERS]) for text in texts]


def believed(language: str, certainty: float) -> str:
    """``language`` if its probability is high enough, empty if it is not."""
    return language if certainty >= CERTAIN else ""


def _identify(text: str) -> tuple[str, float]:
    if not text.isascii():
        text = plain_letters(text)
    if not _LETTER.search(text):
        return "", 0.0
    if not text.isascii():
        if known := _by_script(text):
            return known, 1.0
        if _ARABIC_LETTER.search(text):
            written = written_language(text)
            if written in _BY_LETTERS and (is_sure(text, written) or _classifier().classify(text)[0] != _UYGHUR):
                return written, 1.0
            if is_arabic(text):
                text = usual_letters(text)
        if _mostly_of_no_language(text):
            return "", 0.0
    language, probability = _classifier().classify(text)
    language, probability = told_apart(text, language, float(probability), lambda: dict(_classifier().rank(text)))
    return (language, probability) if probability >= _LEAST_PROBABILITY else ("", 0.0)


def _mostly_of_no_language(text: str) -> bool:
    """Whether most letters are of scripts that py3langid has no language of."""
    strange = _OF_NO_LANGUAGE.findall(text)
    return bool(strange) and 2 * len(strange) > len(_LETTER.findall(text))


def _by_script(text: str) -> str:
    """The language that is the only one with the script of most letters of ``text``, empty if there is none."""
    if not any(pattern.search(text) for pattern in _IN_SCRIPTS):
        return ""
    letters = [letter for letter in text if letter.isalpha()]
    counts = Counter(_BLOCKS.get(ord(letter) >> 4, "") for letter in letters)
    east_asian = counts["ja"] + counts.pop(_HAN, 0)
    if counts["ja"] < _JAPANESE * east_asian:
        east_asian = 0
    counts["ja"] = east_asian
    counts[""] = 0
    language, count = max(counts.items(), key=lambda item: item[1])
    return language if 2 * count > len(letters) else ""


@cache
def _classifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    left_out = _WITHOUT_NEWS | _NORWEGIAN
    identifier.set_languages([label for label in identifier.labels if len(label) == 2 and label not in left_out])
    return identifier
