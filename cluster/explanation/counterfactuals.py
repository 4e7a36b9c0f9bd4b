"""Counterfactuals: which other evidence would change whether two articles count as one story."""

from __future__ import annotations

import math
from bisect import bisect_left

from sada.cluster.explanation.story_evidence import StoryEvidence
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import MEANINGS
from sada.cluster.scoring.second_pass import NEIGHBOURS

_WITHOUT = {
    "title_words": "the common words of the titles",
    "title_grams": "the common spelling and figures in the titles",
    "lead_words": "the common words of titles and leads",
    "body_words": "the common words of the texts",
    "rarest_word": "the rare word in both titles",
    "title_share": "the words of one title in the other",
    "lead_mass": "the rare words in both leads",
    "numbers": "the same numbers",
    "numbers_clash": "the different numbers",
    "figures_differ": "the other numbers beside the same words",
    "other_numbers": "being full of other numbers",
    "meaning": "the closeness in meaning",
    "second_meaning": "the closeness in meaning, by the second encoder,",
    "recurring": "being an outlet's regular report or column",
    NEIGHBOURS: "the other articles that are likely with both",
}
_AGAINST = ("numbers_clash", "figures_differ", "other_numbers", "recurring")  # besides time, which has its own sentence
_AT = {
    "title_words": "titles whose words are alike to {:.2f} rather than {:.2f}",
    "title_grams": "titles whose spelling is alike to {:.2f} rather than {:.2f}",
    "lead_words": "titles and leads whose words are alike to {:.2f} rather than {:.2f}",
    "body_words": "texts whose words are alike to {:.2f} rather than {:.2f}",
    "title_share": "{:.2f} of the words of one title in the other rather than {:.2f}",
    "numbers": "{:.2f} of the numbers in both rather than {:.2f}",
    "meaning": "a closeness in meaning of {:.1f} standard deviations above unrelated articles rather than {:.1f}",
    "second_meaning": "a closeness in meaning, by the second encoder, of {:.1f} standard deviations rather than {:.1f}",
}
_MOST_NAMED = 2
_HOURS = 24
_HOURS_OF_WINDOW = int(WINDOW_DAYS * _HOURS)


def story_changes(pair: StoryEvidence) -> list[str]:
    """Say which single changes would reverse the verdict of the scorer on a pair, in sentences.

    The first sentence says how far the log-odds are from what is needed.
    """
    margin = abs(pair.margin)
    if pair.is_likely:
        return [f"The log-odds are {margin:.2f} above what is needed.", *_hangs_on(pair), *_until_too_late(pair)]
    found = [*_early_enough(pair), *_without_counter_evidence(pair)] or _with_more(pair)
    return [f"The log-odds are {margin:.2f} below what is needed.", *found]


def _hangs_on(pair: StoryEvidence) -> list[str]:
    """Name the strongest features without which the pair would not be likely, each alone; else the strongest one."""
    positive = sorted((name for name, one in pair.contributions.items() if one > 0), key=pair.contributions.__getitem__)
    left = {name: pair.given({name: 0.0}) for name in positive[::-1]}
    vital = [name for name, probability in left.items() if probability < pair.needed][:_MOST_NAMED]
    if vital:
        named = ", or without ".join(f"{_WITHOUT[name]} ({left[name]:.2f})" for name in vital)
        return [f"Without {named} they would not count as one story."]
    return [
        f"It hangs on no single piece of evidence: without {_WITHOUT[name]}, the strongest, {left[name]:.2f} is left."
        for name in positive[-1:]
    ]


def _until_too_late(pair: StoryEvidence) -> list[str]:
    """Say how far apart in time the pair would not be one story."""
    if math.isnan(pair.days_apart):
        return []
    hours = _first_hour(pair)
    if hours > _HOURS_OF_WINDOW:
        return []
    return [f"Published {_hours_text(hours)} apart or more they would not count as one story."]


def _early_enough(pair: StoryEvidence) -> list[str]:
    """Say how near in time the pair would be one story."""
    if math.isnan(pair.days_apart) or (at_once := pair.published_apart(0.0)) < pair.needed:
        return []
    hours = _first_hour(pair) - 1
    when = f"within {_hours_text(hours)} of each other" if hours else "at the same moment"
    most = f" ({at_once:.2f} at the same moment)" if hours else f" ({at_once:.2f})"
    return [f"Published {when} they would count as one story{most}."]


def _first_hour(pair: StoryEvidence) -> int:
    """Return the fewest whole hours apart at which the pair is not likely; more than the window has if there are none.

    Probability falls with time, since the weights of time are constrained in training.
    """
    hours = range(_HOURS_OF_WINDOW + 1)
    return bisect_left(hours, True, key=lambda hour: pair.published_apart(hour / _HOURS) < pair.needed)


def _hours_text(hours: int) -> str:
    return "an hour" if hours == 1 else f"{hours} hours"


def _without_counter_evidence(pair: StoryEvidence) -> list[str]:
    """Name the features against the pair without which it would be one story, each alone."""
    left = {name: pair.given({name: 0.0}) for name in _AGAINST if pair.contributions[name] < 0}
    return [
        f"Without {_WITHOUT[name]} they would count as one story ({probability:.2f})."
        for name, probability in left.items()
        if probability >= pair.needed
    ]


def _with_more(pair: StoryEvidence) -> list[str]:
    """Name the feature that alone would be enough with the smallest increase, relative to its possible increase."""
    best = dict[str, tuple[float, float]]()
    for name, most in _limits(pair).items():
        value = pair.features[name]
        needed = value - pair.margin / pair.weights[name]
        if needed <= most:
            best[name] = (needed - value) / (most - value), needed
    if not best:
        return ["No single piece of evidence, however strong, would make them one story."]
    name = min(best, key=best.__getitem__)
    return [f"With {_AT[name].format(best[name][1], pair.features[name])} they would count as one story."]


def _limits(pair: StoryEvidence) -> dict[str, float]:
    """Return the largest value of each feature that counts for a pair and has a limit."""
    limits = dict.fromkeys((name for name in _AT if name not in MEANINGS), 1.0)
    meaning = pair.prepared.meaning
    if meaning is not None and pair.has_meaning:
        limits |= {name: (1 - mean) / spread for name, (mean, spread) in zip(MEANINGS, meaning.unrelated, strict=False)}
    return {name: most for name, most in limits.items() if pair.weights[name] > 0}
