"""Converts articles to rows of the catalog, and back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import orjson

from sada.indexes.article import Article, dump_json
from sada.indexes.languages.language_id import believed
from sada.indexes.timestamps import from_micros, to_micros
from sada.indexes.values.rows import is_place


class Placed(NamedTuple):
    """An article to store, with its content key, its identified language and its position in its segment.

    ``certainty`` is the probability of the identified language; None if the article names its own language.
    """

    article: Article
    content: bytes
    identified: str
    position: int
    certainty: float | None = None


Home = tuple[int, int]
"""The segment and the position there that an article was given when it was stored."""


class Kept(NamedTuple):
    """A stored article, with its number, which counts up in the order in which articles were first read.

    ``certainty`` is the probability of its language if that was identified, and 1 if the article names it.
    """

    article: Article
    number: int
    home: Home
    certainty: float

    @property
    def known_language(self) -> str:
        """The language of the article; empty if it was identified without certainty."""
        return believed(self.article.language, self.certainty)


def to_row(segment: int, item: Placed) -> tuple[Any, ...]:
    """The row of an article: the values of :data:`~sada.indexes.storage.schema.COLUMNS`."""
    article = item.article
    return (article.id, segment, item.position, to_micros(article.published), article.language, item.identified,
            item.certainty, article.source, item.content, article.url, article.title,
            dump_json(list(article.keywords)).decode(), dump_json(dict(article.extra)).decode(),
            article.text)  # fmt: skip


def to_kept(row: tuple[Any, ...]) -> Kept:
    """The article of a row, which is its number and the values of :func:`to_row`.

    Raises:
        ValueError, TypeError, OverflowError, RecursionError: if a value is not of its kind.
    """
    number, id_, segment, position, published, language, identified, certainty, source, *rest = row
    _, url, title, keywords, extra, text = rest
    words, more = orjson.loads(keywords), json.loads(extra)  # orjson would round integers over 64 bits
    if not (isinstance(words, list) and isinstance(more, dict) and is_place(segment, position, certainty)):
        raise ValueError("not of their kind")
    article = Article(
        id=id_,
        title=title,
        text=text,
        url=url,
        source=source,
        published=from_micros(published),
        language=language or identified,
        keywords=tuple(words),
        extra=more,
    )
    return Kept(article, number, (segment, position), 1.0 if certainty is None else certainty)
