"""Articles as columns, some thousands at a time: the fields that finding copies needs, without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from sada.indexes.article import Article
from sada.indexes.storage.spool import Lines
from sada.indexes.timestamps import or_undated, to_micros

SHORT_TEXT = 64
"""Characters of a text from which on its article is more than a title, so that its address is not needed."""
_AT_ONCE = 2048
_BYTES_AT_ONCE = 1 << 21


class CopyFields(NamedTuple):
    """The fields of one article that finding copies needs.

    Attributes:
        id, source: as in :class:`~sada.indexes.article.Article`.
        published: microseconds since 1970 in UTC, ``UNDATED`` if unknown.
        body: title and text in UTF-16 (little-endian), a line end between the two.
        title_units: how many code units of UTF-16 the title has.
        url: the address of an article of hardly more than a title; it may be empty for any other.
    """

    id: str
    source: str
    published: int
    body: bytes
    title_units: int
    url: str

    @classmethod
    def of(cls, article: Article) -> CopyFields:
        """Take the fields from an article."""
        published = or_undated(to_micros(article.published))
        title, text = article.plain_title, article.plain_text
        body = f"{title}\n{text}".encode("utf-16-le", "surrogatepass")
        url = article.url if len(text) < SHORT_TEXT else ""
        return cls(article.id, article.source, published, body, title_units(title, text, body), url)


@dataclass(slots=True)
class Batch:
    """Some articles in the order read, a list for each field.

    ``lines`` holds the line of each article, or its position in a file, if lines were requested; else it is empty.
    """

    ids: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    title_units: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    lines: list[bytes | Lines] = field(default_factory=list)


def title_units(title: str, text: str, body: bytes) -> int:
    """How many code units of UTF-16 the title has, given the body in UTF-16, from which mostly it is known at once."""
    if len(body) == 2 * (len(title) + 1 + len(text)):
        return len(title)
    return len(title.encode("utf-16-le", "surrogatepass")) >> 1


@runtime_checkable
class Batched(Protocol):
    """A reader that gives articles as columns."""

    def batches(self) -> Iterator[Batch]:
        """The articles; they can be read once."""


def batches_of(items: Iterable[tuple[CopyFields, bytes | Lines | None]]) -> Iterator[Batch]:
    """Group articles, each with its line or None, in batches of up to 2,048 and about 2 MB."""
    batch, size = Batch(), 0
    for (id_, source, published, body, title_units, url), line in items:
        batch.ids.append(id_)
        batch.sources.append(source)
        batch.published.append(published)
        batch.bodies.append(body)
        batch.title_units.append(title_units)
        batch.urls.append(url)
        if line is not None:
            batch.lines.append(line)
        size += len(body)
        if size >= _BYTES_AT_ONCE or len(batch.ids) >= _AT_ONCE:
            yield batch
            batch, size = Batch(), 0
    if batch.ids:
        yield batch
