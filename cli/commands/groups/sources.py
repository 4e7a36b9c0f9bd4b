"""``sada sources``: show which outlets copy which, and how late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sada.cli.options.common import examples, threads_option
from sada.cli.options.filters import filter_options
from sada.cli.options.output import Output, output_options
from sada.cli.output.bidi import Isolated, isolated
from sada.cli.output.columns import Column, Row, printable
from sada.cli.output.progress import progress
from sada.cli.output.shared_columns import USUAL, day

if TYPE_CHECKING:
    from collections.abc import Callable

    from sada.indexes.search.filters import Filter

_FEW = 3
_ROOMY = 120
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def _name(key: str) -> Callable[[Row], str]:
    return lambda row: _shown_name(row[key])


def _shown_name(name: str | None) -> str:
    return isolated(printable(name)) if name else "(no source)"


def _partners(key: str) -> Callable[[Row], str]:
    def shown(row: Row) -> str:
        partners: list[Row] = row[key]
        parts = [f"{_shown_name(one['source'])} {one['articles']:,}" for one in partners[:_FEW]]
        more = [f"{len(partners) - _FEW} more"] if len(partners) > _FEW else []
        return Isolated(", ".join(parts + more))

    return shown


def _duration(key: str) -> Callable[[Row], str]:
    def shown(row: Row) -> str:
        seconds: float | None = row[key]
        if seconds is None:
            return ""
        if seconds < 2 * _HOUR:
            return f"{seconds / _MINUTE:.0f} min"
        return f"{seconds / _HOUR:.1f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.1f} d"

    return shown


COLUMNS = [
    Column(_name("source"), "Source", max_width=24),
    Column("articles", "Articles", justify="right"),
    Column("first_of_stories", "First told", justify="right", from_width=USUAL),
    Column("first_of_copies", "First text", justify="right"),
    Column("copies", "Copies", justify="right"),
    Column(_duration("median_delay_s"), "Behind", justify="right", wrap=False),
    Column("repeats", "Repeats", justify="right", from_width=_ROOMY),
    Column("ties", "Ties", justify="right", from_width=_ROOMY),
    Column("undated_copies", "Undated", justify="right", from_width=_ROOMY),
    Column(_partners("follows"), "Follows", max_width=40, from_width=USUAL),
    Column(_partners("followed_by"), "Followed by", max_width=40, from_width=USUAL),
]
PAIRS = [
    Column(_name("source"), "Source", max_width=24),
    Column(lambda row: row["figure"].replace("_", " "), "Figure"),
    Column("article", "Article", wrap=False, max_width=24),
    day("published", "Published"),
    Column("other", "Other", wrap=False, max_width=24),
    Column(_name("other_source"), "Of", max_width=24, from_width=USUAL),
    Column(_duration("delay_s"), "Apart", justify="right", wrap=False),
    Column(lambda row: f"{row['jaccard']:.2f}", "Jaccard", justify="right", from_width=USUAL),
]


@click.command(
    "sources",
    short_help="Show which outlets copy which, and how late",
    epilog=examples(
        "sada sources news.sada --since 2024-07-01",
        'sada sources news.sada --source "Northwind Wire" --pairs',
    ),
)
@click.argument("path", metavar="INDEX")
@click.option("--by-day", is_flag=True, help="One row for each outlet and day.")
@click.option("--pairs", is_flag=True, help="List the articles behind the figures instead, each with the other it is"
              " counted for.")  # fmt: skip
@filter_options
@output_options
@threads_option
def command(path: str, by_day: bool, pairs: bool, filters: Filter, output: Output, threads: int) -> None:
    """Show for each outlet how often it was first, whom it followed and how late, and who followed it.

    First told counts the stories that the outlet had before all others, First text the groups of copies. An article
    follows the earliest of its verified copies if that is another outlet's and came out in an earlier minute. Copies
    counts such articles, and Behind is their median delay. Ties counts copies of the same minute, and Repeats copies of
    the outlet's own articles.

    Filters choose the articles that are counted; the articles that they follow, or that follow them, may be any.
    """
    from sada.cluster.sources.echoes import echo_pairs, source_echoes
    from sada.indexes.index import NewsIndex

    if by_day and pairs:
        raise click.UsageError("--pairs lists articles and --by-day counts them: choose one")
    rows: list[Any]
    with NewsIndex.open(path, threads=threads) as index, progress("Looking for copies and stories"):
        if pairs:
            rows = echo_pairs(index, filters=filters, threads=threads)
        else:
            rows = source_echoes(index, filters=filters, by_day=by_day, threads=threads)
    columns = PAIRS if pairs else [day("day", "Day"), *COLUMNS] if by_day else COLUMNS
    output.write((row.to_dict() for row in rows), columns)
