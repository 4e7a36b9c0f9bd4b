"""``sada demo``: the whole of it on a shipped sample, with scores against what was planted there."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sada.cli import duplicates, indexing, related, sample, stories
from sada.cli.listing import LANGUAGE, NARROW, SOURCE, TITLE
from sada.cli.options import examples
from sada.cli.output import Column, write_rows
from sada.cli.progress import note, progress

if TYPE_CHECKING:
    from sada.cluster.copies import Copies
    from sada.cluster.stories import Stories
    from sada.indexes.index import NewsIndex

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
    short_help="The whole of it on a shipped sample of fictional news",
    epilog=examples(
        "sada demo",
        "sada demo -i demo.sada && sada stories demo.sada",
    ),
)
@click.option(
    "-i", "--index", "path", metavar="INDEX", callback=indexing.named, help="Keep the index there.  [thrown away]"
)
def command(path: str | None) -> None:
    """Index a shipped sample of fictional news in nine languages and show its copies, stories and neighbours."""
    started = time.monotonic()
    if not _are_compiled(Path(str(files("sada.indexes")))):
        note("The first run on a machine compiles its kernels, which takes some seconds more.")
    with _place(path) as place, _built(place) as index:
        _show(index)
    click.echo(f"\nDone in {time.monotonic() - started:.1f} s. Now with your own articles:")
    click.echo("  sada build articles.jsonl -i news.sada && sada stories news.sada")


@contextlib.contextmanager
def _place(path: str | None) -> Iterator[Path]:
    if path is not None:
        yield Path(path)
        return
    folder = Path(tempfile.mkdtemp(prefix="sada-demo-"))
    try:
        yield folder / "demo.sada"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _built(place: Path) -> Iterator[NewsIndex]:
    from sada.indexes.index import NewsIndex
    from sada.indexes.readers import read_articles

    with NewsIndex.create(place) as index:
        with indexing.kept_if_committed(index), progress("Indexing") as bar:
            report = index.add(read_articles(sample.ARTICLES), on_progress=lambda _, *counts: bar.update(*counts))
        info = index.info()
        click.echo(
            f"{report.added} of {report.read} articles indexed: {len(info['languages'])} languages,"
            f" {len(info['sources'])} outlets, {info['first'][:10]} to {info['last'][:10]}"
        )
        yield index


def _are_compiled(room: Path) -> bool:
    """True if an earlier run left the kernels of ``room`` compiled, beside them or in the cache folder of numba."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "numba"
    places = [(room / "__pycache__", ""), (Path(os.environ.get("NUMBA_CACHE_DIR") or cache), f"{room.name}_*/")]
    return any(any(folder.glob(f"{below}kernels.*.nbi")) for folder, below in places)


def _show(index: NewsIndex) -> None:
    from sada.cluster.copies import find_copies
    from sada.cluster.recommendation import related as related_to
    from sada.cluster.stories import find_stories

    copies, found = find_copies(index), find_stories(index)
    _table("Copies, and articles that hold or abridge another", map_rows(copies.duplicates()), duplicates.COLUMNS)
    told = [story for story in found.stories if story.size > 1]
    _table("Stories, whatever the language", map_rows(told), stories.COLUMNS)
    example = index.get(next(id_ for id_ in told[0].articles if id_.startswith("ar")))
    _table(f"Nearest in meaning to «{example.title}»", map_rows(index.neighbours(example.id, k=5)), _NEIGHBOUR_COLUMNS)
    _table("What its reader would want next", map_rows(related_to(index, example.id, k=5)), related.COLUMNS)
    _scores(index, copies, found)


def _scores(index: NewsIndex, copies: Copies, found: Stories) -> None:
    truth = sample.load_truth()
    languages = dict(zip(index.columns.ids, index.columns.languages, strict=True))
    _table(
        "How well that was done, against the planted truth",
        sample.scores(truth, copies, found, languages),
        _SCORE_COLUMNS,
    )
    _table("Traps: alike, and not the same", sample.traps(truth, copies, found), _TRAP_COLUMNS)


def map_rows(results: Any) -> list[dict[str, Any]]:
    """The rows of a list of results."""
    return [result.to_dict() for result in results]


def _table(heading: str, rows: list[dict[str, Any]], columns: list[Column]) -> None:
    click.echo(f"\n{heading}")
    write_rows(rows, format="table", output=None, columns=columns, limit=None)
