"""The parallel texts that the encoder learns from: where they are, whose they are, and what of them is read."""

from __future__ import annotations

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SHORTEST, LONGEST = 2, 1_000  # characters of a text worth learning from


SELDOM = frozenset(
    {
        *("co", "cx", "din", "ee", "eo", "fuv", "gv", "iu", "kab", "knc", "la", "lg", "ln", "mi", "rom", "sah"),
        *("shi", "syr", "tlh", "wo", "yi"),
    }
)
"""Languages with texts here, of one book or by learners, but hardly any news: they take little of the vocabulary."""
SELDOM_WEIGHT = 0.05


@dataclass(frozen=True)
class Source:
    """One collection under the folder of parallel texts."""

    folder: str
    title: str
    licence: str
    weight: float = 1.0
    """How often a text is drawn, against a sentence of another collection."""
    e5: int = 0
    """The slow teacher reads one in so many of its pivots; 0 for none."""
    order: bool = False
    """Whether lines that follow each other belong together, so that several make a longer text."""
    free: bool = True
    """Whether a model that learned from it may be given away."""


SOURCES = (
    Source("bible", "Bible translations in the public domain", "CC0 1.0", 0.2, order=True),
    Source("indian_parallel_wiki", "Indian parallel texts of Wikipedia", "CC BY-SA", 0.6, e5=3),
    Source("indo_mt_bench", "Indonesian news and PANL texts", "CC BY-SA", 3.0, e5=1),
    Source("korean_news", "Korean and English news", "CC BY-SA 3.0", 6.0, e5=1),
    Source("l10n_mozilla_www", "Texts of mozilla.org", "MPL 2.0", 1.0, e5=1),
    Source("lex_cldr", "Unicode CLDR names", "Unicode License v3", 0.05),
    Source("lex_countries", "Names of countries", "ODbL 1.0", 0.5, e5=1),
    Source("lex_naturalearth_cities", "Natural Earth names of cities", "public domain", 0.3),
    Source("lex_omw", "Open Multilingual Wordnet", "open, by wordnet", 0.05),
    Source("lex_tico_terms", "TICO-19 terms", "CC0 1.0", 0.5),
    Source("lex_wiktionary", "Wiktionary translations", "CC BY-SA 3.0", 0.1),
    Source("mgsm", "MGSM", "CC BY-SA 4.0", e5=1),
    Source("mlqe_pe", "MLQE-PE: sentences of Wikipedia", "CC0 1.0", 3.0, e5=2),
    Source("names_translit_google", "Names in Arabic and Latin letters", "Apache 2.0", 0.3),
    Source("stsb_multi_mt_train", "STSb in ten languages", "CC BY-SA 4.0", 0.3, e5=1),
    Source("tanaka_enja", "Tanaka corpus", "CC BY 2.0 FR", 0.5),
    Source("tatoeba", "Tatoeba", "CC BY 2.0 FR", e5=4),
    Source("tico19", "TICO-19", "CC0 1.0", 4.0, e5=1, order=True),
    Source(
        "un_sdg", "United Nations: Sustainable Development Goals", "open documents of the United Nations", 1.0, e5=1
    ),
    Source("xquad", "XQuAD", "CC BY-SA 4.0", 4.0, e5=1, order=True),
    Source("wmt_news", "WMT news tests", "research use", 4.0, e5=2, order=True, free=False),
)
"""``lex_wiktionary_pivot`` is left out: its pairs follow from those of ``lex_wiktionary``."""


class Pair(NamedTuple):
    """A text and its translation."""

    language: str
    text: str
    other_language: str
    other: str


def read_pairs(root: Path, source: Source) -> Iterator[list[Pair]]:
    """The pairs of each file of a collection, in its order; of files aligned by line, each with the English one.

    Args:
        root: folder of the collections.
        source: which one.

    Raises:
        FileNotFoundError: if the collection is not there.
    """
    folder = root / source.folder
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such collection (give the folder that holds all of them)")
    for path in sorted(folder.glob("*.tsv.xz")):
        first, _, second = path.name.removesuffix(".tsv.xz").partition("-")
        rows = csv.reader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
        yield [Pair(first, row[0], second, row[1]) for row in rows if len(row) >= 2]
    aligned = sorted(folder.glob("*.txt.xz"))
    if aligned:
        english = _lines(folder / "en.txt.xz")
        for path in aligned:
            language = path.name.removesuffix(".txt.xz")
            if language != "en":
                yield [
                    Pair(language, text, "en", other)
                    for text, other in zip(_lines(path), english, strict=False)
                    if text.strip() and other.strip()
                ]


def _lines(path: Path) -> list[str]:
    with lzma.open(path, "rt", encoding="utf-8", errors="replace") as file:
        return file.read().split("\n")


def is_word_list(source: str) -> bool:
    """Whether a source holds words and names, not sentences."""
    return source.startswith("lex_")


def leads_of(folder: str) -> str:
    """The source of texts that are joined from a collection's neighbouring lines."""
    return folder + "+"


def usable(text: str) -> bool:
    """Whether a text is of a length worth learning from."""
    return SHORTEST <= len(text) <= LONGEST
