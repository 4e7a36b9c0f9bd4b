"""The options that say how inputs are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sada.cli.options.bundle import Command, bundled
from sada.indexes.parsing.file_names import FORMATS
from sada.indexes.parsing.row_limits import ROW_LIMIT
from sada.indexes.reading.streams import EXPANDED_LIMIT

if TYPE_CHECKING:
    from sada.indexes.reading.fields import FieldMap
    from sada.indexes.reading.problems import Problem
    from sada.indexes.reading.readers import ArticleReader

_FIELDS = ("id", "title", "text", "date", "url", "source", "language", "keywords")
_READING = {"input_format", "timezone", "day_first", "date_format", "strict", "field_names", "rows", "table"}
_READING |= {"encoding", "expanded_limit", "row_limit", *(f"{field}_field" for field in _FIELDS)}


@dataclass(frozen=True, slots=True)
class Reading:
    """How inputs are read; see :func:`sada.indexes.reading.readers.read_articles`."""

    fields: FieldMap
    timezone: str = "UTC"
    input_format: str | None = None
    strict: bool = False
    pages: bool | None = False
    markers: str | None = None
    day_first: bool = False
    date_format: str | None = None
    field_names: str | None = None
    rows: str | None = None
    table: str | None = None
    encoding: str | None = None
    expanded_limit: float = EXPANDED_LIMIT
    row_limit: float = ROW_LIMIT

    def articles(self, inputs: Sequence[str], on_problem: Callable[[Problem], None] | None = None) -> ArticleReader:
        """Read the articles of ``inputs``; ``on_problem`` is called with every problem of a row."""
        from sada.indexes.pages.marker_files import load_markers
        from sada.indexes.reading.readers import read_articles

        return read_articles(
            inputs,
            fields=self.fields,
            timezone=self.timezone,
            day_first=self.day_first,
            date_format=self.date_format,
            input_format=self.input_format,
            field_names=self.field_names,
            rows=self.rows,
            table=self.table,
            strict=self.strict,
            on_problem=on_problem,
            pages=self.pages,
            markers=None if self.markers is None else load_markers(self.markers),
            encoding=self.encoding,
            expanded_limit=self.expanded_limit,
            row_limit=self.row_limit,
        )


def input_options(command: Command) -> Command:
    """Add the options for reading articles; the command gets ``reading``, a :class:`Reading`."""
    return bundled(command, "reading", _reading, *_input_options())


def indexing_options(command: Command) -> Command:
    """Add the same options, and ``--pages/--no-pages`` and ``--markers`` for scraped pages."""
    return bundled(
        command,
        "reading",
        _reading,
        *_input_options(),
        click.option(
            "--pages/--no-pages",
            default=None,
            help="Split scraped pages into articles and what surrounds them.  [.txt and .html in folders]",
        ),
        markers_option,
    )


markers_option = click.option(
    "--markers",
    metavar="FILE",
    help='Words that mark the parts of a page, besides those known: {"en": {"source": ["Source"]}}.',
)
"""Adds ``--markers``; the command gets ``markers``, a path or None."""


encoding_option = click.option(
    "--encoding",
    metavar="NAME",
    help="Encoding of texts that are not UTF-8 and do not say what they are, as windows-1256.",
)
"""Adds ``--encoding``; the command gets ``encoding``, a name or None."""


def _limit_option(name: str, default: float, unit: str, help_: str) -> Callable[[Command], Command]:
    least = click.FloatRange(min=0, min_open=True)
    return click.option(name, type=least, default=default, show_default=True, metavar=unit, help=help_)


expanded_limit_option = _limit_option(
    "--expanded-limit", EXPANDED_LIMIT, "GB", "Most that a compressed INPUT may expand to."
)
"""Adds ``--expanded-limit``; the command gets ``expanded_limit``, in GB."""
row_limit_option = _limit_option(
    "--row-limit", ROW_LIMIT, "MB", "Most that one row, text or page may have; a larger one is bad."
)
"""Adds ``--row-limit``; the command gets ``row_limit``, in MB."""


def _input_options() -> list[Callable[[Command], Command]]:
    return [
        click.option("--input-format", type=click.Choice(FORMATS), help="Format of INPUT.  [found from the file]"),
        encoding_option,
        click.option(
            "--timezone",
            default="UTC",
            show_default=True,
            metavar="ZONE",
            help="Zone of dates without an offset, as Asia/Riyadh or +03:00.",
        ),
        click.option("--day-first", is_flag=True, help="Read 03/04/2020 as 3 April.  [left undated, and noted]"),
        click.option(
            "--date-format", metavar="FORMAT", help="Form of dates, as %m/%d/%Y or another of Python's strptime."
        ),
        expanded_limit_option,
        row_limit_option,
        click.option("--strict", is_flag=True, help="Stop at the first bad row."),
        *(
            click.option(f"--{field}-field", metavar="NAME", help=f"Name of the field that holds the {field}.")
            for field in _FIELDS
        ),
        click.option("--field-names", metavar="FILE", help='More known names of fields: {"title": ["head"]}.'),
        click.option("--rows", metavar="NAME", help="List of rows in a JSON document, as articles.results.  [found]"),
        click.option("--table", metavar="NAME", help="Table of a SQLite file, or sheet of an Excel file.  [found]"),
    ]


def reading_options_given(ctx: click.Context) -> list[str]:
    """The options of :func:`input_options` that have another value than their default."""
    given = {name for name in _READING if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT}
    parameters = [parameter for parameter in ctx.command.params if parameter.name in given]
    return [one.opts[0] for one in parameters if ctx.params[str(one.name)] != one.get_default(ctx)]


def refuse_indexes(inputs: Sequence[str]) -> None:
    """Refuse an index among the inputs: articles cannot be read from it as from a file.

    Raises:
        click.UsageError: naming the first index.
    """
    from sada.indexes.storage.catalog import is_index

    for one in inputs:
        if is_index(one):
            raise click.UsageError(f"{one} is an index; name files of articles, or the one index alone")


def _reading(
    *,
    input_format: str | None,
    encoding: str | None,
    expanded_limit: float,
    row_limit: float,
    timezone: str,
    strict: bool,
    day_first: bool,
    date_format: str | None,
    pages: bool | None = False,
    markers: str | None = None,
    field_names: str | None,
    rows: str | None,
    table: str | None,
    **names: str | None,
) -> Reading:
    from sada.indexes.reading.fields import FieldMap

    fields = FieldMap(**{key.removesuffix("_field"): name for key, name in names.items()})
    given = (fields, timezone, input_format, strict, pages, markers, day_first, date_format, field_names, rows, table)
    return Reading(*given, encoding, expanded_limit, row_limit)
