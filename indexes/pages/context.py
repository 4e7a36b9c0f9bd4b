"""The lines of a page with their markers, and questions about them: what is below a line, where a block ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from statistics import median

from sada.indexes.pages.headlines import covered_share
from sada.indexes.pages.keywords import is_list
from sada.indexes.pages.lines import (
    Line,
    ends_sentence,
    is_date_line,
    is_headline,
    is_place_line,
    is_prose,
    is_trail,
    repeats_title,
    without_bullet,
)
from sada.indexes.pages.markers import Mark
from sada.indexes.pages.names import is_outlet, is_statement, reads_on

_LONGEST_TITLE = 200
_MOST_KEYWORD_WORDS = 5
_MOST_TEASER_LINES = 4
_LEAST_BARE_WORDS = 3
_LEAST_BODY = 1.5  # times the length of a title: least length of the paragraphs below it
_LEAST_COVERED, _LEAST_COVERED_ON_A_LINE = 0.5, 0.75
_ENDING = ("source", "keywords", "similar", "latest", "read_also")


class Context:
    """The lines of a page; a line keeps its marker only if the line cannot be a sentence.

    Args:
        lines: the lines of the page.
        marks: the marker at the start of each line; None for a line without one.
        title: the title of the article if it is known; a line that repeats it has no marker. If it is empty, a first
            line that is a headline above a text has none.
    """

    def __init__(self, lines: Sequence[Line], marks: Iterable[Mark | None], title: str = "") -> None:
        self.lines = lines
        self.marks = [
            None if mark is None or not _can_be(mark) or (title and repeats_title(line.text, title)) else mark
            for line, mark in zip(lines, marks, strict=True)
        ]
        if not title and self._is_headline_on_top():
            self.marks[0] = None

    def __len__(self) -> int:
        return len(self.lines)

    def text(self, at: int) -> str:
        """The text of line ``at``."""
        return self.lines[at].text

    def is_plain(self, at: int) -> bool:
        """True if there is a line ``at``, and it has no marker."""
        return at < len(self.lines) and self.marks[at] is None

    def content(self, at: int, mark: Mark) -> tuple[str, int]:
        """The content of a marker, on its line or the next one, and the number of the line after it."""
        if mark.content:
            return mark.content, at + 1
        return (self.text(at + 1), at + 2) if self.is_plain(at + 1) else ("", at + 1)

    def items(self, start: int, *, on_top: bool) -> tuple[list[str], int]:
        """The items of a list and the line after it: lines with bullets, or headlines with equal gaps.

        Args:
            start: the first line.
            on_top: True above an article whose title was not found yet: if a text follows, the last headline is it.
        """
        stop = start
        while self.is_plain(stop) and without_bullet(self.text(stop)) is not None:
            stop += 1
        if stop == start:
            stop = self._stop_of_block(start, is_headline)
            if on_top and stop - start > 1 and self.is_plain(stop) and is_prose(self.text(stop)):
                stop -= 1
        texts = [line.text for line in self.lines[start:stop]]
        return [without_bullet(text) or text for text in texts], stop

    def keyword_lines(self, start: int) -> tuple[list[str], int]:
        """One line of keywords or several lines of one keyword each, and the line after them."""
        if not self.is_plain(start):
            return [], start
        stop = self._stop_of_block(start, _is_keyword)
        if stop - start < 2 or is_list(self.text(start)):
            return [self.text(start)], start + 1
        texts = [line.text for line in self.lines[start:stop]]
        return [without_bullet(text) or text for text in texts], stop

    def end_of_teaser(self, start: int) -> int:
        """The number of the line that ends a teaser of a few paragraphs; 0 if none does."""
        for at in range(start, min(start + _MOST_TEASER_LINES, len(self.lines))):
            mark = self.marks[at]
            if mark is not None:
                return at if mark.kind == "more" and mark.is_alone and at > start else 0
        return 0

    def text_follows(self, start: int) -> bool:
        """True if a paragraph comes before a marker that ends an article."""
        return self._next_paragraph[start] < self._next_ending[start]

    def ends_later(self, start: int) -> bool:
        """True if the source or the keywords of the article follow."""
        return self._next_closing[start] < len(self)

    def is_covered(self, title: str, start: int, before: Sequence[int], *, on_a_line: bool) -> bool:
        """True if the next paragraph has the words of a headline that are not in the lines ``before``.

        A headline on the line of its marker is mostly only a link within a text, so it must share more words.
        """
        at = self._next_prose[start]
        below = self.text(at) if at < len(self) else ""
        share = covered_share(title, below, (self.text(at) for at in before))
        return share >= (_LEAST_COVERED_ON_A_LINE if on_a_line else _LEAST_COVERED)

    def is_title(self, at: int) -> bool:
        """True for a headline above a text: with a gap below it, or clearly shorter than the paragraphs."""
        text = self.text(at)
        if len(text) > _LONGEST_TITLE or is_prose(text) or not any(map(str.isalpha, text)):
            return False
        if is_place_line(text) or is_date_line(text) or is_trail(text) or without_bullet(text) is not None:
            return False
        below = self._below(at)
        if below is None:
            return False
        prose = [len(line.text) for line in self.lines[below:] if is_prose(line.text)]
        clearly = len(prose) > 1 and median(prose) >= _LEAST_BODY * len(text) and is_prose(self.text(below))
        if any(line.gap for line in self.lines[at + 1 : below + 1]):
            return clearly or not ends_sentence(text)
        return clearly and not any(line.gap for line in self.lines[1:])

    # Each list has for each line, and for the end of the page, the first line from there on that is of some kind, or
    # the number of lines if none is. So a page is not read again and again to its end.

    @cached_property
    def _next_prose(self) -> list[int]:
        return _next_of(is_prose(line.text) for line in self.lines)

    @cached_property
    def _next_paragraph(self) -> list[int]:
        prose = self._next_prose
        return _next_of(prose[at] == at and mark is None for at, mark in enumerate(self.marks))

    @cached_property
    def _next_ending(self) -> list[int]:
        return _next_of(mark is not None and mark.kind in _ENDING for mark in self.marks)

    @cached_property
    def _next_closing(self) -> list[int]:
        return _next_of(mark is not None and mark.kind in ("source", "keywords") for mark in self.marks)

    def _is_headline_on_top(self) -> bool:
        """True if the first line goes on behind its marker, and the next line below is a text."""
        mark = self.marks[0] if self.marks else None
        if (
            mark is None
            or mark.is_alone
            or mark.kind == "byline"
            or (mark.kind == "keywords" and is_list(mark.content))
        ):
            return False
        below = self._below(0)
        return below is not None and self.is_plain(below) and is_prose(self.text(below)) and self.is_title(0)

    def has_title(self, start: int) -> bool:
        """True if a line is a headline above a text, and has no marker."""
        return self.is_plain(start) and self.is_title(start)

    def _below(self, at: int) -> int | None:
        """The next line that may not stand between a title and the text; None if there is none."""
        return next((one for one in range(at + 1, len(self.lines)) if not self._is_aside(one)), None)

    def _is_aside(self, at: int) -> bool:
        """True for a line that may stand between a title and the text: a date, a byline, a button."""
        mark = self.marks[at]
        return is_date_line(self.text(at)) if mark is None else mark.kind in ("other", "byline")

    def _stop_of_block(self, start: int, belongs: Callable[[str], bool]) -> int:
        """The line after a block: one with a marker, of another kind, or after a gap that the block does not have."""
        stop = start
        while self.is_plain(stop) and belongs(self.text(stop)):
            if stop > start + 1 and self.lines[stop].gap and not self.lines[start + 1].gap:
                break
            stop += 1
        return stop


def _next_of(kinds: Iterable[bool]) -> list[int]:
    """For each line and for the end, the first line from there on that is of a kind; their number if none is."""
    flags = list(kinds)
    found = [len(flags)] * (len(flags) + 1)
    for at in range(len(flags) - 1, -1, -1):
        found[at] = at if flags[at] else found[at + 1]
    return found


def _can_be(mark: Mark) -> bool:
    """False for a marker on a line that may be a sentence."""
    content = mark.content
    if mark.is_alone or mark.kind == "byline":
        return True
    if mark.kind == "source":
        return is_outlet(content, most_lower=1)
    if mark.kind == "keywords":
        return is_list(content) or not (is_prose(content) or reads_on(content))
    if mark.kind == "latest" or reads_on(content):
        return False
    if mark.form == "bare":
        is_long = len(content.split()) >= _LEAST_BARE_WORDS
        return is_long and not is_prose(content) and not content[0].islower()
    return mark.kind != "other" or not is_statement(content)


def _is_keyword(text: str) -> bool:
    return len(text.split()) <= _MOST_KEYWORD_WORDS and not is_prose(text)
