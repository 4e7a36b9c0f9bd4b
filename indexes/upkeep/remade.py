"""Makes the arrays of a segment again, from the texts of its articles, and compares.

Only texts can tell whether an array is right: whoever writes an array can write its checksum, too.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import TEXT_RULE, encoder_text
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.lsh import packed_keys
from sada.indexes.minhash.respelling import stored_keys
from sada.indexes.minhash.sketches import sketch
from sada.indexes.ragged import owners_of, unique
from sada.indexes.segments.layouts import ALWAYS, LAYOUTS
from sada.indexes.segments.postings import LENGTHS, POSTINGS, TERMS, checked_directory, word_arrays
from sada.indexes.segments.segment import ENCODED, HOMES, LSH, SPELLINGS, VECTORS, StoredSegment
from sada.indexes.segments.vector_reuse import text_keys
from sada.indexes.upkeep.findings import Finding, damaged


def misfits(stored: StoredSegment, kinds: Sequence[str], dimension: int, is_earlier: bool) -> list[Finding]:
    """What is wrong with the kinds, types and shapes of the arrays of a segment.

    Args:
        stored: the segment.
        kinds: the kinds of array that it has.
        dimension: of the vectors; 0 for an index without encoder.
        is_earlier: whether the index is of an earlier format, in which some kinds may be missing.
    """
    wanted = ALWAYS | ({VECTORS, ENCODED} if dimension else set())
    where, known = f"segment {stored.segment}", wanted | {HOMES}
    found = [Finding(where, f"it has no {kind}") for kind in sorted(wanted - set(kinds)) if not is_earlier]
    found += [Finding(where, f"nothing is known of its {kind}") for kind in sorted(set(kinds) - known)]
    for kind in sorted(LAYOUTS.keys() & set(kinds)):
        try:
            stored.array(kind)
        except IndexDamagedError as error:
            found.append(damaged(error))
    return found


class Remade:
    """The arrays of one segment, to be compared with the texts of its articles, some thousand at a time.

    Args:
        stored: the segment; all its arrays are of the layout of their kind.
        dimension: of the vectors; 0 for an index without encoder.
        text_rule: by which the index gives texts to its encoder.

    Raises:
        IndexDamagedError: if what is in an array is impossible whatever the texts are.
    """

    def __init__(self, stored: StoredSegment, dimension: int, text_rule: str) -> None:
        from sada.indexes.segments import posting_kernels

        self._stored, self._dimension, self._text_rule = stored, dimension, text_rule
        self._secret = np.uint64(secrets.randbits(64) | 1)
        self._words = np.zeros(stored.count, np.uint64)
        self._lengths = np.zeros(0, np.uint32)
        if stored.has(POSTINGS):
            directory, postings = checked_directory(stored), stored.array(POSTINGS)
            self._lengths = stored.array(LENGTHS).whole()
            if not posting_kernels.add_digests(directory, postings.whole(), self._secret, self._words):
                raise postings.impossible("the positions of its terms do not ascend within the segment")

    def compare(self, articles: Sequence[Article], positions: np.ndarray) -> list[Finding]:
        """Compare the shingles, words and spellings at some positions (int64) with those of articles."""
        bodies = [article.body for article in articles]
        wrong = self._sketches(bodies, positions) | {
            "its words are not those of its text": self._other_words(articles, positions),
            "its keys of other spellings are not those of its text": (
                stored_keys(bodies) != self._stored.array(SPELLINGS).at(positions)
            ).any(axis=1),
        }
        return _findings(articles, wrong)

    def compare_vectors(self, articles: Sequence[Article], positions: np.ndarray) -> list[Finding]:
        """Check lengths, and the keys of the texts unless another rule than this Sada's made the texts."""
        if not self._dimension:
            return []
        vectors, keys = self._stored.array(VECTORS).at(positions), self._stored.array(ENCODED).at(positions)
        lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
        no_unit = ~((np.abs(lengths - 1) < 1e-3) | (lengths == 0))
        texts = [encoder_text(article) for article in articles]
        empty = (lengths == 0) & keys.any(axis=1)
        nothing = (lengths == 0) & ~empty  # blank, in a language that the encoder does not know, or it gave zeros
        unasked = (lengths != 0) & ~keys.any(axis=1)
        foreign = ~nothing & ~empty & (keys != text_keys(texts)).any(axis=1) & (self._text_rule == TEXT_RULE)
        wrong = {
            "its embedding is no unit vector": no_unit,
            "its embedding is all zeros, and yet it has the key of a text": empty,
            "its embedding is of another text": foreign | unasked,
        }
        return _findings(articles, wrong)

    def compare_run(self) -> list[Finding]:
        """Make the LSH run of the segment again from its signatures and compare."""
        stored = self._stored
        signatures = stored.array("signatures").whole()
        filled = np.flatnonzero(np.diff(stored.array("bounds").whole()))
        fresh = packed_keys(signatures[filled], stored.run.bands, filled)
        if np.array_equal(fresh, stored.array(LSH).whole()):
            return []
        return [Finding(f"segment {stored.segment}", "its LSH run is not that of its signatures")]

    def _sketches(self, bodies: list[str], positions: np.ndarray) -> dict[str, np.ndarray]:
        fresh, kept = sketch(bodies), self._stored.take(positions)
        sizes = fresh.sizes != kept.sizes
        other = sizes.copy()
        if not sizes.any():
            other[unique(owners_of(fresh.sizes)[fresh.shingles != kept.shingles])] = True
        signatures = (fresh.signatures != kept.signatures).any(axis=1) | (fresh.keys != kept.keys) | sizes
        return {
            "its signature is not that of its text": signatures,
            "its shingles are not those of its text": other & ~signatures,
        }

    def _other_words(self, articles: Sequence[Article], positions: np.ndarray) -> np.ndarray:
        """Bool (m,): whether an article has other words than the segment says."""
        from sada.indexes.segments import posting_kernels

        fresh, sums = word_arrays(articles), np.zeros(len(articles), np.uint64)
        posting_kernels.add_digests(fresh[TERMS], fresh[POSTINGS], self._secret, sums)
        return (sums != self._words[positions]) | (fresh[LENGTHS] != self._lengths[positions])


def _findings(articles: Sequence[Article], wrong: dict[str, np.ndarray]) -> list[Finding]:
    """One finding for each article that is marked, by what is wrong."""
    return [
        Finding(f"article {articles[at].id}", what) for what, bad in wrong.items() for at in bad.nonzero()[0].tolist()
    ]
