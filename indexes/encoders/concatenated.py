"""Several encoders combined into one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import xxhash

from sada.indexes.encoders.encoder import Encoder


class ConcatenatedEncoder:
    """Concatenates the unit vectors of several encoders, so that the cosine is the mean of theirs."""

    def __init__(self, parts: Sequence[Encoder]) -> None:
        self._parts = parts
        self.name = "+".join(part.name for part in parts)
        self.revision = "+".join(part.revision for part in parts)
        self.dimension = sum(part.dimension for part in parts)
        known = [part.languages for part in parts if part.languages is not None]
        self.languages = frozenset().union(*known) if len(known) == len(parts) else None
        self.cuts = "; ".join(f"{part.name} {cut}" for part in parts if (cut := getattr(part, "cuts", "")))

    @property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the parts' fingerprints and options."""
        parts = (f"{part.fingerprint}{getattr(part, 'options', None) or ''}" for part in self._parts)
        return xxhash.xxh3_128_hexdigest("+".join(parts).encode())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts: float32 ``(len(texts), dimension)``, each part's columns scaled by 1/√(number of parts)."""
        joined = np.hstack([part.encode(texts) for part in self._parts])
        return joined * np.float32(1 / math.sqrt(len(self._parts)))
