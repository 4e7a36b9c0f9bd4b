"""``sada backup``: copy an index while other processes may write to it."""

from __future__ import annotations

import sys

import click
import orjson

from sada.cli.options.common import examples
from sada.cli.output.progress import progress


@click.command(
    "backup",
    short_help="Copy an index, also while it is written to",
    epilog=examples(
        "sada backup news.sada backup.sada",
        'sada backup news.sada "backups/news-$(date +%F).sada"',
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("copy", metavar="DEST")
def command(path: str, copy: str) -> None:
    """Copy the newest commit of INDEX to the new folder DEST, an index of its own.

    Other processes can read and write INDEX meanwhile. All content is checked before and after; DEST is there whole or
    not at all.
    """
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path) as index, progress("Copying"):
        report = index.backup(copy)
    if not sys.stdout.isatty():
        click.echo(orjson.dumps({"index": path, "backup": copy, **report._asdict()}).decode())
        return
    click.echo(f"{copy}: {report.articles:,} articles, {report.bytes:,} bytes, all as they are in {path}")
