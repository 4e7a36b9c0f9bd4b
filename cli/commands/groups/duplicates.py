"""``sada duplicates``: list groups of copies, in an index or straight from files."""

from __future__ import annotations

from typing import Any

import click

from sada.cli.input import ingest
from sada.cli.options.common import examples
from sada.cli.options.grouping import grouping_options, note_doubts
from sada.cli.options.input import Reading, input_options, reading_options_given, refuse_indexes
from sada.cli.options.output import Output, output_options
from sada.cli.output.columns import Column, Row
from sada.cli.output.progress import progress
from sada.cli.output.shared_columns import NARROW

_RELATIONS = {"contains": "contains", "contained": "is in"}  # all others are a likeness in doubt


def _members(row: Row) -> list[str]:
    return [
        f"{member['id']} ({member['kind']} {member['jaccard']:.2f}{_via(member)})"
        for member in row["members"]
        if member["kind"] != "kept"
    ]


def _via(member: Row) -> str:
    return f" via {' > '.join(member['via'])}" if member["via"] else ""


def _attached(row: Row) -> list[str]:
    return list(map(_relation, row["attached"]))


def _relation(link: Row) -> str:
    if link["kind"] in _RELATIONS:
        return f"{link['id']} {_RELATIONS[link['kind']]} {link['to']} ({link['containment']:.2f})"
    return f"{link['id']} {link['kind']} {link['to']} {link['jaccard']:.2f}"


COLUMNS = [
    Column("group", "Group", justify="right", style="dim", from_width=NARROW),
    Column("kept", "Kept", wrap=False, max_width=24),
    Column("size", "Size", justify="right"),
    Column(_members, "Copies", max_width=60),
    Column(_attached, "Attached", max_width=40),
]


@click.command(
    "duplicates",
    short_help="Group copies, in an index or straight from files",
    epilog=examples(
        "sada duplicates news.sada",
        "sada duplicates july.jsonl --threshold 0.9 --format jsonl",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INDEX|INPUT...")
@click.option("--all", "everything", is_flag=True, help="Groups of one without attachments, too.")
@grouping_options
@input_options
@output_options
def command(
    inputs: tuple[str, ...], everything: bool, grouping: dict[str, Any], reading: Reading, output: Output
) -> None:
    """Group the copies in INDEX, or in the articles of INPUT without an index."""
    from sada.cluster.copies.copies import find_copies
    from sada.indexes.index import NewsIndex
    from sada.indexes.storage.catalog import is_index

    if is_index(inputs[0]) and len(inputs) == 1:
        if unused := reading_options_given(click.get_current_context()):
            raise click.UsageError(f"{', '.join(unused)}: for reading files, and {inputs[0]} is an index")
        with NewsIndex.open(inputs[0]) as index:
            copies = find_copies(index, lowest=grouping["jaccard"], **grouping)
    else:
        refuse_indexes(inputs)
        reader, complaints = ingest.read(reading, inputs)
        with progress("Finding copies"):
            copies = find_copies(reader, lowest=grouping["jaccard"], **grouping)
        complaints.close()
        ingest.require_articles(reader, inputs)
    note_doubts(copies)
    groups = copies.groups if everything else copies.iter_duplicates()
    output.write((group.to_dict() for group in groups), COLUMNS)
