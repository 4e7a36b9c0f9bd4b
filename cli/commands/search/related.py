"""``sada related``: recommend what to read next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sada.cli.options.common import examples, threads_option
from sada.cli.options.filters import filter_options
from sada.cli.options.id_lists import ids_named
from sada.cli.options.output import Output, output_options
from sada.cli.options.params import DateParam
from sada.cli.output.columns import Column
from sada.cli.output.progress import note, progress
from sada.cli.output.rows import FORMATS, write_lines
from sada.cli.output.shared_columns import LANGUAGE, SOURCE, TITLE, WIDE, times

if TYPE_CHECKING:
    from sada.cluster.recommendation.page import RelatedPage
    from sada.cluster.recommendation.recommender import Preferences
    from sada.indexes.index import NewsIndex
    from sada.indexes.search.filters import Filter

COLUMNS = [
    Column("rank", "", justify="right", style="dim"),
    Column(lambda row: f"{row['score']:.3f}", "Score", justify="right"),
    Column("id", "Id", wrap=False, max_width=24),
    TITLE,
    SOURCE,
    LANGUAGE,
    *times("published", "Published"),
    Column(lambda row: "; ".join(row["reasons"]), "Why", max_width=40, from_width=WIDE),
]
PAGE = "page"
_NAMED = 5


@click.command(
    "related",
    short_help="List what to read next",
    epilog=examples(
        "sada related news.sada a17 a3 -k 5 --prefer-language ar",
        "sada related news.sada --all -o related.jsonl",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--all", "everything", is_flag=True, help="For every article, as JSON Lines of {id, related}.")
@click.option("-k", default=8, type=click.IntRange(min=1), show_default=True, help="How many.")
@click.option(
    "--per-story",
    default=1,
    type=click.IntRange(min=0),
    show_default=True,
    metavar="N",
    help="At most N articles of one story; 0 for any number.",
)
@click.option("--prefer-language", multiple=True, metavar="CODE", help="Prefer this language.  [repeatable]")
@click.option("--prefer-source", multiple=True, metavar="NAME", help="Prefer this outlet.  [repeatable]")
@click.option("--pin", multiple=True, metavar="FILE|ID", help="Put an id, or those in FILE, first.  [repeatable]")
@click.option(
    "--block", multiple=True, metavar="FILE|ID", help="Never list an id, or those in FILE, nor copies.  [repeatable]"
)
@click.option("--now", type=DateParam(), help="Count freshness back from this time.  [the latest article read]")
@filter_options
@partial(output_options, formats=(*FORMATS, PAGE))
@threads_option
def command(
    path: str,
    ids: tuple[str, ...],
    everything: bool,
    k: int,
    per_story: int,
    prefer_language: tuple[str, ...],
    prefer_source: tuple[str, ...],
    pin: tuple[str, ...],
    block: tuple[str, ...],
    now: datetime | None,
    filters: Filter,
    output: Output,
    threads: int,
) -> None:
    """List what a reader of these articles would want next, the one read last given last.

    Copies of these articles, of one another and of blocked ones are never listed. Age and preferences move an article
    a little, and leave none out. With --format page, the blocks of a news page: one article to read also, two related
    titles and ten similar ones. With --all -o FILE, lists in FILE from an earlier run are computed again only if
    articles that were added, removed or changed may affect them.
    """
    from sada.cluster.recommendation.page import related_page
    from sada.cluster.recommendation.recommender import Preferences, related
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.fields import as_language

    _check(ids, everything, output)
    encoding = click.get_current_context().params["encoding"]
    pinned, blocked = ids_named("--pin", pin, encoding), ids_named("--block", block, encoding)
    languages = tuple(map(as_language, prefer_language))
    preferences = Preferences(languages, prefer_source, per_story or None, pinned, blocked, now)
    with NewsIndex.open(path, threads=threads) as index:
        _note_unknown(index, "--pin", pinned)
        _note_unknown(index, "--block", blocked)
        if everything:
            _write_all(index, k, filters, preferences, output)
        elif output.format == PAGE:
            _write_page(related_page(index, ids, filters=filters, preferences=preferences), output)
        else:
            found = related(index, ids, k, filters=filters, preferences=preferences)
            output.write((item.to_dict() for item in found), COLUMNS)


def _check(ids: tuple[str, ...], everything: bool, output: Output) -> None:
    """Refuse options that contradict one another."""
    if bool(ids) == everything:
        raise click.UsageError("name the articles that were read, or ask for --all: one of the two")
    if everything and (output.format or "jsonl") != "jsonl":
        raise click.UsageError("--all writes JSON Lines and no other format")
    given = click.get_current_context().get_parameter_source("k") is not ParameterSource.DEFAULT
    if output.format == PAGE and (given or output.limit is not None):
        raise click.UsageError("--format page shows as many as its blocks hold: leave out -k and --limit")


def _note_unknown(index: NewsIndex, option: str, ids: tuple[str, ...]) -> None:
    unknown = [id_ for id_ in ids if id_ not in index]
    if unknown:
        more = len(unknown) - _NAMED
        named = ", ".join(unknown[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
        note(f"note: {option} {named}: not in the index")


def _write_all(index: NewsIndex, k: int, filters: Filter, preferences: Preferences, output: Output) -> None:
    from sada.cluster.recommendation.precomputed import RelatedLists

    before = None if output.path is None else Path(output.path)
    lists = RelatedLists(index, k, filters=filters, preferences=preferences, before=before)
    with progress("Relating", len(lists)) as bar:

        def rows() -> Iterator[dict[str, Any]]:
            for row in lists:
                yield row
                bar.advance()

        Output("jsonl", output.path, output.limit).write(rows(), [])
    if before is not None:
        note(f"{lists.computed:,} lists made, {lists.kept:,} kept of those that {output.path} had")


def _write_page(page: RelatedPage, output: Output) -> None:
    from sada.cli.output.related_page import page_lines

    write_lines((f"{line}\n".encode() for line in page_lines(page)), output.path)
