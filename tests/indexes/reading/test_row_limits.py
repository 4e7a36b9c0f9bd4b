"""A row of more than the limit is bad in every format, reading goes on behind it, and it is never held in memory."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tracemalloc
import zipfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.errors import InputError
from sada.indexes.json.values import JsonValues
from sada.indexes.parsing.row_limits import CutLine, lines_at_any_end, lines_within
from sada.indexes.reading.page_files import read_pages
from sada.indexes.reading.readers import read_articles

LIMIT = 0.1  # MB
LONG = "كلمة and " * 20_000
REASON = "of more than 0.1 MB, not read (drop it, or allow more: --row-limit MB)"


def row(id_, text="some words of a text"):
    return {"id": id_, "title": f"title of {id_}", "text": text}


def as_json(*rows):
    return [json.dumps(one, ensure_ascii=False) for one in rows]


def as_csv(delimiter, end="\n"):
    rows = [[f'"{cell}"' for cell in row(id_, text).values()] for id_, text in THREE]
    return end.join(delimiter.join(cells) for cells in [["id", "title", "text"], *rows]) + end


THREE = [("a", "first words"), ("b", LONG), ("c", "last words")]
ROWS = [row(*one) for one in THREE]
NESTED = {"id": "b", "title": "t", "text": "x", "more": [[{"a": '"]}\\'}]] * 20_000}
ITEM = "<item><guid>{id}</guid><title>{title}</title><description>{text}</description></item>"
RSS = "<rss version='2.0'><channel><title>T</title>{}</channel></rss>"
NEWS = "<url><loc>{id}</loc><n:news><n:title>{text}</n:title></n:news></url>"
SITEMAP = (
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
    "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{}</urlset>"
)
TEXTS = {
    "lines.jsonl": ("\n".join(as_json(*ROWS)), 2, "a row"),
    "open.jsonl": ("\n".join([*as_json(row("a")), '{"id": "b", "text": "' + LONG, *as_json(row("c"))]), 2, "a row"),
    "array.json": ("[" + ",\n".join(as_json(*ROWS)) + "]", 2, "item 2: a row"),
    "nested.json": ("[" + ",\n".join(as_json(row("a"), NESTED, row("c"))) + "]", 2, "item 2: a row"),
    "documents.json": ('{\n"id": "a", "title": "t"}\n"' + LONG + '"\n{"id": "c", "title": "t"}', 3, "a value"),
    "list.json": (json.dumps({"articles": ROWS, "x": "y" * (1 << 22)}, ensure_ascii=False), None, "item 2: a row"),
    "cells.csv": (as_csv(","), 3, "a row"),
    "returns.csv": (as_csv(";", "\r"), 3, "a row"),
    "cells.tsv": (as_csv("\t", "\r\n"), 3, "a row"),
    "feed.xml": (RSS.format("".join(ITEM.format(**one) for one in ROWS)), None, "an item"),
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def demand_packages_of_feeds():
    for package in ("feedparser", "lxml"):
        pytest.importorskip(package)


def read(name, data=None, limit=LIMIT, **options):
    if ".xml" in name or ".rss" in name:
        demand_packages_of_feeds()
    if data is not None:
        with open(name, "wb") as file:
            file.write(data)
    problems = []
    reader = read_articles(name, row_limit=limit, on_problem=problems.append, **options)
    ids = [article.id for article in reader]
    bad = [problem for problem in problems if problem.kind == "bad"]
    assert reader.report.bad == len(bad) and reader.report.read == len(ids) + len(bad)
    return ids, bad


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_a_large_row_is_bad_and_those_around_it_are_read(name, pack):
    text, line, what = TEXTS[name]
    ids, bad = read(name, pack(text.encode()))
    assert ids == ["a", "c"]
    found = bad[0]
    assert (found.file, found.line, found.reason) == (name, line, f"{what} {REASON}")
    assert len(bad) == 1 + (name == "list.json")  # there the value beside the list is too large, too


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {"open.jsonl", "documents.json"}))
def test_a_higher_limit_reads_it(name):
    ids, bad = read(name, TEXTS[name][0].encode(), limit=5)
    assert (ids, bad) == (["a", "b", "c"], [])


def test_a_row_of_just_the_limit_is_read():
    lines = as_json(row("a"), row("b", "x" * 1000), row("c"))
    size = len(lines[1])
    for limit, ids in ((size, ["a", "b", "c"]), (size - 1, ["a", "c"])):
        assert read("a.jsonl", "\n".join(lines).encode(), limit / 10**6)[0] == ids
        assert read("b.json", f"[{','.join(lines)}]".encode(), limit / 10**6)[0] == ids


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_a_large_document_is_bad(name):
    assert read(name, f"<html><body><p>{LONG}".encode()) == ([], read(name)[1])
    assert [problem.reason for problem in read(name)[1]] == [f"a document {REASON}"]
    with pytest.raises(InputError, match=r"^page\.\w+: a page of more than 0\.1 MB, not read"):
        list(read_pages(name, row_limit=LIMIT))


def test_each_member_of_an_archive_has_the_limit():
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("lines.jsonl", "array.json"):
            archive.writestr(name, TEXTS[name][0])
        archive.writestr("page.html", f"<p>{LONG}")
    ids, bad = read("a.zip")
    assert ids == ["a", "c"] * 2
    assert [problem.file for problem in bad] == ["a.zip/lines.jsonl", "a.zip/array.json", "a.zip/page.html"]


@pytest.mark.parametrize("text", ["x" * 400_000, "<b>y</b>" * 60_000])
def test_after_a_large_element_of_xml_no_more_is_read(text):
    demand_packages_of_feeds()
    entries = [NEWS.format(id=f"https://a.example/{id_}", text=text) for id_, text in (("a", "x"), ("b", text))]
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:  # in small chunks
        archive.writestr("map.xml", SITEMAP.format("".join(entries)))
        archive.writestr("lines.jsonl", "\n".join(as_json(row("c"))))
    ids, bad = read("a.zip")
    assert len(ids) == 2 and ids[-1] == "c"
    assert [problem.reason for problem in bad] == [f"an element {REASON}; what follows is lost"]


def test_a_feed_has_bounds_beside_its_items():
    before = RSS.format(f"<image>{LONG}</image>" + ITEM.format(**row("a")))
    assert [one.reason for one in read("a.rss", before.encode())[1]] == [
        f"a feed with a part between its items {REASON}"
    ]
    many = RSS.format("".join(ITEM.format(**row(f"n{number}", "word " * 1000)) for number in range(400)))
    ids, bad = read("b.rss", many.encode())
    assert (ids, [one.reason for one in bad]) == ([], [f"a feed {REASON.replace('0.1', '0.8')}"])


def test_a_large_value_of_a_database_is_bad():
    with sqlite3.connect("a.sqlite") as connection:
        connection.execute("CREATE TABLE news (id TEXT, title TEXT, text TEXT)")
        texts = [*THREE, ("d", LONG), ("e", "words"), ("f", LONG)]
        connection.executemany("INSERT INTO news VALUES (?, ?, ?)", [(id_, "t", text) for id_, text in texts])
    connection.close()
    ids, bad = read("a.sqlite")
    assert (ids, [one.reason for one in bad]) == (["a", "c", "e"], [f"a value in a row of news {REASON}"] * 3)
    assert read("a.sqlite", limit=1)[0] == list("abcdef")


@pytest.mark.parametrize(
    ("kind", "column"),
    [(kind, column) for kind in ("parquet", "arrow") for column in ("text", "list", "dictionary")]
    + [("orc", "text"), ("orc", "list")],  # which stores no dictionaries
)
def test_a_large_value_of_an_arrow_table_is_bad(kind, column):
    pyarrow = pytest.importorskip("pyarrow")
    orc, parquet = pytest.importorskip("pyarrow.orc"), pytest.importorskip("pyarrow.parquet")
    rows = [row(id_, text) | {"parts": [text[:50]] * (4000 if text == LONG else 1)} for id_, text in THREE]
    table = pyarrow.Table.from_pylist(rows)
    table = table.drop_columns(["text"] if column == "list" else ["parts"])
    if column == "dictionary":
        table = table.set_column(2, "text", table.column("text").dictionary_encode())
    with open(f"a.{kind}", "wb") as file:
        if kind == "arrow":
            with pyarrow.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
        else:
            (parquet if kind == "parquet" else orc).write_table(table, file)
    ids, bad = read(f"a.{kind}")
    assert (ids, [one.reason for one in bad]) == (["a", "c"], [f"a value {REASON}"])
    assert read(f"a.{kind}", limit=1)[0] == ["a", "b", "c"]


def test_a_workbook_with_a_large_cell_is_not_read():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for cells in (["id", "title", "text"], ["a", "t", "x" * 30_000]):
        book.active.append(cells)
    book.save("a.xlsx")
    assert read("a.xlsx")[0] == ["a"]
    assert [one.reason.partition(": ")[2] for one in read("a.xlsx", limit=0.02)[1]] == [
        "a cell of more than 0.02 MB, not read (drop it, or allow more: --row-limit MB)"
    ]


@pytest.mark.parametrize("name", ["lines.jsonl", "array.json", "list.json", "cells.csv", "returns.csv", "feed.xml"])
def test_memory_does_not_grow_with_a_row(name):
    text = TEXTS[name][0].encode()
    before, _, after = text.partition(LONG.encode())
    packer = zstandard.ZstdCompressor().compressobj()
    parts = [before, *[LONG.encode() * 20] * 20, after]
    data = b"".join(map(packer.compress, parts)) + packer.flush()
    read(name, zstandard.compress(text))  # what is imported is not counted
    tracemalloc.start()
    try:
        ids, _ = read(f"large-{name}.zst", data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ids == ["a", "c"] and peak < 40_000_000  # of 104 MB


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_what_is_unpacked_comes_in_small_chunks(pack):
    from sada.indexes.parsing.compression import Allowance, expand

    data = pack(b"x" * 30_000_000) + pack(b"y" * 7)
    sizes = [len(chunk) for chunk in expand(iter([data[:5], data[5:]]), Allowance(1 << 40))]
    assert sum(sizes) == 30_000_007 and max(sizes) < 8_000_000


values = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(st.sampled_from('ab"\\[]{},:é\n'), max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text('a"\\]', max_size=3), inner, max_size=4),
    max_leaves=30,
)


class Slow(io.BytesIO):
    def __init__(self, data, size):
        super().__init__(data)
        self._size = size

    def read1(self, size=-1):
        return super().read(self._size)


@given(st.lists(values, min_size=1, max_size=8), st.integers(1, 60), st.integers(1, 40))
def test_items_of_an_array_are_those_within_the_limit(items, limit, size):
    texts = [json.dumps(item, ensure_ascii=False).encode() for item in items]
    stream = Slow(b"[" + b",".join(texts) + b"]" + b'\n"end"', size)
    found = [(one.data, one.number) for one in JsonValues(stream, max(limit, 5))]
    kept = [text if len(text) <= max(limit, 5) else None for text in texts]
    assert found == [*zip(kept, range(1, len(kept) + 1), strict=True), (b'"end"', None)]


def test_an_outline_counts_what_it_holds():
    small = {f"k{number}": "value" for number in range(20_000)}
    for document, ids in (({"title": "t", **small}, []), ({"articles": [row("a")], **small}, ["a"])):
        found, bad = read("a.json", json.dumps(document).encode())
        assert (found, [one.reason for one in bad]) == (ids, [f"a value {REASON}"])


def test_a_list_in_a_document_counts_where_it_has_to_be_whole():
    parts = [{"type": "image", "name": f"n{number}"} for number in range(20_000)]
    document = json.dumps({"title": "t", "text": "x", "parts": parts}).encode()
    found, bad = read("a.json", document)
    assert (found, [one.reason for one in bad]) == ([], [f"a document {REASON.replace('0.1', '0.4')}"])
    assert len(read("a.json", document, limit=2)[0]) == 1


@pytest.mark.parametrize("rows", [40, 300, 3000])
@pytest.mark.parametrize("limit", [0.0005, 0.005, 0.05, 0.5])
def test_a_document_may_be_over_the_limit_of_its_rows(rows, limit):
    articles = [{"id": f"a{number}", "title": f"title {number}", "text": "some words " * 20} for number in range(rows)]
    found, bad = read("a.json", json.dumps({"meta": {"page": 1}, "articles": articles}).encode(), limit)
    assert (len(found), bad) == (rows, [])


@given(st.lists(st.binary(max_size=20)), st.integers(1, 12))
def test_lines_are_whole_or_cut(lines, limit):
    data = b"".join(line.replace(b"\n", b"").replace(b"\r", b"") + b"\n" for line in lines)
    whole = data.splitlines(keepends=True)
    for read_lines in (lines_within, lines_at_any_end):
        found = list(read_lines(io.BufferedReader(io.BytesIO(data)), limit))
        assert [type(line) is CutLine for line in found] == [len(line) - 1 > limit for line in whole]
        sizes = [line.size if isinstance(line, CutLine) else len(line) for line in found]
        assert sizes == list(map(len, whole))
        assert all(line == other for line, other in zip(found, whole, strict=True) if type(line) is not CutLine)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_over_nothing(limit):
    with pytest.raises(InputError, match=rf"^a limit of {limit} MB for a row \(write a number over 0\)$"):
        read_articles([], row_limit=limit)
