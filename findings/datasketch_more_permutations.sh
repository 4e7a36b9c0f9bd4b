#!/usr/bin/env bash
# datasketch 2.0.0 has MinHashLSH(threshold, num_perm), an index that finds sets
# whose Jaccard similarity passes the threshold.
# One would guess that most pairs which sit at the threshold are found, and that
# more permutations, which make each estimate better, find more of them.
# What happens: at threshold 0.9 with the usual 128 permutations, less than a
# third of the pairs at 0.9 is found. At threshold 0.5, raising num_perm from 64
# to 1024 lowers the share found from about 0.6 to about 0.4. The index picks
# the bands anew for each num_perm, by a rule that weighs wrong finds against
# missed ones over all similarities, and not by what happens at the threshold.
# It matters for dedup: paying sixteen times more for signatures loses copies at
# the very similarity that was asked for. The threshold of the index must be
# set well below the one that is wanted.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    datasketch==2.0.0 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" - <<'PY'
import datasketch
from datasketch import MinHash, MinHashLSH

print("datasketch", datasketch.__version__)

PAIRS = 400


def found(threshold, shared, own, num_perm):
    """How many pairs of sets with exactly this overlap the index finds."""
    index = MinHashLSH(threshold=threshold, num_perm=num_perm)
    empty = MinHash(num_perm=num_perm)

    def sketch(pair, side):
        filled = empty.copy()
        filled.update_batch([b"%d common %d" % (pair, i) for i in range(shared)])
        filled.update_batch([b"%d %s %d" % (pair, side, i) for i in range(own)])
        return filled

    for pair in range(PAIRS):
        index.insert(pair, sketch(pair, b"left"))
    hits = sum(pair in index.query(sketch(pair, b"right")) for pair in range(PAIRS))
    jaccard = shared / (shared + 2 * own)
    print(
        f"threshold {threshold}, pairs at {jaccard}, num_perm {num_perm}: "
        f"{index.b} bands of {index.r}, {hits} of {PAIRS} pairs found"
    )
    return index.b, index.r, hits


high = found(0.9, 180, 10, 128)
few = found(0.5, 50, 25, 64)
many = found(0.5, 50, 25, 1024)
assert high == (5, 25, 114), high
assert few == (14, 4, 235), few
assert many == (128, 8, 157), many
PY
