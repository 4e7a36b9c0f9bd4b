"""Digests of catalog rows and of sets of rows, which reveal a changed, added or missing row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import xxhash

from sada.indexes.article import dump_json

_MODULUS = 1 << 128
_SEAL = "digest:settings"
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
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_SEAL, _settings_digest(connection)))


def stored_seal(connection: sqlite3.Connection) -> str:
    """The digest of all settings that was stored; empty if there is none."""
    row = connection.execute("SELECT value FROM settings WHERE key = ?", (_SEAL,)).fetchone()
    return str(row[0]) if row else ""


def checked_seal(connection: sqlite3.Connection) -> str | None:
    """The digest of all settings; None if they are not those whose digest was stored."""
    seal = stored_seal(connection)
    return seal if seal == _settings_digest(connection) else None


def _settings_digest(connection: sqlite3.Connection) -> str:
    rows = connection.execute(f"SELECT key, value FROM settings LIMIT {_MOST_SETTINGS}")
    return f"{digest_sum(row_digest(row) for row in rows if row[0] != _SEAL):032x}"
