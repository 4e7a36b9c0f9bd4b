"""Measure how near an article stays to itself in another spelling, for each encoder, without and with Sada's fold.

    python benchmarks/spellings.py DATA

The articles are Arabic, for each spelling those in which it changes something. They are varied by rule.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from results import save

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder, encoder_text, unit_rows
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.languages.usual_spelling import usual_spelling
from sada.indexes.reading.readers import read_articles

ARTICLES = {"e5-short": 500, "e5": 500, "use": 500, "fast": 500}
"""How many articles each encoder reads; the slow one fewer."""
_ARCHIVE = "neardup/saudi_dev.jsonl.zst"
_JOINS = "بتثجحخسشصضطظعغفقكلمنهي"  # letters that a stroke can follow
_INDIC, _PERSIAN = (str.maketrans("0123456789", digits) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"))
_LETTERS = str.maketrans("يىك", "ییک")
_FATHA, _MARK, _STROKE = "\u064e", "\u200f", "\u0640"


def after_letter(text: str, sign: str) -> str:
    """``text`` with a sign inside each word, after its first letter that joins the next."""
    return " ".join(_with_sign(word, sign) for word in text.split(" "))


def _with_sign(word: str, sign: str) -> str:
    place = next((at for at, letter in enumerate(word[:-1]) if letter in _JOINS), None)
    return word if place is None else f"{word[: place + 1]}{sign}{word[place + 1 :]}"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "Arabic-Indic digits": lambda text: text.translate(_INDIC),
    "Persian digits": lambda text: text.translate(_PERSIAN),
    "tatweel in each word": lambda text: after_letter(text, _STROKE),
    "a vowel sign in each word": lambda text: after_letter(text, _FATHA),
    "Persian kaf and yeh": lambda text: text.translate(_LETTERS),
    "a direction mark before each word": lambda text: _MARK + text.replace(" ", f" {_MARK}"),
}


class Vectors:
    """Encodes each text once, as it is written."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}

    def of(self, texts: list[str]) -> np.ndarray:
        """float64 (n, dimension): unit rows."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, unit_rows(self._encoder.encode(new)).astype(np.float64), strict=True))
        return np.stack([self._known[text] for text in texts])


def row(name: str, vectors: Vectors, spelling: str, texts: list[str]) -> dict[str, Any]:
    """One row of the table."""
    vary = SPELLINGS[spelling]
    chosen = [text for text in texts if vary(text) != text][: ARTICLES[name]]
    varied = [vary(text) for text in chosen]
    raw = np.einsum("ij,ij->i", vectors.of(chosen), vectors.of(varied))
    sides = [vectors.of([usual_spelling(text) for text in side]) for side in (chosen, varied)]
    folded = np.einsum("ij,ij->i", *sides)
    same = np.mean([usual_spelling(one) == usual_spelling(other) for one, other in zip(chosen, varied, strict=True)])
    return {
        "encoder": name, "spelling": spelling, "articles": len(chosen),
        "as written, least": float(raw.min()), "as written, median": float(np.median(raw)),
        "folded, least": float(folded.min()), "folded, median": float(np.median(folded)),
        "same text after the fold": float(same),
    }  # fmt: skip


def main() -> None:
    """Measure, save and print."""
    articles = read_articles(Path(sys.argv[1]) / _ARCHIVE)
    texts = [encoder_text(Article(one.id, one.title, one.text)) for one in articles]
    rows = []
    for name in ARTICLES:
        encoder = load_encoder(name)
        assert encoder is not None
        vectors = Vectors(encoder)
        for spelling in SPELLINGS:
            rows.append(row(name, vectors, spelling, texts))
            print(rows[-1])
    save(
        "encoder_spellings",
        "Arabic articles of Saudi newspapers, July 2015",
        "Cosine of an article and itself in another spelling, title and 60 words.",
        rows,
    )


if __name__ == "__main__":
    main()
