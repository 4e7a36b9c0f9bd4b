"""Static encoders: the summed rows of a text's subwords, passed through one small layer."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import xxhash

from sada.indexes.encoders.packages import package_folder
from sada.indexes.encoders.static_weights import StaticDescription, StaticWeights
from sada.indexes.errors import EncoderError
from sada.indexes.ragged import bounds_of, column, run_chunks
from sada.indexes.subwords.unigram import UNITS_SHIFT, Vocabulary
from sada.indexes.threads import use_threads


def fast_weights() -> Path:
    """The weight file of ``"fast"``, which the distribution ``sada-news-fast`` holds.

    Raises:
        MissingPackageError: if that is not installed.
    """
    return package_folder("fast") / "fast.safetensors"


class StaticEncoder:
    """Encodes texts without attention: each subword has a row, and the sum of a text's rows passes one small layer.

    All of a text is read; a text without a known letter gets a row of zeros. The weights are read at the first
    ``encode``. A text's vector is the same to the bit for any number of threads and beside any other texts.

    Sources: Kudo, "Subword Regularization", ACL 2018 (subwords); Arora, Liang and Ma, "A Simple but Tough-to-Beat
    Baseline for Sentence Embeddings", ICLR 2017 (weighted sums); Hendrycks and Gimpel, "Gaussian Error Linear Units",
    2016.

    Args:
        path: a weight file (:mod:`sada.indexes.encoders.static_weights`).
        threads: threads of ``encode``; 0 for one a core.
        name: the encoder's name; None for the resolved path.

    Raises:
        EncoderError: if the file is absent or damaged.
    """

    batch = 1024

    def __init__(self, path: Path, threads: int = 0, name: str | None = None) -> None:
        self._path = path.resolve()
        self._threads = threads
        self._lock = threading.Lock()
        described = StaticDescription.read(self._path)
        self.name = name or str(self._path)
        self.revision = described.version
        self.dimension = described.dimension
        self.languages = described.languages

    @cached_property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the weight file's bytes."""
        with self._path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return xxhash.xxh3_128_hexdigest(content)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts: float32 ``(len(texts), dimension)``, rows of length 1, or zeros if no letter is known."""
        with self._lock:
            vocabulary, vectors_of = self._loaded
        data, offsets = column(texts)
        sizes = np.zeros(len(texts), np.int64)
        vectors = np.empty((len(texts), self.dimension), np.float32)

        def work(start: int, stop: int) -> None:
            ids = vocabulary.split_column(data, offsets, start, stop, sizes)
            vectors_of(ids, bounds_of(sizes[start:stop]), vectors[start:stop])

        with use_threads(self._threads):
            run_chunks(work, offsets << UNITS_SHIFT)
        return vectors

    @cached_property
    def _loaded(self) -> tuple[Vocabulary, Callable[[np.ndarray, np.ndarray, np.ndarray], None]]:
        from sada.indexes.encoders.static_kernels import vectors_of

        weights = StaticWeights.read(self._path)
        try:
            vocabulary = Vocabulary.joined(weights.letters, weights.ends, weights.scores)
        except ValueError as error:
            raise EncoderError(f"encoder file {self._path} is damaged ({error}): give the file whole") from None
        scales = weights.scales.astype(np.float32)
        layers = tuple(
            layer.astype(np.float32)
            for layer in (weights.skip, weights.hidden_in, weights.hidden_bias, weights.hidden_out)
        )

        def encode_subwords(ids: np.ndarray, starts: np.ndarray, out: np.ndarray) -> None:
            vectors_of(ids, starts, weights.rows, scales, layers, out)

        return vocabulary, encode_subwords
