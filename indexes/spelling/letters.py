"""What letters and signs become in tokens, beyond the folding that Unicode's data give.

A letter is respelt where writers interchange two spellings and no two news texts differ by it alone. These stay apart,
because words differ by them: Urdu ی and ے («لڑکی», girl, and «لڑکے», boys), ہ and ھ («کہا», said, and «کھا», eat), ن
and ں; Sindhi ڪ and ک; the vowels of Kurdish and Uyghur (ۆ ۇ ۈ ې ێ); Pashto ې and ۍ; ڤ and ف, گ and ك, پ and ب, چ and ج;
Ukrainian ґ and г; Bengali ড় and ড.
"""

from __future__ import annotations

# Kinds of letters. Those up to DIGIT are kinds of folded letters, too.
SEPARATOR, WORD, MARK, SPACELESS, DIGIT, DROPPED, SEQUENCE, PAIRED = range(8)
SIGN, BREAK, HYPHEN, PLUS, SLASH = range(8, 13)
"""Kinds of what is no letter: a currency sign or %, a break without width, hyphens, + and #, the slash of fractions."""
RAISED, RAISED_SEQUENCE, FRACTION, HAMZA, ALLAH, DOUBLED, ZERO, VIRAMA = range(13, 21)
"""Kinds of letters that are read by what stands beside them: raised or circled digits, fractions, hamza, the ligature
of Allah, Thai and Lao e (two are one ae), the Myanmar zero (wa before a letter), Devanagari virama. A hamza before waw
is written ؤو, ئو and ءو; all are read as the second, because the letters of the others are rarer."""

RESPELT = {
    # Latin letters that have no decomposition, as keyboards without them write them.
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ŋ": "n", "ə": "e",
    "ǝ": "e", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ƒ": "f", "ƶ": "z", "ɨ": "i",
    "ʉ": "u", "ƀ": "b", "ǥ": "g",
    # Apostrophes that Unicode counts as letters: Ukrainian, Uzbek, Hawaiian, transliterated Arabic.
    **dict.fromkeys("ʹʺʻʼʽʾʿˈˮꞌ", "'"),
    # Yiddish pairs, Pashto gaf, Arabic percent signs.
    "װ": "וו", "ױ": "וי", "ײ": "יי", "ګ": "گ", "٪": "%", "؉": "‰", "؊": "‱",
    # Devanagari chandrabindu and nukta (in news both are often left out), Myanmar nya as a vowel.
    "\u0901": "\u0902", "\u093c": "", "\u1009": "\u1025",
}  # fmt: skip

KEPT = {"ھ": "ھﮪﮫﮬﮭ"}
"""Letters that stay apart although weight files take them for others, each with the code points that are it."""

_CURRENCIES = (
    (0x24, 0x24), (0xA2, 0xA5), (0x58F, 0x58F), (0x60B, 0x60B), (0x7FE, 0x7FF), (0x9F2, 0x9F3), (0x9FB, 0x9FB),
    (0xAF1, 0xAF1), (0xBF9, 0xBF9), (0xE3F, 0xE3F), (0x17DB, 0x17DB), (0x20A0, 0x20C1), (0xA838, 0xA838),
)  # fmt: skip
SIGNS = frozenset("%‰‱±≤≥≠") | {chr(point) for low, high in _CURRENCIES for point in range(low, high + 1)}
"""Signs that are tokens, as folded letters."""
DASHES, PLUSES = "-−–‒‑﹣－⁻₋", "+﹢＋⁺₊"
"""What is a minus or a plus directly before a digit."""
GROUPING = ",،٬'’，\u00a0\u2007\u2009\u202f"
"""What stands between the groups of three digits of a number. A full stop does not: 1.095 is not 1095."""
NO_SIGN_AFTER = "+-−–—)]%°."
"""Folded signs after which a dash before a digit is none."""

KINDS = {
    BREAK: "\u200b", HYPHEN: "-\u00ad\u2010", SLASH: "\u2044", HAMZA: "ءؤ\u0654\ufe80\ufe85\ufe86",
    ALLAH: "\ufdf2", DOUBLED: "\u0e40\u0ec0", ZERO: "\u1040", VIRAMA: "\u094d",
}  # fmt: skip
"""The code points of kinds that are few."""

YEH, WAW, ALEF, LAM = map(ord, "يوال")
WA = 0x101D
"""The Myanmar letter that a zero before a letter stands for."""
COENG, KHMER_DA, KHMER_TA = 0x17D2, 0x178A, 0x178F
"""The Khmer sign that puts the next letter below; there da and ta look the same."""
ANUSVARA = 0x0902
NASALS = {0x0919: 0x0915, 0x091E: 0x091A, 0x0923: 0x091F, 0x0928: 0x0924, 0x092E: 0x092A}
"""Devanagari nasals and the first of the four letters before which nasal and virama are written as anusvara, too."""
