"""Takes what tells the language out of vectors, so that texts of one language are not near for that alone.

The mean vector of all languages is subtracted, and then the directions in which translations differ from their English
most. Both were found by ``benchmarks/language_directions.py`` and ship as ``data/e5_languages.npz``.

Source: Libovicky et al., "On the Language Neutrality of Pre-trained Multilingual Representations", Findings of EMNLP
2020, for the mean; Yang et al., "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual
Representations", EMNLP 2021, for the directions.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from sada.indexes.encoders.encoder import unit_rows

FILE = "e5_languages.npz"


def without_language(vectors: np.ndarray) -> np.ndarray:
    """Take out of vectors what tells their language.

    Args:
        vectors: float32 (n, 384), rows of length 1.

    Returns:
        Float32 (n, 384), rows of length 1; a row of zeros stays as it is.
    """
    mean, directions = _language()
    apart = vectors - mean
    apart -= (apart @ directions.T) @ directions
    apart[~vectors.any(axis=1)] = 0
    return unit_rows(apart)


def file_bytes() -> bytes:
    """The file, for fingerprints."""
    return files("sada.indexes").joinpath("data", FILE).read_bytes()


@cache
def _language() -> tuple[np.ndarray, np.ndarray]:
    """The mean vector, float32 (384,), and the directions, float32 (24, 384), at right angles and of length 1."""
    with files("sada.indexes").joinpath("data", FILE).open("rb") as file, np.load(file) as found:
        return found["mean"], found["directions"]
