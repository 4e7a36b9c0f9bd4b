"""The weights of a static encoder and their file, in safetensors: numbers only, no code."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sada.indexes.errors import EncoderError
from sada.indexes.text.folding import LETTERS_VERSION

_MEND = "give the file whole"
_KINDS = {
    "letters": "uint8", "ends": "int32", "scores": "float16", "rows": "uint8", "scales": "float16",
    "skip": "float16", "hidden_in": "float16", "hidden_bias": "float16", "hidden_out": "float16",
}  # fmt: skip
_LAYERS_STEP = 4  # the kernel takes so many columns together
_DESCRIBED = ("name", "version", "text", "languages")


@dataclass(frozen=True, slots=True)
class StaticDescription:
    """The description in a weight file, which is read without the weights.

    Attributes:
        name: of the encoder.
        version: of its weights.
        languages: ISO 639-1 codes of the languages that it reads; None if the file does not name them.
        dimension: number of columns of its vectors.
    """

    name: str
    version: str
    languages: frozenset[str] | None
    dimension: int

    @classmethod
    def read(cls, path: Path) -> StaticDescription:
        """Read the description in a weight file.

        Raises:
            EncoderError: if the file is absent or damaged, or was made for another version of text folding.
        """
        with _opened(path) as file:
            said = file.metadata() or {}
            absent = [key for key in _DESCRIBED if key not in said] + sorted(_KINDS.keys() - file.keys())
            if absent:
                raise EncoderError(f"encoder file {path} lacks {', '.join(absent)}: {_MEND}")
            shape = file.get_slice("skip").get_shape()
        if said["text"] != LETTERS_VERSION:
            raise EncoderError(
                f"encoder file {path} reads texts by the rule {said['text']}, this Sada by {LETTERS_VERSION}: "
                f"take a file made for this version"
            )
        languages = frozenset(said["languages"].split()) or None
        return cls(said["name"], said["version"], languages, shape[-1] if shape else 0)


@dataclass(frozen=True, slots=True)
class StaticWeights:
    """The weights of a static encoder: V subwords, D columns a subword, H hidden units and O columns a vector.

    Attributes:
        letters, ends: the subwords, as :func:`sada.indexes.subwords.unigram.join_subwords` joins them.
        scores: float16 (V,), logarithms of their probabilities.
        rows: uint8 (V, D / 4), each subword's row divided by its scale: -3, -1, 1 or 3, stored as 0 to 3, four columns
            a byte, column j in the lowest bits of byte j, column j + D / 4 in the next ones, and so on.
        scales: float16 (V,), of each subword.
        skip: float16 (D, O).
        hidden_in: float16 (D, H).
        hidden_bias: float16 (H,).
        hidden_out: float16 (H, O).
    """

    letters: str
    ends: np.ndarray
    scores: np.ndarray
    rows: np.ndarray
    scales: np.ndarray
    skip: np.ndarray
    hidden_in: np.ndarray
    hidden_bias: np.ndarray
    hidden_out: np.ndarray

    @classmethod
    def read(cls, path: Path) -> StaticWeights:
        """Read the weights in a file.

        Raises:
            EncoderError: if the file is absent or damaged, or was made for another version of text folding.
        """
        StaticDescription.read(path)
        with _opened(path) as file:
            found = {name: file.get_tensor(name) for name in _KINDS}
        fault = _fault(found)
        joined = _decoded(found.pop("letters"), found.pop("ends")) if fault is None else None
        if joined is None:
            fault = fault or "ends do not part letters into pieces"
            raise EncoderError(f"encoder file {path} is damaged ({fault}): {_MEND}")
        return cls(*joined, **found)

    def write(self, path: Path, name: str, version: str, languages: frozenset[str]) -> None:
        """Write the weights and their description (:class:`StaticDescription`) to a file, whole or not at all.

        Raises:
            ValueError: if shapes or types are not those of the attributes.
        """
        from safetensors.numpy import save

        letters, ends = _encoded(self.letters, self.ends)
        others = {kind: np.ascontiguousarray(getattr(self, kind)) for kind in _KINDS if kind not in ("letters", "ends")}
        tensors = {"letters": letters, "ends": ends, **others}
        fault = _fault(tensors)
        if fault is not None:
            raise ValueError(fault)
        described = {
            "name": name,
            "version": version,
            "text": LETTERS_VERSION,
            "languages": " ".join(sorted(languages)),
        }
        partial = path.with_name(path.name + ".part")
        try:
            partial.write_bytes(_in_order(save(tensors, described)))
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def _opened(path: Path) -> Any:
    """Open a weight file; an error says in one line what is wrong with it."""
    from safetensors import SafetensorError, safe_open

    try:
        return safe_open(path, "np")
    except FileNotFoundError:
        raise EncoderError(f"encoder file {path} is not there: {_MEND}") from None
    except (SafetensorError, OSError) as error:
        reason = " ".join(str(error).split())
        raise EncoderError(f"encoder file {path} cannot be read ({reason}): {_MEND}") from None


def _in_order(content: bytes) -> bytes:
    """A safetensors file with the names in its header sorted, so that equal weights make equal files."""
    stop = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:stop]), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return content[:8] + header.encode().ljust(stop - 8) + content[stop:]


def _fault(found: Mapping[str, np.ndarray]) -> str | None:
    """What is wrong with the types, shapes or values of the arrays, by their names in the file; None if nothing is."""
    for name, kind in _KINDS.items():
        if found[name].dtype != kind:
            return f"{name} is {found[name].dtype}, not {kind}"
    if found["skip"].ndim != 2 or found["hidden_bias"].ndim != 1:
        return "skip has not two axes or hidden_bias not one"
    (count, (width, dimension), hidden) = found["ends"].size, found["skip"].shape, found["hidden_bias"].size
    shapes = {
        "letters": (found["letters"].size,), "ends": (count,), "scores": (count,), "scales": (count,),
        "rows": (count, width // 4), "hidden_in": (width, hidden), "hidden_out": (hidden, dimension),
    }  # fmt: skip
    for name, shape in shapes.items():
        if found[name].shape != shape:
            return f"{name} has shape {found[name].shape}, not {shape}"
    if not width or not dimension or width % _LAYERS_STEP or hidden % _LAYERS_STEP:
        return f"skip is {width} x {dimension} with {hidden} hidden units: give multiples of {_LAYERS_STEP}"
    for name, kind in _KINDS.items():
        if kind == "float16" and not np.isfinite(found[name]).all():
            return f"{name} holds a value that is not finite"
    return None


def _decoded(letters: np.ndarray, ends: np.ndarray) -> tuple[str, np.ndarray] | None:
    """Decode the letters from UTF-8, with each subword's end (int64) in code points; None if the two do not fit."""
    if (ends[-1] if ends.size else 0) != letters.size or (np.diff(ends, prepend=np.int32(0)) <= 0).any():
        return None
    try:
        text = letters.tobytes().decode()
    except UnicodeDecodeError:
        return None
    first = letters & 0xC0 != 0x80  # of the bytes of its code point
    return (text, np.cumsum(first)[ends - 1]) if first[ends[:-1]].all() else None


def _encoded(letters: str, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Encode the letters as UTF-8 (uint8), with each subword's end (int32) in bytes; inverse of :func:`_decoded`."""
    encoded = np.frombuffer(letters.encode(), np.uint8)
    bounds = np.append(np.flatnonzero(encoded & 0xC0 != 0x80), encoded.size)
    return encoded, bounds[ends].astype(np.int32)
