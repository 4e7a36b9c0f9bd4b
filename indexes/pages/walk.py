"""Read a page from top to bottom: each line goes to the article, to another one, to a list, or to the other lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sada.indexes.pages.context import Context
from sada.indexes.pages.headlines import split_headlines
from sada.indexes.pages.lines import (
    is_byline,
    is_date_line,
    is_headline,
    is_prose,
    is_trail,
    repeats_title,
    without_bullet,
)
from sada.indexes.pages.markers import Mark
from sada.indexes.pages.names import is_outlet, is_person


@dataclass
class Part:
    """An article of a page while it is read.

    Attributes:
        title, source: as printed; empty if they are not.
        lines: the numbers of the lines of its text.
        ended: True after a marker that ends an article.
        closed: True after its source or its keywords.
        opened: the form of the marker above it; empty for the main article.
    """

    title: str = ""
    source: str = ""
    lines: list[int] = field(default_factory=list)
    ended: bool = False
    closed: bool = False
    opened: str = ""


class Walk:
    """Read a page once; the attributes hold the result, as printed, ``inline`` with the numbers of lines.

    Args:
        page: the lines and markers of the page.
        title: the title of the article, if it is known; a line above the text that repeats it is dropped.
    """

    def __init__(self, page: Context, title: str) -> None:
        self.main = Part(title)
        self.read_also: list[Part] = []
        self.keywords: list[str] = []
        self.inline: list[tuple[int, str]] = []
        self.similar: list[str] = []
        self.other: list[str] = []
        self._page = page
        self._part = self.main
        self._given = title
        self._waiting: list[int] = []
        self._over = False
        steps: dict[str, Callable[[int, Mark], int]] = {
            "source": self._source,
            "keywords": self._keywords,
            "read_also": self._read_also,
            "inline": self._list,
            "similar": self._list,
            "latest": self._latest,
            "more": self._more,
            "byline": self._byline,
            "other": self._other,
        }
        at = 0
        while at < len(page):
            mark = page.marks[at]
            at = self._plain(at) if mark is None else steps[mark.kind](at, mark)
        self._finish_waiting(goes_on=False)

    # Each step takes the line ``at`` and those that belong to it, and returns the number of the next line.

    def _plain(self, at: int) -> int:
        text = self._page.text(at)
        if self._is_above_text:
            if self._given and repeats_title(text, self._given):
                return at + 1
            if not self.main.title and self._page.is_title(at):
                self.main.title = text
                return at + 1
            if is_date_line(text) or is_trail(text):
                return self._other(at)
        if self._over:
            (self.similar if is_headline(text) else self.other).append(text)
        elif self._part.ended and not is_prose(text):
            self._waiting.append(at)
        else:
            self._finish_waiting(goes_on=True)
            self._part.ended = self._part.closed = False
            self._part.lines.append(at)
        return at + 1

    def _source(self, at: int, mark: Mark) -> int:
        name, after = self._page.content(at, mark)
        is_untitled = self._is_above_text and not self.main.title
        most_lower = 0 if self._page.text_follows(after) else 1
        if not is_outlet(name, most_lower=most_lower) or (is_untitled and not self._page.has_title(after)):
            return self._plain(at)
        if self._part.source:
            self.other.append(name)
        self._part.source = self._part.source or name.rstrip(".")
        self._end(closed=True)
        return after

    def _keywords(self, at: int, mark: Mark) -> int:
        found, after = ([mark.content], at + 1) if mark.content else self._page.keyword_lines(at + 1)
        if not found or (len(found) == 1 and is_prose(found[0])):
            return self._plain(at)
        if self.keywords:
            self.other += found
        self.keywords = self.keywords or found
        self._end(closed=True)
        return after

    def _list(self, at: int, mark: Mark) -> int:
        """Take headlines behind a marker or below it: within a text they are ``inline``, elsewhere ``similar``."""
        on_top = self._is_above_text and not self.main.title
        if mark.content:
            found, after = split_headlines(mark.content), at + 1
        else:
            found, after = self._page.items(at + 1, on_top=on_top)
        if not found:
            is_word = mark.form == "alone" and " " not in self._page.text(at)
            return self._plain(at) if is_word else self._other(at)
        signs = (bool(mark.content), mark.kind == "inline", self._page.text_follows(after))
        if not on_top and sum(signs) > 1:
            self.inline += [(at, one) for one in found]
            return after
        self.similar += found
        if not mark.content:
            self._over = self._part.closed or self._part is not self.main
            self._end()
        return after

    def _latest(self, at: int, mark: Mark) -> int:
        found, _ = self._page.items(at + 1, on_top=self._is_above_text)
        return self._list(at, mark) if len(found) > 1 else self._plain(at)

    def _read_also(self, at: int, mark: Mark) -> int:
        title, start = mark.content, at + 1
        if not title and self._page.is_plain(start) and self._is_title_below(self._page.text(start)):
            title, start = self._page.text(start), start + 1
        end = self._page.end_of_teaser(start) if title and not mark.content else 0
        if end:
            self.read_also.append(Part(title, lines=list(range(start, end)), opened=mark.form))
            return end
        if self._opens_article(mark, title, start):
            self._end()
            self._finish_waiting(goes_on=False)
            self._over = False
            self._part = Part(title, opened=mark.form)
            self.read_also.append(self._part)
            return start
        return self._list(at, mark._replace(kind="inline"))

    def _more(self, at: int, mark: Mark) -> int:
        return self._read_also(at, mark) if mark.form in ("colon", "parted") else self._other(at)

    def _byline(self, at: int, mark: Mark) -> int:
        known = bool(self.main.title) or mark.form == "parted"
        is_one = is_byline(mark.content) and (mark.form == "parted" or is_person(mark.content))
        return self._other(at) if self._is_above_text and known and is_one else self._plain(at)

    def _other(self, at: int, mark: Mark | None = None) -> int:
        self.other.append(self._page.text(at))
        return at + 1

    @property
    def _is_above_text(self) -> bool:
        """True above the text of the main article."""
        return self._part is self.main and not self.main.lines

    def _is_title_below(self, text: str) -> bool:
        return is_headline(text) and without_bullet(text) is None

    def _opens_article(self, mark: Mark, title: str, start: int) -> bool:
        """True if an article follows a marker, and not only a headline within a text."""
        if not self._page.text_follows(start):
            return False
        if self._part.closed or self._over:
            return True
        is_covered = self._page.is_covered(title, start, self._part.lines, on_a_line=bool(mark.content))
        if self._part is self.main:
            return is_covered and not self._page.ends_later(start)
        return is_covered or mark.form == self._part.opened

    def _end(self, *, closed: bool = False) -> None:
        if self._part.lines:
            self._part.ended = True
            self._part.closed = self._part.closed or closed

    def _finish_waiting(self, *, goes_on: bool) -> None:
        """Assign the lines that wait after the end of an article: to its text if it goes on, else to the others."""
        if goes_on:
            self._part.lines += self._waiting
        else:
            self.other += [self._page.text(at) for at in self._waiting]
        self._waiting = []
