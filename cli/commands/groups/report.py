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
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the N largest stories.")
@filter_options
@threads_option
def command(
    path: str,
    output: str | None,
    title: str | None,
    interface: str,
    limit: int | None,
    filters: Filter,
    threads: int,
) -> None:
    """Write the stories of INDEX, their articles and copies as one page that needs no network.

    Stories are brought up to date first. A story is in the page, whole, if one of its articles meets every filter.
    """
    from sada.cli.output.html_report import report_page
    from sada.cli.output.targets import opened
    from sada.cluster.report.report import report_data
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, threads=threads) as index, progress("Gathering stories and copies"):
        data = report_data(index, filters=filters, limit=limit, threads=threads)
    page = report_page(data, title=title, interface=interface, made=datetime.now(UTC))
    if not data["stored"]:
        note(
            "note: another process is writing, or the folder is read-only or its disk full, so links to these stories"
            " may not last"
        )
    with opened(output) as write:
        write(page)
    counts = f"{len(data['stories']):,} stories, {len(data['texts']):,} articles, {len(page) / 1e6:,.1f} MB"
    advice = "; --limit, --since or another filter makes it smaller" if len(page) > _LARGE else ""
    note(f"{counts}{advice}")
