"""Copies planted in several scripts, and how many are found; writes ``results/planted.json``.

    python benchmarks/planted.py DATA

DATA holds ``neardup``, ``parallel`` and ``encoder_eval``. Articles in other scripts than Arabic are
consecutive lines of news put together; for want of more, also of encyclopaedias and sums in words (Hindi, Thai).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from judging import jaccard
from planted_texts import EDITS, SCRIPTS, Script, Text
from results import save

from sada.cluster import Copies, find_copies
from sada.cluster.copies.copies import JACCARD
from sada.indexes.article import Article
from sada.indexes.text.tokens import shingles

PAIRS = 200
SEED = 11
LOWER = 0.5
NOTE = (
    "Default settings. Jaccard is exact, by Python sets of Sada's shingles: three words, or five letters in Chinese and"
    " Thai, where a word is taken to be two and four letters. United: both in one group, which takes a Jaccard of .8;"
    " in the last column with --threshold 0.5. Shown: as containing the other, or contained in it."
)
Row = dict[str, Any]


def measure(script: Script, texts: list[Text], name: str, rng: np.random.Generator) -> Row:
    """One row: so many articles, each with an edited copy, all in one file."""
    pairs = min(PAIRS, len(texts) // 3)
    others = [texts[at : at + 2] for at in range(pairs, 3 * pairs, 2)]
    originals = [script.written(text) for text in texts[:pairs]]
    copies = [script.written(EDITS[name](text, other, rng)) for text, other in zip(texts, others, strict=False)]
    alike = [jaccard(set(shingles(a)), set(shingles(b))) for a, b in zip(originals, copies, strict=True)]
    united, shown, lower = _found(originals, copies)
    of_near = [one for one, value in zip(united, alike, strict=True) if value >= JACCARD]
    return {
        "script": script.name,
        "edit": name,
        "pairs": pairs,
        "mean Jaccard": round(float(np.mean(alike)), 3),
        "pairs at .8": len(of_near),
        "united of these": _share(of_near),
        "united": _share(united),
        "united or shown": _share([one or other for one, other in zip(united, shown, strict=True)]),
        "united at .5": _share(lower),
    }


def _found(originals: list[str], copies: list[str]) -> tuple[list[bool], list[bool], list[bool]]:
    """For each original and its copy, whether they are united, linked by containment, and united at a lower Jaccard."""
    sides = {"original": originals, "copy": copies}
    articles = [Article(f"{side}-{at}", "", text) for side, texts in sides.items() for at, text in enumerate(texts)]
    pairs = [(f"original-{at}", f"copy-{at}") for at in range(len(originals))]
    found = find_copies(articles)
    links = {frozenset((link.id, link.to)) for group in found.groups for link in group.attached}
    shown = [frozenset(pair) in links for pair in pairs]
    return _united(found, pairs), shown, _united(found.rethreshold(LOWER), pairs)


def _united(found: Copies, pairs: list[tuple[str, str]]) -> list[bool]:
    group = {member.id: one.group for one in found.groups for member in one.members}
    return [group[a] == group[b] for a, b in pairs]


def _share(answers: list[bool]) -> float | str:
    return round(sum(answers) / len(answers), 3) if answers else ""


def main() -> None:
    """Every edit in every script."""
    rows: list[Row] = []
    for script in SCRIPTS:
        texts = script.articles(Path(sys.argv[1]))
        for name in EDITS:
            rng = np.random.default_rng(SEED)
            rows.append(measure(script, [texts[at] for at in rng.permutation(len(texts))], name, rng))
            print(rows[-1])
    save("planted", "Articles of 150 words and more, in Chinese and Thai of 400 letters and more", NOTE, rows)


if __name__ == "__main__":
    main()
