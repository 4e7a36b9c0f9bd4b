"""The pair scorer: range, reasons, and what happens where evidence is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.scoring.collection import Mates, shift
from sada.cluster.scoring.pair_scorer import FEATURES, REGIMES, StorySet
from sada.cluster.scoring.second_pass import log_odds, logistic, neighbourhoods
from sada.cluster.scoring.semantic import load_means
from sada.cluster.scoring.weights import load_weights
from sada.indexes.article import Article
from sada.indexes.threads import use_threads

AGAINST = {"numbers_clash", "figures_differ", "other_numbers", "days_1", "days_3", "gap", "recurring"}
NAMES = list(FEATURES)


def every_pair(count: int) -> tuple[np.ndarray, np.ndarray]:
    left, right = np.triu_indices(count, 1)
    return left.astype(np.int64), right.astype(np.int64)


def unit(*rows) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def one(prepared: StorySet) -> float:
    return float(prepared.probability(np.array([0]), np.array([1]))[0])


@pytest.mark.parametrize("encoder", sorted(load_weights()["encoders"]))
@pytest.mark.parametrize("regime", REGIMES)
def test_shipped_weights_have_the_documented_signs(encoder, regime):
    weights = load_weights()["encoders"][encoder][regime]
    assert weights["bias"] < 0
    assert set(weights) <= {"bias", *FEATURES}
    for name in set(weights) - {"bias"}:
        assert (weights[name] <= 0) if name in AGAINST else (weights[name] >= 0), name
    assert bool({"meaning", "second_meaning"} & set(weights)) == (encoder != "none")


def some_articles(prose) -> list[Article]:
    text = prose.text(80)
    return [
        Article(
            "a", title="Storm hits Lisbon, 12 dead", text=text, published=prose.moment(0), language="en", source="A"
        ),
        Article(
            "b", title="Storm in Lisbon kills 12", text=prose.edited(text, 5), published=prose.moment(5), language="en"
        ),
        Article("c", title="Storm hits Lisbon, 13 dead", published=prose.moment(300), language="pt", source="A"),
        Article("d", title="", text=text),
        Article("e", title="!!!"),
        Article("f", title="Something else", language="ar", published=prose.moment(-9e6)),
        Article(
            "g", title="Storm hits Lisbon, 12 dead", text=text, published=prose.moment(50), language="en", source="A"
        ),
    ]


@pytest.mark.parametrize("encoder", ["none", "use", "e5", "nobody's"])
def test_contributions_add_up_to_the_log_odds(prose, encoder):
    articles = some_articles(prose)
    vectors = unit(*np.random.default_rng(1).normal(size=(len(articles), 384 if encoder == "e5" else 512)))
    prepared = StorySet.build(articles, None if encoder == "none" else vectors, encoder)
    left, right = every_pair(len(articles))
    shares, bias = prepared.contributions(left, right)
    probability = prepared.probability(left, right)
    assert shares.shape == (len(left), len(FEATURES))
    assert np.isfinite(shares).all()
    assert ((probability >= 0) & (probability <= 1)).all()
    assert np.log(probability / (1 - probability)) == pytest.approx(shares.sum(axis=1) + bias, abs=1e-6)
    assert prepared.probability(right, left) == pytest.approx(probability)
    against = [NAMES.index(name) for name in AGAINST]
    assert (shares[:, against] <= 0).all()
    if encoder == "none":
        assert (np.delete(shares, against, axis=1) >= 0).all()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=30)), min_size=2, max_size=6))
def test_any_texts_give_a_probability(texts):
    prepared = StorySet.build([Article(f"a{at}", title=title, text=text) for at, (title, text) in enumerate(texts)])
    found = prepared.probability(*every_pair(len(texts)))
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()


def test_more_evidence_scores_higher(prose):
    text = prose.text(100)
    first = Article("a", title="Quake in Peru", text=text, published=prose.moment(0))

    def against(**values):
        return one(StorySet.build([first, Article("b", **values)]))

    same = against(title="Quake in Peru", text=text, published=prose.moment(0))
    later = against(title="Quake in Peru", text=text, published=prose.moment(90))
    edited = against(title="Quake in Peru", text=prose.edited(text, 40), published=prose.moment(0))
    unlike = against(title="Tax reform passed", text=prose.text(100), published=prose.moment(0))
    assert same > 0.9
    assert same > later > unlike
    assert same > edited > unlike
    assert unlike < 0.01


def test_regimes_by_body_and_language(prose):
    text = prose.text(60)

    def regime(**values):
        first = Article("a", title="t", text=text, language="en")
        return REGIMES[
            int(StorySet.build([first, Article("b", title="t", **values)]).regimes(np.array([0]), np.array([1]))[0])
        ]

    assert regime(text=text, language="en") == regime(text=text) == "texts"
    assert regime(language="en") == regime() == "titles"
    assert "languages" in regime(text=text, language="fr")
    assert "languages" in regime(language="fr")


@pytest.mark.parametrize("dates", [(None, None), (0, None), (None, 0)])
def test_a_missing_date_is_no_evidence(prose, dates):
    moments = [None if hours is None else prose.moment(hours) for hours in dates]
    prepared = StorySet.build([Article(f"a{at}", title="t", published=moment) for at, moment in enumerate(moments)])
    features = dict(zip(NAMES, prepared.features(np.array([0]), np.array([1]))[0], strict=True))
    assert features["gap"] == features["days_1"] == features["days_3"] == 0


def test_gap_features_are_their_formulas(prose):
    prepared = StorySet.build(
        [Article("a", title="t", published=prose.moment(0)), Article("b", title="t", published=prose.moment(36))]
    )
    features = dict(zip(NAMES, prepared.features(np.array([0]), np.array([1]))[0], strict=True))
    assert features["gap"] == pytest.approx(np.log(2.5))
    assert features["days_1"] == pytest.approx(1 - np.exp(-(1.5**2) / 2))
    assert features["days_3"] == pytest.approx(1 - np.exp(-(1.5**2) / 18))


def test_an_encoder_that_does_not_know_a_language_is_not_asked():
    articles = [Article("a", title="rain falls", language="en"), Article("b", title="rain falls", language="sw")]
    vectors = unit([1, 0], [1, 0])
    plain = StorySet.build(articles)
    outside = StorySet.build(articles, vectors, "default", frozenset({"en"}))
    inside = StorySet.build(articles, vectors, "default", frozenset({"en", "sw"}))
    anything = StorySet.build(articles, vectors, "default", None)
    assert outside.meaning.understood.tolist() == [True, False]
    assert outside.meaning.vectors.tolist() == [[1, 0], [0, 0]]
    assert one(outside) == one(plain)
    assert one(inside) == one(anything) != one(plain)


def test_closeness_in_meaning_counts_for_a_pair():
    titles = ["rain falls", "downpour tonight", *"cdefgh"]
    others = np.random.default_rng(3).normal(size=(7, 8))
    first, second = np.eye(8)[:2]
    articles = [Article(title, title=title) for title in titles]
    near = StorySet.build(articles, unit(first, first + 0.1 * second, *others[:6]), "default")
    far = StorySet.build(articles, unit(first, second, *others[:6]), "default")
    assert one(near) > one(far)


def test_closeness_is_measured_against_unrelated_pairs():
    """An encoder whose cosines are all high says no more than one whose cosines spread."""
    rng = np.random.default_rng(2)
    articles = [Article(str(row), title=f"rain {row}") for row in range(30)]
    spread = rng.normal(size=(30, 8))
    spread /= np.linalg.norm(spread, axis=1, keepdims=True)
    crowded = np.hstack([np.full((30, 1), np.sqrt(0.8)), np.sqrt(0.2) * spread])
    left, right = np.triu_indices(30, 1)
    expected = StorySet.build(articles, spread.astype(np.float32), "nobody's").probability(left, right)
    found = StorySet.build(articles, crowded.astype(np.float32), "nobody's").probability(left, right)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_an_unknown_encoder_borrows_the_weights_of_use():
    articles = [Article("a", title="rain falls"), Article("b", title="rain falls hard")]
    prepared = StorySet.build(articles, unit([1, 0], [1, 1]), "nobody's")
    assert prepared.weights == load_weights()["encoders"]["use"] != StorySet.build(articles).weights
    assert np.allclose(prepared.meaning.vectors, unit([1, 0], [1, 1]))


@pytest.mark.parametrize(("first", "second"), [("e5-short", "e5-short"), ("e5-short", "fast"), ("e5", "use")])
def test_two_encoders_that_were_fitted_apart_say_what_both_say_in_the_mean(first, second):
    rng = np.random.default_rng(5)
    titles = {"rain falls in Tamrit": "en", "rain in Tamrit": "en", "مطر في تامريت": "ar", "صحو في تامريت": "ar"}
    articles = [Article(title, title=title, text=title, language=language) for title, language in titles.items()]
    halves = [unit(*rng.normal(size=(4, len(load_means()[name])))) for name in (first, second)]

    def log_odds(vectors: np.ndarray, encoder: str) -> np.ndarray:
        shares, bias = StorySet.build(articles, vectors, encoder).contributions(*every_pair(4))
        return shares.sum(axis=1) + bias

    both = log_odds(np.hstack(halves) / np.float32(2**0.5), f"{first}+{second}")
    apart = [log_odds(vectors, name) for vectors, name in zip(halves, (first, second), strict=True)]
    np.testing.assert_allclose(both, np.mean(apart, axis=0), atol=1e-3)


def test_candidates_are_places_in_the_rows_asked_for():
    articles = [
        Article(f"a{at}", title=title) for at, title in enumerate(["rain", "sun here", "rain", "sun here", "snow"])
    ]
    prepared = StorySet.build(articles)
    pairs = [tuple(map(int, pair)) for pair in zip(*prepared.blocked_pairs(), strict=True)]
    assert pairs == [(0, 2), (1, 3)]
    rows = np.array([3, 4, 1])
    assert [tuple(map(int, pair)) for pair in zip(*prepared.blocked_pairs(rows), strict=True)] == [(0, 2)]


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_many_pairs_are_scored_in_parts_on_any_number_of_threads(monkeypatch, prose, threads):
    prepared = StorySet.build([Article(str(row), title=prose.text(6)) for row in range(20)])
    left, right = every_pair(20)
    expected = prepared.of_features(left, right, prepared.features(left, right))
    monkeypatch.setattr("sada.cluster.scoring.pair_scorer._AT_ONCE", 7)
    with use_threads(threads):
        assert prepared.probability(left, right).tolist() == expected.tolist()


def test_no_articles_and_one():
    for articles in ([], [Article("a", title="t")]):
        prepared = StorySet.build(articles)
        assert len(prepared) == len(articles)
        assert len(prepared.blocked_pairs()[0]) == 0
        assert len(prepared.probability(*prepared.blocked_pairs())) == 0


def report(id_, day, source, figures, language="en"):
    text = "The general index of the stock exchange closed at {} points in a session of {} trades worth {} million, and"
    text += " {} shares rose while {} fell, the exchange said in its daily bulletin on the market's movement."
    published = datetime(2026, 3, day, 15, tzinfo=UTC)
    return Article(id_, "The stock exchange at the close", text.format(*figures), source=source, published=published)


@pytest.mark.parametrize(
    ("other", "recurring"),
    [
        (report("b", 3, "A", (9312, 41200, 871, 64, 98)), 1.0),
        (report("b", 3, "B", (9312, 41200, 871, 64, 98)), 0.0),  # of another outlet
        (report("b", 2, "A", (9312, 41200, 871, 64, 98)), 0.0),  # the same day
        (report("b", 3, "A", (9171, 55100, 902, 31, 120)), 0.0),  # the same figures
        (report("b", 3, "", (9312, 41200, 871, 64, 98)), 0.0),  # of no named outlet
    ],
)
def test_an_outlets_regular_report_with_other_figures_is_another_story(other, recurring):
    first = report("a", 2, "A", (9171, 55100, 902, 31, 120))
    prepared = StorySet.build([first, other])
    left, right = np.array([0]), np.array([1])
    assert prepared.features(left, right)[0, NAMES.index("recurring")] == recurring
    assert (prepared.probability(left, right)[0] < prepared.resolutions(left)[0]) == bool(recurring)


def column(id_, day, subject, title="The week in brief", source="A"):
    words = [f"{subject}{number}" for number in range(40)]
    published = datetime(2026, 3, day, 6, tzinfo=UTC)
    return Article(id_, title, " ".join(words), source=source, published=published)


@pytest.mark.parametrize(
    ("other", "recurring"),
    [
        (column("b", 9, "bus"), 1.0),
        (column("b", 9, "garden"), 0.0),  # the same text once more
        (column("b", 9, "bus", title="A timetable of paper"), 0.0),
        (column("b", 9, "bus", source="B"), 0.0),
        (column("b", 2, "bus"), 0.0),  # the same day
    ],
)
def test_a_column_with_the_same_title_and_other_words_is_another_story(other, recurring):
    others = [Article(f"z{number}", f"title {number}", f"text {number} " * 20) for number in range(20)]
    prepared = StorySet.build([column("a", 2, "garden"), other, *others])
    left, right = np.array([0]), np.array([1])
    assert prepared.features(left, right)[0, NAMES.index("recurring")] == recurring
    if recurring:
        assert prepared.probability(left, right)[0] < 0.01


def test_other_numbers_beside_the_same_words_speak_against_a_link(prose):
    text = prose.text(60)
    told = [
        f"Police said {dead} people were dead and {hurt} injured. {text}" for dead, hurt in ((5, 12), (5, 12), (50, 31))
    ]
    prepared = StorySet.build([Article(str(at), "Fire in a workshop", one) for at, one in enumerate(told)])
    left, right = np.array([0, 0]), np.array([1, 2])
    same, other = prepared.features(left, right)[:, NAMES.index("figures_differ")]
    assert same == 0 < other < 1
    assert prepared.probability(left, right)[0] > prepared.probability(left, right)[1]


FORECAST = "{} expects {} to {} degrees: {} by day and {} by night in {}, {} and {} in {}, waves of {} metres"
AR_FORECAST = "تتوقع {} حرارة بين {} و {} درجة: {} نهارا و {} ليلا في {} و {} ثم {} في {} وموجا من {} أمتار"


def full_of_numbers(id_: str, language: str, *figures: int) -> Article:
    pattern, service, one, other = (FORECAST, "The office", "Norvik", "Lindhafen")
    if language == "ar":
        pattern, service, one, other = (AR_FORECAST, "المصلحة", "تامريت", "المرفأ")
    low, high, day, night, day_two, night_two, waves = figures
    text = pattern.format(service, low, high, day, night, one, day_two, night_two, other, waves)
    return Article(id_, "Weather" if language == "en" else "الطقس", f"{text}. " + "sea " * 5, language=language)


def test_texts_full_of_other_numbers_are_of_two_events_in_two_languages_too(prose):
    figures = (11, 23, 19, 12, 17, 9, 3)
    several = [
        full_of_numbers("a", "en", *figures),
        full_of_numbers("b", "ar", *figures),
        full_of_numbers("c", "ar", 14, 27, 25, 16, 22, 13, 6),
        full_of_numbers("d", "en", 14, 27, 25, 16, 22, 13, 6),
    ]
    others = [Article(f"z{number}", f"title {number}", prose.text(40)) for number in range(12)]
    close = unit(*(np.eye(4, 512) + np.eye(1, 512, 9)), *np.eye(12, 512, 20))  # cosines of a half
    prepared = StorySet.build([*several, *others], close, "use")
    left, right = np.array([0, 0, 0]), np.array([1, 2, 3])
    features = prepared.features(left, right)[:, NAMES.index("other_numbers")]
    terms = [set(one.text.lower().replace(".", "").replace(":", "").replace(",", "").split()) for one in several]
    numbers = [{term for term in one if term.isdigit()} for one in terms]
    share = min(len(numbers[0]) / len(terms[0] | {"weather"}), len(numbers[3]) / len(terms[3] | {"weather"}))
    assert features == pytest.approx([0, features[1], share])
    assert 0.2 < features[1] < 0.4
    same, other, _ = prepared.probability(left, right)
    assert same > 0.3 > 0.05 > other


@pytest.mark.parametrize(("shared", "least"), [(0, 1.0), (1, 0.01), (16, 0.0)])
def test_few_common_numbers_count_less_and_three_in_ten_not_at_all(shared, least):
    def told(first: int) -> str:
        return " ".join(f"{number} w{number}" for number in [*range(900, 900 + shared), *range(first, first + 8)])

    others = [Article(f"z{number}", f"title {number}", f"text {number + 5000} " * 20) for number in range(20)]
    prepared = StorySet.build([Article("a", "Prices", told(100)), Article("b", "Prices", told(200)), *others])
    pair = np.array([0]), np.array([1])
    common = prepared.lexicon.numbers.overlap(*pair).jaccard[0]
    value = prepared.features(*pair)[0, NAMES.index("other_numbers")]
    numbers = 8 + shared
    assert value == pytest.approx(numbers / (2 * numbers + 1) * max(1 - common / 0.3, 0))
    assert value >= least * 0.4
    assert (value == 0) == (shared == 16)


def titles_and_texts(prose) -> StorySet:
    text = prose.text(60)
    articles = [
        Article(f"t{at}", f"Ferry hits pier in {place}") for at, place in enumerate(["fog", "rain", "fog today"])
    ]
    articles += [Article(f"b{at}", "Quake in the hills", prose.edited(text, 6 * at)) for at in range(4)]
    return StorySet.build([*articles, *(Article(f"z{at}", prose.text(5), prose.text(40)) for at in range(12))])


def test_pairs_are_looked_at_twice(prose):
    prepared = titles_and_texts(prose)
    rows = np.arange(len(prepared))
    left, right = prepared.blocked_pairs(rows)
    calibrated, first, second = prepared.looked_at(rows, left, right)
    of_texts = prepared.regimes(left, right) == REGIMES.index("texts")
    assert 0 < of_texts.sum() < len(left)
    np.testing.assert_allclose(calibrated.probability(left, right), first, rtol=1e-9)
    np.testing.assert_array_equal(prepared.probability(left, right)[~of_texts], first[~of_texts])
    np.testing.assert_allclose(second[of_texts], first[of_texts], rtol=1e-9)
    look = prepared.second_look(left, right)
    expected = logistic(look.again(log_odds(first), neighbourhoods(len(rows), left, right, first)))
    np.testing.assert_allclose(second, expected, rtol=1e-12)
    assert (second[~of_texts] != first[~of_texts]).all()


def test_a_set_is_calibrated_to_what_is_at_hand_whatever_was_before(prose):
    prepared = titles_and_texts(prose)
    rows = np.arange(len(prepared))
    left, right = prepared.blocked_pairs(rows)
    plain = prepared.probability(left, right)
    texts = rows[prepared.lexicon.has_body]
    of_texts = np.isin(left, texts) & np.isin(right, texts)
    mates = Mates.of(texts, left[of_texts], right[of_texts], plain[of_texts])
    expected = shift(mates, float(len(texts)), len(texts))
    for before in (0.0, 1.2):
        calibrated, _ = replace(prepared, shift=before).calibrated(rows, left, right)
        assert calibrated.shift == pytest.approx(expected, abs=1e-9)


def test_without_full_texts_nothing_is_calibrated():
    prepared = StorySet.build([Article(str(at), "Ferry hits pier") for at in range(3)])
    left, right = prepared.blocked_pairs()
    calibrated, first, _ = prepared.looked_at(np.arange(3), left, right)
    assert calibrated.shift == 0
    np.testing.assert_array_equal(first, prepared.probability(left, right))


def forecast(day):
    rng = np.random.default_rng(day)
    lines = [f"In {city} it will be {rng.integers(10, 40)} degrees with wind of {rng.integers(5, 60)} kilometres."
             for city in ("Tamrit", "Kalvar", "Norvik", "Lindhafen", "Ostravik", "Montarel")]  # fmt: skip
    published = datetime(2026, 3, day, 6, tzinfo=UTC)
    return Article(f"d{day}", "The weather in the provinces", " ".join(lines), source="A", published=published)


@pytest.mark.parametrize("others", [0, 40])
def test_bulletins_whose_figures_stand_beside_the_same_few_words_are_stories_of_their_own(others, prose):
    bulletins = [forecast(day) for day in range(2, 8)]
    prepared = StorySet.build([*bulletins, *(Article(f"z{at}", prose.text(5), prose.text(40)) for at in range(others))])
    left, right = every_pair(len(bulletins))
    assert prepared.features(left, right)[:, NAMES.index("recurring")].tolist() == [1.0] * len(left)
