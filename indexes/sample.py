"""The sample that ships with Sada: 125 invented news articles in nine languages, to try things out and to test."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sada.indexes.article import Article
from sada.indexes.reading.readers import read_articles

SAMPLE = Path(str(files("sada.indexes"))) / "data" / "sample.jsonl"
"""The file of it: JSON Lines, first published first."""


def sample_articles() -> list[Article]:
    """The articles of the sample, first published first.

    All of it is fiction: copies in several spellings, one event told in up to seven languages, and articles that only
    look alike are planted in it. ``cli/data/README.md`` says what is where.

    >>> articles = sample_articles()
    >>> len(articles), articles[0].id, articles[0].language
    (125, 'ar-091', 'ar')
    """
    return list(read_articles(SAMPLE))
