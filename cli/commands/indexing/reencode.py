"""``sada reencode``: give an index another encoder."""

from __future__ import annotations

import sys
import time

import click
import orjson

from sada.cli.options.common import examples, threads_option
from sada.cli.options.encoder import encoder_options
from sada.cli.output.progress import Steps, note, progress


@click.command(
    "reencode",
    short_help="Give an index another encoder",
    epilog=examples(
        "sada reencode news.sada --encoder e5",
        "sada reencode news.sada --encoder none",
    ),
)
@click.argument("path", metavar="INDEX")
@click.option(
    "--encoder",
    required=True,
    metavar="NAME",
    help="default (= e5-short), e5, use, fast, none, a weight file, a sentence-transformers model, or two joined by +.",
)
@encoder_options
@threads_option
def command(path: str, encoder: str, options: dict[str, str], threads: int) -> None:
    """Encode all texts of INDEX with another encoder, which replaces the old one in one commit.

    Until then the old vectors answer, and articles can be added. After an interruption INDEX is as before, and the same
    command goes on where it stopped; with another encoder it begins again. Stories are found again afterwards.
    """
    from sada.indexes.index import NewsIndex

    started = time.monotonic()
    with NewsIndex.open(path, threads=threads) as index, progress("Encoding") as bar:
        report = index.reencode(encoder, options=options, on_progress=_Progress(path, bar))
    seconds = time.monotonic() - started
    if not sys.stdout.isatty():
        click.echo(orjson.dumps({"index": path, **report.to_dict(), "seconds": round(seconds, 2)}).decode())
    elif not report.changed:
        click.echo(f"{path}: has the encoder {report.after!r} already; nothing was done")
    else:
        click.echo(
            f"{path}: encoder {report.after!r} in place of {report.before!r}, {report.encoded:,} texts encoded,"
            f" {report.resumed:,} encoded before, in {seconds:.1f} s; {report.articles:,} articles in all"
        )


class _Progress:
    """Show the progress of reencoding."""

    def __init__(self, path: str, bar: Steps) -> None:
        self._path = path
        self._bar = bar
        self._waiting = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show one step; :meth:`NewsIndex.reencode` calls this."""
        if stage == "encoding":
            self._bar.update(done, total)
        elif not self._waiting:
            self._waiting = True
            note(f"note: all is encoded; waiting for another process to finish writing to {self._path}")
