"""``sada verify``: check that every stored byte is the one that was written."""

from __future__ import annotations

import click

from sada.cli.options.common import examples
from sada.cli.output.columns import printable
from sada.indexes.errors import IndexDamagedError


@click.command(
    "verify",
    short_help="Check an index for damage",
    epilog=examples(
        "sada verify news.sada",
        "sada verify news.sada && sada backup news.sada backup.sada",
    ),
)
@click.option("--forget-lost", is_flag=True, help="First forget lost commits: they were made again.")
@click.argument("path", metavar="INDEX")
def command(path: str, forget_lost: bool) -> None:
    """Check all content, digests and links of INDEX; exit with 1 if anything is not as it was written."""
    from sada.indexes.index import NewsIndex

    try:
        with NewsIndex.open(path) as index:
            if forget_lost:
                index.forget_lost()
            findings = [f"{finding.where}: {finding.what}" for finding in index.verify()]
    except IndexDamagedError as error:  # so badly that it cannot be opened
        findings = [str(error)]
    for finding in findings:
        click.echo(printable(finding))
    if findings:
        raise click.exceptions.Exit(1)
    click.echo(f"{path}: all as it was written")
