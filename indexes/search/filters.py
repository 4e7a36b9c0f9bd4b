"""Filters: which articles a query may return, by language, source, time and id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sada.indexes.errors import refuse_one_text
from sada.indexes.storage.columns import Columns
from sada.indexes.text.language_codes import base_language
from sada.indexes.timestamps import UNDATED, to_micros


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on articles, all of which must hold; an empty filter passes every article.

    >>> from datetime import datetime
    >>> turkish = Filter(languages=["tr"], since=datetime.fromisoformat("2026-03-06T00:00:00+00:00"))
    >>> [id_ for id_, holds in zip(index.snapshot.columns.ids, turkish.mask(index.snapshot.columns)) if holds]
    ['tr-063', 'tr-064']

    Args:
        languages: ISO 639-1 codes, compared without case and region.
        sources: outlet names, compared without case.
        since: earliest time of publication, included; an undated article does not pass.
        until: latest time of publication, excluded; an undated article does not pass.
        exclude: ids of articles that must not be returned.

    Raises:
        ValueError: if a time is no datetime or has no offset, or one text is given where several are expected.
    """

    languages: Collection[str] = ()
    sources: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    exclude: Collection[str] = ()

    def __post_init__(self) -> None:
        refuse_one_text(languages=self.languages, sources=self.sources, exclude=self.exclude)
        for name in ("since", "until"):
            time = getattr(self, name)
            if time is None:
                continue
            if not isinstance(time, datetime):
                raise ValueError(f"{name}={time!r} is not a datetime, for example datetime(2026, 3, 1, tzinfo=UTC)")
            if time.utcoffset() is None:
                raise ValueError(f"{name} needs an offset, for example +00:00")

    def mask(self, columns: Columns) -> np.ndarray | None:
        """Bool (n,): True for the rows that may be returned. None if the filter is empty."""
        masks = []
        if self.languages:
            masks.append(columns.language_codes.among(set(map(base_language, self.languages))))
        if self.sources:
            masks.append(columns.source_codes.among({source.casefold() for source in self.sources}))
        if self.since is not None:
            masks.append((columns.published >= to_micros(self.since)) & (columns.published != UNDATED))
        if self.until is not None:
            masks.append(columns.published < to_micros(self.until))
        if self.exclude:
            mask = np.ones(len(columns), bool)
            mask[[columns.row_of[id_] for id_ in self.exclude if id_ in columns.row_of]] = False
            masks.append(mask)
        return np.logical_and.reduce(masks) if masks else None
