"""Versions of a dictionary against copies of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.storage import layered
from sada.indexes.storage.layered import Layered

KEYS = st.integers(0, 9)
CHANGES = st.dictionaries(KEYS, st.none() | st.integers(0, 9), max_size=4)


@given(st.dictionaries(KEYS, st.integers(0, 9)), st.lists(CHANGES, max_size=8), st.integers(0, 6))
def test_each_version_is_a_copy_that_was_changed(entries, changes, least):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layered, "_LEAST", least)
        version, expected = Layered(dict(entries)), dict(entries)
        versions = [(version, expected)]
        for some in changes:
            version = version.changed(some)
            expected = {key: value for key, value in {**expected, **some}.items() if value is not None}
            versions.append((version, expected))
            assert len(version._changes) <= max(least, len(version._entries) // 16)
    for version, expected in versions:
        assert dict(version) == expected and len(version) == len(expected)
        for key in range(10):
            assert (key in version) == (key in expected) and version.get(key) == expected.get(key)
