#!/usr/bin/env bash
# FAISS 1.15.1 gives the nearest vectors of a query. Exact copies of one vector
# have the same score, so only a tie rule decides which of them come back.
# One would guess that the rule is the same for every metric: the copies come in
# the order in which they were added. For unit vectors, the inner product and
# the L2 distance should then give the same list.
# What happens: L2 lists the copies from the first added to the last added.
# The inner product lists them in the reverse order. Flat, IVF and scalar
# quantised indexes all do this. So with the inner product the original is the
# last of the k answers, and a larger k pushes it further down.
# It matters for dedup: "the first answer is the original" holds for L2 and for
# k=1, and fails for the inner product, the usual metric for text vectors.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check faiss-cpu==1.15.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import faiss
import numpy as np

faiss.omp_set_num_threads(1)
print("faiss", faiss.__version__)

# 300 articles, 8 different ones: article n is an exact copy of article n % 8.
# The vectors have a single 1, so that no score is rounded.
articles = np.eye(8, dtype=np.float32)[np.arange(300) % 8]
copies = list(range(0, 300, 8))


def nearest(kind, metric, k):
    index = faiss.index_factory(8, kind, metric)
    index.train(articles)
    index.add(articles)
    scores, ids = index.search(articles[:1], k)
    assert len(set(scores[0].tolist())) == 1, scores
    return ids[0].tolist()


for kind in ("Flat", "IVF1,Flat", "SQ8"):
    l2 = nearest(kind, faiss.METRIC_L2, 5)
    ip = nearest(kind, faiss.METRIC_INNER_PRODUCT, 5)
    print(f"{kind:10} five of the 38 copies, L2: {l2}  inner product: {ip}")
    assert l2 == [0, 8, 16, 24, 32], l2
    assert ip == [32, 24, 16, 8, 0], ip

one = nearest("Flat", faiss.METRIC_INNER_PRODUCT, 1)
two = nearest("Flat", faiss.METRIC_INNER_PRODUCT, 2)
print("Flat, inner product, k=1:", one, " k=2:", two)
assert (one, two) == ([0], [8, 0]), (one, two)

every = nearest("Flat", faiss.METRIC_INNER_PRODUCT, 38)
print("Flat, inner product, k=38: first", every[:3], " last", every[-3:])
assert every == copies[::-1], every
PY
