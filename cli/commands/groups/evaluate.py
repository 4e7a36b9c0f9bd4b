"""``sada evaluate``: score stories against labels."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sada.cli.options.common import examples, threads_option
from sada.cli.options.input import encoding_option
from sada.cli.options.output import Output, output_options
from sada.cli.output.columns import Column
from sada.cli.output.progress import note, progress
from sada.cli.output.rows import write_lines
from sada.indexes.errors import InputError

if TYPE_CHECKING:
    from sada.cluster.evaluation.evaluation import Scatter
    from sada.cluster.stories.stories import Stories
    from sada.indexes.index import NewsIndex

_MEASURES = {
    "b_cubed": "B-Cubed",
    "pairs": "pairs",
    "between_languages": "pairs in two languages",
    "v_measure": "V-measure",
}


class _Kind(NamedTuple):
    """The names of one kind of mistake: in the keys of its rows, and above its table."""

    name: str
    pairs: str
    part: str
    parts: str
    heading: str


_SPLITS = _Kind("label", "missed_pairs", "story", "stories", "Worst splits: labels in several stories")
_MERGES = _Kind("story", "wrong_pairs", "label", "labels", "Worst merges: stories of several labels")


def _score(name: str) -> Column:
    return Column(lambda row: f"{row[name]:.3f}", name.capitalize() if name != "f1" else "F1", justify="right")


COLUMNS = [
    Column("over", "Over", max_width=40),
    _score("precision"),
    _score("recall"),
    _score("f1"),
    Column(lambda row: "–".join(f"{bound:.3f}" for bound in row["interval"]), "F1 95 %", wrap=False),
]


@click.command(
    "evaluate",
    short_help="Score stories against labels",
    epilog=examples(
        "sada evaluate news.sada labels.csv --worst 5",
        "sada evaluate news.sada truth.json --label-field event --format json",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("labels")
@click.option("--label-field", metavar="NAME", help="Field of the label.  [story, cluster, event or label]")
@click.option(
    "--worst", type=click.IntRange(min=1), metavar="N", help="Show the N worst splits and the N worst merges as well."
)
@encoding_option
@output_options
@threads_option
def command(
    path: str,
    labels: str,
    label_field: str | None,
    worst: int | None,
    encoding: str | None,
    output: Output,
    threads: int,
) -> None:
    """Score the stories of INDEX against LABELS.

    LABELS is JSON Lines or CSV with an id and a label, or a JSON object {id: label}.

    Only labelled articles count. Scores: B-Cubed, pairs of articles, pairs in different languages alone, and the
    V-measure, whose homogeneity and completeness stand under precision and recall. F1 95 % is the
    bootstrap interval over the labels: how far F1 would move with other labels of the kind.

    --worst names the labels whose articles are in several stories, by the pairs that are missed, and the stories that
    mix several labels, by the pairs that are wrong, each with an article of its three largest parts.
    """
    from sada.cluster.evaluation.evaluation import evaluate
    from sada.cluster.evaluation.labels import read_labels
    from sada.cluster.stories.stories import find_stories
    from sada.indexes.index import NewsIndex

    known = read_labels(labels, label_field, encoding)
    with NewsIndex.open(path, threads=threads) as index:
        with progress("Bringing stories up to date"):
            stories = find_stories(index, threads=threads)
        languages = dict(zip(index.snapshot.columns.ids, index.snapshot.columns.languages, strict=True))
        mistakes = _mistakes(index, stories, known.labels, worst) if worst else {}
    result = evaluate(stories, known.labels, languages)
    if not result.labelled:
        raise InputError(
            f"{labels}: none of its {result.missing:,} labelled articles is in {path}; are these the articles' ids?"
        )
    note(
        f"labels from field {known.field!r}: {result.labelled:,} articles scored, {result.missing:,} labelled ones are"
        f" not in the index; {result.found:,} stories where the labels have {result.truth:,}"
    )
    row = result.to_dict() | {"field": known.field} | mistakes
    if not output.shows_table():
        output.write([row], COLUMNS)
    elif worst:
        _write_tables(row, output)
    else:
        output.write(_rows(row), COLUMNS)


def _rows(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key, over in _MEASURES.items():  # the V-measure has other names for the same columns
        precision, recall, f1, interval = row[key].values()
        yield {"over": over, "precision": precision, "recall": recall, "f1": f1, "interval": interval}


def _mistakes(index: NewsIndex, stories: Stories, labels: Mapping[str, str], worst: int) -> dict[str, Any]:
    from sada.cluster.evaluation.evaluation import worst_merges, worst_splits

    splits, merges = worst_splits(stories, labels, worst), worst_merges(stories, labels, worst)
    ids = sorted({id_ for scatter in splits + merges for id_ in scatter.examples().values()})
    titles = {article.id: article.plain_title for article in index.get(ids)}
    return {
        "worst_splits": [_mistake(scatter, _SPLITS, titles) for scatter in splits],
        "worst_merges": [_mistake(scatter, _MERGES, titles) for scatter in merges],
    }


def _mistake(scatter: Scatter, kind: _Kind, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        kind.name: scatter.name,
        "articles": scatter.size,
        kind.pairs: scatter.pairs,
        kind.parts: [{kind.part: part, "articles": len(articles)} for part, articles in scatter.parts.items()],
        "examples": [{"id": id_, "title": titles[id_], kind.part: part} for part, id_ in scatter.examples().items()],
    }


def _write_tables(row: dict[str, Any], output: Output) -> None:
    """Write the scores and the mistakes as tables, in one piece, because a file is written once."""
    from sada.cli.output.table import draw

    on_screen = output.path in (None, "-")
    text = draw(islice(_rows(row), output.limit), COLUMNS, to_stdout=on_screen)
    for key, kind in (("worst_splits", _SPLITS), ("worst_merges", _MERGES)):
        lines = [line for mistake in row[key] for line in _lines(mistake, kind)]
        drawn = draw(lines, _columns(kind), to_stdout=on_screen) if lines else "none\n"
        text += f"\n{kind.heading}\n{drawn}"
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8" if on_screen else "utf-8"
    write_lines([text.encode(encoding, "replace")], output.path)


def _lines(mistake: dict[str, Any], kind: _Kind) -> Iterator[dict[str, Any]]:
    """One line for each example; the first also says what the mistake is."""
    head = mistake | {kind.parts: len(mistake[kind.parts])}
    for example, part in zip(mistake["examples"], mistake[kind.parts], strict=False):
        yield head | {"part": part[kind.part], "of": part["articles"], "id": example["id"], "title": example["title"]}
        head = {}


def _columns(kind: _Kind) -> Sequence[Column]:
    return [
        Column(kind.name, kind.name.capitalize(), max_width=20),
        Column("articles", "Articles", justify="right", wrap=False),
        Column(kind.pairs, kind.pairs.replace("_", " ").capitalize(), justify="right", wrap=False),
        Column(kind.parts, kind.parts.capitalize(), justify="right", wrap=False),
        Column("part", kind.part.capitalize(), max_width=20),
        Column("of", "Of it", justify="right", wrap=False),
        Column("id", "Id", wrap=False),
        Column("title", "Title", max_width=60),
    ]
