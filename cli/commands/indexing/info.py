"""``sada info``: describe what an index holds and how it was made."""

from __future__ import annotations

import json
from typing import Any

import click

from sada.cli.commands.indexing.boilerplate import COLUMNS as BOILERPLATE
from sada.cli.options.common import examples
from sada.cli.options.output import Output, output_options
from sada.cli.output.bidi import Isolated, isolated
from sada.cli.output.columns import Column, printable
from sada.cli.output.progress import note, progress

_COLUMNS = [Column("what", "", style="dim"), Column("value", "", max_width=90)]
_OLD_KEY = "furniture"  # of what boilerplate says; kept in JSON and CSV
_WHERE_ANY = ("log_bytes", "lost_commits")
_MOST = 12


@click.command(
    "info",
    short_help="Show what an index holds and how it was made",
    epilog=examples(
        "sada info news.sada",
        "sada info news.sada --boilerplate",
    ),
)
@click.argument("path", metavar="INDEX")
@click.option("--check-recall", is_flag=True, help="Measure how many of the true neighbours by meaning are found.")
@click.option("--boilerplate", is_flag=True, help="List the lines that are taken out of articles instead.")
@click.option("--furniture", is_flag=True, hidden=True)  # its name before
@output_options
def command(path: str, check_recall: bool, boilerplate: bool, furniture: bool, output: Output) -> None:
    """Show how many articles INDEX holds, of which languages and outlets, and what it was made with.

    --check-recall adds recall_at_10: the share of the true 10 nearest articles that a search by meaning finds, measured
    on some of the articles. --boilerplate shows what `sada boilerplate INDEX` shows.
    """
    from sada.indexes.index import NewsIndex

    lists_lines = boilerplate or furniture
    if lists_lines and check_recall:
        raise click.UsageError("--boilerplate lists lines and --check-recall measures a search: choose one")
    with NewsIndex.open(path) as index:
        if lists_lines:
            output.write((line.to_dict() for line in index.boilerplate.lines()), BOILERPLATE)
            return
        row = index.info()
        if check_recall and index.snapshot.dimension:
            with progress("Measuring"):
                row["recall_at_10"] = round(index.snapshot.vector_search.recall(), 4)
        elif check_recall:
            note("note: the index has no encoder, so there is no search by meaning to measure")
    if output.shows_table():
        output.write(
            [
                {"what": key.replace("_", " "), "value": _shown(value)}
                for key, value in row.items()
                if value is not None and key != _OLD_KEY and (value or key not in _WHERE_ANY)
            ],
            _COLUMNS,
        )
    elif output.format == "json" and output.path is None:
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
    else:
        output.write([row], _COLUMNS)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_shown(part) for part in value[:_MOST]) + ("; …" if len(value) > _MOST else "")
    if isinstance(value, dict):
        parts = [
            f"{isolated(printable(key))} {f'{part:,}' if isinstance(part, int) else printable(str(part))}"
            for key, part in value.items()
        ]
        return Isolated(", ".join(parts[:_MOST]) + (f", and {len(parts) - _MOST} more" if len(parts) > _MOST else ""))
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
