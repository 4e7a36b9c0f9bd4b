"""Loads encoders by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sada.indexes.encoders.encoder import NAMES, Encoder
from sada.indexes.encoders.protocol_check import check_members
from sada.indexes.errors import EncoderError

DEFAULT = "e5-short"
"""The encoder that ``"default"`` stands for. An index stores this name, so that the default may change later."""
_STATIC = ".safetensors"


def load_encoder(
    spec: str | Encoder | None, threads: int = 0, options: Mapping[str, str] | None = None
) -> Encoder | None:
    """Load the encoder that ``spec`` names.

    >>> load_encoder("e5").dimension, load_encoder("none")
    (384, None)

    Args:
        spec: ``"default"``, which stands for ``"e5-short"`` (multilingual-e5-small in 4 bits, about 100 languages),
            ``"e5"`` (the same, which reads more of a text), ``"use"`` (universal-sentence-encoder-multilingual v3, 18
            languages), ``"fast"`` (Sada's own static encoder), ``"none"`` or ``None`` for no encoder, ``"A+B"`` for
            both side by side, the path of a static encoder's weight file, which ends in ``.safetensors``, the name or
            path of any sentence-transformers model, or an object with the members of ``Encoder``.
        threads: threads of ``encode``; 0 for one a core.
        options: of a sentence-transformers model, see :mod:`sada.indexes.encoders.transformers_options`.

    Returns:
        The encoder, ``None`` for no encoder. All but sentence-transformers models load their weights at the first
        ``encode``.

    Raises:
        MissingPackageError: if the encoder's package is not installed.
        EncoderError: if the model cannot be loaded, the object is not an encoder, or it does not take the options.
    """
    if options and (not isinstance(spec, str) or spec in NAMES or _joined(spec) or spec.endswith(_STATIC)):
        named = spec if isinstance(spec, str) else "none" if spec is None else type(spec).__name__
        raise EncoderError(
            f"encoder {named!r} takes no options ({', '.join(options)}): only a sentence-transformers model does"
        )
    if spec is None or spec == "none":
        return None
    if not isinstance(spec, str):
        check_members(spec)
        return spec
    if spec in NAMES:
        return _shipped(DEFAULT if spec == "default" else spec, threads)
    if _joined(spec):
        return _concatenated(spec, threads)
    if spec.endswith(_STATIC):
        from sada.indexes.encoders.static import StaticEncoder

        return StaticEncoder(Path(spec), threads)
    if not spec.strip():
        raise EncoderError(f"an encoder's name is empty: give {', '.join(NAMES)}, or a model's name or path")
    from sada.indexes.encoders.transformers import TransformersEncoder

    return TransformersEncoder(spec, threads, options or {})


def comes_with_sada(spec: str) -> bool:
    """Whether ``spec`` names encoders of Sada alone, so that nothing is loaded that someone else made.

    >>> comes_with_sada("use+fast"), comes_with_sada("fast+/tmp/mine.safetensors"), comes_with_sada("org/model")
    (True, False, False)
    """
    return all(part.strip() in NAMES for part in (spec.split("+") if _joined(spec) else [spec]))


def _shipped(name: str, threads: int) -> Encoder:
    """Load an encoder whose weights are part of a package."""
    if name == "use":
        from sada.indexes.encoders.universal import UseEncoder

        return UseEncoder(threads)
    if name == "fast":
        from sada.indexes.encoders.static import StaticEncoder, fast_weights

        return StaticEncoder(fast_weights(), threads, name)
    from sada.indexes.encoders.e5 import E5Encoder

    return E5Encoder(threads, name)


def _concatenated(spec: str, threads: int) -> Encoder:
    parts = [load_encoder(part.strip(), threads) for part in spec.split("+")]
    together = [part for part in parts if part is not None]
    if len(together) < len(parts):
        raise EncoderError(f"encoder {spec!r} joins 'none' to another: name two encoders, or none alone")
    from sada.indexes.encoders.concatenated import ConcatenatedEncoder

    return ConcatenatedEncoder(together)


def _joined(spec: str) -> bool:
    return "+" in spec and not Path(spec).exists()
