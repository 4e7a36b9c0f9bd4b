#!/usr/bin/env bash
# numpy 2.4.6 has unique(), which gives the distinct values of an array in order.
# Deduplication calls it on the codes of candidate pairs: millions of whole
# numbers, nearly all of which differ.
# One would guess that it costs about one sort, and that to ask for more, as with
# return_counts=True, costs more.
# What happens: since version 2.3 plain unique() puts whole numbers into a hash
# table and sorts what comes out. For two million that differ, this takes more
# than five times as long as to sort them and drop repeats, and longer than
# unique() with return_counts=True, which still sorts. setdiff1d(), union1d() and
# isin() call it, too. Where few values differ the hash table is faster.
# It matters for dedup: half of the time to find copies in a large bucket of
# near-duplicates went there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import time

import numpy as np

print("numpy", np.__version__)


def seconds(function, *args, **named):
    """The shortest of three runs."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        function(*args, **named)
        taken.append(time.process_time() - start)
    return min(taken)


def by_sorting(values):
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])]


draw = np.random.default_rng(0)
left, right = draw.integers(0, 40_000, (2, 2_000_000))
codes = left << 32 | right
assert (np.unique(codes) == by_sorting(codes)).all()
plain, counted, sorting = seconds(np.unique, codes), seconds(np.unique, codes, return_counts=True), seconds(by_sorting, codes)
print(f"unique: {plain / sorting:.1f} times a sort; with return_counts=True: {counted / sorting:.1f}")
assert plain > 5 * sorting, (plain, sorting)
assert plain > 2 * counted, (plain, counted)
few = draw.integers(0, 100, 2_000_000)
assert seconds(np.unique, few) < 2 * seconds(by_sorting, few)
PY
