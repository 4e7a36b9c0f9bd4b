"""What an index keeps of its encoder beside its vectors."""

from __future__ import annotations

from typing import Any

from sada.indexes.encoders.encoder import Encoder, stamp
from sada.indexes.storage.catalog import Catalog


def encoder_settings(given: Encoder | str | None, loaded: Encoder | None) -> dict[str, Any]:
    """The settings of an index that say which encoder it has.

    Args:
        given: what the user named it by; what was given as an object cannot be loaded again by its name.
        loaded: the encoder itself, None for none.

    Returns:
        ``encoder``, its stamp; ``encoder_spec``, the name to load it by, None of an object; ``encoder_languages``,
        those it knows, None if they are not limited; ``encoder_options``, those that its vectors depend on.
    """
    return {
        "encoder": stamp(loaded),
        "encoder_spec": "none" if loaded is None else loaded.name if isinstance(given, str) else None,
        "encoder_languages": None if loaded is None or loaded.languages is None else sorted(loaded.languages),
        "encoder_options": dict(getattr(loaded, "options", {})),
    }


def known_languages(catalog: Catalog) -> frozenset[str] | None:
    """The languages that an index's encoder knows, None if they are not limited or there is no encoder."""
    known = catalog.setting("encoder_languages")
    return None if known is None else frozenset(known)
