"""The encoder of an index: loaded, and refused if it is another one than made its vectors."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sada.indexes.encoders.encoder import TEXT_RULE, Encoder, same_encoder
from sada.indexes.encoders.encoder import stamp as encoder_stamp
from sada.indexes.encoders.loading import comes_with_sada, load_encoder
from sada.indexes.errors import IndexMismatchError, IndexWarning, MissingPackageError, UntrustedIndexError
from sada.indexes.storage.catalog import Catalog

TRUSTED = "SADA_TRUSTED_ENCODERS"
"""The environment variable with names of encoders, as ``PATH`` has folders, that any index may have loaded."""


def own_encoder(
    path: Path, catalog: Catalog, given: Encoder | str | None, options: Mapping[str, str], threads: int
) -> Encoder | None:
    """The encoder that an index was made with, None for ``none``.

    An index of an earlier text rule is searched as it is, with a warning; one of an earlier format was told of before.

    Args:
        path: of the index.
        catalog: of the index.
        given: the encoder that was named or given when the index was opened, None for the one that its catalog names.
        options: of the encoder for this opening.
        threads: threads of ``encode``; 0 for one a core.

    Raises:
        IndexMismatchError: if the encoder at hand is not the one that the index was made with.
        MissingPackageError: if the encoder is not installed; the message has the command that installs it.
        UntrustedIndexError: if nobody but the index names an encoder that does not come with Sada.
    """
    stored, spec = catalog.setting("encoder"), catalog.setting("encoder_spec")
    if given is None and spec is None:
        raise IndexMismatchError(
            f"{path}: made with an encoder object, {stored['name']!r}: open it in Python with that object, or"
            f" swap it with: sada reencode {path} --encoder default"
        )
    if given is None and not _is_trusted(spec):
        raise UntrustedIndexError(
            f"{path}: names the encoder {spec!r}, which does not come with Sada and is loaded only if you name it, too:"
            f" --encoder {spec!r}; in Python encoder={spec!r}; or {TRUSTED}={spec!r} in the environment"
        )
    wanted = spec if given is None else given
    merged = catalog.setting("encoder_options", {}) | dict(options)
    try:
        loaded = load_encoder(wanted, threads, merged if isinstance(wanted, str) else None)
    except MissingPackageError as error:
        raise MissingPackageError(f"{path}: made with encoder {stored['name']!r}: {error}") from None
    found = encoder_stamp(loaded)
    if not is_own(loaded, catalog):
        raise IndexMismatchError(
            f"{path}: made with encoder {_described(stored)}, and here is {_described(found)}: use the former, or swap"
            f" it with: sada reencode {path} --encoder {found['name']}"
        )
    if found != stored and not catalog.is_earlier:
        warnings.warn(_earlier(path, stored), IndexWarning, stacklevel=2)
    return loaded


def _is_trusted(spec: str) -> bool:
    """Whether an encoder is loaded because an index names it: one of Sada's, or one that the user trusts."""
    return comes_with_sada(spec) or spec in os.environ.get(TRUSTED, "").split(os.pathsep)


def is_own(encoder: Encoder | None, catalog: Catalog) -> bool:
    """Whether an encoder is the one that the index was made with, whatever the text rule was."""
    return same_encoder(catalog.setting("encoder"), encoder_stamp(encoder))


def refuse_earlier_rule(path: Path, catalog: Catalog) -> None:
    """Raise :class:`IndexMismatchError` before a write that would mix vectors of two text rules in one index."""
    stored = catalog.setting("encoder")
    if stored.get("text_rule", TEXT_RULE) != TEXT_RULE:
        raise IndexMismatchError(_earlier(path, stored))


def _earlier(path: Path, stored: Mapping[str, Any]) -> str:
    return (
        f"{path}: its vectors are of the text rule {stored['text_rule']}, this Sada's is {TEXT_RULE}, with digits and"
        f" letters in one spelling: it can be searched; to add to it, renew them with: sada reencode {path} --encoder"
        f" {stored['name']}"
    )


def _described(stamp: Mapping[str, Any]) -> str:
    """A stamp in one line: its name, and the rest in brackets."""
    return f"{stamp['name']!r} ({', '.join(f'{key} {value}' for key, value in sorted(stamp.items()) if key != 'name')})"
