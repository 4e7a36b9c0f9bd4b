"""Reuse of vectors: no text is encoded twice, since an index stores the key of the text of every vector.

The key is zero where there is no vector: the text has no word, it is in a language that the encoder does not know, or
the encoder returned zeros. In the last case the text is encoded again the next time, when the encoder may be repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import xxhash

from sada.indexes.encoders.encoder import Encoder, encode_unit, understands
from sada.indexes.languages.usual_spelling import has_words
from sada.indexes.segments.segment import ENCODED, VECTORS, StoredSegment


def text_keys(
    texts: Sequence[str], languages: Sequence[str] | None = None, known: frozenset[str] | None = None
) -> np.ndarray:
    """The key (XXH3-128) of each text that is to be encoded, zeros for the others.

    Args:
        texts: what an encoder reads of articles, see :func:`~sada.indexes.encoders.encoder.encoder_text`.
        languages: of each text, empty if that is not known for certain; None to encode texts of every language.
        known: the languages that the encoder knows; None if they are not limited.

    Returns:
        uint64 (n, 2).
    """
    digests = [
        xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass"))
        if has_words(text) and (languages is None or understands(known, languages[at]))
        else bytes(16)
        for at, text in enumerate(texts)
    ]
    return np.frombuffer(b"".join(digests), np.uint64).reshape(-1, 2)


class KeyTable:
    """A table of keys, to look up other keys in.

    Args:
        keys: uint64 (n, 2).
    """

    def __init__(self, keys: np.ndarray) -> None:
        self._order = np.lexsort((keys[:, 1], keys[:, 0]))
        self._first, self._second = np.ascontiguousarray(keys[self._order].T)

    def find(self, wanted: np.ndarray) -> np.ndarray:
        """int64 (m,): the rows of the keys ``wanted`` (uint64 (m, 2)); -1 for a zero key or one that is not there."""
        found = np.full(len(wanted), -1)
        rows, places = np.arange(len(wanted)), np.searchsorted(self._first, wanted[:, 0])
        while len(rows):  # again for each further key with the same first half: almost never
            inside = places < len(self._first)
            rows, places = rows[inside], places[inside]
            alike = self._first[places] == wanted[rows, 0]
            rows, places = rows[alike], places[alike]
            same = self._second[places] == wanted[rows, 1]
            found[rows[same]] = self._order[places[same]]
            rows, places = rows[~same], places[~same] + 1
        found[~wanted.any(axis=1)] = -1
        return found


def reused_vectors(
    encoder: Encoder,
    texts: Sequence[str],
    languages: Sequence[str],
    known: frozenset[str] | None,
    earlier: Iterable[StoredSegment],
    on_done: Callable[[int], None],
) -> dict[str, np.ndarray]:
    """The vectors of some texts and their keys, as a segment stores them.

    Only texts that no earlier segment has a vector of are encoded. A reused vector is the same to the bit.

    Args:
        encoder: any encoder.
        texts: what to encode.
        languages: of each text, empty if that is not known for certain.
        known: the languages that the encoder knows; None if they are not limited.
        earlier: segments to look in, whose vectors are of the same encoder.
        on_done: called with the number of further ``texts`` that are done; the calls add up to ``len(texts)``.

    Raises:
        EncoderError: if the encoder's vectors cannot be used.
        IndexDamagedError: if what is read is not what was written.
    """
    keys = text_keys(texts, languages, known)
    vectors, missing = _found(keys, earlier, encoder.dimension)
    on_done(len(texts) - len(missing))
    vectors[missing] = encode_unit(encoder, [texts[row] for row in missing], on_done=on_done).astype(np.float16)
    return {VECTORS: vectors, ENCODED: np.where(vectors.any(axis=1, keepdims=True), keys, np.uint64(0))}


def _found(keys: np.ndarray, earlier: Iterable[StoredSegment], dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """Float16 (n, dimension), the vectors of those keys that segments have, and int64, the rows still to encode."""
    unique, names = np.unique(keys, axis=0, return_inverse=True)
    table, names = KeyTable(unique), names.reshape(-1)
    vectors = np.zeros((len(unique), dimension), np.float16)
    missing = np.array(unique.any(axis=1))
    for stored in earlier:
        if not missing.any():
            break
        places = table.find(stored.array(ENCODED).whole())
        here = np.flatnonzero(places >= 0)
        here = here[missing[places[here]]]
        vectors[places[here]] = stored.array(VECTORS).at(here)
        missing[places[here]] = False
    return vectors[names], np.flatnonzero(missing[names])
