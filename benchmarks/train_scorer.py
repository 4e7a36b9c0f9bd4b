"""Fit the same-story scorer and write ``cluster/data/story_weights.json``.

    python benchmarks/train_scorer.py DATA [--encoder use --encoder e5]

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
from scipy.sparse import coo_array

from sada.cluster import fragments
from sada.cluster.fragments import Fragments, measures, neighbours
from sada.cluster.metrics import b_cubed, pairwise
from sada.cluster.partition import partition
from sada.cluster.scorer import FEATURES, REGIMES, StorySet, cosines_of_all_pairs, load_means
from sada.indexes.article import Article
from sada.indexes.encoder import encode_unit, encoder_text, load_encoder, stamp

HEADLINES_SHARE = 0.6
TRIPLES = 3000
RESOLUTIONS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
DISTANCES = {"numbers_clash", "days_1", "days_3", "gap"}
Bounds = tuple[float | None, float | None]
ANY, FOR, AGAINST, NONE = (None, None), (0.0, None), (None, 0.0), (0.0, 0.0)
FRAGMENT_SIGNS: dict[str, Bounds] = {"odds": FOR, "strongest": FOR, "meaning": FOR, "gap": AGAINST}
FITTED = {"titles": set(), "texts": set(), "titles in two languages": {"lead_words", "body_words", "lead_mass"}}
# No training set shows an outlet's regular reports (markets, weather): that they are never one story is set by hand.
RECURRING = -12.0
UNFITTED = {"recurring"}
NO_LINK = -50.0
DATA = Path(__file__).parent.parent / "cluster/data"
SOURCES = [
    "Olympics 2021 headlines in nine languages, first 60 % by time of the first half",
    "AllSides roundups (English, dates jittered by a normal of 0.6 days)",
    "AllSides triples (English, no dates)",
]
Labelled = tuple[list[Article], list[str]]
Scored = tuple[np.ndarray, np.ndarray, np.ndarray]


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


def more_triples(data: Path) -> Labelled:
    """Triples that no weights are fitted on, for choosing the resolution of texts."""
    rows = read(data / "stories/allsides_triples.jsonl.zst")[TRIPLES : 2 * TRIPLES]
    return labelled(rows, [None] * len(rows))


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


def fit(features: np.ndarray, same: np.ndarray, signs: dict[str, Bounds], ridge: float = 1e-3) -> dict[str, float]:
    """Logistic regression; ``signs`` names the features and between what their weights may lie."""
    scale = features.std(axis=0) + 1e-9
    scaled, count = features / scale, len(same)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = scaled @ weights[1:] + weights[0]
        error = (1 / (1 + np.exp(-odds)) - same) / count
        value = (np.logaddexp(0, odds) - same * odds).mean() + ridge * (weights[1:] ** 2).sum()
        return value, np.concatenate([[error.sum()], scaled.T @ error + 2 * ridge * weights[1:]])

    bounds = [ANY, *signs.values()]
    best = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 500})
    weights = {name: round(float(value), 3) for name, value in zip(signs, best.x[1:] / scale, strict=True)}
    return {"bias": round(float(best.x[0]), 3)} | weights


def signs_of(unused: set[str]) -> dict[str, Bounds]:
    """Similarities may only speak for a link, distances against."""
    return {name: NONE if name in unused else AGAINST if name in DISTANCES else FOR for name in FEATURES}


def known(weights: dict[str, float]) -> dict[str, float]:
    """Those that are not zero."""
    return {name: value for name, value in weights.items() if value or name == "bias"}


def for_texts(titles: dict[str, float], resolution: dict[str, float]) -> dict[str, float]:
    """Weights for full texts in two languages, of which there is no labelled set: those of titles.

    Only the bias moves, so that the verdict falls at the resolution of texts where it fell at that of titles.
    """
    shift = log_odds(resolution["texts"]) - log_odds(resolution["titles"])
    return titles | {"bias": round(titles["bias"] + shift, 3)}


def log_odds(probability: float) -> float:
    """ln(p / (1 - p))."""
    return math.log(probability / (1 - probability))


def fit_regimes(sets: list[StorySet], labels: list[list[str]], unused: set[str]) -> dict[str, dict[str, float]]:
    """Weights of each regime that the sets hold pairs of."""
    features, regimes, same = pairs(sets, labels)
    return {
        regime: known(fit(features[regimes == number], same[regimes == number], signs_of(unused | own)))
        for number, (regime, own) in enumerate(FITTED.items())
        if (regimes == number).any()
    }


def with_weights(prepared: StorySet, weights: dict[str, dict[str, float]]) -> StorySet:
    """The set with weights that are not shipped; pairs of other regimes are no link."""
    return replace(prepared, weights={regime: {"bias": NO_LINK} for regime in REGIMES} | weights)


def scored(prepared: StorySet) -> Scored:
    """Candidate pairs of a set, and their probability."""
    left, right = prepared.candidates()
    return left, right, prepared.probability(left, right)


def cut(pairs_of: Scored, count: int, resolution: float) -> np.ndarray:
    """int64 (count,): the fragments that rows fall into."""
    return partition(count, *pairs_of, np.full(count, resolution))


class Judged:
    """The fragments that a set falls into by some weights, and what is measured of pairs of them."""

    def __init__(self, prepared: StorySet, weights: dict[str, dict[str, float]], resolution: float) -> None:
        prepared = with_weights(prepared, weights)
        pairs_of, rows = scored(prepared), np.arange(len(prepared))
        self.fragments = Fragments.of(rows, cut(pairs_of, len(rows), resolution), *pairs_of)
        self.one, self.other = neighbours(prepared, self.fragments, *pairs_of)
        self.measures = measures(prepared, self.fragments, self.one, self.other)

    def shares(self, labels: list[str]) -> np.ndarray:
        """float64 (pairs,): which share of the pairs of articles of two fragments are of one event."""
        events = np.unique(labels, return_inverse=True)[1]
        table = coo_array((np.ones(len(events)), (self.fragments.numbers, events))).tocsr()
        together = np.asarray(table[self.one].multiply(table[self.other]).sum(axis=1)).ravel()
        return together / (self.fragments.sizes[self.one] * self.fragments.sizes[self.other])

    def fit(self, labels: list[str]) -> dict[str, float]:
        """Weights for :mod:`sada.cluster.fragments`."""
        signs = {name: FRAGMENT_SIGNS.get(name, ANY) for name in fragments.FEATURES}
        return fit(self.measures, self.shares(labels), signs)

    def joined(self, weights: dict[str, float], resolution: float) -> list[int]:
        """The stories."""
        likely = fragments.likely(self.measures, weights)
        count = len(self.fragments.sizes)
        whole = partition(count, self.one, self.other, likely, np.full(count, resolution))
        return whole[self.fragments.numbers].tolist()


def choose_resolutions(data: Path) -> dict[str, float]:
    """Resolutions for titles, fragments and texts, chosen inside the training sets.

    What is fitted on one part is judged on another. Pairs of headlines hang on a few stories of hundreds, so titles are
    judged by B-Cubed alone.
    """
    articles, clusters = headlines(data)[0]
    at = int(HEADLINES_SHARE * len(articles))
    early, late = story_set(articles[:at], "use"), story_set(articles[at:], "use")
    weights = fit_regimes([early], [clusters[:at]], UNFITTED)
    found = {}
    for titles in RESOLUTIONS:
        learned = Judged(early, weights, titles).fit(clusters[:at])
        judged = Judged(late, weights, titles)
        for joining in RESOLUTIONS:
            stories = judged.joined(learned, joining)
            found[titles, joining] = b_cubed(stories, clusters[at:]).f1
            print(
                f"titles {titles}, fragments {joining}: {found[titles, joining]:.3f}", pairwise(stories, clusters[at:])
            )
    titles, joining = max(found, key=lambda both: found[both])
    fitting, (others, labels) = training_sets(data)[1:], more_triples(data)
    weights = fit_regimes([story_set(some, "use") for some, _ in fitting], [some for _, some in fitting], UNFITTED)
    unseen = scored(with_weights(story_set(others, "use"), weights))
    scores = {}
    for texts in RESOLUTIONS:
        stories = cut(unseen, len(labels), texts).tolist()
        scores[texts] = b_cubed(stories, labels).f1 + pairwise(stories, labels).f1
    return {"titles": titles, "fragments": joining, "texts": max(scores, key=lambda texts: scores[texts])}


def fit_encoder(data: Path, name: str, resolution: dict[str, float]) -> dict[str, Any]:
    """All that is shipped for one encoder."""
    labelled_sets = training_sets(data)
    prepared = [story_set(articles, name) for articles, _ in labelled_sets]
    first = prepared[0].vectors
    unrelated = (0.0, 1.0) if first is None else cosines_of_all_pairs(first)
    prepared = [replace(one, unrelated=unrelated) for one in prepared]
    unused = UNFITTED | ({"meaning"} if name == "none" else set())
    fitted = fit_regimes(prepared, [clusters for _, clusters in labelled_sets], unused)
    joining = Judged(prepared[0], fitted, resolution["titles"]).fit(labelled_sets[0][1])
    fitted["texts"]["recurring"] = RECURRING
    fitted["texts in two languages"] = for_texts(fitted["titles in two languages"], resolution)
    described = {"unrelated": [round(value, 4) for value in unrelated], "stamp": stamp(load_encoder(name))}
    return fitted | {"fragments": joining} | described


def write_means(data: Path, names: list[str]) -> None:
    """The mean vector of the headlines that are trained on, by encoder, to where the package keeps them."""
    path = DATA / "story_means.npz"
    means = dict(np.load(path)) if path.exists() else {}
    texts = [encoder_text(article) for article in headlines(data)[0][0]]
    for name in names:
        encoder = load_encoder(name)
        if encoder is not None:
            means[name] = encode_unit(encoder, texts).mean(axis=0).astype(np.float16)
    np.savez(path, **means)
    load_means.cache_clear()


def main() -> None:
    """Fit every regime for every encoder asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", action="append", default=[])
    options = parser.parse_args()
    names = options.encoder or ["use", "fast", "none", "e5", "use+e5", "fast+e5"]
    write_means(options.data, sorted({"use", *names}))
    target = DATA / "story_weights.json"
    weights = json.loads(target.read_text())
    weights |= {"sources": SOURCES, "resolution": choose_resolutions(options.data)}
    for name in names:
        weights["encoders"][name] = fit_encoder(options.data, name, weights["resolution"])
        print(name, json.dumps(weights["encoders"][name], indent=1))
    target.write_text(json.dumps(weights, indent=1) + "\n")


if __name__ == "__main__":
    main()
