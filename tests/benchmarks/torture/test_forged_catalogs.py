"""A few indexes of a stranger, in this process: what is wrong with them is told in one line, or harmless."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from torture import forged_catalogs
from torture.cases import Outcome
from torture.catalog_forgeries import KINDS, mutations

SEED, COUNT = 19, 48


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bases")
    forged_catalogs.make_bases(folder)
    return [folder / f"{name}.sada" for name in forged_catalogs.ENCODERS]


@pytest.fixture
def here(monkeypatch):
    """Run commands in this process, so that an error that is none of Sada's is seen with its traceback."""

    def run(function, *arguments, limit):
        function(*arguments)
        return forged_catalogs.Ended()

    monkeypatch.setattr(forged_catalogs, "apart", run)


@pytest.mark.filterwarnings("ignore::sada.indexes.errors.IndexWarning")
@pytest.mark.parametrize("mutation", list(mutations(SEED, COUNT)), ids=str)
def test_an_index_of_a_stranger_is_refused_or_harmless(bases, here, tmp_path, mutation):
    outcome, what = forged_catalogs.plant(bases[mutation.seed % 2], tmp_path / "case", mutation, 60.0)
    assert outcome is Outcome.SURVIVED, what


def test_every_kind_is_forged_and_the_same_seed_forges_the_same():
    first, again = list(mutations(SEED, COUNT)), list(mutations(SEED, COUNT))
    assert first == again and set(Counter(one.kind for one in first).values()) == {COUNT // len(KINDS)}
    assert first != list(mutations(SEED + 1, COUNT))


def test_what_is_changed_beside_an_index_is_seen(bases, here, tmp_path, monkeypatch):
    def careless(path: Path, more: Path, rng: random.Random) -> None:
        (path.parent / "outside" / "thesis.txt").unlink()

    monkeypatch.setattr(forged_catalogs, "use", careless)
    outcome, what = forged_catalogs.plant(bases[0], tmp_path / "case", next(mutations(1, 1)), 60.0)
    assert outcome is Outcome.LOST and what.endswith("files were changed that are not of the index")
