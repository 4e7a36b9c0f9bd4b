"""What tests of the encoder's training share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from .collected import write


@pytest.fixture
def collections(tmp_path: Path) -> Path:
    """Pairs with English, pairs without, and words."""
    write(tmp_path / "news/ar-en.tsv.xz", "مرحبا\tHello there", "من\tX", "half a row")
    write(tmp_path / "news/en-fr.tsv.xz", 'Good "night\tBonne nuit')
    write(tmp_path / "others/de-fr.tsv.xz", "Gute Nacht\tBonne nuit", "Danke schön\tMerci bien")
    write(tmp_path / "others/ku-uz.tsv.xz", "spas dikim\trahmat katta")
    write(tmp_path / "others/fa-tr.tsv.xz", "سپاسگزارم\tTeşekkürler")
    write(tmp_path / "words/en-sw.tsv.xz", "house | home\tnyumba | makazi | kaya | boma")
    return tmp_path
