"""Learn the boilerplate of each outlet: lines under many articles, like invitations, "follow us" and copyright.

The content of articles must stay, so a line is learned only if all of this holds:

- It is the first or the last line of at least ten articles of one outlet, without lines learned before and without
  lines that differ between articles only in their figures; and it is so in at least half of the articles that have it.
- Ten of these articles are unlike each other without it, figures left aside. One article sent again and again does not
  count, nor does a report from a template. Where fewer than about fourteen words of a body are left, the title counts
  together with them. An article whose title is about what repeats does not count then, as that is its own text.
- They are not of one subject: no word is frequent in them and rare in the other articles of the outlet.
- They were published on at least two days, or none of them has a date.
- They are at least a fiftieth of the articles of the outlet. For a first line, which may be a place or a name, and for
  more than thirty words, which may be the background of a running story, they are at least a fifth; but eight words
  will do for a fiftieth where at least half of the text of ten unlike articles repeats.

Digits are content here as elsewhere: "12 comments" and "13 comments" are two lines, and neither is learned from the
other.

Where line ends were lost, boilerplate is the end of the last line, or a run of words within a line. An ending is
learned by the same rules if it has at least eight words (sixteen letters in scripts without spaces), a run if in
addition at least half of the text of ten unlike articles repeats.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, chain

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.endings import shared_endings
from sada.indexes.boilerplate.known_runs import part_of
from sada.indexes.boilerplate.lines import (
    ENDING,
    LINE,
    RUN,
    BoilerplateLine,
    Mark,
    Marks,
    line_keys,
    mark_of,
    outlet,
    split_lines,
)
from sada.indexes.boilerplate.repetition import LEAST, Bodies
from sada.indexes.boilerplate.runs import Tokens, is_long, shared_by
from sada.indexes.text.tokens import tokens

SHARE, LARGE_SHARE = 0.02, 0.2
_MOST_WORDS = 30
_AT_AN_EDGE = 0.5


def learn_boilerplate(
    articles: Iterable[Article], known: Iterable[BoilerplateLine] = (), kept: Iterable[str] = ()
) -> list[BoilerplateLine]:
    """Find the boilerplate of each outlet that is not known yet.

    The result depends only on the set of articles, not on their order.

    Args:
        articles: of any outlets.
        known: what was learned before.
        kept: lines that are never learned.
    """
    by_outlet: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_outlet[outlet(article.source)].append(article.plain())
    known, kept = list(known), list(kept)
    found = (
        _Source(part, [one for one in known if outlet(one.source) == name], kept).learn()
        for name, part in sorted(by_outlet.items())
    )
    return list(chain.from_iterable(found))


def counted(lines: Sequence[BoilerplateLine], articles: Iterable[Article]) -> list[BoilerplateLine]:
    """Count for each line of one outlet the articles that have it, and find the earliest date of these."""
    marks = Marks.of(lines)
    counts: Counter[Mark] = Counter()
    since: dict[Mark, datetime] = {}
    for article in articles:
        page = split_lines(article.plain_text)
        for mark in marks.held_by(page, line_keys(page)):
            counts[mark] += 1
            if article.published is not None:
                since[mark] = min(since.get(mark, article.published), article.published)
    named = [(one, mark_of(one)) for one in lines]
    return [replace(one, articles=counts[mark], since=since.get(mark)) for one, mark in named]


class _Source:
    """The articles of one outlet while its boilerplate is learned."""

    def __init__(self, articles: list[Article], known: Collection[BoilerplateLine], kept: Sequence[str]) -> None:
        self._articles = sorted(articles, key=lambda one: one.id)
        self._pages = [split_lines(one.text) for one in self._articles]
        ends = list(accumulate(map(len, self._pages), initial=0))
        keys = line_keys(list(chain.from_iterable(self._pages)))
        self._keys = [keys[start : start + len(page)] for page, start in zip(self._pages, ends, strict=False)]
        self._bodies = Bodies(self._articles, self._pages)
        self._forms = frozenset(line_keys(sorted(self._bodies.forms)))
        self._marks = Marks.of(known)
        self._kept = frozenset(line_keys(kept))
        self._rows_of: dict[int, list[int]] = defaultdict(list)  # the articles that have a line, anywhere
        for row, names in enumerate(self._keys):
            for key in dict.fromkeys(names):
                self._rows_of[key].append(row)
        self._refused: set[tuple[str, bool, tuple[int, ...]]] = set()

    def learn(self) -> list[BoilerplateLine]:
        """Find the boilerplate, outermost first."""
        found: list[BoilerplateLine] = []
        while fresh := self._new(self._lines()) or self._new(self._endings()) or self._new(self._runs()):
            found += fresh
            self._marks |= Marks.of(fresh)
        return found

    def _new(self, lines: Iterable[BoilerplateLine]) -> list[BoilerplateLine]:
        """Those that are not known: an ending that begins within a letter, as in "½", cannot be taken out."""
        return [one for one in lines if mark_of(one) not in self._marks]

    def _lines(self) -> Iterator[BoilerplateLine]:
        """Find lines that repeat at the edge of the articles, without what was learned."""
        edges: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for row, names in enumerate(self._left()):
            present = [key for key in names if key]
            for key in self._outermost(reversed(present)):
                edges[key, True].append(row)
            for key in self._outermost(present):
                edges[key, False].append(row)
        learned = set()
        for (key, at_end), rows in edges.items():
            having = self._rows_of.get(key, [])
            if key in learned or len(rows) < _AT_AN_EDGE * len(having) or key in self._kept:
                continue
            line = self._text_of(key, having[0]) if having else ""
            if line and self._repeats(line, rows, at_end):
                learned.add(key)
                yield self._named(line, LINE, having)

    def _outermost(self, keys: Iterable[int]) -> Iterator[int]:
        """Of lines from an edge inwards the first, and the next ones while they differ only in figures."""
        for key in dict.fromkeys(keys):
            yield key
            if key not in self._forms:
                return

    def _endings(self) -> Iterator[BoilerplateLine]:
        """Find endings that the last lines of many articles share, without what was learned."""
        last = {row: line for row, line in enumerate(map(self._last_line, range(len(self._pages)))) if line}
        for ending, rows in shared_endings(last, max(LEAST, SHARE * len(self._articles))):
            text = ending.strip()
            if line_keys([text])[0] not in self._kept and self._repeats(text, rows, True):
                yield self._named(text, ENDING, rows)

    def _runs(self) -> Iterator[BoilerplateLine]:
        """Find runs of words that most of the text of many articles is, without what was learned."""
        rows = self._bodies.with_runs.tolist()
        pages = [self._marks.strip(self._pages[row], self._keys[row])[0] for row in rows]
        lines = list(chain.from_iterable(pages))
        owners = np.repeat(np.array(rows, np.int64), list(map(len, pages)))
        for run in shared_by(Tokens.of(lines), owners, max(LEAST, SHARE * len(self._articles))):
            at, start, stop = run.place
            text = part_of(lines[at], start, stop)
            mostly = [row for row in run.rows if self._bodies.mostly_repeated[row]]
            if not is_long(tokens(text)) or line_keys([text])[0] in self._kept:
                continue
            if self._is_boilerplate(text, run.rows, mostly, at_end=start > 0):
                yield self._named(text, RUN, run.rows)

    def _repeats(self, line: str, rows: list[int], at_end: bool) -> bool:
        """True if a line at the edge of these articles is boilerplate by the rules above."""
        count = len(self._articles)
        if len(rows) < max(LEAST, SHARE * count):
            return False
        telling = rows
        words = tokens(line)
        if (not at_end or len(words) > _MOST_WORDS) and len(rows) < LARGE_SHARE * count:
            telling = [row for row in rows if self._bodies.mostly_repeated[row]] if is_long(words) else []
        return self._is_boilerplate(line, rows, telling, at_end)

    def _is_boilerplate(self, text: str, rows: list[int], telling: list[int], at_end: bool) -> bool:
        """True if what these articles share is boilerplate, by the evidence of those that are telling."""
        case = text, at_end, tuple(telling)
        if len(telling) < LEAST or case in self._refused:
            return False
        days = {time.date() for row in rows if (time := self._articles[row].published) is not None}
        by_titles = at_end or is_long(tokens(text))  # a short first line may be a place
        if (
            len(days) != 1
            and self._bodies.vary(telling, at_end, by_titles)
            and not self._bodies.are_of_one_subject(rows, at_end)
        ):
            return True
        self._refused.add(case)
        return False

    def _left(self) -> Iterator[list[int]]:
        """The keys of the lines of each article, without what was learned."""
        return (self._marks.strip(*page)[1] for page in zip(self._pages, self._keys, strict=True))

    def _last_line(self, row: int) -> str:
        """The last line of an article, without what was learned; empty if nothing is left."""
        left, names = self._marks.strip(self._pages[row], self._keys[row])
        return next((line for line, key in zip(reversed(left), reversed(names), strict=True) if key), "")

    def _text_of(self, key: int, row: int) -> str:
        return self._pages[row][self._keys[row].index(key)].strip()

    def _named(self, line: str, place: str, rows: Sequence[int]) -> BoilerplateLine:
        times = [time for row in rows if (time := self._articles[row].published) is not None]
        return BoilerplateLine(self._articles[rows[0]].source, line, place, len(rows), min(times, default=None))
