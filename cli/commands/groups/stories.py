"""``sada stories``: group articles that report the same event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sada.cli.commands.groups.story_history import list_changes
from sada.cli.commands.groups.story_listing import COLUMNS, GROWTH, THREAD_COLUMNS, Choice, in_order, news_of
from sada.cli.options.common import examples, threads_option
from sada.cli.options.filters import filter_options
from sada.cli.options.output import Output, output_options
from sada.cli.options.params import LastTimeParam
from sada.cli.output.progress import note, progress

if TYPE_CHECKING:
    from sada.indexes.search.filters import Filter


@click.command(
    "stories",
    short_help="Group articles into stories, and list them",
    epilog=examples(
        "sada stories news.sada --language ar --without-language en --sort growth",
        "sada stories news.sada --by-thread --sort size",
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
    "--by-thread", is_flag=True, help="List threads instead: the stories of one large event, joined over days."
)
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
    by_thread: bool,
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
    from sada.cluster.threads.threads import find_threads
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.fields import as_language

    if history is not None:
        list_changes(path, history, output)
        return
    if recompute and no_update:
        raise click.UsageError("--recompute writes and --no-update does not: choose one")
    if everything and not _is_default("min_size"):
        raise click.UsageError("--all lists stories of any size and --min-size does not: choose one")
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
        if by_thread:
            with progress("Joining stories"):
                left_out = () if routine else [story for one in series.series for story in one.stories]
                joined = find_threads(index, found, without=left_out, threads=threads)
    choice = Choice(
        1 if everything else min_size,
        passing,
        {as_language(language) for language in without_language},
        {source.casefold() for source in without_source},
    )
    more = [GROWTH] if sort == "growth" else []
    if by_thread:
        output.write((one.to_dict() for one in in_order(choice.of(joined.threads), sort)), [*THREAD_COLUMNS, *more])
        return
    listed = choice.of(found.stories)
    rows = (
        story.to_dict() | {"headline": story.headline_in(filters.languages), "series": series.id_of(story.id)}
        for story in in_order(listed if routine else news_of(listed, series), sort)
    )
    output.write(rows, [*COLUMNS, *more])


def _is_default(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is ParameterSource.DEFAULT
