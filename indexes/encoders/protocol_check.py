"""Checks whether an object is an encoder: what each of its members must be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from sada.indexes.errors import EncoderError

_ABSENT = object()


def check_members(candidate: Any) -> None:
    """Check that ``candidate`` has every member of :class:`~sada.indexes.encoders.encoder.Encoder`, each of its type.

    The stamp of such an encoder is read from an index exactly as it was written.

    Raises:
        EncoderError: naming the class, the member, its value and what it must be.
    """
    kind = type(candidate).__name__
    values = {name: getattr(candidate, name, _ABSENT) for name in (*_NEEDED, *_OPTIONAL)}
    missing = [name for name in _NEEDED if values[name] is _ABSENT]
    if missing:
        raise EncoderError(
            f"{kind} is not an encoder, it lacks {', '.join(missing)}: see sada.indexes.encoders.encoder.Encoder"
        )
    for name, (fits, mend) in (_NEEDED | _OPTIONAL).items():
        if values[name] is not _ABSENT and not fits(values[name]):
            raise EncoderError(f"{kind}.{name} is {_shown(values[name])}: {mend}")


def _shown(value: Any) -> str:
    shown = " ".join(repr(value).split())
    return shown if len(shown) <= 80 else f"{shown[:79]}…"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= 1)


def _is_languages(value: Any) -> bool:
    if value is None:
        return True
    several = isinstance(value, Collection) and not isinstance(value, str | bytes)
    return several and len(value) > 0 and all(map(_is_text, value))


def _is_options(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_text(key) and _is_text(value[key]) for key in value)


_Rule = tuple[Callable[[Any], bool], str]
_NEEDED: dict[str, _Rule] = {
    "name": (_is_text, "give it as text, as in 'my-model'"),
    "revision": (_is_text, "give it as text, as in '1.0'"),
    "dimension": (_is_count, "give the number of columns as an int, 1 or more"),
    "languages": (_is_languages, "give a set of ISO 639-1 codes, as in {'ar', 'en'}, or None if they are not limited"),
    "fingerprint": (_is_text, "give it as text, as in hash.hexdigest()"),
    "encode": (callable, "it cannot be called: make it a method that takes a list of texts"),
}
_OPTIONAL: dict[str, _Rule] = {
    "options": (_is_options, "give a mapping of text to text, as in {'prompt': 'query: '}"),
    "cuts": (_is_text, "give it as text, as in '256 tokens'"),
    "batch": (_is_count, "give how many texts to encode at a time as an int, 1 or more"),
}
