"""Split the keywords of a page: at delimiters, else by the phrases in its texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sada.indexes.text.tokens import fold

_DELIMITER = re.compile(r"\s*[,،;؛|•·、\t]\s*|\s+[/–—-]\s+|\s{2,}")
_HASHTAG = re.compile(r"#\w")
_LONGEST = 6  # words of a keyword
_LONGEST_UNKNOWN = 2  # words of one that stands in no text
_STRIPPED = " .#«»\"'“”[]()"
_ARTICLE = "ال"
_STEM = 5  # letters
# Arabic articles and particles written as one with the word behind them.
_PREFIX = re.compile("(?:[وف]?(?:[بك]?ال|لل)|[وف]?[بلك](?=...)|و(?=...))(?=..)")
_BREAK = re.compile(r"[^\w\s'’\-ـ‌‍]+|\n")


class _Group(NamedTuple):
    words: list[str]
    is_known: bool


def split_keywords(given: Sequence[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Split the keywords of a page.

    Args:
        given: one line of keywords, or several lines of one each.
        texts: the texts of the page. Without delimiters, keywords are the longest phrases in these; words that are
            not in them become keywords of one or two words, by capitals and Arabic articles.
    """
    if len(given) > 1:
        found = list(given)
    elif _DELIMITER.search(given[0].strip()):
        found = _DELIMITER.split(given[0])
    elif _HASHTAG.match(given[0]):
        found = given[0].split("#")
    else:
        found = _by_texts(given[0].strip(_STRIPPED).split(), texts)
    return tuple(dict.fromkeys(filter(None, (keyword.strip(_STRIPPED) for keyword in found))))


def is_list(text: str) -> bool:
    """True for a list of words: at least three items of few words each between delimiters, or hashtags."""
    items = [item for item in _DELIMITER.split(text.strip()) if item]
    short = all(len(item.split()) <= _LONGEST for item in items)
    return len(_HASHTAG.findall(text)) > 1 or (len(items) > 2 and short)


def stem(token: str) -> str:
    """The first letters of a folded word, without an Arabic article or particle before them."""
    return _PREFIX.sub("", token, count=1)[:_STEM] if "\u0600" <= token[:1] <= "\u06ff" else token[:_STEM]


def _by_texts(words: list[str], texts: Iterable[str]) -> list[str]:
    """Split words into phrases so that the sum of the squared lengths of the known phrases is greatest."""
    known = _phrases(texts, _LONGEST)
    keys = _stems(" ".join(words))
    best = [0] * (len(words) + 1)
    cut = [0] * (len(words) + 1)
    for stop in range(1, len(words) + 1):
        best[stop], cut[stop] = best[stop - 1], stop - 1
        for start in range(max(0, stop - _LONGEST), stop):
            score = best[start] + (stop - start) ** 2
            if score > best[stop] and tuple(keys[start:stop]) in known:
                best[stop], cut[stop] = score, start
    groups: list[_Group] = []
    for start, stop in _cuts(cut):
        group = _Group(words[start:stop], tuple(keys[start:stop]) in known)
        if groups and _are_one(groups[-1], group):
            group = _Group(groups.pop().words + group.words, False)
        groups.append(group)
    return [" ".join(group.words) for group in groups]


def _cuts(cut: list[int]) -> list[tuple[int, int]]:
    """The segments of the best split, each by its start and stop."""
    found = []
    stop = len(cut) - 1
    while stop:
        found.append((cut[stop], stop))
        stop = cut[stop]
    return found[::-1]


def _are_one(before: _Group, group: _Group) -> bool:
    """True if two words are likely one keyword: at least one is in no text, and nothing separates them.

    An Arabic noun with an article belongs to a noun without one before it; a capital separates a name from other words.
    """
    if (before.is_known and group.is_known) or len(group.words) > 1 or len(before.words) >= _LONGEST_UNKNOWN:
        return False
    last, first = before.words[-1], group.words[0]
    if before.is_known or group.is_known:
        return first.startswith(_ARTICLE) and not last.startswith(_ARTICLE)
    if last.startswith(_ARTICLE):
        return first.startswith(_ARTICLE)
    return last[0].isupper() == first[0].isupper()


def _phrases(texts: Iterable[str], longest: int) -> frozenset[tuple[str, ...]]:
    """Collect the runs of up to ``longest`` words, as stems, in texts, without a punctuation mark between them."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        for piece in _BREAK.split(text):
            words = _stems(piece)
            for start in range(len(words)):
                for stop in range(start + 1, min(start + longest, len(words)) + 1):
                    found.add(tuple(words[start:stop]))
    return frozenset(found)


def _stems(text: str) -> list[str]:
    """The stem of each word of ``text``, split at white space; empty for a word of punctuation alone."""
    return [stem("".join(filter(str.isalnum, fold(word)))) for word in text.split()]
