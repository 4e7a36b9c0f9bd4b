"""Pages come out of WARC and texts out of WET, in order, and what is passed over or lost is said."""

from __future__ import annotations

import gzip
import io
from collections import Counter

import pytest
import zstandard

from sada.indexes.crawls.warc import warc_rows
from sada.indexes.errors import InputError, MissingPackageError
from sada.indexes.parsing.faults import Fault, UnreadableError
from sada.indexes.reading.readers import read_articles

pytest.importorskip("fastwarc")

RESPONSE = "application/http; msgtype=response"
TIDE = "<html><head><title>Tide</title></head><body><p>The tide came in.</p></body></html>"
FLUT = "<html><head><meta charset='windows-1256'><title>مد</title></head><body><p>جاء المد في الليل.</p></body></html>"
WHEN = "2024-07-01T10:00:00Z"


def record(kind, block, uri="", **headers):
    """One record, with ``block`` as its content; other headers with ``_`` for ``-``."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    own = {"WARC-Type": kind, "WARC-Date": WHEN, "WARC-Target-URI": uri, "Content-Length": str(len(block))}
    lines = [f"{name}: {value}\r\n" for name, value in {**own, **given}.items() if value]
    return b"WARC/1.0\r\n" + "".join(lines).encode() + b"\r\n" + block + b"\r\n\r\n"


def response(uri, body=TIDE, kind="text/html; charset=utf-8", status="200 OK", http="", **headers):
    body = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\n" + (f"Content-Type: {kind}\r\n" if kind else "") + f"{http}\r\n"
    return record("response", head.encode() + body, uri, **{"Content_Type": RESPONSE, **headers})


def read(data, encoding=None):
    """The rows, and the faults as text; the made row of a page is its text."""
    rows, faults = [], []
    for _, item in warc_rows(io.BytesIO(data), lambda page: {"text": page, "date": "2024"}, encoding):
        rows.append(item) if isinstance(item, dict) else faults.append(f"{item.kind}: {item.reason}")
    return rows, faults


def test_pages_are_read_and_other_records_are_counted():
    data = b"".join([
        record("warcinfo", b"software: x"),
        record("request", b"GET / HTTP/1.1\r\n\r\n", "https://a.example/1"),
        response("https://www.a.example/1"),
        response("https://a.example/2", status="404 Not Found"),
        response("https://a.example/3", b"\xff\xd8", kind="image/jpeg"),
        response("https://a.example/robots.txt", "User-agent: *", kind="text/plain"),
        record("revisit", b"HTTP/1.1 200 OK\r\n\r\n", "https://a.example/1"),
        record("response", b"20240701", "dns:a.example", Content_Type="text/dns"),
        record("resource", TIDE.encode(), "https://a.example/4", Content_Type="text/html"),
        response("<https://a.example/5>", kind="Application/XHTML+XML"),
        response("https://a.example/6", kind=""),
        response("https://a.example/7", "just words", kind=""),
    ])  # fmt: skip
    rows, faults = read(data)
    assert [row["url"] for row in rows] == ["https://www.a.example/1", *(f"https://a.example/{n}" for n in (4, 5, 6))]
    assert rows[0] == {
        "text": TIDE, "date": "2024", "url": "https://www.a.example/1", "source": "a.example", "crawled": WHEN
    }  # fmt: skip
    assert faults == [
        "note: records that are no pages were passed over: 1 request records, 1 responses with status 404, 1 of type"
        " image/jpeg, 1 of type text/plain, 1 revisit records, 1 of type text/dns, 1 without a type"
    ]


def test_a_body_is_decoded():
    packed = gzip.compress(TIDE.encode())
    data = response("https://a.example/1", packed, http="Content-Encoding: gzip\r\n")
    data += response(
        "https://a.example/2", b"52\r\n" + TIDE.encode() + b"\r\n0\r\n\r\n", http="Transfer-Encoding: chunked\r\n"
    )
    data += response("https://a.example/3", b"\xff" * 99, http="content-encoding: gzip\r\n") + response(
        "https://a.example/4"
    )
    rows, faults = read(data)
    assert len(TIDE) == 0x52
    assert [row["text"] for row in rows] == [TIDE] * 3
    assert faults == ["bad: https://a.example/3: its body is not in its coding, gzip"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ('text/html; charset="windows-1256"', FLUT.replace("windows-1256", "utf-8").encode("cp1256")),
        ("text/html; charset=windows-1256", FLUT.encode()),  # valid UTF-8, whatever is said
        ("text/html", FLUT.encode("cp1256")),
        ("text/html; charset=klingon", FLUT.encode("cp1256")),
        ("text/html; charset=utf-8", FLUT.encode("cp1256")),  # what the page says is right
        ("text/html; charset=utf-8", b"\xff\xfe" + FLUT.encode("utf-16-le")),
    ],
)
def test_the_server_says_the_encoding_then_the_page(kind, body):
    rows, faults = read(response("https://a.example/1", body, kind))
    assert "جاء المد في الليل." in rows[0]["text"]
    assert faults == []


def test_a_page_in_an_encoding_that_nobody_says():
    body = FLUT.replace("windows-1256", "").encode("cp1256")
    rows, faults = read(response("https://a.example/1", body, "text/html"))
    assert rows == []
    assert faults[0].startswith("bad: https://a.example/1: not UTF-8 from byte ")
    rows, faults = read(response("https://a.example/1", body, "text/html"), "windows-1256")
    assert "جاء المد في الليل." in rows[0]["text"]


def test_a_few_broken_characters_cost_no_page():
    body = TIDE.encode().replace(b"came", b"c\xffme") + b" " * 100
    rows, faults = read(response("https://a.example/1", body))
    assert "The tide c\ufffdme in." in rows[0]["text"]
    assert faults == ["note: https://a.example/1: 1 characters are not in the page's encoding, they are U+FFFD"]


def test_texts_of_wet_files():
    data = record("warcinfo", b"a") + record(
        "conversion", "المد يغمر الميناء\nالرئيسية\nجاء المد في الليل.".encode(), "https://a.example/1",
        Content_Type="text/plain", WARC_Identified_Content_Language="ara,eng",
    )  # fmt: skip
    data += record("conversion", b"{}", "https://a.example/2", Content_Type="application/json")
    rows, faults = read(data)
    assert rows == [
        {
            "title": "المد يغمر الميناء", "text": "الرئيسية\nجاء المد في الليل.", "language": "ara",
            "url": "https://a.example/1", "crawled": WHEN, "source": "a.example",
        }
    ]  # fmt: skip
    assert faults == [
        "note: 1 of 1 pages name no date; the time of crawling is kept in extra",
        "note: records that are no pages were passed over: 1 of type application/json",
    ]


def test_a_page_that_the_crawler_cut_off_is_noted():
    rows, faults = read(response("https://a.example/1", WARC_Truncated="length"))
    assert len(rows) == 1
    assert faults == ["note: https://a.example/1: cut off by the crawler (length), read as far as it goes"]


def test_a_file_that_breaks_off_names_the_record():
    first, second = response("https://a.example/1"), response("https://a.example/2")
    reason = f"bad: the record at byte {len(first)} breaks off (fetch the file again)"
    for end in (20, 120, len(second) - 30):
        rows, faults = read(first + second[:end])
        assert [row["url"] for row in rows] == ["https://a.example/1"]
        assert faults == [reason]
    assert read(first + second[:-4])[1] == []  # only the blank lines behind it are missing


def test_what_is_no_record_is_counted_and_the_next_record_is_found():
    first, second = response("https://a.example/1"), response("https://a.example/2")
    rows, faults = read(first + b"x" * 50 + b"\r\n\r\n" + second + b"y" * 99)
    assert [row["url"] for row in rows] == ["https://a.example/1", "https://a.example/2"]
    gap, end = len(first) - 4, len(first) + 54
    tail = end + len(second) - 4
    assert faults == [
        f"bad: bytes {gap} to {end} are no WARC record (fetch the file again)",
        f"bad: bytes {tail} to {tail + 103} are no WARC record (fetch the file again)",
    ]
    assert read(b"no record at all, and nothing else") == (
        [], ["bad: bytes 0 to 34 are no WARC record (fetch the file again)"]
    )  # fmt: skip
    assert read(b"") == ([], [])


def test_lines_may_end_with_a_line_feed_alone():
    data = response("https://a.example/1")
    head, _, block = data.partition(b"\r\n\r\n")
    rows, faults = read(head.replace(b"\r\n", b"\n") + b"\n\n" + block + response("https://a.example/2"))
    assert [row["url"] for row in rows] == ["https://a.example/1", "https://a.example/2"]
    assert faults == []


@pytest.fixture
def crawl():
    return [response(f"https://a.example/{n}", TIDE.replace("tide", f"tide number {n}")) for n in range(4)]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bytes])
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst", "a.wet.gz", "crawl"])
def test_any_compression_and_name(tmp_path, crawl, pack, name):
    (tmp_path / name).write_bytes(b"".join(map(pack, crawl)))
    reader = read_articles(tmp_path / name, pages=False)
    articles = list(reader)
    assert [article.url for article in articles] == [f"https://a.example/{n}" for n in range(4)]
    assert [article.id for article in articles] == [f"u{ids}" for ids in Counter(a.id[1:] for a in articles)]
    assert {article.title for article in articles} == {"Tide"}
    assert {article.extra["crawled"] for article in articles} == {WHEN}
    assert {article.published for article in articles} == {None}
    assert "The tide number 3 came in." in articles[3].text
    assert (reader.report.read, reader.report.bad, reader.report.notes) == (4, 0, 1)


def test_two_captures_of_one_address_are_two_articles(tmp_path, crawl):
    (tmp_path / "a.warc").write_bytes(crawl[0] + crawl[1] + crawl[0])
    ids = [article.id for article in read_articles(tmp_path / "a.warc")]
    assert len(set(ids)) == 3
    assert ids[2] == f"{ids[0]}-2"


def test_a_damaged_member_is_one_bad_row(tmp_path, crawl):
    members = list(map(gzip.compress, crawl))
    (tmp_path / "a.warc.gz").write_bytes(b"".join(members[:3]) + members[3][:40])
    reader = read_articles(tmp_path / "a.warc.gz")
    assert len(list(reader)) == 3
    assert reader.report.bad == 1
    assert str(reader.report.problems[0]) == (
        f"{tmp_path}/a.warc.gz: the gz stream breaks off, what follows is lost (fetch the file again);"
        f" the last record starts at byte {2 * len(crawl[0])} (without compression)"
    )


def test_texts_of_wet_files_are_split_as_pages_of_a_folder(tmp_path):
    text = "Tide | Coast Wire\nTide floods the lower harbour\nThe tide came in, and the harbour was flooded by noon.\n"
    text += "Read also:\nRower found\nHe sang all night in the fog, and two fishermen heard him by the pier."
    (tmp_path / "a.warc.wet.gz").write_bytes(gzip.compress(record("conversion", text.encode(), "https://a.example/1")))
    whole = next(read_articles(tmp_path / "a.warc.wet.gz", pages=False))
    assert whole.text.endswith("by the pier.")
    page = next(read_articles(tmp_path / "a.warc.wet.gz"))
    assert page.extra == {"crawled": WHEN, "page": {"inline": ["Rower found"]}}


def test_the_title_of_a_wet_text_loses_the_outlet():
    text = "Tide floods the harbour | Coast Wire\nHome\nTide floods the harbour\nIt came by night."
    rows, _ = read(record("conversion", text.encode(), "https://a.example/1"))
    assert rows[0]["title"] == "Tide floods the harbour"
    assert rows[0]["text"] == "Home\nTide floods the harbour\nIt came by night."
    rows, _ = read(record("conversion", b"Tide | Coast Wire\nTide", "https://a.example/1"))
    assert rows[0]["title"] == "Tide | Coast Wire"


def test_an_expansion_limit_holds(tmp_path, crawl):
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"".join(crawl) * 9))
    with pytest.raises(InputError, match=r"a\.warc\.gz: expands to more than is allowed \(allow more: --expanded"):
        list(read_articles(tmp_path / "a.warc.gz", expanded_limit=1e-6))


def test_arc_is_refused_by_name(tmp_path):
    (tmp_path / "a.arc").write_bytes(b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain 76\n1 0 x\n")
    with pytest.raises(InputError, match=r"a\.arc: ARC, the format before WARC, which is not read \(convert it: "):
        read_articles(tmp_path / "a.arc")


def test_without_fastwarc_the_command_to_install_is_named(tmp_path, crawl, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fastwarc", None)
    (tmp_path / "a.warc").write_bytes(crawl[0])
    with pytest.raises(MissingPackageError, match=r'^reading WARC needs fastwarc: pip install "sada-news\[warc\]"$'):
        read_articles(tmp_path / "a.warc")


def test_a_fault_of_the_stream_is_raised_after_the_rows_before_it(crawl):
    class Broken(io.BytesIO):
        def read1(self, size=-1):
            data = super().read1(min(size, 100))
            if not data:
                raise UnreadableError("the disk is gone")
            return data

    items = warc_rows(Broken(crawl[0] + crawl[1]), lambda page: {"text": page})
    assert [next(items)[1]["url"] for _ in range(2)] == ["https://a.example/0", "https://a.example/1"]
    with pytest.raises(UnreadableError, match="the disk is gone; the last record starts at byte"):
        next(items)
    assert not any(isinstance(item, Fault) for item in items)
