"""What the student is taught: texts, and for each the text whose vector a teacher can give (its pivot).

A sentence in a language that the teacher reads learns the teacher's vector of itself. Translation is the teacher where
no encoder is: any other learns the vector of its English side, or of a translation which the teacher reads.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.train_encoder.sources import Pair, Source, is_word_list, leads_of, read_pairs, usable

TAUGHT = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "tr", "ar", "zh", "ko")
"""Languages that may be a pivot, the first of two preferred: those that the universal sentence encoder reads."""

LEADS = (2, 6)
"""Lines that follow each other and are joined to one longer text: fewest and most."""

LEAD_CHARACTERS = 700

KEPT_ONE_IN = 100
"""One pivot in so many is kept out of training."""

OWN = 40_000

STIRRED, STIRRED_E5 = MADE = "stirred", "stirred+e5"
"""Sources of texts that are made, see :mod:`benchmarks.train_encoder.stirring`."""
STIRRED_ONE_IN = 16
"""The slow teacher reads one in so many of the first."""

PIVOT = "pivot"
"""The source of an example whose text is its own pivot."""


@dataclass
class Examples:
    """Texts and, by position, what is learned from them."""

    texts: list[str] = field(default_factory=list)
    text: list[int] = field(default_factory=list)
    pivot: list[int] = field(default_factory=list)
    language: list[str] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    pivots: dict[int, str] = field(default_factory=dict)
    """Position of every pivot, and its language."""
    _places: dict[str, int] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def place(self, text: str) -> int:
        """The position of a text, which is put there if it is new."""
        found = self._places.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found

    def pivot_of(self, text: str) -> int | None:
        """The pivot that a text was given first, or None."""
        at = self._places.get(text)
        return None if at is None else self._known.get(at)

    def add(self, text: str, pivot: int, language: str, source: str) -> None:
        """One example; one that is there already is not added again."""
        at = self.place(text)
        self._known.setdefault(at, pivot)
        if (at, pivot) not in self._seen:
            self._seen.add((at, pivot))
            self.text.append(at)
            self.pivot.append(pivot)
            self.language.append(language)
            self.source.append(source)

    def close(self) -> None:
        """Forget what only adding needs, some gigabytes; nothing can be added any more."""
        for only_adding in (self._places, self._known, self._seen):
            only_adding.clear()

    def place_pivot(self, text: str, language: str) -> int:
        """The position of a text that a teacher is to read."""
        at = self.place(text)
        self.pivots.setdefault(at, language)
        return at


def gather(root: Path, sources: Sequence[Source]) -> Examples:
    """The examples of all sources: those with an English side, then those that reach a pivot another way."""
    found = Examples()
    later: list[tuple[Pair, str]] = []
    for source in sources:
        for pairs in read_pairs(root, source):
            _add_english(found, pairs, source)
            later += [(pair, source.folder) for pair in pairs if "en" not in (pair.language, pair.other_language)]
    for pair, folder in later:
        if usable(pair.text) and usable(pair.other):
            _add_other(found, pair, folder)
    for at, language in sorted(found.pivots.items()):
        found.add(found.texts[at], at, language, PIVOT)
    return found


def own_texts(examples: Examples) -> list[int]:
    """Positions, sorted, of sentences that are no pivots but in a language that the teacher reads all the same.

    Of each language ``OWN`` at most, those with the least hashes.
    """
    found: dict[str, set[int]] = {}
    for text, language, source in zip(examples.text, examples.language, examples.source, strict=True):
        if language in TAUGHT and not is_word_list(source) and text not in examples.pivots:
            found.setdefault(language, set()).add(text)
    return sorted(
        text for texts in found.values() for text in sorted(texts, key=lambda at: (_hash(examples.texts[at]), at))[:OWN]
    )


def e5_pivots(examples: Examples, sources: Sequence[Source]) -> list[int]:
    """The pivots that the slow teacher reads as well, sorted: of each source one in so many, by a hash.

    Of those that came with a translation only the English ones.
    """
    one_in = {source.folder: source.e5 for source in sources if source.e5}
    one_in |= {leads_of(source.folder): 1 for source in sources if source.order}
    one_in |= {STIRRED: STIRRED_ONE_IN, STIRRED_E5: 1}
    return sorted(
        {
            pivot
            for pivot, source in zip(examples.pivot, examples.source, strict=True)
            if source in one_in
            and (examples.pivots[pivot] == "en" or source in MADE)
            and _hash(examples.texts[pivot]) % one_in[source] == 0
        }
    )


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest())


def _add_english(found: Examples, pairs: list[Pair], source: Source) -> None:
    sides = [
        (pair.language, pair.text, pair.other)
        if pair.other_language == "en"
        else (pair.other_language, pair.other, pair.text)
        for pair in pairs
        if "en" in (pair.language, pair.other_language)
    ]
    for language, text, english in sides:
        for one in text.split(" | ")[:3]:  # words that mean the same
            if usable(one) and usable(english):
                found.add(one, found.place_pivot(english.split(" | ")[0], "en"), language, source.folder)
    if source.order:
        for language, text, english in _leads(sides):
            found.add(text, found.place_pivot(english, "en"), language, leads_of(source.folder))


def _leads(sides: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Neighbouring lines joined: the same lines of a language's English side for every language that has them."""
    start = 0
    while start < len(sides):
        english = sides[start][2]
        count = LEADS[0] + _hash(english) % (LEADS[1] - LEADS[0] + 1)
        group = sides[start : start + count]
        start += count
        joined = " ".join(side[1] for side in group)
        whole = not any(_is_kept(side[2]) for side in group)
        if len(group) > 1 and len(joined) <= LEAD_CHARACTERS and whole:
            yield group[0][0], joined, " ".join(side[2] for side in group)


def _add_other(found: Examples, pair: Pair, folder: str) -> None:
    sides = ((pair.language, pair.text), (pair.other_language, pair.other))
    pivots = [found.pivot_of(text) for _, text in sides]
    if pivots == [None, None]:
        taught = [(TAUGHT.index(language), text, language) for language, text in sides if language in TAUGHT]
        if not taught:
            return
        _, text, language = min(taught)
        pivot = found.place_pivot(text, language)
        pivots = [pivot, pivot]
    for (language, text), own, others in zip(sides, pivots, reversed(pivots), strict=True):
        pivot = others if others is not None else own
        assert pivot is not None
        found.add(text, pivot, language, folder)
        if own is not None and own != pivot and random.Random(text).random() < 0.2:
            found.add(text, own, language, folder)


def held_out(examples: Examples) -> np.ndarray:
    """Bool (examples,): those kept for judging checkpoints, by a hash of the pivot; their texts teach nothing."""
    kept = {at for at in examples.pivots if _is_kept(examples.texts[at])}
    texts = {text for text, pivot in zip(examples.text, examples.pivot, strict=True) if pivot in kept} | kept
    return np.array(
        [text in texts or pivot in texts for text, pivot in zip(examples.text, examples.pivot, strict=True)]
    )


def _is_kept(pivot: str) -> bool:
    return _hash(pivot) % KEPT_ONE_IN == 0
