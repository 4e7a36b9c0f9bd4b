"""Articles of many languages, and the other spellings in which outlets print them."""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Respell = Callable[[str, np.random.Generator], str]
FOLDER = Path("encoder_eval", "flores200_devtest")
FEWEST, MOST = 3, 12  # sentences of an article, of some twenty words each
_NON_JOINERS = "اأإآدڈذرڑزژوؤےۓ"
_SERBIAN_LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š"
_SERBIAN = dict(
    zip("абвгдђежзијклљмнњопрстћуфхцчџш", _SERBIAN_LATIN.split(" "), strict=True)
)  # fmt: skip
_UZBEK = (
    ("yo", "ё"), ("yu", "ю"), ("ya", "я"), ("sh", "ш"), ("ch", "ч"), ("oʻ", "ў"), ("gʻ", "ғ"), ("ye", "е"), ("ʼ", "ъ"),
    *zip("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз", strict=True),
)  # fmt: skip


class Variant(NamedTuple):
    """A spelling of a language.

    Attributes:
        language: the name of its file.
        name: what is spelt in another way.
        respell: makes the other spelling of a text.
    """

    language: str
    name: str
    respell: Respell


def articles(data: Path, language: str, part: slice, seed: int) -> list[str]:
    """Sentences of a part of a file, put together; no sentence twice."""
    with lzma.open(data / FOLDER / f"{language}.txt.xz", "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()[part]
    rng = np.random.default_rng(seed)
    found, at = [], 0
    while at + FEWEST <= len(lines):
        size = int(rng.integers(FEWEST, MOST + 1))
        found.append(" ".join(lines[at : at + size]))
        at += size
    return found


def replaced(pairs: dict[str, str]) -> Respell:
    """Every one of the keys becomes its value, also as a capital."""
    table = pairs | {one.upper(): other.capitalize() for one, other in pairs.items() if one.upper() != one}
    pattern = re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))
    return lambda text, rng: pattern.sub(lambda found: table[found[0]], text)


def pattern(wanted: str, becomes: str) -> Respell:
    """Every place that a regular expression finds."""
    return lambda text, rng: re.sub(wanted, becomes, text)


def sometimes(wanted: str, becomes: str, share: float) -> Respell:
    """A share of the places that a regular expression finds."""
    return lambda text, rng: re.sub(wanted, lambda found: becomes if rng.random() < share else found[0], text)


def both(*respells: Respell) -> Respell:
    """One after the other."""

    def respell(text: str, rng: np.random.Generator) -> str:
        for one in respells:
            text = one(text, rng)
        return text

    return respell


def stripped(text: str, rng: np.random.Generator) -> str:
    """Without any diacritic."""
    plain = "".join(one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn")
    return plain.translate(str.maketrans("łŁđĐøØıħĦŧŦæÆœŒßəƏɓɗƙƴƁƊƘ", "lLdDoOihHtTaAoOseEbdkyBDK"))


def decomposed(text: str, rng: np.random.Generator) -> str:
    """Every letter and its marks apart."""
    return unicodedata.normalize("NFD", text)


def hyphenated(text: str, rng: np.random.Generator) -> str:
    """In lines of a narrow column, with words divided at their ends, as a PDF gives them."""
    out, width = [], 0
    for word in text.split(" "):
        width += len(word) + 1
        if width > 38 and len(word) > 6:
            cut = int(rng.integers(3, len(word) - 2))
            out.append(f"{word[:cut]}-\n{word[cut:]}")
            width = len(word) - cut
        else:
            out.append(word)
    return " ".join(out)


def serbian_latin(text: str, rng: np.random.Generator) -> str:
    """Serbian Cyrillic in Latin."""
    return replaced(_SERBIAN)(text, rng)


def uzbek_cyrillic(text: str, rng: np.random.Generator) -> str:
    """Uzbek Latin in Cyrillic."""
    text = re.sub("[‘’'ʻ`](?<=[OoGg].)", "ʻ", text)
    text = re.sub(r"\b([Ee])", lambda found: "э" if found[0] == "e" else "Э", text)
    return replaced(dict(_UZBEK))(text, rng)


@cache
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)


def opencc(name: str) -> Respell:
    """A conversion of OpenCC between the Chinese scripts."""
    return lambda text, rng: str(_converter(name).convert(text))


def zero_widths(share: float) -> Respell:
    """Zero-width spaces before a share of the letters that begin a syllable."""
    letters, leading = "\u0e01-\u0e2e\u0e81-\u0eae\u1000-\u1021\u1780-\u17a2", "\u0e40\u0ec0\u1000-\u1021\u1780-\u17a2"
    return sometimes(f"(?<=[{letters}])(?=[{leading}])", "\u200b", share)


ZERO_WIDTH = replaced({" ": "\u200b"})
ZWNJ_SPACE, ZWNJ_NOTHING = replaced({"\u200c": " "}), replaced({"\u200c": ""})
ARABIC_YEH = replaced({"ی": "ي", "ک": "ك"})
WAW = sometimes(r"(?<=\s)و(?=\w{3,})", "و ", 0.9)
ABD = pattern(r"\bعبدال", "عبد ال")
SEATS = replaced({"ؤ": "ئ", "ء": ""})
YEH = replaced({"ے": "ی"})
LOST_SPACES = pattern(f"(?<=[{_NON_JOINERS}]) ", "")
NUKTA = both(decomposed, pattern("[\u093c\u09bc\u0a3c]", ""))
CHANDRABINDU = replaced({"\u0901": "\u0902"})
NASALS = pattern("[ङञणनम]\u094d(?=[क-म])", "\u0902")
GLIDES = replaced({"ये": "ए", "यी": "ई"})
UMLAUTS = replaced({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
NORDIC = replaced({"å": "aa", "ø": "oe", "æ": "ae"})
SWEDISH = replaced({"å": "aa", "ä": "ae", "ö": "oe"})
SARA_AM = replaced({"\u0e33": "\u0e4d\u0e32", "\u0eb3": "\u0ecd\u0eb2"})
TONE_ORDER = pattern("([\u0e48-\u0e4b])\u0e33", "\u0e4d\\1\u0e32")
TWO_ES = replaced({"แ": "เเ", "ແ": "ເເ"})
COENG = replaced({"្ត": "្ដ"})
AMHARIC = replaced(
    {chr(a + at): chr(b + at) for a, b in ((0x1230, 0x1220), (0x1200, 0x1210), (0x12A0, 0x12D0)) for at in range(7)}
)
DJ = replaced({"đ": "dj"})
TELUGU_NASALS = pattern("[ఙఞణనమ]\u0c4d(?=[క-మ])", "\u0c02")
GUJARATI_NASALS = pattern("[ઙઞણનમ]\u0acd(?=[ક-મ])", "\u0a82")
TIPPI = replaced({"\u0a70": "\u0a02", "\u0a3c": ""})
TIGRINYA = replaced({chr(0x1338 + at): chr(0x1340 + at) for at in range(7)})
ESPERANTO = replaced({one + "\u0302": one + "x" for one in "cghjs"} | {"u\u0306": "ux"})
MACEDONIAN = replaced(
    {"ѓ": "ǵ", "ќ": "ḱ", "ѕ": "dz", "ж": "ž", "ч": "č", "ш": "š", "џ": "dž", "љ": "lj", "њ": "nj", "ј": "j"}
    | dict(zip("абвгдезиклмнопрстуфхц", "abvgdeziklmnoprstufhc", strict=True))
)

VARIANTS = (
    Variant("pes_Arab", "ZWNJ as space", ZWNJ_SPACE),
    Variant("pes_Arab", "without ZWNJ", ZWNJ_NOTHING),
    Variant("pes_Arab", "ZWNJ as space, Arabic yeh and kaf", both(ZWNJ_SPACE, ARABIC_YEH)),
    Variant("arb_Arab", "a space after waw", WAW),
    Variant("arb_Arab", "spaces after waw and abd, hamza on yeh", both(WAW, ABD, SEATS)),
    Variant("urd_Arab", "yeh barree as yeh", YEH),
    Variant("urd_Arab", "spaces lost behind letters that do not join", LOST_SPACES),
    Variant("urd_Arab", "both", both(YEH, LOST_SPACES)),
    Variant("kor_Hang", "a third of the spaces lost", sometimes(" ", "", 0.33)),
    Variant("kor_Hang", "no spaces, syllables apart", both(pattern(" ", ""), decomposed)),
    Variant("hin_Deva", "no nukta, chandrabindu as anusvara", both(NUKTA, CHANDRABINDU)),
    Variant("hin_Deva", "nasals as anusvara, no glides", both(NASALS, GLIDES)),
    Variant("mar_Deva", "no nukta, nasals as anusvara", both(NUKTA, NASALS)),
    Variant("ben_Beng", "no nukta", NUKTA),
    Variant("srp_Cyrl", "in Latin", serbian_latin),
    Variant("srp_Cyrl", "in Latin without diacritics", both(serbian_latin, DJ, stripped)),
    Variant("uzn_Latn", "in Cyrillic", uzbek_cyrillic),
    Variant("deu_Latn", "ae, oe, ue, ss", UMLAUTS),
    Variant("deu_Latn", "ae, oe, ue, ss, divided at line ends", both(UMLAUTS, hyphenated)),
    Variant("dan_Latn", "aa, oe, ae", NORDIC),
    Variant("nob_Latn", "aa, oe, ae", NORDIC),
    Variant("swe_Latn", "aa, ae, oe", SWEDISH),
    Variant("isl_Latn", "th, d, without diacritics", both(replaced({"þ": "th", "ð": "d", "æ": "ae"}), stripped)),
    Variant("pol_Latn", "without diacritics", stripped),
    Variant("ces_Latn", "without diacritics, divided at line ends", both(stripped, hyphenated)),
    Variant("vie_Latn", "without diacritics", stripped),
    Variant("vie_Latn", "letters and marks apart, ZWSP for spaces", both(decomposed, ZERO_WIDTH)),
    Variant("tur_Latn", "without diacritics", stripped),
    Variant("azj_Latn", "without diacritics", stripped),
    Variant("hau_Latn", "without hooks", stripped),
    Variant("hrv_Latn", "dj, without diacritics", both(DJ, stripped)),
    Variant("fra_Latn", "without diacritics, ZWSP for spaces", both(stripped, ZERO_WIDTH)),
    Variant("eng_Latn", "divided at line ends", hyphenated),
    Variant("eng_Latn", "ZWSP for spaces", ZERO_WIDTH),
    Variant("ukr_Cyrl", "the apostrophe as a letter", pattern("['’](?=[єїюя])", "ʼ")),
    Variant("zho_Hans", "traditional (OpenCC s2t)", opencc("s2t")),
    Variant("zho_Hans", "traditional of Taiwan (OpenCC s2tw)", opencc("s2tw")),
    Variant("zho_Hant", "simplified (OpenCC t2s)", opencc("t2s")),
    Variant("jpn_Jpan", "no long marks, spaces between clauses", both(pattern("ー", ""), pattern("([、。])", r"\1 "))),
    Variant("tha_Thai", "nikhahit before the tone, sara am apart, two sara e", both(TONE_ORDER, SARA_AM, TWO_ES)),
    Variant("tha_Thai", "ZWSP between words, sara am apart", both(zero_widths(0.5), SARA_AM)),
    Variant(
        "lao_Laoo", "sara am apart, ho no apart, no spaces", both(SARA_AM, replaced({"ໜ": "ຫນ", "ໝ": "ຫມ", " ": ""}))
    ),
    Variant("khm_Khmr", "ZWSP between words, coeng da for ta", both(zero_widths(0.5), COENG)),
    Variant("mya_Mymr", "ZWSP between words, no spaces", both(zero_widths(0.5), pattern(" ", ""))),
    Variant("amh_Ethi", "other letters of the same sound", AMHARIC),
    # languages that no rule was made on
    Variant("mkd_Cyrl", "in Latin", MACEDONIAN),
    Variant("mkd_Cyrl", "in Latin without diacritics", both(MACEDONIAN, stripped)),
    Variant("bos_Latn", "dj, divided at line ends", both(DJ, stripped, hyphenated)),
    Variant("ron_Latn", "without diacritics, ZWSP for spaces", both(stripped, ZERO_WIDTH)),
    Variant("hun_Latn", "without diacritics, divided at line ends", both(stripped, hyphenated)),
    Variant("lvs_Latn", "letters and marks apart, divided at line ends", both(decomposed, hyphenated)),
    Variant("yor_Latn", "without diacritics", stripped),
    Variant("epo_Latn", "with x", both(decomposed, ESPERANTO)),
    Variant("fin_Latn", "ae, oe", SWEDISH),
    Variant("est_Latn", "ae, oe, ue", UMLAUTS),
    Variant("guj_Gujr", "nasals as anusvara", GUJARATI_NASALS),
    Variant("tel_Telu", "nasals as anusvara, no spaces", both(TELUGU_NASALS, pattern(" ", ""))),
    Variant("pan_Guru", "bindi for tippi, no nukta", both(NUKTA, TIPPI)),
    Variant("npi_Deva", "no nukta, chandrabindu as anusvara", both(NUKTA, CHANDRABINDU)),
    Variant("tir_Ethi", "other letters of the same sound", both(TIGRINYA, AMHARIC)),
    Variant("prs_Arab", "ZWNJ as space, hamza on yeh lost", both(ZWNJ_SPACE, pattern("ئ", ""))),
    Variant("snd_Arab", "spaces lost behind letters that do not join", LOST_SPACES),
    Variant("ckb_Arab", "a space after waw", WAW),
    Variant("arz_Arab", "a space after waw, hamza on yeh", both(WAW, SEATS)),
    Variant("heb_Hebr", "ZWSP for spaces", ZERO_WIDTH),
    Variant("ell_Grek", "without accents, divided at line ends", both(stripped, hyphenated)),
)
