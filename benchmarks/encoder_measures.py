"""What ``encoders.py`` measures vectors with, and the texts it measures them on."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder, encode_unit

PAIRS = ("es", "fr", "tr")
Row = dict[str, Any]
_AT_ONCE = 500


def sentences(data: Path, language: str) -> list[str]:
    """The 1,012 sentences of FLORES-200 devtest in a language, the same ones in each."""
    return lines(data / f"encoder_eval/flores200_devtest/{language}.txt.xz")


def languages(data: Path) -> list[str]:
    """The codes of all languages of FLORES-200 devtest that there are, sorted."""
    folder = data / "encoder_eval/flores200_devtest"
    return sorted(path.name.removesuffix(".txt.xz") for path in folder.glob("*.txt.xz"))


def lines(path: Path) -> list[str]:
    """The lines of a compressed file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def scored_pairs(data: Path, language: str) -> tuple[list[Article], list[Article], np.ndarray]:
    """News pairs of SemEval-2022 task 8, with how far apart people found them: float64 (n,), 1 to 4."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in (data / f"pairs/pairs_{language}.jsonl").open()]
    left, right = ([Article(row["id"], row[f"title{side}"], row[f"text{side}"]) for row in rows] for side in (1, 2))
    return left, right, np.array([row["overall"] for row in rows])


def news_day(data: Path) -> tuple[list[Article], np.ndarray]:
    """Every article of one day of Saudi newspapers, and the event of each."""
    labels = json.loads((data / "stories/saudi_2015-07-26_labels.json").read_text())["labels"]
    day = [article for article in read_articles(data / "neardup/saudi_dev.jsonl.zst") if article.id in labels]
    return day, np.array([labels[article.id]["event"] for article in day])


def remembered(encoder: Encoder) -> Callable[[Sequence[str]], np.ndarray]:
    """The vectors of an encoder, each of which is made once."""
    known: dict[str, np.ndarray] = {}

    def vectors(texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encode_unit(encoder, new), strict=True))
        return np.array([known[text] for text in texts])

    return vectors


def products(left: Any, right: Any) -> np.ndarray:
    """All inner products of the rows of two matrices, dense or sparse."""
    found = left @ right.T
    return found.toarray() if hasattr(found, "toarray") else found


def accuracy(left: Any, right: Any) -> float:
    """The share of rows to which the row of the same number is the nearest of the other matrix."""
    return float((nearest(left, right) == np.arange(left.shape[0])).mean())


def nearest(left: Any, right: Any) -> np.ndarray:
    """int64 (n,): the number of the row of ``right`` that is nearest to each row of ``left``."""
    starts = range(0, left.shape[0], _AT_ONCE)
    return np.concatenate([products(left[start : start + _AT_ONCE], right).argmax(axis=1) for start in starts])


def agreement(left: Any, right: Any, distances: np.ndarray) -> float:
    """Spearman's rank correlation of the cosines of rows of unit length with distances, its sign turned."""
    return -float(spearmanr(cosines(left, right), distances).statistic)


def cosines(left: Any, right: Any) -> np.ndarray:
    """(n,): of rows of unit length with those of the same number."""
    rows = left.multiply(right) if hasattr(left, "multiply") else left * right
    return np.asarray(rows.sum(axis=1)).ravel()


def recall(similar: np.ndarray, wanted: np.ndarray, allowed: np.ndarray, k: int) -> float:
    """Mean share of a row's wanted columns among its ``k`` most similar allowed ones.

    Args:
        similar: float (n, m).
        wanted: bool (n, m); rows without any do not count.
        allowed: bool (n, m).
        k: how many are looked at. A row with more wanted columns is measured by ``k``.
    """
    wanted = wanted & allowed
    nearest = np.argpartition(-np.where(allowed, similar, -np.inf), k - 1, axis=1)[:, :k]
    found = np.take_along_axis(wanted, nearest, axis=1).sum(axis=1)
    count = wanted.sum(axis=1)
    return float((found[count > 0] / np.minimum(count[count > 0], k)).mean())
