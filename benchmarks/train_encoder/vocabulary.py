"""The student's pieces: a unigram language model of all languages' words, trained by the sentencepiece library."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.train_encoder.examples import TAUGHT
from sada.indexes.subwords.chunks import WORD_START
from sada.indexes.subwords.unigram import LONGEST_PIECE
from sada.indexes.text import folding
from sada.indexes.text.folding import MARK, SEPARATOR, SPACELESS
from sada.indexes.text.tokens import plain_fold

USE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "ARABIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI"})
"""Scripts of which the first teacher reads a language; of others it says nothing."""

SMALL_LANGUAGES = 0.5
"""A language counts as the number of its words to this power: at 1 large ones take all pieces, at 0 each as many."""
RAREST = 2
FEWEST_TIMES = 3
COVERED = 0.9998
LISTED = 0.6
AT_HOME = 0.3


class Chunks:
    """Finds the chunks of :func:`sada.indexes.subwords.unigram.chunks` many times as fast, where none is over-long."""

    def __init__(self) -> None:
        table = folding.load()
        kinds = table.kinds
        spaceless = _ranges(kinds == SPACELESS)
        mark = _ranges(kinds == MARK)
        spaced = _ranges((kinds != SPACELESS) & (kinds != MARK) & (kinds != SEPARATOR))
        self._find = re.compile(f"[{spaceless}][{spaceless}{mark}]*|[{spaced}][{spaced}{mark}]*").findall
        self._spaceless = re.compile(f"[{spaceless}]").match
        self._fold = {point: folded for point in range(0x30000) if (folded := plain_fold(chr(point))) != chr(point)}

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


@cache
def spelled_words() -> dict[str, dict[str, float]]:
    """By language, how large a share of all text each word is, from the package ``wordfreq``: about 40 languages.

    The lists know words of news that no sentence here holds (Speer, "wordfreq", 2022; data CC BY-SA 4.0).
    """
    import wordfreq

    return {
        language: wordfreq.get_frequency_dict(language, "best")
        for language in sorted(wordfreq.available_languages("best"))
    }


@cache
def word_lists() -> dict[str, dict[str, float]]:
    """:func:`spelled_words` as chunks, which are folded, and without those that hold digits."""
    chunks = Chunks()
    lists = {}
    for language, spelled in spelled_words().items():
        words: Counter[str] = Counter()
        for word, share in spelled.items():
            for chunk in chunks(word):
                if 1 < len(chunk) <= LONGEST_PIECE and not any(letter.isdigit() for letter in chunk):
                    words[chunk] += share  # type: ignore[assignment]
        whole = sum(words.values())
        lists[language] = {word: share / whole for word, share in words.items()}
    return lists


def mixed(counted: Counter[str], lists: Mapping[str, Mapping[str, float]]) -> Counter[str]:
    """Counts of texts and of lists in one, ``LISTED`` of it from lists, in which ``TAUGHT`` languages count double."""
    total = sum(counted.values())
    together = Counter({word: count * (1 - LISTED) for word, count in counted.items()})
    doubled = {language: 2 if language in TAUGHT else 1 for language in lists}
    for language, words in lists.items():
        scale = LISTED * total * doubled[language] / sum(doubled.values())
        for word, share in words.items():
            together[word] += share * scale  # type: ignore[assignment]
    return together


def homes_of(pieces: Sequence[str], lists: Mapping[str, Mapping[str, float]]) -> np.ndarray:
    """(pieces,) str: the language in whose list a piece has the greatest share, or the script of one in no list."""
    shares = (_shares(piece, lists) for piece in pieces)
    return np.array(
        [
            max(found, key=lambda language: (found[language], language)) if found else script_of(piece)
            for piece, found in zip(pieces, shares, strict=True)
        ]
    )


def read_by_use(pieces: Sequence[str], lists: Mapping[str, Mapping[str, float]]) -> np.ndarray:
    """Bool (pieces,): whether the first teacher reads a piece's language.

    A word of a list is read unless it is far more at home in a language that the teacher does not read; of other pieces
    the script decides.
    """
    read = np.array([script_of(piece) in USE_SCRIPTS for piece in pieces])
    for at, piece in enumerate(pieces):
        shares = _shares(piece, lists)
        if shares:
            best = max((share for language, share in shares.items() if language in TAUGHT), default=0.0)
            read[at] &= best >= AT_HOME * max(shares.values())
    return read


def _shares(piece: str, lists: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """What share of its language's text a piece is, in each list that has it."""
    return {language: words[piece] for language, words in lists.items() if piece in words}


def script_of(piece: str) -> str:
    """The first word of the Unicode name of a piece's first letter, which names its script."""
    return unicodedata.name(piece.lstrip(WORD_START)[:1] or ".", "?").split()[0]


def train_pieces(words: Mapping[str, float], size: int, folder: Path, threads: int) -> tuple[list[str], np.ndarray]:
    """``size`` pieces and their scores (log probabilities), in the order of their code points."""
    import sentencepiece

    table = folder / "words.tsv"
    with table.open("w", encoding="utf-8") as file:
        file.writelines(f"{word}\t{round(count)}\n" for word, count in words.items() if count >= FEWEST_TIMES)
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
