"""Read the rows of Arrow files and streams, of Feather and of ORC (needs pyarrow)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sada.indexes.parsing.faults import Item
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.tabular.arrow_values import BATCH, readable_as, require_pyarrow, rows_of


def arrow_rows(path: Path, advance: Callable[[float], None], limit: int = LIMIT) -> Iterator[Item]:
    """Read the rows of an Arrow file, as Feather is, or of an Arrow stream.

    Args:
        path: of the file.
        advance: called after each batch of a stream, and at the end, with the share of the file that has been read,
            from 0 to 1.
        limit: the most bytes of a value; a row with a larger one is bad.

    Raises:
        UnreadableError: if the file is damaged, after the batches before the damage.
    """
    pyarrow = require_pyarrow()
    with readable_as("Arrow"), _opened(path) as opened:
        size = opened.size()
        schema, batches = _batches(pyarrow, opened)
        yield from rows_of(schema, _checked(batches), lambda _: advance(opened.tell() / size), limit)
    advance(1.0)


def orc_rows(path: Path, advance: Callable[[float], None], limit: int = LIMIT) -> Iterator[Item]:
    """Read the rows of an ORC file; arguments and errors are those of :func:`arrow_rows`."""
    import pyarrow.orc

    with readable_as("ORC"), _opened(path) as opened:
        orc = pyarrow.orc.ORCFile(opened)
        stripes = (orc.read_stripe(number) for number in range(orc.nstripes))
        yield from rows_of(orc.schema, _checked(stripes), lambda done: advance(done / max(orc.nrows, 1)), limit)


def _opened(path: Path) -> Any:
    """Not mapped into memory: a file that another program cuts off would end this one."""
    return require_pyarrow().OSFile(str(path))


def _batches(pyarrow: Any, opened: Any) -> tuple[Any, Iterable[Any]]:
    magic = opened.read(4)
    opened.seek(0)
    if magic == b"ARRO":
        reader = pyarrow.ipc.open_file(opened)
        return reader.schema, (reader.get_batch(number) for number in range(reader.num_record_batches))
    reader = pyarrow.ipc.open_stream(opened)
    return reader.schema, reader


def _checked(batches: Iterable[Any]) -> Iterator[Any]:
    """Small parts of batches whose inner lengths and offsets are right: wrong ones would crash what reads them."""
    for batch in batches:
        batch.validate(full=True)
        for start in range(0, batch.num_rows, BATCH):
            yield batch.slice(start, BATCH)
