"""``sada demo``: show every result on the shipped sample, with scores against what is planted in it."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sada.cli import planted_truth
from sada.cli.commands.groups import duplicates, sources, stories
from sada.cli.commands.search import related
from sada.cli.input import ingest
from sada.cli.options.common import examples
from sada.cli.options.params import not_empty
from sada.cli.output.bidi import isolated
from sada.cli.output.columns import Column, printable
from sada.cli.output.progress import note, progress
from sada.cli.output.rows import write_rows
from sada.cli.output.shared_columns import LANGUAGE, NARROW, SOURCE, TITLE

if TYPE_CHECKING:
    from sada.cluster.copies.copies import Copies
    from sada.cluster.stories.stories import Stories
    from sada.indexes.index import NewsIndex

_EXAMPLE = "ar-063"
_COPIES = ("ar-035", "ar-123")
_FEW = 5
_MOST_STORIES = 10
_NEIGHBOUR_COLUMNS = [Column(lambda row: f"{row['score']:.3f}", "Cosine", justify="right"), TITLE, SOURCE, LANGUAGE]
_SCORE_COLUMNS = [
    Column("what", "Measure"),
    Column("precision", "Precision", justify="right"),
    Column("recall", "Recall", justify="right"),
    Column("f1", "F1", justify="right"),
]
_TRAP_COLUMNS = [
    Column("verdict", "Verdict", max_width=24),
    Column("ids", "Articles", max_width=22, from_width=NARROW),
    Column("why", "What the trap is", max_width=72),
]


@click.command(
    "demo",
    short_help="Show all results on a shipped sample of fictional news",
    epilog=examples(
        "sada demo",
        "sada demo -i demo.sada && sada stories demo.sada",
    ),
)
@click.option("-i", "--index", "path", metavar="INDEX", callback=not_empty, help="Keep the index there.  [thrown away]")
def command(path: str | None) -> None:
    """Index a shipped sample of fictional news in nine languages, show what is found in it, and make a page of that.

    Copies, stories, neighbours, what to read next, who echoes whom, and how well it agrees with what was planted. The
    page is beside the index; without -i it is in a temporary folder, and the index is thrown away.
    """
    started = time.monotonic()
    if not _are_compiled(Path(str(files("sada.indexes.minhash")))):
        note("The first run on a machine compiles its kernels, which takes a minute or two more.")
    with _places(path) as (place, page), _built(place) as index:
        _show(index)
        _write_page(index, page)
    click.echo(f"\nAll of it as a page for the browser: {printable(str(page))}")
    click.echo(f"Done in {time.monotonic() - started:.1f} s. What to try next:")
    for line in _next_commands(path):
        click.echo(f"  {line}")


@contextlib.contextmanager
def _places(path: str | None) -> Iterator[tuple[Path, Path]]:
    """The paths of the index and the page. Of a temporary folder only the page stays, if the block succeeds."""
    if path is not None:
        index = Path(path)
        yield index, index.with_name(f"{index.stem}-report.html")
        return
    folder = Path(tempfile.mkdtemp(prefix="sada-demo-"))
    try:
        yield folder / "demo.sada", folder / "report.html"
        shutil.rmtree(folder / "demo.sada")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write_page(index: NewsIndex, page: Path) -> None:
    from sada.cli.output.html_report import report_page
    from sada.cli.output.targets import opened
    from sada.cluster.report.report import report_data

    html = report_page(report_data(index), title=None, interface="en", made=datetime.now(UTC))
    with opened(str(page)) as write:
        write(html)


def _next_commands(path: str | None) -> list[str]:
    kept = shlex.quote(path or "demo.sada")
    return [
        *([] if path else ["sada demo -i demo.sada   # keeps the index, for these:"]),
        f"sada explain {kept} {' '.join(_COPIES)}",
        f'sada search {kept} --text "earthquake in the mountains"',
        f"sada related {kept} {_EXAMPLE} --format page",
        "sada build articles.jsonl -i news.sada && sada stories news.sada   # articles of your own",
    ]


@contextlib.contextmanager
def _built(place: Path) -> Iterator[NewsIndex]:
    from sada.indexes.index import NewsIndex
    from sada.indexes.sample import sample_articles

    with NewsIndex.create(place) as index:
        with ingest.kept_if_committed(index), progress("Indexing") as bar:
            report = index.add(sample_articles(), on_progress=lambda _, *counts: bar.update(*counts))
        info = index.info()
        click.echo(
            f"{report.added} of {report.read} articles indexed: {len(info['languages'])} languages,"
            f" {len(info['sources'])} outlets, {info['first'][:10]} to {info['last'][:10]}"
        )
        yield index


def _are_compiled(folder: Path) -> bool:
    """True if an earlier run left compiled kernels of ``folder``, in it or in the cache folder of numba."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "numba"
    places = [(folder / "__pycache__", ""), (Path(os.environ.get("NUMBA_CACHE_DIR") or cache), f"{folder.name}_*/")]
    return any(any(place.glob(f"{below}*kernels.*.nbi")) for place, below in places)


def _show(index: NewsIndex) -> None:
    from sada.cluster.copies.copies import find_copies
    from sada.cluster.recommendation.recommender import related as related_to
    from sada.cluster.sources.echoes import source_echoes
    from sada.cluster.stories.stories import find_stories

    copies, found = find_copies(index), find_stories(index)
    echoes = source_echoes(index, copies=copies, stories=found)
    several = [story for story in found.stories if story.size > 1]
    title = isolated(printable(f"«{index.get(_EXAMPLE).plain_title}»"))
    _table("Copies, and articles that hold or abridge another", map_rows(copies.duplicates()), duplicates.COLUMNS)
    _table(f"The largest of {len(several)} stories", map_rows(several[:_MOST_STORIES]), stories.COLUMNS)
    _table(f"Nearest in meaning to {title}", map_rows(index.neighbours(_EXAMPLE, k=_FEW)), _NEIGHBOUR_COLUMNS)
    _table("What its reader would want next", map_rows(related_to(index, _EXAMPLE, k=_FEW)), related.COLUMNS)
    _table("Who echoes whom", map_rows(echoes[:_FEW]), sources.COLUMNS)
    _scores(index, copies, found)


def _scores(index: NewsIndex, copies: Copies, found: Stories) -> None:
    truth = planted_truth.load_truth()
    languages = dict(zip(index.snapshot.columns.ids, index.snapshot.columns.languages, strict=True))
    _table(
        "How well that was done, against the planted truth",
        planted_truth.scores(truth, copies, found, languages),
        _SCORE_COLUMNS,
    )
    _table("Traps: alike, and not the same", planted_truth.traps(truth, copies, found), _TRAP_COLUMNS)


def map_rows(results: Any) -> list[dict[str, Any]]:
    """The rows of some results."""
    return [result.to_dict() for result in results]


def _table(heading: str, rows: list[dict[str, Any]], columns: list[Column]) -> None:
    click.echo(f"\n{heading}")
    write_rows(rows, format="table", output=None, columns=columns, limit=None)
