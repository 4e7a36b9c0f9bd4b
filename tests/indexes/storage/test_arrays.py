from __future__ import annotations

import errno
import os

import numpy as np
import pytest
import xxhash

from sada.indexes.disk.durable import write_file
from sada.indexes.errors import IndexDamagedError, IndexReadOnlyError, NoRoomError, SadaError
from sada.indexes.storage import arrays
from sada.indexes.storage.arrays import BLOCK, ArrayFile, StoredArray, write_array, write_parts

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


def read_array(folder, entry):
    return StoredArray(folder, entry).whole()


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
        with pytest.raises(IndexDamagedError, match=r"not those that were written.*rebuild"):
            read_array(tmp_path, entry)
    path.write_bytes(whole)
    assert StoredArray(tmp_path, entry).complaint() is None
    assert np.array_equal(read_array(tmp_path, entry), array)


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\0", lambda data: b""])
def test_other_lengths_are_found(tmp_path, change):
    entry = write_array(tmp_path, "kind", np.arange(5))
    path = tmp_path / entry.name
    data = change(path.read_bytes())
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError, match=f"{len(data)} bytes where {entry.bytes} were written"):
        read_array(tmp_path, entry)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_a_file_that_a_process_has_no_room_for_is_not_called_missing(tmp_path, monkeypatch, number):
    entry = write_array(tmp_path, "kind", np.arange(5))

    def no_room(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(arrays.mmap, "mmap", no_room)
    with pytest.raises(NoRoomError, match=f"{entry.name}: .*(memory|files open)"):
        StoredArray(tmp_path, entry)


def test_a_file_that_this_user_may_not_read_is_not_called_missing(tmp_path, monkeypatch):
    entry = write_array(tmp_path, "kind", np.arange(5))

    def denied(*args, **kwargs):
        raise PermissionError(errno.EACCES, "no", str(tmp_path / entry.name))

    monkeypatch.setattr(arrays, "open_handle", denied)
    with pytest.raises(IndexReadOnlyError, match=f"{entry.name}: .*mend its permissions"):
        StoredArray(tmp_path, entry)


def test_a_file_that_the_disk_fails_to_read_is_not_called_missing(tmp_path, monkeypatch):
    entry = write_array(tmp_path, "kind", np.arange(5))

    def broken(*args, **kwargs):
        raise OSError(errno.EIO, "no", str(tmp_path / entry.name))

    monkeypatch.setattr(arrays, "open_handle", broken)
    with pytest.raises(SadaError, match=f"{entry.name}: the disk fails to read or write; check it"):
        StoredArray(tmp_path, entry)


def test_a_missing_file_is_found(tmp_path):
    entry = write_array(tmp_path, "kind", np.arange(5))
    (tmp_path / entry.name).unlink()
    with pytest.raises(IndexDamagedError, match=f"{entry.name}: missing"):
        read_array(tmp_path, entry)


def test_objects_are_refused(tmp_path):
    with pytest.raises(ValueError, match="kind: an array of objects"):
        write_array(tmp_path, "kind", np.array([{}], object))


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_file(path, [b"old"])

    def fail(*args):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(arrays.os, "fsync", fail)
    with pytest.raises(NoRoomError, match=f"{path}: no space left on its disk; make room"):
        write_file(path, [b"new"])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_bytes_reach_the_disk_before_the_name_does(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(arrays.os, "fsync", lambda handle: (steps.append("sync"), fsync(handle)))
    monkeypatch.setattr(arrays.Path, "replace", lambda self, to: (steps.append("rename"), replace(self, to)))
    assert write_file(tmp_path / "file", [b"ne", b"w"]) == 3
    assert steps == ["sync", "rename", "sync"]


SIZES = [BLOCK - 128, BLOCK - 129, BLOCK, 3 * BLOCK - 128, 100_000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cut", [1 << 30, 1000, BLOCK, BLOCK - 128, 7])
def test_parts_make_the_file_that_the_whole_makes(tmp_path, size, cut):
    array = np.random.default_rng(size).integers(0, 256, size, np.uint8)
    parts = (array[start : start + cut] for start in range(0, size, cut))
    whole, pieced = write_array(tmp_path, "kind", array), write_parts(tmp_path, "kind", array.dtype, (size,), parts)
    assert whole[1:] == pieced[1:]
    assert (tmp_path / whole.name).read_bytes() == (tmp_path / pieced.name).read_bytes()
    assert np.array_equal(read_array(tmp_path, pieced), array)
    assert np.array_equal(np.load(tmp_path / pieced.name), array)


def test_parts_that_fail_leave_no_file_of_that_name(tmp_path):
    def parts():
        yield np.zeros(5)
        raise IndexDamagedError

    with pytest.raises(IndexDamagedError):
        write_parts(tmp_path, "kind", np.dtype(float), (10,), parts())
    assert list(tmp_path.iterdir()) == []


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.fixture
def rows(tmp_path):
    """A stored array of 500 rows of 512 bytes: 16 blocks, of which some rows touch two."""
    array = np.arange(500 * 128, dtype=np.uint32).reshape(500, 128)
    return array, tmp_path, write_array(tmp_path, "kind", array)


def test_any_rows_are_those_of_the_whole(rows):
    array, folder, entry = rows
    rng = np.random.default_rng(1)
    for count in (0, 1, 7, 900):
        wanted = rng.integers(0, 500, count)
        assert np.array_equal(StoredArray(folder, entry).at(wanted), array[wanted])


def test_damage_is_found_by_whoever_looks_at_it_and_by_no_one_else(rows):
    array, folder, entry = rows
    path = folder / entry.name
    for row, at in ((3, 128 + 3 * 512), (400, 128 + 400 * 512 + 511)):
        flip(path, at)
        block = at // BLOCK
        stored = StoredArray(folder, entry)
        for other in range(500):
            first, last = (128 + other * 512) // BLOCK, (128 + other * 512 + 511) // BLOCK
            if block in (0, first, last):  # which says how to read the others
                with pytest.raises(IndexDamagedError, match=f"{entry.name}: its bytes are not those"):
                    stored.at(np.array([other]))
            else:
                assert np.array_equal(stored.at(np.array([other])), array[[other]])
        with pytest.raises(IndexDamagedError):
            StoredArray(folder, entry).at(np.array([row]))
        with pytest.raises(IndexDamagedError):
            stored.check_spans(np.array([0]), np.array([500]))
        assert stored.complaint() == f"{path}: its bytes are not those that were written"
        flip(path, at)


def test_spans_of_elements_are_checked_whole(tmp_path):
    array = np.arange(40_000, dtype=np.uint32)
    entry = write_array(tmp_path, "kind", array)
    flip(tmp_path / entry.name, 128 + 4 * 20_000)
    stored = StoredArray(tmp_path, entry)
    stored.check_spans(np.array([0, 39_000, 20_000]), np.array([10, 40_000, 20_000]))  # the last one is empty
    with pytest.raises(IndexDamagedError):
        stored.check_spans(np.array([0]), np.array([40_000]))


def test_more_blocks_than_are_checked_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "_CHECKED_AT_ONCE", 3)
    array = np.arange(20 * BLOCK, dtype=np.uint8)
    entry = write_array(tmp_path, "kind", array)
    stored = StoredArray(tmp_path, entry)
    stored.check_spans(np.array([0]), np.array([len(array)]))
    assert stored.checked.all()
    flip(tmp_path / entry.name, 15 * BLOCK)
    with pytest.raises(IndexDamagedError):
        StoredArray(tmp_path, entry).check_spans(np.array([0]), np.array([len(array)]))


@pytest.mark.parametrize("place", [-1, -8, -16])
def test_a_damaged_digest_is_damage(rows, place):
    _, folder, entry = rows
    flip(folder / entry.name, place)
    with pytest.raises(IndexDamagedError, match="not those that were written"):
        StoredArray(folder, entry).at(np.array([0]))


def test_an_array_outlives_its_file(rows):
    array, folder, entry = rows
    stored = StoredArray(folder, entry)
    (folder / entry.name).unlink()
    assert np.array_equal(stored.whole(), array) and not stored.missing
    assert StoredArray(folder, entry).missing


@pytest.mark.parametrize("left", [0, 5000, BLOCK])
def test_a_file_that_is_cut_while_it_is_mapped_is_told(tmp_path, left):
    entry = write_array(tmp_path, "kind", np.arange(4 * BLOCK))
    stored = StoredArray(tmp_path, entry)
    assert stored.at(np.array([4 * BLOCK - 1])).tolist() == [4 * BLOCK - 1]
    os.truncate(tmp_path / entry.name, left)
    for read in (stored.whole, lambda: stored.at(np.array([4 * BLOCK - 1])), lambda: stored.at(np.array([0]))):
        with pytest.raises(IndexDamagedError, match=f"{left} bytes now where {entry.bytes} were written"):
            read()


HEADERS = [
    "{'descr': '<i8', 'fortran_order': True, 'shape': (4,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (-4,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (4, 1, 1), }",
    "{'descr': '>i8', 'fortran_order': False, 'shape': (4,), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (4,), }",
    "{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (4,), }",
    "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (4,), }",
    "{'fortran_order': False, 'descr': '<i8', 'shape': (4,), }",
    "{'descr': '<i8', 'fortran_order': False, 'shape': (" + "1" * 9000 + ",), }",
    "[" * 5000,
    "",
]


def with_header(folder, text, length=None):
    """An array file of four numbers with any header, whose digests are right."""
    line = text.encode() + b" " * (-(len(text) + 11) % 64) + b"\n"
    size = len(line) if length is None else length
    content = b"\x93NUMPY\x01\0" + size.to_bytes(2, "little") + line + np.arange(4).tobytes()
    digests = b"".join(xxhash.xxh3_64_digest(content[at : at + BLOCK]) for at in range(0, len(content), BLOCK))
    (folder / "forged.npy").write_bytes(content + digests)
    entry = ArrayFile("forged.npy", len(content) + len(digests), xxhash.xxh3_128_hexdigest(digests))
    return StoredArray(folder, entry)


@pytest.mark.parametrize("text", HEADERS, ids=range(len(HEADERS)))
def test_a_header_that_sada_does_not_write_is_refused_though_the_checksum_is_right(tmp_path, text):
    fine = "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }"
    assert with_header(tmp_path, fine).whole().tolist() == [0, 1, 2, 3]
    for given, length in ((text, None), (fine, 9)):
        stored = with_header(tmp_path, given, length)
        assert stored.complaint() is None
        with pytest.raises(IndexDamagedError, match=r"forged\.npy: its (header is not one|bytes are not those of)"):
            stored.whole()


@pytest.mark.parametrize("span", [(-1, 1), (0, 11), (3, 2), (11, 11), (1 << 62, 1 << 62), (-(1 << 63), 0)])
def test_spans_that_are_not_within_the_array_are_refused(tmp_path, span):
    stored = StoredArray(tmp_path, write_array(tmp_path, "kind", np.arange(10)))
    stored.check_spans(np.array([0, 10]), np.array([10, 10]))
    with pytest.raises(IndexDamagedError, match="10 rows do not hold what other arrays look for"):
        stored.check_spans(np.array([0, span[0]]), np.array([3, span[1]]))
