"""``sada stories --history``: list what happened to one story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sada.cli.output.columns import Column
from sada.cli.output.progress import note
from sada.cli.output.shared_columns import USUAL, times

if TYPE_CHECKING:
    from sada.cli.options.output import Output

COLUMNS = [
    *times("at", "At"),
    Column("story", "Story", style="dim", wrap=False),
    Column("change", "Change", wrap=False),
    Column("other", "Other", wrap=False, from_width=USUAL),
    Column("articles", "Articles", max_width=60),
]

_TAKEN = {"path", "history", "no_update", "format", "output", "limit", "threads"}


def list_changes(path: str, id_: str, output: Output) -> None:
    """List the changes of a story and of those that were merged into it, oldest first; only reads."""
    from sada.cluster.stories.history import story_history
    from sada.indexes.index import NewsIndex

    _refuse_listing_options(click.get_current_context())
    with NewsIndex.open(path) as index:
        found = story_history(index, id_)
    if not found.now:
        note(f"note: {id_} has ended: all its articles were removed")
    elif found.now != id_:
        note(f"note: {id_} was merged away: {found.now} stands for it now")
    output.write((change.to_dict() for change in found.changes), COLUMNS)


def _refuse_listing_options(ctx: click.Context) -> None:
    """Raise a usage error if an option was given that chooses, sorts or makes stories."""
    for parameter in ctx.command.params:
        name = str(parameter.name)
        if name not in _TAKEN and ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--history is about one story and {parameter.opts[0]} is not: choose one")
