"""The tables of an index's catalog."""

from __future__ import annotations

FORMAT = 8
"""The format that is written. In an earlier one, shingles and words are made by earlier rules of text."""
OLDEST = 5
"""The oldest format that is read. 6 has what 5 has, and may hold the boilerplate lines of sources; in 7 HTML tags are
left out of shingles, words and vectors."""
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
CREATE TABLE story_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, story TEXT NOT NULL, change TEXT NOT NULL,
    articles TEXT NOT NULL, other TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX changes_of_story ON story_changes (story);
"""
DIGESTED = {
    "articles": f"number, {COLUMNS}",
    "removed": "segment, position",
    "stories": "story, members, row",
    "redirects": "story, now",
    "story_changes": "number, at, story, change, articles, other",
    "files": "segment, kind, name, bytes, checksum",
}
