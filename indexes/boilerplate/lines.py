"""Known boilerplate: lines that an outlet prints under many articles, and articles without them.

The stored article is not changed. Its shingles, words and vector are made from the result of :meth:`Boilerplate.read`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Any

from sada.indexes.article import Article, iso
from sada.indexes.boilerplate.known_runs import KnownRuns, run_mark
from sada.indexes.boilerplate.runs import Tokens
from sada.indexes.storage.catalog import Catalog
from sada.indexes.text.term_spans import token_spans
from sada.indexes.text.tokens import tokens
from sada.indexes.timestamps import from_micros, to_micros

LINE, ENDING, RUN = "line", "ending", "run"
SETTING = "furniture"  # the key in the catalog, of the first word for boilerplate
_WINDOW = 50  # characters at the end of a line that are read, beside eight for each token


Mark = int | tuple[str, ...] | bytes
"""The identity of a line, a number; of an ending, its folded tokens; or of a run, the hashes of its tokens."""


@dataclass(frozen=True, slots=True)
class BoilerplateLine:
    """A line that an outlet prints under many of its articles.

    >>> BoilerplateLine("Harbour Ledger", "Follow us for more", articles=12).to_dict()["articles"]
    12

    Attributes:
        source: the outlet, compared without case; empty for articles without one.
        line: as printed in one article; compared as folded tokens.
        place: ``"line"`` for a line of its own, anywhere in a text; ``"ending"`` for the end of the last line;
            ``"run"`` for a run of words anywhere within a line.
        articles: how many stored articles had it when it was learned.
        since: when the earliest of them was published; None if none has a date.
    """

    source: str
    line: str
    place: str = LINE
    articles: int = 0
    since: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``boilerplate`` command."""
        return {
            "source": self.source,
            "line": self.line,
            "place": self.place,
            "articles": self.articles,
            "since": iso(self.since),
        }


def outlet(source: str) -> str:
    """The key of an outlet: its name without case."""
    return source.casefold()


def split_lines(text: str) -> list[str]:
    """The lines of a text with their line ends: joined, they are the text."""
    return text.splitlines(keepends=True)


def line_keys(lines: Sequence[str]) -> list[int]:
    """A number for each line, equal for lines with the same folded tokens; 0 for a line without tokens."""
    return Tokens.of(lines).keys.tolist()


def mark_of(line: BoilerplateLine) -> Mark:
    """The identity of a line, an ending or a run."""
    if line.place == RUN:
        return run_mark(line.line)
    return tuple(tokens(line.line)) if line.place == ENDING else line_keys([line.line])[0]


@dataclass(frozen=True)
class Marks:
    """The identities of the boilerplate of one outlet.

    Attributes:
        keys: of its lines, see :func:`line_keys`.
        endings: its endings, as folded tokens.
        runs: its runs, as the hashes of their tokens.
    """

    keys: frozenset[int] = frozenset()
    endings: frozenset[tuple[str, ...]] = frozenset()
    runs: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, known: Iterable[BoilerplateLine]) -> Marks:
        """Collect the identities of some lines."""
        marks = list(map(mark_of, known))
        keys = frozenset(mark for mark in marks if isinstance(mark, int))
        endings = frozenset(mark for mark in marks if isinstance(mark, tuple))
        return cls(keys, endings, frozenset(mark for mark in marks if isinstance(mark, bytes)))

    def __or__(self, other: Marks) -> Marks:
        return Marks(self.keys | other.keys, self.endings | other.endings, self.runs | other.runs)

    def __contains__(self, mark: Mark) -> bool:
        return mark in self.keys or mark in self.endings or mark in self.runs

    def held_by(self, lines: Sequence[str], keys: Sequence[int]) -> set[Mark]:
        """Those that an article has; also endings that are the end of longer ones."""
        left = [line for line, key in zip(lines, keys, strict=True) if key and key not in self.keys]
        words = ending_tokens(left[-1], self._longest) if left and self.endings else []
        return {
            *self.keys.intersection(keys),
            *(ending for ending in self.endings if tuple(words[-len(ending) :]) == ending),
            *(self._known_runs.held_by(left) if self.runs else ()),
        }

    def strip(self, lines: Sequence[str], keys: Sequence[int]) -> tuple[list[str], list[int]]:
        """Remove them from an article, also from within its lines, until none is left; returns lines and keys."""
        kept = [at for at, key in enumerate(keys) if key not in self.keys]
        left, names = [lines[at] for at in kept], [keys[at] for at in kept]
        while (cut := self._cut(left, names)) != left:
            named = zip(cut, line_keys(cut), strict=True)
            kept_lines = [(line, key) for line, key in named if key not in self.keys]
            left, names = [line for line, _ in kept_lines], [key for _, key in kept_lines]
        return left, names

    def _cut(self, lines: list[str], keys: list[int]) -> list[str]:
        """Cut the longest known ending off the last line with words, and all known runs out of all lines."""
        left = list(lines)
        last = next((at for at in reversed(range(len(keys))) if keys[at]), None)
        if last is not None and self.endings:
            left[last] = self._without_ending(left[last])
        return self._known_runs.cut(left) if self.runs else left

    def _without_ending(self, line: str) -> str:
        words = ending_tokens(line, self._longest)
        for ending in self._by_length:
            if tuple(words[-len(ending) :]) == ending:
                start = where_last(line, len(ending))
                return line if start is None else line[:start]
        return line

    @cached_property
    def _known_runs(self) -> KnownRuns:
        return KnownRuns(self.runs)

    @cached_property
    def _by_length(self) -> list[tuple[str, ...]]:
        return sorted(self.endings, key=lambda ending: (-len(ending), ending))

    @cached_property
    def _longest(self) -> int:
        return len(self._by_length[0])


def ending_tokens(line: str, count: int) -> list[str]:
    """The last ``count`` tokens of a line or a few more; all of them if it has fewer."""
    start = _end_of(line, count)
    return tokens(line[start:])[1 if start else 0 :]  # the first may be cut in two


def where_last(line: str, count: int) -> int | None:
    """The offset of the last ``count`` tokens of a line; None if it is inside a character, as in "¼"."""
    start = _end_of(line, count)
    spans = token_spans(line[start:])[-count:]
    found = start + spans[0][0] if spans else len(line)
    whole, after = tokens(line[start:]), tokens(line[found:])
    exact = len(after) == min(count, len(whole)) and [*tokens(line[start:found]), *after] == whole
    return found if exact else None


def _end_of(line: str, count: int) -> int:
    """An offset behind which a line has more than ``count`` tokens; 0 if it has fewer."""
    width = 8 * count + _WINDOW
    while width < len(line):
        if len(tokens(line[-width:])) > count:
            return len(line) - width
        width *= 4
    return 0


@dataclass(frozen=True)
class Boilerplate:
    """The boilerplate that an index has learned.

    Attributes:
        lines: what is removed from articles before they are compared.
        kept: lines that are never learned, of any outlet.
    """

    lines: tuple[BoilerplateLine, ...] = ()
    kept: tuple[str, ...] = ()

    @classmethod
    def of(cls, catalog: Catalog) -> Boilerplate:
        """Read it from a catalog."""
        stored = catalog.setting(SETTING)
        if stored is None:
            return cls()
        rows = ((*row[:4], from_micros(row[4])) for row in stored["lines"])
        return cls(tuple(BoilerplateLine(*row) for row in rows), tuple(stored["kept"]))

    def setting(self) -> dict[str, Any]:
        """It as plain values, as the catalog stores it."""
        lines = [[one.source, one.line, one.place, one.articles, to_micros(one.since)] for one in self.lines]
        return {"lines": lines, "kept": list(self.kept)}

    @cached_property
    def by_outlet(self) -> Mapping[str, list[BoilerplateLine]]:
        """The lines of each outlet, by its key (:func:`outlet`)."""
        found: dict[str, list[BoilerplateLine]] = {}
        for one in self.lines:
            found.setdefault(outlet(one.source), []).append(one)
        return found

    def what_of(self, name: str) -> set[tuple[str, str]]:
        """The lines of one outlet, by its key, with their places."""
        return {(one.line, one.place) for one in self.by_outlet.get(name, ())}

    def read(self, articles: Iterable[Article]) -> list[Article]:
        """Articles as they are compared: without HTML tags and without the lines.

        An article with none of them stays as it is; one with nothing else keeps its lines.
        """
        found = [one.plain() for one in articles]
        concerned = [at for at, one in enumerate(found) if outlet(one.source) in self._marks]
        pages = [split_lines(found[at].text) for at in concerned]
        ends = list(accumulate(map(len, pages), initial=0))
        keys = line_keys([line for page in pages for line in page])
        for at, page, start in zip(concerned, pages, ends, strict=False):
            article = found[at]
            left, names = self._marks[outlet(article.source)].strip(page, keys[start : start + len(page)])
            if left != page and (any(names) or tokens(article.title)):
                found[at] = replace(article, text="".join(left))
        return found

    @cached_property
    def _marks(self) -> Mapping[str, Marks]:
        return {name: Marks.of(lines) for name, lines in self.by_outlet.items()}
