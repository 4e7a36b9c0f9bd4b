"""Python shingles, ``datasketch.MinHash.bulk`` and ``MinHashLSH``: python datasketch_peer.py FILE."""

import sys

from common import articles, report
from datasketch import MinHash, MinHashLSH


def main() -> None:
    """Insert every article and ask for those before it."""
    ids, sets = zip(*articles(sys.argv[1]), strict=True)
    encoded = ([shingle.encode() for shingle in shingles] for shingles in sets)
    lsh = MinHashLSH(threshold=0.8, num_perm=128)
    found = []
    for id_, sketch in zip(ids, MinHash.bulk(encoded, num_perm=128), strict=True):
        found += [(before, id_) for before in lsh.query(sketch)]
        lsh.insert(id_, sketch)
    report(found)


main()
