"""Texts that a news service has cut off, and marks so."""

from __future__ import annotations

import re

_LONGEST_MARK = 60
_CUT = re.compile(
    r"\[\s*\+?\s*\d[\d.,'’\u00a0\u202f ]*\s*"
    r"(?:char(?:acter)?s?|caract[eè]res|caracteres|caratteri|zeichen|tekens|karakter|символ\w*|знак\w*|حرف\w*|أحرف)"
    r"\.?\s*\]\s*\Z",
    re.I,
)
MARK_ENDS = ("]", "]\n", "] ")
"""How a text may end that has a mark: found at little cost."""


def cut_mark(text: str) -> str:
    """The mark at the end of a text that the service has cut off; empty for a whole text.

    >>> cut_mark("The mayor opened a new bridge over… [+950 chars]")  # of NewsAPI; GNews writes [1234 chars]
    '[+950 chars]'
    """
    if not text.endswith(MARK_ENDS):
        return ""
    match = _CUT.search(text, max(len(text) - _LONGEST_MARK, 0))
    return "" if match is None else match.group()
