"""The options that choose which articles count."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from sada.cli.options.bundle import Command, bundled
from sada.cli.options.id_lists import ids_named
from sada.cli.options.input import encoding_option
from sada.cli.options.params import DateParam

if TYPE_CHECKING:
    from sada.indexes.search.filters import Filter


def filter_options(command: Command) -> Command:
    """Add conditions on articles; the command gets ``filters``, a :class:`~sada.indexes.search.filters.Filter`."""
    return bundled(
        command,
        "filters",
        _filter,
        click.option("--language", multiple=True, metavar="CODE", help="Only this language, as ar.  [repeatable]"),
        click.option("--source", multiple=True, metavar="NAME", help="Only this outlet.  [repeatable]"),
        click.option("--since", type=DateParam(), help="Only articles of this date or time, or later ones."),
        click.option(
            "--until",
            type=DateParam(whole_day=True),
            help="Only articles before this time; a date without a time counts in full.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="FILE|ID",
            help="Leave out an id, or those in FILE: one a line, or JSON Lines with an id.  [repeatable]",
        ),
        encoding_option,
    )


def _filter(
    *,
    language: tuple[str, ...],
    source: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    exclude: tuple[str, ...],
    encoding: str | None,
) -> Filter:
    from sada.indexes.reading.fields import as_language
    from sada.indexes.search.filters import Filter

    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since is not before --until, so no article could match; swap or widen them")
    ids = frozenset(ids_named("--exclude", exclude, encoding))
    return Filter(tuple(map(as_language, language)), source, since, until, ids)
