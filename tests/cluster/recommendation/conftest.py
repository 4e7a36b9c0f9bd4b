"""Indexes of a file's own making, for each test a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sada.indexes import NewsIndex
from sada.indexes.article import Article


@pytest.fixture
def index(shared: NewsIndex, tmp_path: Path, events: list[Article]) -> Iterator[NewsIndex]:
    """A copy of the file's ``shared`` index that a test may change; what ``prose`` tells is not in it."""
    with NewsIndex.open(shutil.copytree(shared.path, tmp_path / "i.sada"), encoder=shared.encoder or "none") as opened:
        yield opened
