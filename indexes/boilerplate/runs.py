"""Runs of words that many articles share, found where line ends were lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sada.indexes.ragged import bounds_of, column, concatenated, run_chunks
from sada.indexes.text import folding
from sada.indexes.text.folding import SPACELESS

LEAST_WORDS = 8
"""The least words of a run; a letter of a script without spaces is half of one."""
_WIDTH = 8  # tokens of the windows by which runs are found
_ONE_WAY = 0.9  # share of the articles with a window that must agree on one more token
_SLOTS = 1 << 18


class Tokens(NamedTuple):
    """The tokens of n texts: text i has ``hashes[bounds[i]:bounds[i + 1]]``.

    Attributes:
        bounds: int64 (n + 1,).
        hashes: uint64.
        kinds: uint8, of the first letter of each token, see :mod:`sada.indexes.text.folding`.
        keys: uint64 (n,), equal for texts with the same tokens in the same order; 0 for none.
    """

    bounds: np.ndarray
    hashes: np.ndarray
    kinds: np.ndarray
    keys: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str]) -> Tokens:
        """Fold and split texts."""
        from sada.indexes.boilerplate.run_kernels import hash_tokens

        data, offsets = column(texts)
        table = folding.kernel_table()
        sizes, keys = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.uint64)

        def work(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
            return hash_tokens(data, offsets, start, stop, table, sizes, keys)

        parts = run_chunks(work, offsets)
        hashes = concatenated((part[0] for part in parts), np.uint64)
        kinds = concatenated((part[1] for part in parts), np.uint8)
        return cls(bounds_of(sizes), hashes, kinds, keys)

    @property
    def sizes(self) -> np.ndarray:
        """int64 (n,): how many tokens each text has."""
        return np.diff(self.bounds)

    def windows(self) -> np.ndarray:
        """uint64: a hash of the eight tokens from each token on, 0 near the end of a text."""
        from sada.indexes.boilerplate import run_kernels

        out = np.empty(len(self.hashes), np.uint64)
        run_kernels.windows(self.hashes, self.bounds, _WIDTH, out)
        return out


class Stretch(NamedTuple):
    """A part of a text: its tokens ``start`` to ``stop``."""

    text: int
    start: int
    stop: int


class Run(NamedTuple):
    """A run of words that articles share: where one of them has it, and the articles, in order."""

    place: Stretch
    rows: list[int]


def is_long(words: Sequence[str]) -> bool:
    """True if some tokens are long enough for a run."""
    kinds = folding.load().kinds
    return sum(0.5 if kinds[ord(word[0])] == SPACELESS else 1.0 for word in words) >= LEAST_WORDS


def stretches(found: Tokens, owners: np.ndarray, but: np.ndarray, least: float) -> list[Stretch]:
    """The longest parts of texts of which every window is in at least ``least`` articles.

    Args:
        found: n texts.
        owners: int64 (n,), the article of each.
        but: bool (n,), the texts that are not looked at.
        least: how many articles.
    """
    windows = found.windows()
    windows[np.repeat(but, found.sizes)] = 0
    places, _ = _shared(found, windows, owners, least)
    texts = np.searchsorted(found.bounds, places, "right") - 1
    begins = (np.diff(places, prepend=-2) != 1) | (np.diff(texts, prepend=-1) != 0)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(places))[: len(first)] - 1
    before = found.bounds[texts[first]]
    starts, stops = places[first] - before, places[last] - before + _WIDTH
    return list(map(Stretch, texts[first].tolist(), starts.tolist(), stops.tolist()))


def shared_by(found: Tokens, owners: np.ndarray, least: float) -> Iterator[Run]:
    """The runs that at least ``least`` articles share, those of most articles first.

    A run reaches as far as nine tenths of the articles that share its commonest window agree.

    Args:
        found: n texts.
        owners: int64 (n,), the article of each, ascending.
        least: how many articles.
    """
    windows = found.windows()
    places, counts = _shared(found, windows, owners, least)
    order = np.lexsort([places, -counts])
    done: set[int] = set()
    for name in windows[places[order]].tolist():
        if name in done:
            continue
        at = places[windows[places] == name]
        texts = np.searchsorted(found.bounds, at, "right") - 1
        once = np.unique(owners[texts], return_index=True)[1]
        start, stop, whole = _grown(found, at[once], texts[once], least)
        rows = owners[texts[once]][whole]
        text = int(texts[once][whole][0])
        begin = int(at[once][whole][0]) + start
        done.add(name)
        done.update(windows[begin : begin + stop - start - _WIDTH + 1].tolist())
        shift = begin - int(found.bounds[text])
        yield Run(Stretch(text, shift, shift + stop - start), rows.tolist())


def _grown(found: Tokens, at: np.ndarray, texts: np.ndarray, least: float) -> tuple[int, int, np.ndarray]:
    """Extend windows at some places while enough of them agree: the run around each place, and which have it."""
    wanted = max(least, _ONE_WAY * len(at))
    lowest, highest = found.bounds[texts], found.bounds[texts + 1]
    whole = np.ones(len(at), bool)
    start, stop = 0, _WIDTH
    while (agreed := _agreed(found.hashes, at + stop, whole & (at + stop < highest))).sum() >= wanted:
        whole, stop = agreed, stop + 1
    while (agreed := _agreed(found.hashes, at + start - 1, whole & (at + start > lowest))).sum() >= wanted:
        whole, start = agreed, start - 1
    return start, stop, whole


def _agreed(hashes: np.ndarray, places: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which of some places have the commonest token there."""
    if not among.any():
        return among
    values, counts = np.unique(hashes[places[among]], return_counts=True)
    agreed = among.copy()
    agreed[among] = hashes[places[among]] == values[np.argmax(counts)]
    return agreed


def _shared(found: Tokens, windows: np.ndarray, owners: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """The places of the windows that at least ``least`` articles share, in order, and how many share each."""
    slots = (windows % np.uint64(max(_SLOTS, len(windows)))).astype(np.int64)  # counts that are never too small
    places = np.flatnonzero((np.bincount(slots, minlength=1)[slots] >= least) & (windows != 0))
    names = np.unique(windows[places], return_inverse=True)[1]
    rows = owners[np.searchsorted(found.bounds, places, "right") - 1]
    pairs = np.unique(np.stack([names, rows], axis=1), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=1)[names]
    return places[counts >= least], counts[counts >= least]
