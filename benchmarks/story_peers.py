"""What else groups news: usual pipelines, each with the threshold that the labels like best (an oracle)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from sada.cluster.evaluation.metrics import b_cubed
from sada.indexes.article import Article
from sada.indexes.text.tokens import fold

CUTS = np.arange(0.05, 0.96, 0.05).round(2)
Found = list[int]


def best(groupings: Iterator[Found], truth: Sequence[str]) -> Found:
    """The grouping whose B-Cubed F1 is the greatest."""
    return max(groupings, key=lambda found: b_cubed(found, truth).f1)


def tf_idf(articles: Sequence[Article]) -> np.ndarray:
    """Cosines of all pairs by TF-IDF of the folded words."""
    vectors = TfidfVectorizer(tokenizer=lambda text: fold(text).split(), token_pattern=None, sublinear_tf=True)
    matrix = vectors.fit_transform([article.body for article in articles])
    return (matrix @ matrix.T).toarray().clip(0, 1)


def average_link(cosines: np.ndarray) -> Iterator[Found]:
    """Agglomerative clustering, cut at each distance."""
    for cut in CUTS:
        model = AgglomerativeClustering(None, metric="precomputed", linkage="average", distance_threshold=cut)
        yield model.fit_predict(1 - cosines).tolist()


def components(cosines: np.ndarray) -> Iterator[Found]:
    """Whatever is linked by pairs above each threshold."""
    for cut in CUTS:
        yield connected_components(cosines >= cut)[1].tolist()


def online(vectors: np.ndarray, order: np.ndarray) -> Iterator[Found]:
    """The usual news pipeline: each article in turn joins the nearest centroid, or opens a cluster."""
    for cut in CUTS:
        numbers, sums = np.empty(len(vectors), np.int64), np.zeros_like(vectors)
        count = 0
        for row in order:
            centres = sums[:count] / np.maximum(np.linalg.norm(sums[:count], axis=1, keepdims=True), 1e-9)
            near = centres @ vectors[row]
            place = int(near.argmax()) if count and near.max() >= cut else count
            count = max(count, place + 1)
            numbers[row] = place
            sums[place] += vectors[row]
        yield numbers.tolist()


def hdbscan(vectors: np.ndarray) -> Iterator[Found]:
    """Density-based clusters (as BERTopic has them), of each least size; what is noise stands alone."""
    for least in (2, 3, 5, 10):
        numbers = HDBSCAN(min_cluster_size=least, metric="euclidean", copy=True).fit_predict(vectors)
        noise = numbers < 0
        numbers[noise] = numbers.max() + 1 + np.arange(noise.sum())
        yield numbers.tolist()


PEERS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], Iterator[Found]]] = {
    "TF-IDF, connected components": lambda cosines, vectors, order: components(cosines),
    "TF-IDF, average link": lambda cosines, vectors, order: average_link(cosines),
    "encoder e5-short, HDBSCAN": lambda cosines, vectors, order: hdbscan(vectors),
    "encoder e5-short, online nearest centroid": lambda cosines, vectors, order: online(vectors, order),
}
