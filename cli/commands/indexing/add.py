"""``sada add``: add articles to an index, and update changed ones."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

from sada.cli.input import ingest
from sada.cli.options.common import examples, threads_option
from sada.cli.options.encoder import own_encoder_options
from sada.cli.options.input import Reading, indexing_options
from sada.cli.output.progress import progress

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


@click.command(
    "add",
    short_help="Add articles to an index, or update them",
    epilog=examples(
        "sada add july.sada august.jsonl",
        "tail -n +1 -F feed.jsonl | sada add july.sada - --follow",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--follow",
    is_flag=True,
    help="Read JSON Lines from standard input as they arrive, and print the story of each article, and the article that"
    " it is a copy of.",
)
@click.option(
    "--pause",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="With --follow: commit what came when nothing more comes for so long.  [default: 0.5]",
)
@click.option(
    "--repair-every",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="With --follow: bring stories up to date when so much time has passed since.  [default: 3600]",
)
@ingest.commit_option
@indexing_options
@own_encoder_options
@threads_option
def command(
    path: str,
    inputs: tuple[str, ...],
    follow: bool,
    pause: float | None,
    repair_every: float | None,
    commit_every: int,
    reading: Reading,
    encoder: dict[str, Any],
    threads: int,
) -> None:
    """Add the articles of INPUT to INDEX; those with a known id are updated if their content differs.

    If INDEX has stories, each new article joins one or opens one; `sada stories` looks at them again.
    """
    from sada.indexes.index import NewsIndex

    if follow:
        _refuse_other_input(inputs, reading)
    elif pause is not None or repair_every is not None:
        raise click.UsageError("--pause and --repair-every are for --follow: add it, or leave them out")
    with NewsIndex.open(path, **encoder, threads=threads) as index:
        if follow:
            from sada.cli.commands.indexing import follow as following

            following.follow(index, reading, commit_every, following.Pauses.of(pause, repair_every), threads)
            return
        reader, complaints = ingest.read(reading, inputs)
        ingest.add(index, reader, complaints, commit_every)
        if index.stories.exist():
            _place(index, threads)
    ingest.require_all_read(reader)


def _refuse_other_input(inputs: tuple[str, ...], reading: Reading) -> None:
    if inputs != ("-",):
        raise click.UsageError("--follow reads the standard input: give - as the only INPUT")
    if reading.input_format not in (None, "jsonl"):
        raise click.UsageError(f"--follow reads JSON Lines and not {reading.input_format}: leave --input-format out")


def _place(index: NewsIndex, threads: int) -> None:
    """Place new articles among the stories if the current method made these; else the next request makes them anew."""
    from sada.cluster.stories.placement import place_new
    from sada.cluster.stories.stories import METHOD
    from sada.indexes.errors import IndexBusyError

    if index.stories.grouped_up_to(METHOD) is not None:
        # while another process writes, nothing is placed: the next request for stories does it
        with contextlib.suppress(IndexBusyError), progress("Placing"):
            place_new(index, threads=threads)
