"""Vectors of the teachers, made once and kept on disk, and centred."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.segments.vector_reuse import KeyTable, text_keys

DIMENSIONS = {"use": 512, "e5": 384}
_BLOCK = 20_000
_FEWEST = 50  # texts of a language that make a mean

Encode = Callable[[Sequence[str]], np.ndarray]


def load_teacher(name: str, threads: int) -> Encode:
    """``use`` (the universal sentence encoder) or ``e5``: texts to float32 vectors of length 1."""
    if name == "e5":
        from benchmarks.train_encoder.e5_teacher import E5Teacher

        return E5Teacher(threads).encode
    from sada.indexes.encoders.encoder import encode_unit
    from sada.indexes.encoders.universal import UseEncoder

    encoder = UseEncoder(threads)
    return lambda texts: encode_unit(encoder, texts, batch=2048)


def teach(name: str, texts: Sequence[str], folder: Path, load: Callable[[], Encode]) -> np.ndarray:
    """The vectors that a teacher gives ``texts``, float16 (texts, dimension).

    They are kept in ``folder`` by the key of their text, some thousands a file; only those that are not there are made.
    A blank text has a row of zeros.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keys = text_keys(texts)
    table = KeyTable(keys)
    found = np.zeros((len(texts), DIMENSIONS[name]), np.float16)
    missing = keys.any(axis=1)
    for path in sorted(folder.glob(f"{name}-*.npz")):
        with np.load(path) as kept:
            places = table.find(kept["keys"])
            here = places >= 0
            if here.any():  # the vectors of a file are read only if some are wanted
                found[places[here]] = kept["vectors"][here]
                missing[places[here]] = False
    rows = np.flatnonzero(missing)
    encode = load() if len(rows) else None
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        assert encode is not None
        found[block] = encode([texts[row] for row in block])
        path = folder / f"{name}-{keys[block[0], 0]:016x}.npz"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            np.savez(file, keys=keys[block], vectors=found[block])
        fresh.replace(path)
        print(f"{name}: {start + len(block):,} of {len(rows):,} texts", flush=True)
    return found


def centre(
    vectors: np.ndarray, groups: np.ndarray, fewest: int = _FEWEST, otherwise: np.ndarray | float = 0.0
) -> np.ndarray:
    """Each vector less the mean of its group, of length 1 again; rows of zeros stay.

    What all sentences, or words, of a language share says nothing of what one means.

    Args:
        vectors: (n, dimension) of a float type, which is that of the result.
        groups: (n,) the language, or what stands for it.
        fewest: vectors that make a mean.
        otherwise: what is taken from those of a smaller group.
    """
    centred = vectors.copy()
    asked = vectors.any(axis=1)
    for group in np.unique(groups):
        rows = np.flatnonzero((groups == group) & asked)
        wide = vectors[rows].astype(np.float32)
        centred[rows] = unit_rows(wide - (wide.mean(axis=0) if len(rows) >= fewest else otherwise))
    return centred
