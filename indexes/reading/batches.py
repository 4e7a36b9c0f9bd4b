"""Articles as columns, some thousands at a time: the fields that finding copies needs, without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from sada.indexes.article import Article
from sada.indexes.storage.spool import Lines
from sada.indexes.timestamps import or_undated, to_micros

_AT_ONCE = 2048
_BYTES_AT_ONCE = 1 << 21


class CopyFields(NamedTuple):
    """The fields of one article that finding copies needs.

    Attributes:
        id, source: as in :class:`~sada.indexes.article.Article`.
        published: microseconds since 1970 in UTC, ``UNDATED`` if unknown.
        body: title and text in UTF-16 (little-endian).
    """

    id: str
    source: str
    published: int
    body: bytes

    @classmethod
    def of(cls, article: Article) -> CopyFields:
        """Take the fields from an article."""
        published = or_undated(to_micros(article.published))
        body = article.body.encode("utf-16-le", "surrogatepass")
        return cls(article.id, article.source, published, body)


@dataclass(slots=True)
class Batch:
    """Some articles in the order read, a list for each field.

    ``lines`` holds the line of each article, or its position in a file, if lines were requested; else it is empty.
    """

    ids: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lines: list[bytes | Lines] = field(default_factory=list)


@runtime_checkable
class Batched(Protocol):
    """A reader that gives articles as columns."""

    def batches(self) -> Iterator[Batch]:
        """The articles; they can be read once."""


def batches_of(items: Iterable[tuple[CopyFields, bytes | Lines | None]]) -> Iterator[Batch]:
    """Group articles, each with its line or None, in batches of up to 2,048 and about 2 MB."""
    batch, size = Batch(), 0
    for (id_, source, published, body), line in items:
        batch.ids.append(id_)
        batch.sources.append(source)
        batch.published.append(published)
        batch.bodies.append(body)
        if line is not None:
            batch.lines.append(line)
        size += len(body)
        if size >= _BYTES_AT_ONCE or len(batch.ids) >= _AT_ONCE:
            yield batch
            batch, size = Batch(), 0
    if batch.ids:
        yield batch
