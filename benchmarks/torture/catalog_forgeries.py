"""Faults that a stranger can plant in the catalog and in the folder of an index, with digests that are right."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sada.indexes.folder.paths import ARRAYS, CATALOG, CHECKPOINTS, FAISS, WRITER_LOCK
from sada.indexes.storage.digests import digest_sum, row_digest, seal_settings
from sada.indexes.storage.schema import DIGESTED

OUTSIDE = "outside"
"""The folder beside an index in which nothing may change."""
_HEX = "0123456789abcdef"
_OWN_NAMES = (f"keys-{_HEX}.npy", f"vectors-{_HEX}.faiss", f"{_HEX * 2}.npy", "stamp.json", "thesis.txt")
_WRONG: tuple[Any, ...] = (
    None, True, -1, 0, 1, 7, 1 << 31, 1 << 32, 1 << 53, (1 << 62) + 1, (1 << 63) - 1, -(1 << 63), 10**9, 0.5, -1.5,
    1e308, "", "x", "9" * 40, "\0", "\x1b[2J", "../../outside", "/etc/passwd", "word " * 20_000, [], {}, [[]], [None],
    {"a": 1},
)  # fmt: skip
_RAW: tuple[Any, ...] = (
    b"", b"\xff\xfe\x00", "NaN", "-Infinity", "{", "[" * 50_000, '{"a":' * 50_000, "1e999", "9" * 5000, '"\\ud800"', 3,
    2.5,
)  # fmt: skip
_SETTINGS = (
    "minhash", "lsh", "encoder", "encoder_spec", "encoder_languages", "encoder_options", "generation", "last_segment",
    "stories_generation", "stories_repaired", "furniture", "digest:articles", "digest:stories", "digest:files",
)  # fmt: skip


class Mutation(NamedTuple):
    """A fault to plant: its kind, a key of :data:`KINDS`, and the number that chooses which."""

    kind: str
    seed: int


def mutations(seed: int, count: int) -> Iterator[Mutation]:
    """Yield ``count`` faults, of all kinds in turn."""
    kinds = list(KINDS)
    return (Mutation(kinds[at % len(kinds)], (seed << 32) + at) for at in range(count))


def forge(path: Path, mutation: Mutation) -> str:
    """Plant a fault in the index at ``path`` and make all digests right; returns what it is."""
    rng = random.Random(mutation.seed)
    with closing(sqlite3.connect(path / CATALOG, isolation_level=None)) as connection:
        done = KINDS[mutation.kind](connection, path, rng)
        if mutation.kind in ("settings", "rows"):
            connection.execute("BEGIN")
            _reseal(connection, but=done)
            connection.execute("COMMIT")
    return done


def _reseal(connection: sqlite3.Connection, but: str) -> None:
    """Compute all digests anew, as whoever changes a row on purpose would."""
    for table, columns in DIGESTED.items():
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
        digests = [row_digest(row) for row in rows]
        keys = columns.split(", ")
        if table != "files":
            where = " AND ".join(f"{key} IS ?" for key in keys)
            connection.executemany(
                f"UPDATE {table} SET digest = ? WHERE {where}", [(d, *r) for d, r in zip(digests, rows, strict=True)]
            )
        if f"digest:{table}" not in but:
            total = json.dumps(f"{digest_sum(digests):032x}")
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (f"digest:{table}", total))
    seal_settings(connection)


def _setting(connection: sqlite3.Connection, path: Path, rng: random.Random) -> str:
    key = rng.choice(_SETTINGS)
    found = connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
    way = rng.random()
    if way < 0.1:
        connection.execute("DELETE FROM settings WHERE key = ?", (key,))
        return f"no setting {key}"
    value = rng.choice(_RAW) if way < 0.25 else json.dumps(_changed(json.loads(found[0]) if found else {}, rng))
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))
    return f"setting {key}: {value!r:.200}"


def _row(connection: sqlite3.Connection, path: Path, rng: random.Random) -> str:
    while True:
        table = rng.choice([*DIGESTED, "articles", "stories", "sqlite_sequence"])
        columns = DIGESTED.get(table, "name, seq").split(", ")
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        row = list(rng.choice(rows)) if rows else ["x"] * len(columns)
        at, before = rng.randrange(len(columns)), tuple(row)
        row[at] = _cell(row[at], columns[at], path, rng)
        with suppress(sqlite3.IntegrityError, OverflowError):
            if rows and rng.random() < 0.8:
                where = " AND ".join(f"{column} IS ?" for column in columns)
                connection.execute(f"UPDATE {table} SET {columns[at]} = ? WHERE {where}", (row[at], *before))
            else:
                values = [*row, *([] if table in ("files", "sqlite_sequence") else [b""])]
                named = ", ".join([*columns, "digest"][: len(values)])
                connection.execute(f"INSERT INTO {table} ({named}) VALUES ({','.join('?' * len(values))})", values)
            return f"{table}.{columns[at]} = {row[at]!r:.200}, before {before[at]!r:.60}"


def _cell(value: Any, column: str, path: Path, rng: random.Random) -> Any:
    """Another value for a cell of a table."""
    if column == "name" and rng.random() < 0.6:
        away = ["../catalog.sqlite", f"../../{OUTSIDE}/{_OWN_NAMES[0]}", f"{path.parent}/{OUTSIDE}/thesis.txt"]
        return rng.choice([*away, "", ".", "keys", f"pipe-{_HEX}.npy", f"keys-{_HEX}.npy\0", f"keys-{_HEX}.npy\n"])
    if isinstance(value, str) and value[:1] in ("[", "{") and rng.random() < 0.7:
        with suppress(ValueError):
            return json.dumps(_changed(json.loads(value), rng))
    if isinstance(value, int) and rng.random() < 0.4:
        return value + rng.choice([-1, 1, 1000, 1 << 32])
    found = rng.choice(_WRONG + _RAW)
    return json.dumps(found) if isinstance(found, list | dict) else found


def _changed(value: Any, rng: random.Random) -> Any:
    """A JSON value with another part in one place, or without it."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not keys or rng.random() < 0.3:
        return rng.choice(_WRONG)
    at, copied = rng.choice(keys), value.copy()
    if rng.random() < 0.15:
        del copied[at]
    elif rng.random() < 0.1 and isinstance(copied, list):
        copied.append(copied[at])
    else:
        copied[at] = _changed(copied[at], rng)
    return copied


_STATEMENTS = (
    "CREATE TRIGGER t AFTER INSERT ON articles BEGIN DELETE FROM articles; END",
    "CREATE TRIGGER t AFTER INSERT ON settings BEGIN INSERT INTO settings SELECT hex(randomblob(16)), '1'; END",
    "ALTER TABLE stories RENAME TO s; CREATE VIEW stories AS SELECT story, members, row, digest FROM s",
    "ALTER TABLE settings RENAME TO s; CREATE VIEW settings AS SELECT key, value FROM s",
    "ALTER TABLE files RENAME TO f; CREATE VIEW files AS"
    " WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS segment,"
    " 'keys' AS kind, 'x' AS name, 1 AS bytes, '' AS checksum FROM r",
    "CREATE INDEX more ON articles (upper(title))",
    "CREATE INDEX more ON articles (id) WHERE length(text) > 3",
    "CREATE VIRTUAL TABLE more USING fts5(words)",
    "CREATE TABLE more (x, y AS (x || x))",
    "ALTER TABLE articles ADD COLUMN more AS (upper(title))",
    "DROP INDEX changes_of_story",
    "DROP TABLE removed",
    "DROP TABLE settings",
    "PRAGMA user_version = 4",
    "PRAGMA user_version = 99",
    "PRAGMA user_version = -1",
    "PRAGMA application_id = 1",
    "PRAGMA journal_mode = DELETE",
)


def _schema(connection: sqlite3.Connection, path: Path, rng: random.Random) -> str:
    statement = rng.choice(_STATEMENTS)
    connection.executescript(statement)
    return statement


_FOLDER = "folder"
_PLACES = (
    ARRAYS, FAISS, CHECKPOINTS, CATALOG, f"{CATALOG}-wal", f"{CATALOG}-shm", f"{CATALOG}-journal", WRITER_LOCK,
    f"{WRITER_LOCK}-journal",
)  # fmt: skip


def _folder(connection: sqlite3.Connection, path: Path, rng: random.Random) -> str:
    arrays = sorted(os.listdir(path / ARRAYS))
    pool = path / CHECKPOINTS / (_HEX * 2)
    in_arrays = [path / ARRAYS / name for name in (rng.choice(arrays), f"more-{_HEX}.npy", "notes.txt")]
    in_pool = [pool, pool / "stamp.json", pool / "mine.txt", pool / f"{_HEX * 2}.npy"]
    beside = [path / FAISS / "notes.txt", path / CHECKPOINTS / "notes", path / CHECKPOINTS / WRITER_LOCK]
    place = rng.choice([*(path / name for name in _PLACES), *in_arrays, *in_pool, *beside])
    how = rng.choice(["link", "link to a file", "pipe", "folder", "file", "hard link"])
    place.parent.mkdir(parents=True, exist_ok=True)
    outside = path.parent / OUTSIDE
    if place.is_dir() and how == "link":  # what it held is there, so that the index seems whole
        shutil.copytree(place, outside, dirs_exist_ok=True)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    if how == "link":
        place.symlink_to(outside, target_is_directory=True)
    elif how == "link to a file":
        place.symlink_to(outside / "thesis.txt")
    elif how == "hard link":
        place.hardlink_to(outside / "thesis.txt")
    elif how == "pipe":
        os.mkfifo(place)
    elif how == "folder":
        place.mkdir()
    else:
        place.write_text("mine")
    return f"{how} at {place.relative_to(path)}"


KINDS: dict[str, Callable[[sqlite3.Connection, Path, random.Random], str]] = {
    "settings": _setting,
    "rows": _row,
    "schema": _schema,
    _FOLDER: _folder,
}
"""What plants a fault of each kind in an index, and says what it is."""


def make_outside(folder: Path) -> None:
    """Make the folder in which nothing may change: files under names of Sada's own, and others."""
    (folder / (_HEX * 2)).mkdir(parents=True)
    for name in (*_OWN_NAMES, f"{_HEX * 2}/letters.txt"):
        (folder / name).write_text(name)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}
