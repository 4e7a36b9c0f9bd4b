"""Files in files: compressed, in archives of many, and archives of the web."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from reading.kind import Kind, lines
from reading.scrapers import page_of
from reading.stories import Story
from reading.tables import cells, table

_ROWS = lines(lambda story: dict(zip(("id", "title", "text", "date", "source", "language", "url"), cells(story),
                                     strict=True)))  # fmt: skip
_PAGES = "title text date source language url"


def _packed(pack: Callable[[bytes], bytes], make: Callable[..., str] = _ROWS) -> Callable[..., bytes]:
    return lambda stories: pack(make(stories).encode())


def _zstd(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(data)


def _zip(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _tar(files: dict[str, bytes], mode: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _parts(stories: Sequence[Story]) -> dict[str, bytes]:
    """The articles in files of two formats, with files beside them that are none."""
    return {
        "july/1.jsonl": _ROWS(stories[:5]).encode(), "july/2.csv": table()(stories[5:]).encode(),
        "july/logo.png": b"\x89PNG", "__MACOSX/july/._1.jsonl": b"\0\5\26\7", "july/.DS_Store": b"\0\0\0\1Bud1",
    }  # fmt: skip


def _warc(kind: str, gzip_records: bool = True) -> Callable[..., bytes]:
    def make(stories: Sequence[Story]) -> bytes:
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter

        out = io.BytesIO()
        writer = WARCWriter(out, gzip=gzip_records)
        writer.write_record(writer.create_warcinfo_record("july.warc", {"software": "invented"}))
        for story in stories:
            headers = {"WARC-Date": "2024-08-02T00:00:00Z"}
            if kind == "conversion":
                given: dict[str, Any] = {"payload": io.BytesIO(f"{story.title}\n{story.text}".encode())}
                headers |= {"Content-Type": "text/plain", "WARC-Identified-Content-Language": story.iso3}
            else:
                page = page_of(story).encode()
                types = [("Content-Type", "text/html; charset=utf-8")]
                given = {"payload": io.BytesIO(page), "http_headers": StatusAndHeaders("200 OK", types, "HTTP/1.1")}
            if kind == "resource":
                given = {"payload": io.BytesIO(page), "warc_content_type": "text/html"}
            writer.write_record(writer.create_warc_record(story.url, kind, warc_headers_dict=headers, **given))
        return out.getvalue()

    return make


KINDS = [
    Kind("gzip", "july.jsonl.gz", _packed(gzip.compress)),
    Kind("gzip", "july.csv.gz", _packed(gzip.compress, table()), variant="CSV"),
    Kind("gzip", "july.jsonl.gz", lambda stories: b"".join(gzip.compress(_ROWS([s]).encode()) for s in stories),
         variant="many members"),
    Kind("gzip", "july.json", _packed(gzip.compress), variant="the suffix left out"),
    Kind("bzip2", "july.jsonl.bz2", _packed(bz2.compress)),
    Kind("bzip2", "july.jsonl.bz2", lambda stories: b"".join(bz2.compress(_ROWS([s]).encode()) for s in stories),
         variant="many streams"),
    Kind("xz", "july.jsonl.xz", _packed(lzma.compress)),
    Kind("lzma", "july.jsonl.lzma", _packed(lambda data: lzma.compress(data, lzma.FORMAT_ALONE))),
    Kind("zstd", "july.jsonl.zst", _packed(_zstd)),
    Kind("zip", "july.zip", lambda stories: _zip({"july.jsonl": _ROWS(stories).encode()})),
    Kind("zip", "july.zip", lambda stories: _zip(_parts(stories)), variant="two formats, and files beside them"),
    Kind("zip", "july.zip", lambda stories: _zip({f"{s.id}.json": _ROWS([s]).encode() for s in stories},
         zipfile.ZIP_STORED), variant="a file each, not compressed"),
    Kind("tar", "july.tar", lambda stories: _tar(_parts(stories), "w")),
    Kind("tar", "july.tar.gz", lambda stories: _tar(_parts(stories), "w:gz"), variant="gzip"),
    Kind("tar", "july.tgz", lambda stories: _tar(_parts(stories), "w:gz"), variant="named .tgz"),
    Kind("tar", "july.tar.xz", lambda stories: _tar(_parts(stories), "w:xz"), variant="xz"),
    Kind("tar", "july.tar.bz2", lambda stories: _tar(_parts(stories), "w:bz2"), variant="bzip2"),
    Kind("folder", "july", lambda stories: {name: data for name, data in _parts(stories).items()
         if not name.startswith("__")}),
    Kind("WARC", "july.warc.gz", _warc("response"), _PAGES, needs="warcio",
         seen="https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
    Kind("WARC", "july.warc", _warc("response", gzip_records=False), _PAGES, needs="warcio",
         variant="not compressed"),
    Kind("WARC", "july.warc.gz", _warc("resource"), _PAGES, needs="warcio", variant="resource records"),
    Kind("WET", "july.warc.wet.gz", _warc("conversion"), "title text language url", needs="warcio",
         seen="https://commoncrawl.org/blog/navigating-the-warc-file-format"),
]  # fmt: skip
