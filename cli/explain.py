"""``sada explain``: why two articles are, or are not, linked."""

from __future__ import annotations

from typing import Any

import click

from sada.cli.options import Output, output_options
from sada.cli.output import Column, printable


@click.command("explain")
@click.argument("path", metavar="INDEX")
@click.argument("a")
@click.argument("b")
@output_options
def command(path: str, a: str, b: str, output: Output) -> None:
    """Show the evidence for and against articles A and B being copies, or reports of one story.

    \b
    Examples:
      sada explain news.sada a17 a42
      sada explain news.sada a17 a42 --format json
    """
    from sada.cluster.explanation import explain
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path) as index:
        row = explain(index, a, b).to_dict()
    if output.shows_table():
        _print(row)
    else:
        output.write([row], [Column("verdict", "Verdict")])


def _print(row: dict[str, Any]) -> None:
    copy, story = row["copy"], row["story"]
    click.echo(f"{row['a']} and {row['b']}: {row['verdict']}")
    click.echo(
        f"  copies?  Jaccard {copy['jaccard']:.3f} (needs {copy['needed']}), containment {copy['containment']:.3f};"
        f" {copy['shared']} shingles shared of {copy['shingles_a']} and {copy['shingles_b']}"
    )
    click.echo(
        f"  one story?  probability {story['probability']:.3f} as {story['regime']};"
        f" {'they are' if story['same'] else 'they are not'} in one story"
    )
    for reason in story["reasons"]:
        click.echo(f"    {reason}")
    for step in row["diff"]:
        if step["op"] != "equal":
            click.echo(f"  - {printable(step['a'].strip())}\n  + {printable(step['b'].strip())}")
