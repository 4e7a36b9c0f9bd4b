"""``sada add``: more articles into an index, changed ones updated."""

from __future__ import annotations

import click

from sada.cli import indexing
from sada.cli.options import Reading, encoder_options, examples, input_options, threads_option


@click.command(
    "add",
    short_help="Add articles to an index, or update them",
    epilog=examples(
        "sada add july.sada august.jsonl",
        "tail -n 100 feed.jsonl | sada add july.sada -",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@indexing.commit_option
@input_options
@encoder_options
@threads_option
def command(
    path: str,
    sources: tuple[str, ...],
    commit_every: int,
    reading: Reading,
    options: dict[str, str],
    threads: int,
) -> None:
    """Add the articles of SOURCE to INDEX; those with a known id are updated if their content differs."""
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, options=options, threads=threads) as index:
        indexing.add(index, *indexing.read(reading, sources), commit_every)
