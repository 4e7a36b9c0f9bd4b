"""The layers of the model: vectors of windows of subwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sada.indexes.e5.attention import attend
from sada.indexes.e5.dense import Dense, read_dense
from sada.indexes.e5.layer_kernels import add_and_normalise, gelu
from sada.indexes.e5.weights import WeightFile, unpacked
from sada.indexes.ragged import bounds_of


@dataclass(frozen=True, slots=True)
class _Norm:
    """Scale and shift of a normalisation, float32 (width,) each."""

    scale: np.ndarray
    shift: np.ndarray

    @classmethod
    def read(cls, weights: WeightFile, name: str) -> _Norm:
        return cls(weights.floats(f"{name}.w").copy(), weights.floats(f"{name}.b").copy())


@dataclass(frozen=True, slots=True)
class _Layer:
    attend: Dense  # to queries, keys and values
    merge: Dense
    attended: _Norm
    widen: Dense
    narrow: Dense
    widened: _Norm

    @classmethod
    def read(cls, weights: WeightFile, name: str) -> _Layer:
        width = weights.width
        scale = (width // weights.heads) ** -0.5  # of the products of queries and keys
        return cls(
            read_dense(weights, [f"{name}.q", f"{name}.k", f"{name}.v"], width, [scale, 1, 1]),
            read_dense(weights, [f"{name}.ao"], width),
            _Norm.read(weights, f"{name}.aln"),
            read_dense(weights, [f"{name}.fi"], width),
            read_dense(weights, [f"{name}.fo"], weights.inner),
            _Norm.read(weights, f"{name}.oln"),
        )


class Model:
    """The transformer of ``multilingual-e5-small``; between its products all numbers are float32.

    Source: Wang et al., "Multilingual E5 Text Embeddings: A Technical Report", 2024; Vaswani et al., "Attention Is All
    You Need", 2017.

    Args:
        weights: as the package has them.
    """

    def __init__(self, weights: WeightFile) -> None:
        self._heads, self._width = weights.heads, weights.width
        self._epsilon = np.float32(weights.epsilon)
        self._subwords = weights.packed("emb.word", self._width)
        kind = weights.floats("emb.type")[: self._width]
        self._places = weights.floats("emb.pos").reshape(-1, self._width) + kind
        self._entered = _Norm.read(weights, "emb.ln")
        self._layers = [_Layer.read(weights, f"l{number}") for number in range(weights.layers)]

    def means(self, windows: Sequence[np.ndarray]) -> np.ndarray:
        """The mean vector of the subwords of each window: float32 (m, width), for m windows of at most 512 each."""
        bounds = bounds_of(list(map(len, windows)))
        values = unpacked(self._subwords[np.concatenate(windows)])
        self._add(values, np.concatenate([self._places[: len(window)] for window in windows]), self._entered)
        for layer in self._layers:
            beside = attend(layer.attend.apply(values), bounds, self._heads)
            self._add(values, layer.merge.apply(beside), layer.attended)
            wide = layer.widen.apply(values)
            gelu(wide)
            self._add(values, layer.narrow.apply(wide), layer.widened)
        return np.add.reduceat(values, bounds[:-1]) / np.diff(bounds)[:, None].astype(np.float32)

    def _add(self, values: np.ndarray, more: np.ndarray, norm: _Norm) -> None:
        add_and_normalise(values, more, norm.scale, norm.shift, self._epsilon)
