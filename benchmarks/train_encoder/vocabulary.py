"""The student's pieces: a unigram language model of all languages' words, trained by the sentencepiece library."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from sada.indexes import unicode_table
from sada.indexes.pieces import LONGEST_PIECE, WORD_START
from sada.indexes.unicode_table import MARK, SEPARATOR, SPACELESS

SMALL_LANGUAGES = 0.5
"""A language counts as the number of its words to this power: at 1 large ones take all pieces, at 0 each as many."""
RAREST = 2
COVERED = 0.9998


class Chunks:
    """Finds the chunks of :func:`sada.indexes.pieces.chunks` many times as fast, where none is over-long."""

    def __init__(self) -> None:
        table = unicode_table.load()
        kinds = table.kinds
        spaceless = _ranges(kinds == SPACELESS)
        mark = _ranges(kinds == MARK)
        spaced = _ranges((kinds != SPACELESS) & (kinds != MARK) & (kinds != SEPARATOR))
        self._find = re.compile(f"[{spaceless}][{spaceless}{mark}]*|[{spaced}][{spaced}{mark}]*").findall
        self._spaceless = re.compile(f"[{spaceless}]").match
        from sada.indexes.text import fold

        self._fold = {point: fold(chr(point)) for point in range(0x30000) if fold(chr(point)) != chr(point)}

    def __call__(self, text: str) -> list[str]:
        """The chunks of a text, in order."""
        return [
            found if self._spaceless(found) else WORD_START + found for found in self._find(text.translate(self._fold))
        ]


def _ranges(chosen: np.ndarray) -> str:
    """The body of a character class of a regular expression."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(np.int8), [0]])))
    return "".join(
        f"\\U{start:08x}-\\U{stop - 1:08x}" for start, stop in edges.reshape(-1, 2) if not 0xD800 <= start <= 0xDFFF
    )


def count_words(texts: Iterable[tuple[str, str, float]]) -> dict[str, Counter[str]]:
    """By language, how often each chunk occurs in (language, text, weight)."""
    chunks = Chunks()
    counted: dict[str, Counter[str]] = {}
    for language, text, weight in texts:
        words = counted.setdefault(language, Counter())
        for word in chunks(text):
            words[word] += weight  # type: ignore[assignment]
    return counted


def balanced(counted: Mapping[str, Counter[str]], total: int = 100_000_000) -> Counter[str]:
    """All words in one count of about ``total``, in which small languages are not drowned."""
    sizes = {language: sum(words.values()) for language, words in counted.items()}
    whole = sum(size**SMALL_LANGUAGES for size in sizes.values())
    together: Counter[str] = Counter()
    for language, words in counted.items():
        scale = total * sizes[language] ** SMALL_LANGUAGES / whole / sizes[language]
        for word, count in words.items():
            if count >= RAREST:
                together[word] += count * scale  # type: ignore[assignment]
    return together


def train_pieces(words: Mapping[str, float], size: int, folder: Path, threads: int) -> tuple[list[str], np.ndarray]:
    """``size`` pieces and their scores (log probabilities), in the order of their code points."""
    import sentencepiece

    table = folder / "words.tsv"
    with table.open("w", encoding="utf-8") as file:
        file.writelines(f"{word}\t{round(count)}\n" for word, count in words.items() if round(count) >= 1)
    model = folder / f"pieces-{size}"
    sentencepiece.SentencePieceTrainer.train(
        input=str(table),
        input_format="tsv",
        model_prefix=str(model),
        model_type="unigram",
        vocab_size=size,
        character_coverage=COVERED,
        max_sentencepiece_length=LONGEST_PIECE,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        split_by_unicode_script=False,
        split_by_number=False,
        num_threads=threads,
        bos_id=-1,
        eos_id=-1,
        minloglevel=1,
    )
    rows = [line.rsplit("\t", 1) for line in Path(f"{model}.vocab").read_text(encoding="utf-8").split("\n") if line]
    kept = sorted((piece, float(score)) for piece, score in rows if piece != "<unk>")
    return [piece for piece, _ in kept], np.array([score for _, score in kept], np.float32)
