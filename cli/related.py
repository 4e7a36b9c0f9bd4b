"""``sada related``: what to read next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sada.cli.listing import LANGUAGE, SOURCE, TITLE, WIDE, times
from sada.cli.options import Output, examples, filter_options, output_options, threads_option
from sada.cli.output import Column

if TYPE_CHECKING:
    from sada.indexes.filters import Filter

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


@click.command(
    "related",
    short_help="List what to read next",
    epilog=examples(
        "sada related news.sada a17",
        "sada related news.sada a17 a3 -k 5 --language ar",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("-k", default=8, type=click.IntRange(min=1), show_default=True, help="How many.")
@filter_options
@output_options
@threads_option
def command(path: str, ids: tuple[str, ...], k: int, filters: Filter, output: Output, threads: int) -> None:
    """List what a reader of these articles would want next: no copies of them, nor of each other."""
    from sada.cluster.recommendation import related
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, threads=threads) as index:
        output.write((item.to_dict() for item in related(index, ids, k, filters=filters)), COLUMNS)
