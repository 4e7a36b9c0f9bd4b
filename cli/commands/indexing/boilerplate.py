"""``sada boilerplate``: list, learn or forget the lines that an outlet prints under many of its articles."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from sada.cli.options.common import examples, threads_option
from sada.cli.options.encoder import own_encoder_options
from sada.cli.options.output import Output, output_options
from sada.cli.output.columns import Column
from sada.cli.output.progress import Steps, note, progress
from sada.cli.output.shared_columns import WIDE, day

if TYPE_CHECKING:
    from collections.abc import Callable

    from sada.indexes.boilerplate.lines import BoilerplateLine
    from sada.indexes.index import NewsIndex

COLUMNS = [
    Column(lambda row: row["source"] or "(no source)", "Source", max_width=20),
    Column("line", "Line", max_width=80),
    Column("place", "Place", wrap=False, from_width=WIDE),
    Column("articles", "Articles", justify="right"),
    day("since", "Since"),
]


@click.command(
    "boilerplate",
    short_help="List or learn lines that outlets print under many articles",
    epilog=examples(
        "sada boilerplate news.sada --learn --dry-run",
        'sada boilerplate news.sada --learn --keep "Last line:"',
    ),
)
@click.argument("path", metavar="INDEX")
@click.option("--learn", is_flag=True, help="Find boilerplate and take it out of the articles of INDEX.")
@click.option("--dry-run", is_flag=True, help="With --learn: only list what would be learned.")
@click.option("--forget", is_flag=True, help="Take back what was learned.")
@click.option("--source", metavar="NAME", help="List, learn or forget for this outlet alone.")
@click.option("--keep", multiple=True, metavar="LINE", help="Never take LINE out.")
@click.option("--keep-from", type=click.File(encoding="utf-8"), metavar="FILE", help="Nor any line of FILE.")
@output_options
@own_encoder_options
@threads_option
def command(
    path: str,
    learn: bool,
    dry_run: bool,
    forget: bool,
    source: str | None,
    keep: tuple[str, ...],
    keep_from: IO[str] | None,
    output: Output,
    encoder: dict[str, Any],
    threads: int,
) -> None:
    """List the boilerplate of INDEX: lines that an outlet prints under many articles, and that are not compared.

    --learn finds such lines: at the start or end of at least ten articles that are otherwise unlike each other, or runs
    of words that are most of the text of ten such articles. They are left out of shingles, words and vectors, also of
    articles added later; the articles themselves stay unchanged.
    --forget makes the index as if they had never been learned. Both list the lines that were learned or forgotten.

    Where Place is "ending" or "run", the text is not a line of its own, since line breaks were lost: it is the end of
    a last line, or a run of words within a line.
    """
    from sada.indexes.index import NewsIndex

    kept = [*keep, *(keep_from or ())]
    if forget and (learn or kept):
        raise click.UsageError("--forget takes back what was learned: give it without --learn and --keep")
    if dry_run and not learn:
        raise click.UsageError("--dry-run says what --learn would do: give both")
    with NewsIndex.open(path, **encoder, threads=threads) as index, progress("Reading") as bar:
        lines = _lines(index, learn, dry_run, forget, source, kept, _shown(bar))
    output.write((line.to_dict() for line in lines), COLUMNS)


def _lines(
    index: NewsIndex,
    learn: bool,
    dry_run: bool,
    forget: bool,
    source: str | None,
    keep: list[str],
    on_progress: Callable[[str, int, int], None],
) -> list[BoilerplateLine]:
    """Do what the options ask for; returns the lines to list."""
    if learn and dry_run:
        return index.boilerplate.find(source=source, keep=keep, on_progress=on_progress)
    if learn:
        report = index.boilerplate.learn(source=source, keep=keep, on_progress=on_progress)
    elif forget:
        report = index.boilerplate.forget(source, on_progress=on_progress)
    elif keep:
        report = index.boilerplate.keep(keep, on_progress=on_progress)
    else:
        return index.boilerplate.lines(source)
    note(
        f"{len(report.learned):,} learned, {len(report.forgotten):,} forgotten, {report.known:,} known;"
        f" {report.rewritten:,} of {len(index):,} articles written anew"
    )
    return [*report.learned, *report.forgotten]


def _shown(bar: Steps) -> Callable[[str, int, int], None]:
    return lambda stage, done, total: bar.update(done, total)
