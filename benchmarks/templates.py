"""Filled templates told from edits in several scripts; writes ``results/templates.json`` and ``template_kinds.json``.

    python benchmarks/templates.py DATA

DATA holds ``neardup``, ``parallel`` and ``encoder_eval``. Real articles get a name or figures put in, at places where
both articles of a pair have others, or one of the two is edited. The rule was made on half of the articles and another
seed; ``--develop`` shows that half, and writes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from judging import jaccard
from planted_texts import SCRIPTS, Script, Text
from results import save
from template_texts import EDITS, ONCE, TEMPLATES, Newsroom, story_of

from sada.cluster import find_copies
from sada.cluster.copies.copies import JACCARD
from sada.cluster.likeness.templates import ComparedTexts, filled_templates
from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.text.tokens import shingles

MOST = 1200  # pairs a script
TIMES = 3  # that an article is used at most
SEEDS = {"develop": 1, "report": 2}
ARCHIVE = "Arabic archive, as it is"
NOTE = (
    "Pairs with a Jaccard of at least .8. Precision: the share of templates among pairs that are judged so. Recall: the"
    " share of templates that are judged so. Alone: each pair by itself, where no other text tells which words are"
    " common. Articles of 150 words and more, in Chinese and Thai of 400 letters and more, another half of them than"
    f" the rule was made on. {ARCHIVE}: the near-duplicates of 15,003 articles of Saudi newspapers, July 2015, which"
    " were read while the rule was made. No template is among them: they are one report in two outlets or versions."
)
Row = dict[str, Any]


class Planted(NamedTuple):
    """A pair of a kind, and whether it is a template."""

    kind: str
    filled: bool
    articles: tuple[Article, Article]


def planted(script: Script, texts: Sequence[Text], rng: np.random.Generator) -> Iterator[Planted]:
    """All kinds in turn, of as many texts; only pairs that are near-duplicates."""
    room = Newsroom(script, texts, rng)
    makers = [(name, True, maker) for name, maker in TEMPLATES.items()]
    makers += [(name, False, maker) for name, maker in EDITS.items()]
    for number, text in enumerate([*texts] * TIMES):
        name, filled, maker = makers[number % len(makers)]
        one, other = (Article("planted", *room.written(story)) for story in maker(room, story_of(text)))
        if JACCARD <= jaccard(*(set(shingles(article.body)) for article in (one, other))) < 1:
            yield Planted(name, filled, (one, other))


def compared(articles: Sequence[Article]) -> ComparedTexts:
    """The texts of articles."""
    encoded = [[part.encode("utf-16-le", "surrogatepass") for part in (one.plain_title, one.body)] for one in articles]
    return ComparedTexts.of([body for _, body in encoded], [len(title) // 2 for title, _ in encoded])


def judged(pairs: Sequence[Planted]) -> tuple[np.ndarray, np.ndarray]:
    """Which pairs are judged to be templates: among all of them, and each alone."""
    rows = np.arange(0, 2 * len(pairs), 2)
    among = filled_templates(compared([one for pair in pairs for one in pair.articles]), rows, rows + 1)
    alone = [filled_templates(compared(pair.articles), rows[:1], rows[:1] + 1)[0] for pair in pairs]
    return among, np.array(alone)


def measure(name: str, pairs: Sequence[Planted], among: np.ndarray, alone: np.ndarray) -> Row:
    """One row for a script."""
    filled = np.array([pair.filled for pair in pairs])
    row: Row = {"articles": name, "pairs": len(pairs), "templates": int(filled.sum())}
    for column, found in (("", among), (" alone", alone)):
        right = int((found & filled).sum())
        row[f"precision{column}"] = round(right / max(int(found.sum()), 1), 3)
        row[f"recall{column}"] = round(right / int(filled.sum()), 3)
    told = filled & np.array([pair.kind != ONCE for pair in pairs])
    return row | {"recall without names that stand once": round(float(among[told].mean()), 3)}


def of_archive(data: Path) -> Row:
    """The row of the near-duplicates of the archive."""
    articles = list(read_articles(data / "neardup" / "saudi_dev.jsonl.zst"))
    place = {article.id: at for at, article in enumerate(articles)}
    texts = compared(articles)
    near = [pair for group in find_copies(articles).groups for pair in group.evidence if pair.jaccard < 1]
    left, right = (np.array([place[getattr(pair, side)] for pair in near]) for side in "ab")
    return {
        "articles": ARCHIVE,
        "pairs": len(near),
        "templates": 0,
        "judged so": int(filled_templates(texts, left, right).sum()),
    }


def by_kind(pairs: Sequence[Planted], among: np.ndarray, alone: np.ndarray) -> Iterator[Row]:
    """One row for each kind of pair."""
    of = np.array([pair.kind for pair in pairs])
    for name in (*TEMPLATES, *EDITS):
        found = {"judged a template": among[of == name], "judged so alone": alone[of == name]}
        row: Row = {"pair": name, "is a": "template" if name in TEMPLATES else "copy", "pairs": int((of == name).sum())}
        yield row | {column: round(float(answers.mean()), 3) for column, answers in found.items()}


def main() -> None:
    """All scripts, then all kinds."""
    data, part = Path(sys.argv[1]), "develop" if "--develop" in sys.argv else "report"
    rows: list[Row] = []
    everything: list[tuple[list[Planted], np.ndarray, np.ndarray]] = []
    for script in SCRIPTS:
        texts = script.articles(data)
        order = np.random.default_rng(0).permutation(len(texts))[part == "report" :: 2]
        pairs = list(islice(planted(script, [texts[at] for at in order], np.random.default_rng(SEEDS[part])), MOST))
        everything.append((pairs, *judged(pairs)))
        rows.append(measure(script.name, *everything[-1]))
        print(rows[-1], flush=True)
    some, among, alone = zip(*everything, strict=True)
    kinds = list(by_kind(list(chain(*some)), np.concatenate(among), np.concatenate(alone)))
    print(*kinds, sep="\n")
    if part == "report":
        rows.append(of_archive(data))
        print(rows[-1])
        save("templates", "Articles in six scripts with planted differences", NOTE, rows)
        save("template_kinds", "The same pairs by what differs, all scripts together", "", kinds)


if __name__ == "__main__":
    main()
