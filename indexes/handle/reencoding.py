"""Another encoder for an open index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sada.indexes.encoders.encoder import Encoder
from sada.indexes.folder.paths import ARRAYS
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.writing.reencode import ReencodeReport, reencoding
from sada.indexes.writing.writer import Progress, Writer


def reencode(
    snapshot: Snapshot, encoder: Encoder | None, settings: Mapping[str, Any], on_progress: Progress | None
) -> ReencodeReport:
    """See :meth:`~sada.indexes.index.NewsIndex.reencode`; ``settings`` are those of the index with that encoder."""
    with reencoding(snapshot.path, encoder, settings, on_progress) as work:
        work.prepare()
        with work.writing(), snapshot.lock:
            snapshot.catalog.refresh()
            writer = Writer(snapshot.path / ARRAYS, snapshot.catalog, None, snapshot.bands, None)
            try:
                report = work.finish(snapshot.catalog, writer)
                snapshot.use_encoder(encoder)
            finally:
                snapshot.forget()
    return report
