from __future__ import annotations

import gzip
import io
import os
import sys
import tarfile
import zipfile
from types import SimpleNamespace

import orjson
import pytest
import zstandard

from sada.indexes.errors import InputError
from sada.indexes.reading.page_files import read_pages
from sada.indexes.reading.readers import read_articles

LINES = orjson.dumps({"id": "a", "title": "جسر", "date": "2026-03-03", "source": "صحيفة"}) + b"\n"
TABLE = b"id,title,text\nb,Cup,Harbour won.\n"
FILES = {
    "news/a.jsonl": LINES,
    "./news/b.csv": TABLE,
    "c.jsonl.gz": gzip.compress(LINES.replace(b'"a"', b'"c"')),
    "__MACOSX/news/._a.jsonl": b"\0\5",
    ".DS_Store": b"\0",
    "images/1.jpg": b"x",
    "images/2.jpg": b"x",
    "inner.zip": b"x",
    "/../../up.jsonl": LINES.replace(b'"a"', b'"up"'),
    "empty.jsonl": b"",
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("news/", b"")
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        folder = tarfile.TarInfo("news")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)
    return name


def read(*args, **options):
    problems = []
    reader = read_articles(*args, on_problem=problems.append, **options)
    articles = list(reader)
    report = reader.report
    assert report.read == len(articles) + report.skipped + report.bad
    told = [f"{one.kind} {one}" for one in problems if " gave a " not in one.reason]
    return SimpleNamespace(articles=articles, told=told, report=report, reader=reader, ids=[a.id for a in articles])


def feed(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def archives():
    yield "a.zip", zipped(FILES)
    yield "stored.ZIP", zipped(FILES, zipfile.ZIP_STORED)
    yield "lzma.zip", zipped(FILES, zipfile.ZIP_LZMA)
    yield "a.tar", tarred(FILES)
    for mode in ("gz", "bz2", "xz"):
        yield f"a.tar.{mode}", tarred(FILES, f"w:{mode}")
    yield "a.tgz", tarred(FILES, "w:gz")
    yield "a.tar.zst", zstandard.compress(tarred(FILES))
    yield "nameless", tarred(FILES, "w:xz")
    yield "a.bin", zipped(FILES)
    yield "ü ustar.tar", tarred(FILES, "w")


@pytest.mark.parametrize("number", range(12))
def test_each_member_is_an_input_of_its_own(number, monkeypatch):
    name, data = list(archives())[number]
    for named in (write(name, data), "-"):
        feed(monkeypatch, data)
        result = read(named)
        assert result.ids == ["a", "b", "c", "up"]
        first = result.articles[0]
        assert (first.title, first.source, str(first.published)) == ("جسر", "صحيفة", "2026-03-03 00:00:00+00:00")
        shown = name if named == name else "stdin"
        assert result.told == [
            f"skipped {shown}/empty.jsonl: an empty file",
            f"note {shown}: passed over 2 .jpg, 1 .zip (unpack it, and name a file to read it)",
        ]
    assert read(name).reader.progress() == (len(data), len(data))


def test_documents_have_their_path_as_id_and_are_pages_as_in_folders():
    files = {"ar/1.txt": "عنوان\n\nنص الخبر".encode(), "2.html": b"<html><title>Cup</title><p>Harbour won.</p></html>"}
    os.mkdir("folder")
    for name, data in (("a.zip", zipped(files)), ("a.tgz", tarred(files, "w:gz"))):
        write(name, data)
        write(f"folder/{name}", data)
        assert read(name).ids == ["ar/1.txt", "2.html"]
        assert read(name).articles[0].title == "عنوان"
        assert read(name, input_format="txt").ids == ["ar/1.txt"]
        assert [page for page, _ in read_pages(name)] == [f"{name}/ar/1.txt", f"{name}/2.html"]
    assert read("folder").ids == [f"{name}/{key}" for name in ("a.tgz", "a.zip") for key in ("ar/1.txt", "2.html")]


def test_a_format_narrows_an_archive():
    result = read(write("a.zip", zipped(FILES)), input_format="csv")
    assert result.ids == ["b"]
    assert result.told == [
        "note a.zip: passed over 3 .jsonl, 2 .jpg, 1 .jsonl.gz, 1 .zip (unpack it, and name a file to read it)"
    ]


def test_bad_rows_are_named_by_archive_member_and_line():
    result = read(write("a.tgz", tarred({"in/x.jsonl": LINES + b"{\n"}, "w:gz")))
    assert result.told[0].startswith("bad a.tgz/in/x.jsonl:2: not JSON: unexpected end")


def test_an_archive_without_anything_to_read_is_unread():
    reader = read(write("a.zip", zipped({"1.jpg": b"x"}))).reader
    assert [str(one) for one in reader.unread] == [
        "a.zip: passed over 1 .jpg (unpack it, and name a file to read it)",
    ]
    assert [str(one) for one in read(write("b.zip", zipped({}))).reader.unread] == ["b.zip: it is empty"]


def encrypted():
    """A zip of which the first member is marked as encrypted."""
    data = bytearray(zipped({"secret.jsonl": LINES, "b.csv": TABLE}, zipfile.ZIP_STORED))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(b"secret.jsonl", data.index(magic)) - (30 if at == 6 else 46)
        data[start + at] |= 1
    return bytes(data)


def damaged():
    data = zipped({"x.jsonl": LINES, "b.csv": TABLE}, zipfile.ZIP_STORED)
    return data.replace("جسر".encode(), "جسم".encode())


@pytest.mark.parametrize(
    ("name", "data", "ids", "told"),
    [
        (
            "a.zip",
            encrypted(),
            ["b"],
            ["bad a.zip/secret.jsonl: encrypted, cannot be read (unpack the archive with its password)"],
        ),
        (
            "a.zip",
            damaged(),
            ["b"],
            ["bad a.zip/x.jsonl: the member is damaged, what follows is lost: Bad CRC-32 for file 'x.jsonl'"],
        ),
        (
            "a.zip",
            zipped(FILES)[:200],
            [],
            ["bad a.zip: not readable as zip: File is not a zip file (fetch the file again)"],
        ),
        (
            "a.tar",
            tarred({"x.jsonl": LINES, "b.csv": TABLE})[: 3 * 512 + 30],
            ["a"],
            ["bad a.tar: the tar archive is damaged, what follows is lost: truncated header"],
        ),
        (
            "a.tar",
            tarred({"x.jsonl": LINES, "b.csv": TABLE})[: 3 * 512],
            ["a"],
            ["bad a.tar: the tar archive breaks off, what follows is lost (fetch the file again)"],
        ),
        (
            "a.tar",
            tarred({"x.jsonl": LINES, "b.csv": TABLE})[: 4 * 512 + 20],
            ["a"],
            ["bad a.tar/b.csv: the member is damaged, what follows is lost: unexpected end of data"],
        ),
        (
            "a.tar",
            tarred({"x.jsonl": LINES}) + tarred({"b.csv": TABLE}),
            ["a"],
            ["bad a.tar: the tar archive goes on after its end (unpack it with tar -i, and name the folder)"],
        ),
        (
            "a.tar",
            b"x" * 2000,
            [],
            ["bad a.tar: the tar archive is damaged, what follows is lost: invalid header"],
        ),
    ],
)
def test_damage_is_named_where_it_stands(name, data, ids, told):
    result = read(write(name, data))
    assert result.ids == ids
    assert [one.replace("bad checksum", "invalid header") for one in result.told] == told


def test_a_compressed_tar_that_breaks_off_is_one_fault():
    lines = b"".join(LINES.replace(b'"a"', b'"%d"' % (number**5)) for number in range(5000))
    data = tarred({"x.jsonl": lines, "b.csv": TABLE}, "w:gz")
    result = read(write("a.tgz", data[: len(data) // 2]))
    assert 500 < len(result.ids) < 5000
    assert result.told == [
        "bad a.tgz/x.jsonl: the gz stream breaks off, what follows is lost (fetch the file again)",
    ]


def test_another_file_named_zip_is_read_by_its_first_bytes():
    assert read(write("a.zip", gzip.compress(LINES))).ids == ["a"]
    assert read(write("b.zip", tarred(FILES, "w:gz"))).ids == ["a", "b", "c", "up"]


def test_links_are_passed_over():
    out = io.BytesIO(tarred({"x.jsonl": LINES}))
    with tarfile.open(fileobj=out, mode="a") as archive:
        link = tarfile.TarInfo("passwd.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    result = read(write("a.tar", out.getvalue()))
    assert result.ids == ["a"]
    assert result.told == ["note a.tar: passed over 1 link (unpack it, and name a file to read it)"]


def test_names_of_members_are_shown_in_one_line():
    result = read(write("a.zip", zipped({"x\ny\x1b[1m.jsonl": b"{\n"})))
    assert result.told[0].startswith("bad a.zip/x\ufffdy\ufffd[1m.jsonl:1: not JSON")


@pytest.mark.parametrize("pack", [zipped, lambda files: tarred(files, "w:gz")], ids=["zip", "tar"])
def test_the_limit_is_that_of_all_members_together(pack):
    rows = {f"{number}.jsonl": LINES + b" " * 400_000 for number in range(5)}
    packed = {"inner.jsonl.gz": gzip.compress(LINES + b" " * 2_500_000)}
    for files in (rows, packed):
        write("a.zip", pack(files))
        with pytest.raises(InputError, match=r"^a\.zip.*: expands to more than is allowed \(allow more: --expanded"):
            read("a.zip", expanded_limit=0.0019)
        assert read("a.zip", expanded_limit=0.01).report.bad == 0


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["[Content_Types].xml", "word/document.xml"],
            "a Word document, which is not read (a program turns it into JSON Lines: docs/recipes.md#nexis, or save it"
            " as .txt or .html)",
        ),
        (["xl/workbook.bin"], "a binary Excel file (.xlsb), which is not read (save it as .xlsx or CSV)"),
        (["ppt/presentation.xml"], "a presentation, which is not read (save its text as .txt)"),
        (
            ["mimetype", "content.xml"],
            "an OpenDocument file or an e-book, which is not read (save it as .xlsx, CSV, .txt or .html)",
        ),
    ],
)
def test_office_files_are_refused_by_name(names, message):
    with pytest.raises(InputError) as caught:
        read(write("a.docx", zipped(dict.fromkeys(names, b"x"))))
    assert str(caught.value) == f"a.docx: {message}"


def test_a_format_of_xml_that_is_named_is_found_in_archives():
    pytest.importorskip("feedparser")
    feed = b"<rss version='2.0'><channel><title>Wire</title><item><title>A bridge</title></item></channel></rss>"
    name = write("feeds.zip", zipped({"a.xml": feed, "b.rss": feed, "c.jsonl": LINES}))
    reader = read_articles(name, input_format="feed")
    assert [(article.title, article.source) for article in reader] == [("A bridge", "Wire")] * 2
    assert [problem.reason for problem in reader.report.problems if "passed" in problem.reason] == [
        "passed over 1 .jsonl (unpack it, and name a file to read it)"
    ]


def test_texts_of_crawled_pages_are_pages_in_archives_as_in_folders():
    pytest.importorskip("fastwarc")
    text = "جسر جديد\n\nافتتح رئيس البلدية جسرا جديدا.\n\nإقرأ أيضاً:\nافتتاح مدرسة في المدينة الجديدة أمس\n".encode()
    head = b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://river.example/1\r\n"
    head += b"Content-Type: text/plain\r\n"
    head += b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nWARC-Date: 2026-03-03T07:00:00Z\r\n"
    data = head + b"Content-Length: %d\r\n\r\n" % len(text) + text + b"\r\n\r\n"
    os.mkdir("folder")
    write("folder/a.warc.wet", data)
    write("packed.zip", zipped({"a.warc.wet": data}))
    folder, packed = (list(read_articles(name, pages=None)) for name in ("folder", "packed.zip"))
    assert [one.text for one in packed] == [one.text for one in folder]
    assert [one.extra.get("page") for one in packed] == [one.extra.get("page") for one in folder] != [None]
