"""Python shingles, ``rensa.RMinHash`` (its ordinary path) and ``RMinHashLSH``: python rensa_peer.py FILE."""

import sys

from common import articles, report
from rensa import RMinHash, RMinHashLSH


def main() -> None:
    """Insert every article and ask for those before it."""
    ids, sets = zip(*articles(sys.argv[1]), strict=True)
    lsh = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16)
    found = []
    for place, sketch in enumerate(RMinHash.from_token_sets(list(sets), 128, 42)):
        found += [(ids[before], ids[place]) for before in lsh.query(sketch)]
        lsh.insert(place, sketch)
    report(found)


main()
