"""Make rows from plain text."""

from __future__ import annotations

import re
from typing import Any

_LONGEST_TITLE_LINE = 200
_LONGEST_TITLE = 120
_TERMINATORS = ".!?…؟۔。！？।॥։።"
_CLOSING = "\"'”’»)]」』"
_ENDS_SENTENCE = re.compile(f"[{_TERMINATORS}][{re.escape(_CLOSING)}]*$")
# A full stop counts after two letters, so that "U.S." ends nothing; East Asian sentences need no space behind them.
_FIRST_SENTENCE = re.compile(rf".*?(?:\w\w[{_TERMINATORS}]+[{re.escape(_CLOSING)}]*(?=\s|$)|[。！？]+[」』”]*)")


def txt_row(text: str) -> dict[str, Any]:
    """Make the row of a plain text.

    A short first line is the title if a blank line follows and it does not end a sentence; it is then not part of the
    text. Else the title is the first sentence, and the text stays whole.
    """
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    following, separator, _ = rest.partition("\n")
    if not first:
        return {"title": "", "text": text}
    stands_alone = separator and not following.strip()
    if stands_alone and len(first) <= _LONGEST_TITLE_LINE and not _ENDS_SENTENCE.search(first):
        return {"title": first, "text": re.sub(r"\A\s*\n", "", rest)}
    return {"title": _first_sentence(text), "text": text, "title_derived": True}


def _first_sentence(text: str) -> str:
    paragraph = " ".join(re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0].split())
    match = _FIRST_SENTENCE.match(paragraph)
    sentence = match.group() if match else paragraph
    if len(sentence) <= _LONGEST_TITLE:
        return sentence
    cut = sentence[: _LONGEST_TITLE + 1].rpartition(" ")[0]
    return cut.rstrip() or sentence[:_LONGEST_TITLE]
