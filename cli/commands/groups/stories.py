"""``sada stories``: group articles that report the same event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sada.cli.commands.groups.story_history import list_changes
from sada.cli.options.common import examples, threads_option
from sada.cli.options.filters import filter_options
from sada.cli.options.output import Output, output_options
from sada.cli.options.params import LastTimeParam
from sada.cli.output.columns import Column
from sada.cli.output.progress import note, progress
from sada.cli.output.shared_columns import USUAL, WIDE, day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sada.cluster.routine.routine import Routine
    from sada.cluster.stories.stories import Story
    from sada.indexes.search.filters import Filter

COLUMNS = [
    Column("story", "Story", style="dim", wrap=False),
    Column("size", "Size", justify="right"),
    Column("copies", "Copies", justify="right"),
    Column("headline", "Headline", max_width=70),
    Column(lambda row: " ".join(row["languages"]), "Languages", max_width=11, from_width=USUAL),
    Column(lambda row: row["keywords"][:3], "Keywords", max_width=22, from_width=WIDE),
    day("first", "First"),
]
_GROWTH = Column("growth", "+24 h", justify="right", from_width=USUAL)


@click.command(
    "stories",
    short_help="Group articles into stories, and list them",
    epilog=examples(
        "sada stories news.sada --min-size 3",
        "sada stories news.sada --language ar --without-language en --sort growth",
    ),
)
@click.argument("path", metavar="INDEX")
@click.option("--all", "everything", is_flag=True, help="Stories of one article, too.")
@click.option(
    "--min-size",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    metavar="N",
    help="Only stories of N articles or more, copies counted.",
)
@click.option(
    "--without-language", multiple=True, metavar="CODE", help="Only stories without an article in this language."
)
@click.option("--without-source", multiple=True, metavar="NAME", help="Only stories without an article of this outlet.")
@click.option(
    "--routine", is_flag=True, help="Routine stories, too: issues of a series, as weather reports and share indices."
)
@click.option(
    "--sort",
    type=click.Choice(["growth", "size", "recent"]),
    default="growth",
    show_default=True,
    help="growth: the one with the most articles of the last 24 hours first, counted back from the latest article of"
    " all, or from --as-of; size: the largest first; recent: the one with the latest article first.",
)
@click.option(
    "--as-of",
    type=LastTimeParam(),
    metavar="DATE",
    help="Leave out what was published after this time; a date without a time counts in full. Which articles are one"
    " story is as of today.",
)
@click.option("--recompute", is_flag=True, help="Start from scratch, ids too; old ones lead to those given.")
@click.option("--history", metavar="ID", help="List what happened to one story, and to those merged into it, instead.")
@click.option("--no-update", is_flag=True, help="Only list what was stored; compute and write nothing.")
@filter_options
@output_options
@threads_option
def command(
    path: str,
    everything: bool,
    min_size: int,
    without_language: tuple[str, ...],
    without_source: tuple[str, ...],
    routine: bool,
    sort: str,
    as_of: datetime | None,
    recompute: bool,
    history: str | None,
    no_update: bool,
    filters: Filter,
    output: Output,
    threads: int,
) -> None:
    """Bring the stories of INDEX up to date, and list those that are news.

    A story is listed if one of its articles meets every filter. With --language it goes by its headline in the first
    of those languages that it has one in. Routine stories are left out, which a note tells.
    """
    from sada.cluster.routine.routine import find_routine
    from sada.cluster.stories.stories import METHOD, find_stories, stored_stories
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.fields import as_language

    if history is not None:
        list_changes(path, history, output)
        return
    if recompute and no_update:
        raise click.UsageError("--recompute writes and --no-update does not: choose one")
    if everything and not _is_default("min_size"):
        raise click.UsageError("--all lists stories of any size and --min-size does not: choose one")
    languages = {as_language(language) for language in without_language}
    with NewsIndex.open(path, threads=threads) as index:
        if no_update and not index.stories.are_current(METHOD):
            note(
                "note: articles came or went since stories were last stored;"
                " without --no-update they are brought up to date"
            )
        with progress("Bringing stories up to date"):
            found = stored_stories(index) if no_update else find_stories(index, recompute=recompute, threads=threads)
        if not found.stored:
            note(f"note: these stories were not stored, and new ids may change: {found.obstacle}")
        if as_of is not None:
            found = found.as_of(index, as_of)
        with progress("Telling routine from news"):
            series = find_routine(index, found, threads=threads)
        mask = filters.mask(index.snapshot.columns)
        columns = index.snapshot.columns
        passing = None if mask is None else {id_ for id_, ok in zip(columns.ids, mask, strict=True) if ok}
    least = 1 if everything else min_size
    sources = {source.casefold() for source in without_source}
    listed = [
        story
        for story in found.stories
        if story.size >= least
        and (passing is None or not passing.isdisjoint(story.articles))
        and languages.isdisjoint(story.languages)
        and sources.isdisjoint(source.casefold() for source in story.sources)
    ]
    if not routine:
        listed = _news(listed, series)
    rows = (
        story.to_dict() | {"headline": story.headline_in(filters.languages), "series": series.id_of(story.id)}
        for story in _sorted(listed, sort)
    )
    output.write(rows, [*COLUMNS, _GROWTH] if sort == "growth" else COLUMNS)


def _news(stories: list[Story], series: Routine) -> list[Story]:
    """Return the stories that are news, and tell how many are not."""
    news = [story for story in stories if story.id not in series]
    if len(news) < len(stories):
        left = f"{len(stories) - len(news):,} routine stories" if len(stories) - len(news) > 1 else "one routine story"
        note(f"note: {left} not listed; --routine lists what is an issue of a series, too")
    return news


def _is_default(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is ParameterSource.DEFAULT


def _sorted(stories: list[Story], by: str) -> Iterable[Story]:
    """Sort stories; equal ones stay as they were, the largest first."""
    if by == "size":
        return stories
    if by == "growth":
        return sorted(stories, key=lambda story: story.growth, reverse=True)
    return sorted(stories, key=lambda story: story.last.timestamp() if story.last else float("-inf"), reverse=True)
