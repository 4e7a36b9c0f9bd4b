"""Python shingles, ``datasketch.MinHash.bulk`` and ``MinHashLSH``: python datasketch_peer.py FILE PAIRS [crc32]."""

import sys
import zlib
from collections.abc import Iterator

from common import batches, report
from datasketch import MinHash, MinHashLSH


def pairs(path: str, settings: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Insert every article and ask for those before it."""
    lsh = MinHashLSH(threshold=0.8, num_perm=128)
    for ids, sets in batches(path):
        encoded = ([shingle.encode() for shingle in shingles] for shingles in sets)
        for id_, sketch in zip(ids, MinHash.bulk(encoded, num_perm=128, **settings), strict=True):
            yield from ((before, id_) for before in lsh.query(sketch))
            lsh.insert(id_, sketch)


report(pairs(sys.argv[1], {"hashfunc": zlib.crc32} if "crc32" in sys.argv else {}))
