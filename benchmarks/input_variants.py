"""What is encoded of an article: encoders that read a part of the text they are given, or end before the last layer."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
import xxhash
from encoder_choices import CHARACTERS_A_WORD, FOLDERS, of_language
from story_sets import HEADLINES_SHARE, headlines

from sada.indexes.article import Article
from sada.indexes.e5.weights import WeightFile
from sada.indexes.encoders.e5 import SHORT, E5Encoder
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text, unit_rows
from sada.indexes.encoders.loading import load_encoder

USE, FAST = "use, title and 60 words", "fast, title and 60 words"
LANGUAGE_IN = f"{SHORT}, language left in"
_HALF = 0.5
SIDE_BY_SIDE = (
    ("e5, title", USE, _HALF), ("e5, title", FAST, _HALF), ("e5, title and 15 words", FAST, _HALF),
    ("e5, title", USE, 0.8), ("e5, title", FAST, 0.85), ("e5, title and 15 words", FAST, 0.8),
    ("e5, title and 15 words", FAST, 0.85), ("e5, title and 15 words", FAST, 0.9),
    ("e5, title and 30 words", FAST, 0.9),
)  # fmt: skip
"""Two encoders, and the share of the first in their cosine: those of e5 lie closer together than those of others."""
AFTER = (0, 15, 30, 60)
BUDGETS = (16, 24, 32, 48)
LAYERS = (6, 9)
_RIDGE = 1e-3
_A_LANGUAGE = 120
"""How many texts of a language and a folder the maps from an early layer to the last are fitted on."""
_AT_ONCE = 256
Cut = Callable[[str], str]


class Reading:
    """An encoder that is given a part of each text.

    Args:
        inner: the encoder.
        cut: what makes the part of the text.
        name: of the two together.
    """

    def __init__(self, inner: Encoder, cut: Cut, name: str) -> None:
        self._inner, self._cut, self.name = inner, cut, name
        self.revision, self.fingerprint = inner.revision, inner.fingerprint
        self.dimension, self.languages = inner.dimension, inner.languages

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors of the parts."""
        return self._inner.encode([self._cut(text) for text in texts])


class Pooled(Reading):
    """The encoder e5-short, what tells the language not taken out of its vectors."""

    def __init__(self, inner: E5Encoder, name: str) -> None:
        super().__init__(inner, str, name)
        self._short = inner

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The mean vectors of the subwords."""
        return self._short.pooled(texts)


class Beside(Reading):
    """Two encoders, whose cosine is that of the first by so much, and of the second for the rest."""

    def __init__(self, inner: Encoder, other: Encoder, share: float, name: str) -> None:
        super().__init__(inner, str, name)
        self._other, self._scales = other, np.sqrt(np.array([share, 1 - share], np.float32))
        self.dimension += other.dimension
        self.languages = None

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors, side by side."""
        return np.hstack([self._inner.encode(texts) * self._scales[0], self._other.encode(texts) * self._scales[1]])


class Mapped(Reading):
    """An encoder whose vectors an affine map takes to those of another; unit vectors again."""

    def __init__(self, inner: Encoder, affine: np.ndarray, name: str) -> None:
        super().__init__(inner, str, name)
        self._affine = affine

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors, after the map."""
        return unit_rows(_with_one(self._inner.encode(texts)) @ self._affine)


class Kept(Reading):
    """An encoder whose vectors are kept in a file, each of which is made once.

    Args:
        inner: the encoder.
        folder: where the file is.
    """

    def __init__(self, inner: Encoder, folder: Path) -> None:
        super().__init__(inner, str, inner.name)
        self._file = sqlite3.connect(folder / "vectors.sqlite", timeout=600, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors; those that are not in the file yet are put there."""
        keys = [xxhash.xxh3_128_digest(f"{self.name}\0{text}".encode("utf-8", "replace")) for text in texts]
        found = {key: self._read(key) for key in keys}
        new = {key: text for key, text in zip(keys, texts, strict=True) if found[key] is None}
        for start in range(0, len(new), _AT_ONCE):
            part = list(new)[start : start + _AT_ONCE]
            found |= zip(part, self.put(part, self._inner.encode([new[key] for key in part])), strict=True)
        return np.stack([found[key] for key in keys])

    def put(self, keys: Sequence[bytes], vectors: np.ndarray) -> np.ndarray:
        """Write vectors to the file; the same vectors."""
        with self._file:
            rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        return vectors

    def _read(self, key: bytes) -> np.ndarray | None:
        row = self._file.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float32)


def title_and(words: int) -> Cut:
    """A cut to the title, whole, and so many words of the text; a text of one line counts as a title."""

    def cut(text: str) -> str:
        title, _, body = text.partition("\n")
        return f"{title}\n{first(body, words)}".strip() if words else title

    return cut


def first(text: str, words: int) -> str:
    """The first words of a text, or as many characters as so many words have, as ``encoder_text`` cuts."""
    bounds = {"WORDS": words, "CHARACTERS": round(words * CHARACTERS_A_WORD)}
    with patch.multiple("sada.indexes.encoders.encoder", **bounds):
        return encoder_text(Article("text", "", text))


def early(layers: int) -> E5Encoder:
    """The encoder e5 without its last layers: the mean of what the subwords are after ``layers`` of them."""

    class Fewer(WeightFile):
        def __init__(self, path: Path) -> None:
            super().__init__(path)
            self.layers = layers

    encoder = E5Encoder(threads=1)
    encoder.name = _layered(layers)
    with patch("sada.indexes.e5.weights.WeightFile", Fewer):
        encoder.encode(["loaded"])
    return encoder


def mapping(data: Path, given: Encoder, wanted: Encoder) -> np.ndarray:
    """An affine map from the vectors of one encoder to those of another, by ridge regression."""
    texts = mapping_texts(data)
    left, right = _with_one(encode_unit(given, texts)).astype(np.float64), encode_unit(wanted, texts)
    penalty = _RIDGE * np.eye(left.shape[1])
    penalty[-1, -1] = 0
    return np.linalg.solve(left.T @ left / len(left) + penalty / left.shape[1], left.T @ right / len(left)).astype("f4")


@cache
def mapping_texts(data: Path) -> list[str]:
    """Short texts in about a hundred languages, and the headlines that scorers are fitted on; nothing measured on."""
    drawn, texts = random.Random(0), []
    for folder in (data / "parallel" / name for name in FOLDERS):
        for language in sorted({code for path in folder.glob("*.xz") for code in path.name.split(".")[0].split("-")}):
            found = sorted(set(of_language(folder, language)))
            texts += drawn.sample(found, min(_A_LANGUAGE, len(found)))
    news = headlines(data)[0][0]
    return texts + [encoder_text(article) for article in news[: int(HEADLINES_SHARE * len(news))]]


def _with_one(vectors: np.ndarray) -> np.ndarray:
    return np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])


class Variants:
    """All that is compared, by name; two side by side are named with a plus between.

    Args:
        data: the folder of the data sets.
        folder: where vectors are kept.
        anew: make vectors anew each time, as for their price.
    """

    def __init__(self, data: Path, folder: Path, anew: bool = False) -> None:
        self._kept = cache(lambda name: Kept(_load(name), folder))
        self._plain = cache(_load) if anew else self._kept
        self._map = cache(lambda layers: mapping(data, self._kept(_layered(layers)), self._kept("e5")))
        self._made: dict[str, Callable[[], Encoder]] = {}
        for name in (SHORT, LANGUAGE_IN):
            self._made[name] = partial(self._reading, name, str, name)
        for encoder, cuts in READ.items():
            for said, cut in cuts.items():
                self._made[f"{encoder}, {said}"] = partial(self._reading, encoder, cut, f"{encoder}, {said}")
        for layers in LAYERS:
            for said in (titled(0), titled(30)):
                self._made[f"{_layered(layers)}, {said}"] = partial(self._early, layers, said)
        for first_name, second, share in SIDE_BY_SIDE:
            name = together(first_name, second, share)
            self._made[name] = partial(self._beside, first_name, second, share, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __getitem__(self, name: str) -> Encoder:
        return self._made[name]()

    def _reading(self, encoder: str, cut: Cut, name: str) -> Encoder:
        return Reading(self._plain(encoder), cut, name)

    def _early(self, layers: int, said: str) -> Encoder:
        name = _layered(layers)
        return Reading(Mapped(self._plain(name), self._map(layers), name), READ["e5"][said], f"{name}, {said}")

    def _beside(self, one: str, other: str, share: float, name: str) -> Encoder:
        return Beside(self[one], self[other], share, name)


def together(one: str, other: str, share: float) -> str:
    """How two side by side are named."""
    return f"{one}+{other}" + ("" if share == _HALF else f" (share of e5: {share})")


def read_by(name: str) -> Cut:
    """What the first encoder of a variant reads of a text."""
    encoder, said = name.split("+")[0].split(", ", 1)
    return READ[encoder.split()[0]][said]


def _load(name: str) -> Encoder:
    """An encoder that is given all of each text."""
    if name == LANGUAGE_IN:
        return Pooled(E5Encoder(threads=1, name=SHORT), name)
    encoder = early(int(name.split()[-1])) if name.startswith("e5 ") else load_encoder(name, threads=1)
    assert encoder is not None
    return encoder


def _layered(layers: int) -> str:
    return f"e5 to layer {layers}"


def titled(words: int) -> str:
    """How a title and so many words of the text are named."""
    return f"title and {words} words" if words else "title"


READ: dict[str, dict[str, Cut]] = {
    "use": {titled(60): str, titled(0): title_and(0)},
    "fast": {titled(60): str},
    "e5": {titled(words): title_and(words) for words in AFTER}
    | {f"first {words} words": partial(first, words=words) for words in BUDGETS},
}
