"""Collections as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.train_encoder.sources import Pair, read_pairs

from .collected import source, write


def test_pairs_are_read_as_they_stand(collections: Path) -> None:
    first, second = read_pairs(collections, source("news"))
    assert first == [Pair("ar", "مرحبا", "en", "Hello there"), Pair("ar", "من", "en", "X")]
    assert second == [Pair("en", 'Good "night', "fr", "Bonne nuit")]


def test_lines_are_paired_with_the_english_ones(tmp_path: Path) -> None:
    write(tmp_path / "lines/ar.txt.xz", "واحد", "اثنان", "ثلاثة")
    write(tmp_path / "lines/en.txt.xz", "one", "two", "")
    write(tmp_path / "lines/fr.txt.xz", "un", " ", "trois")
    arabic, french = read_pairs(tmp_path, source("lines"))
    assert arabic == [Pair("ar", "واحد", "en", "one"), Pair("ar", "اثنان", "en", "two")]
    assert french == [Pair("fr", "un", "en", "one")]


def test_an_absent_collection_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(read_pairs(tmp_path, source("nowhere")))
