"""One connection answers one thread at a time."""

import threading

import pytest

from sada.indexes import NewsIndex


class Guarded:
    """A connection that is used by nobody who does not hold the lock."""

    def __init__(self, connection, lock):
        self._connection, self._lock = connection, lock

    def __getattr__(self, name):
        assert self._lock._is_owned(), f"{name} without the lock"
        return getattr(self._connection, name)


@pytest.mark.parametrize("use", [lambda catalog: catalog.refresh(), lambda catalog: catalog.setting("generation")])
def test_the_connection_is_used_under_the_lock(tmp_path, use):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        catalog = index.snapshot.catalog
        whole, catalog._lock = catalog._connection, threading.RLock()
        catalog._connection = Guarded(whole, catalog._lock)
        use(catalog)
        catalog._connection = whole
