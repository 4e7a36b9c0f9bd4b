"""``sada report``: write the stories of an index as one page of HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sada.cli.options.common import examples, threads_option
from sada.cli.options.filters import filter_options
from sada.cli.options.params import writable
from sada.cli.output.progress import note, progress

if TYPE_CHECKING:
    from sada.indexes.search.filters import Filter

_LARGE = 50_000_000
_DAYS, _MIN_SIZE, _LIMIT = 7, 2, 500


@click.command(
    "report",
    short_help="Write stories and copies as one page of HTML",
    epilog=examples(
        "sada report news.sada -o report.html",
        "sada report news.sada -o taqrir.html --interface ar --since 2024-07-01",
    ),
)
@click.argument("path", metavar="INDEX")
@click.option(
    "-o", "--output", required=True, metavar="FILE", callback=writable, help="The page; - is standard output."
)
@click.option("--title", metavar="TEXT", help="The title of the page.  [Echoes of the news, in its language]")
@click.option(
    "--interface",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Language of the page's own words; articles keep theirs.",
)
@click.option("--whole", is_flag=True, help="All stories: old and small ones and routine, too, and any number.")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Only stories with an article of the last N days before the latest article.  [{_DAYS}, unless --since or"
    " --until is given]",
)
@click.option(
    "--min-size",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Only stories of N articles or more, copies counted.  [{_MIN_SIZE}]",
)
@click.option(
    "--routine", is_flag=True, help="Routine stories, too: issues of a series, as weather reports and share indices."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=f"Only the N largest stories.  [{_LIMIT}]")
@filter_options
@threads_option
def command(
    path: str,
    output: str | None,
    title: str | None,
    interface: str,
    whole: bool,
    days: int | None,
    min_size: int | None,
    routine: bool,
    limit: int | None,
    filters: Filter,
    threads: int,
) -> None:
    """Write the news of INDEX, its stories, their articles and copies, as one page that needs no network.

    Stories are brought up to date first. A story is in the page, with all its articles, if one of them meets every
    filter. What an editor opens first is in it: the larger stories of a week, without routine; a note tells how many
    others there are, and --whole takes all in.
    """
    from sada.cli.output.html_report import report_page
    from sada.cli.output.targets import opened
    from sada.cluster.report.report import report_data
    from sada.indexes.index import NewsIndex

    if not whole:
        days = days or (None if filters.since or filters.until else _DAYS)
        min_size, limit = min_size or _MIN_SIZE, limit or _LIMIT
    with NewsIndex.open(path, threads=threads) as index, progress("Gathering stories and copies"):
        data = report_data(
            index,
            filters=filters,
            limit=limit,
            days=days,
            min_size=min_size or 1,
            routine=whole or routine,
            threads=threads,
        )
    page = report_page(data, title=title, interface=interface, made=datetime.now(UTC))
    if not data["stored"]:
        note("note: the stories could not be stored, so links to them may not last; sada stories says why")
    with opened(output) as write:
        write(page)
    note(f"{len(data['stories']):,} stories, {len(data['texts']):,} articles, {len(page) / 1e6:,.1f} MB")
    _tell_left_out(data["left_out"], min_size or 1, limit, whole)
    if len(page) > _LARGE:
        note("note: --limit, --since or another filter makes it smaller")


def _tell_left_out(left_out: dict[str, int], min_size: int, limit: int | None, whole: bool) -> None:
    """Tell how many stories are not in the page, and how they come in."""
    names = {
        "older": "older",
        "small": f"of fewer than {min_size} articles",
        "routine": "routine",
        "beyond": f"beyond the {limit} largest",
    }
    told = [f"{count:,} {names[reason]}" for reason, count in left_out.items() if count]
    if told:
        advice = "" if whole else "; --whole takes all in"
        count = sum(left_out.values())
        note(f"note: {count:,} {'story' if count == 1 else 'stories'} left out ({', '.join(told)}){advice}")
