"""Stories against hand-made labels, beside TF-IDF with the best threshold; writes ``results/stories.json``.

    python benchmarks/stories.py DATA         # with the extras e5 and dev installed; a quarter of an hour

DATA holds ``stories/og2021_first_half.jsonl`` (headlines of the 2021 Olympics in nine languages; the scorer was fitted
on the first 60 % of them, so the last 40 % are what counts) and ``stories/saudi_2015-07-26_labels.json`` with
``neardup/saudi_dev.jsonl.zst`` (every Arabic article of one day, never used for fitting).
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
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from train_scorer import headlines

from sada.cluster import Stories, evaluate, find_stories
from sada.cluster.metrics import b_cubed, pairwise
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article
from sada.indexes.text import fold

ENCODERS = ("use", "none", "e5", "use+e5")
Set = tuple[str, list[Article], dict[str, str]]


def sets(data: Path) -> list[Set]:
    """(name, articles, label by id) of everything that is reported."""
    (first, first_labels), (last, last_labels) = headlines(data)
    held_out = ("Olympics headlines, last 40 %", last, _labels(last, last_labels))
    labels = _labels(first + last, first_labels + last_labels)
    whole = ("Olympics headlines, all (60 % fitted on)", first + last, labels)
    events = json.loads((data / "stories/saudi_2015-07-26_labels.json").read_text())["labels"]
    day = [article for article in read_articles(data / "neardup/saudi_dev.jsonl.zst") if article.id in events]
    return [held_out, whole, ("Saudi news day, full text", day, {id_: label["event"] for id_, label in events.items()})]


def _labels(articles: Sequence[Article], labels: Sequence[str]) -> dict[str, str]:
    return {article.id: label for article, label in zip(articles, labels, strict=True)}


def sada(articles: list[Article], encoder: str) -> Stories:
    """Stories of an index made for the purpose."""
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        index.add(articles)
        return find_stories(index)


def tf_idf(articles: list[Article], truth: list[str]) -> dict[str, Any]:
    """Average link on TF-IDF of the folded text, cut wherever the labels like it best (an oracle)."""
    vectors = TfidfVectorizer(tokenizer=lambda text: fold(text).split(), token_pattern=None, sublinear_tf=True)
    matrix = vectors.fit_transform([article.body for article in articles])
    distance = np.clip(1 - (matrix @ matrix.T).toarray(), 0, 1)
    best: dict[str, Any] = {"b_cubed": 0.0}
    for cut in np.arange(0.4, 0.96, 0.05):
        model = AgglomerativeClustering(None, metric="precomputed", linkage="average", distance_threshold=cut)
        found = model.fit_predict(distance).tolist()
        score = b_cubed(found, truth).f1
        if score > best["b_cubed"]:
            best = {"b_cubed": score, "pairs": pairwise(found, truth).f1, "stories": len(set(found))}
    return best


def main() -> None:
    """Score every set with every method."""
    rows = []
    for name, articles, labels in sets(Path(sys.argv[1])):
        languages = {article.id: article.language for article in articles}
        truth = [labels[article.id] for article in articles]
        several = len(set(languages.values())) > 1
        for encoder in ENCODERS:
            result = evaluate(sada(articles, encoder), labels, languages)
            rows.append(
                _row(name, f"sada, encoder {encoder}", result.b_cubed.f1, result.pairs.f1, result.found, result.truth)
                | ({"pairs in two languages F1": round(result.between_languages.f1, 3)} if several else {})
            )
        peer = tf_idf(articles, truth)
        method = "TF-IDF, average link, best threshold"
        rows.append(_row(name, method, peer["b_cubed"], peer["pairs"], peer["stories"], len(set(truth))))
        print(json.dumps(rows[-len(ENCODERS) - 1 :], indent=1))
    save(
        "stories",
        "2021 Olympics headlines in nine languages; one day of Saudi newspapers (Arabic)",
        "The threshold of TF-IDF is chosen on the labels it is scored with; Sada's settings are not.",
        rows,
    )


def _row(name: str, method: str, b3: float, pairs: float, found: int, truth: int) -> dict[str, Any]:
    return {
        "set": name,
        "method": method,
        "B-Cubed F1": round(b3, 3),
        "pairs F1": round(pairs, 3),
        "stories": f"{found} of {truth}",
    }


if __name__ == "__main__":
    main()
