"""Values of options that name articles: an id, or a file of ids."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from sada.indexes.errors import InputError

_MOST = 1 << 28
"""Bytes of a file of ids: millions of ids."""


def ids_named(option: str, values: Iterable[str], encoding: str | None = None) -> tuple[str, ...]:
    """Read the ids that the values of an option name, each once, in their order.

    A value is an id, or a file: one id a line, or JSON Lines with an ``id``.

    Args:
        option: its name, for messages.
        values: as they were given.
        encoding: of files that are neither UTF-8 nor say what they are.

    Raises:
        InputError: if a file cannot be read, or a line of it has no id.
    """
    return tuple(dict.fromkeys(id_ for value in values for id_ in _ids(option, value, encoding)))


def _ids(option: str, value: str, encoding: str | None) -> list[str]:
    if not os.path.isfile(value):
        return [value]
    from sada.indexes.parsing.encodings import EncodingError, decode_text
    from sada.indexes.parsing.faults import UnreadableError
    from sada.indexes.parsing.row_limits import whole_within
    from sada.indexes.reading.streams import Decoding, Progress, decode, read_chunks

    decoding = Decoding.of(encoding)
    try:
        with open(value, "rb") as file:
            data = whole_within(decode(read_chunks(file, Progress()), decoding), _MOST, "more than 256 MB")
            lines = decode_text(data).split("\n")
    except EncodingError as error:
        raise InputError(f"{value}, line {error.line}: {error}; {option} takes ids, or a file of ids") from None
    except (OSError, UnreadableError) as error:
        raise InputError(f"{value}: cannot be read ({error}); {option} takes ids, or a file of ids") from error
    return [_id_of(line.strip(), f"{value}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _id_of(line: str, where: str) -> str:
    """The id in a line; ``where`` names the line in messages."""
    if not line.startswith("{"):
        return line
    from sada.indexes.reading.fields import as_id

    try:
        id_ = as_id(json.loads(line).get("id"))
    except ValueError as error:
        raise InputError(f"{where}: {error}; write one id a line, or JSON Lines with an id") from error
    if not id_:
        raise InputError(f"{where}: no id; write one id a line, or JSON Lines with an id")
    return id_
