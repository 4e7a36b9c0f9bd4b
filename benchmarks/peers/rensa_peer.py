"""Python shingles, ``rensa.RMinHash`` (its ordinary path) and ``RMinHashLSH``: python rensa_peer.py FILE PAIRS."""

import sys
from collections.abc import Iterator

from common import batches, earlier, report
from rensa import RMinHash, RMinHashLSH


def pairs(path: str) -> Iterator[tuple[str, str]]:
    """Insert a batch, then ask for the candidates of its articles."""
    lsh = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16)
    known: list[str] = []
    for ids, sets in batches(path):
        start = len(known)
        known += ids
        sketches = RMinHash.from_token_sets(sets, 128, 42)
        lsh.insert_many(sketches, start)
        yield from earlier(known, start, lsh.query_all(sketches))


report(pairs(sys.argv[1]))
