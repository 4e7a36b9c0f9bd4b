"""Learning what a source prints under many of its articles: invitations, "follow us", copyright, disclaimers.

What is said in an article must stay, so that a line is learned only if all of this holds:

- it is the first or the last line of at least ten articles of one source, when what was learned before is left out,
  and so are lines that differ from article to article in their figures alone; and that in at least half of all its
  articles in which it stands;
- ten of these are unlike each other otherwise, figures left aside: one article sent again and again teaches nothing,
  and neither does a report from a template;
- they are of no one subject: no word is frequent in them and rare in the source's others;
- they were published on two days at least, or none of them says when;
- they are a fiftieth of the source's articles; of a first line, which may be a place or a name, and of more than thirty
  words, which may be the background of a running story, a fifth.

Digits are content here as elsewhere: "12 comments" and "13 comments" are two lines, and neither is learned from the
other.

Where line ends were lost, such words end the last line. An ending is learned by the same rules if it has eight words or
more (sixteen letters in scripts without spaces).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, chain

from sada.indexes.article import Article
from sada.indexes.boilerplate.endings import shared_endings
from sada.indexes.boilerplate.lines import (
    ENDING,
    LINE,
    BoilerplateLine,
    Mark,
    Marks,
    line_keys,
    mark_of,
    outlet,
    split_lines,
)
from sada.indexes.boilerplate.repetition import LEAST, Bodies
from sada.indexes.text.tokens import tokens

SHARE, LARGE_SHARE = 0.02, 0.2
_MOST_WORDS = 30
_AT_AN_EDGE = 0.5


def learn_boilerplate(
    articles: Iterable[Article], known: Iterable[BoilerplateLine] = (), kept: Iterable[str] = ()
) -> list[BoilerplateLine]:
    """The lines that repeat under the articles of each source, those known already left out.

    What is found is a function of the set of articles.

    Args:
        articles: of any sources.
        known: what was learned before.
        kept: lines that are never learned.
    """
    by_outlet: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_outlet[outlet(article.source)].append(article)
    known, kept = list(known), list(kept)
    found = (
        _Source(part, [one for one in known if outlet(one.source) == name], kept).learn()
        for name, part in sorted(by_outlet.items())
    )
    return list(chain.from_iterable(found))


def counted(lines: Sequence[BoilerplateLine], articles: Iterable[Article]) -> list[BoilerplateLine]:
    """Lines of one source, with how many of its articles they stand under, and since when."""
    marks = Marks.of(lines)
    counts: Counter[Mark] = Counter()
    since: dict[Mark, datetime] = {}
    for article in articles:
        page = split_lines(article.text)
        for mark in marks.held_by(page, line_keys(page)):
            counts[mark] += 1
            if article.published is not None:
                since[mark] = min(since.get(mark, article.published), article.published)
    named = [(one, mark_of(one)) for one in lines]
    return [replace(one, articles=counts[mark], since=since.get(mark)) for one, mark in named]


class _Source:
    """The articles of one source while its lines are learned."""

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
        self._standing: dict[int, list[int]] = defaultdict(list)  # under which articles a line stands, wherever
        for row, names in enumerate(self._keys):
            for key in dict.fromkeys(names):
                self._standing[key].append(row)
        self._refused: set[tuple[str, bool, tuple[int, ...]]] = set()

    def learn(self) -> list[BoilerplateLine]:
        """What repeats, outermost first."""
        found: list[BoilerplateLine] = []
        while fresh := list(self._lines()) or list(self._endings()):
            found += fresh
            more = Marks.of(fresh)
            self._marks = Marks(self._marks.keys | more.keys, self._marks.endings | more.endings)
        return found

    def _lines(self) -> Iterator[BoilerplateLine]:
        """Lines that repeat at the edge of what is left of the articles."""
        edges: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for row, names in enumerate(self._left()):
            present = [key for key in names if key]
            for key in self._outermost(reversed(present)):
                edges[key, True].append(row)
            for key in self._outermost(present):
                edges[key, False].append(row)
        learned = set()
        for (key, at_end), rows in edges.items():
            standing = self._standing.get(key, [])
            if key in learned or len(rows) < _AT_AN_EDGE * len(standing) or key in self._kept:
                continue
            line = self._text_of(key, standing[0]) if standing else ""
            if line and self._repeats(line, rows, at_end):
                learned.add(key)
                yield self._named(line, LINE, standing)

    def _outermost(self, keys: Iterable[int]) -> Iterator[int]:
        """Of lines from an edge inwards the first, and what stands behind those that differ only in figures."""
        for key in dict.fromkeys(keys):
            yield key
            if key not in self._forms:
                return

    def _endings(self) -> Iterator[BoilerplateLine]:
        """How the last line of what is left of many articles ends."""
        last = {row: line for row, line in enumerate(map(self._last_line, range(len(self._pages)))) if line}
        for ending, rows in shared_endings(last, max(LEAST, SHARE * len(self._articles))):
            text = ending.strip()
            if line_keys([text])[0] not in self._kept and self._repeats(text, rows, True):
                yield self._named(text, ENDING, rows)

    def _repeats(self, line: str, rows: list[int], at_end: bool) -> bool:
        """Whether what stands at the edge of those articles is no part of them."""
        asked = line, at_end, tuple(rows)
        count = len(self._articles)
        if len(rows) < max(LEAST, SHARE * count) or asked in self._refused:
            return False
        if (not at_end or len(tokens(line)) > _MOST_WORDS) and len(rows) < LARGE_SHARE * count:
            return False
        days = {moment.date() for row in rows if (moment := self._articles[row].published) is not None}
        if len(days) != 1 and self._bodies.vary(rows, at_end) and not self._bodies.are_of_one_subject(rows, at_end):
            return True
        self._refused.add(asked)
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
        moments = [moment for row in rows if (moment := self._articles[row].published) is not None]
        return BoilerplateLine(self._articles[rows[0]].source, line, place, len(rows), min(moments, default=None))
