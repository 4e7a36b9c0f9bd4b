"""``sada evaluate``: scores against labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from sada.cli.options import Output, examples, output_options, threads_option
from sada.cli.output import Column
from sada.cli.progress import note, progress
from sada.indexes.errors import InputError


def _score(name: str) -> Column:
    return Column(lambda row: f"{row[name]:.3f}", name.capitalize() if name != "f1" else "F1", justify="right")


COLUMNS = [Column("over", "Over", max_width=40), _score("precision"), _score("recall"), _score("f1")]


@click.command(
    "evaluate",
    short_help="Score stories against labels",
    epilog=examples(
        "sada evaluate news.sada labels.csv",
        "sada evaluate news.sada truth.json --label-field event --format json",
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("labels")
@click.option("--label-field", metavar="NAME", help="Field of the label.  [story, cluster, event or label]")
@output_options
@threads_option
def command(path: str, labels: str, label_field: str | None, output: Output, threads: int) -> None:
    """Score the stories of INDEX against LABELS.

    LABELS is JSON Lines or CSV with an id and a label, or a JSON object {id: label}.

    Only labelled articles count. Scores: pairs of articles, B-Cubed, and pairs in different languages alone.
    """
    from sada.cluster.evaluation import evaluate
    from sada.cluster.stories import find_stories
    from sada.cluster.truth import read_labels
    from sada.indexes.index import NewsIndex

    known = read_labels(labels, label_field)
    with NewsIndex.open(path, threads=threads) as index:
        with progress("Bringing stories up to date"):
            stories = find_stories(index, threads=threads)
        languages = dict(zip(index.columns.ids, index.columns.languages, strict=True))
    result = evaluate(stories, known.labels, languages)
    if not result.labelled:
        raise InputError(
            f"{labels}: none of its {result.missing:,} labelled articles is in {path}; are these the articles' ids?"
        )
    note(
        f"labels from field {known.field!r}: {result.labelled:,} articles scored, {result.missing:,} labelled ones are"
        f" not in the index; {result.found:,} stories where the labels have {result.truth:,}"
    )
    row = result.to_dict() | {"field": known.field}
    output.write(_rows(row) if output.shows_table() else [row], COLUMNS)


def _rows(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key, over in {"b_cubed": "B-Cubed", "pairs": "pairs", "between_languages": "pairs in two languages"}.items():
        yield {"over": over, **row[key]}
