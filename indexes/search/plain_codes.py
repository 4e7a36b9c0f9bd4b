"""The content of a FAISS index as plain arrays, from which the same index is made by FAISS's own functions.

FAISS reads its own format as if it were its own memory: a file that somebody forged could read and write anywhere. So
only numbers are stored, of which each is checked: the coordinates of centres, the sizes of lists, the places of
vectors, and codes, of which any bytes are codes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sada.indexes.ragged import owners_of
from sada.indexes.segments.flat_vectors import load_faiss


class PlainCodes(NamedTuple):
    """The content of an index of n vectors: arrays in the order in which they are stored.

    Attributes:
        centres: float32 (lists, dimension): of the lists; without lists (1, dimension), of all vectors.
        sizes: int64 (lists,): how many vectors each list has; (0,) without lists.
        places: int64 (n,): the rows of the vectors, list by list; (0,) without lists.
        codes: uint8 (n, size): of the vectors, list by list.
    """

    centres: np.ndarray
    sizes: np.ndarray
    places: np.ndarray
    codes: np.ndarray

    @classmethod
    def of(cls, index: Any) -> PlainCodes:
        """The content of an ``IndexRaBitQ`` or ``IndexIVFRaBitQ``."""
        faiss = load_faiss()
        if not isinstance(index, faiss.IndexIVFRaBitQ):
            centre, codes = (faiss.vector_to_array(one) for one in (index.center, index.codes))
            none = np.zeros(0, np.int64)
            return cls(centre[None], none, none, codes.reshape(index.ntotal, -1))
        lists, width = index.invlists, index.code_size
        sizes = np.array([lists.list_size(at) for at in range(index.nlist)], np.int64)
        places, codes = np.empty(index.ntotal, np.int64), np.empty((index.ntotal, width), np.uint8)
        start = 0
        for at, size in enumerate(sizes.tolist()):
            if size:
                places[start : start + size] = faiss.rev_swig_ptr(lists.get_ids(at), size)
                codes[start : start + size].reshape(-1)[:] = faiss.rev_swig_ptr(lists.get_codes(at), size * width)
            start += size
        return cls(index.quantizer.reconstruct_n(0, index.nlist), sizes, places, codes)

    @classmethod
    def read(cls, content: memoryview, rows: int, dimension: int, lists: int, width: int) -> PlainCodes | None:
        """Read the arrays of an index of ``rows`` vectors, whose codes have ``width`` bytes; None if there are others.

        The arrays are views of the content.
        """
        listed = rows if lists else 0
        shapes = [(max(lists, 1), dimension), (lists,), (listed,), (rows, width)]
        kinds = [np.float32, np.int64, np.int64, np.uint8]
        counts = [int(np.prod(shape)) for shape in shapes]
        ends = np.cumsum([count * np.dtype(kind).itemsize for count, kind in zip(counts, kinds, strict=True)]).tolist()
        if len(content) != ends[-1]:
            return None
        starts = [0, *ends[:-1]]
        found = cls(
            *(
                np.frombuffer(content, kind, count, start).reshape(shape)
                for kind, count, start, shape in zip(kinds, counts, starts, shapes, strict=True)
            )
        )
        return found if found._is_possible(rows) else None

    def _is_possible(self, rows: int) -> bool:
        """Whether the centres are numbers, and the lists hold every row once."""
        if not np.isfinite(self.centres).all():
            return False
        if not len(self.sizes):
            return True
        inside = bool(((self.sizes >= 0) & (self.sizes <= rows)).all()) and int(self.sizes.sum()) == rows
        inside = inside and bool(((self.places >= 0) & (self.places < rows)).all())
        return inside and bool((np.bincount(self.places, minlength=rows) == 1).all())

    def fill_centres(self, index: Any) -> None:
        """Give an empty index of the same plan these centres, as if it had been trained."""
        index.is_trained = True
        if len(self.sizes):
            index.quantizer.add(self.centres)
        else:
            load_faiss().copy_array_to_vector(self.centres[0], index.center)

    def fill(self, index: Any) -> None:
        """Fill an empty index of the same plan."""
        self.fill_centres(index)
        if not len(self.sizes):
            index.add_sa_codes(self.codes)
            return
        swig_ptr, start = load_faiss().swig_ptr, 0
        for at, size in enumerate(self.sizes.tolist()):
            if size:
                part = slice(start, start + size)
                index.invlists.add_entries(at, size, swig_ptr(self.places[part]), swig_ptr(self.codes[part]))
            start += size
        index.ntotal = start

    def by_row(self) -> tuple[np.ndarray, np.ndarray]:
        """The list of each vector, int64 (n,), and its code, uint8 (n, size), in the order of the rows."""
        if not len(self.sizes):
            return np.zeros(len(self.codes), np.int64), self.codes
        order = np.argsort(self.places)
        return owners_of(self.sizes)[order], self.codes[order]
