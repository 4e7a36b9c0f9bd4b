"""Measure language identification on titles, sentences and short sentences in many languages.

    python benchmarks/languages.py DATA [EARLIER.json] [--develop] [--show]

EARLIER.json is what this script wrote for an earlier version: its figures are shown as "before". Every other line
of each file is for development, with ``--develop``; the others are reported. ``--show`` prints what was taken for what.
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from results import save

from sada.indexes.languages.language_id import CERTAIN, identify
from sada.indexes.text.language_codes import find_language, language_name

TITLE = 60
"""Most characters of a title, cut between words."""
_SENTENCES, _SHORT = "encoder_eval/flores200_devtest", "encoder_eval/tatoeba_laser"
_MOST_SHORT = 500
_CODES = {
    "als": "sq", "arb": "ar", "arz": "ar", "azj": "az", "ckb": "ku", "cmn": "zh", "gaz": "om", "khk": "mn",
    "kmr": "ku", "kur": "ku", "lvs": "lv", "nno": "no", "nob": "no", "npi": "ne", "ory": "or", "pes": "fa", "prs": "fa",
    "swh": "sw", "uzn": "uz", "wuu": "zh", "yue": "zh", "zsm": "ms",
}  # fmt: skip
# Not in the news, or in a script that their press does not use; Norwegian, Chinese and Kurdish are measured as one.
_LEFT_OUT = {
    "arb_Latn", "ang", "arq", "ast", "awa", "ber", "cbk", "ceb", "cha", "cor", "csb", "dsb", "dtp", "gsw", "hsb", "ido",
    "ile", "ina", "kab", "kzj", "lat", "lfn", "mhr", "nds", "nov", "orv", "pam", "pms", "swg", "tzl", "war", "max",
    "kur", "uzb",
}  # fmt: skip


class Sample(NamedTuple):
    """Texts of one language: where they are from, and what its code is."""

    name: str
    code: str
    sentences: list[str]
    short: list[str]


def cut(text: str) -> str:
    """A sentence as long as a title."""
    if len(text) <= TITLE:
        return text
    space = text.rfind(" ", TITLE // 2, TITLE + 1)
    return text[: space if space >= 0 else TITLE]


def samples(data: Path, half: int) -> Iterator[Sample]:
    """The texts of each language, every other line from ``half`` on."""
    short = {path.name.split(".")[0].removeprefix("eng-"): path for path in sorted((data / _SHORT).glob("*.tsv.xz"))}
    for path in sorted((data / _SENTENCES).glob("*.xz")):
        name = path.name.split(".")[0]
        language = name.split("_")[0]
        if name not in _LEFT_OUT:
            key = {"zho": "cmn", "arb": "ara", "azj": "aze", "khk": "mon", "als": "sqi"}.get(language, language)
            pairs = lines(short[key]) if key in short and key not in _LEFT_OUT and name != "zho_Hant" else []
            brief = [pair.split("\t")[1] for pair in pairs][half::2][:_MOST_SHORT]
            yield Sample(name, code_of(language), lines(path)[half::2], brief)


def lines(path: Path) -> list[str]:
    """The lines of a compressed file that are not blank."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def code_of(language: str) -> str:
    """The code that Sada has for a language of three letters."""
    return _CODES.get(language) or find_language(language) or language


def measure(texts: list[str], code: str) -> tuple[float, float, Counter[str]]:
    """The share identified right, the share wrong and yet certain, and what the others were taken for."""
    found = identify(texts)
    wrong = [(language, certainty) for language, certainty in found if language != code]
    certain = sum(certainty >= CERTAIN for _, certainty in wrong)
    return 1 - len(wrong) / len(texts), certain / len(texts), Counter(language for language, _ in wrong)


def row(sample: Sample) -> dict[str, Any]:
    """One row of the table."""
    titles, wrong, others = measure([cut(text) for text in sample.sentences], sample.code)
    found: dict[str, Any] = {"language": language_name(sample.code), "file": sample.name, "titles": titles}
    found |= {"titles wrong and certain": wrong, "sentences": measure(sample.sentences, sample.code)[0]}
    if sample.short:
        right, _, taken = measure(sample.short, sample.code)
        found["short sentences"] = right
        others.update({f"{language} (short)": count for language, count in taken.items()})
    if "--show" in sys.argv:
        print(sample.name, {key: round(value, 3) for key, value in found.items() if not isinstance(value, str)},
              others.most_common(5))  # fmt: skip
    return found


def with_before(rows: list[dict[str, Any]], earlier: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the figures of an earlier version beside each of their own."""
    known = {one["file"]: one for one in earlier}
    merged = []
    for one in rows:
        now = {key: value for key, value in one.items() if key not in ("language", "file")}
        both = {
            name: value
            for key, value in now.items()
            for name, value in ((f"{key}, before", known[one["file"]].get(key, "")), (key, value))
        }
        merged.append({"language": one["language"], "file": one["file"], **both})
    return merged


def main() -> None:
    """Measure, save and print."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    everything = list(samples(Path(words[0]), int("--develop" not in sys.argv)))
    identify(["loads the models", "وزارة"])
    started = time.process_time()
    rows = [row(sample) for sample in everything]
    taken = time.process_time() - started
    count = sum(2 * len(one.sentences) + len(one.short) for one in everything)
    print(
        f"{count / taken:,.0f} texts a CPU second, mean {sum(one['titles'] for one in rows) / len(rows):.4f} of titles"
    )
    if "--develop" in sys.argv:
        return
    if len(words) > 1:
        rows = with_before(rows, json.loads(Path(words[1]).read_text("utf-8"))["rows"])
    note = (
        f"Shares identified right; certain means that the language is used. Titles are the sentences cut to {TITLE}"
        " characters. Short sentences: Tatoeba, at most 500 of a language."
    )
    save("languages", f"FLORES-200 devtest, every other line, in {len(rows)} languages and scripts", note, rows)


if __name__ == "__main__":
    main()
