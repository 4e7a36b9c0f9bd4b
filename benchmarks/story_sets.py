"""Labelled stories: what the scorer is trained on and judged by; ``../shared/data/README.md`` of the data says more."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from sada.cluster.scoring.pair_scorer import StorySet
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encode_unit, encoder_text
from sada.indexes.encoders.loading import load_encoder

HEADLINES_SHARE = 0.6
TRIPLES = 3000
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


def cosines_of_all_pairs(vectors: np.ndarray) -> tuple[float, float]:
    """Compute mean and standard deviation of the cosine over all pairs of float32 (n, dimension) unit vectors.

    They follow from the sum and the Gram matrix of the vectors, without visiting pairs; zero rows are left out.
    """
    known = vectors[vectors.any(axis=1)].astype(np.float64)
    pairs = len(known) * (len(known) - 1)
    if not pairs:
        return 0.0, 1.0
    total = known.sum(axis=0)
    mean = (total @ total - len(known)) / pairs
    square = (((known.T @ known) ** 2).sum() - len(known)) / pairs
    return float(mean), float(np.sqrt(max(square - mean**2, 1e-4)))
