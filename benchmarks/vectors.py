"""Search by vectors: recall, speed, memory and time to make; writes ``results/vectors.json``.

    python benchmarks/vectors.py VECTORS.npy [--sizes 15000,100000,1000000] [--limit 300]

VECTORS.npy is what ``encode_vectors.py`` writes. hnswlib and usearch are compared with if they are installed. Each
search is made by one process and measured in another, one at a time; one that takes longer than the limit (seconds)
to make, or would by what it took for the size before, is said to be over the limit. FAISS's own k-means, inverted
lists and graphs use all cores; a single query uses one.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from measure import run
from results import save
from vector_searches import CONTESTANTS, Sada, Search, blocks

from sada.indexes.exact_search import empty, nearest
from sada.indexes.segments import unit_rows

HELD_OUT = 250  # queries of the news, and as many of the other sentences
K = 10
SHARES = (0.1, 0.01)
LEAST_RECALL = 0.98
_SINGLE, _BATCH = 200, 100
Row = dict[str, Any]


def parted(path: Path, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The float16 vectors to search in and the float32 unit queries, which are not among them."""
    vectors = np.load(path, mmap_mode="r")
    queries = np.concatenate([vectors[:HELD_OUT], vectors[-HELD_OUT:]])
    return vectors[HELD_OUT : min(HELD_OUT + size, len(vectors) - HELD_OUT)], unit_rows(queries)


def masks(count: int) -> dict[str, np.ndarray]:
    """Filters that let a share of the rows through."""
    return {f"{share:.0%}": np.random.default_rng(1).random(count) < share for share in SHARES}


def truth(vectors: np.ndarray, queries: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """int64 (m, K): the nearest rows in single precision."""
    best, start = empty(len(queries), K), 0
    for part in blocks(vectors):
        scores = queries @ part.T
        if mask is not None:
            scores[:, ~mask[start : start + len(part)]] = -np.inf
        top = np.argpartition(-scores, K, axis=1)[:, :K]
        scores = np.take_along_axis(scores, top, axis=1)
        best = nearest(np.hstack([best[0], top + start]), np.hstack([best[1], scores]), K)
        start += len(part)
    return best[0]


def recall(found: np.ndarray, wanted: np.ndarray) -> float:
    """The share of the wanted rows that were found."""
    return float(np.mean([np.isin(right, rows).mean() for rows, right in zip(found, wanted, strict=True)]))


def single(search: Search, queries: np.ndarray, **options: Any) -> float:
    """Median milliseconds of one query after another."""
    taken = []
    for row in range(-10, _SINGLE):
        query = queries[row % len(queries)][None].copy()
        started = time.perf_counter()
        search(query, K, **options)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[10:]) * 1000


def make(name: str, vectors: np.ndarray, folder: Path) -> None:
    """Make one and write how long it took."""
    Sada("exact")._stored(vectors, folder)  # not part of it
    started = time.perf_counter()
    CONTESTANTS[name].make(vectors, folder)
    (folder / "seconds").write_text(str(time.perf_counter() - started))


def ask(name: str, vectors: np.ndarray, queries: np.ndarray, folder: Path) -> None:
    """Measure one that was made, and write its row."""
    wanted = np.load(folder.parent / "truth.npz")
    before = _resident()
    search = CONTESTANTS[name].open(vectors, folder)
    search(queries[:1], K)
    memory = _resident() - before
    row: Row = {"recall@10": recall(search(queries, K), wanted["all"]), "one query, ms": single(search, queries)}
    started = time.perf_counter()
    for _ in range(5):
        search(queries[:_BATCH], K)
    row["queries/s in batches"] = round(5 * _BATCH / (time.perf_counter() - started))
    row |= {"memory MB": round(memory), "file MB": round(_file_bytes(folder) / 1e6)}
    row["make, s"] = round(float((folder / "seconds").read_text()), 1)
    if isinstance(CONTESTANTS[name], Sada):
        for share, mask in masks(len(vectors)).items():
            reached = recall(search(queries, K, mask=mask), wanted[share])
            row[f"{share} allowed, ms (recall)"] = f"{single(search, queries, mask=mask):.2f} ({reached:.3f})"
    (folder / "row.json").write_text(json.dumps(row))


def _resident() -> float:
    """MB of memory that is this process's own; mapped files are not."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def _file_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name not in ("seconds",))


def contest(path: Path, size: int, limits: dict[str, float], folder: Path) -> list[Row]:
    """The rows of all searches for one size."""
    vectors, queries = parted(path, size)
    filtered = {share: truth(vectors, queries, mask) for share, mask in masks(len(vectors)).items()}
    np.savez(folder / "truth.npz", all=truth(vectors, queries), **filtered)
    rows = []
    for name, contestant in CONTESTANTS.items():
        package = name.split(",")[0]
        if package in ("hnswlib", "usearch") and importlib.util.find_spec(package) is None:
            print(f"{package} is not installed: left out")
            continue
        row: Row = {"vectors": len(vectors), "search": name}
        row["choice"] = (
            "automatic" if isinstance(contestant, Sada) and contestant.is_chosen(*vectors.shape) else ""
        )
        found = measured(path, size, name, limits, folder / name.replace(" ", "-"))
        rows.append(row | (found or {"make, s": "over the limit"}))
        print(rows[-1], flush=True)
    return rows


def measured(path: Path, size: int, name: str, limits: dict[str, float], folder: Path) -> Row | None:
    """One row, by two processes; None if it takes too long to make."""
    if limits[name] * size < 0:
        return None
    folder.mkdir()
    command = [sys.executable, __file__, str(path), "--work", str(folder), "--name", name, "--sizes", str(size)]
    cores = os.cpu_count() or 1
    if run([*command, "--step", "make"], threads=cores, limit=limits[name]) is None:
        return None
    if run([*command, "--step", "ask"], threads=cores) is None:
        return None
    row: Row = json.loads((folder / "row.json").read_text())
    return row
