"""Which letters are one in a skeleton, script by script: the rules that the table of skeletons is made from.

:mod:`sada.indexes.minhash.skeletons` says what a skeleton is, and :mod:`sada.indexes.minhash.skeleton_table` makes the
table.
All that stands here is about letters after the base folding (:mod:`sada.indexes.text.folding`), but for ``RAW``.
"""

from __future__ import annotations

import json
from importlib.resources import files

from sada.indexes.spelling import letters as spelling

_HAN = files("sada.indexes").joinpath("data", "han_simplified.json")

SPACES = "\u200b"
"""What the base folding leaves out, and what stands for a space between numbers and before signs."""
SIGNS = "%٪‰⁄"
"""Signs that are content beside the currency signs; U+2044 stands in every fraction."""
MINUSES = "-−–－﹣"
PLUSES = "+＋﹢"
STACKERS = (spelling.COENG, 0x1039)
"""The letter after one of these (Khmer, Myanmar) is written below the one before."""
ANUSVARA = spelling.ANUSVARA
"""The one nasal sign of all Indic scripts."""
INDIC = (0x0900, 0x0980, 0x0A00, 0x0A80, 0x0B00, 0x0C00, 0x0C80)
"""Where Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Telugu and Kannada begin; they have one order of letters."""
NASALS = tuple(start + letter for start in INDIC for letter in (0x19, 0x1E, 0x23, 0x28, 0x2E))
VIRAMAS = tuple(start + 0x4D for start in INDIC)
YAS = (*(start + 0x2F for start in INDIC), 0x09DF)
YA_TAKERS = (0x0940, 0x0947)
"""Hindi writes गये or गए, नयी or नई: before these two vowels the glide is left out."""

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ђ": "d", "е": "e", "є": "e", "ж": "z", "з": "z",
    "и": "i", "і": "i", "ј": "z", "к": "k", "л": "l", "љ": "lz", "м": "m", "н": "n", "њ": "nz", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "d", "ш": "s",
    "щ": "s", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "қ": "k", "ғ": "g", "ҳ": "h", "һ": "h",
    "ұ": "u", "ү": "u", "ө": "o", "ң": "n", "ә": "a", "җ": "z", "ҷ": "c", "ѕ": "d",
}  # fmt: skip
_LATIN = {
    "æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "t", "ħ": "h", "ŧ": "t", "ı": "i", "ə": "e",
    "ɛ": "e", "ɔ": "o", "ŋ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ʋ": "v", "ɣ": "g", "ɖ": "d", "ƒ": "f",
    "j": "z", "x": "h", "q": "k",
}  # fmt: skip
_ARABIC = {"ء": "", "ٴ": "", "ے": "ي", "ں": "ن"}
_THAI = {0x0E41: 0x0E40, 0x0EC1: 0x0EC0, 0x0E45: 0x0E32}
_JAPANESE = {0x3095: 0x304B, 0x3096: 0x304B, 0x30F5: 0x304B, 0x30F6: 0x304B}  # か月, カ月, ヶ月
_SHAPES: dict[int, tuple[int, ...]] = {
    0x17C4: (0x17C1, 0x17B6), 0x17BE: (0x17C1, 0x17B8), 0x17C9: (0x17BB,), 0x17CA: (0x17BB,),  # Khmer
    0x1025: (0x1009,), 0x1029: (0x101E, 0x103C), 0x1008: (0x1005, 0x103B), 0x102B: (0x102C,),  # Burmese
}  # fmt: skip
"""Letters that look like one other, or like two, and are typed so."""
_CHILLUS = {0x0D7A: 0x0D23, 0x0D7B: 0x0D28, 0x0D7C: 0x0D30, 0x0D7D: 0x0D32, 0x0D7E: 0x0D33, 0x0D7F: 0x0D15}
"""Letters of Malayalam without a vowel, also written with a virama."""
_INDIC = {0x09CE: 0x09A4, 0x09F0: 0x09B0, 0x0911: 0x0906, 0x0949: 0x093E, 0x0BB6: 0x0BB8}
"""Bengali ta without a vowel, Assamese ra, the English o of Hindi, Tamil sha."""
_VOWELS = {0x0908: 0x0940, 0x090F: 0x0947}
"""Independent vowels of Devanagari that stand where a vowel sign stands in the other spelling."""
_HEBREW = {"װ": "ו", "ױ": "וי", "ײ": "י"}
_ETHIOPIC = ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0), (0x1340, 0x1338))
"""Rows of seven syllables that Amharic speaks, and so writes, alike."""
_ETHIOPIC_A = {0x1203: 0x1200, 0x1213: 0x1200, 0x1283: 0x1200, 0x12A3: 0x12A0, 0x12D3: 0x12A0}
"""And these before and with a long a."""
_SILENT = (
    (0x02B9, 0x02BF), (0x02C8, 0x02C8), (0x02EE, 0x02EE), (0x30FC, 0x30FC), (0x0A71, 0x0A71), (0x0903, 0x0903),
    (0x093D, 0x093D),
)  # fmt: skip
"""Apostrophes that are letters; the long mark of Kana; the doubling mark of Gurmukhi; visarga and avagraha of Hindi."""

RAW = {"ؤ": "و", "ئ": "", "ൌ": "ൗ", "й": "y", "Й": "y", "ў": "o", "Ў": "o"}
"""Letters that the base folding would take apart first: hamza on waw, which is left
out, and on yeh, which is a seat and no letter; й; the Uzbek short u, in Latin o'."""

VOWELLIKE = frozenset(
    "aeiouyzh" "αεηιουω" "اوي" "וי" "ຫ" "เแโใไะา" "ເແໂໃໄະາ"
) | frozenset(map(chr, [*range(0x1160, 0x1200), *NASALS, *YAS]))  # fmt: skip
"""Letters that spellings add, drop and exchange; nasals and glides of India stand for signs, too."""


def becomes() -> dict[int, tuple[int, ...]]:
    """The letters (code points) that a folded letter stands for, for every one that does not stand for itself."""
    found = {ord(one): tuple(map(ord, other)) for one, other in (_CYRILLIC | _LATIN | _ARABIC | _HEBREW).items()}
    found |= {one: (other,) for one, other in (_THAI | _INDIC | _VOWELS).items()}
    found |= {chillu: (letter, 0x0D4D) for chillu, letter in _CHILLUS.items()} | _SHAPES
    found |= {row + at: (like + at,) for row, like in _ETHIOPIC for at in range(7)}
    found |= {one: (other,) for one, other in _ETHIOPIC_A.items()}
    found |= {letter: (letter - 0x60,) for letter in range(0x30A1, 0x30F7)}  # Katakana becomes Hiragana
    found |= {one: (other,) for one, other in _JAPANESE.items()}
    found |= {letter: () for first, last in _SILENT for letter in range(first, last + 1)}
    found |= {start + 0x3C: () for start in INDIC}  # nukta
    found |= {start + sign: (ANUSVARA,) for start in INDIC for sign in (0x01, 0x02) if start + sign != ANUSVARA}
    found |= {0x0A70: (ANUSVARA,)}
    return found | {one: (other,) for one, other in simplified().items()}


def simplified() -> dict[int, int]:
    """The simplified character of every traditional one of Chinese (code points)."""
    table = json.loads(_HAN.read_text("utf-8"))
    return {ord(one): ord(other) for one, other in zip(table["traditional"], table["simplified"], strict=True)}
