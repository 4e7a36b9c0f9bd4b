"""Fit the same-story scorer and write ``cluster/data/story_weights.json``.

    python benchmarks/train_scorer.py DATA [--encoder e5-short --encoder use]

DATA holds ``stories/og2021_first_half.jsonl`` (headlines in nine languages; the first 60 % by time are used, the rest
is for reporting), ``stories/allsides_dated.jsonl`` (English articles; all of one cluster carry one date, so dates are
jittered) and ``stories/allsides_triples.jsonl.zst`` (English articles without dates). No Arabic full text is used.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fragment_fits import Judged, Scored, cut, fit_fragments, scored
from logistic import AGAINST, FOR, NONE, Bounds, fit
from story_sets import HEADLINES_SHARE, cosines_of_all_pairs, headlines, more_triples, story_set, training_sets

from sada.cluster.evaluation.metrics import b_cubed, pairwise
from sada.cluster.scoring.pair_scorer import FEATURES, MEANINGS, REGIMES, StorySet
from sada.cluster.scoring.second_pass import NEIGHBOURS, SECOND_PASS, log_odds, neighbourhoods
from sada.cluster.scoring.semantic import load_means, means_of
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encode_unit, encoder_text, stamp
from sada.indexes.encoders.loading import load_encoder

TITLES = (0.25, 0.3, 0.35, 0.4)
FRAGMENTS = (0.35, 0.4, 0.45, 0.5)
TEXTS = tuple(round(0.15 + 0.025 * step, 3) for step in range(11))
PACES = (1, 2, 4, 8)
"""How much faster time runs in the copies of the headlines that are trained on.

They are of three weeks, over which little happens at once. Where articles are a day apart at most, being near in time
says nothing; with one pace alone the scorer is too sure on such days.
"""
THINNED = (1, 3)
"""How many articles an event has at most in the copies of the headlines that resolutions are also chosen by.

Many collections have few reports of an event; these headlines have hundreds of some.
"""
NEARLY = 0.01
DISTANCES = {"numbers_clash", "days_1", "days_3", "gap"}
SECOND_SIGNS: dict[str, Bounds] = {"odds": FOR, NEIGHBOURS: FOR}
OF_TITLES = ("titles", "titles in two languages")
FITTED = {"titles": set(), "texts": set(), "titles in two languages": {"lead_words", "body_words", "lead_mass"}}
# No training set shows an outlet's regular reports (markets, weather): that they are never one story is set by hand.
RECURRING = -20.0
UNFITTED = {"recurring"}
Prepared = tuple[StorySet, list[str]]
NO_LINK = -50.0
DATA = Path(__file__).parent.parent / "cluster/data"
SOURCES = [
    "Olympics 2021 headlines in nine languages, first 60 % by time of the first half",
    "AllSides roundups (English, dates jittered by a normal of 0.6 days)",
    "AllSides triples (English, no dates)",
]


def at_paces(prepared: StorySet) -> list[StorySet]:
    """The set with its times as they are, and closer together."""
    middle = np.nanmean(prepared.times)
    return [replace(prepared, times=middle + (prepared.times - middle) / pace) for pace in PACES]


def thinned(articles: list[Article], labels: list[str], most: int) -> tuple[list[Article], list[str]]:
    """The first articles of each event."""
    seen, kept = Counter[str](), []
    for at, label in enumerate(labels):
        seen[label] += 1
        if seen[label] <= most:
            kept.append(at)
    return [articles[at] for at in kept], [labels[at] for at in kept]


def pairs(sets: list[StorySet], labels: list[list[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, regimes and same-story labels of all candidate pairs whose embeddings mean something."""
    found = []
    for prepared, clusters in zip(sets, labels, strict=True):
        left, right = prepared.blocked_pairs()
        if prepared.meaning is not None:
            known = prepared.with_meaning(left, right)
            left, right = left[known], right[known]
        names = np.array(clusters)
        found.append((prepared.features(left, right), prepared.regimes(left, right), names[left] == names[right]))
    features, regimes, same = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return features, regimes, same.astype(float)


def signs_of(unused: set[str]) -> dict[str, Bounds]:
    """Similarities may only speak for a link, distances against."""
    return {name: NONE if name in unused else AGAINST if name in DISTANCES else FOR for name in FEATURES}


def known(weights: dict[str, float]) -> dict[str, float]:
    """Those that are not zero."""
    return {name: value for name, value in weights.items() if value or name == "bias"}


def for_texts(titles: dict[str, float], resolution: dict[str, float]) -> dict[str, float]:
    """Weights for full texts in two languages, of which there is no labelled set: those of titles at their own pace.

    Only the bias moves, so that the verdict falls at the resolution of texts where it fell at that of titles.
    """
    texts, shorter = log_odds(np.array([resolution["texts"], resolution["titles"]])).tolist()
    return titles | {"bias": round(titles["bias"] + texts - shorter, 3)}


def fit_regimes(sets: list[StorySet], labels: list[list[str]], unused: set[str]) -> dict[str, dict[str, float]]:
    """Weights of each regime that the sets hold pairs of."""
    features, regimes, same = pairs(sets, labels)
    return {
        regime: known(fit(features[regimes == number], same[regimes == number], signs_of(unused | own)))
        for number, (regime, own) in enumerate(FITTED.items())
        if (regimes == number).any()
    }


def fit_second_pass(
    articles: list[Article], labels: list[str], name: str, spreads: list[tuple[float, float]]
) -> dict[str, dict[str, float]]:
    """Weights of the second pass over pairs of titles, in time order.

    Each half is scored by what is fitted on the other, so that log-odds are those of pairs that nothing learned from.
    """
    half = len(articles) // 2
    halves = [(articles[:half], labels[:half]), (articles[half:], labels[half:])]
    sets = [at_paces(measured_against(story_set(some, name), name, spreads)) for some, _ in halves]
    fitted = [
        fit_regimes(some, [own] * len(PACES), unused_by(spreads)) for some, (_, own) in zip(sets, halves, strict=True)
    ]
    looked = [
        _looked(with_weights(one, weights), own)
        for some, (_, own), weights in zip(sets, halves, fitted[::-1], strict=True)
        for one in some
    ]
    features, regimes, same = (np.concatenate(columns) for columns in zip(*looked, strict=True))
    return {
        SECOND_PASS.format(regime): fit(features[regimes == number], same[regimes == number], SECOND_SIGNS)
        for number, regime in enumerate(REGIMES)
        if regime in OF_TITLES
    }


def _looked(prepared: StorySet, labels: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features of the second pass, regimes and labels of all candidate pairs."""
    left, right = prepared.blocked_pairs()
    first, names = prepared.probability(left, right), np.array(labels)
    features = np.stack([log_odds(first), neighbourhoods(len(prepared), left, right, first)], axis=1)
    return features, prepared.regimes(left, right), (names[left] == names[right]).astype(float)


def share_of_true(sets: list[StorySet], labels: list[list[str]]) -> dict[str, float]:
    """Which share of the candidate pairs of full texts is of one event."""
    _, regimes, same = pairs(sets, labels)
    return {"texts": round(float(same[regimes == REGIMES.index("texts")].mean()), 5)}


def with_weights(prepared: StorySet, weights: dict[str, dict[str, float]]) -> StorySet:
    """The set with weights that are not shipped; pairs of other regimes are no link."""
    return replace(prepared, weights={regime: {"bias": NO_LINK} for regime in REGIMES} | weights)


class Halves(NamedTuple):
    """The training headlines in two parts: what is fitted on the first, at all paces, is judged on the second.

    The second is there at all paces, and thinned.
    """

    early: list[StorySet]
    early_labels: list[str]
    late: list[Prepared]
    spreads: list[tuple[float, float]]

    @classmethod
    def of(cls, data: Path, name: str) -> Halves:
        """Weights fitted on the first part are those of both."""
        articles, clusters = headlines(data)[0]
        at = int(HEADLINES_SHARE * len(articles))
        first = story_set(articles[:at], name)
        spreads = unrelated(first, name)
        early = at_paces(measured_against(first, name, spreads))
        rest = articles[at:], clusters[at:]
        late = [(one, rest[1]) for one in at_paces(measured_against(story_set(rest[0], name), name, spreads))]
        for some, labels in (thinned(*rest, most) for most in THINNED):
            late.append((measured_against(story_set(some, name), name, spreads), labels))
        weights = fit_regimes(early, [clusters[:at]] * len(PACES), unused_by(spreads))
        weights |= fit_second_pass(articles[:at], clusters[:at], name, spreads)
        early = [with_weights(one, weights) for one in early]
        return cls(early, clusters[:at], [(with_weights(one, weights), labels) for one, labels in late], spreads)

    def qualities(self) -> dict[tuple[float, float], tuple[float, float]]:
        """How good the stories of the second part are, by the resolutions of titles and fragments.

        F1 by B-Cubed is the mean of all its versions; that by pairs of those that are not thinned.
        """
        of_early, of_late = [scored(one) for one in self.early], [scored(one) for one, _ in self.late]
        found = {}
        for titles in TITLES:
            fragments = [Judged(*both, titles) for both in zip(self.early, of_early, strict=True)]
            learned = fit_fragments(fragments, self.early_labels)
            judged = [
                (Judged(one, pairs_of, titles), own) for (one, own), pairs_of in zip(self.late, of_late, strict=True)
            ]
            for joining in FRAGMENTS:
                each = np.array([_quality(one.joined(learned, joining), own) for one, own in judged])
                found[titles, joining] = float(each[:, 0].mean()), float(each[: len(PACES), 1].mean())
        return found


def choose_titles(quality: dict[tuple[float, float], tuple[float, float]]) -> tuple[float, float]:
    """Resolutions for titles and fragments, chosen by how good stories are with each.

    Pairs of headlines hang on a few stories of hundreds, so B-Cubed comes first: of what is nearly the best by it, the
    best by pairs.
    """
    least = max(by_articles for by_articles, _ in quality.values()) - NEARLY
    return max(quality, key=lambda both: (quality[both][0] >= least, quality[both][1]))


def unseen_triples(
    data: Path, name: str, texts: list[Prepared], spreads: list[tuple[float, float]]
) -> tuple[StorySet, list[str]]:
    """Triples that nothing is fitted on, with the weights that the full texts of the training sets give."""
    others, labels = more_triples(data)
    fitting = [measured_against(some, name, spreads) for some, _ in texts]
    known_labels = [some for _, some in texts]
    weights = fit_regimes(fitting, known_labels, unused_by(spreads))
    weights["prior"] = share_of_true(fitting, known_labels)
    return with_weights(measured_against(story_set(others, name), name, spreads), weights), labels


def choose_texts(pairs_of: Scored, labels: list[str]) -> float:
    """The resolution of texts, chosen by what it makes of scored pairs."""
    scores = {texts: sum(_quality(cut(pairs_of, len(labels), texts).tolist(), labels)) for texts in TEXTS}
    return max(scores, key=lambda texts: scores[texts])


def choose_resolutions(data: Path, name: str, texts: list[Prepared]) -> dict[str, float]:
    """Resolutions for titles, fragments and texts, chosen inside the training sets.

    What is fitted on one part is judged on another, titles at all paces.
    """
    halves = Halves.of(data, name)
    titles, joining = choose_titles(halves.qualities())
    others, labels = unseen_triples(data, name, texts, halves.spreads)
    return {"titles": titles, "fragments": joining, "texts": choose_texts(scored(others), labels)}


def unused_by(spreads: list[tuple[float, float]]) -> set[str]:
    """Features that are given no weight, for encoders whose cosines spread like that."""
    return UNFITTED | set(MEANINGS[len(spreads) :])


def _quality(stories: list[int], labels: list[str]) -> tuple[float, float]:
    """F1 by B-Cubed and by pairs."""
    return b_cubed(stories, labels).f1, pairwise(stories, labels).f1


def unrelated(prepared: StorySet, name: str) -> list[tuple[float, float]]:
    """How the cosines of each encoder of that name spread over all pairs of a set."""
    if prepared.meaning is None:
        return []
    widths = [len(mean) for mean in means_of(name, prepared.meaning.vectors.shape[1])]
    parts = np.split(prepared.meaning.vectors, np.cumsum(widths)[:-1], axis=1)
    spreads = [cosines_of_all_pairs(part * len(widths) ** 0.5) for part in parts]
    return [(round(mean, 4), round(spread, 4)) for mean, spread in spreads]


def measured_against(prepared: StorySet, name: str, spreads: list[tuple[float, float]]) -> StorySet:
    """The set with its closeness in meaning measured against these spreads, a column an encoder."""
    if prepared.meaning is None:
        return prepared
    widths = tuple(len(mean) for mean in means_of(name, prepared.meaning.vectors.shape[1]))
    return replace(prepared, meaning=replace(prepared.meaning, widths=widths, unrelated=tuple(spreads)))


def fit_encoder(data: Path, name: str) -> dict[str, Any]:
    """All that is shipped for one encoder."""
    (articles, clusters), *others = training_sets(data)
    texts = [(story_set(some, name), labels) for some, labels in others]
    resolution = choose_resolutions(data, name, texts)
    first = story_set(articles, name)
    spreads = unrelated(first, name)
    first = measured_against(first, name, spreads)
    dated, unused = at_paces(first), unused_by(spreads)
    sets = [*dated, *(measured_against(some, name, spreads) for some, _ in texts)]
    fitted = fit_regimes(sets, [clusters] * len(dated) + [labels for _, labels in texts], unused)
    alone = fit_regimes([first], [clusters], unused)["titles in two languages"]
    fitted |= fit_second_pass(articles, clusters, name, spreads)
    fitted["prior"] = share_of_true(sets[len(dated) :], [labels for _, labels in texts])
    dated = [with_weights(one, fitted) for one in dated]
    joining = fit_fragments([Judged(one, scored(one), resolution["titles"]) for one in dated], clusters)
    fitted["texts"]["recurring"] = RECURRING
    fitted["texts in two languages"] = for_texts(alone, resolution)
    described = {"resolution": resolution, "unrelated": spreads, "stamp": stamp(load_encoder(name))}
    return fitted | {"fragments": joining} | described


def write_means(data: Path, names: list[str]) -> None:
    """The mean vector of the headlines that are trained on, by encoder, to where the package keeps them."""
    path = DATA / "story_means.npz"
    means = {}
    texts = [encoder_text(article) for article in headlines(data)[0][0]]
    for name in names:
        encoder = load_encoder(name)
        assert encoder is not None
        means[name] = encode_unit(encoder, texts).mean(axis=0).astype(np.float16)
    np.savez(path, **means)
    load_means.cache_clear()


def main() -> None:
    """Fit every regime for every encoder asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", action="append", default=[])
    options = parser.parse_args()
    names = options.encoder or ["e5-short", "e5", "use", "fast", "none", "use+e5", "fast+e5"]
    write_means(options.data, ["use", "fast", "e5", "e5-short"])
    target = DATA / "story_weights.json"
    weights = json.loads(target.read_text())
    weights["sources"] = SOURCES
    for name in names:
        weights["encoders"][name] = fit_encoder(options.data, name)
        print(name, json.dumps(weights["encoders"][name], indent=1))
    target.write_text(json.dumps(weights, indent=1) + "\n")


if __name__ == "__main__":
    main()
