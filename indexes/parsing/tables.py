"""Files of a user that extend a table of Sada, or stand alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sada.indexes.errors import InputError

_EXTENDS = "extends"


def read_table(path: Path, form: str, example: str) -> tuple[dict[str, Any], bool]:
    """Read a JSON object, and whether it extends what Sada knows: unless it has ``"extends": false``.

    Args:
        path: of the file.
        form: what to write, for the message about a file that is not JSON.
        example: a small object, for the message about a file that holds something else.

    Raises:
        InputError: if the file cannot be read, or is no such object.
    """
    try:
        given = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error}); write {form}") from None
    if not isinstance(given, dict):
        raise InputError(f"{path}: not an object; write {example}")
    extends = given.pop(_EXTENDS, True)
    if not isinstance(extends, bool):
        raise InputError(f'{path}: "{_EXTENDS}" is neither true nor false; write false to use this file alone')
    return given, extends
