from __future__ import annotations

import json
import os
import resource
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.errors import InputError, SadaError
from sada.indexes.reading.readers import read_articles
from sada.indexes.storage import spool as spool_module
from sada.indexes.storage.spool import Lines, Origin, Spool


def origin(path):
    return Origin.of(str(path), path.stat())


@given(st.lists(st.lists(st.binary(min_size=1, max_size=30))), st.sets(st.integers(0, 12)))
def test_lines_come_back_in_order_without_those_dropped(batches, dropped):
    with Spool() as spool:
        for batch in batches:
            spool.add(batch)
        lines = [line for batch in batches for line in batch]
        assert len(spool) == len(lines)
        ended = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        expected = [line for place, line in enumerate(ended) if place not in dropped]
        for block in (1, 20, 1 << 20, 1):  # and again
            with patch.object(spool_module, "_BLOCK", block):
                blocks = list(spool.without(dropped))
            assert b"".join(blocks) == b"".join(expected)
            if block == 1:
                assert blocks == expected


def test_lines_of_files_are_read_again(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"one\n\ntwo\nthree\n")
    second.write_bytes(b"four\n")
    with Spool() as spool:
        spool.add([Lines(origin(first), 0, 4), Lines(origin(first), 5, 4), b"between", Lines(origin(first), 9, 6)])
        spool.add([Lines(origin(second), 0, 5), b"own\n", b"last\n"])
        assert list(spool.without(())) == [b"one\n", b"two\n", b"between\n", b"three\n", b"four\n", b"own\nlast\n"]
        assert b"".join(spool.without({0, 2, 5})) == b"two\nthree\nfour\nlast\n"


@pytest.mark.parametrize("change", ["longer", "replaced"])
def test_a_file_that_was_changed_meanwhile_is_refused(tmp_path, change):
    path = tmp_path / "rows"
    path.write_bytes(b"one\n")
    with Spool() as spool:
        spool.add([Lines(origin(path), 0, 4)])
        if change == "longer":
            path.write_bytes(b"one\ntwo\n")
        else:
            (tmp_path / "other").write_bytes(b"two\n")
            (tmp_path / "other").replace(path)
        with pytest.raises(InputError, match=r"rows: changed while it was read"):
            list(spool.without(()))


@pytest.mark.parametrize("when", ["before the first batch", "while it is read again"])
def test_a_file_is_known_by_what_was_opened(tmp_path, monkeypatch, when):
    path = tmp_path / "rows.jsonl"
    lines = [json.dumps({"id": str(at), "title": f"title {at}"}).encode() + b"\n" for at in range(6)]
    path.write_bytes(b"".join(lines))
    monkeypatch.setattr(spool_module, "_BLOCK", 1)

    def replace():
        (tmp_path / "other").write_bytes(b"x" * 6 * len(lines[0]))
        (tmp_path / "other").replace(path)

    with Spool() as spool:
        for batch in read_articles(path).batches(lambda article: b""):
            if when == "before the first batch":
                replace()
            spool.add(batch.lines)
        given = spool.without(())
        if when == "while it is read again":
            assert next(given) == lines[0]
            stale = path.stat()
            path.write_bytes(b"x" * 6 * len(lines[0]))
            os.utime(path, ns=(stale.st_atime_ns, stale.st_mtime_ns + 1))
        with pytest.raises(InputError, match=r"rows.jsonl: changed while it was read \(run it again\)"):
            list(given)


def test_a_file_that_is_gone_is_told_before_the_first_line(tmp_path):
    paths = [tmp_path / "first", tmp_path / "second"]
    with Spool() as spool:
        for path in paths:
            path.write_bytes(b"one\n")
            spool.add([Lines(origin(path), 0, 4)])
        paths[1].unlink()
        with pytest.raises(InputError, match=r"second: cannot be read again \(No such file or directory\)"):
            next(spool.without(()))


def test_one_file_is_open_at_a_time(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = len(os.listdir("/dev/fd")) + 8
    with Spool() as spool:
        for number in range(40):
            path = tmp_path / str(number)
            path.write_bytes(b"%02d\n" % number)
            spool.add([Lines(origin(path), 0, 3), b"own\n"])
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard))
        try:
            blocks = list(spool.without({1, 2}))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert b"".join(blocks) == b"00\nown\n" + b"".join(b"%02d\nown\n" % number for number in range(2, 40))
        before = len(os.listdir("/dev/fd"))
        assert next(spool.without(())) == b"00\n"
        assert len(os.listdir("/dev/fd")) == before


def test_closing_does_not_hide_why_lines_could_not_be_set_aside(monkeypatch):
    full = Path("/dev/full").open("wb+")  # noqa: SIM115 - closed by the spool
    monkeypatch.setattr(spool_module.tempfile, "TemporaryFile", lambda **_: full)
    with pytest.raises(SadaError, match="set TMPDIR to a folder with room"), Spool() as spool:
        spool.add([b"x" * 100])  # waits in the buffer
        list(spool.without(()))
