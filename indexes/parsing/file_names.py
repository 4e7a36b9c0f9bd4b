"""What the names of files tell: formats, compression, archives, and files that nobody made."""

from __future__ import annotations

from pathlib import PurePath

from sada.indexes.parsing.magic import TABLES
from sada.indexes.parsing.markup import XML_FORMATS

FORMATS = ("jsonl", "json", "csv", "tsv", *TABLES, "txt", "html", *XML_FORMATS, "warc")
"""The formats that a user can name."""
DOCUMENTS = ("txt", "html")
"""The formats of inputs that are one document."""

XML = "xml"
"""What the suffix of files stands for that may be in any format of XML."""
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".orc": "orc",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
    ".xml": XML,
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".nitf": "nitf",
    ".newsml": "newsml",
    ".warc": "warc",
    ".wet": "warc",
}
_COMPRESSED = (".gz", ".bz2", ".xz", ".lzma", ".zst", ".zstd")
_ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".tbz", ".txz", ".tzst")
PICKLES = (".pkl", ".pickle", ".joblib")
_HIDDEN = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


def format_of_name(name: str) -> str | None:
    """The format that the suffix of a file's name stands for, ``xml`` for any of XML; ``None`` for another suffix."""
    return _SUFFIXES.get(suffix_of(name))


def may_hold(named: str | None, input_format: str | None) -> bool:
    """True if a file whose suffix stands for ``named`` may be in a format; in any, for None."""
    return named is not None and (input_format in (None, named) or (named == XML and input_format in XML_FORMATS))


def is_archive_name(name: str) -> bool:
    """True for the name of a zip or a tar, which may be compressed."""
    return suffix_of(name) in _ARCHIVES


def is_hidden(name: str) -> bool:
    """True for the name of a file or folder that no user made, or hid."""
    return name.startswith(".") or name in _HIDDEN


def is_wet(name: str) -> bool:
    """True for the name of a file with the texts of crawled pages, such as ``x.warc.wet.gz``."""
    return ".wet" in (suffix.lower() for suffix in PurePath(name).suffixes[-2:])


def suffixes_of(input_format: str | None) -> list[str]:
    """The suffixes of a format, and of archives; of all formats for None. Text formats may be compressed, too."""
    return [*(suffix for suffix, found in _SUFFIXES.items() if may_hold(found, input_format)), *_ARCHIVES[:2]]


def suffix_of(name: str) -> str:
    """The suffix of a name in lower case, without that of its compression."""
    path = PurePath(name)
    return (PurePath(path.stem) if path.suffix.lower() in _COMPRESSED else path).suffix.lower()


def suffix_shown(name: str) -> str:
    """The suffix of a file's name, with that of its compression: ``.xml.gz``."""
    path = PurePath(name)
    packed = path.suffix if path.suffix.lower() in _COMPRESSED else ""
    return (PurePath(path.stem).suffix + packed if packed else path.suffix).lower() or "no suffix"
