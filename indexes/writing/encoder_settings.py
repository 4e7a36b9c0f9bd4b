"""The settings of an index that describe its encoder."""

from __future__ import annotations

from typing import Any

from sada.indexes.encoders.encoder import Encoder, stamp
from sada.indexes.storage.catalog import Catalog


def encoder_settings(given: Encoder | str | None, loaded: Encoder | None) -> dict[str, Any]:
    """Make the settings that describe an encoder.

    Args:
        given: the name or object that the user gave; an object cannot be loaded again by its name.
        loaded: the encoder itself; None for none.

    Returns:
        ``encoder``: its stamp. ``encoder_spec``: the name to load it by; None for an object. ``encoder_languages``:
        the languages it knows; None if they are not limited. ``encoder_options``: options that change its vectors.
    """
    return {
        "encoder": stamp(loaded),
        "encoder_spec": "none" if loaded is None else loaded.name if isinstance(given, str) else None,
        "encoder_languages": None if loaded is None or loaded.languages is None else sorted(loaded.languages),
        "encoder_options": dict(getattr(loaded, "options", {})),
    }


def known_languages(catalog: Catalog) -> frozenset[str] | None:
    """Return the languages that the encoder of an index knows; None if they are not limited or there is none."""
    known = catalog.setting("encoder_languages")
    return None if known is None else frozenset(known)
