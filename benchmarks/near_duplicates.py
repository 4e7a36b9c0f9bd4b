"""Sada beside other near-duplicate pipelines, whole processes on one file; writes ``results/near_duplicates.json``.

    python benchmarks/near_duplicates.py DATA [--sizes 15000,100000,1000000] [--work FOLDER] [--limit 3600]

DATA holds ``neardup/saudi_dev.jsonl.zst`` and its pairs, of which ``corpus.py`` makes files of the sizes asked for,
with copies planted. Each peer runs in a virtual environment of its own with pinned versions. The clock is that of the
whole process: start-up, reading, shingles, signatures, search and, where there is any, verification. Corpora and
environments stay in FOLDER if it is given, and are used again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import corpus
import judging
from environments import OTHERS, versions
from judging import Found, Row
from measure import Usage, best
from peers.common import rows
from results import save

SADA = str(Path(sys.executable).parent / "sada")
FEW, RUNS = 20_000, 3  # up to so many articles, the best of so many runs
JACCARD = 0.8
ALONE, PARSING = "sada", OTHERS[0].name
NOTE = (
    "Whole processes, one thread, the same file; the least CPU and wall time and the most memory of"
    f" {RUNS} runs up to {FEW:,} articles, of one above. 30 % of the articles are planted copies: edited word by word"
    " to a Jaccard of .45 to 1, exact twins, articles in a page of three, abridged halves. Recall: planted pairs of"
    " that Jaccard of word 3-grams whose ends are connected; for .5 Sada runs again with --threshold 0.5, peers do not."
    f" Precision: reported pairs with an exact Jaccard of at least {judging.NEAR}, in a sample of"
    f" {judging.SAMPLE:,}. Containment found: planted containments of at least {judging.CONTAINED} below Jaccard .8"
    " that are connected or shown. Peers report candidates unverified (gaoya: with an estimate of at least .8), from"
    " sets of word 3-grams made by a Python regular expression; gaoya, text-dedup and datatrove tokenise themselves."
    " Signatures have 128 values, of datatrove 112 (its own). rensa by its ordinary path: the rho path names no pairs."
    " sada is `sada dedup --report` as it comes, with verification and search for containment."
)


class Bench:
    """Everyone on the files of one folder.

    Args:
        data: where the real articles are.
        folder: for corpora, environments and what peers write.
        limit: wall seconds after which a run is ended.
    """

    def __init__(self, data: Path, folder: Path, limit: float) -> None:
        self._data, self._folder, self._limit = data, folder, limit
        self._pairs = folder / "pairs.jsonl"
        self._sada(corpus.make(data, 1_000, folder)[0], 1, JACCARD)  # kernels are compiled outside the clock

    def rows(self, size: int) -> tuple[list[Row], str]:
        """The rows of a size, and what was planted there."""
        articles, planted = corpus.make(self._data, size, self._folder)
        truth = list(rows(str(planted)))
        found = []
        for name, usage, judged in self._runs(size, articles, truth):
            found.append(_row(name, size, usage) | judged)
            print(found[-1], flush=True)
        return _compared(found), _planted(size, truth)

    def _runs(self, size: int, articles: Path, truth: list[Row]) -> Iterator[tuple[str, Usage | None, Row]]:
        """Name, what it took, and what it is worth, of everyone who is given that many."""
        runs = RUNS if size <= FEW else 1
        usage, found = self._sada(articles, runs, JACCARD)
        lower = self._sada(articles, 1, 0.5)[1]
        yield ALONE, usage, _judged(found, lower, articles, truth)
        yield f"{ALONE}, 2 threads", self._sada(articles, runs, JACCARD, threads=2)[0], {}
        for peer in OTHERS:
            if size <= peer.up_to:
                usage = best(peer.command(self._folder, articles, self._pairs), runs, limit=self._limit)
                found = judging.of_peer(self._pairs) if usage and peer.finds else None
                yield peer.name, usage, _judged(found, found, articles, truth)

    def _sada(self, articles: Path, runs: int, jaccard: float, threads: int = 1) -> tuple[Usage | None, Found | None]:
        report = self._folder / "report.jsonl"
        command = [SADA, "dedup", str(articles), "-o", "/dev/null", "--report", str(report)]
        command += ["--threshold", str(jaccard), "--threads", str(threads)]
        usage = best(command, runs, threads=threads, limit=self._limit)
        return usage, judging.of_sada(report) if usage else None


def _row(name: str, size: int, usage: Usage | None) -> Row:
    if usage is None:
        return {"peer": name, "articles": size, "wall seconds": "over the limit"}
    return {
        "peer": name,
        "articles": size,
        "articles a CPU second": round(size / usage.cpu),
        "CPU seconds": round(usage.cpu, 3),
        "wall seconds": round(usage.wall, 3),
        "memory MB": round(usage.memory),
    }


def _judged(found: Found | None, lower: Found | None, articles: Path, truth: list[Row]) -> Row:
    """What a run found, and for the Jaccard of .5 what ``lower`` did; empty columns are left out."""
    values = {
        "recall at .8": found and judging.recall(found, truth, JACCARD),
        "recall at .5": lower and judging.recall(lower, truth, 0.5),
        "precision": found and judging.precision(found, articles),
        "containment found": found and judging.containment_recall(found, truth, JACCARD),
    }
    return {name: value for name, value in values.items() if value is not None}


def _compared(found: list[Row]) -> list[Row]:
    """The rows of a size with how much faster Sada is, how it stands to parsing, and what a second thread is worth."""
    by_name = {row["peer"]: row for row in found}
    alone, parsing = by_name[ALONE], by_name.get(PARSING, {})
    for row in found:
        ratios = {
            "sada is faster by": _ratio(alone, row, "articles a CPU second") if row is not parsing else None,
            "CPU over parsing": _ratio(row, parsing, "CPU seconds"),
        }
        if row["peer"].startswith(ALONE):
            ratios["one thread's wall over it"] = _ratio(alone, row, "wall seconds")
        row |= {name: value for name, value in ratios.items() if value is not None}
    return found


def _ratio(row: Row, other: Row, column: str) -> float | None:
    """The one value over the other; None without both, as after a run that was ended."""
    one, two = row.get(column), other.get(column)
    if isinstance(one, str) or isinstance(two, str) or one is None or not two:
        return None
    return round(one / two, 2)


def _planted(size: int, truth: list[Row]) -> str:
    counts = [sum(row["jaccard"] >= jaccard for row in truth) for jaccard in (JACCARD, 0.5)]
    inside = len(judging.contained(truth, JACCARD))
    return f"{size:,} articles ({counts[0]:,} pairs at .8, {counts[1]:,} at .5, {inside:,} containments)"


def main() -> None:
    """Measure every size; what is done is saved after each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", default="15000,100000,1000000")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--limit", type=float, default=3600.0)
    given = parser.parse_args()
    results, planted = [], []
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(given.data, given.work or Path(temporary), given.limit)
        for size in map(int, given.sizes.split(",")):
            found, counts = bench.rows(size)
            results += found
            planted.append(counts)
            about = f"Made of Saudi newspapers, July 2015 (Arabic), by corpus.py: {'; '.join(planted)}"
            save("near_duplicates", about, f"{NOTE} Peers: {versions()}.", results)


if __name__ == "__main__":
    main()
