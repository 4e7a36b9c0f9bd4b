"""Labels that an outlet prints before or after many titles, as "Watch:" and "(video)", learned from its articles.

A label stands apart, by a colon, dots, a bar, a dash or brackets. So does the name of whoever is quoted, but that is in
the article's text as well, where a label is not. No list of words is used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sada.indexes.article import Article
from sada.indexes.text.tokens import tokens

LEAST = 5
"""A label is that of so many titles of an outlet at least, and"""
MOST_IN_TEXTS = 0.1
"""in at most this share of their texts is a word of it."""
_WORDS = 3  # at most
_LEFT = 2  # words of a title that must be left without its label
_BEFORE = re.compile(r"\s*([^:/|…]{2,25}?)\s*(?:[:/|…：｜]|\.{2,}|\s[-–—](?=\s))[\s.…]*(?=\S)")
_AFTER = re.compile(r"(?:[|/…｜]|\.{2,}|\s[-–—])\s*([^:/|….–—]{2,25})\s*$|\s*[(\[（]([^()\[\]（）]{2,25})[)\]）]\s*$")


class _Part(NamedTuple):
    """What may be a label: where it stands, itself in lower case, and the title without it."""

    place: str
    label: str
    rest: str


@dataclass(frozen=True, slots=True)
class TitleLabels:
    """The labels of outlets: each an outlet, ``before`` or ``after`` the title, and the label in lower case."""

    labels: frozenset[tuple[str, str, str]]

    @classmethod
    def learn(cls, articles: Iterable[Article]) -> TitleLabels:
        """Learn the labels from articles; of those without a text nothing can be learned.

        >>> films = ["Storm over the bay", "A calf is born", "Cup final", "The old mill", "First snow"]
        >>> told = [Article(str(at), f"Watch: {film}", "Seen by many.", source="A") for at, film in enumerate(films)]
        >>> TitleLabels.learn(told).without("A", "WATCH: The mayor speaks")
        'The mayor speaks'
        """
        articles = [article for article in articles if article.title and article.text.strip()]
        parts = [(article, part) for article in articles for part in _parts(article.plain_title)]
        counts = Counter((article.source, part.place, part.label) for article, part in parts)
        likely = {label for label, count in counts.items() if count >= LEAST}
        spoken = Counter[tuple[str, str, str]]()
        for article, part in parts:
            label = article.source, part.place, part.label
            if label in likely:
                spoken[label] += _is_in(part.label, article)
        return cls(frozenset(label for label in likely if spoken[label] <= MOST_IN_TEXTS * counts[label]))

    def without(self, source: str, title: str) -> str:
        """Return a title of an outlet without its labels; as it is if too little would be left.

        Args:
            source: the outlet.
            title: without HTML tags.
        """
        found = True
        while found:
            found = False
            for part in _parts(title):
                if (source, part.place, part.label) in self.labels and len(tokens(part.rest)) >= _LEFT:
                    title, found = part.rest, True
                    break
        return title


def _parts(title: str) -> Iterator[_Part]:
    """Yield what stands apart at the beginning of a title and at its end."""
    before, after = _BEFORE.match(title), _AFTER.search(title)
    if before:
        yield from _part("before", before[1], title[before.end() :])
    if after:
        yield from _part("after", after[1] or after[2], title[: after.start()].rstrip())


def _part(place: str, label: str, rest: str) -> Iterator[_Part]:
    words = label.casefold().split()
    if 0 < len(words) <= _WORDS:
        yield _Part(place, " ".join(words), rest)


def _is_in(label: str, article: Article) -> bool:
    """Return whether a word is in the text of an article, where that does not repeat the title."""
    text = article.plain_text.replace(article.plain_title, " ").casefold()
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in label.split())
