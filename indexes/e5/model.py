"""The layers of the model: vectors of windows of subwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sada.indexes.e5.layer_kernels import add_and_gelu, add_and_normalise
from sada.indexes.e5.weights import WeightFile, unpacked
from sada.indexes.ragged import bounds_of


@dataclass(frozen=True, slots=True)
class _Dense:
    """A matrix, float32 (inputs, outputs), and a bias, float32 (outputs,)."""

    matrix: np.ndarray
    bias: np.ndarray

    @classmethod
    def read(cls, weights: WeightFile, names: Sequence[str], inputs: int) -> _Dense:
        """Read several matrices as one beside the other."""
        matrices = [weights.matrix(f"{name}.w", inputs) for name in names]
        bias = np.concatenate([weights.floats(f"{name}.b") for name in names])
        return cls(np.ascontiguousarray(np.concatenate(matrices).T), bias)


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
    attend: _Dense  # to queries, keys and values
    merge: _Dense
    attended: _Norm
    widen: _Dense
    narrow: _Dense
    widened: _Norm

    @classmethod
    def read(cls, weights: WeightFile, name: str) -> _Layer:
        width = weights.width
        attend = _Dense.read(weights, [f"{name}.q", f"{name}.k", f"{name}.v"], width)
        scale = np.float32((width // weights.heads) ** -0.5)  # of the products of queries and keys
        attend.matrix[:, :width] *= scale
        attend.bias[:width] *= scale
        widen = _Dense.read(weights, [f"{name}.fi"], width)
        return cls(
            attend,
            _Dense.read(weights, [f"{name}.ao"], width),
            _Norm.read(weights, f"{name}.aln"),
            widen,
            _Dense.read(weights, [f"{name}.fo"], len(widen.bias)),
            _Norm.read(weights, f"{name}.oln"),
        )


class Model:
    """The transformer of ``multilingual-e5-small``, with all numbers in float32.

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
        self._none = np.zeros(self._width, np.float32)
        self._entered = _Norm.read(weights, "emb.ln")
        self._layers = [_Layer.read(weights, f"l{number}") for number in range(weights.layers)]

    def means(self, windows: Sequence[np.ndarray]) -> np.ndarray:
        """The mean vector of the subwords of each window: float32 (m, width), for m windows of at most 512 each."""
        bounds = bounds_of(list(map(len, windows)))
        values = unpacked(self._subwords[np.concatenate(windows)])
        places = np.concatenate([self._places[: len(window)] for window in windows])
        self._add(values, places, self._none, self._entered)
        for layer in self._layers:
            beside = self._attention(values @ layer.attend.matrix + layer.attend.bias, bounds)
            self._add(values, beside @ layer.merge.matrix, layer.merge.bias, layer.attended)
            wide = values @ layer.widen.matrix
            add_and_gelu(wide, layer.widen.bias)
            self._add(values, wide @ layer.narrow.matrix, layer.narrow.bias, layer.widened)
        return np.add.reduceat(values, bounds[:-1]) / np.diff(bounds)[:, None].astype(np.float32)

    def _add(self, values: np.ndarray, more: np.ndarray, bias: np.ndarray, norm: _Norm) -> None:
        add_and_normalise(values, more, bias, norm.scale, norm.shift, self._epsilon)

    def _attention(self, projected: np.ndarray, bounds: np.ndarray) -> np.ndarray:
        """What each subword takes over from those of its window: float32 (t, width).

        Args:
            projected: float32 (t, 3 * width), the queries, keys and values of t subwords.
            bounds: int64 (m + 1,), where the windows begin and end.
        """
        found = np.empty((len(projected), self._width), np.float32)
        split = projected.reshape(len(projected), 3, self._heads, -1)
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            query, key, value = split[start:stop].transpose(1, 2, 0, 3)
            shares = query @ key.transpose(0, 2, 1)
            shares -= shares.max(-1, keepdims=True)
            np.exp(shares, out=shares)
            shares /= shares.sum(-1, keepdims=True)
            found[start:stop] = (shares @ value).transpose(1, 0, 2).reshape(stop - start, -1)
        return found
