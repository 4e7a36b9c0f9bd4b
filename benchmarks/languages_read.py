"""Which languages encoders read: writes what ships as ``indexes/data/languages_read.json``, and a table of the rest.

    python benchmarks/languages_read.py DATA [--flores e5-short]

After ``encoders.py``, which measures the languages of FLORES-200; ``--flores`` measures them for one encoder and leaves
the rest of its tables. Here are those that FLORES lacks: Pashto by sentences on
medicine (TICO-19), and five of which there are only short sentences (Tatoeba). DATA holds ``parallel/tico19`` and
``encoder_eval/tatoeba_laser``.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path

from encoder_measures import accuracy, languages, lines, sentences
from language_directions import EVERY
from results import add_columns, load, save

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
    english, pashto = (_unused(lines(data / f"parallel/tico19/{code}.txt.xz")) for code in ("en", "ps"))
    found = {"ps": ("TICO-19", pashto[:_MOST], english[:_MOST])}
    for code, name in TATOEBA.items():
        rows = [line.split("\t") for line in lines(data / f"encoder_eval/tatoeba_laser/eng-{name}.tsv.xz")]
        found[code] = ("Tatoeba", [row[1] for row in rows], [row[0] for row in rows])
    return found


def _unused(sentences: list[str]) -> list[str]:
    """Those of TICO-19 that ``language_directions.py`` did not learn from."""
    return [sentence for place, sentence in enumerate(sentences) if place % EVERY]


def measured(data: Path) -> list[dict[str, str | float]]:
    """A row for each language that FLORES lacks."""
    rows: list[dict[str, str | float]] = []
    encoders = {name: load_encoder(name) for name in ENCODERS}
    for code, (source, texts, translations) in parallel(data).items():
        row: dict[str, str | float] = {"ISO 639-1": code, "sentences": source, "how many": len(texts)}
        for name, encoder in encoders.items():
            assert encoder is not None
            row[name] = round(accuracy(encode_unit(encoder, texts), encode_unit(encoder, translations)), 3)
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


def measure_flores(data: Path, name: str) -> None:
    """Put what one encoder finds of FLORES-200 into the table of languages."""
    encoder = load_encoder(name)
    assert encoder is not None
    english = encode_unit(encoder, sentences(data, "eng_Latn"))
    for code in languages(data):
        if code != "eng_Latn":
            share = round(accuracy(encode_unit(encoder, sentences(data, code)), english), 3)
            add_columns("encoder_languages", "language", code, {name: share}, ENCODERS)
            print(code, share, flush=True)


def main() -> None:
    """Measure, and write both files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--flores", choices=ENCODERS)
    given = parser.parse_args()
    if given.flores:
        measure_flores(given.data, given.flores)
    rows = measured(given.data)
    save(
        "encoder_other_languages",
        "TICO-19, Tatoeba",
        "The share of sentences whose translation is the nearest of all English ones, in languages that FLORES lacks.",
        rows,
    )
    SHIPPED.write_text(json.dumps(shipped(rows), indent=1) + "\n")


if __name__ == "__main__":
    main()
