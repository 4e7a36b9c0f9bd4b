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
import shutil
import statistics
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from measure import run
from results import save
from vector_searches import CONTESTANTS, Sada, Search, blocks

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.segments.flat_vectors import empty, nearest

HELD_OUT = 250  # queries of the news, and as many of the other sentences
K = 10
SHARES = (0.1, 0.01)
LEAST_RECALL = 0.98
PEERS = ("hnswlib", "usearch")
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
    import faiss  # noqa: F401 - so that its own memory is not counted

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


class Limits:
    """How long each may take to be made, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._pace: dict[str, float] = {}

    def allow(self, name: str, size: int) -> bool:
        """Whether one is expected to keep to it, by what it took for a smaller size."""
        return self._pace.get(name, 0) * size <= self.seconds

    def learn(self, name: str, size: int, seconds: float) -> None:
        """What it took for a size."""
        self._pace[name] = seconds / size


def contest(path: Path, size: int, limits: Limits, folder: Path) -> list[Row]:
    """The rows of all searches for one size."""
    vectors, queries = parted(path, size)
    filtered = {share: truth(vectors, queries, mask) for share, mask in masks(len(vectors)).items()}
    np.savez(folder / "truth.npz", all=truth(vectors, queries), **filtered)
    rows = []
    for name, contestant in CONTESTANTS.items():
        package = name.split(",")[0]
        if package in PEERS and importlib.util.find_spec(package) is None:
            print(f"{package} is not installed: left out")
            continue
        chosen = isinstance(contestant, Sada) and contestant.is_chosen(*vectors.shape)
        row: Row = {"vectors": len(vectors), "search": name, "choice": "automatic" if chosen else ""}
        found = measured(path, size, name, limits, folder / name.replace(" ", "-"))
        rows.append(row | (found or {"make, s": "over the limit"}))
        print(rows[-1], flush=True)
    mark_front(rows)
    return rows


def measured(path: Path, size: int, name: str, limits: Limits, folder: Path) -> Row | None:
    """One row, by two processes; None if it takes too long to make."""
    if not limits.allow(name, size):
        return None
    folder.mkdir()
    command = [sys.executable, __file__, str(path), "--work", str(folder), "--name", name, "--sizes", str(size)]
    cores = os.cpu_count() or 1
    if run([*command, "--step", "make"], threads=cores, limit=limits.seconds) is None:
        return None
    run([*command, "--step", "ask"], threads=cores)
    row: Row = json.loads((folder / "row.json").read_text())
    limits.learn(name, size, row["make, s"])
    shutil.rmtree(folder)
    return row


def mark_front(rows: list[Row]) -> None:
    """Mark those with enough recall that no other beats in recall, time of a query and memory together."""
    able = [row for row in rows if row.get("recall@10", 0) >= LEAST_RECALL]
    points = [(-row["recall@10"], row["one query, ms"], row["memory MB"]) for row in able]
    for row, point in zip(able, points, strict=True):
        beaten = any(other != point and all(a <= b for a, b in zip(other, point, strict=True)) for other in points)
        row["choice"] = ", ".join(filter(None, [row["choice"], "" if beaten else "front"]))


def half(path: Path) -> str:
    """What half precision changes, in words; empty if the single precision is not there."""
    beside = path.with_suffix(".single.npy")
    if not beside.exists():
        return ""
    wide = np.load(beside)
    wide = wide[wide.any(axis=1)].astype(np.float32)
    narrow = unit_rows(wide.astype(np.float16))
    single_, half_ = wide @ wide.T, narrow @ narrow.T
    for scores in (single_, half_):
        np.fill_diagonal(scores, -np.inf)
    share = recall(np.argsort(-half_, axis=1)[:, :K], np.argsort(-single_, axis=1)[:, :K])
    off = np.abs(narrow.astype(np.float64) @ narrow.T - wide.astype(np.float64) @ wide.T).max()
    return (
        f" Half against single precision, {len(wide):,} texts among each other: recall@10 {share:.4f},"
        f" cosines at most {off:.1e} apart."
    )


def peers() -> str:
    """The versions of the other libraries that are there, in words."""
    there = [name for name in PEERS if importlib.util.find_spec(name)]
    return "".join(f" {name} {metadata.version(name)}." for name in there)


def main() -> None:
    """Measure all, or take one step of one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--sizes", default="15000,100000,1000000")
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    parser.add_argument("--step", choices=["make", "ask"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    if given.step:
        vectors, queries = parted(given.vectors, sizes[0])
        if given.step == "make":
            make(given.name, vectors, given.work)
        else:
            ask(given.name, vectors, queries, given.work)
        return
    rows, limits = [], Limits(given.limit)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows += contest(given.vectors, size, limits, Path(folder))
    corpus = f"Vectors of dimension {np.load(given.vectors, mmap_mode='r').shape[1]} by encode_vectors.py"
    note = (
        f"{2 * HELD_OUT} queries that are not among them; a search is not made if that takes over {given.limit:,.0f} s."
        f" Front: recall of {LEAST_RECALL} and none better in recall, time of a query and memory together; memory is"
        " beside the stored vectors (a mapped file). Where several are as near as the tenth, one of them is right,"
        f" so that exact searches can stay below 1.{half(given.vectors)}{peers()}"
    )
    print(save("vectors", corpus, note, rows))


if __name__ == "__main__":
    main()
