"""MinHash sketches of many texts, as columns: shingle sets, signatures, and keys of token sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.indexes.errors import refuse_one_text
from sada.indexes.ragged import bounds_of, column, concatenated, run_chunks
from sada.indexes.text import folding
from sada.indexes.text.tokens import hash32

if TYPE_CHECKING:
    from datasketch import MinHash


SCHEME = "affine32"
PERMUTATIONS = 128
SEED = 1
EARLIER_TEXT = "sada-text-1"
"""The rule of text of indexes that were made before, which are read and renewed."""


@dataclass(frozen=True, slots=True)
class ShingleSets:
    """The shingle sets of n texts, by which pairs of copies are verified.

    Attributes:
        bounds: int64 (n + 1,). Row i's shingles are ``shingles[bounds[i]:bounds[i + 1]]``.
        shingles: uint32, the distinct hashes of each row's shingles, sorted within the row.
        keys: uint64 (n,), equal for texts with the same folded tokens in the same order; 0 for none.
    """

    bounds: np.ndarray
    shingles: np.ndarray
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def sizes(self) -> np.ndarray:
        """int64 (n,): how many distinct shingles each row has."""
        return np.diff(self.bounds)

    def sizes_of(self, rows: np.ndarray) -> np.ndarray:
        """int64 (m,): how many distinct shingles some rows (int64) have; the others are not read."""
        return self.bounds[rows + 1] - self.bounds[rows]

    def row(self, index: int) -> np.ndarray:
        """The sorted shingle hashes of one row."""
        return self.shingles[self.bounds[index] : self.bounds[index + 1]]

    def sets_of(self, rows: np.ndarray) -> ShingleSets:
        """The given rows, in the given order, without signatures."""
        from sada.indexes.minhash.join_kernels import gather_rows

        rows = np.ascontiguousarray(rows, np.int64)
        bounds = bounds_of(self.sizes_of(rows))
        shingles = np.empty(bounds[-1], np.uint32)
        gather_rows(self.shingles, self.bounds, rows, bounds, 0, len(rows), shingles)
        return ShingleSets(bounds, shingles, self.keys[rows])

    @classmethod
    def concatenated(cls, parts: Sequence[ShingleSets]) -> ShingleSets:
        """The rows of all ``parts``, at least one, in order, without signatures."""
        return ShingleSets(
            bounds_of(np.concatenate([part.sizes for part in parts])),
            np.concatenate([part.shingles for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )

    def span(self, start: int, stop: int) -> ShingleSets:
        """The rows from ``start`` up to ``stop``, without signatures."""
        first, last = self.bounds[start], self.bounds[stop]
        return ShingleSets(self.bounds[start : stop + 1] - first, self.shingles[first:last], self.keys[start:stop])

    @property
    def in_memory(self) -> bool:
        """False if rows are read from a file, so that some thousands should be fetched at a time."""
        return True


@dataclass(frozen=True, slots=True)
class Sketches(ShingleSets):
    """The sketches of n texts: what an index stores to compare them.

    Attributes:
        bounds, shingles, keys: as in :class:`ShingleSets`.
        signatures: uint32 (n, 128), MinHash minima (all ones for a row without shingles).
    """

    signatures: np.ndarray

    @classmethod
    def join(cls, parts: Sequence[Sketches]) -> Sketches:
        """The rows of all ``parts`` in order."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return sketch([])
        sets = cls.concatenated(parts)
        return cls(sets.bounds, sets.shingles, sets.keys, np.concatenate([part.signatures for part in parts]))

    def take(self, rows: np.ndarray) -> Sketches:
        """The given rows, in the given order."""
        sets = self.sets_of(rows)
        return Sketches(sets.bounds, sets.shingles, sets.keys, self.signatures[rows])


def sketch(texts: Sequence[str]) -> Sketches:
    """Make the sketch of every text.

    >>> sketches = sketch(["one two three four five", "one two three four"])
    >>> sketches.sizes.tolist(), sketches.signatures.shape
    ([3, 2], (2, 128))

    MinHash (Broder, 1997) with datasketch 2's ``affine32`` permutations, bit-identical to
    ``datasketch.MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=hash32)`` updated with
    :func:`sada.indexes.text.tokens.shingles`.

    Args:
        texts: n texts; broken surrogates count as separators.
    """
    refuse_one_text(texts=texts)
    sets = shingle(*column(texts))
    return Sketches(sets.bounds, sets.shingles, sets.keys, sign(sets.shingles, sets.bounds))


def shingle(data: np.ndarray, offsets: np.ndarray) -> ShingleSets:
    """The shingle sets of n texts given as one :func:`column`."""
    from sada.indexes.minhash import sketch_kernels

    table = folding.kernel_table()
    sizes, keys = np.zeros(len(offsets) - 1, np.int64), np.zeros(len(offsets) - 1, np.uint64)

    def work(start: int, stop: int) -> np.ndarray:
        return sketch_kernels.shingle_sets(data, offsets, start, stop, table, sizes, keys)

    shingles = concatenated(run_chunks(work, offsets), np.uint32)
    return ShingleSets(bounds_of(sizes), shingles, keys)


def sign(shingles: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The uint32 (n, 128) signatures of n sets of 32-bit hashes given as one column with bounds."""
    from sada.indexes.minhash import sketch_kernels

    out = np.empty((len(bounds) - 1, PERMUTATIONS), np.uint32)
    parameters = permutations()
    run_chunks(lambda start, stop: sketch_kernels.signatures(shingles, bounds, start, stop, parameters, out), bounds)
    return out


def shared_shingles(sets: ShingleSets, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """int64 (m,): how many shingles each pair of rows (``left[i]``, ``right[i]``) has in common, exactly."""
    from sada.indexes.minhash import join_kernels

    out = np.empty(len(left), np.int64)
    left, right = np.ascontiguousarray(left, np.int64), np.ascontiguousarray(right, np.int64)

    def compare(start: int, stop: int) -> None:
        join_kernels.intersections(sets.shingles, sets.bounds, left, right, start, stop, out)

    def fetch_and_compare(start: int, stop: int) -> None:
        rows, places = np.unique(np.concatenate([left[start:stop], right[start:stop]]), return_inverse=True)
        fetched, pairs = sets.sets_of(rows), np.split(places, 2)
        join_kernels.intersections(fetched.shingles, fetched.bounds, *pairs, 0, stop - start, out[start:stop])

    work = compare if sets.in_memory else fetch_and_compare
    run_chunks(work, np.arange(len(left) + 1, dtype=np.int64) << 5)
    return out


@cache
def permutations() -> np.ndarray:
    """uint32 (2, 128): datasketch's own affine32 permutations for seed 1 (odd multipliers, then offsets)."""
    generator = np.random.RandomState(SEED)
    a = generator.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = generator.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)
    return np.array([a, b])


def to_datasketch(signature: np.ndarray) -> MinHash:
    """One signature as a ``datasketch.MinHash``, which datasketch can compare, merge and index.

    >>> one, other = map(to_datasketch, sketch(["one two three four five", "one two three four"]).signatures)
    >>> one.jaccard(other) > 0.5
    True
    """
    from datasketch import MinHash

    return MinHash(seed=SEED, hashvalues=signature, permutations=permutations(), scheme=SCHEME, hashfunc=hash32)


def stamp() -> dict[str, Any]:
    """The settings that signatures depend on. Signatures may be compared only if their stamps are equal."""
    from sada.indexes.text.tokens import LETTERS_PER_SHINGLE, TEXT_VERSION, WORDS_PER_SHINGLE

    return {
        "scheme": SCHEME,
        "permutations": PERMUTATIONS,
        "seed": SEED,
        "hash": "sada-fnv-mix-32",
        "shingle": f"{WORDS_PER_SHINGLE} words or {LETTERS_PER_SHINGLE} letters",
        "text": TEXT_VERSION,
    }
