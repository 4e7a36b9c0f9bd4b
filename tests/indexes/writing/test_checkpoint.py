from __future__ import annotations

import numpy as np
import pytest

from sada.indexes.errors import IndexDamagedError, UntrustedIndexError
from sada.indexes.storage.arrays import write_array
from sada.indexes.writing import checkpoint
from sada.indexes.writing.checkpoint import Checkpoint, drop_checkpoints, unfinished

STAMP = {"name": "x", "dimension": 3, "revision": "1", "fingerprint": "f", "text_rule": "r"}
RNG = np.random.default_rng(1)
KEYS = RNG.integers(1, 1 << 63, (20, 2), dtype=np.uint64)
VECTORS = RNG.standard_normal((20, 3)).astype(np.float16)


@pytest.fixture
def pool(tmp_path):
    found = Checkpoint(tmp_path, STAMP)
    for start, stop in ((0, 1), (1, 8), (8, 20)):
        found.put(KEYS[start:stop], VECTORS[start:stop])
    return found


@pytest.mark.parametrize("most", [1, 64])
def test_vectors_come_back_by_place_in_any_order(pool, monkeypatch, most):
    monkeypatch.setattr(checkpoint, "_OPEN", most)
    assert np.array_equal(pool.keys, KEYS) and pool.keys.dtype == np.uint64
    for places in (np.arange(20), np.arange(20)[::-1], np.array([7, 7, 0, 19]), np.zeros(0, np.int64)):
        found = pool.vectors(places)
        assert found.dtype == np.float16 and np.array_equal(found, VECTORS[places])


def test_what_was_put_is_there_when_it_is_opened_again(pool, tmp_path):
    again = Checkpoint(tmp_path, STAMP)
    order = [KEYS.tolist().index(key) for key in again.keys.tolist()]  # chunks come in the order of their checksums
    assert sorted(order) == list(range(20))
    assert np.array_equal(again.vectors(np.arange(20)), VECTORS[order])
    assert len(Checkpoint(tmp_path, STAMP | {"revision": "2"}).keys) == 0


def test_a_checkpoint_that_is_a_link_is_not_opened(pool, tmp_path):
    away = pool.folder.rename(tmp_path / "away")
    pool.folder.symlink_to(away, target_is_directory=True)
    before = sorted(path.name for path in away.iterdir())
    with pytest.raises(UntrustedIndexError, match=f"{pool.folder}: is a link"):
        Checkpoint(tmp_path, STAMP)
    assert sorted(path.name for path in away.iterdir()) == before and unfinished(tmp_path) is None


def test_the_stamp_of_a_stranger_is_one_of_an_encoder_or_is_not_told(pool, tmp_path):
    (pool.folder / "stamp.json").write_text('{"dimension": 3}')
    assert unfinished(tmp_path) is None


def sizes(pool):
    return sorted(len(np.load(file)) for file in pool.folder.glob("*.npy"))


@pytest.mark.parametrize(("seconds", "writes"), [(1e9, 3), (0, 10)])
def test_what_fills_slowly_is_written_often_and_ends_as_the_same_chunks(tmp_path, monkeypatch, seconds, writes):
    pool, written, put = Checkpoint(tmp_path, STAMP), [], Checkpoint.put
    monkeypatch.setattr(Checkpoint, "put", lambda *given, **named: (put(*given, **named), written.append(1)))
    with pool.filling(8, seconds) as filling:
        for start in range(0, 20, 2):
            filling.add(KEYS[start : start + 2], VECTORS[start : start + 2])
            assert len(pool.keys) == (start + 2 if not seconds else (start + 2) // 8 * 8)
            assert np.array_equal(pool.vectors(np.arange(len(pool.keys))), VECTORS[: len(pool.keys)])
    assert sizes(pool) == [4, 8, 8] and len(written) == writes
    assert np.array_equal(pool.keys, KEYS) and np.array_equal(pool.vectors(np.arange(20)), VECTORS)
    assert len(Checkpoint(tmp_path, STAMP).keys) == 20


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_was_added_before_an_exception_is_kept(tmp_path, error):
    pool = Checkpoint(tmp_path, STAMP)
    with pytest.raises(error), pool.filling(100, 1e9) as filling:
        filling.add(KEYS[:3], VECTORS[:3])
        filling.add(KEYS[3:5], VECTORS[3:5])
        raise error
    assert np.array_equal(Checkpoint(tmp_path, STAMP).keys, KEYS[:5])


def test_an_interruption_while_a_chunk_is_written_in_the_place_of_another(tmp_path, monkeypatch):
    pool, put = Checkpoint(tmp_path, STAMP), Checkpoint.put

    def interrupted(self, keys, vectors, replaces_last):
        put(self, keys, vectors, replaces_last)
        if len(keys) == 4:
            monkeypatch.undo()
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "put", interrupted)
    with pytest.raises(KeyboardInterrupt), pool.filling(100, 0) as filling:
        for start in range(0, 20, 2):
            filling.add(KEYS[start : start + 2], VECTORS[start : start + 2])
    assert np.array_equal(Checkpoint(tmp_path, STAMP).keys, KEYS[:4])


def test_a_chunk_that_is_harmed_while_it_is_open_is_noticed(pool):
    for file in pool.folder.glob("*.npy"):
        data = bytearray(file.read_bytes())
        data[128] ^= 1
        file.write_bytes(data)
    with pytest.raises(IndexDamagedError, match="not those that were written"):
        pool.vectors(np.arange(20))


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((4, 10), np.uint16),  # of two columns, not three
        np.zeros((4, 11), np.int16),
        np.zeros(44, np.uint16),
        np.full((4, 11), 0x7E00, np.uint16),  # not a number
    ],
)
def test_a_chunk_that_cannot_be_of_the_encoder_is_deleted_though_its_checksum_is_right(pool, tmp_path, rows):
    entry = write_array(pool.folder, "chunk", rows)
    (pool.folder / entry.name).rename(pool.folder / f"{entry.checksum}.npy")
    assert len(Checkpoint(tmp_path, STAMP).keys) == 20
    assert not (pool.folder / f"{entry.checksum}.npy").exists()


def test_pools_are_told_and_dropped(pool, tmp_path):
    assert unfinished(tmp_path) == STAMP
    Checkpoint(tmp_path, {"name": "other", "dimension": 1})
    (tmp_path / "writer.lock").touch()
    drop_checkpoints(tmp_path, but=STAMP)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([pool.folder.name, "writer.lock"])
    drop_checkpoints(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["writer.lock"]
    assert unfinished(tmp_path) is None and unfinished(tmp_path / "absent") is None
