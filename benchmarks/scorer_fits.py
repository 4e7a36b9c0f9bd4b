"""Fit the weights of the same-story scorer, for one encoder and some labelled sets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from logistic import AGAINST, FOR, NONE, Bounds, fit
from story_sets import cosines_of_all_pairs, story_set

from sada.cluster.scoring.pair_scorer import FEATURES, MEANINGS, REGIMES, StorySet
from sada.cluster.scoring.second_pass import NEIGHBOURS, SECOND_PASS, log_odds, neighbourhoods
from sada.cluster.scoring.semantic import means_of
from sada.indexes.article import Article

PACES = (1, 2, 4, 8)
"""How much faster time runs in the copies of the headlines that are trained on.

They are of three weeks, over which little happens at once. Where articles are a day apart at most, being near in time
says nothing; with one pace alone the scorer is too sure on such days.
"""
DISTANCES = {"numbers_clash", "figures_differ", "other_numbers", "days_1", "days_3", "gap"}
FITTED = {
    "titles": {"other_numbers"},
    "texts": set(),
    "titles in two languages": {"lead_words", "body_words", "lead_mass", "other_numbers"},
}
"""The regimes with what gets no weight there: a title has too few numbers to be full of them."""
SECOND_SIGNS: dict[str, Bounds] = {"odds": FOR, NEIGHBOURS: FOR}
OF_TITLES = ("titles", "titles in two languages")
# No training set shows an outlet's regular reports (markets, weather): that they are never one story is set by hand.
RECURRING = -20.0
UNFITTED = {"recurring"}
NO_LINK = -50.0


def at_paces(prepared: StorySet) -> list[StorySet]:
    """The set with its times as they are, and closer together."""
    middle = np.nanmean(prepared.times)
    return [replace(prepared, times=middle + (prepared.times - middle) / pace) for pace in PACES]


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
    regimes, same = prepared.regimes(left, right), (names[left] == names[right]).astype(float)
    known = ~np.isnan(features[:, 1])
    return features[known], regimes[known], same[known]


def with_weights(prepared: StorySet, weights: dict[str, dict[str, float]]) -> StorySet:
    """The set with weights that are not shipped; pairs of other regimes are no link."""
    return replace(prepared, weights={regime: {"bias": NO_LINK} for regime in REGIMES} | weights)


def unused_by(spreads: list[tuple[float, float]]) -> set[str]:
    """Features that are given no weight, for encoders whose cosines spread like that."""
    return UNFITTED | set(MEANINGS[len(spreads) :])


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
