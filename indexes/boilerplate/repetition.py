"""Evidence on a line that many articles of an outlet share: is it boilerplate or part of the articles?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.known_runs import without
from sada.indexes.boilerplate.runs import Tokens, stretches
from sada.indexes.boilerplate.titles import at_least_are_unlike, title_words
from sada.indexes.minhash.sketches import shingle
from sada.indexes.ragged import bounds_of, column, owners_of, unique
from sada.indexes.text.folding import SPACELESS, load
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import tokens

LEAST = 10
"""How many articles with the line must be unlike each other without it."""

_ALIKE = 0.2  # share of the shorter text's shingles: reports from one template have it, unrelated articles do not
_LEAST_SHINGLES = 5
_MOST_WORDS = 300
_TITLE_PARTS = 5
_SHORT = 3  # letters
_LEAD_WORDS = 50
_LOOKED_AT = 1000  # articles with a line: if no ten of these are unlike, they are one report sent again
_AT_ONCE = 64
_TELLING, _LIFT, _ODDS, _DEVIATIONS = 0.4, 4.0, 30.0, 6.0
_EVERYWHERE = 0.5
_FIGURES = re.compile(r"\d+(?:[.,٫٬]\d+)*")


class Bodies:
    """The texts of the articles of one outlet, without what repeats: whole lines, and runs of words within lines.

    Of each text only the half further from the line in question is compared: text near a line may belong to it. What
    many articles share up to its figures is left out, and all figures become 0, so that daily reports from one
    template are alike.

    Args:
        articles: n articles.
        pages: the lines of each.

    Attributes:
        forms: lines with figures that many articles share up to the values of these.
        with_runs: int64, the articles with runs of words that many articles share, ascending.
        mostly_repeated: bool (n,), where what repeats is at least half of the text.
    """

    def __init__(self, articles: Sequence[Article], pages: Sequence[Sequence[str]]) -> None:
        self._articles = articles
        self._masked = [_FIGURES.sub("0", line) for page in pages for line in page]
        self._bounds = bounds_of([len(page) for page in pages])
        owners = owners_of(np.diff(self._bounds))
        found = Tokens.of(self._masked)
        often = _are_in_many(found.keys, owners)
        lines = [line for page in pages for line in page]
        same = zip(lines, self._masked, often.tolist(), strict=True)
        self.forms = {line for line, form, skip in same if skip and _FIGURES.search(form)}
        self._often = often.tolist()
        parts = stretches(found, owners, often, LEAST)
        self._parts = {
            at: [(one.start, one.stop) for one in some] for at, some in groupby(parts, key=attrgetter("text"))
        }
        self._left: dict[int, str] = {}
        texts = np.array([one.text for one in parts], np.int64)
        self.with_runs = unique(owners[texts])
        repeated = np.where(often, found.sizes, 0)
        np.add.at(repeated, texts, [one.stop - one.start for one in parts])
        total = np.bincount(owners, found.sizes, len(pages))
        self.mostly_repeated = 2 * np.bincount(owners, repeated, len(pages)) >= total

    def vary(self, rows: Sequence[int], at_end: bool, by_titles: bool) -> bool:
        """True if at least ten of some articles are unlike each other; the line is at their end or at their start.

        Where too little is left of a body, its title counts, too, if asked for, unless the repeated text has the words
        of the title: then that is what the article says.
        """
        rows = rows[:_LOOKED_AT]
        unlike: list[np.ndarray] = []
        kept, short = [], []
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            sets = shingle(*column([self._other_half(row, at_end, _MOST_WORDS) for row in some]))
            for at, row in enumerate(some):
                own = sets.row(at)
                if len(own) < _LEAST_SHINGLES:
                    short.append(row)
                elif not any(_are_alike(own, other) for other in unlike):
                    unlike.append(own)
                    kept.append(row)
            if len(unlike) >= LEAST:
                return True
        if not by_titles:
            return False
        short = [row for row, own in zip(short, self._titles_repeat(short), strict=True) if not own]
        openings = [self._opening(row, at_end) for row in kept + short]
        return at_least_are_unlike(openings, LEAST, certain=len(kept))

    def _titles_repeat(self, rows: Sequence[int]) -> list[bool]:
        """For each article whether more than a fifth of the long words of its title are in what is left out of it.

        So it is for a title without such words.
        """
        titles = [" ".join(filter(_is_telling, self._title(row))) for row in rows]
        wholes = [" ".join(self._masked[self._bounds[row] : self._bounds[row + 1]]) for row in rows]
        texts = list(map(self._text, rows))
        named, whole, left = (title_words(some, threes=True) for some in (titles, wholes, texts))
        found = []
        for at in range(len(rows)):
            own = set(named.of(at))
            repeated = own & (set(whole.of(at)) - set(left.of(at)))
            found.append(not own or _TITLE_PARTS * len(repeated) > len(own))
        return found

    def _opening(self, row: int, at_end: bool) -> str:
        return " ".join([*self._title(row), self._other_half(row, at_end, _LEAST_SHINGLES + 2)])

    def _title(self, row: int) -> list[str]:
        """The tokens of a title without those of the outlet's name, which pages add to it."""
        name = set(tokens(self._articles[row].source))
        return [token for token in tokens(self._articles[row].title) if token not in name]

    def are_of_one_subject(self, rows: Sequence[int], at_end: bool) -> bool:
        """True if some word is in many of these articles and in few others of the outlet.

        Such a line belongs to a subject, like the verse that ends an obituary or the sea state that ends a forecast;
        boilerplate is under all kinds of articles. False for a line of at least half of all articles, unless it is most
        of their text and there are ten others.
        """
        count = len(self._articles)
        mostly = self.mostly_repeated[rows].mean() >= 0.5 and count - len(rows) >= LEAST
        if len(rows) >= _EVERYWHERE * count and not mostly:
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

    def _text(self, row: int) -> str:
        """What is left of a text."""
        if row not in self._left:
            lines = range(self._bounds[row], self._bounds[row + 1])
            left = (without(self._masked[at], self._parts.get(at, ())) for at in lines if not self._often[at])
            self._left[row] = " ".join(left)
        return self._left[row]

    def _other_half(self, row: int, at_end: bool, most: int) -> str:
        found = self._text(row).split()
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


def _are_in_many(keys: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Which lines are in at least ten articles."""
    found, names = np.unique(keys, return_inverse=True)
    pairs = np.unique(np.stack([names, owners], axis=1), axis=0)
    return (np.bincount(pairs[:, 0], minlength=len(found)) >= LEAST)[names]


def _is_telling(token: str) -> bool:
    """False for a short word, as most prepositions and articles are."""
    return len(token) > _SHORT or load().kinds[ord(token[0])] == SPACELESS


def _are_alike(left: np.ndarray, right: np.ndarray) -> bool:
    shared = len(np.intersect1d(left, right, assume_unique=True))
    return shared >= _ALIKE * min(len(left), len(right))
