"""What stories become of what is encoded, with the scorer fitted for each variant; see ``encoder_inputs.py``."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
from encoder_measures import Row
from fragment_fits import Scored, cut, scored
from resolution_fits import Halves, choose_texts, choose_titles, weights_of_texts
from scorer_fits import PACES, measured_against, unrelated, with_weights
from story_sets import headlines, more_triples, story_set, training_sets

from sada.cluster.evaluation.calibration import average_precision
from sada.cluster.evaluation.metrics import b_cubed, pairwise, pairwise_between
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.semantic import load_means
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text
from sada.indexes.encoders.loading import load_encoder


@contextmanager
def known(data: Path, variants: Mapping[str, Encoder]) -> Iterator[None]:
    """As long as it lasts, the training of scorers knows the variants by their names, with a mean vector of each."""

    def load(name: str) -> Encoder | None:
        return variants[name] if name in variants else load_encoder(name)

    texts = [encoder_text(article) for article in headlines(data)[0][0]]
    means = dict(load_means())
    for name in variants:
        if "+" not in name:
            means[name] = encode_unit(variants[name], texts).mean(axis=0).astype(np.float16).astype(np.float32)
    with ExitStack() as patched:
        for module in ("story_sets", "train_scorer"):
            patched.enter_context(patch(f"{module}.load_encoder", load))
        patched.enter_context(patch("sada.cluster.scoring.semantic.load_means", lambda: means))
        yield


def titles(data: Path, name: str) -> Row:
    """Stories of the later training headlines, at the resolutions that are best there."""
    halves = Halves.of(data, name)
    titles, joining = choose_titles(halves.qualities())
    learned, judged = halves.judged(titles)
    articles = headlines(data)[0][0][len(halves.early_labels) :]
    rows = [
        _of_titles(prepared, one.joined(learned, joining), labels, articles)
        for one, (prepared, labels) in list(zip(judged, halves.late, strict=True))[: len(PACES)]
    ]
    return _named("titles", {key: statistics.mean(row[key] for row in rows) for key in rows[0]})


def texts(data: Path, name: str) -> Row:
    """Stories of triples that are not fitted on, at the resolution that is best there."""
    headlines_set = story_set(headlines(data)[0][0], name)
    full = [(story_set(some, name), labels) for some, labels in training_sets(data)[1:]]
    spreads = unrelated(headlines_set, name)
    weights, (others, labels) = weights_of_texts(name, full, spreads), more_triples(data)
    resolution = choose_texts((others, labels), name, weights, spreads)
    pairs_of = scored(with_weights(measured_against(story_set(others, name), name, spreads), weights))
    stories = cut(pairs_of, len(labels), resolution).tolist()
    return _named("texts", _scores(stories, labels) | {"AP": _precision(pairs_of, labels)})


def _of_titles(prepared: StorySet, stories: list[int], labels: list[str], articles: list[Article]) -> Row:
    spoken = [article.language for article in articles]
    between = pairwise_between(stories, labels, spoken).f1
    return _scores(stories, labels) | {"two languages": between, "AP": _precision(scored(prepared), labels)}


def _scores(stories: list[int], labels: list[str]) -> Row:
    return {"B-Cubed": b_cubed(stories, labels).f1, "pairs": pairwise(stories, labels).f1}


def _precision(pairs_of: Scored, labels: list[str]) -> float:
    left, right, probability = pairs_of
    names = np.array(labels)
    return average_precision(probability, names[left] == names[right])


def _named(what: str, found: Row) -> Row:
    return {f"{what}, {key}": round(float(value), 4) for key, value in found.items()}
