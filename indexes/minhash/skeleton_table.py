"""The table of skeletons: what each code point becomes, as the kernels read it.

Like the folding table it is a file of the package, so that results do not depend on the version of Python.
``python -m sada.indexes.minhash.skeleton_table`` writes it anew, from the folding table and
:mod:`sada.indexes.minhash.skeleton_letters`.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from sada.indexes.minhash import skeleton_letters as letters
from sada.indexes.spelling.letters import GROUPING, KHMER_DA, KHMER_TA
from sada.indexes.text import folding
from sada.indexes.text.folding import CODE_POINTS

KIND_SHIFT, RULE_SHIFT = 21, 25
DROPPED, GAP, GROUPER, LETTER, DIGIT, SIGN, PLUS, HASH, MINUS, MARK, STACKER, VIRAMA, SEVERAL, PAIRED = range(14)
"""Kinds of entries. ``SEVERAL`` and ``PAIRED`` are of code units that stand for several entries, or for half of one."""
RULES = 16
ROUND, BREATHED, D, NASAL, YA, Y = 1, 2, 4, 8, 16, 32
"""What a letter can be to the one after it."""
_RULES: dict[str, tuple[int, int, int]] = {  # letters: what they are, after what they fall, what they take away
    "aou": (ROUND, 0, 0),
    "e": (0, ROUND, Y),
    "y": (Y, 0, 0),
    "h": (0, BREATHED, 0),
    "sckgtp": (BREATHED, 0, 0),
    "d": (BREATHED | D, 0, 0),
    "z": (BREATHED, D, 0),
    "".join(map(chr, letters.NASALS)): (NASAL, 0, 0),
    "".join(map(chr, letters.VIRAMAS)): (0, 0, NASAL),
    "".join(map(chr, letters.YAS)): (YA, 0, 0),
    "".join(map(chr, letters.YA_TAKERS)): (0, 0, YA),
}
_RULE_OF = {ord(letter): at for at, group in enumerate(_RULES, 1) for letter in group}
_SPREAD = np.uint32(0x9E37)  # odd, so that no two letters become one
_FILE = files("sada.indexes").joinpath("data", "skeleton.npz")
_ALSO_MARKS = (0x0E32, 0x0EB2)  # the second half of sara am, which is typed before or after a tone


class SkeletonTable(NamedTuple):
    """What each code point becomes in a skeleton.

    Attributes:
        entries: uint32 (0x110000,): a letter in the low 21 bits, its kind in the next 4, its rule in the next 4; for
            kind ``SEVERAL`` the number of a sequence instead of a letter.
        starts: int32 (sequences + 1,), where each sequence begins in ``sequences``.
        sequences: uint32, the entries of all sequences.
        rules: uint8 (3, 16), for each rule what its letters are to the letter after them, after what they fall, and
            what they take away.
        classes: uint16 (0x10000,), for each UTF-16 code unit a number for the letter that :func:`blocking keys
            <sada.indexes.minhash.respelling.blocking_keys>` see, 0 for none.
    """

    entries: np.ndarray
    starts: np.ndarray
    sequences: np.ndarray
    rules: np.ndarray
    classes: np.ndarray


@cache
def load() -> SkeletonTable:
    """The shipped table, read once."""
    with _FILE.open("rb") as file, np.load(file) as stored:
        entries = _unchanged()
        entries[np.repeat(stored["is_gap"], stored["gap_lengths"])] = GAP << KIND_SHIFT
        entries[stored["changed"]] = stored["becomes"]
        classes = np.repeat(stored["class_values"], stored["class_lengths"])
        classes = np.where(classes == 1, np.arange(0x10000), classes).astype(np.uint16)
        return SkeletonTable(entries, stored["starts"], stored["sequences"], rules(), spread(classes))


def _unchanged() -> np.ndarray:
    """The entries if every code point were a letter that stands for itself."""
    return np.arange(CODE_POINTS, dtype=np.uint32) | np.uint32(LETTER << KIND_SHIFT)


def spread(classes: np.ndarray) -> np.ndarray:
    """Another uint16 for each one, 0 for 0: letters of one alphabet then differ in high bits, too."""
    return (classes.astype(np.uint32) * _SPREAD).astype(np.uint16)


def rules() -> np.ndarray:
    """uint8 (3, 16), see :class:`SkeletonTable`."""
    out = np.zeros((3, RULES), np.uint8)
    for at, rule in enumerate(_RULES.values(), 1):
        out[:, at] = rule
    return out


def build() -> SkeletonTable:
    """Compute the table from the folding table and this Python's Unicode database (about 5 seconds)."""
    table, becomes = folding.load(), letters.becomes()
    entries, classes = np.zeros(CODE_POINTS, np.uint32), np.zeros(0x10000, np.uint16)
    starts, sequences = [0], list[int]()
    known: dict[tuple[int, ...], int] = {}
    for point in range(CODE_POINTS):
        elements = _elements(point, table, becomes)
        if point < len(classes):
            classes[point] = next(filter(None, map(_class, elements)), 0)
        if len(elements) < 2:
            entries[point] = elements[0] if elements else DROPPED
            continue
        if elements not in known:
            known[elements] = len(starts) - 1
            sequences.extend(elements)
            starts.append(len(sequences))
        entries[point] = known[elements] | SEVERAL << KIND_SHIFT
    entries[0xD800:0xDC00] = np.arange(1 << 10) | PAIRED << KIND_SHIFT
    columns = np.array(starts, np.int32), np.array(sequences, np.uint32)
    return SkeletonTable(entries, *columns, rules(), spread(classes))


def _elements(point: int, table: folding.UnicodeTable, becomes: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """The entries of what one code point becomes."""
    letter = chr(point)
    if special := _special(letter):
        return special
    if letter in letters.RAW:
        return tuple(_entry(ord(one)) for one in letters.RAW[letter])
    found = []
    for part in folding.folded(table, point):
        found += [_entry(one) for one in becomes.get(part, (part,))]
    raised = unicodedata.decomposition(letter).startswith(("<super>", "<sub>", "<fraction>"))
    if raised and any(entry >> KIND_SHIFT & 15 == DIGIT for entry in found):  # a number of its own
        return (GAP << KIND_SHIFT, *found, GAP << KIND_SHIFT)
    return tuple(entry for entry in found if entry)


def _special(letter: str) -> tuple[int, ...]:
    if letter in letters.SPACES:
        return (GAP << KIND_SHIFT,)
    for kind, group in ((GROUPER, GROUPING), (MINUS, letters.MINUSES), (PLUS, letters.PLUSES), (HASH, "#＃")):
        if letter in group:
            return (ord({PLUS: "+", MINUS: "-", HASH: "#"}.get(kind, ",")) | kind << KIND_SHIFT,)
    if letter in letters.SIGNS or unicodedata.category(letter) == "Sc":
        sign = "%" if letter in "%٪" else unicodedata.normalize("NFKD", letter)[-1]
        return (ord(sign) | SIGN << KIND_SHIFT,)
    return ()


def _entry(point: int) -> int:
    """The entry of one folded letter."""
    if _kind(point) == GAP:
        return GAP << KIND_SHIFT
    return point | _kind(point) << KIND_SHIFT | _RULE_OF.get(point, 0) << RULE_SHIFT


def _kind(point: int) -> int:
    category = unicodedata.category(chr(point))
    if point in letters.STACKERS:
        return STACKER
    if point in letters.VIRAMAS:
        return VIRAMA
    if category[0] == "M" or point in _ALSO_MARKS:
        return MARK
    if chr(point) in letters.SIGNS:
        return SIGN
    if category[0] in "LN":
        return DIGIT if 0x30 <= point <= 0x39 else LETTER
    return GAP


def _class(entry: int) -> int:
    """The letter of a blocking key that an entry is, or 0."""
    letter, kind = entry & (1 << KIND_SHIFT) - 1, entry >> KIND_SHIFT & 15
    if kind not in (LETTER, DIGIT) or chr(letter) in letters.VOWELLIKE:
        return 0
    return KHMER_TA if letter == KHMER_DA else letter & 0xFFFF


def _write() -> None:
    table = build()
    gap = table.entries == GAP << KIND_SHIFT
    changed = np.flatnonzero((table.entries != _unchanged()) & ~gap).astype(np.int32)
    is_gap, gap_lengths = _runs(gap)
    letter_of = np.zeros(0x10000, np.uint16)
    letter_of[spread(np.arange(0x10000))] = np.arange(0x10000)
    classes = letter_of[table.classes]
    values, lengths = _runs(np.where(classes == np.arange(len(classes)), 1, classes))
    with open(str(_FILE), "wb") as file:
        np.savez_compressed(
            file,
            is_gap=is_gap,
            gap_lengths=gap_lengths,
            changed=changed,
            becomes=table.entries[changed],
            starts=table.starts,
            sequences=table.sequences,
            class_values=values,
            class_lengths=lengths,
        )


def _runs(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values and the lengths of runs of equal values."""
    edges = np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1, [len(values)]])
    return values[edges[:-1]], np.diff(edges).astype(np.int32)


if __name__ == "__main__":
    _write()
