"""The article: the record that readers make, and that an index stores and returns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

import orjson

from sada.indexes.errors import ArticleError
from sada.indexes.tags.removal import without_tags

_TEXTS = ("id", "title", "text", "url", "source", "language")


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    >>> from datetime import UTC, datetime
    >>> article = Article("a1", title="Rain", source="Gazette", published=datetime(2024, 7, 1, tzinfo=UTC))
    >>> article.published_text(), article.is_empty
    ('2024-07-01T00:00:00Z', False)

    Args:
        id: unique within an index, not empty.
        title: headline, may be empty.
        text: body, may be empty. HTML tags in it, and in the title, are stored and not compared: see :meth:`plain`.
        url: where it was published.
        source: the outlet's name.
        published: time of publication; must have an offset and is stored in UTC. ``None`` if unknown.
        language: ISO 639-1 code in lower case, empty if unknown.
        keywords: the outlet's own keywords.
        extra: the other fields of the input row, unchanged; must be representable in JSON.

    Raises:
        ArticleError: if the id is empty, a field has the wrong type, or ``published`` has no offset.
    """

    id: str
    title: str = ""
    text: str = ""
    url: str = ""
    source: str = ""
    published: datetime | None = None
    language: str = ""
    keywords: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts = (self.id, self.title, self.text, self.url, self.source, self.language)
        for name, value in zip(_TEXTS, texts, strict=True):
            if not isinstance(value, str):
                raise ArticleError(f"{name} must be text, not {type(value).__name__}")
            if not value.isascii() and (mended := encodable(value)) is not value:
                object.__setattr__(self, name, mended)
        if not self.id:
            raise ArticleError("an article needs an id that is not empty")
        if self.keywords != ():  # mostly it is; this runs for every article that is read
            object.__setattr__(self, "keywords", _as_words(self.keywords))
        if not isinstance(self.extra, Mapping):
            raise ArticleError(f"extra must be a mapping, not {type(self.extra).__name__}")
        if self.published is not None and getattr(self.published, "tzinfo", None) is not UTC:
            object.__setattr__(self, "published", _in_utc(self.published))

    @property
    def is_empty(self) -> bool:
        """True if there is neither a title nor a text, so that nothing can be indexed."""
        return not (self.title.strip() or self.text.strip())

    @property
    def plain_title(self) -> str:
        """The title without HTML tags (:func:`sada.indexes.tags.removal.without_tags`)."""
        return without_tags(self.title)

    @property
    def plain_text(self) -> str:
        """The text without HTML tags (:func:`sada.indexes.tags.removal.without_tags`)."""
        return without_tags(self.text)

    @property
    def body(self) -> str:
        """Title and text as one string without HTML tags, from which shingles are made."""
        return f"{self.plain_title}\n{self.plain_text}"

    def plain(self) -> Article:
        """The article as it is compared and shown, without HTML tags in title and text; itself if there are none.

        >>> Article("a1", "<i>Rain</i>", "It <b>rains</b>.").plain().text
        'It rains.'
        """
        title, text = self.plain_title, self.plain_text
        return self if title is self.title and text is self.text else replace(self, title=title, text=text)

    def content_key(self) -> bytes:
        """16 bytes that change when any field but the id changes (BLAKE2b)."""
        fields = (self.title, self.text, self.url, self.source, self.published_text(), self.language)
        payload = [*fields, list(self.keywords), dict(self.extra)]
        return hashlib.blake2b(dump_json(payload), digest_size=16).digest()

    def published_text(self) -> str | None:
        """``published`` as ISO 8601 in UTC, ``None`` if unknown."""
        return iso(self.published)

    def to_dict(self) -> dict[str, Any]:
        """The article as plain values, ready for JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "text": self.text,
            "url": self.url,
            "source": self.source,
            "published": self.published_text(),
            "language": self.language,
            "keywords": list(self.keywords),
            "extra": dict(self.extra),
        }


def refuse_path(source: object) -> None:
    """Raise TypeError if a path was given where articles or an index are expected."""
    if isinstance(source, str | PurePath):
        raise TypeError(f"{str(source)!r} is a path: give read_articles(path), or NewsIndex.open(path)")


def iso(time: datetime | None) -> str | None:
    """A UTC time as ISO 8601 with ``Z``; None for None."""
    return None if time is None else time.isoformat().replace("+00:00", "Z")


def _as_words(keywords: Any) -> tuple[str, ...]:
    if isinstance(keywords, str) or not isinstance(keywords, Iterable):
        raise ArticleError(f"keywords must be several texts, not {type(keywords).__name__}")
    return tuple(encodable(str(word)) for word in keywords)


def _in_utc(time: Any) -> datetime:
    if not isinstance(time, datetime):
        raise ArticleError(f"published must be a datetime, not {type(time).__name__}")
    if time.utcoffset() is None:
        raise ArticleError("published needs an offset, for example +00:00")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ArticleError(f"published {time.isoformat()} falls outside years 1 to 9999 in UTC") from None


def dump_json(value: Any) -> bytes:
    """``value`` as canonical JSON bytes (sorted keys); falls back to the standard library for integers over 64 bits."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(value, sort_keys=True, ensure_ascii=True, default=str).encode()


def encodable(value: str) -> str:
    """``value`` with lone surrogates, which no UTF-8 can hold, replaced by U+FFFD."""
    if value.isascii():
        return value
    try:
        value.encode()
        return value
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
