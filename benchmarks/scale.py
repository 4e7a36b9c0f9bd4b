"""What many articles cost, step by step; writes ``results/scale.json``.

    python benchmarks/scale.py DATA [--size 1000000] [--work FOLDER]

The articles are those of ``corpus.py``. Each step is the command as a user runs it, a whole process with all cores;
the last one asks an index that is open already.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import corpus
from measure import run
from peers.common import rows
from results import save

from sada.indexes import NewsIndex

SADA = str(Path(sys.executable).parent / "sada")
QUERIES = 100
WARM_UP = 1_000  # articles on which kernels are compiled, outside the clock
LIMIT = 3 * 3600.0  # seconds a step
Row = dict[str, Any]


def steps(articles: Path, folder: Path, index: Path, ids: list[str]) -> list[Row]:
    """Every step in turn."""
    report = str(folder / "report.jsonl")
    return [
        cold("dedup --report", ["dedup", str(articles), "-o", os.devnull, "--report", report]),
        cold("build --encoder none", ["build", str(articles), "-i", str(index), "--encoder", "none"]),
        cold("neighbours --by copy, one article", ["neighbours", str(index), ids[0], "--by", "copy"]),
        warm(index, ids),
    ]


def cold(name: str, arguments: list[str]) -> Row:
    """A command as a process of its own."""
    usage = run([SADA, *arguments], threads=os.cpu_count() or 1, limit=LIMIT)
    if usage is None:
        sys.exit(f"{name} took more than {LIMIT:,.0f} seconds")
    return _row(f"sada {name}", usage.wall, usage.cpu) | {"memory MB": round(usage.memory)}


def warm(index: Path, ids: list[str]) -> Row:
    """The median of one question after another, of an index that has been asked before."""
    wall, cpu = [], []
    with NewsIndex.open(index) as opened:
        opened.neighbours(ids[0], by="copy")
        for id_ in ids:
            started, busy = time.perf_counter(), time.process_time()
            opened.neighbours(id_, by="copy")
            wall.append(time.perf_counter() - started)
            cpu.append(time.process_time() - busy)
    return _row("the same in Python, open already (median)", statistics.median(wall), statistics.median(cpu))


def _row(step: str, wall: float, cpu: float) -> Row:
    return {"step": step, "wall": _shown(wall), "CPU": _shown(cpu)}


def _shown(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds >= 1 else f"{seconds * 1000:,.2f} ms"


def megabytes(folder: Path) -> float:
    """Size of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def measured(data: Path, size: int, folder: Path) -> tuple[list[Row], float]:
    """Every step on so many articles, and the megabytes of the index."""
    articles, truth = corpus.make(data, size, folder)
    ids = random.Random(0).choices([row["of"] for row in rows(str(truth))], k=QUERIES)
    index = articles.with_suffix(".sada")
    shutil.rmtree(index, ignore_errors=True)
    found = steps(articles, folder, index, ids)
    taken = megabytes(index)
    shutil.rmtree(index)
    return found, taken


def main() -> None:
    """Make the articles and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.work or Path(temporary)
        measured(given.data, WARM_UP, folder)
        found, taken = measured(given.data, given.size, folder)
    about = f"{given.size:,} articles made of Saudi newspapers, July 2015 (Arabic), by corpus.py"
    note = f"Asked for articles of which there are copies. The index takes {taken:,.0f} MB, texts included."
    print(save("scale", about, note, found).read_text())


if __name__ == "__main__":
    main()
