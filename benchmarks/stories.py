"""Stories against hand-made labels, beside usual pipelines; writes ``results/stories.json``.

    python benchmarks/stories.py DATA         # with the extras e5 and dev installed; half an hour

DATA holds ``stories/og2021_first_half.jsonl`` (headlines of the 2021 Olympics in nine languages; the scorer was fitted
on the first 60 % of them, so the last 40 % are what counts), ``stories/saudi_2015-07-26_labels.json`` with
``neardup/saudi_dev.jsonl.zst`` (every Arabic article of one day, never used for fitting), ``stories/basil.jsonl`` and
``stories/allsides_triples.jsonl.zst`` (English articles without dates; of triples those that nothing was fitted on).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from results import save
from story_peers import PEERS, best, tf_idf
from story_sets import TRIPLES, headlines, labelled, read

from sada.cluster import evaluate, find_stories
from sada.cluster.evaluation import Evaluation
from sada.cluster.intervals import bootstrap_intervals
from sada.cluster.metrics import b_cubed, pairwise, pairwise_between
from sada.cluster.pair_scores import average_precision, expected_calibration_error
from sada.cluster.stories import story_set
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article

ENCODERS = ("use", "fast", "none", "e5", "use+e5", "fast+e5")
QUICK = ("use", "fast", "none")
"""For full texts, of which the slow encoder would read for an hour."""
Set = tuple[str, list[Article], dict[str, str], Sequence[str]]


def sets(data: Path) -> list[Set]:
    """(name, articles, label by id, encoders) of everything that is reported."""
    last, last_labels = headlines(data)[1]
    held_out = ("Olympics headlines, last 40 %", last, _labels(last, last_labels), ENCODERS)
    labels = json.loads((data / "stories/saudi_2015-07-26_labels.json").read_text())["labels"]
    day = [article for article in read_articles(data / "neardup/saudi_dev.jsonl.zst") if article.id in labels]
    events = {id_: label["event"] for id_, label in labels.items()}
    found = [held_out, ("Saudi news day, full text", day, events, ENCODERS)]
    rows = read(data / "stories/allsides_triples.jsonl.zst")[2 * TRIPLES :]
    for name, part in (("triples, full text", rows), ("BASIL, full text", read(data / "stories/basil.jsonl"))):
        articles, clusters = labelled(part, [None] * len(part))
        found.append((name, articles, _labels(articles, clusters), QUICK))
    return found


def _labels(articles: Sequence[Article], labels: Sequence[str]) -> dict[str, str]:
    return {article.id: label for article, label in zip(articles, labels, strict=True)}


def sada(
    articles: list[Article], labels: dict[str, str], encoder: str
) -> tuple[Evaluation, dict[str, Any], np.ndarray]:
    """What an index made for the purpose finds: scores, how good its probabilities are, and its vectors."""
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        index.add(articles)
        result = evaluate(find_stories(index), labels, {article.id: article.language for article in articles})
        prepared = story_set(index)
        left, right = prepared.candidates()
        truth = np.array([labels[id_] for id_ in index.columns.ids])
        probability, same = prepared.probability(left, right), truth[left] == truth[right]
        trusted = {
            "average precision": round(average_precision(probability, same), 3),
            "calibration error": round(expected_calibration_error(probability, same), 3),
        }
        order = index.columns.rows([article.id for article in articles])
        return result, trusted, np.array(index.vectors[order]) if index.dimension else np.zeros((len(articles), 0))


def main() -> None:
    """Score every set with every method."""
    rows = []
    for name, articles, labels, encoders in sets(Path(sys.argv[1])):
        truth, spoken = [labels[article.id] for article in articles], [article.language for article in articles]
        vectors = {}
        for encoder in encoders:
            result, trusted, vectors[encoder] = sada(articles, labels, encoder)
            scores = (result.b_cubed.f1, result.pairs.f1, result.between_languages.f1)
            intervals = (result.intervals.b_cubed, result.intervals.pairs, result.intervals.between_languages)
            row = _row(name, f"sada, encoder {encoder}", scores, intervals, result.found, result.truth, spoken)
            rows.append(row | trusted)
        order = np.argsort([article.published.timestamp() if article.published else 0.0 for article in articles])
        cosines = tf_idf(articles)
        for peer, grouped in PEERS.items():
            found = best(grouped(cosines, vectors["use"], order), truth)
            scores = (b_cubed(found, truth).f1, pairwise(found, truth).f1, pairwise_between(found, truth, spoken).f1)
            sure = bootstrap_intervals(found, truth, spoken)
            intervals = (sure.b_cubed, sure.pairs, sure.between_languages)
            rows.append(
                _row(name, f"{peer}, best threshold", scores, intervals, len(set(found)), len(set(truth)), spoken)
            )
        print(json.dumps(rows[-len(encoders) - len(PEERS) :], indent=1), flush=True)
    save(
        "stories",
        "2021 Olympics headlines in nine languages; one day of Saudi newspapers (Arabic); AllSides triples and BASIL "
        "(English, without dates)",
        "In brackets: 95 % intervals, a bootstrap over the events. Thresholds (of HDBSCAN the least size) of the other "
        "pipelines are chosen on the labels they are scored with; Sada's settings are not. Average precision and "
        "calibration error (ten bins) are of its scored pairs.",
        rows,
    )


def _row(
    name: str,
    method: str,
    scores: Sequence[float],
    intervals: Sequence[tuple[float, float]],
    found: int,
    truth: int,
    languages: Sequence[str],
) -> dict[str, Any]:
    shown = [f"{score:.3f} ({low:.2f}–{high:.2f})" for score, (low, high) in zip(scores, intervals, strict=True)]
    row = {
        "set": name,
        "method": method,
        "B-Cubed F1": shown[0],
        "pairs F1": shown[1],
        "stories": f"{found} of {truth}",
    }
    return row | ({"pairs in two languages F1": shown[2]} if len(set(languages)) > 1 else {})


if __name__ == "__main__":
    main()
