"""Stories against labels, beside usual pipelines; writes ``results/stories.json``, ``story_languages``, ``story_day``.

    python benchmarks/stories.py DATA         # with the extras use, fast and dev installed; half an hour

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
from typing import Any, NamedTuple

import numpy as np
from reported_sets import DAY, sets
from results import save
from story_peers import PEERS, best, tf_idf

from sada.cluster import evaluate, find_stories
from sada.cluster.evaluation.bootstrap import bootstrap_intervals
from sada.cluster.evaluation.calibration import average_precision, expected_calibration_error
from sada.cluster.evaluation.evaluation import Evaluation
from sada.cluster.evaluation.metrics import b_cubed, pairwise, pairwise_between
from sada.cluster.stories.stories import story_set
from sada.indexes import NewsIndex
from sada.indexes.article import Article


class Answer(NamedTuple):
    """What an index made for the purpose finds: scores, how good its probabilities are, its vectors, its stories."""

    result: Evaluation
    trusted: dict[str, Any]
    vectors: np.ndarray
    stories: dict[str, str]


def sada(articles: list[Article], labels: dict[str, str], encoder: str) -> Answer:
    """Group articles with an encoder."""
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        index.add(articles)
        found = find_stories(index)
        result = evaluate(found, labels, {article.id: article.language for article in articles})
        prepared = story_set(index)
        left, right = prepared.blocked_pairs()
        truth = np.array([labels[id_] for id_ in index.snapshot.columns.ids])
        probability, same = prepared.probability(left, right), truth[left] == truth[right]
        trusted = {
            "average precision": round(average_precision(probability, same), 3),
            "calibration error": round(expected_calibration_error(probability, same), 3),
        }
        order = index.snapshot.columns.rows([article.id for article in articles])
        vectors = np.array(index.snapshot.vectors[order]) if index.snapshot.dimension else np.zeros((len(articles), 0))
        return Answer(result, trusted, vectors, {id_: one.id for one in found.stories for id_ in one.articles})


def by_language(articles: list[Article], labels: dict[str, str], answers: dict[str, Answer]) -> list[dict[str, Any]]:
    """A row a language: the articles of it alone, as they were grouped among all; B-Cubed and pairs."""
    rows = []
    for language in sorted({article.language for article in articles}):
        ids = [article.id for article in articles if article.language == language]
        truth = [labels[id_] for id_ in ids]
        row: dict[str, Any] = {"language": language, "articles": len(ids)}
        for encoder, answer in answers.items():
            stories = [answer.stories[id_] for id_ in ids]
            row[encoder] = f"{b_cubed(stories, truth).f1:.3f} / {pairwise(stories, truth).f1:.3f}"
        rows.append(row)
    return rows


def of_the_day(data: Path, answers: dict[str, Answer]) -> list[dict[str, Any]]:
    """A row an encoder: how many of the day's traps are answered rightly, and scores against the wider stories."""
    day = json.loads((data / "stories/saudi_2015-07-26_labels.json").read_text())
    pairs = [(trap["a"], trap["b"]) for trap in day["traps"]]
    rows = []

    def event(id_: str) -> str:
        return str(day["labels"][id_]["event"])

    for encoder, answer in answers.items():
        ids = list(answer.stories)
        found, wider = [answer.stories[id_] for id_ in ids], [day["labels"][id_]["story"] for id_ in ids]
        row: dict[str, Any] = {"encoder": encoder}
        for kind, together in (("one event", True), ("two events", False)):
            traps = [(a, b) for a, b in pairs if (event(a) == event(b)) == together]
            right = sum((answer.stories[a] == answer.stories[b]) == together for a, b in traps)
            row[f"traps of {kind}, right"] = f"{right} of {len(traps)}"
        rows.append(row | {"B-Cubed F1, wider stories": round(b_cubed(found, wider).f1, 3)})
        rows[-1]["pairs F1, wider stories"] = round(pairwise(found, wider).f1, 3)
    return rows


def main() -> None:
    """Score every set with every method."""
    rows, data = [], Path(sys.argv[1])
    for name, articles, labels, encoders in sets(data):
        truth, spoken = [labels[article.id] for article in articles], [article.language for article in articles]
        answers = {}
        for encoder in encoders:
            answers[encoder] = sada(articles, labels, encoder)
            result, trusted, *_ = answers[encoder]
            scores = (result.b_cubed.f1, result.pairs.f1, result.between_languages.f1)
            intervals = (result.intervals.b_cubed, result.intervals.pairs, result.intervals.between_languages)
            row = _row(name, f"sada, encoder {encoder}", scores, intervals, result.found, result.truth, spoken)
            rows.append(row | trusted)
        order = np.argsort([article.published.timestamp() if article.published else 0.0 for article in articles])
        cosines = tf_idf(articles)
        for peer, grouped in PEERS.items():
            found = best(grouped(cosines, answers["e5-short"].vectors, order), truth)
            scores = (b_cubed(found, truth).f1, pairwise(found, truth).f1, pairwise_between(found, truth, spoken).f1)
            sure = bootstrap_intervals(found, truth, spoken)
            intervals = (sure.b_cubed, sure.pairs, sure.between_languages)
            rows.append(
                _row(name, f"{peer}, best threshold", scores, intervals, len(set(found)), len(set(truth)), spoken)
            )
        if len(set(spoken)) > 1:
            note = "B-Cubed and pairwise F1 of the articles of one language, as they were grouped among all."
            save("story_languages", name, note, by_language(articles, labels, answers))
        if name == DAY:
            note = "A trap is a pair that looks like what it is not; a wider story holds several events."
            save("story_day", name, note, of_the_day(data, answers))
        print(json.dumps(rows[-len(encoders) - len(PEERS) :], indent=1), flush=True)
    save(
        "stories",
        "2021 Olympics headlines in nine languages; one day of Saudi newspapers (Arabic); AllSides triples and BASIL "
        "(English, without dates)",
        "In brackets: 95 % intervals, a bootstrap over the events. Thresholds (of HDBSCAN the least size) of the other "
        "pipelines are chosen on the labels they are scored with; Sada's settings are not. Average precision and "
        "calibration error (ten bins) are of its scored pairs at the first pass, before they are calibrated.",
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
