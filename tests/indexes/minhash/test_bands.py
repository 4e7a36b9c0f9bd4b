from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.minhash.bands import MISS, Bands, band_keys
from sada.indexes.minhash.sketches import sketch

signatures = st.lists(st.lists(st.integers(0, 2), min_size=128, max_size=128), max_size=6).map(
    lambda rows: np.array(rows, np.uint32).reshape(-1, 128)
)


@given(signatures, st.sampled_from([Bands(32, 4), Bands(42, 3), Bands(8, 16), Bands(25, 5)]))
def test_keys_are_equal_where_bands_are(found, bands):
    keys = band_keys(found, bands)
    assert keys.shape == (bands.count, len(found)) and keys.dtype == np.uint64
    cut = found[:, : bands.count * bands.rows].reshape(-1, bands.count, bands.rows)
    for a in range(len(found)):
        for b in range(len(found)):
            assert ((keys[:, a] == keys[:, b]) == (cut[a] == cut[b]).all(axis=1)).all()


@given(st.floats(0.56, 1.0))
def test_the_widest_bands_that_miss_little_enough(jaccard):
    bands = Bands.for_jaccard(jaccard)
    assert bands.count == 128 // bands.rows
    assert bands.miss(jaccard) <= MISS
    if bands.rows < 16:
        assert Bands(128 // (bands.rows + 1), bands.rows + 1).miss(jaccard) > MISS


@pytest.mark.parametrize(
    ("jaccard", "count", "rows"), [(0.5, 42, 3), (0.6, 42, 3), (0.7, 32, 4), (0.8, 25, 5), (0.9, 16, 8), (1.0, 8, 16)]
)
def test_bands_by_intent(jaccard, count, rows):
    assert Bands.for_jaccard(jaccard) == Bands(count, rows)


def test_the_stated_miss_is_that_of_minhash():
    """Pairs of one Jaccard share no band about as often as is said."""
    bands, missed, pairs = Bands(16, 8), 0, 400
    for pair in range(pairs):
        words = [f"w{pair}x{place}" for place in range(122)]
        other = [*words[:100], *(f"{word}y" for word in words[100:])]  # 98 shingles of 142 are shared
        keys = band_keys(sketch([" ".join(words), " ".join(other)]).signatures, bands)
        missed += not (keys[:, 0] == keys[:, 1]).any()
    stated = bands.miss(98 / 142)
    assert abs(missed / pairs - stated) < 4 * (stated * (1 - stated) / pairs) ** 0.5


def test_what_is_stored_is_read_again():
    bands = Bands.for_jaccard(0.8)
    assert Bands.of_stamp(bands.stamp(0.8)) == bands
    for wrong in ({"bands": 43, "rows": 3}, {"bands": 0, "rows": 3}, {"bands": 3, "rows": -1}):
        with pytest.raises(ValueError, match="do not fit 128"):
            Bands.of_stamp(wrong)
