"""Texts that a news service gives in part, or not at all to those who do not pay."""

from __future__ import annotations

import re

_LONGEST_MARK = 60
_CUT = re.compile(
    r"\[\s*\+?\s*\d[\d.,'’\u00a0\u202f ]*\s*"
    r"(?:char(?:acter)?s?|caract[eè]res|caracteres|caratteri|zeichen|tekens|karakter|символ\w*|знак\w*|حرف\w*|أحرف)"
    r"\.?\s*\]\s*\Z",
    re.I,
)
_WITHHELD = re.compile(r"ONLY AVAILABLE IN [A-Z ,]{1,80} PLANS?\.?")
_ENDS = ("]", "]\n", "] ")


def is_withheld(text: str) -> bool:
    """True for the notice of newsdata in place of a text: ``ONLY AVAILABLE IN PAID PLANS``."""
    return text.startswith("ONLY ") and _WITHHELD.fullmatch(text.strip()) is not None


def cut_mark(text: str) -> str:
    """The mark at the end of a text that the service has cut off; empty for a whole text.

    >>> cut_mark("The mayor opened a new bridge over… [+950 chars]")  # of NewsAPI; GNews writes [1234 chars]
    '[+950 chars]'
    """
    if not text.endswith(_ENDS):
        return ""
    match = _CUT.search(text, max(len(text) - _LONGEST_MARK, 0))
    return "" if match is None else match.group()


def may_be_marked(text: str) -> bool:
    """True for a text that may be withheld or cut off, found at little cost."""
    return text.endswith(_ENDS) or text.startswith("ONLY ")
