"""Why two articles are, or are not, copies or reports of one story."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.candidates import Pairs, measure
from sada.cluster.copies import CONTAINMENT, JACCARD
from sada.cluster.scorer import FEATURES, MEANINGS, REGIMES
from sada.cluster.stories import find_stories, story_set
from sada.indexes.article import Article
from sada.indexes.text import fold

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_PIECE = re.compile(r"\s*\S+|\s+")  # spaces stand with a word: as tokens of their own they would match everywhere
_MOST_PIECES = 2000  # a token diff is for reading; longer texts are compared up to here


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for and against a link between articles ``a`` and ``b``.

    Attributes:
        copy: exact ``jaccard`` and ``containment`` of shingles, how many are ``shared``, how many each has.
        story: ``probability`` that both report one event, the ``regime`` of the scorer, what each feature adds to the
            log-odds (``features``), the same in words (``reasons``), and whether their stories are the ``same``.
        verdict: ``copy``, ``contains`` (one holds the other), ``same story`` or ``different``.
        diff: token diff of the texts, if they are copies or one holds the other: steps with ``op`` equal, replace,
            delete or insert, and the passages ``a`` and ``b``.
    """

    a: str
    b: str
    copy: dict[str, Any]
    story: dict[str, Any]
    verdict: str
    diff: tuple[dict[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``explain`` command."""
        return {
            "a": self.a,
            "b": self.b,
            "copy": self.copy,
            "story": self.story,
            "verdict": self.verdict,
            "diff": list(self.diff),
        }


def explain(index: NewsIndex, a: str, b: str) -> Explanation:
    """Compare two articles of an index; its stories are brought up to date first.

    Raises:
        UnknownArticle: if an id is not in the index.
    """
    rows = np.array(index.columns.rows([a, b]), np.int64)
    first, second = index.get_many([a, b])
    sketches = index.segments.sketch_of(rows)
    pair = measure(sketches, np.array([0]), np.array([1]), threads=1)
    is_copy, linked = bool(pair.jaccard[0] >= JACCARD), bool(pair.containment[0] >= CONTAINMENT)
    story = _story(index, rows)
    stories = find_stories(index, threads=index.threads)
    story["same"] = stories.of(a).id == stories.of(b).id
    verdict = "copy" if is_copy else "contains" if linked else "same story" if story["same"] else "different"
    diff = token_diff(first, second) if is_copy or linked else ()
    return Explanation(a, b, _copy(sketches.sizes.tolist(), pair), story, verdict, diff)


def token_diff(first: Article, second: Article) -> tuple[dict[str, str], ...]:
    """Steps that turn the first article's title and text into the second's, token by token.

    Spelling variants that fold alike, and other white space, count as equal.
    """
    left, right = (_PIECE.findall(article.body)[:_MOST_PIECES] for article in (first, second))
    folded_left, folded_right = ([fold(piece.strip()) for piece in pieces] for pieces in (left, right))
    matcher = SequenceMatcher(None, folded_left, folded_right, autojunk=False)
    return tuple(
        {"op": step, "a": "".join(left[a:a_end]), "b": "".join(right[b:b_end])}
        for step, a, a_end, b, b_end in matcher.get_opcodes()
    )


def _copy(sizes: list[int], pair: Pairs) -> dict[str, Any]:
    shared = round(float(pair.containment[0]) * min(sizes))
    return {
        "jaccard": round(float(pair.jaccard[0]), 4),
        "containment": round(float(pair.containment[0]), 4),
        "shared": shared,
        "shingles_a": sizes[0],
        "shingles_b": sizes[1],
        "needed": JACCARD,
    }


def _story(index: NewsIndex, rows: np.ndarray) -> dict[str, Any]:
    prepared = story_set(index)
    left, right = rows[:1], rows[1:]
    shares, bias = prepared.contributions(left, right)
    regime = int(prepared.regimes(left, right)[0])
    features = dict(zip(FEATURES, shares[0].tolist(), strict=True))
    telling = sorted((name for name, share in features.items() if abs(share) >= 0.05), key=lambda n: -abs(features[n]))
    return {
        "probability": round(float(prepared.probability(left, right)[0]), 4),
        "needed": float(prepared.resolutions(left)[0]),
        "regime": REGIMES[regime],
        "bias": round(float(bias[0]), 4),
        "features": {name: round(share, 4) for name, share in features.items() if share},
        "reasons": [_reason(name, features[name]) for name in telling],
    }


def _reason(name: str, share: float) -> str:
    if name in MEANINGS and share < 0:
        return "against: no closer in meaning than unrelated articles"
    return f"{'for' if share > 0 else 'against'}: {FEATURES[name]}"
