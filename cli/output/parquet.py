"""Articles as a Parquet file (needs pyarrow), one row group at a time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from sada.cli.output.rows import json_bytes
from sada.indexes.article import Article
from sada.indexes.tabular.arrow_values import require_pyarrow
from sada.indexes.timestamps import to_micros

_GROUP_BYTES = 1 << 25  # of JSON lines in one row group


def require_writer() -> Any:
    """The ``pyarrow`` package; raises :class:`~sada.indexes.errors.MissingPackageError` if it is not installed."""
    return require_pyarrow("writing Parquet")


def parquet_line(article: Article) -> bytes:
    """Encode an article as a JSON line for :func:`parquet_chunks`, its other fields as one JSON text."""
    extra = json_bytes(dict(article.extra)).decode() if article.extra else None
    return json_bytes(article.to_dict() | {"published": to_micros(article.published), "extra": extra})


def parquet_chunks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Encode lines as the bytes of a Parquet file, one row for each line, one row group at a time.

    Columns: ``id title text url source language`` strings, empty if unknown; ``published`` timestamp[us, UTC] or null;
    ``keywords`` list<string>; ``extra`` the article's other fields as a JSON object in a string, null without any.

    Args:
        blocks: each some whole lines, as :func:`parquet_line` makes them.
    """
    pyarrow = require_writer()
    schema = _schema(pyarrow)
    sink = io.BytesIO()
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in _row_groups(line for block in blocks for line in block.splitlines()):
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
            yield _taken(sink)
    yield _taken(sink)


def _schema(pyarrow: Any) -> Any:
    text = pyarrow.string()
    return pyarrow.schema(
        {
            "id": text,
            "title": text,
            "text": text,
            "url": text,
            "source": text,
            "published": pyarrow.timestamp("us", "UTC"),
            "language": text,
            "keywords": pyarrow.list_(text),
            "extra": text,
        }
    )


def _row_groups(lines: Iterable[bytes]) -> Iterator[list[Any]]:
    rows: list[Any] = []
    size = 0
    for line in lines:
        rows.append(orjson.loads(line))
        size += len(line)
        if size >= _GROUP_BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _taken(sink: io.BytesIO) -> bytes:
    """Take the bytes written since the last call; the writer counts its position for itself."""
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data
