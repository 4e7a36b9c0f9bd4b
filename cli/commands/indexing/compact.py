"""``sada compact``: merge the segments of an index, and reclaim the space of removed articles."""

from __future__ import annotations

import sys

import click
import orjson

from sada.cli.options.common import examples
from sada.cli.output.progress import note, progress


@click.command(
    "compact",
    short_help="Merge an index's segments and reclaim space",
    epilog=examples(
        "sada compact news.sada",
        "sada remove news.sada --before 2024-01-01 && sada compact news.sada",
    ),
)
@click.argument("path", metavar="INDEX")
def command(path: str) -> None:
    """Merge all segments of INDEX into one, and free the space of removed and updated articles.

    Answers stay the same. Other processes can read the index meanwhile. When these have closed it, removed articles are
    in none of its files any more; only their ids stay, in the histories of stories.
    """
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path) as index, progress("Compacting"):
        report, begun = index.compact(), index.info()["reencoding"]
    if not report.complete:
        note(f"note: {path} is open elsewhere: its catalog shrinks when it is closed there")
    if begun is not None:
        note(
            f"note: a reencoding with {begun!r} that was begun keeps vectors, of removed articles too, until"
            f" sada reencode {path} is run again"
        )
    if not sys.stdout.isatty():
        click.echo(orjson.dumps({"index": path, **report._asdict()}).decode())
        return
    click.echo(
        f"{path}: {report.segments_before:,} segments are {report.segments:,} now,"
        f" {report.bytes_before:,} bytes are {report.bytes:,}"
    )
