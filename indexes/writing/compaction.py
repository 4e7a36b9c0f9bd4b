"""Compacts an index: one segment, and nothing of removed articles."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sada.indexes.boilerplate.forgetting import forget_unprinted
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.folder.paths import CHECKPOINTS, bytes_of
from sada.indexes.minhash.bands import Bands
from sada.indexes.storage.catalog import Catalog
from sada.indexes.writing.checkpoint import drop_checkpoints, unfinished
from sada.indexes.writing.writer import Writer


class CompactReport(NamedTuple):
    """Segments and bytes on disk before and after.

    ``complete`` is False if another process has an older commit open. The catalog's files then still contain what was
    removed, and shrink after that process has closed the index.

    >>> index.remove(["en-001"])
    1
    >>> index.compact().complete
    True
    """

    segments_before: int
    segments: int
    bytes_before: int
    bytes: int
    complete: bool


def compact(path: Path, arrays: Path, catalog: Catalog, bands: Bands) -> CompactReport:
    """Merge all segments of the index at ``path`` and shrink its catalog; the caller holds the writer lock.

    The checkpoint of an unfinished reencoding stays. Of a removed article only the id stays, in the history of its
    story.
    """
    catalog.shorten_log()  # what waits in the log is not counted
    segments, before = sorted(catalog.files()), bytes_of(path)
    writer = Writer(arrays, catalog, None, bands, None)
    writer.sweep()
    if len(segments) > 1 or catalog.removed():
        writer.merge(segments)
        writer.build_caches()
    # a reencoding that was interrupted between its commit and its cleaning up
    if unfinished(path / CHECKPOINTS) == catalog.setting("encoder"):
        drop_checkpoints(path / CHECKPOINTS)
    with catalog.writing():
        catalog.forget_stale_words()
        forget_unprinted(catalog, [line.source for line in Boilerplate.of(catalog).lines])
    complete = catalog.shrink()
    return CompactReport(len(segments), len(catalog.files()), before, bytes_of(path), complete)
