"""Python shingles and ``FastSketchLSH``, sketches and search by the batch: python fastsketchlsh_peer.py FILE PAIRS."""

import sys
from collections.abc import Iterator

from common import batches, earlier, report
from FastSketchLSH import LSH, FastSimilaritySketch


def pairs(path: str) -> Iterator[tuple[str, str]]:
    """Insert a batch, then ask for the candidates of its articles."""
    sketcher = FastSimilaritySketch(size=128, seed=42)
    lsh = LSH(num_perm=128, num_bands=16, num_threads=1)
    known: list[str] = []
    for ids, sets in batches(path):
        start = len(known)
        known += ids
        sketches = sketcher.batch(sets, num_threads=1)
        lsh.insert(sketches)
        yield from earlier(known, start, lsh.query(sketches))


report(pairs(sys.argv[1]))
