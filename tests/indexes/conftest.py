"""What tests of several rooms of the indexes share."""

from __future__ import annotations

import os

import pytest

from sada.indexes.storage import database


@pytest.fixture
def quick_disks(monkeypatch):
    """Nothing waits for a disk or for a reader: no machine loses its power here."""
    connect = database.connect

    def quickly(path, *how):
        connection = connect(path, *how)
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA busy_timeout = 0")
        return connection

    monkeypatch.setattr(database, "connect", quickly)
    monkeypatch.setattr(os, "fsync", lambda handle: None)
