"""``sada verify``: is every stored byte what was written?"""

from __future__ import annotations

import sys

import click

from sada.cli.output import printable


@click.command("verify")
@click.argument("path", metavar="INDEX")
def command(path: str) -> None:
    """Check all content, digests and links of INDEX; exit with 1 if anything is not as it was written.

    \b
    Examples:
      sada verify news.sada
      sada verify news.sada && cp -r news.sada backup.sada
    """
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path) as index:
        findings = index.verify()
    for finding in findings:
        click.echo(printable(f"{finding.where}: {finding.what}"))
    if findings:
        sys.exit(1)
    click.echo(f"{path}: all as it was written")
