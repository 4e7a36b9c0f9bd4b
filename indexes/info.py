"""What an index holds and how it was made."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import Any

from sada.indexes.article import iso
from sada.indexes.bands import Bands
from sada.indexes.catalog import Catalog, from_micros
from sada.indexes.columns import UNDATED, Columns
from sada.indexes.schema import FORMAT

_OF_THIS_OPENING = ("-wal", "-shm", "writer.lock")


def describe(path: Path, catalog: Catalog, columns: Columns) -> dict[str, Any]:
    """Counts, stamps, segments and bytes as plain values.

    ``outside_encoder_languages`` counts the articles in languages that the encoder does not know: their embeddings
    mean little. ``missed_candidates`` is how likely a pair of that Jaccard shares no band and is never looked at.
    ``removed`` counts the articles that were removed or updated, but whose hashes and vectors are in the arrays still.
    """
    languages = Counter(language or "unknown" for language in columns.languages)
    outside = 0
    encoder_languages = catalog.setting("encoder_languages")
    if encoder_languages is not None:
        outside = sum(count for language, count in languages.items() if language not in encoder_languages)
    dated = columns.published[columns.published != UNDATED]
    stamp = catalog.setting("lsh")
    bands, made_for = Bands.of_stamp(stamp), stamp["jaccard"]
    return {
        "path": str(path),
        "format": FORMAT,
        "articles": len(columns),
        "languages": dict(languages.most_common()),
        "outside_encoder_languages": outside,
        "sources": dict(Counter(source or "unknown" for source in columns.sources).most_common()),
        "undated": len(columns) - len(dated),
        "first": iso(from_micros(int(dated.min()))) if len(dated) else None,
        "last": iso(from_micros(int(dated.max()))) if len(dated) else None,
        "stories": catalog.query("SELECT count(*) FROM stories")[0][0],
        "encoder": catalog.setting("encoder"),
        "minhash": catalog.setting("minhash") | catalog.setting("lsh"),
        "missed_candidates": {f"Jaccard {j}": float(f"{bands.miss(j):.2g}") for j in sorted({made_for, 0.5, 0.8})},
        "segments": len(catalog.files()),
        "removed": catalog.query("SELECT count(*) FROM removed")[0][0],
        "bytes": bytes_of(path),
    }


def bytes_of(path: Path) -> int:
    """How many bytes the lasting files of an index have."""
    total = 0
    for file in (file for file in path.rglob("*") if not file.name.endswith(_OF_THIS_OPENING)):
        with contextlib.suppress(FileNotFoundError):  # a writer's temporary file may go meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total
