"""Say in words by which evidence two articles were compared, and which evidence is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.explanation.story_evidence import StoryEvidence
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import understands

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

Two = Sequence[Article]
"""The two articles of a pair, each with its stated or identified language."""


def compared(pair: StoryEvidence, articles: Two) -> str:
    """Return the regime of the scorer in words, for example ``full texts in two languages (ar, fr)``."""
    rows = np.array([pair.a, pair.b])
    what = "full texts" if pair.prepared.lexicon.has_body[rows].all() else "titles"
    languages = list(dict.fromkeys(article.language or "unknown" for article in articles))
    counted = "two languages" if "two languages" in pair.regime else "one language"
    assumed = ", taken for one" if len(languages) == 2 and counted == "one language" else ""
    return f"{what} in {counted} ({', '.join(languages)}{assumed})"


def missing(index: NewsIndex, pair: StoryEvidence, articles: Two) -> list[str]:
    """Say in sentences which evidence is missing."""
    found = []
    has_body = pair.prepared.lexicon.has_body
    short = [article.id for row, article in zip((pair.a, pair.b), articles, strict=True) if not has_body[row]]
    if short:
        found.append(f"Next to no text, so that titles were compared: {_named(short)}.")
    undated = [article.id for article in articles if article.published is None]
    if undated:
        found.append(f"No date, so that time counts for nothing: {_named(undated)}.")
    if not pair.has_meaning:
        found.append(f"{_why_no_meaning(index, articles)}, so that meaning counts for nothing.")
    return found


def _why_no_meaning(index: NewsIndex, articles: Two) -> str:
    """Say why a pair has no embeddings."""
    if not index.snapshot.dimension:
        return "The index has no encoder"
    unknown = [
        article.language for article in articles if not understands(index.snapshot.encoder_languages, article.language)
    ]
    return f"The encoder does not know {_named(unknown)}" if unknown else "There is no text that the encoder reads"


def _named(names: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(names))
