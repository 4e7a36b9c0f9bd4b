"""Recall and precision of copies against brute force; writes ``results/copies.json``.

    python benchmarks/copies.py DATA

DATA holds ``neardup/saudi_dev.jsonl.zst`` (15,042 Arabic articles) and ``neardup/saudi_dev_pairs.jsonl.zst`` (pairs of
them with exact word 3-gram Jaccard and containment, computed by another program with another tokeniser).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from results import save
from story_sets import read

from sada.cluster import Copies, find_copies
from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.text.tokens import hash32, shingles

JACCARD = 0.8


def measure(articles: list[Article], pairs: list[dict[str, Any]], cohesion: str) -> dict[str, Any]:
    """One row: how many of the true pairs stand in one group, and how near every member is to its kept article."""
    started = time.process_time()
    copies = find_copies(articles, cohesion=cohesion, jaccard=JACCARD)
    seconds = time.process_time() - started
    group = {member.id: found.group for found in copies.groups for member in found.members}
    near = [pair for pair in pairs if pair["jaccard"] >= JACCARD]
    united = sum(group[pair["a"]] == group[pair["b"]] for pair in near)
    lowest, wrong = exact_to_kept(copies, {article.id: article for article in articles})
    return {
        "cohesion": cohesion,
        "pairs at .8": len(near),
        "united": round(united / len(near), 4),
        "members below .8 of the kept": wrong,
        "lowest Jaccard to the kept": round(lowest, 4),
        "containment found": round(containment_recall(copies, pairs, group), 4),
        "by texts alone": sum(member.kind == "near (text)" for found in copies.groups for member in found.members),
        "in another spelling": sum(
            member.kind == "near (respelt)" for found in copies.groups for member in found.members
        ),
        "in doubt": sum(copies.doubtful.values()),
        "groups of two and more": sum(found.size > 1 for found in copies.groups),
        "articles a CPU second": round(len(articles) / seconds),
    }


def exact_to_kept(copies: Copies, articles: dict[str, Article]) -> tuple[float, int]:
    """The lowest Jaccard of a member to its kept article by Python sets, and how many are below the threshold.

    Of members that are copies by their texts alone, the texts are compared; those in another spelling are left out.
    """
    values = []
    for group in copies.groups:
        for member in group.members[1:]:
            if member.kind == "near (respelt)":
                continue
            read = "text" if member.kind == "near (text)" else "body"
            kept, other = (set(map(hash32, shingles(getattr(articles[id_], read)))) for id_ in (group.kept, member.id))
            values.append(len(kept & other) / len(kept | other))
    return min(values), int(np.sum(np.array(values) < JACCARD))


def containment_recall(copies: Copies, pairs: list[dict[str, Any]], group: dict[str, int]) -> float:
    """Share of pairs with containment >= .85 and Jaccard < .75 whose groups are one, or linked."""
    linked = {frozenset((found.group, group[link.id])) for found in copies.groups for link in found.attached} | {
        frozenset((number,)) for number in group.values()
    }
    wanted = [pair for pair in pairs if pair["containment"] >= 0.85 and pair["jaccard"] < 0.75]
    return sum(frozenset((group[pair["a"]], group[pair["b"]])) in linked for pair in wanted) / len(wanted)


def main() -> None:
    """Measure both cohesions."""
    data = Path(sys.argv[1]) / "neardup"
    articles = list(read_articles(data / "saudi_dev.jsonl.zst"))
    pairs = read(data / "saudi_dev_pairs.jsonl.zst")
    find_copies(articles[:100])  # kernels are loaded outside the clock
    rows = [measure(articles, pairs, cohesion) for cohesion in ("star", "chain")]
    path = save(
        "copies",
        "15,042 articles of Saudi newspapers, July 2015 (Arabic)",
        "Truth: pairs by brute force with another tokeniser (words of \\w+), which differs by up to .02 at the edge.",
        rows,
    )
    print(path.read_text())


if __name__ == "__main__":
    main()
