"""Which languages encoders read: writes what ships as ``indexes/data/languages_read.json``, and a table of the rest.

    python benchmarks/languages_read.py DATA

After ``encoders.py``, which measures the languages of FLORES-200. Here are those that it lacks: Pashto by sentences on
medicine (TICO-19), and five of which there are only short sentences (Tatoeba). DATA holds ``parallel/tico19`` and
``encoder_eval/tatoeba_laser``.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

from encoder_measures import accuracy, lines
from results import load, save

from sada.indexes.encoders.encoder import encode_unit
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.text.language_codes import find_language

SHIPPED = Path(__file__).parent.parent / "indexes/data/languages_read.json"
ENCODERS = ("e5-short", "e5", "use", "fast")
TATOEBA = {"br": "bre", "fy": "fry", "gd": "gla", "la": "lat", "yi": "yid"}
_MOST = 1012  # sentences, as many as FLORES has
_OTHER_LETTERS = "arb_Latn"


def parallel(data: Path) -> dict[str, tuple[str, list[str], list[str]]]:
    """By code: where the sentences are from, the sentences, and their translations into English."""
    english, pashto = (lines(data / f"parallel/tico19/{code}.txt.xz") for code in ("en", "ps"))
    found = {"ps": ("TICO-19", pashto[:_MOST], english[:_MOST])}
    for code, name in TATOEBA.items():
        rows = [line.split("\t") for line in lines(data / f"encoder_eval/tatoeba_laser/eng-{name}.tsv.xz")]
        found[code] = ("Tatoeba", [row[1] for row in rows], [row[0] for row in rows])
    return found


def measured(data: Path) -> list[dict[str, str | float]]:
    """A row for each language that FLORES lacks."""
    rows: list[dict[str, str | float]] = []
    encoders = {name: load_encoder(name) for name in ENCODERS}
    for code, (source, sentences, translations) in parallel(data).items():
        row: dict[str, str | float] = {"ISO 639-1": code, "sentences": source, "how many": len(sentences)}
        for name, encoder in encoders.items():
            assert encoder is not None
            row[name] = round(accuracy(encode_unit(encoder, sentences), encode_unit(encoder, translations)), 3)
        rows.append(row)
    return rows


def shipped(rows: list[dict[str, str | float]]) -> dict[str, dict[str, float]]:
    """By encoder and code, the mean over the varieties of a language."""
    flores = [row for row in load("encoder_languages")["rows"] if row["language"] != _OTHER_LETTERS]
    found: dict[str, dict[str, float]] = {}
    for name in ENCODERS:
        by_code: dict[str, list[float]] = {}
        for row in [*flores, *rows]:
            code = str(row["ISO 639-1"])
            by_code.setdefault(find_language(code) or code, []).append(float(row[name]))
        found[name] = {code: round(statistics.mean(by_code[code]), 3) for code in sorted(by_code)}
    return found


def main() -> None:
    """Measure, and write both files."""
    rows = measured(Path(sys.argv[1]))
    save(
        "encoder_other_languages",
        "TICO-19, Tatoeba",
        "The share of sentences whose translation is the nearest of all English ones, in languages that FLORES lacks.",
        rows,
    )
    SHIPPED.write_text(json.dumps(shipped(rows), indent=1) + "\n")


if __name__ == "__main__":
    main()
