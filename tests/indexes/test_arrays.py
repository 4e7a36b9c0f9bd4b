from __future__ import annotations

import os

import numpy as np
import pytest

from sada.indexes import arrays
from sada.indexes.arrays import check_file, read_array, write_array, write_file
from sada.indexes.errors import IndexDamaged

ARRAYS = [
    np.arange(10, dtype=np.int64),
    np.arange(12, dtype=np.uint32).reshape(3, 4),
    np.zeros((0,), np.uint32),
    np.zeros((0, 64), np.float32),
    np.zeros((32, 0), np.uint64),
    np.array([1], np.uint8),
    np.arange(12, dtype=np.float32).reshape(3, 4).T,
    np.array([np.nan, np.inf, -0.0]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_what_is_written_is_read(tmp_path, array):
    entry = write_array(tmp_path, "kind", array)
    found = read_array(tmp_path, entry)
    assert found.dtype == array.dtype and found.shape == array.shape
    assert np.array_equal(found, array, equal_nan=array.dtype.kind == "f")
    assert np.load(tmp_path / entry.name).tobytes() == np.ascontiguousarray(array).tobytes()
    assert entry.bytes == (tmp_path / entry.name).stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [entry.name]


def test_read_arrays_cannot_be_changed(tmp_path):
    found = read_array(tmp_path, write_array(tmp_path, "kind", np.arange(5)))
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1


def test_names_are_never_used_twice(tmp_path):
    assert len({write_array(tmp_path, "kind", np.arange(3)).name for _ in range(5)}) == 5


@pytest.mark.parametrize("array", ARRAYS[:4], ids=lambda array: f"{array.dtype}{array.shape}")
def test_every_flipped_byte_is_found(tmp_path, array):
    entry = write_array(tmp_path, "kind", array)
    path = tmp_path / entry.name
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(IndexDamaged, match=r"not those that were written.*rebuild"):
            read_array(tmp_path, entry)
    path.write_bytes(whole)
    assert check_file(path, entry) is None


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\0", lambda data: b""])
def test_other_lengths_are_found(tmp_path, change):
    entry = write_array(tmp_path, "kind", np.arange(5))
    path = tmp_path / entry.name
    data = change(path.read_bytes())
    path.write_bytes(data)
    with pytest.raises(IndexDamaged, match=f"{len(data)} bytes where {entry.bytes} were written"):
        read_array(tmp_path, entry)


def test_a_missing_file_is_found(tmp_path):
    entry = write_array(tmp_path, "kind", np.arange(5))
    (tmp_path / entry.name).unlink()
    with pytest.raises(IndexDamaged, match=f"{entry.name}: missing"):
        read_array(tmp_path, entry)


def test_objects_are_refused(tmp_path):
    with pytest.raises(ValueError, match="kind: an array of objects"):
        write_array(tmp_path, "kind", np.array([{}], object))


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_file(path, b"old")

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(arrays.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_bytes_reach_the_disk_before_the_name_does(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(arrays.os, "fsync", lambda handle: (steps.append("sync"), fsync(handle)))
    monkeypatch.setattr(arrays.Path, "replace", lambda self, to: (steps.append("rename"), replace(self, to)))
    write_file(tmp_path / "file", b"new")
    assert steps == ["sync", "rename", "sync"]
