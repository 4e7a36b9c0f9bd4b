"""What stands for large segments: which structure, made how, how many of its lists are searched."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.search import quantized
from sada.indexes.search.quantized import Plan, QuantizedSearch, build, plan
from sada.indexes.segments.segment import VECTORS
from sada.indexes.storage.arrays import StoredArray, write_array
from sada.indexes.threads import use_threads

LOWEST = np.float32(-np.inf)


def stored(folder: Path, rows: int, dimension: int, seed: int) -> StoredArray:
    values = unit_rows(np.random.default_rng(seed).normal(size=(rows, dimension))).astype(np.float16)
    return StoredArray(folder, write_array(folder, VECTORS, values))


@pytest.mark.parametrize(
    ("rows", "dimension", "wanted"),
    [
        (0, 512, None),
        (65_536, 512, None),
        (65_537, 512, Plan(65_537, 512, 1, 0)),
        (262_144, 512, Plan(262_144, 512, 1, 0)),
        (262_145, 512, Plan(262_145, 512, 2, 512)),
        (1_000_000, 384, Plan(1_000_000, 384, 2, 1024)),
        (200_000, 256, Plan(200_000, 256, 2, 0)),  # short codes are rougher
        (10_000_000, 64, Plan(10_000_000, 64, 4, 4096)),
    ],
)
def test_the_size_decides(rows: int, dimension: int, wanted: Plan | None) -> None:
    assert plan(rows, dimension) == wanted


@pytest.mark.parametrize("lists", [0, 16])
def test_the_same_bytes_for_any_number_of_threads(lists: int, tmp_path: Path) -> None:
    array, made = stored(tmp_path, 3000, 64, 1), Plan(3000, 64, 2, lists)
    before = faiss.omp_get_max_threads()
    found = []
    for threads in (1, 2, 3):
        with use_threads(threads):
            found.append(faiss.serialize_index(build(made, array)).tobytes())
    assert found[0] == found[1] == found[2]
    assert faiss.omp_get_max_threads() == before


@pytest.mark.parametrize("lists", [0, 64])
def test_most_of_the_nearest_are_found(lists: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gaussian vectors are the hardest: no direction is more common than another."""
    monkeypatch.setattr(quantized, "_SPARE", 100)
    array = stored(tmp_path, 6000, 128, 1)
    made = Plan(6000, 128, 2, lists)
    search = QuantizedSearch(array, made, build(made, array))
    queries = unit_rows(np.random.default_rng(2).normal(size=(30, 128)))
    found, scores = search.find(queries, 10, np.arange(6000), None, LOWEST)
    wanted = queries.astype(float) @ unit_rows(array.whole()).astype(float).T
    best = np.argsort(-wanted, axis=1)[:, :10]
    share = np.mean([np.isin(right, row).mean() for right, row in zip(best, found, strict=True)])
    assert share > (0.99 if lists == 0 else 0.75)
    assert scores == pytest.approx(np.take_along_axis(wanted, found, axis=1), abs=1e-6)


def test_more_lists_for_a_filter_and_for_more_results(tmp_path: Path) -> None:
    made = Plan(4000, 16, 1, 64)
    search = QuantizedSearch(stored(tmp_path, 4000, 16, 1), made, None)
    assert search._probes(0, 4000) == 5 * 8
    assert search._probes(250, 4000) == 60
    assert search._probes(0, 3000) == 54
    assert search._probes(0, 10) == 64
