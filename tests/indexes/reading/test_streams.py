from __future__ import annotations

import bz2
import gzip
import lzma

import orjson
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.errors import InputError
from sada.indexes.parsing.faults import RefusedError, TooLargeError, UnreadableError, WrongEncodingError
from sada.indexes.reading.streams import Decoding, Progress, as_file, decode, read_chunks, take


def through(data, size=1 << 16):
    chunks = (data[start : start + size] for start in range(0, len(data), size))
    return b"".join(decode(iter(chunks)))


@given(st.binary(max_size=400), st.binary(max_size=400), st.integers(1, 50))
def test_members_and_frames_are_read_one_after_the_other(first, second, size):
    plain = b"{" + b" " * 3 + first + second
    halves = b"{   " + first, second
    assert through(b"".join(map(gzip.compress, halves)), size) == plain
    for compress in (zstandard.compress, bz2.compress, lzma.compress):
        assert through(b"".join(map(compress, halves)), size) == plain
    assert through(gzip.compress(halves[0]) + b"\0" * 64 + gzip.compress(second) + b"\0" * 9, size) == plain
    assert through(plain, size) == plain


def test_skippable_frames_are_skipped():
    frame = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    assert through(frame + zstandard.compress(b'{"id": 1}')) == b'{"id": 1}'


COMPRESSIONS = [
    (gzip.compress, "gz"),
    (zstandard.compress, "zst"),
    (lambda data: bz2.compress(data, 1), "bz2"),
    (lzma.compress, "xz"),
    (lambda data: lzma.compress(data, lzma.FORMAT_ALONE), "lzma"),
]


@pytest.mark.parametrize(("compress", "name"), COMPRESSIONS)
def test_a_stream_that_breaks_off_gives_what_came_before(compress, name):
    whole = b"".join(orjson.dumps({"id": number, "x": str(number**9)}) + b"\n" for number in range(40_000))
    data = compress(whole)
    stream = as_file(decode(iter([data[: len(data) // 2]])))
    lines = []
    with pytest.raises(UnreadableError, match=f"^the {name} stream breaks off, what follows is lost"):
        for line in stream:
            lines.append(line)
    assert 1000 < len(lines) < 40_000
    assert lines == whole.splitlines(keepends=True)[: len(lines)]


@pytest.mark.parametrize(
    "mark",
    [gzip.compress(b"x" * 5000)[:200], zstandard.compress(b"x")[:6], bz2.compress(b"x")[:12], lzma.compress(b"x")[:14]],
    ids=["gz", "zst", "bz2", "xz"],
)
def test_damage_is_raised_where_it_stands(mark):
    head, rest = take(decode(iter([mark + b"\xff" * 90])), lambda chunk, head: True)
    assert set(head) <= set(b"x")
    with pytest.raises(UnreadableError, match="what follows is lost"):
        list(rest)


@pytest.mark.parametrize("text", ['{"id": "خبر"}', "العنوان,النص,التاريخ\nجسر,نص الجسر,2026-03-03\n"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_wide_encodings_without_a_mark_must_be_named(encoding, text):
    named = rf"^UTF-16 or binary, not UTF-8 \(if it is text, name its encoding: --encoding {encoding}\)$"
    for data in (text.encode(encoding), gzip.compress(text.encode(encoding))):
        with pytest.raises(WrongEncodingError, match=named):
            list(decode(iter([data])))
        assert b"".join(decode(iter([data]), Decoding.of(encoding))).decode() == text


@pytest.mark.parametrize("text", ["أعيد فتح مرفأ تامريت بعد العاصفة", "Порт Тамрит снова открыт"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_letters_that_would_pass_as_utf8_are_told_by_their_scripts(text, encoding):
    data = text.encode(encoding)
    assert data.decode()
    with pytest.raises(WrongEncodingError, match=rf"--encoding {encoding}\)$"):
        list(decode(iter([data])))


@pytest.mark.parametrize("data", [b'{"id": 1}\n' + bytes(99) + b'\n{"id": 2}\n', b"abcd\0" * 9, b"abcd\0" + b"e" * 9])
def test_zero_bytes_at_any_place_are_no_wide_letters(data):
    assert b"".join(decode(iter([data]))) == data


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_byte_order_mark_is_believed_before_a_name(encoding, size):
    text = "عنوان,نص 🗞\n" * 9
    for compress in (bytes, gzip.compress, zstandard.compress):
        data = compress(("\ufeff" + text).encode(encoding))
        chunks = (data[start : start + size] for start in range(0, len(data), size))
        assert b"".join(decode(chunks, Decoding.of("windows-1256"))).decode() == text


def test_bytes_that_are_not_in_the_named_encoding_end_the_text_where_they_stand():
    found = []
    with pytest.raises(WrongEncodingError, match=r"^not cp1252 at byte 5 \(name another encoding: --encoding NAME\)$"):
        found.extend(decode(iter([b"caf\xe9 \x81 x"]), Decoding.of("windows-1252")))
    assert b"".join(found).decode() == "café "
    with pytest.raises(WrongEncodingError, match=r"^not utf-16-le at byte 6 "):
        list(decode(iter([b"\xff\xfea\0b\0c"])))


@pytest.mark.parametrize(("name", "limit"), [("klingon", 1), ("base64", 1), ("x\0", 1), ("utf-8", 0)])
def test_decodings_that_there_are_not(name, limit):
    with pytest.raises(InputError, match=r"^(no encoding|a limit of 0 GB)"):
        Decoding.of(name, limit)


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_what_expands_beyond_the_limit_is_refused(compress):
    data = compress(b"x" * 3_000_000)
    assert len(b"".join(decode(iter([data]), Decoding.of(expanded_limit=0.003)))) == 3_000_000
    with pytest.raises(TooLargeError, match=r"^expands to more than is allowed \(allow more: --expanded-limit GB\)$"):
        list(decode(iter([data]), Decoding.of(expanded_limit=0.002)))


def test_a_mark_at_the_start_is_no_text():
    assert through(b"\xef\xbb\xbf{}") == through(gzip.compress(b"\xef\xbb\xbf{}")) == b"{}"
    assert through(b"\xef\xbb\xbf") == b""


def test_bytes_are_counted_as_they_lie_on_disk():
    data = gzip.compress(b"x" * 1_000_000)
    progress = Progress()
    assert len(b"".join(decode(read_chunks(as_file(iter([data])), progress)))) == 1_000_000
    assert progress.done == len(data)


def test_few_bytes_that_expand_far_are_noticed_in_time():
    data = bz2.compress(b"x" * 45_000_000) * 200  # 9 GB in 13 kB
    given = []
    with pytest.raises(TooLargeError):
        given.extend(map(len, decode(iter([data]), Decoding.of(expanded_limit=0.05))))
    assert sum(given) <= 50_000_000


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"\x80\x04\x95\x0a\0\0\0", "a pickle, which may run any program when it is read, so Sada never does"),
        (b"\x80\x02]q\0", "a pickle"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file, which is not read"),
        (b"%PDF-1.7", "a PDF"),
        (b"7z\xbc\xaf\x27\x1c", "an archive, but no zip or tar"),
        (b"Rar!\x1a\x07", "an archive, but no zip or tar"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"FEA1\0\0\0\0", "Feather of version 1"),
        (b"Obj\x01\x04", "Avro"),
        (b"\0" * 8 + b"DUCK\x40", "a DuckDB file"),
    ],
)
def test_binary_files_are_refused_by_name(head, reason):
    for data in (head, gzip.compress(head)):
        with pytest.raises(RefusedError) as caught:
            decode(iter([data]))
        assert str(caught.value).startswith(reason)
