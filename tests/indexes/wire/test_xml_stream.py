from __future__ import annotations

import sys

import pytest

from sada.indexes.errors import MissingPackageError
from sada.indexes.parsing.faults import UnreadableError, WrongEncodingError


def elements_of(data, *names: str):
    pytest.importorskip("lxml")
    from sada.indexes.wire.xml_stream import XmlElements

    return XmlElements([data] if isinstance(data, bytes) else data, names or ["a"], "reading a test")


def texts_of(data, *names):
    from sada.indexes.wire.xml_text import line_text

    elements = elements_of(data, *names)
    found = [line_text(element) for element in elements]
    return found, list(elements.faults(len(found)))


def test_elements_come_one_by_one_whatever_their_prefix_and_however_the_bytes_are_cut():
    data = '<r xmlns:x="urn:x"><x:a>أ</x:a><b>no</b><a xmlns="urn:y">ب</a>\n<a/></r>'.encode()
    for size in (1, 7, 1000):
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        assert texts_of(chunks) == (["أ", "ب", ""], [])


def test_lines_are_those_of_the_starts():
    from sada.indexes.wire.xml_stream import line_of

    assert [line_of(one) for one in elements_of(b"<r>\n<a>\n1</a>\n<a>2</a></r>")] == [2, 4]


@pytest.mark.parametrize(
    ("data", "found", "line", "reason"),
    [
        (
            b"<r>\n<a>1 &amp; 2</b></a></r>",
            ["1 & 2"],
            2,
            "Opening and ending tag mismatch: a line 2 and b",
        ),
        (b"<r><a>1</a>\n<a>2", ["1", "2"], 2, "Premature end of data in tag a line 2 (and 1 more such places)"),
        (b"<r><a>1\x0b</a></r>", ["1"], 1, "PCDATA invalid Char value 11"),
    ],
)
def test_broken_places_cost_themselves_alone_and_are_noted(data, found, line, reason):
    texts, faults = texts_of(data)
    assert texts == found
    ((place, fault),) = faults
    assert (place, fault.kind) == (line, "note")
    assert fault.reason.startswith("not well-formed XML, what stands there or later may be lost: ")
    assert reason.split(" (and")[0] in fault.reason


def test_a_broken_file_without_any_element_is_bad_and_told_in_one_line():
    for data in (b"<r><b></r>", b"<r><a>1<![CDATA[2\n3"):
        _, ((_, fault),) = texts_of(data, "c")
        assert (fault.kind, fault.reason.count("\n")) == ("bad", 0)


def test_a_second_document_is_not_lost_in_silence():
    texts, ((line, fault),) = texts_of(b"<r><a>1</a></r>\n<?xml version='1.0'?><r><a>2</a></r>")
    assert (texts, line, fault.kind) == (["1"], 2, "note")


def test_names_of_letters_that_the_file_does_not_declare_are_read():
    assert texts_of("<r><a>Café&nbsp;&eacute;t&eacute; &amp; &lt;b&gt;</a></r>".encode()) == (["Café été & <b>"], [])


def test_no_other_file_is_read_and_entities_are_not_expanded(tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    data = f'<!DOCTYPE r [<!ENTITY s SYSTEM "file://{tmp_path}/secret"><!ENTITY w "word">]><r><a>x &s; &w; y</a></r>'
    assert texts_of(data.encode()) == (["x &s; &w; y"], [])


@pytest.mark.parametrize(("declared", "encoding"), [("windows-1256", "cp1256"), ("iso-8859-1", "cp1252")])
def test_the_declared_encoding_is_right_also_in_later_chunks(declared, encoding):
    word = "النهر" if encoding == "cp1256" else "“été”"
    data = f'<?xml version="1.0" encoding="{declared}"?><r><a>{word}</a><a>{word}</a></r>'.encode(encoding)
    assert texts_of([data[:50], data[50:]]) == ([word, word], [])


def test_utf8_is_read_as_such_whatever_is_declared():
    data = '<?xml version="1.0" encoding="windows-1256"?><r><a>النهر</a></r>'.encode()
    assert texts_of(data) == (["النهر"], [])


def test_an_undeclared_encoding_is_told():
    elements = elements_of("<r><a>افتتح رئيس البلدية جسرا فوق النهر</a></r>".encode("cp1256"))
    assert list(elements) == []
    with pytest.raises(WrongEncodingError, match=r"^not UTF-8 from byte 6 on, in line 1 \(name its encoding"):
        list(elements.faults(0))


def test_a_file_that_breaks_off_gives_its_elements_first():
    def chunks():
        yield b"<r><a>1</a><a>2</a><a>"
        raise UnreadableError("cut off")

    elements = elements_of(chunks())
    assert len(list(elements)) == 3
    faults = elements.faults(3)
    assert next(faults)[1].kind == "note"
    with pytest.raises(UnreadableError, match="cut off"):
        next(faults)


def test_an_element_is_given_up_when_the_next_one_is_asked_for():
    elements = elements_of(b"<r><a>1</a><b/><a>2</a><a>3</a></r>")
    first, _, third = elements
    assert (first.getparent(), first.text, len(third.getparent())) == (None, None, 1)


def test_an_empty_file_gives_nothing():
    assert texts_of(b"") == ([], [])


def test_a_missing_lxml_is_named(monkeypatch):
    from sada.indexes.wire.xml_stream import XmlElements

    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(MissingPackageError, match=r'^reading NITF needs lxml: pip install "sada-news\[feeds\]"$'):
        XmlElements([b"<r/>"], ["a"], "reading NITF")
