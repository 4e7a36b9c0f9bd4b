"""Headlines: several on one line, one below the end of a text, and how far a text covers one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from sada.indexes.pages.keywords import stem
from sada.indexes.pages.lines import Line, ends_sentence, is_place_line, is_prose, is_quotation, without_bullet
from sada.indexes.text.tokens import tokens

_DELIMITER = re.compile(r"\s*[|•▪●]\s*|\s*\t\s*|\s{3,}")
_NAMED = re.compile(r"\s+(?=[«“][^«»“”]{2,40}[»”]\s?:)")
_QUOTED = re.compile(r"(?<=[»”])\s+(?=\w)")
_LEAST_WORDS = 4  # of a headline
_LEAST_OF_TWO = 12  # words of two headlines on a line
# Arabic and Persian words that continue a phrase; no headline begins with one of them. Most words with waw in front are
# "and" something; the excluded ones are nouns that often begin a headline.
_GOES_ON = re.compile(
    "و(?!زير|زار|فا[ةت]|فد |صول|كال|سط |قف|لي |اشنطن|ثيق|رش|ضع|قوع|حد)|[فبك]ال|لل|[بل](?:أن|ان|سبب)"
    "|(?:في|من|إلى|الى|على|عن|مع|ضد|بعد|قبل|عند|منذ|حتى|أو|ثم|بل|لدى|بين|در|از|به|را|با|برای|است|بود|شد)(?:\\s|$)"
)
_SHORTER = 0.65
_LONGEST = 120
_SIGNED = re.compile(r"\s[-–—]+(?:\s\S+){0,3}$")  # a place or a name behind a dash
_MOST_BELOW = 2
_LEAST_ENDED = 0.6
_SHORTEST = 3  # letters of a word that a headline and a text are compared by
_LEAST_COVERED = 2  # words


def split_headlines(text: str) -> list[str]:
    """Split a line into its headlines.

    It is split at delimiters, else before a quoted name with a colon, else, if it is long enough for two headlines,
    behind a quotation, unless the next word continues it.
    """
    parts = [part for part in _DELIMITER.split(text) if any(map(str.isalnum, part))]
    if len(parts) > 1:
        return parts
    parts = _NAMED.split(text)
    if len(parts) > 1 and all(len(part.split()) >= _LEAST_WORDS - 1 for part in parts):
        return parts
    if len(text.split()) < _LEAST_OF_TWO:
        return [text]
    for place in _QUOTED.finditer(text):
        before, after = text[: place.start()], text[place.end() :]
        whole = min(len(before.split()), len(after.split())) >= _LEAST_WORDS
        if whole and not _GOES_ON.match(after) and not after[0].islower():
            return [before, after]
    return [text]


def headlines_below(lines: Sequence[Line], kept: Sequence[int]) -> list[int]:
    """Find the lines at the end of a text that are headlines of other articles, though no marker says so.

    They are clearly shorter than the paragraphs, most of which end with a full stop, and end with neither a
    punctuation mark nor a quotation.

    Args:
        lines: the lines of the page.
        kept: the numbers of the lines of the text, after which more of the page follows.
    """
    texts = [lines[at].text for at in kept]
    prose = [len(text) for text in texts if is_prose(text)]
    if len(prose) < _LEAST_ENDED * len(texts) or len(prose) < 2:
        return []
    most = min(_SHORTER * median(prose), _LONGEST)
    first = len(texts)
    while first > max(0, len(texts) - _MOST_BELOW) and _is_headline_below(texts[first - 1], most):
        first -= 1
    ended = first > 0 and (ends_sentence(texts[first - 1]) or is_quotation(texts[first - 1]))
    return list(kept[first:]) if ended else []


def covered_share(title: str, text: str, before: Iterable[str]) -> float:
    """The share of a headline's words that ``text`` has too, from 0 to 1; words in ``before`` are left out.

    0 if the text has less than two of them.
    """
    words = {stem(token) for token in tokens(title) if len(token) >= _SHORTEST}
    words -= {stem(token) for one in before for token in tokens(one)}
    covered = words & {stem(token) for token in tokens(text)}
    return len(covered) / len(words) if len(covered) >= _LEAST_COVERED else 0.0


def _is_headline_below(text: str, most: float) -> bool:
    if len(text) > most or len(text.split()) < _LEAST_WORDS:
        return False
    if is_prose(text) or ends_sentence(text) or is_quotation(text) or is_place_line(text) or _SIGNED.search(text):
        return False
    return text[0] not in "([" and text[-1] not in ",،;؛:" and without_bullet(text) is None and "@" not in text
