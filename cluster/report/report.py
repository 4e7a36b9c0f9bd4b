"""The data of a report about an index: its stories, their articles, the copies among them, and its outlets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from sada.cluster.copies.copies import JACCARD, find_copies
from sada.cluster.report.choice import choose_stories
from sada.cluster.report.copies import copies_among
from sada.cluster.sources.echoes import source_echoes
from sada.cluster.stories.stories import Stories, find_stories
from sada.cluster.stories.story import Story
from sada.cluster.stories.views import name_of
from sada.indexes.article import Article
from sada.indexes.search.filters import Filter
from sada.indexes.storage.columns import Columns
from sada.indexes.text.language_codes import base_language
from sada.indexes.threads import carries_threads
from sada.indexes.timestamps import SECOND, UNDATED

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

TITLE_LENGTH = 500
TEXT_LENGTH = 5_000
"""Characters of a title and of a text at most."""
_PAGE = 1000  # articles read at a time


@carries_threads
def report_data(
    index: NewsIndex,
    *,
    filters: Filter | None = None,
    limit: int | None = None,
    days: float | None = None,
    min_size: int = 1,
    routine: bool = True,
    threads: int = 0,
) -> dict[str, Any]:
    """Collect everything that a report page shows, ready for JSON; the stories are brought up to date first.

    Articles, sources and languages are given by their position in ``articles``, ``sources`` and ``languages``. Times
    are in seconds since 1970 in UTC. Titles and texts are cut at :data:`TITLE_LENGTH` and :data:`TEXT_LENGTH`
    characters.

    >>> data = report_data(index, limit=1)
    >>> data["indexed"], data["articles"]["id"]
    (125, ['en-001', 'en-121', 'fr-001', 'en-122', 'es-001', 'de-001'])

    Args:
        index: an open index.
        filters: a story is in the report, with all its articles, if one of its articles passes the filters.
        limit: how many stories at most, the largest first; None for all.
        days: only stories with an article of so many days before the latest of all; None for any.
        min_size: only stories of so many articles or more, copies counted.
        routine: False leaves out the stories that :func:`~sada.cluster.routine.routine.find_routine` tells.
        threads: how many to use, 0 for one per core. The result does not depend on it.

    Returns:
        ``indexed``: number of articles in the index. ``stored``: False if ids of stories may change, see
        :attr:`~sada.cluster.stories.stories.Stories.stored`. ``left_out``: how many stories that pass the filters are
        not in the report because they are ``older``, ``small``, ``routine`` or ``beyond`` the limit, of which the first
        counts. ``text_length``: the length at which texts are cut.

        ``articles``: columns ``id``, ``title`` (the beginning of the text if there is none), ``source``, ``language``,
        ``at`` (time of publication, None if unknown) and ``url``, story by story and in order of time; ``untitled`` and
        ``cut`` list the articles without a title, and those whose text was cut. ``texts``: their texts.

        ``stories``, the largest first: ``id``, ``size`` (the story has so many of the next articles), ``head`` (the
        article whose title is the headline), ``heads`` (the same for each language), ``words`` (keywords), ``copies``,
        ``growth``, and ``changes`` if there were any since it opened: time, kind of change, number of articles, other
        story. ``redirects``: the current id for each id that was merged.

        ``groups``, ``copies`` and ``held``: see :func:`~sada.cluster.report.copies.copies_among`. ``echoes``: the rows
        of :func:`~sada.cluster.sources.echoes.source_echoes`.
    """
    filters = filters or Filter()

    def choose(found: Stories) -> tuple[list[Story], dict[str, int]]:
        return choose_stories(index, found, filters=filters, days=days, min_size=min_size, routine=routine, limit=limit)

    return index.snapshot.in_one_state(lambda _: _report(index, filters, choose))


def _report(
    index: NewsIndex, filters: Filter, choose: Callable[[Stories], tuple[list[Story], dict[str, int]]]
) -> dict[str, Any]:
    found = find_stories(index)
    copies = find_copies(index, lowest=JACCARD)
    listed, left_out = choose(found)
    articles = list(_articles(index, chain.from_iterable(story.articles for story in listed)))
    columns = _columns(index.snapshot.columns, [article for article, _ in articles])
    numbers = {id_: number for number, id_ in enumerate(columns["id"])}
    sources = {name: number for number, name in enumerate(dict.fromkeys(columns["source"]))}
    languages = {name: number for number, name in enumerate(dict.fromkeys(columns["language"]))}
    return {
        "indexed": len(index),
        "stored": found.stored,
        "left_out": left_out,
        "text_length": TEXT_LENGTH,
        "sources": list(sources),
        "languages": list(languages),
        "articles": columns
        | {
            "source": [sources[name] for name in columns["source"]],
            "language": [languages[name] for name in columns["language"]],
            "untitled": [number for number, (article, _) in enumerate(articles) if not article.title],
            "cut": [number for number, (_, is_cut) in enumerate(articles) if is_cut],
        },
        "texts": [article.text for article, _ in articles],
        "stories": _stories(index, listed, numbers),
        "redirects": _redirects(found.redirects, listed),
        **copies_among(index, copies, [article for article, _ in articles]),
        "echoes": [echo.to_dict() for echo in source_echoes(index, filters=filters, copies=copies, stories=found)],
    }


def _articles(index: NewsIndex, wanted: Iterable[str]) -> Iterator[tuple[Article, bool]]:
    """Yield articles by id as they are shown, cut to the length of the report, and whether their text was cut."""
    ids = list(wanted)
    for start in range(0, len(ids), _PAGE):
        for article in index.get(ids[start : start + _PAGE]):
            plain = article.plain()
            title, text = plain.title[:TITLE_LENGTH], plain.text[:TEXT_LENGTH]
            yield replace(plain, title=title, text=text, extra={}), text != plain.text  # extra may be large


def _columns(columns: Columns, articles: Sequence[Article]) -> dict[str, list[Any]]:
    rows = columns.rows([article.id for article in articles])
    times = columns.published[rows].tolist()
    return {
        "id": [article.id for article in articles],
        "title": [name_of(article) for article in articles],
        "source": [article.source for article in articles],
        "language": [base_language(columns.languages[row]) for row in rows],
        "at": [None if micros == UNDATED else micros // SECOND for micros in times],
        "url": [article.url for article in articles],
    }


def _stories(index: NewsIndex, listed: Sequence[Story], numbers: dict[str, int]) -> list[dict[str, Any]]:
    changes = _changes(index, [story.id for story in listed])
    return [
        {
            "id": story.id,
            "size": story.size,
            "head": numbers[story.pieces[0][0]],
            "heads": [numbers[headline.id] for headline in story.headlines.values()],
            "words": list(story.keywords),
            "copies": story.copies,
            "growth": story.growth,
        }
        | ({"changes": changes[story.id]} if len(changes.get(story.id, ())) > 1 else {})
        for story in listed
    ]


def _changes(index: NewsIndex, ids: Sequence[str]) -> dict[str, list[list[Any]]]:
    """Return the changes of each story, oldest first."""
    found: dict[str, list[list[Any]]] = {}
    for _, at, change in index.stories.changes(ids):
        found.setdefault(change.story, []).append([at // SECOND, change.change, len(change.articles), change.other])
    return found


def _redirects(redirects: dict[str, str], listed: Iterable[Story]) -> dict[str, str]:
    """Return the redirects to the listed stories."""
    known = {story.id for story in listed}
    return {old: new for old, new in redirects.items() if new in known}
