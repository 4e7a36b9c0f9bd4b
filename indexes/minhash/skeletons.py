"""Skeletons of texts: what is left of a text if spelling is left out; the readable reference of the kernels.

A skeleton has the letters of a text without spaces, after the base folding and a second, stronger one: Cyrillic in
Latin; traditional Chinese simplified; Katakana as Hiragana; a doubled letter once; no *e* after a, o and u, so that ä
and ae, ö and oe, ø and oe are one; no *h* after a consonant, no *y* before e; no hamza; Urdu yeh barree as yeh; Indic
nasals before a consonant as the one nasal sign, no nukta; marks of Thai, Lao, Khmer and Burmese in one order, whatever
was typed first.

Numbers and signs are content and stay: digits, with a boundary where two numbers meet ("1,000" is one number); minus
and plus before a digit, currency signs, per cent, fractions; ``+`` and ``#`` behind a letter.

Two texts with equal skeletons need not be the same: «resume» and «résumé» are one. So a skeleton says that a pair is
one text in two spellings only for whole texts, see :func:`sada.indexes.minhash.respelling.are_respelt`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sada.indexes.minhash import skeleton_table
from sada.indexes.minhash.skeleton_letters import ANUSVARA
from sada.indexes.minhash.skeleton_table import (
    DIGIT,
    DROPPED,
    GAP,
    GROUPER,
    HASH,
    KIND_SHIFT,
    LETTER,
    MARK,
    MINUS,
    PAIRED,
    PLUS,
    RULE_SHIFT,
    SEVERAL,
    SIGN,
    STACKER,
    VIRAMA,
)
from sada.indexes.spelling.letters import KHMER_DA, KHMER_TA

GRAM = 5
"""Letters in a shingle of a skeleton."""
TITLE_LETTERS = 32
"""Letters that blocking keys leave out at the beginning of a text, about a title, because outlets change titles."""
BLOCKING_LETTERS = 40
"""Letters after these that blocking keys see; of a shorter text, its last ones."""
BLOCKING_UNITS = 512
"""UTF-16 code units that are read for them at most."""
BLOCKING_SHIFT = 5
"""Bits by which a letter of a blocking key moves on when the next one comes."""
BLOCKING_WINDOW = 64 // BLOCKING_SHIFT
"""Letters that a blocking key is made of."""
LETTER_MASK = (1 << KIND_SHIFT) - 1
BELOW = 0xF0000
"""What is added to a letter that is written below another; of a plane for private use."""
BOUNDARY = ord(" ") | SIGN << KIND_SHIFT
NASAL_SIGN = ANUSVARA | MARK << KIND_SHIFT


def skeleton(text: str) -> str:
    """The skeleton of a text.

    >>> skeleton("Die Häuser, 1.500 m") == skeleton("die haeuser 1.500m")
    True
    >>> skeleton("до 1,000 людей"), skeleton("-5 %")
    ('do1000lyudey', '-5%')
    """
    writer = _Writer()
    for entry, digits_follow in _entries(text):
        writer.add(entry, digits_follow)
    return "".join(chr(one & LETTER_MASK) for one in writer.out)


class _Writer:
    """Writes one skeleton, entry by entry.

    Attributes:
        out: the entries that are written.
    """

    def __init__(self) -> None:
        self.out: list[int] = []
        self._rules = skeleton_table.load().rules.tolist()
        self._gap = True  # a separator stands before
        self._run = 0  # digits in the group that is open
        self._below = False  # the next letter is written below the last one

    def add(self, entry: int, digits_follow: int) -> None:
        """Add an entry, behind which so many digits stand (four at most)."""
        kind = _kind(entry)
        if kind == STACKER:
            self._below = True
        elif kind == VIRAMA:
            if self._takes_away(entry):
                self._put_mark(NASAL_SIGN)
        elif kind in (LETTER, MARK, DIGIT):
            self._put(kind, entry)
            self._gap = self._below = False
        elif kind == GROUPER and self._in_number() and self._run <= 3 and digits_follow == 3:
            self._run = 0
        elif kind == SIGN or self._is_sign(kind, digits_follow):
            self.out.append(entry & LETTER_MASK | SIGN << KIND_SHIFT)
            self._gap = self._below = False
        else:
            self._gap = True

    def _put(self, kind: int, entry: int) -> None:
        if kind == DIGIT:
            self._put_digit(entry)
        elif kind == MARK:
            self._put_mark(entry)
        elif self._below:
            letter = entry & LETTER_MASK
            self._put_mark((KHMER_TA if letter == KHMER_DA else letter) + BELOW | MARK << KIND_SHIFT)
        else:
            self._put_letter(entry)

    def _put_digit(self, digit: int) -> None:
        self._run = self._run + 1 if self._in_number() else 1
        if self._gap and self._after_digit():
            self.out.append(BOUNDARY)
        self.out.append(digit)

    def _put_letter(self, letter: int) -> None:
        """Put a letter, unless it is the last one again or falls after it."""
        self._takes_away(letter)
        if not self.out or (self.out[-1] != letter and not self._shown() & self._rules[1][letter >> RULE_SHIFT]):
            self.out.append(letter)

    def _put_mark(self, mark: int) -> None:
        """Put a mark among those that stand behind the last letter, in their order, once."""
        self._takes_away(mark)
        at = len(self.out)
        while at and _kind(self.out[at - 1]) == MARK and self.out[at - 1] & LETTER_MASK > mark & LETTER_MASK:
            at -= 1
        if not at or self.out[at - 1] & LETTER_MASK != mark & LETTER_MASK:
            self.out.insert(at, mark)

    def _takes_away(self, entry: int) -> bool:
        """Take the last letter away if this entry does that."""
        taken = bool(self.out) and bool(self._shown() & self._rules[2][entry >> RULE_SHIFT])
        if taken:
            self.out.pop()
        return taken

    def _is_sign(self, kind: int, digits_follow: int) -> bool:
        """Whether a plus, a minus or a hash counts where it stands."""
        if kind in (PLUS, HASH) and not self._gap and not self._after_digit():
            return True
        return kind in (PLUS, MINUS) and self._gap and digits_follow > 0

    def _shown(self) -> int:
        """What the last letter is to the next one."""
        return int(self._rules[0][self.out[-1] >> RULE_SHIFT])

    def _after_digit(self) -> bool:
        return bool(self.out) and _kind(self.out[-1]) == DIGIT

    def _in_number(self) -> bool:
        return self._after_digit() and not self._gap


def _entries(text: str) -> Iterator[tuple[int, int]]:
    """Every entry that the letters of a text become, with the number of digits behind its letter (four at most)."""
    table = skeleton_table.load()
    for at, letter in enumerate(text):
        entry = int(table.entries[ord(letter)])
        kind = _kind(entry)
        if kind == SEVERAL:
            which = entry & LETTER_MASK
            yield from ((one, 0) for one in table.sequences[table.starts[which] : table.starts[which + 1]].tolist())
        elif kind == PAIRED:
            yield GAP << KIND_SHIFT, 0  # half of a pair
        elif kind != DROPPED:
            yield entry, _digits_at(text, at + 1)


def _digits_at(text: str, at: int) -> int:
    entries = skeleton_table.load().entries
    found = 0
    for letter in text[at : at + 4]:
        if ord(letter) > 0xFFFF or _kind(int(entries[ord(letter)])) != DIGIT:
            break
        found += 1
    return found


def _kind(entry: int) -> int:
    return entry >> KIND_SHIFT & 15
