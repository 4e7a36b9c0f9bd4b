"""Bodies of HTTP responses lose their codings, also those that are stored in another way than their header says."""

from __future__ import annotations

import gzip
import zlib

import pytest
import zstandard

from sada.indexes.crawls.http_body import CodingError, plain_body

PAGE = b"<html><body>" + "مد وجزر ".encode() * 500 + b"</body></html>"
LIMIT = 1 << 20
BROTLI = bytes.fromhex("0b03803c703e6869210a03")  # "<p>hi!\n" as brotli writes it


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def packed_twice(data):
    return zstandard.compress(gzip.compress(data))


@pytest.mark.parametrize(
    ("pack", "coding"),
    [
        (bytes, ""),
        (bytes, "identity"),
        (gzip.compress, "gzip"),
        (gzip.compress, "X-GZIP"),
        (zlib.compress, "deflate"),
        (raw_deflate, "deflate"),
        (zstandard.compress, "zstd"),
        (packed_twice, "gzip, zstd"),
        (bytes, "gzip"),
        (b"\n".__add__, "zstd"),
    ],
)
def test_codings_are_taken_off(pack, coding):
    assert plain_body(pack(PAGE), "", coding, LIMIT).strip() == PAGE


def test_brotli_is_taken_off():
    pytest.importorskip("fastwarc")
    assert plain_body(BROTLI, "", "br", LIMIT) == b"<p>hi!\n"
    assert plain_body(PAGE, "", "br", LIMIT) == PAGE
    with pytest.raises(CodingError, match=r"^its body is not in its coding, br$"):
        plain_body(b"\xff" * 40, "", "br", LIMIT)


def test_chunks_are_joined():
    assert (
        plain_body(b"3\r\n<p>\r\n0006;x=y\r\nab\r\ncd\r\n0\r\nTrailer: x\r\n\r\n", "chunked", "", LIMIT)
        == b"<p>ab\r\ncd"
    )
    assert plain_body(b"5 \n<p>hi\n0\n\n", "Chunked", "", LIMIT) == b"<p>hi"
    assert plain_body(b"9\r\n<p>cut", "chunked", "", LIMIT) == b"<p>cut"
    assert plain_body(PAGE, "chunked", "", LIMIT) == PAGE
    packed = gzip.compress(PAGE)
    assert plain_body(b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed), "chunked", "gzip", LIMIT) == PAGE


def test_a_body_that_is_cut_off_gives_what_there_is():
    for data, coding in ((gzip.compress(PAGE), "gzip"), (zstandard.compress(PAGE * 200), "zstd")):
        part = plain_body(data[:-6], "", coding, 1 << 24)
        assert part
        assert (PAGE * 200).startswith(part)


def test_no_more_than_the_limit_is_expanded():
    zeros = b"<" + b"0" * 50_000_000
    for data, coding in ((gzip.compress(zeros), "gzip"), (zstandard.compress(zeros), "zstd"), (zeros, "")):
        assert plain_body(data, "", coding, 1000) == zeros[:1000]


def test_what_cannot_be_decoded_is_named():
    with pytest.raises(CodingError, match=r"^its body is not in its coding, gzip$"):
        plain_body(b"\xff" * 40, "", "gzip", LIMIT)
    with pytest.raises(CodingError, match=r"^its body has an unknown coding, rot13$"):
        plain_body(PAGE, "", "rot13", LIMIT)
