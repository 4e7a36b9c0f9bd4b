#!/usr/bin/env bash
# hdbscan 0.8.44 clusters points, and scikit-learn 1.9.1 has a class HDBSCAN of
# its own. Both take min_samples from min_cluster_size when it is not given.
# One would guess that min_cluster_size=2 finds pairs of close points. The help
# text of hdbscan says that min_samples counts the point itself.
# What happens: hdbscan does not count the point itself. So a point needs two
# neighbours, and a lone pair is measured by its distance to the next pair. Two
# tight pairs that lie far apart are all noise, and of ten tight pairs none
# becomes a cluster. scikit-learn finds every pair with the same call. hdbscan
# finds them too once min_samples=1 is given.
# It matters for stories: most stories have two reports, and these are the ones
# that get lost. Moving code from one library to the other changes the clusters.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
    hdbscan==0.8.44 scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import numpy as np
from hdbscan import HDBSCAN as Contrib
from sklearn.cluster import HDBSCAN as Sklearn

print("hdbscan", version("hdbscan"), " scikit-learn", version("scikit-learn"))

help_text = " ".join(Contrib.__doc__.split())
claim = "This includes the point itself." in help_text
print("hdbscan says that min_samples includes the point itself:", claim)
assert claim

two = np.array([[0, 0], [0, 0.1], [10, 10], [10, 10.1]])
# Ten pairs, each on an axis of its own: at 10 and 10.1, at 11 and 11.11, ...
ten = np.repeat(np.diag(np.arange(10.0, 20.0)), 2, axis=0)
ten[1::2] *= 1.01


def pairs(labels):
    """How many pairs are a cluster of exactly their two points."""
    labels = labels.tolist()
    couples = zip(labels[::2], labels[1::2])
    return sum(a == b >= 0 and labels.count(a) == 2 for a, b in couples)


for name, data in (("two pairs", two), ("ten pairs", ten)):
    got = (
        pairs(Contrib(min_cluster_size=2).fit_predict(data)),
        pairs(Sklearn(min_cluster_size=2).fit_predict(data)),
        pairs(Contrib(min_cluster_size=2, min_samples=1).fit_predict(data)),
    )
    print(f"{name}: hdbscan {got[0]}, scikit-learn {got[1]}, hdbscan with min_samples=1 {got[2]}")
    assert got == (0, len(data) // 2, len(data) // 2), got
PY
