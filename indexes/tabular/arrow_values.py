"""The rows of Arrow tables as plain JSON values (needs pyarrow)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sada.indexes.distribution import require
from sada.indexes.json.text import BadJsonError, load_json
from sada.indexes.parsing.csv_records import unique_names
from sada.indexes.parsing.faults import Fault, Item, UnreadableError
from sada.indexes.parsing.row_limits import LIMIT, too_large

BATCH = 1024
"""Rows that are made at once."""
_EXTRA = "extra"


def require_pyarrow(doing: str = "reading Parquet") -> Any:
    """The ``pyarrow`` package, for ``doing`` something with tables.

    Raises:
        MissingPackageError: if it is not installed.
    """
    require("pyarrow.parquet", "parquet", doing)
    return require("pyarrow", "parquet", doing)


@contextmanager
def readable_as(kind: str) -> Iterator[None]:
    """Turn what pyarrow raises about a damaged file into one reason.

    Raises:
        UnreadableError: in the place of it.
    """
    pyarrow = require_pyarrow()
    try:
        yield
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableError(f"not readable as {kind}: {reason} (fetch the file again)") from None


def rows_of(schema: Any, batches: Iterable[Any], advance: Callable[[int], None], limit: int = LIMIT) -> Iterator[Item]:
    """The rows of record batches: dates as ISO 8601, bytes as text where they are UTF-8.

    If a column of strings is named ``extra`` and holds a JSON object, as ``sada dedup`` writes it, the fields of this
    object are fields of the row.

    Args:
        schema: of all batches.
        batches: one after the other.
        advance: called after each batch with the number of rows so far.
        limit: the most bytes of a value; a row with a larger one is bad.
    """
    names = unique_names(schema.names)
    has_extra = _EXTRA in names and _is_text(schema.field(names.index(_EXTRA)).type)
    done = 0
    for batch in batches:
        if batch.nbytes > limit:
            batch, large = _without_large(batch, limit)
            for _ in range(large):
                yield None, Fault("bad", too_large(limit, "a value"))
        for values in zip(*map(_column, batch.columns), strict=True):
            row = dict(zip(names, values, strict=True))
            yield None, _spread(row) if has_extra else row
        done += batch.num_rows
        advance(done)


def _without_large(batch: Any, limit: int) -> tuple[Any, int]:
    """A batch without the rows in which a value has more than ``limit`` bytes, and how many these are."""
    if not batch.num_columns:
        return batch, 0
    small = [all(size <= limit for size in sizes) for sizes in zip(*map(_sizes, batch.columns), strict=True)]
    return batch.filter(require_pyarrow().array(small, "bool")), small.count(False)


def _sizes(column: Any) -> list[int]:
    """How many bytes each value of a column has."""
    types, kind = require_pyarrow().types, column.type
    if types.is_dictionary(kind):
        sizes = _sizes(column.dictionary)
        return [0 if place is None else sizes[place] for place in column.indices.to_pylist()]
    if _is_text(kind) or types.is_binary(kind) or types.is_large_binary(kind):
        import pyarrow.compute

        return [size or 0 for size in pyarrow.compute.binary_length(column).to_pylist()]
    if types.is_primitive(kind):
        return [0] * len(column)
    return [column.slice(row, 1).nbytes for row in range(len(column))]


def _column(column: Any) -> list[Any]:
    types = require_pyarrow().types
    if types.is_timestamp(column.type):
        # As text, because Python has neither nanoseconds nor years over 9999; in UTC, which needs no table of zones.
        pyarrow = require_pyarrow()
        offset = "" if column.type.tz is None else "Z"
        texts = column.cast(pyarrow.timestamp(column.type.unit)).cast(pyarrow.string()).to_pylist()
        return [None if text is None else text + offset for text in texts]
    if types.is_date(column.type):
        return column.cast(require_pyarrow().string()).to_pylist()
    values = column.to_pylist()
    return values if _is_text(column.type) or types.is_integer(column.type) else [plain(value) for value in values]


def _is_text(kind: Any) -> bool:
    types = require_pyarrow().types
    return bool(types.is_string(kind) or types.is_large_string(kind))


def _spread(row: dict[str, Any]) -> dict[str, Any]:
    """Move the fields in ``extra`` into the row; an ``extra`` that is not a JSON object stays as it is.

    A field with the name of a column gets a longer name.
    """
    text = row.pop(_EXTRA)
    if text is None:
        return row
    try:
        fields = load_json(text.encode("utf-8", "surrogatepass"))
    except BadJsonError:
        fields = None
    if type(fields) is not dict:
        return row | {_EXTRA: text}
    taken = row.keys() | fields.keys()
    for name, value in fields.items():
        longer = name
        while longer in row or (longer != name and longer in taken):
            longer = f"{_EXTRA}_{longer}"
        row[longer] = value
    return row


def plain(value: Any) -> Any:
    """``value`` with only types that JSON has."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    return value
