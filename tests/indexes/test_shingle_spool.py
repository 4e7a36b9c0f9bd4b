from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes import shingle_spool
from sada.indexes.errors import SadaError
from sada.indexes.minhash import shared_shingles, sketch
from sada.indexes.shingle_spool import MappedSets, ShingleSpool

TEXTS = st.text(st.sampled_from("ab cd عاجل 漢字 12"), max_size=60)


@settings(deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=4), max_size=6), st.sampled_from([4, 12, 1 << 20]))
def test_sets_come_back_as_they_went_in(batches, in_memory):
    with patch.object(shingle_spool, "_IN_MEMORY", in_memory), ShingleSpool() as spool:
        for batch in batches:
            spool.add(sketch(batch))
        sets = spool.sets()
    whole = sketch([text for batch in batches for text in batch])
    assert np.array_equal(sets.bounds, whole.bounds)
    assert np.array_equal(sets.shingles, whole.shingles)
    assert np.array_equal(sets.keys, whole.keys)


def test_released_sets_are_read_again(monkeypatch):
    monkeypatch.setattr(shingle_spool, "_IN_MEMORY", 20)
    texts = [f"one two three four {number}" for number in range(50)]
    with ShingleSpool() as spool:
        spool.add(sketch(texts))
        sets = spool.sets()
    assert isinstance(sets, MappedSets)
    before = sets.shingles.copy()
    sets.release()
    assert np.array_equal(sets.shingles, before)
    left, right = np.zeros(49, np.int64), np.arange(1, 50)
    assert shared_shingles(sets, left, right).tolist() == [2] * 49


def test_few_shingles_stay_in_memory():
    with ShingleSpool() as spool:
        spool.add(sketch(["one two three four five"]))
        assert not isinstance(spool.sets(), MappedSets)


def test_a_full_disk_is_named(monkeypatch):
    monkeypatch.setattr(shingle_spool, "_IN_MEMORY", 20)
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(shingle_spool.tempfile, "TemporaryFile", lambda prefix: full)
        with ShingleSpool() as spool, pytest.raises(SadaError, match="set TMPDIR to a folder with room"):
            spool.add(sketch([f"one two three four {number}" for number in range(50)]))
