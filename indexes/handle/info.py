"""Describes an index: its contents, size and settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sada.indexes.article import iso
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.disk.connections import log_bytes
from sada.indexes.encoders.encoder import reading, understands
from sada.indexes.encoders.languages_read import accuracies
from sada.indexes.errors import CallerError, SadaError
from sada.indexes.folder.paths import CHECKPOINTS, bytes_of
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.languages.language_id import CERTAIN
from sada.indexes.minhash.bands import Bands
from sada.indexes.segments.segment import ENCODED, Part
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns
from sada.indexes.text.language_codes import base_language
from sada.indexes.timestamps import UNDATED, from_micros
from sada.indexes.writing.checkpoint import unfinished
from sada.indexes.writing.encoder_settings import known_languages


def in_short(snapshot: Snapshot) -> str:
    """Describe an open index in a few words; never fails, because tracebacks and debuggers show them."""
    try:
        return f"{len(snapshot.columns):,} articles, encoder {snapshot.encoder_name!r}"
    except SadaError as error:
        return "closed" if isinstance(error, CallerError) else type(error).__name__


def info_of(snapshot: Snapshot) -> dict[str, Any]:
    """Run :func:`describe` on an open index."""
    with snapshot.lock:
        searches = snapshot.vector_search.describe() if snapshot.dimension else []
        parts = snapshot.segments.parts if snapshot.dimension else []
        return describe(snapshot.path, snapshot.catalog, snapshot.columns, searches, parts)


def describe(
    path: Path,
    catalog: Catalog,
    columns: Columns,
    search: Sequence[Mapping[str, Any]] = (),
    parts: Sequence[Part] = (),
) -> dict[str, Any]:
    """Counts, stamps, segments and bytes as plain values.

    - ``languages_identified``: articles whose language was identified from the text; ``languages_uncertain``: those of
      them where that is uncertain.
    - ``outside_encoder_languages``: articles in languages that the encoder does not know; they have no embeddings.
    - ``without_vector``: all articles without an embedding, counted in ``parts``: the former, blank ones, and those
      that the encoder gave zeros for.
    - ``encoder_accuracy``: by language of the articles, the share of sentences whose translation the encoder finds
      among a thousand; only languages in which it was measured.
    - ``encoder_reads``: how much of a text the encoder is given.
    - ``search``: how the vectors of each segment are searched.
    - ``reencoding``: the encoder of an unfinished reencoding.
    - ``missed_candidates``: the probability that a pair of that Jaccard shares no band, so that it is never compared.
    - ``removed``: removed or updated articles whose hashes and vectors are still in the arrays.
    - ``boilerplate``: lines that are left out of comparisons, see :mod:`sada.indexes.boilerplate.learning`;
      ``furniture`` is the same under its old key.
    - ``log_bytes``: the size of SQLite's log, in which commits wait while another process reads an earlier one.
    - ``lost_commits``: commits that were lost with that log, and not forgotten.
    """
    languages = Counter(language or "unknown" for language in columns.languages)
    identified, uncertain = catalog.query(
        "SELECT count(*), coalesce(sum(certainty < ?), 0) FROM articles WHERE identified <> ''", (CERTAIN,)
    )[0]
    dated = columns.published[columns.published != UNDATED]
    stamp = catalog.setting("lsh")
    encoder, begun = catalog.setting("encoder"), unfinished(path / CHECKPOINTS)
    bands, made_for = Bands.of_stamp(stamp), stamp["jaccard"]
    boilerplate = len(Boilerplate.of(catalog).lines)
    return {
        "path": str(path),
        "format": catalog.format,
        "articles": len(columns),
        "languages": dict(languages.most_common()),
        "languages_identified": identified,
        "languages_uncertain": uncertain,
        "outside_encoder_languages": _outside(catalog, columns),
        "without_vector": sum(map(_without_vector, parts)),
        "sources": dict(Counter(source or "unknown" for source in columns.sources).most_common()),
        "undated": len(columns) - len(dated),
        "first": iso(from_micros(int(dated.min()))) if len(dated) else None,
        "last": iso(from_micros(int(dated.max()))) if len(dated) else None,
        "stories": catalog.count("stories"),
        "encoder": encoder,
        "encoder_accuracy": _accuracy(encoder["name"], languages),
        "encoder_reads": reading(encoder),
        "reencoding": begun["name"] if begun is not None and begun != encoder else None,
        "minhash": catalog.setting("minhash") | catalog.setting("lsh"),
        "missed_candidates": {f"Jaccard {j}": float(f"{bands.miss(j):.2g}") for j in sorted({made_for, 0.5, 0.8})},
        "segments": len(catalog.files()),
        "search": [dict(one) for one in search],
        "removed": catalog.count("removed"),
        "furniture": boilerplate,
        "boilerplate": boilerplate,
        "bytes": bytes_of(path),
        "log_bytes": log_bytes(catalog.path),
        "lost_commits": catalog.commits.lost(),
    }


def _accuracy(encoder: str, languages: Mapping[str, int]) -> dict[str, float]:
    measured = accuracies(encoder)
    by_code = {language: measured.get(base_language(language)) for language in languages}
    return {language: share for language, share in by_code.items() if share is not None}


def _outside(catalog: Catalog, columns: Columns) -> int:
    """How many articles are in languages that the encoder does not know."""
    known = known_languages(catalog)
    languages = Counter(map(columns.known_language, range(len(columns))))
    return sum(count for language, count in languages.items() if not understands(known, language))


def _without_vector(part: Part) -> int:
    """How many living articles of a segment have no embedding."""
    return int(np.count_nonzero((part.rows >= 0) & ~part.stored.array(ENCODED).whole().any(axis=1)))
