"""Which outlets publish first, which follow others and how late, and which are followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.copies.copies import JACCARD, Copies, find_copies
from sada.cluster.likeness.pairs import measure
from sada.cluster.sources.figures import FIGURES, EchoPair, SourceEcho, Units
from sada.cluster.sources.precedence import Following, Links, PublicationSpans, firsts, undated
from sada.cluster.stories.stories import Stories, find_stories
from sada.indexes import is_open_index
from sada.indexes.article import Article, refuse_path
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import unique
from sada.indexes.search.filters import Filter
from sada.indexes.storage.columns import Columns, ranks_of, runs_of
from sada.indexes.threads import carries_threads
from sada.indexes.timestamps import DAY, SECOND, UNDATED, day_text, from_micros

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


@carries_threads
def source_echoes(
    source: NewsIndex | Iterable[Article],
    *,
    filters: Filter | None = None,
    by_day: bool = False,
    copies: Copies | None = None,
    stories: Stories | None = None,
    threads: int = 0,
) -> list[SourceEcho]:
    """Count for each outlet what it published first, what it copied from others and how late, and who copied it.

    >>> echo = next(echo for echo in source_echoes(articles) if echo.source == "The Harbour Ledger")
    >>> echo.articles, echo.copies, echo.follows, echo.median_delay_s
    (10, 1, {'Northwind Wire': 1}, 9000.0)

    Args:
        source: an index, or articles.
        filters: which articles count. The articles that they follow, or that follow them, need not pass the filters.
        by_day: give a row for each outlet and day in UTC.
        copies: of the same articles, if found already; else copies with a Jaccard of at least 0.8 are found.
        stories: of the same articles, if found already; else they are found.
        threads: how many to use, 0 for one per core. The result does not depend on it.

    Returns:
        One item for each outlet, the one with most articles first (ties: by name), articles without an outlet last.
        With ``by_day`` they are sorted by day first, undated articles last.

    Raises:
        UnknownArticleError: if an article of ``stories`` is not in ``source``.
        TypeError: if ``source`` is a path: open the index, or read the articles, first.
    """
    return _Echoes.of(source, copies, stories).figures(filters, by_day)


@carries_threads
def echo_pairs(
    source: NewsIndex | Iterable[Article],
    *,
    filters: Filter | None = None,
    copies: Copies | None = None,
    stories: Stories | None = None,
    threads: int = 0,
) -> list[EchoPair]:
    """List the pairs of articles behind the figures of :func:`source_echoes`, which has the same arguments.

    >>> pairs = echo_pairs(articles)
    >>> [(pair.figure, pair.other) for pair in pairs if pair.article == "en-122"]
    [('copies', 'en-001')]

    Returns:
        The pairs whose ``article`` passes the filters, sorted by outlet in the order of :func:`source_echoes`, then by
        figure, then by time. An article that follows several outlets, or that several follow, is in several pairs.

    Raises:
        UnknownArticleError: if an article of ``stories`` is not in ``source``.
        TypeError: if ``source`` is a path: open the index, or read the articles, first.
    """
    return _Echoes.of(source, copies, stories).pairs(filters)


@dataclass(frozen=True)
class _Echoes:
    """The relations of n articles: who was first, and who follows whom.

    Attributes:
        columns, sketches: of the articles.
        order: int64 (n,): each row's rank by time as stated, then by id; undated rows come last.
        sources: int64 (n,), the source of each.
        names: the name of each source, None for the empty one.
        links: the pairs of articles behind each figure.
    """

    columns: Columns
    sketches: ShingleSets
    order: np.ndarray
    sources: np.ndarray
    names: list[str | None]
    links: dict[str, Links]

    @classmethod
    def of(cls, source: NewsIndex | Iterable[Article], copies: Copies | None, stories: Stories | None) -> _Echoes:
        refuse_path(source)
        if is_open_index(source):
            return source.snapshot.in_one_state(lambda _: cls._of(source, copies, stories))
        return cls._of(list(source), copies, stories)

    @classmethod
    def _of(cls, source: NewsIndex | list[Article], copies: Copies | None, stories: Stories | None) -> _Echoes:
        if copies is None:
            copies = find_copies(source, containment=None, lowest=JACCARD)
        if stories is None:
            stories = find_stories(source)
        assembly = copies._assembly
        columns = Columns.of(source) if isinstance(source, list) else assembly.rows.columns
        sources, spans = columns.source_codes.codes, PublicationSpans.of(columns)
        following = Following.of(assembly, sources, spans)
        links = {
            "first_of_copies": firsts(assembly.layout.places, sources, spans),
            "first_of_stories": firsts(_places(columns, stories), sources, spans),
            "copies": following.copies,
            "repeats": following.repeats,
            "ties": following.ties,
            "undated_copies": undated(assembly.proofs, spans),
            "followed_by": Links(following.copies.other, following.copies.article),
        }
        return cls(columns, assembly.rows.sketches, spans.order, sources, _names(columns), links)

    def figures(self, filters: Filter | None, by_day: bool) -> list[SourceEcho]:
        """Count the articles that pass the filters, by source, or by day and source."""
        everyone, published = np.arange(len(self.columns)), self.columns.published
        days = np.where(published == UNDATED, UNDATED, published // DAY)
        units = Units.of(self._passing(filters), self.sources, days if by_day else np.full(len(days), UNDATED))
        names = [self.names[source] for source in units.sources.tolist()]
        day_texts = [_day(day) for day in units.days.tolist()]
        articles, delays = units.counts(everyone), self._median_delays(units)
        figures = {name: units.counts(unique(self.links[name].article)) for name in FIGURES}
        follows, followed_by = (self._partners(units, name) for name in ("copies", "followed_by"))
        on_days = units.tallies(everyone, days)
        order = sorted(range(len(names)), key=lambda at: (units.days[at], *_rank(names[at], articles[at])))
        return [
            SourceEcho(
                source=names[at],
                day=day_texts[at],
                articles=articles[at],
                **{name: counts[at] for name, counts in figures.items()},
                median_delay_s=delays.get(at),
                follows=follows[at],
                followed_by=followed_by[at],
                days={name: count for day, count in on_days[at].items() if (name := _day(day))},
            )
            for at in order
        ]

    def pairs(self, filters: Filter | None) -> list[EchoPair]:
        """List the pairs whose article passes the filters."""
        rows = self._passing(filters)
        sizes = np.bincount(self.sources[rows], minlength=len(self.names)).tolist()
        by_size = sorted(range(len(sizes)), key=lambda at: _rank(self.names[at], sizes[at]))
        ranks = ranks_of(np.array(by_size, np.int64))
        article, other = (np.concatenate(ends) for ends in zip(*self.links.values(), strict=True))
        figure = np.repeat(np.arange(len(self.links)), [len(links.article) for links in self.links.values()])
        by = np.lexsort((self.order[other], self.order[article], figure, ranks[self.sources[article]]))
        by = by[np.isin(article[by], rows)]
        article, other = article[by], other[by]
        alike = measure(self.sketches, article, other).jaccard
        figures = np.array(list(self.links))[figure[by]]
        return list(map(self._pair, figures.tolist(), article.tolist(), other.tolist(), alike.tolist()))

    def _pair(self, figure: str, article: int, other: int, jaccard: float) -> EchoPair:
        columns = self.columns
        published, other_published = int(columns.published[article]), int(columns.published[other])
        return EchoPair(
            source=self.names[self.sources[article]],
            figure=figure,
            article=columns.ids[article],
            published=None if published == UNDATED else from_micros(published),
            other=columns.ids[other],
            other_source=self.names[self.sources[other]],
            delay_s=None if UNDATED in (published, other_published) else abs(published - other_published) / SECOND,
            jaccard=jaccard,
        )

    def _passing(self, filters: Filter | None) -> np.ndarray:
        """Return the rows that pass the filters, int64."""
        mask = None if filters is None else filters.mask(self.columns)
        return np.arange(len(self.columns)) if mask is None else np.flatnonzero(mask)

    def _partners(self, units: Units, figure: str) -> list[dict[str | None, int]]:
        """Count for each unit its pairs of a figure by the other source, most first."""
        links = self.links[figure]
        tallies = units.tallies(links.article, self.sources[links.other])
        named = ({self.names[source]: count for source, count in tally.items()} for tally in tallies)
        return [dict(sorted(tally.items(), key=lambda item: _rank(*item))) for tally in named]

    def _median_delays(self, units: Units) -> dict[int, float]:
        """Return for each unit with copies the median of their delays after the earliest copy, in seconds."""
        copies, published = self.links["copies"], self.columns.published
        delays = published[copies.article] - published[copies.other]
        order = np.lexsort((-delays, copies.article))
        rows, longest = np.unique(copies.article[order], return_index=True)
        owners, delays = units.of_rows[rows], delays[order[longest]]
        runs = runs_of(np.argsort(owners, kind="stable"), owners)
        return {int(owners[run[0]]): float(np.median(delays[run])) / SECOND for run in runs}


def _places(columns: Columns, stories: Stories) -> np.ndarray:
    """Return the position of each row's story: int64 (n,), -1 if it is in none."""
    places = np.full(len(columns), -1)
    rows = columns.rows([id_ for story in stories.stories for id_ in story.articles])
    places[rows] = np.repeat(np.arange(len(stories.stories)), [story.size for story in stories.stories])
    return places


def _names(columns: Columns) -> list[str | None]:
    """Return the most frequent spelling of each source, in the order of source codes; None for the empty name."""
    spelled: dict[str, str] = {}
    for name, _ in sorted(Counter(columns.sources).items(), key=lambda item: (-item[1], item[0])):
        spelled.setdefault(name.casefold(), name)
    return [spelled[folded] or None for folded in columns.source_codes.numbers]


def _rank(name: str | None, size: int) -> tuple[bool, int, str]:
    """Return a sort key: most articles first, then by name; None last."""
    return name is None, -size, name or ""


def _day(number: int) -> str | None:
    """Format a day by its number since 1970, as 2024-07-31; None if it is unknown."""
    return None if number == UNDATED else day_text(number)
