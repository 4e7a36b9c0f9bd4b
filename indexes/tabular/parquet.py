"""Read the rows of a Parquet file (needs pyarrow)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sada.indexes.parsing.faults import Item
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.tabular.arrow_values import BATCH, readable_as, require_pyarrow, rows_of


def parquet_rows(path: Path, advance: Callable[[float], None], limit: int = LIMIT) -> Iterator[Item]:
    """Read rows as plain JSON values, see :func:`sada.indexes.tabular.arrow_values.rows_of`.

    Args:
        path: of the file.
        advance: called after each batch with the share of the rows that has been read, from 0 to 1.
        limit: the most bytes of a value; a row with a larger one is bad.

    Raises:
        UnreadableError: if the file is damaged, after the batches before the damage.
    """
    with readable_as("Parquet"), require_pyarrow().parquet.ParquetFile(path) as parquet:
        rows = parquet.metadata.num_rows
        batches = parquet.iter_batches(batch_size=BATCH)
        yield from rows_of(parquet.schema_arrow, batches, lambda done: advance(done / rows), limit)
