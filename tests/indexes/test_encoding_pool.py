from __future__ import annotations

import numpy as np
import pytest

from sada.indexes import encoding_pool
from sada.indexes.encoding_pool import EncodingPool, drop_pools, unfinished
from sada.indexes.errors import IndexDamaged

STAMP = {"name": "x", "dimension": 3}
RNG = np.random.default_rng(1)
KEYS = RNG.integers(1, 1 << 63, (20, 2), dtype=np.uint64)
VECTORS = RNG.standard_normal((20, 3)).astype(np.float16)


@pytest.fixture
def pool(tmp_path):
    found = EncodingPool(tmp_path, STAMP)
    for start, stop in ((0, 1), (1, 8), (8, 20)):
        found.put(KEYS[start:stop], VECTORS[start:stop])
    return found


@pytest.mark.parametrize("most", [1, 64])
def test_vectors_come_back_by_place_in_any_order(pool, monkeypatch, most):
    monkeypatch.setattr(encoding_pool, "_OPEN", most)
    assert np.array_equal(pool.keys, KEYS) and pool.keys.dtype == np.uint64
    for places in (np.arange(20), np.arange(20)[::-1], np.array([7, 7, 0, 19]), np.zeros(0, np.int64)):
        found = pool.vectors(places)
        assert found.dtype == np.float16 and np.array_equal(found, VECTORS[places])


def test_what_was_put_is_there_when_it_is_opened_again(pool, tmp_path):
    again = EncodingPool(tmp_path, STAMP)
    order = [KEYS.tolist().index(key) for key in again.keys.tolist()]  # chunks come in the order of their checksums
    assert sorted(order) == list(range(20))
    assert np.array_equal(again.vectors(np.arange(20)), VECTORS[order])
    assert len(EncodingPool(tmp_path, STAMP | {"revision": "2"}).keys) == 0


def test_a_chunk_that_is_harmed_while_it_is_open_is_noticed(pool):
    for file in pool.folder.glob("*.npy"):
        data = bytearray(file.read_bytes())
        data[128] ^= 1
        file.write_bytes(data)
    with pytest.raises(IndexDamaged, match="not those that were written"):
        pool.vectors(np.arange(20))


def test_pools_are_told_and_dropped(pool, tmp_path):
    assert unfinished(tmp_path) == STAMP
    EncodingPool(tmp_path, {"name": "other", "dimension": 1})
    (tmp_path / "writer.lock").touch()
    drop_pools(tmp_path, but=STAMP)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([pool.folder.name, "writer.lock"])
    drop_pools(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["writer.lock"]
    assert unfinished(tmp_path) is None and unfinished(tmp_path / "absent") is None
