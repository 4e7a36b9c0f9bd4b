"""Is an article found again by its beginning, and does spelling move a title: what one language decides by itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from encoder_measures import Row, cosines, nearest

from sada.indexes import read_articles
from sada.indexes.text.tokens import shingles

Prepare = Callable[[Sequence[str]], Callable[[Sequence[str]], Any]]
LENGTHS = (20, 60, 150)
QUERIES = 2000
TITLES = 500
ALIKE = 0.5
SHORT_VOWELS = "\u064e\u064f\u0650\u0652"
_LETTER = re.compile("[\u0628-\u063a\u0641-\u064a]")
_RESPELT = str.maketrans("أإآةى", "اااهي")


def same_article(texts: Sequence[str], prepare: Prepare, queries: int = QUERIES, among: int | None = None) -> Row:
    """The share of beginnings whose nearest longer one is their own, or one that is nearly the same.

    Args:
        texts: of articles, without titles.
        prepare: all texts of a comparison to what gives their vectors.
        queries: so many articles with 150 words at least are looked for.
        among: how many articles they are looked for in, the queries among them; None for all.
    """
    asked, rest = drawn(texts, queries)
    chosen = [texts[row] for row in asked + rest[: None if among is None else max(among - len(asked), 0)]]
    row: Row = {}
    for short, long in pairwise(LENGTHS):
        wanted = [beginning(text, short) for text in chosen[: len(asked)]]
        found = [beginning(text, long) for text in chosen]
        vectors = prepare(wanted + found)
        places = nearest(vectors(wanted), vectors(found))
        right = [same(found[place], found[own]) for own, place in enumerate(places)]
        row[f"same article, {short} to {long} words"] = round(float(np.mean(right)), 3)
    return row


def drawn(texts: Sequence[str], queries: int) -> tuple[list[int], list[int]]:
    """Which of the texts are looked for, at random, and the others, shuffled; the same ones every time."""
    order = random.Random(0).sample(range(len(texts)), len(texts))
    long = [row for row in order if len(texts[row].split()) >= LENGTHS[-1]]
    asked = set(long[:queries])
    return long[:queries], [row for row in order if row not in asked]


def beginning(text: str, words: int) -> str:
    """The first words of a text."""
    return " ".join(text.split()[:words])


def same(left: str, right: str) -> bool:
    """Whether two beginnings are those of one article: equal, or half of all their runs of three words in both."""
    if left == right:
        return True
    one, other = (set(shingles(text)) for text in (left, right))
    return bool(one) and len(one & other) >= ALIKE * len(one | other)


def spelling(titles: Sequence[str], prepare: Prepare) -> Row:
    """How close titles stay to themselves in another spelling."""
    drawn = random.Random(0)
    others = [respelt(title, drawn) for title in titles]
    vectors = prepare([*titles, *others])
    found = cosines(vectors(titles), vectors(others))
    return {
        "spelt otherwise, mean": round(float(found.mean()), 3),
        "spelt otherwise, least": round(float(found.min()), 3),
    }


def respelt(title: str, drawn: random.Random) -> str:
    """An Arabic title as others write it: alef without hamza, ta marbuta as ha, alef maqsura as ya, some vowels."""
    letters = title.translate(_RESPELT)
    return _LETTER.sub(lambda one: one[0] + (drawn.choice(SHORT_VOWELS) if drawn.random() < 0.25 else ""), letters)


def saudi_texts(data: Path) -> tuple[list[str], list[str]]:
    """The texts of all articles of Saudi newspapers, and some of their titles, at random."""
    articles = list(read_articles(data / "neardup/saudi_dev.jsonl.zst"))
    titles = sorted({article.title for article in articles if len(article.title.split()) > 2})
    return [article.text for article in articles], random.Random(0).sample(titles, TITLES)
