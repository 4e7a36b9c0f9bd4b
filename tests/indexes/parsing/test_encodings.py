from __future__ import annotations

import sys

import pytest

from sada.indexes.parsing.encodings import EncodingError, decode_page, mend_of, not_utf8, to_utf8_as_declared
from sada.indexes.parsing.faults import UnreadableError, WrongEncodingError

ARABIC = "افتتح رئيس البلدية اليوم جسرا جديدا فوق النهر"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1256">', "windows-1256"),
        ("<META Charset=Windows-1256>", "windows-1256"),
        ('<head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-6">', "iso-8859-6"),
        ('<?xml version="1.0" encoding="windows-1256"?><html>', "windows-1256"),
        ('<!-- <meta charset="koi8-r"> --><meta charset="windows-1256">', "windows-1256"),
        ('<meta charset="windows-1256">', "utf-8"),
        ("<p>", "utf-8"),
    ],
)
def test_a_page_is_in_the_encoding_that_it_declares_unless_it_is_utf8(head, encoding):
    page = f"{head}<p>{ARABIC}"
    assert decode_page(page.encode(encoding)) == page


def test_names_mean_what_browsers_take_them_for():
    assert decode_page("<meta charset=iso-8859-1>“ö”".encode("cp1252")) == "<meta charset=iso-8859-1>“ö”"
    assert decode_page("<meta charset=gb2312>喆".encode("gb18030")) == "<meta charset=gb2312>喆"
    assert decode_page(b"<meta charset=iso-2022-jp>\x1b$B@>\x1b(B") == "<meta charset=iso-2022-jp>西"


@pytest.mark.parametrize(
    ("page", "line", "reason"),
    [
        (
            "خبر عن جسر المدينة".encode("cp1256"),
            1,
            "not UTF-8 from byte 0 on, in line 1 (name its encoding: --encoding",
        ),
        (b"<p>ok\ncaf\xe9", 2, "broken UTF-8 at byte 3 of the line (if the file is in another encoding, name its"),
        (b"<meta charset=utf-8>caf\xe9", 1, "broken UTF-8 at byte 23 of the line"),
        (b"<meta charset=nonsense>\xe9", 1, "declares an unknown encoding, nonsense (name its encoding: --encoding"),
        (b"<meta charset=euc-jp>\n\xff\xff", 2, "declares euc-jp but is not in it at byte 22 (name its encoding"),
    ],
)
def test_a_page_that_is_not_what_it_declares_is_refused(page, line, reason):
    with pytest.raises(EncodingError) as caught:
        decode_page(page)
    assert caught.value.line == line
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("text", "encoding", "at"),
    [(f"id,title\n1,{ARABIC}\n", "windows-1256", 11), ("été à la mer, où les élèves dînent là-bas\n", "latin-1", 0)],
)
def test_text_in_another_encoding_is_told_by_its_start(text, encoding, at):
    reason = not_utf8(text.encode(encoding) * 9)
    assert reason.startswith(
        f"not UTF-8 from byte {at} on, in line {2 if at else 1} (name its encoding: --encoding NAME"
    )


def test_a_few_broken_bytes_are_no_other_encoding():
    assert not_utf8(b"x\xe9\n" * 9) is None
    assert not_utf8(ARABIC.encode() + b"\xe9\xe8\xe7\xe9\xe8\xe7\xe9\xe8\xe7") is None
    assert not_utf8((ARABIC * 9).encode()[:-1]) is None
    assert not_utf8(b"") is None


SENTENCES = {
    "windows-1256": "افتتح رئيس البلدية جسرا جديدا فوق النهر صباح اليوم\n",
    "windows-1251": "Мэр открыл новый мост через реку сегодня утром в городе\n",
    "windows-1254": "Belediye başkanı bugün nehir üzerinde yeni bir köprü açtı\n",
    "gb18030": "市长今天早上在河上开通了一座新桥\n",
    "shift_jis": "市長は今朝、川に架かる新しい橋を開通させた\n",
}


@pytest.mark.parametrize("encoding", SENTENCES)
def test_an_encoding_is_guessed_where_the_package_for_it_is_there(encoding):
    pytest.importorskip("charset_normalizer")
    assert mend_of((SENTENCES[encoding] * 3).encode(encoding)) == (
        f"name its encoding: --encoding NAME, at a guess {encoding}"
    )


def test_no_encoding_is_guessed_for_a_few_letters_or_without_the_package(monkeypatch):
    general = "name its encoding: --encoding NAME, for example windows-1256"
    assert mend_of("جسر".encode("windows-1256")) == general
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    assert mend_of((SENTENCES["windows-1256"] * 3).encode("windows-1256")) == general


def xml(declared: str, text: str = ARABIC) -> str:
    return f"<?xml version='1.0'{declared}?><a>{text}</a>"


@pytest.mark.parametrize("size", [1, 50, 100_000])
@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        (" encoding='windows-1256'", "cp1256"),
        (' encoding="ISO-8859-6"', "iso-8859-6"),
        (" encoding='windows-1256'", "utf-8"),
        (" encoding='utf-16'", "utf-8"),
        (" encoding='koi9'", "utf-8"),
        ("", "utf-8"),
    ],
)
def test_a_stream_of_xml_is_in_the_encoding_that_it_declares_unless_it_is_utf8(declared, encoding, size):
    data = xml(declared, ARABIC * 2000).encode(encoding)
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    assert b"".join(to_utf8_as_declared(chunks)).decode() == xml(declared, ARABIC * 2000)


def test_pages_inside_of_xml_declare_nothing_for_it():
    data = xml("", f"<![CDATA[<meta charset='windows-1252'>]]>{'x' * 70_000}{ARABIC}").encode()
    assert b"".join(to_utf8_as_declared([data[:66_000], data[66_000:]])) == data


@pytest.mark.parametrize(
    ("declared", "start"), [("", "not UTF-8 "), (" encoding='koi9'", "declares koi9, but is not UTF-8 ")]
)
def test_xml_that_is_in_neither_encoding_is_told(declared, start):
    with pytest.raises(WrongEncodingError, match=rf"^{start}from byte \d+ on, in line 1 \(name its encoding: "):
        list(to_utf8_as_declared([xml(declared).encode("cp1256")]))


def test_a_stream_that_breaks_off_gives_what_was_before():
    def chunks():
        yield b"<a>"
        raise UnreadableError("cut off")

    found = to_utf8_as_declared(chunks())
    assert next(found) == b"<a>"
    with pytest.raises(UnreadableError, match="cut off"):
        next(found)
