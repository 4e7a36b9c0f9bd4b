"""What tests of several rooms share."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, settings

# No limit on an example's time: numba compiles its kernels when they are first called, and machines may be busy.
settings.register_profile(
    "sada", max_examples=50, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sada")

# Files are written to memory where there is room: indexes sync each of theirs, and no machine loses its power here.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


class WordEncoder:
    """A bag of hashed words: quick, deterministic, and close where texts share words. For tests only."""

    name = "words"
    revision = "1"
    dimension = 64
    languages = None
    fingerprint = xxhash.xxh3_128_hexdigest(b"a bag of hashed words")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, xxhash.xxh3_64_intdigest(word.encode()) % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


@pytest.fixture(scope="session")
def word_encoder() -> WordEncoder:
    """An encoder that needs no model: 64 columns, rows of length 1, zeros for a text without words."""
    return WordEncoder()
