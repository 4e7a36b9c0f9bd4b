"""Articles printed in another spelling, and how many are found.

Writes ``results/respellings.json`` of planted ones, and ``results/respellings_archive.json`` of those in an archive.

    pip install opencc
    python benchmarks/respellings.py DATA

DATA holds ``encoder_eval`` and ``neardup``. Of planted ones the second half of each file is measured; the
first was used to choose what is one letter.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from respelling_texts import VARIANTS, Variant, articles
from results import save
from story_sets import read

from sada.cluster.copies.copies import JACCARD, find_copies
from sada.cluster.likeness.pairs import measure as compared
from sada.indexes.article import Article
from sada.indexes.minhash.respelling import are_respelt, blocking_keys, respelt_pairs, skeleton_sets
from sada.indexes.minhash.sketches import shingle, sign, sketch
from sada.indexes.ragged import column

MEASURED = slice(506, None)
SEED = 23
EDITED = 0.04, 0.12  # share of words that are replaced
NOTE = (
    "Each article stands once as it is and once in another spelling. Jaccard: of word shingles, mean; copies by words"
    " have .8. Candidates: respelt pairs that agree in two blocking keys. United: as copies by words or as one text in"
    " two spellings. Edited: 4 to 12 % of the words are also replaced; united among those that would have a Jaccard of"
    " .8, and of less, in one spelling. Wrong: pairs of different articles that are judged to be one text."
)
ARCHIVE_NOTE = (
    "Candidates and pairs of one text are among articles that are kept, so that no pair is a copy by words. Costs are"
    " CPU seconds by those of word shingles and signatures of all articles, in batches of 1,024; keys in 21 rounds."
)
BATCH, ROUNDS = 1024, 21
Row = dict[str, Any]


def measure(variant: Variant, data: Path) -> Row:
    """One row: all articles of a language, each with its other spelling."""
    rng = np.random.default_rng(SEED)
    texts = articles(data, variant.language, MEASURED, SEED)
    copies = [variant.respell(text, rng) for text in texts]
    pairs = np.arange(len(texts)), np.arange(len(texts)) + len(texts)
    both = texts + copies
    sets = skeleton_sets(*column(both))
    alike = compared(sketch(both), *pairs).jaccard
    found = respelt_pairs(blocking_keys(*column(both)), np.arange(len(both)), sketch(both).keys)
    candidates = set(zip(*(side.tolist() for side in found), strict=True))
    known = np.array([pair in candidates for pair in zip(*(side.tolist() for side in pairs), strict=True)])
    different = found[1] - found[0] != len(texts)
    united = (alike >= JACCARD) | (known & are_respelt(sets, *pairs).respelt)
    return {
        "language": variant.language,
        "spelling": variant.name,
        "pairs": len(texts),
        "Jaccard": round(float(alike.mean()), 2),
        "by words": _share(alike >= JACCARD),
        "candidates": _share(known),
        "united": _share(united),
        **_edited(variant, texts, rng),
        "wrong": int(are_respelt(sets, found[0][different], found[1][different]).respelt.sum()),
    }


def _edited(variant: Variant, texts: list[str], rng: np.random.Generator) -> Row:
    """Of articles that are edited as well as spelt in another way, how many are judged to be one text."""
    edited = [_with_other_words(text, texts[at - 1], rng) for at, text in enumerate(texts)]
    pairs = np.arange(len(texts)), np.arange(len(texts)) + len(texts)
    strict = compared(sketch(texts + edited), *pairs).jaccard >= JACCARD
    respelt = [variant.respell(text, rng) for text in edited]
    united = are_respelt(skeleton_sets(*column(texts + respelt)), *pairs).respelt
    return {"edited to .8": _share(united[strict]), "edited below .8": _share(united[~strict])}


def _with_other_words(text: str, other: str, rng: np.random.Generator) -> str:
    """Some words are replaced by those of another article; in scripts without spaces, some runs of three letters."""
    spaced = text.count(" ") * 20 > len(text)
    words = text.split(" ") if spaced else [text[at : at + 3] for at in range(0, len(text), 3)]
    others = other.split(" ") if spaced else [other[at : at + 3] for at in range(0, len(other), 3)]
    rate = rng.uniform(*EDITED)
    changed = [others[rng.integers(len(others))] if rng.random() < rate else word for word in words]
    return (" " if spaced else "").join(changed)


def archive(data: Path) -> Row:
    """What one archive of one language costs, and what is found in it that are no copies by words."""
    rows = read(data / "neardup" / "saudi_dev.jsonl.zst")
    found = find_copies([Article(row["id"], row["title"], row["text"]) for row in rows])
    kept = np.setdiff1d(np.arange(len(rows)), list(found.dropped()))
    texts = [f"{row['title']}\n{row['text']}" for row in rows]
    whole = column(texts)
    left, right = respelt_pairs(blocking_keys(*whole), kept, shingle(*whole).keys)
    named, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    started = process_time()
    sets = skeleton_sets(*column([texts[at] for at in named]))
    seconds = process_time() - started
    judged = are_respelt(sets, *np.split(places, 2))
    sketching, blocking = np.array([_costs(texts) for _ in range(ROUNDS)]).T
    return {
        "articles": len(rows),
        "kept": len(kept),
        "candidates": len(left),
        "articles in them": len(named),
        "one text": int(judged.respelt.sum()),
        "cost of keys by that of sketching": round(float(np.median(blocking / sketching)), 3),
        "cost of verifying by that of sketching": round(seconds / float(np.median(sketching)), 3),
    }


def _costs(texts: list[str]) -> tuple[float, float]:
    """CPU seconds of sketching all texts in batches, and of making their blocking keys."""
    seconds = [0.0, 0.0]
    for start in range(0, len(texts), BATCH):
        data, offsets = column(texts[start : start + BATCH])
        began = process_time()
        sets = shingle(data, offsets)
        sign(sets.shingles, sets.bounds)
        sketched = process_time()
        blocking_keys(data, offsets)
        seconds[0] += sketched - began
        seconds[1] += process_time() - sketched
    return seconds[0], seconds[1]


def _share(answers: np.ndarray) -> float | str:
    return round(float(answers.mean()), 3) if len(answers) else ""


def main() -> None:
    """Every spelling."""
    rows = []
    for variant in VARIANTS:
        rows.append(measure(variant, Path(sys.argv[1])))
        print(rows[-1], flush=True)
    save("respellings", "Sentences of FLORES-200 put together, 60 to 300 words", NOTE, rows)
    save("respellings_archive", "Saudi newspapers, July 2015 (Arabic)", ARCHIVE_NOTE, [archive(Path(sys.argv[1]))])


if __name__ == "__main__":
    main()
