"""What would change a story's verdict, against the model and against articles that were changed in that way."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sada.cluster.explanation import counterfactuals
from sada.cluster.explanation.counterfactuals import story_changes
from sada.cluster.explanation.story_evidence import StoryEvidence
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import FEATURES, MEANINGS, REGIMES, StorySet
from sada.cluster.scoring.second_pass import NEIGHBOURS, SECOND_PASS
from sada.cluster.scoring.weights import load_weights
from sada.indexes.article import Article

HOUR = re.compile(r"within (\d+) hours|within an (hour)|(\d+) hours apart|an (hour) apart")
NAMES = list(FEATURES)


def evidence(articles, vectors=None, encoder="none"):
    return StoryEvidence(StorySet.build(articles, vectors, encoder), 0, 1)


def logistic(pair, encoder, **changed):
    """The probability by the shipped weights, with some features changed."""
    shipped = load_weights()["encoders"][encoder]
    weights, values = shipped[pair.regime], pair.features | changed
    odds = weights["bias"] + sum(weights.get(name, 0.0) * values[name] for name in NAMES)
    second = second_pass(pair, encoder)
    odds = second["bias"] + second["odds"] * odds + second[NEIGHBOURS] * values[NEIGHBOURS]
    return 1 / (1 + math.exp(-odds))


def second_pass(pair, encoder):
    """The weights of the second pass; titles in two languages without embeddings have none, as full texts."""
    none = {"bias": 0.0, "odds": 1.0, NEIGHBOURS: 0.0}
    if math.isnan(pair.shared) or ("two languages" in pair.regime and not pair.has_meaning):
        return none
    return load_weights()["encoders"][encoder].get(SECOND_PASS.format(pair.regime), none)


def moved(articles, prose, hours):
    """The same articles, the first two published so many hours apart."""
    one, other, *rest = articles
    return [replace(one, published=prose.moment(0)), replace(other, published=prose.moment(hours)), *rest]


def some_pairs(prose):
    """Pairs of titles and of texts, from alike to unlike, a minute to thirty days apart; some numbers clash."""
    text = prose.text(60)
    words = text.split()
    for kept, hours, body in product((0, 10, 20, 30, 40, 50, 60), (0.1, 7, 30, 80, 720), (True, False)):
        other = [*words[:kept], *prose.words(60 - kept)]
        prose.random.shuffle(other)
        like = f"Storm hits {words[0]} {words[1]}, {kept} dead"
        for title in (like, f"Storm hits Lisbon harbour, {words[0]}", prose.text(6)):
            yield [
                Article("a", "Storm hits Lisbon harbour, 12 dead", text if body else "",
                        published=prose.moment(0), language="en"),
                Article("b", title, " ".join(other) if body else "",
                        published=prose.moment(hours), language="en" if kept % 20 else "pt"),
                *(Article(f"z{n}", prose.text(6), prose.text(40)) for n in range(5)),
            ]  # fmt: skip


def hours_told(sentence):
    found = HOUR.search(sentence)
    return 1 if found[2] or found[4] else int(found[1] or found[3])


@pytest.mark.parametrize("encoder", ["none", "use"])
def test_published_so_many_hours_apart_the_verdict_is_the_other_one(prose, encoder):
    rng = np.random.default_rng(0)
    told = set()
    for articles in some_pairs(prose):
        vectors = None if encoder == "none" else _close(rng, len(articles))

        def likely(hours, articles=articles, vectors=vectors):
            pair = evidence(moved(articles, prose, hours), vectors, encoder)
            return pair.probability >= pair.needed

        pair = evidence(articles, vectors, encoder)
        (sentence,) = [one for one in story_changes(pair) if one.startswith("Published")] or [""]
        own = pair.days_apart * 24
        if not sentence:
            assert likely(own) == likely(24 * WINDOW_DAYS if likely(own) else 0)
        elif "same moment they" in sentence:
            assert likely(0) and not likely(1) and not likely(own)
        else:
            hours = hours_told(sentence)
            edge = hours if likely(own) else hours + 1
            assert likely(edge - 1)
            assert not likely(edge) or edge > 24 * WINDOW_DAYS >= hours  # never linked beyond, likely or not
        told.add(re.sub(r"[\d.]+", "#", sentence))
    assert len(told) >= 3


def _close(rng, count):
    """Unit vectors of which the first two are more or less close."""
    vectors = rng.normal(size=(count, 512)).astype(np.float32)
    vectors[1] += vectors[0] * rng.uniform(0, 1)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("encoder", ["none", "use"])
def test_what_it_hangs_on_and_what_would_be_enough_is_what_the_model_says(prose, encoder):
    rng = np.random.default_rng(1)
    kinds = set()
    for articles in some_pairs(prose):
        pair = evidence(articles, None if encoder == "none" else _close(rng, len(articles)), encoder)
        told = story_changes(pair)
        margin = math.log(pair.probability / (1 - pair.probability)) - math.log(pair.needed / (1 - pair.needed))
        where = "above" if pair.is_likely else "below"
        assert told[0] == f"The log-odds are {abs(margin):.2f} {where} what is needed."
        without = {name: logistic(pair, encoder, **{name: 0.0}) for name in NAMES}
        speaking = sorted((n for n in NAMES if pair.contributions[n] > 0), key=lambda n: -pair.contributions[n])
        rest = [one for one in told[1:] if not one.startswith("Published")]
        if pair.is_likely:
            vital = [without[name] for name in speaking if without[name] < pair.needed][:2]
            shown = [float(number) for number in re.findall(r"\((\d\.\d\d)\)", rest[0])]
            if vital:
                assert shown == pytest.approx(vital, abs=0.0051)
            else:
                assert "no single piece" in rest[0] and f"{without[speaking[0]]:.2f} is left" in rest[0]
            kinds.add("hangs" if vital else "free")
        elif told[1:] != rest:
            kinds.add("time")
        elif "different numbers" in rest[0]:
            assert without["numbers_clash"] >= pair.needed
            kinds.add("numbers")
        elif "full of other numbers" in rest[0]:
            assert without["other_numbers"] >= pair.needed
            kinds.add("full of figures")
        elif "other numbers" in rest[0]:
            assert without["figures_differ"] >= pair.needed
            kinds.add("figures")
        else:
            asked = {name: (value - pair.features[name]) / (most - pair.features[name])
                     for name, (value, most) in enough_alone(pair, encoder).items() if value <= most}  # fmt: skip
            if not asked:
                assert "however strong" in rest[0]
                kinds.add("nothing")
                continue
            name = min(asked, key=asked.__getitem__)
            assert _WORDS_OF[name] in rest[0]
            value, now = (float(number) for number in re.findall(r"-?\d+\.\d+", rest[0]))
            step = 0.051 if name in MEANINGS else 0.0051
            assert now == pytest.approx(pair.features[name], abs=step)
            assert logistic(pair, encoder, **{name: value - step}) < pair.needed
            assert logistic(pair, encoder, **{name: value + step}) >= pair.needed
            kinds.add("meaning" if name in MEANINGS else "words")
    assert {"hangs", "time", "nothing", "words" if encoder == "none" else "meaning"} <= kinds


def enough_alone(pair, encoder):
    """Of each piece of evidence with a limit: how much would be enough alone, by the weights, and the most there is."""
    fitted = load_weights()["encoders"][encoder]
    limits = dict.fromkeys(_WORDS_OF, 1.0)
    del limits["meaning"]
    for name, (mean, spread) in zip(MEANINGS, fitted["unrelated"], strict=False):
        limits[name] = (1 - mean) / spread
    odds = math.log(pair.needed / (1 - pair.needed)) - math.log(pair.probability / (1 - pair.probability))
    weights, second = fitted[pair.regime], second_pass(pair, encoder)
    return {
        name: (pair.features[name] + odds / (second["odds"] * weights[name]), most)
        for name, most in limits.items()
        if weights.get(name, 0) > 0
    }


_WORDS_OF = {
    "lead_words": "titles and leads whose words",
    "title_words": "titles whose words",
    "title_grams": "titles whose spelling",
    "body_words": "texts whose words",
    "title_share": "words of one title in the other",
    "numbers": "of the numbers in both",
    "meaning": "closeness in meaning",
}


def test_shares_are_of_all_evidence_and_told_largest_first(prose):
    for articles in some_pairs(prose):
        pair = evidence(articles)
        assert sum(map(abs, pair.shares.values())) == pytest.approx(1)
        total = sum(map(abs, pair.contributions.values()))
        percents = []
        for reason in pair.reasons:
            side, what, percent = re.fullmatch(r"(for|against): (.*) \((\d+) %\)", reason).groups()
            name = next(n for n, words in FEATURES.items() if words == what)
            assert (side == "for") == (pair.contributions[name] > 0)
            assert int(percent) == pytest.approx(100 * abs(pair.contributions[name]) / total, abs=0.5)
            percents.append(int(percent))
        assert percents == sorted(percents, reverse=True) and sum(percents) >= 95


def test_undated_articles_have_no_sentence_on_time(prose):
    for articles in some_pairs(prose):
        undated = [replace(articles[0], published=None), *articles[1:]]
        pair = evidence(undated)
        assert math.isnan(pair.days_apart) and pair.contributions["gap"] == 0
        assert not [one for one in story_changes(pair) if one.startswith("Published")]


def test_a_regular_report_would_be_one_story_without_that_mark(prose):
    text = "The general index of the stock exchange closed at {} points in a session of {} trades worth {} million and"
    text += " {} shares rose while {} fell the exchange said in its daily bulletin on the movement of the market"
    one, other = (
        Article(id_, "The stock exchange at the close", text.format(*figures), source="A", language="en")
        for id_, figures in (("a", (9171, 55100, 902, 31, 120)), ("b", (9312, 41200, 871, 64, 98)))
    )
    pair = evidence(moved([one, other], prose, 24))
    assert pair.features["recurring"] == 1.0 and not pair.is_likely
    told = "Without being an outlet's regular report or column they would count as one story"
    assert any(one.startswith(told) for one in story_changes(pair))


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("encoder", sorted(load_weights()["encoders"]))
def test_every_piece_of_evidence_has_a_name(regime, encoder):
    weights = load_weights()["encoders"][encoder][regime]
    assert {name for name in weights if weights[name] > 0} - {"bias"} <= set(counterfactuals._WITHOUT)
    assert set(counterfactuals._AT) <= set(FEATURES)
