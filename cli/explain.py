"""``sada explain``: why two articles are, or are not, linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sada.cli.options import Output, examples, output_options, threads_option
from sada.cli.output import Column, printable

if TYPE_CHECKING:
    from sada.indexes.article import Article


@click.command(
    "explain",
    short_help="Show why two articles are linked or not",
    epilog=examples(
        "sada explain news.sada a17 a42",
        "sada explain news.sada a17 a42 --format json",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("a")
@click.argument("b")
@output_options
@threads_option
def command(path: str, a: str, b: str, output: Output, threads: int) -> None:
    """Show the evidence for and against articles A and B being copies, or reports of one story."""
    from sada.cluster.explanation import explain
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, threads=threads) as index:
        row = explain(index, a, b).to_dict()
        articles = index.get_many([a, b])
    if output.shows_table():
        _print(row, articles)
    else:
        output.write([row], [Column("verdict", "Verdict")])


def _print(row: dict[str, Any], articles: list[Article]) -> None:
    copy, story = row["copy"], row["story"]
    for article in articles:
        click.echo(printable(f"{article.id}: {article.title}"))
    click.echo(f"Verdict: {row['verdict']}")
    click.echo(
        f"  copies?  Jaccard {copy['jaccard']:.3f} (needs {copy['needed']}), containment {copy['containment']:.3f};"
        f" {copy['shared']} shingles shared of {copy['shingles_a']} and {copy['shingles_b']}"
    )
    click.echo(
        f"  one story?  probability {story['probability']:.3f} (by {story['regime']});"
        f" {'they are' if story['same'] else 'they are not'} in one story"
    )
    for reason in story["reasons"]:
        click.echo(f"    {reason}")
    for step in row["diff"]:
        if step["op"] != "equal":
            for sign, passage in (("-", step["a"].strip()), ("+", step["b"].strip())):
                if passage:
                    click.echo(f"  {sign} {printable(passage)}")
