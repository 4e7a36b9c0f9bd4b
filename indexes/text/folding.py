"""The folding table: what each code point becomes, and which code points separate words.

The table is a file of the package and not computed from :mod:`unicodedata` at run time, so that an index gives the same
results under another version of Python. ``python -m sada.indexes.text.folding`` writes it anew.

There are two foldings. The *letters* of the file are those that subwords of weight files are made of, and their rule
(``LETTERS_VERSION``) moves only with new weights. Tokens are made of *respelt* letters: the same with the changes of
:mod:`sada.indexes.spelling.letters`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from sada.indexes.ragged import unique
from sada.indexes.spelling import letters as spelling
from sada.indexes.spelling.letters import DIGIT as DIGIT
from sada.indexes.spelling.letters import DROPPED as DROPPED
from sada.indexes.spelling.letters import MARK as MARK
from sada.indexes.spelling.letters import PAIRED as PAIRED
from sada.indexes.spelling.letters import SEPARATOR as SEPARATOR
from sada.indexes.spelling.letters import SEQUENCE as SEQUENCE
from sada.indexes.spelling.letters import SPACELESS as SPACELESS
from sada.indexes.spelling.letters import WORD as WORD

LETTERS_VERSION = "sada-text-1"
"""The version of the folding of letters that subwords are made of, stamped into weight files."""
KIND_SHIFT = 24
FRACTION_SLASH = 0x2044
CODE_POINTS = 0x110000
_FILE = files("sada.indexes").joinpath("data", "unicode.npz")

# Arabic letters that writers and keyboards interchange, and the dotless i, which upper case does not keep apart.
_SAME_LETTER = str.maketrans(
    {"ى": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۃ": "ه", "ı": "i"}
)
# Marks that are dropped: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels. All other marks are kept.
_FOLDING_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06ED), (0x0898, 0x089F), (0x08CA, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0x2DE0, 0x2DFF), (0xA66F, 0xA67D), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0x10EFD, 0x10EFF), (0xE0100, 0xE01EF),
)  # fmt: skip
_TATWEEL = 0x0640
# Scripts without spaces between words: Thai to Lao, Myanmar, Khmer, Tai, Kana, Bopomofo, Han, Yi, Javanese. This is
# the one definition; :mod:`sada.indexes.text.scripts` applies it to text that is not folded.
_SPACELESS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF), (0x3005, 0x3007),
    (0x3031, 0x3035), (0x303B, 0x303C), (0x3041, 0x30FF), (0x3105, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA980, 0xA9DF), (0xAA60, 0xAADF), (0xF900, 0xFAFF),
    (0x1AFF0, 0x1B16F), (0x20000, 0x323AF),
)  # fmt: skip


class UnicodeTable(NamedTuple):
    """The folding of every code point.

    Attributes:
        fold: int32 (0x110000,). The folded code point; -1 if it is dropped; -2 - i if it becomes the i-th sequence.
        starts: int32 (sequences + 1,), where each sequence begins in ``sequences``.
        sequences: int32, the code points of all sequences.
        kinds: uint8 (0x110000,), the kind of a *folded* code point: separator, word, mark, spaceless or digit.
    """

    fold: np.ndarray
    starts: np.ndarray
    sequences: np.ndarray
    kinds: np.ndarray


def build() -> UnicodeTable:
    """Compute the table from this Python's Unicode database (about 3 seconds)."""
    kinds = np.array(list(map(_kind, range(CODE_POINTS))), np.uint8)
    changes = ((point, after) for point in range(CODE_POINTS) if (after := _fold(point)) != (point,))
    same = UnicodeTable(np.arange(CODE_POINTS, dtype=np.int32), np.zeros(1, np.int32), np.zeros(0, np.int32), kinds)
    return _with_changes(same, changes)


def _with_changes(table: UnicodeTable, changes: Iterable[tuple[int, tuple[int, ...]]]) -> UnicodeTable:
    """A table in which some code points become other letters, none, one or several."""
    fold, starts, sequences = table.fold.copy(), table.starts.tolist(), table.sequences.tolist()
    known: dict[tuple[int, ...], int] = {}
    for point, after in changes:
        if len(after) < 2:
            fold[point] = after[0] if after else -1
            continue
        if after not in known:
            known[after] = len(starts) - 1
            sequences.extend(after)
            starts.append(len(sequences))
        fold[point] = -2 - known[after]
    return UnicodeTable(fold, np.array(starts, np.int32), np.array(sequences, np.int32), table.kinds)


@cache
def load() -> UnicodeTable:
    """The shipped table, read once."""
    with _FILE.open("rb") as file, np.load(file) as stored:
        fold = np.arange(CODE_POINTS, dtype=np.int32)
        fold[stored["changed"]] = stored["becomes"]
        kinds = np.repeat(stored["run_kinds"], stored["run_lengths"])
        return UnicodeTable(fold, stored["starts"], stored["sequences"], kinds)


@cache
def respelt() -> UnicodeTable:
    """The shipped table with the letters of tokens: :data:`sada.indexes.spelling.letters.RESPELT` applied to it."""
    table = load()
    becomes = {ord(letter): tuple(map(ord, other)) for letter, other in spelling.RESPELT.items()}
    touched = np.isin(table.sequences, list(becomes))
    owners = unique(np.searchsorted(table.starts, np.flatnonzero(touched), "right") - 1)
    points = np.flatnonzero(np.isin(table.fold, list(becomes)) | np.isin(table.fold, -2 - owners)).tolist()
    changes = {
        point: tuple(one for letter in folded(table, point) for one in becomes.get(letter, (letter,)))
        for point in points
    }
    kept = {ord(one): (ord(letter),) for letter, written in spelling.KEPT.items() for one in written}
    return _with_changes(table, (changes | kept).items())


def folded(table: UnicodeTable, point: int) -> list[int]:
    """The letters that a code point becomes: none if it is dropped."""
    value = int(table.fold[point])
    if value >= -1:
        return [value] if value >= 0 else []
    return table.sequences[table.starts[-2 - value] : table.starts[-1 - value]].tolist()


@cache
def kernel_table() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The respelt table in the form that the kernels of tokens read: :func:`letter_table` with more kinds.

    A letter whose reading depends on what stands beside it has a kind above ``PAIRED``.
    """
    table = respelt()
    entries, starts, sequences, kind_of = _entries(table)
    kinds, letters = entries >> KIND_SHIFT, entries & ((1 << KIND_SHIFT) - 1)
    kinds[np.isin(table.fold, list(map(ord, spelling.SIGNS)))] = spelling.SIGN
    kinds[np.isin(table.fold, list(map(ord, "+#")))] = spelling.PLUS
    changed = np.flatnonzero((table.fold != np.arange(CODE_POINTS)) & (table.kinds != DIGIT))
    for point in changed[first_kinds(table, changed) == DIGIT].tolist():  # Unicode's other numbers fold to digits
        several = kinds[point] == SEQUENCE
        whole = sequences[starts[letters[point]] : starts[letters[point] + 1]] if several else sequences[:0]
        fraction = FRACTION_SLASH in whole[1:-1]
        kinds[point] = spelling.FRACTION if fraction else spelling.RAISED_SEQUENCE if several else spelling.RAISED
    for kind, points in spelling.KINDS.items():
        kinds[list(map(ord, points))] = kind
    # The ligature of Allah alone, after an alef, and after a lam.
    letters[list(map(ord, spelling.KINDS[spelling.ALLAH]))] = len(starts) - 1
    allah = [list(map(ord, word)) for word in ("الله", "لله", "له")]
    starts = np.append(starts, starts[-1] + np.cumsum(list(map(len, allah)))).astype(np.int32)
    sequences = np.concatenate([sequences, *allah]).astype(np.int32)
    kind_of = kind_of.copy()
    kind_of[FRACTION_SLASH] = WORD  # within a fraction
    return (kinds << np.uint32(KIND_SHIFT)) | letters, starts, sequences, kind_of


def first_kinds(table: UnicodeTable, points: np.ndarray | slice = slice(None)) -> np.ndarray:
    """The kind of the first letter that code points fold to, by default all; ``DROPPED`` of one that is dropped."""
    fold = table.fold[points]
    first = np.where(fold < -1, table.sequences[table.starts[np.maximum(-2 - fold, 0)]], fold)
    return np.where(first < 0, np.uint8(DROPPED), table.kinds[np.maximum(first, 0)])


@cache
def letter_table() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The shipped table in the form that the kernels of subwords read, with one look-up for each code point.

    Returns:
        uint32 (0x110000,): the folded letter in the low 24 bits and its kind in the high 8; kind ``DROPPED`` for a
        code point that is dropped, ``SEQUENCE`` with the number of the sequence for one that becomes several,
        ``PAIRED`` with its ten bits for the first half of a UTF-16 pair. Then ``starts``, ``sequences`` and ``kinds``
        of :class:`UnicodeTable`.
    """
    return _entries(load())


def _entries(table: UnicodeTable) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    letters = np.where(table.fold < -1, -2 - table.fold, np.maximum(table.fold, 0))
    kinds = np.where(table.fold >= 0, table.kinds[letters], np.where(table.fold == -1, DROPPED, SEQUENCE))
    halves = np.arange(1 << 10)
    kinds[0xD800 + halves], letters[0xD800 + halves] = PAIRED, halves
    entries = (kinds.astype(np.uint32) << np.uint32(KIND_SHIFT)) | letters.astype(np.uint32)
    return entries, table.starts, table.sequences, table.kinds


def version() -> str:
    """The Unicode version that the shipped table was made from."""
    with _FILE.open("rb") as file, np.load(file) as stored:
        return str(stored["unicode"])


def _fold(point: int) -> tuple[int, ...]:
    """The folding of one code point: compatibility decomposition, case folding, and without the marks that fold."""
    if 0xD800 <= point <= 0xDFFF:
        return (0xFFFD,)
    text = chr(point)
    while True:
        folded = unicodedata.normalize("NFKD", text).casefold().translate(_SAME_LETTER)
        folded = "".join(letter for letter in folded if not _dropped(letter))
        if folded == text:
            return tuple(_ascii_digit(letter) for letter in text)
        text = folded


def _dropped(letter: str) -> bool:
    point = ord(letter)
    category = unicodedata.category(letter)
    if category == "Cf" or point == _TATWEEL:
        return True
    return category[0] == "M" and _within(point, _FOLDING_MARKS)


def _ascii_digit(letter: str) -> int:
    return ord("0") + unicodedata.digit(letter) if unicodedata.category(letter) == "Nd" else ord(letter)


def _kind(point: int) -> int:
    category = unicodedata.category(chr(point))
    if category == "Nd":
        return DIGIT
    if category[0] == "M":
        return MARK
    if category[0] in "LN":
        return SPACELESS if _within(point, _SPACELESS) else WORD
    return SEPARATOR


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= point <= high for low, high in ranges)


def _write() -> None:
    table = build()
    changed = np.flatnonzero(table.fold != np.arange(CODE_POINTS)).astype(np.int32)
    edges = np.flatnonzero(np.diff(table.kinds)) + 1
    runs = np.concatenate([[0], edges, [CODE_POINTS]])
    with open(str(_FILE), "wb") as file:
        np.savez_compressed(
            file,
            changed=changed,
            becomes=table.fold[changed],
            starts=table.starts,
            sequences=table.sequences,
            run_kinds=table.kinds[runs[:-1]],
            run_lengths=np.diff(runs).astype(np.int32),
            unicode=np.array(unicodedata.unidata_version),
        )


if __name__ == "__main__":
    _write()
