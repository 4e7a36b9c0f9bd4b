"""The rules by which an index was made, beside those of today."""

from __future__ import annotations

import warnings
from pathlib import Path

from sada.indexes.errors import IndexMismatchError, IndexWarning
from sada.indexes.minhash import sketches as minhash
from sada.indexes.storage.catalog import Catalog


def check_rules(path: Path, catalog: Catalog) -> None:
    """Warn of an index that was made by earlier rules of text: it is read as it is.

    Args:
        path: of the index.
        catalog: of the index.

    Raises:
        IndexMismatchError: if its signatures cannot be compared with today's.
    """
    stored, here = catalog.setting("minhash"), minhash.stamp()
    if catalog.is_earlier and stored == here | {"text": minhash.EARLIER_TEXT}:
        warnings.warn(
            f"{path}: made by earlier rules of text ({stored['text']}): some copies and words are missed; the next"
            " add makes it anew",
            IndexWarning,
            stacklevel=2,
        )
    elif stored != here:
        raise IndexMismatchError(f"{path}: made with minhash {stored}, this Sada has {here}: build the index anew")
