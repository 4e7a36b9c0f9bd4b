"""Fit the same-story scorer and write ``cluster/data/story_weights.json``.

    python benchmarks/train_scorer.py DATA [--encoder default --encoder none]

DATA holds ``stories/og2021_first_half.jsonl`` (headlines in nine languages; the first 60 % by time are used, the rest
is for reporting), ``stories/allsides_dated.jsonl`` (English articles; all of one cluster carry one date, so dates are
jittered) and ``stories/allsides_triples.jsonl.zst`` (English articles without dates). No Arabic full text is used.
"""

from __future__ import annotations

import argparse
import io
import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from scipy.optimize import minimize

from sada.cluster.scorer import FEATURES, StorySet, cosines_of_all_pairs
from sada.cluster.stories import RESOLUTION_TEXTS, RESOLUTION_TITLES
from sada.indexes.article import Article
from sada.indexes.encoder import encode_unit, encoder_text, load_encoder, stamp

HEADLINES_SHARE = 0.6
TRIPLES = 3000
AGAINST = {"numbers_clash", "days_1", "days_3", "gap"}
FITTED = {"titles": set(), "texts": set(), "titles in two languages": {"lead_words", "body_words", "lead_mass"}}
# No training set shows an outlet's regular reports (markets, weather): that they are never one story is set by hand.
RECURRING = -12.0
SOURCES = [
    "Olympics 2021 headlines in nine languages, first 60 % by time of the first half",
    "AllSides roundups (English, dates jittered by a normal of 0.6 days)",
    "AllSides triples (English, no dates)",
]
Labelled = tuple[list[Article], list[str]]


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file, plain or .zst."""
    with zstandard.open(path, "rb") if path.suffix == ".zst" else path.open("rb") as file:
        return [json.loads(line) for line in io.BufferedReader(file)]


def labelled(rows: list[dict[str, Any]], dates: list[datetime | None]) -> Labelled:
    """Articles and their clusters."""
    articles = [
        Article(str(row["id"]), row["title"], row["text"], language=row["lang"], published=date)
        for row, date in zip(rows, dates, strict=True)
    ]
    return articles, [row["cluster"] for row in rows]


def moment(text: str) -> datetime:
    """A date as the sets write it; UTC where it has no offset."""
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def headlines(data: Path) -> tuple[Labelled, Labelled]:
    """The Olympics headlines: those to train on, and those to report on."""
    rows = sorted(read(data / "stories/og2021_first_half.jsonl"), key=lambda row: (row["date"], row["id"]))
    cut = int(HEADLINES_SHARE * len(rows))
    first, last = (labelled(part, [moment(row["date"]) for row in part]) for part in (rows[:cut], rows[cut:]))
    return first, last


def training_sets(data: Path) -> list[Labelled]:
    """All labelled sets that weights are fitted on."""
    roundups, triples = read(data / "stories/allsides_dated.jsonl"), read(data / "stories/allsides_triples.jsonl.zst")
    jitter = np.clip(np.random.default_rng(0).normal(0, 0.6, len(roundups)), -2, 2)
    dates: list[datetime | None] = [
        moment(row["date"]) + timedelta(days=float(days)) for row, days in zip(roundups, jitter, strict=True)
    ]
    return [headlines(data)[0], labelled(roundups, dates), labelled(triples[:TRIPLES], [None] * TRIPLES)]


def story_set(articles: list[Article], encoder_name: str) -> StorySet:
    """Articles with the embeddings of an encoder."""
    encoder = load_encoder(encoder_name)
    if encoder is None:
        return StorySet.build(articles)
    vectors = encode_unit(encoder, [encoder_text(article) for article in articles])
    return StorySet.build(articles, vectors, encoder_name, encoder.languages)


def pairs(sets: list[StorySet], labels: list[list[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, regimes and same-story labels of all candidate pairs whose embeddings mean something."""
    found = []
    for prepared, clusters in zip(sets, labels, strict=True):
        left, right = prepared.candidates()
        if prepared.vectors is not None:
            known = prepared.understood[left] & prepared.understood[right]
            left, right = left[known], right[known]
        names = np.array(clusters)
        found.append((prepared.features(left, right), prepared.regimes(left, right), names[left] == names[right]))
    features, regimes, same = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return features, regimes, same.astype(float)


def fit(features: np.ndarray, same: np.ndarray, unused: set[str], ridge: float = 1e-3) -> dict[str, float]:
    """Logistic regression with sign constraints: similarities may only speak for a link, distances against."""
    scale = features.std(axis=0) + 1e-9
    scaled, count = features / scale, len(same)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = scaled @ weights[1:] + weights[0]
        error = (1 / (1 + np.exp(-odds)) - same) / count
        value = (np.logaddexp(0, odds) - same * odds).mean() + ridge * (weights[1:] ** 2).sum()
        return value, np.concatenate([[error.sum()], scaled.T @ error + 2 * ridge * weights[1:]])

    bounds = [(None, None)]
    for name in FEATURES:
        bounds.append((0, 0) if name in unused else (None, 0) if name in AGAINST else (0, None))
    best = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 500})
    weights = {name: round(float(value), 3) for name, value in zip(FEATURES, best.x[1:] / scale, strict=True)}
    return {"bias": round(float(best.x[0]), 3)} | {name: value for name, value in weights.items() if value}


def for_texts(titles: dict[str, float]) -> dict[str, float]:
    """Weights for full texts in two languages, of which there is no labelled set: those of titles.

    Only the bias moves, so that the verdict falls at the resolution of texts where it fell at that of titles.
    """
    shift = math.log(RESOLUTION_TEXTS / (1 - RESOLUTION_TEXTS)) - math.log(RESOLUTION_TITLES / (1 - RESOLUTION_TITLES))
    return titles | {"bias": round(titles["bias"] + shift, 3)}


def main() -> None:
    """Fit every regime for every encoder asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", action="append", default=[])
    options = parser.parse_args()
    target = Path(__file__).parent.parent / "cluster/data/story_weights.json"
    weights = json.loads(target.read_text()) if target.exists() else {"encoders": {}}
    weights["sources"] = SOURCES
    for name in options.encoder or ["default", "none"]:
        labelled_sets = training_sets(options.data)
        prepared = [story_set(articles, name) for articles, _ in labelled_sets]
        first = prepared[0].vectors
        unrelated = (0.0, 1.0) if first is None else cosines_of_all_pairs(first)
        prepared = [replace(one, unrelated=unrelated) for one in prepared]
        features, regimes, same = pairs(prepared, [clusters for _, clusters in labelled_sets])
        unused = {"recurring", "meaning"} if name == "none" else {"recurring"}
        fitted = {
            regime: fit(features[regimes == number], same[regimes == number], unused | own)
            for number, (regime, own) in enumerate(FITTED.items())
        }
        fitted["texts"]["recurring"] = RECURRING
        fitted["texts in two languages"] = for_texts(fitted["titles in two languages"])
        pairs_seen = dict(zip(FITTED, np.bincount(regimes, minlength=len(FITTED)).tolist(), strict=True))
        provenance = {"stamp": stamp(load_encoder(name)), "pairs": pairs_seen}
        scale = {"unrelated": [round(value, 4) for value in unrelated]}
        weights["encoders"][name] = fitted | scale | provenance
        print(name, json.dumps(weights["encoders"][name], indent=1))
    target.write_text(json.dumps(weights, indent=1) + "\n")


if __name__ == "__main__":
    main()
