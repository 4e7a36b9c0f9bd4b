"""Sentence encoders: what one is, how one is named, and what an index asks of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import xxhash

from sada.indexes.article import Article
from sada.indexes.errors import EncoderError

WORDS = 60
"""Most words of an article's text that an encoder reads."""

CHARACTERS = 400
"""Most characters of an article's text that an encoder reads."""

TEXT_RULE = "title+60w/400c/v1"
"""The name of the rule that ``encoder_text`` follows, stamped into every index."""

_PARTS = ("name", "revision", "dimension", "languages", "fingerprint", "encode")


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product says how close in meaning they are.

    Any object with these members will do. ``encode`` must be deterministic, and a text's vector must not depend on the
    other texts of the call by more than 1e-5.
    """

    @property
    def name(self) -> str:
        """What ``load_encoder`` makes the same encoder from."""

    @property
    def revision(self) -> str:
        """Version of the package or model."""

    @property
    def dimension(self) -> int:
        """Columns of every vector."""

    @property
    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes it reads; ``None`` if that is unknown or not limited."""

    @property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the weights' bytes."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Float32 ``(len(texts), dimension)``, rows of length 1; a row may be all zero for an empty text."""


class SideBySide:
    """Several encoders as one: their unit vectors next to each other, so that its cosine is the mean of theirs."""

    def __init__(self, parts: Sequence[Encoder]) -> None:
        self._parts = parts
        self.name = "+".join(part.name for part in parts)
        self.revision = "+".join(part.revision for part in parts)
        self.dimension = sum(part.dimension for part in parts)
        known = [part.languages for part in parts if part.languages is not None]
        self.languages = frozenset().union(*known) if len(known) == len(parts) else None

    @property
    def fingerprint(self) -> str:
        """XXH3 (128 bits, hexadecimal) over the parts' fingerprints."""
        return xxhash.xxh3_128_hexdigest("+".join(part.fingerprint for part in self._parts).encode())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Float32 ``(len(texts), dimension)``, each part's columns scaled by 1/√(number of parts)."""
        joined = np.hstack([part.encode(texts) for part in self._parts])
        return joined * np.float32(1 / math.sqrt(len(self._parts)))


def load_encoder(spec: str | Encoder | None, threads: int = 0) -> Encoder | None:
    """The encoder that ``spec`` names.

    Args:
        spec: ``"default"`` (universal-sentence-encoder-multilingual v3, 16 languages), ``"e5"`` (multilingual-e5-small
            in 4 bits, about 100 languages), ``"none"`` or ``None`` for no encoder, ``"A+B"`` for both side by side, the
            name or path of any sentence-transformers model, or an object with the members of ``Encoder``.
        threads: threads of ``encode``; 0 for one a core.

    Returns:
        The encoder, ``None`` for no encoder. The default loads its weights at the first ``encode``.

    Raises:
        MissingPackage: if the encoder's package is not installed.
        EncoderError: if the model cannot be loaded or the object is not an encoder.
    """
    if spec is None or spec == "none":
        return None
    if not isinstance(spec, str):
        return _checked(spec)
    if spec == "default":
        from sada.indexes.default_encoder import DefaultEncoder

        return DefaultEncoder(threads)
    if spec == "e5":
        from sada.indexes.e5_encoder import E5Encoder

        return E5Encoder(threads)
    if "+" in spec and not Path(spec).exists():
        parts = [load_encoder(part.strip(), threads) for part in spec.split("+")]
        together = [part for part in parts if part is not None]
        if len(together) < len(parts):
            raise EncoderError(f"encoder {spec!r} joins 'none' to another: name two encoders, or none alone")
        return SideBySide(together)
    if not spec.strip():
        raise EncoderError("an encoder's name is empty: give default, e5, none, or a model's name or path")
    from sada.indexes.transformers_encoder import TransformersEncoder

    return TransformersEncoder(spec, threads)


def _checked(candidate: Any) -> Encoder:
    """``candidate`` if it has every member of ``Encoder``."""
    kind = type(candidate).__name__
    missing = [part for part in _PARTS if not hasattr(candidate, part)]
    if missing:
        raise EncoderError(f"{kind} is not an encoder, it lacks {', '.join(missing)}: see sada.indexes.encoder.Encoder")
    if not isinstance(candidate.dimension, int | np.integer) or candidate.dimension < 1:
        raise EncoderError(f"{kind}.dimension is {candidate.dimension!r}: give the number of columns, 1 or more")
    if not callable(candidate.encode):
        raise EncoderError(f"{kind}.encode cannot be called: make it a method that takes a list of texts")
    return candidate


def encoder_text(article: Article) -> str:
    """What an encoder reads of an article: the title, and on the next line how the text begins.

    Of each at most ``WORDS`` words and ``CHARACTERS`` characters, cut at a word's end where there are spaces.
    """
    return f"{_beginning(article.title)}\n{_beginning(article.text)}".strip()


def _beginning(text: str) -> str:
    lead = " ".join(text.split(None, WORDS)[:WORDS])
    if len(lead) <= CHARACTERS:
        return lead
    space = lead.rfind(" ", CHARACTERS // 2, CHARACTERS + 1)  # a far earlier one is no word's end in Chinese or Thai
    return lead[: space if space >= 0 else CHARACTERS]


def stamp(encoder: Encoder | None) -> dict[str, Any]:
    """What an index records of its encoder; vectors with different stamps must not be compared."""
    if encoder is None:
        return {"name": "none", "dimension": 0}
    return {
        "name": encoder.name,
        "revision": encoder.revision,
        "dimension": int(encoder.dimension),
        "fingerprint": encoder.fingerprint,
        "text_rule": TEXT_RULE,
    }


def encode_unit(
    encoder: Encoder,
    texts: Sequence[str],
    batch: int = 256,
    on_done: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Vectors of length 1, checked, whatever the encoder is.

    A text that occurs several times is encoded once; a blank text gets a row of zeros and is never encoded.

    Args:
        encoder: any encoder.
        texts: what to encode, see ``encoder_text``.
        batch: texts handed to the encoder at a time, at least 1.
        on_done: called after each batch with how many of ``texts`` it settled; the calls add up to ``len(texts)``.

    Returns:
        Float32 ``(len(texts), encoder.dimension)``.

    Raises:
        EncoderError: if a vector has the wrong shape or type, or holds a value that is not finite.
    """
    first: dict[str, int] = {}
    places = np.fromiter((first.setdefault(text, len(first)) for text in texts), np.int64, len(texts))
    unique = list(first)
    vectors = np.zeros((len(unique), encoder.dimension), dtype=np.float32)
    times = np.bincount(places, minlength=len(unique))
    for start in range(0, len(unique), batch):
        rows = [row for row in range(start, min(start + batch, len(unique))) if unique[row].strip()]
        if rows:
            given = encoder.encode([unique[row] for row in rows])
            wrong = _fault(given, len(rows), encoder.dimension)
            if wrong is not None:
                position = int(np.argmax(places == rows[wrong[0]]))
                raise EncoderError(f"encoder {encoder.name}, text {position}: {wrong[1]}")
            vectors[rows] = _unit(given)
        if on_done is not None:
            on_done(int(times[start : start + batch].sum()))
    return vectors if len(unique) == len(texts) else vectors[places]


def _fault(given: Any, count: int, dimension: int) -> tuple[int, str] | None:
    """The first row at fault in what an encoder gave, and what is wrong and how to mend it."""
    if not isinstance(given, np.ndarray) or given.shape != (count, dimension):
        got = f"an array of shape {given.shape}" if isinstance(given, np.ndarray) else type(given).__name__
        return 0, f"encode gave {got}: return an array of shape {(count, dimension)}, one row a text"
    if given.dtype != np.float32:
        return 0, f"encode gave {given.dtype}: return vectors.astype(numpy.float32)"
    bad = np.flatnonzero(~np.isfinite(given).all(axis=1))
    if len(bad):
        return int(bad[0]), "its vector holds a value that is not finite: leave the text out or take another encoder"
    return None


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1; a row of zeros stays one."""
    lengths = np.sqrt(np.square(vectors, dtype=np.float64).sum(axis=1, keepdims=True))
    return vectors / np.where(lengths > 0, lengths, 1)


def clean(text: str) -> str:
    """``text`` with lone surrogates, which no tokeniser takes, replaced by question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
