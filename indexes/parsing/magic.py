"""Tell binary files by their first bytes: those that are read, and what never is."""

from __future__ import annotations

import re

_TABLES = {
    "parquet": re.compile(rb"PAR1"),
    "arrow": re.compile(rb"ARROW1|\xff\xff\xff\xff"),  # a file, a stream
    "orc": re.compile(rb"ORC.{0,12}[\x00-\x08]", re.DOTALL),
    "xlsx": re.compile(rb"PK\x03\x04"),
    "sqlite": re.compile(rb"SQLite format 3\x00"),
}
TABLES = tuple(_TABLES)
"""The formats of binary tables."""
_READ = {**_TABLES, "warc": re.compile(rb"WARC/")}
PICKLE = "a pickle, which may run any program when it is read, so Sada never does (save it as Parquet or JSON Lines)"
"""The reason to report for a pickle."""

_REFUSED = (
    (re.compile(rb"\x80[\x02-\x05]"), PICKLE),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office file, which is not read (save it as .xlsx, CSV or plain text)"),
    (re.compile(rb"%PDF-"), "a PDF, which is not read (save its text as .txt)"),
    (
        re.compile(rb"7z\xbc\xaf|Rar!\x1a"),
        "an archive, but no zip or tar (unpack it, and name the folder)",
    ),
    (re.compile(rb"\x89HDF"), "HDF5, which is not read (save the table as Parquet or JSON Lines)"),
    (re.compile(rb"FEA1"), "Feather of version 1, which nothing reads safely (write it again, in version 2)"),
    (
        re.compile(rb"filedesc:/"),
        "ARC, the format before WARC, which is not read (convert it: warcio recompress OLD NEW)",
    ),
    (re.compile(rb"Obj\x01"), "Avro, which is not read (save it as Parquet or JSON Lines)"),
    (re.compile(rb".{8}DUCK", re.DOTALL), "a DuckDB file, which is not read (COPY its table TO 'articles.parquet')"),
)
MOST_MAGIC = 16
"""How many first bytes tell a binary file from others."""


def binary_format(head: bytes) -> str | None:
    """The format of the table or WARC file that starts with ``head``; None for anything else."""
    return next((name for name, magic in _READ.items() if magic.match(head)), None)


def binary_refusal(head: bytes) -> str | None:
    """The reason to report for a binary file that is not read; None for anything else."""
    return next((reason for magic, reason in _REFUSED if magic.match(head)), None)


def may_be_binary(head: bytes | bytearray) -> bool:
    """True if more first bytes are needed to tell."""
    return len(head) < MOST_MAGIC and (b"\0" in head or head[:3] in (b"ORC", b"SQL", b"WAR", b"fil"))
