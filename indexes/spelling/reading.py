"""Reads a text into tokens letter by letter: the readable reference of the kernels, and where tokens are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from sada.indexes.spelling import letters as spelling
from sada.indexes.spelling.letters import DIGIT, DROPPED, MARK, RAISED, SEPARATOR, SEQUENCE, SIGN, SPACELESS, WORD, ZERO

_INSIDE = (WORD, MARK, SPACELESS, DIGIT, SEQUENCE)


class Letters(NamedTuple):
    """What is known of single letters.

    Attributes:
        kinds: the kind of each code point as it is written.
        folded: what a code point becomes.
        folded_kinds: the kind of each folded letter.
    """

    kinds: bytes
    folded: Callable[[int], str]
    folded_kinds: bytes

    def kind(self, text: str, at: int) -> int:
        """The kind of ``text[at]``; that of a separator before the text's beginning and after its end."""
        return self.kinds[ord(text[at])] if 0 <= at < len(text) else SEPARATOR


class Token(NamedTuple):
    """A folded token, the kind of its first letter (``SIGN`` of a sign), and where in the text it stands."""

    text: str
    kind: int
    start: int
    stop: int


class Reader:
    """Reads one text: :meth:`read` returns its tokens."""

    def __init__(self, text: str, letters: Letters) -> None:
        self._text, self._letters = text, letters
        self._found: list[Token] = []
        self._open, self._kind, self._start, self._stop = "", SEPARATOR, 0, 0  # the token that is being read
        self._raised = self._below = False  # the last letter was a raised digit; was the Khmer sign coeng

    def read(self) -> list[Token]:
        """The tokens of the text, in order."""
        at = 0
        while at < len(self._text):
            at = self._take(at)
        self._close()
        return self._found

    def _close(self) -> None:
        if self._kind != SEPARATOR:
            self._found.append(Token(self._open, self._kind, self._start, self._stop))
        self._open, self._kind = "", SEPARATOR

    def _add(self, letter: str, kind: int, at: int) -> None:
        """Add one folded letter that is written at ``at``."""
        below = self._below and kind == self._kind == SPACELESS
        inner = kind == MARK or below
        if not inner and (self._kind == SPACELESS or kind in (SEPARATOR, SPACELESS)):
            self._close()
        if kind != SEPARATOR and not (inner and self._kind == SEPARATOR):
            if self._kind == SEPARATOR:
                self._kind, self._start = kind, at
            self._open += chr(spelling.KHMER_TA) if below and ord(letter) == spelling.KHMER_DA else letter
            if inner and self._kind == SPACELESS:  # marks are typed in any order
                self._open = self._open[0] + "".join(sorted(self._open[1:]))
            self._stop, self._raised = at + 1, False
        self._below = ord(letter) == spelling.COENG

    def _add_all(self, folded: str, at: int) -> None:
        for letter in folded:
            self._add(letter, self._letters.folded_kinds[ord(letter)], at)

    def _replace(self, letter: int, at: int) -> None:
        """Put another letter in place of the last one, with which the letter at ``at`` is one."""
        self._open, self._stop = self._open[:-1] + chr(letter), at + 1

    def _add_token(self, text: str, kind: int, at: int) -> None:
        self._close()
        self._found.append(Token(text, kind, at, at + 1))

    def _take(self, at: int) -> int:
        """Read the letter at ``at``; returns where the next begins."""
        kind, folded = self._letters.kind(self._text, at), self._letters.folded(ord(self._text[at]))
        special = self._SPECIAL.get(kind)
        if special is not None:
            return special(self, at, folded)
        if kind == SEQUENCE:
            self._add_all(folded, at)
        elif kind != DROPPED:
            self._add(folded, kind, at)
        return at + 1

    @property
    def _last(self) -> str:
        """The last letter of an open token of a script with spaces; empty if there is none."""
        return "" if self._kind in (SEPARATOR, SPACELESS) else self._open[-1]

    @property
    def _numeric(self) -> bool:
        return self._last in tuple("0123456789")

    def _follows(self, at: int, kinds: tuple[int, ...]) -> bool:
        return self._letters.kind(self._text, at + 1) in kinds

    def _take_zero(self, at: int, folded: str) -> int:
        if self._numeric or not self._follows(at, (MARK, SPACELESS)):
            return self._take_number(at, folded)
        self._add(chr(spelling.WA), SPACELESS, at)
        return at + 1

    def _take_sign(self, at: int, folded: str) -> int:
        self._close()
        if self._follows(at, (DIGIT, ZERO)):
            self._add_sign(at)
        self._add_token(folded, SIGN, at)
        return at + 1

    def _take_fraction(self, at: int, folded: str) -> int:
        self._close()
        self._add_sign(at)
        self._add_token(folded, DIGIT, at)
        return at + 1

    def _take_raised(self, at: int, folded: str) -> int:
        """Read a raised digit, which goes on a word, but no number that is not raised."""
        if self._numeric and not self._raised:
            self._close()
        self._add_sign(at)
        self._add_all(folded, at)
        self._raised = True
        return at + 1

    def _take_hyphen(self, at: int, folded: str) -> int:
        end = self._line_break_end(at + 1) if self._last and not self._numeric else at + 1
        if end == at + 1 and folded:  # a soft hyphen is dropped
            self._add(folded, SEPARATOR, at)
        return end

    def _take_break(self, at: int, _: str) -> int:
        if self._last:
            self._close()
        return at + 1

    def _take_slash(self, at: int, folded: str) -> int:
        within = self._numeric and self._follows(at, (DIGIT, ZERO))
        self._add(folded, WORD if within else SEPARATOR, at)
        return at + 1

    def _take_allah(self, at: int, folded: str) -> int:
        after_lam, after_alef = self._open == chr(spelling.LAM), self._last == chr(spelling.ALEF)
        self._add_all(folded[2:] if after_lam else folded[1:] if after_alef else folded, at)
        return at + 1

    def _take_doubled(self, at: int, folded: str) -> int:
        if self._kind == SPACELESS and self._open == folded:
            self._replace(ord(folded) + 1, at)
        else:
            self._add(folded, SPACELESS, at)
        return at + 1

    def _take_virama(self, at: int, folded: str) -> int:
        if self._last and len(self._open) >= 2 and self._is_anusvara(self._last, at + 1):
            self._replace(spelling.ANUSVARA, at)
        else:
            self._add(folded, MARK, at)
        return at + 1

    def _take_number(self, at: int, first: str) -> int:
        """Read digits with their groups of three, as one word or the rest of one."""
        if self._raised:
            self._close()
        self._add_sign(at)
        end = self._number_end(at + 1, first)
        self._add(first, DIGIT, at)
        for place in range(at + 1, end):
            if self._letters.kind(self._text, place) != SEPARATOR:
                self._add(self._letters.folded(ord(self._text[place])), DIGIT, place)
        return end

    def _add_sign(self, at: int) -> None:
        """Add the minus or plus directly before ``at`` as a token, unless a letter or digit is before it."""
        place = self._before(at)
        sign = self._text[place] if place >= 0 else " "
        if self._kind != SEPARATOR or sign not in spelling.DASHES + spelling.PLUSES:
            return
        before = self._before(place)
        kind = self._letters.kind(self._text, before)
        folded = self._letters.folded(ord(self._text[before])) if before >= 0 else " "
        inside = kind in (*_INSIDE, spelling.HYPHEN) or kind >= RAISED or folded in tuple(spelling.NO_SIGN_AFTER)
        if sign in "⁻₋⁺₊" or not inside:  # a raised sign is one also after a digit
            self._add_token("-" if sign in spelling.DASHES else "+", SIGN, place)

    def _before(self, at: int) -> int:
        """Where the letter before ``at`` is that is not dropped; -1 for none."""
        at -= 1
        while at >= 0 and self._letters.kind(self._text, at) == DROPPED:
            at -= 1
        return at

    def _digits_from(self, at: int) -> int:
        end = at
        while self._letters.kind(self._text, end) in (DIGIT, ZERO) and ord(self._text[end]) < 0x10000:
            end += 1
        return end - at

    def _number_end(self, at: int, first: str) -> int:
        """Where a number ends; before its last group of three there may be groups of two, as India writes them."""
        end = at + self._digits_from(at)
        separator = self._text[end : end + 1]
        if end - at > 2 or first == "0" or not separator or separator not in spelling.GROUPING:
            return end
        place = end
        while self._text[place : place + 1] == separator and (size := self._digits_from(place + 1)) in (2, 3):
            place += size + 1
            if size == 3:
                end = place
        return end

    def _line_break_end(self, at: int) -> int:
        """Where a word goes on that a hyphen before ``at`` breaks at the line's end; ``at`` if it does not."""
        end = at
        while self._text[end : end + 1] in tuple(" \t\r\n"):
            end += 1
        broken = self._text.count("\n", at, end) == 1 and self._letters.kind(self._text, end) == WORD
        return end if broken and ord(self._text[end]) < 0x10000 else at

    def _take_plus(self, at: int, folded: str) -> int:
        """Read + or #: part of the word before if it ends it, once or twice."""
        end = at + 1
        while self._letters.kind(self._text, end) == spelling.PLUS:
            end += 1
        kind = self._letters.kind(self._text, end)
        if not self._last or self._numeric or end - at > 2 or kind in _INSIDE or kind >= RAISED:
            self._add(folded, SEPARATOR, at)
            return at + 1
        for place in range(at, end):
            self._add(self._letters.folded(ord(self._text[place])), WORD, place)
        self._close()
        return end

    def _take_hamza(self, at: int, folded: str) -> int:
        """Read a hamza, which within a word before waw has the seat yeh."""
        end = at + 1
        while self._letters.kind(self._text, end) == DROPPED and ord(self._text[end]) < 0x10000:
            end += 1
        plain = self._letters.kind(self._text, end) in (WORD, spelling.HAMZA)
        waw = bool(self._last) and plain and self._letters.folded(ord(self._text[end])) == chr(spelling.WAW)
        if folded:
            self._add(chr(spelling.YEH) if waw else folded, WORD, at)
        elif waw and len(self._open) >= 2 and self._open[-1] == chr(spelling.WAW):  # a mark of the letter before
            self._replace(spelling.YEH, at)
        return at + 1

    def _is_anusvara(self, nasal: str, at: int) -> bool:
        """Whether the virama before ``at`` is between a Devanagari nasal and a letter of its own group of four."""
        first = spelling.NASALS.get(ord(nasal))
        if first is None or self._letters.kind(self._text, at) != WORD:
            return False
        return first <= ord(self._letters.folded(ord(self._text[at]))) < first + 4

    _SPECIAL: ClassVar[dict[int, Callable[[Reader, int, str], int]]] = {
        DIGIT: _take_number, ZERO: _take_zero, SIGN: _take_sign, spelling.FRACTION: _take_fraction,
        RAISED: _take_raised, spelling.RAISED_SEQUENCE: _take_raised, spelling.HYPHEN: _take_hyphen,
        spelling.BREAK: _take_break, spelling.PLUS: _take_plus, spelling.SLASH: _take_slash,
        spelling.HAMZA: _take_hamza, spelling.ALLAH: _take_allah, spelling.DOUBLED: _take_doubled,
        spelling.VIRAMA: _take_virama,
    }  # fmt: skip
