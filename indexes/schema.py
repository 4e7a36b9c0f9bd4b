"""The tables of an index's catalog."""

from __future__ import annotations

FORMAT = 4
APPLICATION = 0x53414441  # "SADA"
COLUMNS = (
    "id, segment, position, published, language, identified, certainty, source, content, url, title, keywords, extra,"
    " text"
)
SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    segment INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL,
    checksum TEXT NOT NULL, PRIMARY KEY (segment, kind)
) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, segment INTEGER NOT NULL,
    position INTEGER NOT NULL, published INTEGER, language TEXT NOT NULL, identified TEXT NOT NULL, certainty REAL,
    source TEXT NOT NULL, content BLOB NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, keywords TEXT NOT NULL,
    extra TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (segment, position)
);
CREATE TABLE removed (segment INTEGER, position INTEGER, digest BLOB NOT NULL, PRIMARY KEY (segment, position))
    WITHOUT ROWID;
CREATE TABLE stories (story TEXT PRIMARY KEY, members TEXT NOT NULL, row TEXT NOT NULL, digest BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE redirects (story TEXT PRIMARY KEY, now TEXT NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID;
"""
DIGESTED = {
    "articles": f"number, {COLUMNS}",
    "removed": "segment, position",
    "stories": "story, members, row",
    "redirects": "story, now",
    "files": "segment, kind, name, bytes, checksum",
}
