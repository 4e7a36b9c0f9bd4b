"""Sada beside the usual Python pipelines, whole processes on one file; writes ``results/near_duplicates.json``.

    python benchmarks/near_duplicates.py DATA

DATA holds ``neardup/saudi_dev.jsonl.zst`` and the pairs found by brute force beside it. Each peer runs in a virtual
environment of its own, made here with a pinned version. The clock is the CPU time of the whole process: start-up,
reading, folding, shingles, signatures, search and, where there is any, verification.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from results import save
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from train_scorer import read

PEERS = Path(__file__).parent / "peers"
PINNED = {
    "datasketch": ["datasketch==2.0.0", "orjson", "zstandard"],
    "rensa": ["rensa==0.5.0", "orjson", "zstandard"],
}
RUNS = 3
NEAR = 0.75  # a reported pair counts as true from here: tokenisers differ by .02 at the edge, estimates by more


def run(command: list[str]) -> tuple[list[tuple[str, str]], float, float]:
    """The pairs that a peer printed, the least CPU seconds of some runs, and the largest memory in MB."""
    seconds, memory, printed = [], [], b""
    for _ in range(RUNS):
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"{command[1]} failed")
            out.seek(0)
            printed = out.read()
        seconds.append(usage.ru_utime + usage.ru_stime)
        memory.append(usage.ru_maxrss / 1024)
    return [tuple(json.loads(line)) for line in printed.splitlines()], min(seconds), max(memory)


def judge(found: list[tuple[str, str]], truth: dict[frozenset[str], float]) -> dict[str, Any]:
    """Recall of true pairs that ended up connected, and the share of reported pairs that are near-duplicates."""
    ids = {id_: place for place, id_ in enumerate(sorted({id_ for pair in [*found, *truth] for id_ in pair}))}
    ends = ([ids[a] for a, _ in found], [ids[b] for _, b in found])
    graph = coo_array(([1] * len(found), ends), shape=(len(ids), len(ids)))
    _, component = connected_components(graph, directed=False)
    near = [tuple(pair) for pair, jaccard in truth.items() if jaccard >= 0.8]
    united = sum(component[ids[a]] == component[ids[b]] for a, b in near)
    true = sum(truth.get(frozenset(pair), 0.0) >= NEAR for pair in found)
    return {"recall at .8": round(float(united) / len(near), 3), "true pairs": round(true / len(found), 3)}


def interpreter(folder: str, name: str) -> str:
    """The Python of a new virtual environment that holds the pinned peer."""
    place = Path(folder) / name
    venv.create(place, with_pip=True)
    subprocess.run([place / "bin" / "pip", "install", "--quiet", *PINNED[name]], check=True)
    return str(place / "bin" / "python")


def main() -> None:
    """Run everyone on the same file."""
    data = Path(sys.argv[1]) / "neardup"
    rows = read(data / "saudi_dev_pairs.jsonl.zst")
    truth = {frozenset((row["a"], row["b"])): row["jaccard"] for row in rows}
    results = []
    with tempfile.TemporaryDirectory() as folder:
        commands = {"sada": sys.executable} | {name: interpreter(folder, name) for name in PINNED}
        for name, python in commands.items():
            found, cpu, memory = run([python, str(PEERS / f"{name}_peer.py"), str(data / "saudi_dev.jsonl.zst")])
            speed = round(15042 / cpu)
            results.append(
                {"peer": name, "articles a CPU second": speed, "memory MB": round(memory)} | judge(found, truth)
            )
            print(results[-1])
    base = {row["peer"]: row["articles a CPU second"] for row in results}
    for row in results:
        row["sada is faster by"] = round(base["sada"] / row["articles a CPU second"], 1)
    save(
        "near_duplicates",
        "15,042 articles of Saudi newspapers, July 2015 (Arabic)",
        "Whole processes, CPU time of all threads, the best of three. Peers: words by a regular expression, sets of"
        " 3-grams, 128 permutations, the LSH of each (datasketch chooses its bands for .8, rensa has 16), candidates"
        " unverified. datasketch 2.0.0, rensa 0.5.0. Very short articles, which the truth leaves out, count against the"
        " share of true pairs.",
        results,
    )


if __name__ == "__main__":
    main()
