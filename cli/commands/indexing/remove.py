"""``sada remove``: take articles out of an index."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from sada.cli.options.common import examples
from sada.cli.options.params import DateParam
from sada.cli.output.progress import note


@click.command(
    "remove",
    short_help="Take articles out of an index",
    epilog=examples(
        "sada remove news.sada a17 a18",
        "sada remove news.sada --before 2024-01-01 --dry-run",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("ids", nargs=-1, metavar="[ID...|-]")
@click.option("--before", type=DateParam(), metavar="DATE", help="Also all articles published before DATE.")
@click.option("--source", metavar="NAME", help="Also all articles of this outlet.")
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
def command(path: str, ids: tuple[str, ...], before: datetime | None, source: str | None, dry_run: bool) -> None:
    """Remove articles from INDEX by id, by date or by outlet.

    Articles with the given ids are removed, and those that meet --before and --source (both, if both are given).

    Articles that were printed on a page are removed together with it.

    With - ids are read from standard input, one per line, without the white space around them.
    """
    from sada.indexes.handle.printed import with_printed
    from sada.indexes.index import NewsIndex
    from sada.indexes.search.filters import Filter

    if not ids and before is None and source is None:
        raise click.UsageError("say what to remove: ids, - for ids on standard input, --before or --source")
    wanted = [line.strip() for line in sys.stdin if line.strip()] if ids == ("-",) else list(ids)
    with NewsIndex.open(path) as index:
        if before is not None or source is not None:
            mask = Filter(sources=() if source is None else [source], until=before).mask(index.snapshot.columns)
            assert mask is not None
            wanted += [id_ for id_, chosen in zip(index.snapshot.columns.ids, mask, strict=True) if chosen]
        wanted = with_printed(wanted, index.snapshot)
        note(f"{len(wanted):,} of {len(index):,} articles {'would be' if dry_run else 'are to be'} removed")
        removed = 0 if dry_run else index.remove(wanted)
        click.echo(f"{removed:,} removed, {len(index):,} left")
