"""Ids in files."""

from __future__ import annotations

import gzip
import json

import pytest

from sada.cli.options.filters import filter_options
from sada.indexes.errors import InputError


@pytest.mark.parametrize(
    "content",
    [
        "a1\n\n  a2 \r\nمقال 3",
        '{"id": "a1", "title": "t"}\n{"id": "a2"}\n{"id": "مقال 3"}\n',
        gzip.compress('a1\n{"id": "a2"}\nمقال 3'.encode(), mtime=0),
    ],
)
def test_exclude_takes_ids_from_files(call, tmp_path, content):
    path = tmp_path / "seen"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    filters = call("--exclude", str(path), "--exclude", "b" * 5000, bundles=[filter_options])["filters"]
    assert filters.exclude == {"a1", "a2", "مقال 3", "b" * 5000}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "a"}\n{"id": \n', "seen, line 2: "),
        (json.dumps({"title": "t"}).encode(), "seen, line 1: no id"),
        (b'{"id": ["a", "b"]}', "seen, line 1: id is a list"),
        (b"a\n\xff", "seen, line 2: not UTF-8 from byte 2 on"),
    ],
)
def test_a_file_of_ids_that_cannot_be_read_is_an_error(call, tmp_path, content, message):
    path = tmp_path / "seen"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        call("--exclude", str(path), bundles=[filter_options])


def test_a_file_of_ids_may_be_in_another_encoding(call, tmp_path):
    (tmp_path / "seen").write_bytes("مقال 1\nمقال 2".encode("windows-1256"))
    given = ("--exclude", str(tmp_path / "seen"), "--encoding", "windows-1256")
    assert call(*given, bundles=[filter_options])["filters"].exclude == {"مقال 1", "مقال 2"}
