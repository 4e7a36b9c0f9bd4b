from __future__ import annotations

import pytest

from sada.indexes.parsing.faults import RefusedError
from sada.indexes.parsing.file_names import format_of_name
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.sniff import delimiter_of, sniff


@pytest.mark.parametrize(
    ("header", "delimiter"), [("a,b;c,d", ","), ('"a,b,c";d', ";"), ("a\tb,c\td", "\t"), ("title", ",")]
)
def test_delimiters(header, delimiter):
    assert delimiter_of(header) == delimiter


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", "jsonl"),
        ("a.NDJSON.GZ", "jsonl"),
        ("x/a.json.zst", "json"),
        ("a.b.csv", "csv"),
        ("a.tsv", "tsv"),
        ("a.parquet", "parquet"),
        ("a.txt.gz", "txt"),
        ("a.htm", "html"),
        ("a.gz", None),
        ("jsonl", None),
    ],
)
def test_names_promise_formats(name, expected):
    assert format_of_name(name) == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("-", b'{"title": "x"}\n{"title": "y"}\n', "jsonl"),
        ("-", b'\n{"title": "x"}\nnot json\n', "jsonl"),
        ("-", b'{"title": \n{"title": "y"}\n', "jsonl"),
        ("-", b'{"title": "x"}\n', "jsonl"),
        ("-", b' {"id": 7, "body": "x", "images": [{"href": "y"}]}', "jsonl"),
        ("-", b'{"items": [{"title": "x"}]}\n', "json"),
        ("-", b'{"title": "a feed", "items": [{"title": "x"}]}\n', "json"),
        ("-", b'{"id": 7}\n', "json"),
        ("-", b'{"title": "x"', "json"),
        ("-", b'{\n "articles": [\n', "json"),
        ("-", b' [{"title": "x"}]', "json"),
        ("-", b"id,title\n1,x\n", "csv"),
        ("-", b'"id";"Text"\n1;x\n', "csv"),
        ("-", b"text\nx\n", "csv"),
        ("-", b"  <!doctype html>", "html"),
        ("-", b"PAR1....", "parquet"),
        ("-", b"Just some words\n", None),
        ("a.json", b'{"title": "x"}\n{"title": "y"}\n', "jsonl"),
        ("a.json", b'{"title": "x"}', "json"),
        ("a.json", b"nothing", "json"),
        ("a.jsonl", b'[\n{"title": "x"}\n]', "json"),
        ("a.jsonl", b'[{"title": "x"},\n{"title": "y"}]', "json"),
        ("a.jsonl", b'[1]\n{"title": "x"}\n', "jsonl"),
        ("a.jsonl", b'{"title": \n', "jsonl"),
        ("a.txt", b'{"title": "x"}', "txt"),
        ("a.txt", b"<!DOCTYPE html><title>x</title>", "html"),
        ("a.txt", b"\n<html lang='en'>\n<p>x</p>", "html"),
        ("a.txt", b"<b>Port</b> reopens", "txt"),
        ("a.txt", b"<Wire> The mayor opened a bridge.", "txt"),
        ("a.txt", b"<3 the bridge", "txt"),
        ("a.html", b"<recipe>soup</recipe>", "html"),
    ],
)
def test_first_lines_tell_the_format(name, data, expected):
    for size in (1, 7, 1000):
        chunks = iter([data[start : start + size] for start in range(0, len(data), size)])
        found, rest = sniff(name, chunks, RowMapper().has_content)
        assert found == expected
        assert b"".join(rest) == data


@pytest.mark.parametrize("size", [1, 9, 1000])
@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("", "<?xml version='1.0'?>\n<rdf:RDF xmlns:rdf='urn:r'\n xmlns='http://purl.org/rss/1.0/'>", "feed"),
        ("a.xml", "<!-- news --><urlset xmlns='urn:s'>", "sitemap"),
        ("a.txt", "<?xml version='1.0'?>\n<rss version='2.0'>", "feed"),
        ("a.rss", '[{"title": "t"}]', "json"),
        ("a.atom", "<feed>", "feed"),
        ("a.xml", "<html><p>x</p></html>", "html"),
        ("a.newsml", "<NewsML>", "newsml"),
        ("a.nitf", "<nitf>", "nitf"),
    ],
)
def test_xml_is_told_by_its_root_however_it_is_cut(name, text, found, size):
    data = text.encode()
    chunks = iter([data[start : start + size] for start in range(0, len(data), size)])
    kind, rest = sniff(name, chunks, RowMapper().has_content)
    assert (kind, b"".join(rest)) == (found, data)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.xls", "<html><table><tr><td>title</td></tr></table>", "an HTML table, and no Excel file as its name says"),
        ("a.rss", "<!DOCTYPE html><h1>404</h1>", "HTML, and not what its name says: perhaps an error page"),
        (
            "a.txt",
            "<?xml version='1.0'?><catalog><title>x</title></catalog>",
            "XML (root element <catalog>), which is not",
        ),
        (
            "a.html",
            "\n<?xml version='1.0'?><catalog><title>x</title></catalog>",
            "XML (root element <catalog>), which is",
        ),
        ("a.txt", "<DOC>\n<DOCNO> 1 </DOCNO>", "SGML in the style of TREC (root element <DOC>), which is not read"),
        ("a.txt", '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS>', "SGML of Reuters-21578"),
        (
            "a.html",
            "<rdf:RDF xmlns='http://purl.org/rss/1.0/'>",
            "RDF (root element <RDF>), not a page (let its name end",
        ),
    ],
)
def test_markup_under_a_name_of_something_else_is_refused(name, text, reason):
    with pytest.raises(RefusedError) as error:
        sniff(name, iter([text.encode()]), RowMapper().has_content)
    assert str(error.value).startswith(reason)
