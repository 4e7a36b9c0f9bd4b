"""Letters of Arabic script: which language a text writes with them, and the letters that this language uses.

Keyboards mix them up: Arabic is typed with the kaf and yeh of Persian, Persian and Urdu with those of Arabic.
"""

from __future__ import annotations

import re

OWN_LETTERS = {
    "ku": "ێڕڵ",
    "ug": "ۇۈۋڭ",
    "ps": "ښځڅړږټډګڼۍ",
    "sd": "ٻڀٺٽٿڄڃڇڏڊڍڌڦڳڱڻ۾۽ڪ",
    "ur": "ٹڈڑےۓںہۂ",
}
"""Letters that one language of the news writes with, and none that it shares script and words with."""

_PERSIAN_LETTERS = "پچژگ"  # all that write Persian letters have them; Arabic has them in names
_VOWELS = "ەۆ"  # of Kurdish and Uyghur
_SHORT_E = "ې"  # of Pashto and Uyghur
_ARABIC = re.compile(
    r"\b[وفبك]?ال\w\w|\bلل\w\w|ة\b"
    r"|\b(?:ف[يیى]|عل[يیى]|[إا]ل[يیى]|عن|أن|إن|هذا|هذه|ذلك|ذلک|الت[يی]|الذ[يی]|بعد|خلال|قبل|ثم|أو|لم|لن|حت[يیى]|و?[أإ]\w+)\b"
)
_PERSIAN = re.compile(
    r"\b(?:[كک]ه|از|در|را|با|برا[يیى]|این|آن|است|شده|نم[يیى]|م[يیى]|ها[يیى]|ی[كک]|[كک]رده|ن[يی]ز|با[يی]د|دولت|خواهد|دارد|"
    r"شود)\b"
)

# Words that end in alef maqsura, with and without conjunctions, prepositions and article; after a Persian yeh, which
# stands for both, all other words end in yeh.
_MAQSURA = re.compile(
    r"\b([وفبل]?(?:ال|لل)?(?:عل|[إا]ل|حت|لد|مت|سو|مد|مستو|[أا]خر|[أا]ول|إحد|احد|[أا]عل|[أا]دن|[أا]قص|[أا]قو|كبر|صغر|عظم|"
    r"وسط|مستشف|مبن|معن|ملتق|منته|مرض|قتل|جرح|قر|قو|ذكر|فوض|شور|هد|مصطف|موس|عيس|ليل|يحي|منت?د|[أا]د|جر|[أا]جر|يسع|تسع|"
    r"ير|تر|نر|يبق|تبق|انته|[أا]لق|التق|تلق|يتلق|تول|يتول|مض|[أا]مس|[أا]ضح|اكتف|استثن|نه|رض|تعال|سلو|شكو|شكاو|دعو|"
    r"حلو|عدو|جدو|صل|يرع|رع|[أا]بد|[أا]نه|[أا]عط|[أا]دل|نف|قض|يسم|تسم|مسم|يحظ|تحظ|[أا]سر|موسيق|محتو|مرم))ی\b"
)
_INNER_YEH = re.compile(r"ی(?=\w)")
_USUAL = {
    "ar": str.maketrans("یےکڪہھەۃ", "ييككهههة"),
    "fa": str.maketrans("يىكڪھہە", "ییککههه"),
    "ur": str.maketrans("يىكڪه", "ییککہ"),
    "ku": str.maketrans("يىكڪھہ", "ییککهه"),
}
_SEVERAL = re.compile("[یيىےکكڪہھەهۃ\u200c]")  # letters that some language writes as another, and what joins letters
_OTHERS = re.compile(f"[{_PERSIAN_LETTERS}ەۆې{''.join(OWN_LETTERS.values())}یکڪھہۃ\u200c]")
_OLD_VOWEL = "ه\u200c"  # how Kurdish typed ە before fonts had it


def counted(text: str, letters: str) -> int:
    """How often letters stand in a text, all together."""
    return sum(map(text.count, letters))


def own_language(text: str) -> tuple[str, int]:
    """The language of ``OWN_LETTERS`` with the most letters of its own in a text, and how many; ``("", 0)`` if none.

    Letters that Uyghur shares with Kurdish or Pashto count for the one of the two that has more letters of its own, and
    for Uyghur only where it has any.
    """
    counts = {language: counted(text, letters) for language, letters in OWN_LETTERS.items()}
    vowels = counted(text, _VOWELS)
    if vowels and not counts["ku"] and not counted(text, "یک"):
        counts["ug"] += counted(text, "ىې")  # its "i" and "e": Uyghur has no Persian yeh and kaf
    if vowels or counts["ku"]:
        counts["ug" if counts["ug"] > counts["ku"] else "ku"] += vowels + text.count(_OLD_VOWEL)
    counts["ug" if counts["ug"] > counts["ps"] else "ps"] += text.count(_SHORT_E)
    language = max(counts, key=counts.__getitem__)
    return (language, counts[language]) if counts[language] else ("", 0)


def written_language(text: str) -> str:
    """The language whose letters a text of Arabic script is written with: ``ar``, ``fa``, or one of ``OWN_LETTERS``.

    Words of Arabic are weighed against words and letters of the others. It is not language identification: Persian
    stands for all that write its letters and no others; Arabic, for a text that shows neither.
    """
    arabic = len(_ARABIC.findall(text))
    own, count = own_language(text)
    persian = len(_PERSIAN.findall(text))
    if arabic >= count + persian + counted(text, _PERSIAN_LETTERS):
        return "ar"
    return own if count > persian else "fa"


def is_arabic(text: str) -> bool:
    """Whether two words or more, and not fewer than speak for another language, show that a text is Arabic."""
    return len(_ARABIC.findall(text)) > 1 and written_language(text) == "ar"


def is_sure(text: str, language: str) -> bool:
    """Whether a text has letters of a language of ``OWN_LETTERS`` that Uyghur does not have."""
    return language == "ug" or counted(text, OWN_LETTERS[language] + "یک") > 0


def usual_letters(text: str) -> str:
    """A text with the letters that its language uses where keyboards mix them up; Arabic script only. Idempotent.

    Joiners become spaces in Persian and Urdu, since that is how encoders read them. In Arabic they are nothing.
    """
    if not _SEVERAL.search(text) or (" ال" in text and not _OTHERS.search(text)):  # plain Arabic, as nearly always
        return text
    language = written_language(text)
    usual = _USUAL.get(language)
    if usual is None:
        return text
    if language == "ar":
        text = _MAQSURA.sub(r"\1ى", _INNER_YEH.sub("ي", text.replace("\u200c", "").replace("ک", "ك")))
    elif language == "ku":
        text = text.replace(_OLD_VOWEL, "ە").replace("\u200c", "")
    else:
        text = text.replace("\u200c", " ")
    return text.translate(usual)
