from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.errors import SadaError
from sada.indexes.minhash import shingle_spool
from sada.indexes.minhash.shingle_spool import FiledSets, ShingleSpool
from sada.indexes.minhash.sketches import shared_shingles, sketch

TEXTS = st.text(st.sampled_from("ab cd عاجل 漢字 12"), max_size=60)


@given(st.lists(st.lists(TEXTS, max_size=4), max_size=6), st.sampled_from([4, 12, 1 << 20]))
def test_sets_come_back_as_they_went_in(batches, in_memory):
    with patch.object(shingle_spool, "_IN_MEMORY", in_memory):
        spool = ShingleSpool()
        for batch in batches:
            spool.add(sketch(batch))
        sets = spool.sets()
    whole = sketch([text for batch in batches for text in batch])
    assert np.array_equal(sets.bounds, whole.bounds)
    assert np.array_equal(sets.shingles, whole.shingles)
    assert np.array_equal(sets.keys, whole.keys)


def test_rows_of_a_file_are_read_and_compared(monkeypatch):
    monkeypatch.setattr(shingle_spool, "_IN_MEMORY", 20)
    texts = [f"one two three four {number}" if number % 7 else "" for number in range(50)]
    spool, whole = ShingleSpool(), sketch(texts)
    spool.add(whole)
    sets = spool.sets()
    assert isinstance(sets, FiledSets)
    rows = np.array([3, 3, 49, 0, 7, 12])
    for found, wanted in ((sets.sets_of(rows), whole.sets_of(rows)), (sets.span(5, 30), whole.span(5, 30))):
        assert np.array_equal(found.bounds, wanted.bounds)
        assert np.array_equal(found.shingles, wanted.shingles)
        assert np.array_equal(found.keys, wanted.keys)
    left, right = np.repeat(np.arange(50), 50), np.tile(np.arange(50), 50)
    assert np.array_equal(shared_shingles(sets, left, right), shared_shingles(whole, left, right))
    assert shared_shingles(sets, left[:0], right[:0]).tolist() == []


def test_few_shingles_stay_in_memory():
    spool = ShingleSpool()
    whole = sketch(["one two three four five"])
    spool.add(whole)
    sets = spool.sets()
    assert not isinstance(sets, FiledSets)
    assert sets.shingles.tolist() == whole.shingles.tolist() and len(whole.shingles) == 3


def test_a_full_disk_is_named(monkeypatch):
    monkeypatch.setattr(shingle_spool, "_IN_MEMORY", 20)
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(shingle_spool.tempfile, "TemporaryFile", lambda prefix: full)
        with pytest.raises(SadaError, match="set TMPDIR to a folder with room"):
            ShingleSpool().add(sketch([f"one two three four {number}" for number in range(50)]))
