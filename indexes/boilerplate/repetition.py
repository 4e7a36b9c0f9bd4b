"""Evidence on a line that many articles of an outlet share: is it boilerplate or part of the articles?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import line_keys
from sada.indexes.minhash.sketches import shingle
from sada.indexes.ragged import bounds_of, column
from sada.indexes.text.terms import words

LEAST = 10
"""How many articles with the line must be unlike each other without it."""

_ALIKE = 0.2  # share of the shorter text's shingles: reports from one template have it, unrelated articles do not
_LEAST_SHINGLES = 5
_MOST_WORDS = 300
_LEAD_WORDS = 50
_LOOKED_AT = 1000  # articles with a line: if no ten of these are unlike, they are one report sent again
_AT_ONCE = 64
_TELLING, _LIFT, _ODDS, _DEVIATIONS = 0.4, 4.0, 30.0, 6.0
_EVERYWHERE = 0.5
_FIGURES = re.compile(r"\d+(?:[.,٫٬]\d+)*")


class Bodies:
    """The texts of the articles of one outlet, without lines that repeat.

    Of each text only the half further from the line in question is compared: text near a line may belong to it. Lines
    that many articles share up to their figures are left out, and all figures become 0, so that daily reports from one
    template are alike.

    Args:
        articles: n articles.
        pages: the lines of each.

    Attributes:
        forms: lines with figures that many articles share up to the values of these.
    """

    def __init__(self, articles: Sequence[Article], pages: Sequence[Sequence[str]]) -> None:
        self._articles = articles
        self.forms: set[str] = set()
        masked = [[_FIGURES.sub("0", line) for line in page] for page in pages]
        owners = np.repeat(np.arange(len(pages)), [len(page) for page in masked])
        keys = np.array(line_keys([line for page in masked for line in page]), np.uint64)
        found, names = np.unique(keys, return_inverse=True)
        pairs = np.unique(np.stack([names, owners], axis=1), axis=0)
        often = (np.bincount(pairs[:, 0], minlength=len(found)) >= LEAST)[names]
        bounds = bounds_of(np.array([len(page) for page in masked], np.int64))
        for lines, forms, start in zip(pages, masked, bounds[:-1].tolist(), strict=True):
            same = zip(lines, forms, often[start:], strict=False)
            self.forms.update(line for line, form, skip in same if skip and _FIGURES.search(form))
        self._texts = [
            " ".join(line for line, skip in zip(page, often[start:], strict=False) if not skip)
            for page, start in zip(masked, bounds[:-1].tolist(), strict=True)
        ]

    def vary(self, rows: Sequence[int], at_end: bool) -> bool:
        """True if at least ten of some articles are unlike each other; the line is at their end or at their start."""
        unlike: list[np.ndarray] = []
        most = min(len(rows), _LOOKED_AT)
        for start in range(0, most, _AT_ONCE):
            texts = [self._other_half(row, at_end, _MOST_WORDS) for row in rows[start : min(start + _AT_ONCE, most)]]
            sets = shingle(*column(texts))
            for at in range(len(texts)):
                own = sets.row(at)
                if len(own) >= _LEAST_SHINGLES and not any(_are_alike(own, other) for other in unlike):
                    unlike.append(own)
            if len(unlike) >= LEAST:
                return True
        return False

    def are_of_one_subject(self, rows: Sequence[int], at_end: bool) -> bool:
        """True if some word is in many of these articles and in few others of the outlet.

        Such a line belongs to a subject, like the verse that ends an obituary or the sea state that ends a forecast;
        boilerplate is under all kinds of articles. False for a line of at least half of all articles.
        """
        count = len(self._articles)
        if len(rows) >= _EVERYWHERE * count:
            return False
        owners, terms = self._words_at_end if at_end else self._words_at_start
        chosen = np.zeros(count, bool)
        chosen[rows] = True
        inside = np.bincount(terms[chosen[owners]], minlength=terms.max(initial=-1) + 1)
        outside = np.bincount(terms, minlength=len(inside)) - inside
        share = inside / len(rows)
        usual = (outside + 1) / (count - len(rows) + 2)
        rarer = share >= _LIFT * usual
        rarer |= share * (1 - usual) >= _ODDS * usual * (1 - share)
        deviation = (share - usual) / np.sqrt(usual * (1 - usual) / len(rows))
        return bool((rarer & (share >= _TELLING) & (deviation >= _DEVIATIONS)).any())

    def _other_half(self, row: int, at_end: bool, most: int) -> str:
        found = self._texts[row].split()
        middle = (len(found) + 1) // 2
        return " ".join(found[:middle][:most] if at_end else found[middle:][:most])

    @cached_property
    def _words_at_end(self) -> tuple[np.ndarray, np.ndarray]:
        return self._lead_words(True)

    @cached_property
    def _words_at_start(self) -> tuple[np.ndarray, np.ndarray]:
        return self._lead_words(False)

    def _lead_words(self, at_end: bool) -> tuple[np.ndarray, np.ndarray]:
        """The distinct words of each article's title and lead: int64 (m,) rows, and numbers of words."""
        texts = [
            f"{article.title}\n{self._other_half(row, at_end, _LEAD_WORDS)}"
            for row, article in enumerate(self._articles)
        ]
        found = words(texts, 1 << 40)
        owners = np.repeat(np.arange(len(texts)), np.diff(found.bounds))
        terms = np.unique(found.terms, return_inverse=True)[1]
        pairs = np.unique(np.stack([owners, terms], axis=1), axis=0)
        return pairs[:, 0], pairs[:, 1]


def _are_alike(left: np.ndarray, right: np.ndarray) -> bool:
    shared = len(np.intersect1d(left, right, assume_unique=True))
    return shared >= _ALIKE * min(len(left), len(right))
