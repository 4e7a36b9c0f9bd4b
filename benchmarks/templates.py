"""Filled templates told from edits in several scripts; writes ``results/templates.json`` and ``template_kinds.json``.

    python benchmarks/templates.py DATA

DATA holds ``neardup``, ``parallel`` and ``encoder_eval``. Real articles get a name or figures put in, at places where
both articles of a pair have others, or one of the two is edited. The rule was made on half of the articles and another
seed; ``--develop`` shows that half, and writes nothing.
"""

from __future__ import annotations

import json
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

from sada.cluster.copies.candidates import near_pairs
from sada.cluster.copies.copies import JACCARD, LOWEST
from sada.cluster.likeness.templates import ComparedTexts, filled_templates
from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.sketches import shingle, sign
from sada.indexes.text.tokens import shingles

MOST = 1200  # pairs a script
TIMES = 3  # that an article is used at most
SEEDS = {"develop": 1, "report": 3}
ARCHIVE = "Arabic archive"
LABELS = Path(__file__).parent / "template_pairs.json"  # ids of the archive's articles
NOTE = (
    "Pairs with a Jaccard of at least .8. Precision: the share of templates among pairs that are judged so."
    " Recall: the share of templates that are judged so. Alone: each pair by itself, where no other text tells"
    " which words are common. Articles of 150 words and more, in Chinese and Thai of 400 letters and more, another"
    f" half of them than the rule was made on. {ARCHIVE}: 15,003 articles of Saudi newspapers, July 2015. While the"
    " rule was made, one reader went through the differences of the 444 near-duplicates whose texts have other"
    " words or figures in place of some; pairs that differ in the title alone were not all read. No clear template"
    " was found. Counted as edits are one report of a festival's fourth and sixth day, and five pairs with one"
    " changed figure among other changes, of which some may be other news. Below a Jaccard of .8, where no copies"
    " are at the default threshold, the templates are prices, executions and forecasts of different days that were"
    " looked for by words in titles, so others may be missing, and what is judged so beside them counts as wrong."
    " The rule is made for near-duplicates: it tells most of the prices and executions, and hardly any of the"
    " forecasts, which are in other words."
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


def of_archive(data: Path) -> Iterator[Row]:
    """Two rows: the near-duplicates of the archive, and the pairs that are less alike."""
    articles = list(read_articles(data / "neardup" / "saudi_dev.jsonl.zst"))
    texts = compared(articles)
    sets = shingle(texts.data, texts.offsets)
    distinct = np.sort(np.unique(sets.keys, return_index=True)[1])
    keys = short_keys(sign(sets.shingles, sets.bounds), Bands.for_jaccard(LOWEST))
    pairs = near_pairs(sets, keys, distinct, LOWEST, JACCARD)
    known = {frozenset(pair) for pair in json.loads(LABELS.read_text())}
    for name, some in ((ARCHIVE, pairs.jaccard >= JACCARD), (f"{ARCHIVE}, Jaccard .5 to .8", pairs.jaccard < JACCARD)):
        left, right = pairs.left[some], pairs.right[some]
        filled = np.array([{articles[a].id, articles[b].id} in known for a, b in zip(left, right, strict=True)])
        found = filled_templates(texts, left, right)
        row: Row = {"articles": name, "pairs": len(left), "templates": int(filled.sum()), "judged so": int(found.sum())}
        if filled.any():
            row["precision"] = round(float(filled[found].mean()), 3)
            row["recall"] = round(float(found[filled].mean()), 3)
        yield row


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
        rows += of_archive(data)
        print(*rows[-2:], sep="\n")
        save("templates", "Articles in six scripts with planted differences", NOTE, rows)
        save("template_kinds", "The same pairs by what differs, all scripts together", "", kinds)


if __name__ == "__main__":
    main()
