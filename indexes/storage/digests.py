"""Digests of catalog rows and of sets of rows, which reveal a changed, added or missing row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import xxhash

from sada.indexes.article import dump_json
from sada.indexes.disk.endless import fetch_values

_MODULUS = 1 << 128
SEAL = "digest:settings"
"""The name of the setting that is the digest (32 hex digits) of all others."""
_MOST_SETTINGS = 1000  # far more than there are; in a stranger's file they may have no end


def row_digest(row: Sequence[Any]) -> bytes:
    """16 bytes over all values of a row (XXH3-128 of its JSON). They reveal damage, but not forgery."""
    plain = [value.hex() if isinstance(value, bytes) else value for value in row]
    return xxhash.xxh3_128_digest(dump_json(plain))


def digest_sum(digests: Iterable[Any]) -> int:
    """The digest of a set of rows: the sum of their digests modulo 2^128, whatever their order.

    A value that is not bytes is left out, so that the sum is wrong, as it must be for a damaged digest.
    """
    return sum(int.from_bytes(digest, "big") for digest in digests if isinstance(digest, bytes)) % _MODULUS


def shifted(total: int, shift: int) -> int:
    """The digest of a set after changes: ``shift`` is the sum of added digests minus that of removed ones."""
    return (total + shift) % _MODULUS


def seal_settings(connection: sqlite3.Connection) -> None:
    """Store the digest of all settings as a setting; inside a transaction."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (SEAL, _digest_of(_settings(connection))))


def checked_settings(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """All settings, and :data:`SEAL` for their digest; None if they are not those whose digest was stored."""
    rows = _settings(connection)
    found = dict(rows)
    return found if found.get(SEAL) == _digest_of(rows) else None


def _settings(connection: sqlite3.Connection) -> list[tuple[str, Any]]:
    return fetch_values(connection, connection.execute(f"SELECT key, value FROM settings LIMIT {_MOST_SETTINGS}"))


def _digest_of(settings: list[tuple[str, Any]]) -> str:
    return f"{digest_sum(row_digest(row) for row in settings if row[0] != SEAL):032x}"
