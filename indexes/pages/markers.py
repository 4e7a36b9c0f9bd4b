"""Find markers, the words that mark the parts of a page, at the start of a line.

Markers are phrases by language and kind. A phrase counts on a page of any language: the languages only help those who
read the file of markers, see :mod:`sada.indexes.pages.marker_files`. The kinds:

- ``source``, ``keywords``: the outlet or the keywords follow, on the same line or the next.
- ``read_also``: another article follows, or the headline of one.
- ``inline``, ``similar``: headlines follow, within a text or in a list.
- ``latest``: headlines of new articles follow; counts only alone on its line, above a list.
- ``more``: the end of a teaser.
- ``byline``: the author follows, above the text.
- ``other``: the line is no part of an article.
- ``buttons``: words; a line of at least two of them, and of no others, is a row of buttons.

Phrases are folded as all text is, see :mod:`sada.indexes.text.tokens`. A phrase that ends with ``:`` counts only with a
separator behind it. ``#`` is any number. In ``other``, ``…`` stands for any text: at the end for what follows, at the
start for what comes before, and between two words for what is between them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from sada.indexes.pages.lines import is_prose
from sada.indexes.text.tokens import fold

KINDS = ("source", "keywords", "read_also", "inline", "similar", "latest", "more", "byline", "other", "buttons")
GAP = "…"
_REACH = 120  # letters of a line within which its marker must end
_LONGEST_NOTICE = 300
_LONGEST_INVITATION = 160
_MOST_BUTTONS = 16
_MOST_KNOWN = 100_000
_BARE = frozenset({"read_also", "inline", "similar"})
_DECORATION = r"[^\w\"'«“”„©]*"
_SEPARATOR = re.compile(r"\s*(?:[:/|>»]+|\.\.+|\s[-–—]+|[-–—]+(?=\s))\s*")
_ASIDE = re.compile(r"[,،]\s+([^,،]+)[,،]\s")
_NUMBER = re.compile(r"\d[\d.,]*")
_WORD_ENDS = re.compile(r"^[^\w©]+|[^\w©]+$")
_WORD_BREAK = re.compile(r"[:：/|،,]")
_BUTTON_BREAK = re.compile(r"[\s|•·,،:/()\[\]]+")
_APOSTROPHES = str.maketrans("’‘ʼ´`", "'''''")

Phrases = Mapping[str, Mapping[str, Sequence[str]]]


class Mark(NamedTuple):
    """A marker found at the start of a line.

    Attributes:
        kind: one of :data:`KINDS`; a row of buttons is ``other``.
        form: ``alone`` on its line, alone with a ``colon``, ``parted`` by a separator from the content, or ``bare``
            before the content.
        content: the rest of the line.
    """

    kind: str
    form: Literal["alone", "colon", "parted", "bare"]
    content: str = ""

    @property
    def is_alone(self) -> bool:
        """True if the marker has no content."""
        return not self.content


class Markers:
    """Find the marker at the start of a line.

    Args:
        phrases: by language and kind, as in a file of markers; if a phrase is given twice, its first kind counts.
    """

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self._kinds: dict[str, tuple[str, bool]] = {}
        self._buttons: set[str] = set()
        # By first words, so that only phrases that may begin a line are compiled and searched there.
        self._closed: dict[str, set[str]] = defaultdict(set)
        self._opening: dict[str, set[str]] = defaultdict(set)
        within: set[str] = set()
        for kinds in phrases.values():
            for kind, phrase in ((name, one) for name in KINDS for one in kinds.get(name, ())):
                if kind == "buttons":
                    self._buttons.add(_squeezed(phrase))
                elif phrase.startswith(GAP):
                    within.add(_pattern(phrase.strip(f"{GAP} ")))
                elif GAP in phrase:
                    self._opening[_key(phrase.split()[0])].add(_pattern(phrase.removesuffix(GAP).strip()))
                else:
                    folded = _squeezed(phrase)
                    bare = folded.removesuffix(":").rstrip()
                    self._closed[_key(bare.split()[0])].add(_pattern(bare))
                    self._kinds.setdefault(bare, (kind, bare != folded))
        self._within = re.compile(rf"(?<!\w)(?:{_alternatives(within)})(?!\w)")
        self._keys: dict[str, str] = {}
        self._compiled: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {}

    def find(self, line: str) -> Mark | None:
        """Find the marker at the start of ``line``, which has no outer white space; None if there is none."""
        key = self._key(line)
        if key in self._closed or key in self._opening:
            closed, opening = self._patterns(key)
            folded, places = _folded(line[:_REACH])
            found = closed.match(folded)
            mark = self._mark(line, folded, places, found) if found is not None else None
            if mark is not None:
                return mark
            if len(line) <= _LONGEST_NOTICE and opening.match(folded) and not _has_aside(line):
                return Mark("other", "alone")
        if key in self._buttons and self._is_row_of_buttons(line):
            return Mark("other", "alone")
        if len(line) <= _LONGEST_INVITATION and not is_prose(line) and self._within.search(_squeezed(line)):
            return Mark("other", "alone")
        return None

    def _patterns(self, key: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """The patterns of the phrases with that first word: the closed ones, and those that any text may follow."""
        found = self._compiled.get(key)
        if found is None:
            some = (self._closed.get(key, ()), self._opening.get(key, ()))
            found = self._compiled[key] = (_any_of(some[0]), _any_of(some[1]))
        return found

    def _mark(self, line: str, folded: str, places: list[int], found: re.Match[str]) -> Mark | None:
        kind, needs_separator = self._kinds[_NUMBER.sub("#", " ".join(found["phrase"].split()))]
        rest = line[places[found.end()] :]
        if not any(map(str.isalnum, rest)):
            if any(mark in rest for mark in "?؟!"):
                return None
            colon = any(mark in rest for mark in ":：/")
            return None if needs_separator and not colon else Mark(kind, "colon" if colon else "alone")
        parted = _SEPARATOR.match(folded, found.end())
        if parted is not None:
            content = _content(line[places[parted.end()] :], line[0])
            return None if kind == "other" and is_prose(content) else Mark(kind, "parted", content)
        bare = folded[found.end()].isspace() and not needs_separator
        if bare and (kind == "byline" or (kind in _BARE and " " in found["phrase"])):
            return Mark(kind, "bare", _content(rest, line[0]))
        return None

    def _is_row_of_buttons(self, line: str) -> bool:
        words = [word for word in _BUTTON_BREAK.split(_squeezed(line)) if any(map(str.isalnum, word))]
        return 2 <= len(words) <= _MOST_BUTTONS and self._buttons.issuperset(words)

    def _key(self, line: str) -> str:
        """The first word of a line, in the form of the first words of phrases; cached for speed."""
        for word in line.split(None, 3)[:3]:
            key = self._keys.get(word)
            if key is None:
                if len(self._keys) >= _MOST_KNOWN:
                    self._keys.clear()
                key = self._keys[word] = _key(word)
            if key:
                return key
        return ""


_fold_letter = cache(fold)


def _folded(text: str) -> tuple[str, list[int]]:
    """``text`` folded, and the position in ``text`` of each folded letter and of the end."""
    pieces: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        piece = _fold_letter(letter)
        pieces.append(piece)
        places += [place] * len(piece)
    return "".join(pieces).translate(_APOSTROPHES), [*places, len(text)]


def _has_aside(line: str) -> bool:
    """True for a line with words between commas, as in "this, he said, is": a notice has none."""
    aside = _ASIDE.search(line)
    return aside is not None and aside[1][0].islower()


def _squeezed(text: str) -> str:
    return " ".join(fold(text).translate(_APOSTROPHES).split())


def _key(word: str) -> str:
    if word == "#":
        return word
    word = _WORD_BREAK.split(_WORD_ENDS.sub("", word), maxsplit=1)[0]
    return "#" if word[:1].isdigit() else "©" if word.startswith("©") else _WORD_ENDS.sub("", _squeezed(word))


def _pattern(phrase: str) -> str:
    """A regular expression of a phrase, for folded text."""
    parts = [
        r"\s+".join(re.escape(word).replace(r"\#", _NUMBER.pattern) for word in _squeezed(part).split())
        for part in phrase.split(GAP)
    ]
    return r"(?:\s.*)?\s".join(parts)


def _alternatives(patterns: Iterable[str]) -> str:
    return "|".join(sorted(patterns, key=lambda one: (-len(one), one))) or "(?!)"


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches one of some phrases at the start of a line, the longest that fits."""
    return re.compile(rf"{_DECORATION}(?P<phrase>{_alternatives(patterns)})(?!\w)")


def _content(text: str, before: str) -> str:
    """The content behind a marker, without decoration and without the end of a bracket opened before the marker."""
    text = text.strip().strip("*_").strip()
    closing = {"(": ")", "[": "]", "{": "}", "【": "】"}.get(before)
    return text.removesuffix(closing).rstrip() if closing else text
