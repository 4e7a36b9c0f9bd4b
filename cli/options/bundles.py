"""Options that many commands share, one decorator a bundle.

Each decorator adds its options and hands the command one argument for all of them, so a command says what it takes and
not how it is spelled: ``@output_options`` gives ``output`` (:class:`Output`), ``@input_options`` gives ``reading``
(:class:`Reading`), and so does ``@indexing_options``, ``@filter_options`` gives ``filters``
(:class:`sada.indexes.search.filters.Filter`), ``@encoder_options`` gives ``options`` (a dict) and ``@threads_option``
gives ``threads`` (an int)::

    @click.command()
    @click.argument("index")
    @output_options
    @filter_options
    def listing(index: str, output: Output, filters: Filter) -> None:
        output.write(rows(index, filters), COLUMNS)
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sada.cli.options.id_lists import ids_named
from sada.cli.options.params import DateParam, writable
from sada.cli.output.columns import Column, Row
from sada.cli.output.progress import note
from sada.cli.output.rows import FORMATS, write_rows
from sada.indexes.reading.sniff import FORMATS as INPUT_FORMATS

if TYPE_CHECKING:
    from sada.indexes.reading.fields import FieldMap
    from sada.indexes.reading.problems import Problem
    from sada.indexes.reading.readers import ArticleReader
    from sada.indexes.search.filters import Filter


_Command = Callable[..., Any]
_FIELDS = ("id", "title", "text", "date", "url", "source", "language")
_READING = {"input_format", "timezone", "strict", *(f"{field}_field" for field in _FIELDS)}


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go and how they look; see :func:`sada.cli.output.rows.write_rows`."""

    format: str | None = None
    path: str | None = None
    limit: int | None = None

    def shows_table(self) -> bool:
        """True if results go to a person: a table was asked for, or nothing was and this is a terminal."""
        return self.format == "table" or (self.format is None and self.path is None and sys.stdout.isatty())

    def write(self, rows: Iterable[Row], columns: Sequence[Column]) -> None:
        """Writes ``rows``; ``columns`` are what a table shows of them. An empty table is accounted for."""
        table = self.shows_table()
        if table:
            rows = list(islice(rows, self.limit))
        write_rows(rows, format=self.format, output=self.path, columns=columns, limit=self.limit)
        if table and not rows:
            note("nothing found")


@dataclass(frozen=True, slots=True)
class Reading:
    """How sources are read; see :func:`sada.indexes.reading.readers.read_articles`."""

    fields: FieldMap
    timezone: str = "UTC"
    input_format: str | None = None
    strict: bool = False
    pages: bool | None = False
    markers: str | None = None

    def articles(self, sources: Sequence[str], on_problem: Callable[[Problem], None] | None = None) -> ArticleReader:
        """The articles of ``sources``, as they are read; ``on_problem`` hears of every row that is none."""
        from sada.indexes.pages.marker_files import load_markers
        from sada.indexes.reading.readers import read_articles

        return read_articles(
            sources,
            fields=self.fields,
            timezone=self.timezone,
            input_format=self.input_format,
            strict=self.strict,
            on_problem=on_problem,
            pages=self.pages,
            markers=None if self.markers is None else load_markers(self.markers),
        )


def examples(*commands: str) -> str:
    """How the help of a command ends: with commands that work, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


def output_options(command: _Command, formats: Sequence[str] = FORMATS) -> _Command:
    """Adds ``--format``, ``-o/--output`` and ``--limit``; the command gets ``output``, an :class:`Output`."""
    return _bundled(
        command,
        "output",
        lambda format, output, limit: Output(format, output, limit),
        click.option(
            "--format", type=click.Choice(formats), help="How to write results.  [table, or jsonl when piped]"
        ),
        click.option("-o", "--output", metavar="FILE", callback=writable, help="Write to FILE, not to the screen."),
        click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Write N results at most."),
    )


def input_options(command: _Command) -> _Command:
    """Adds the options of reading articles; the command gets ``reading``, a :class:`Reading`."""
    return _bundled(command, "reading", _reading, *_input_options())


def indexing_options(command: _Command) -> _Command:
    """The same with those of scraped pages: ``--pages/--no-pages`` and ``--markers``."""
    return _bundled(
        command,
        "reading",
        _reading,
        *_input_options(),
        click.option(
            "--pages/--no-pages",
            default=None,
            help="Take scraped pages apart, into articles and what stands around them.  [.txt and .html in folders]",
        ),
        markers_option,
    )


markers_option = click.option(
    "--markers",
    metavar="FILE",
    help='Words to take pages apart by, besides those known: {"en": {"source": ["Source"]}}.',
)
"""Adds ``--markers``; the command gets ``markers``, a path or None."""


def _input_options() -> list[Callable[[_Command], _Command]]:
    return [
        click.option(
            "--input-format", type=click.Choice(INPUT_FORMATS), help="Format of SOURCE.  [told from the file]"
        ),
        click.option(
            "--timezone",
            default="UTC",
            show_default=True,
            metavar="ZONE",
            help="Zone of dates without an offset, as Asia/Riyadh or +03:00.",
        ),
        click.option("--strict", is_flag=True, help="Stop at the first bad row."),
        *(
            click.option(f"--{field}-field", metavar="NAME", help=f"Name of the field that holds the {field}.")
            for field in _FIELDS
        ),
    ]


def reading_options_given(ctx: click.Context) -> list[str]:
    """The options of :func:`input_options` that were given another value than their default."""
    given = {name for name in _READING if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT}
    parameters = [parameter for parameter in ctx.command.params if parameter.name in given]
    return [one.opts[0] for one in parameters if ctx.params[str(one.name)] != one.get_default(ctx)]


def filter_options(command: _Command) -> _Command:
    """Adds the conditions on articles; the command gets ``filters``, a :class:`~sada.indexes.search.filters.Filter`."""
    return _bundled(
        command,
        "filters",
        _filter,
        click.option("--language", multiple=True, metavar="CODE", help="Only this language, as ar.  [repeatable]"),
        click.option("--source", multiple=True, metavar="NAME", help="Only this outlet.  [repeatable]"),
        click.option("--since", type=DateParam(), help="Only articles of this date or moment, or after it."),
        click.option(
            "--until",
            type=DateParam(whole_day=True),
            help="Only articles before this moment; a date without a time counts in full.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="FILE|ID",
            help="Leave out an id, or those in FILE: one a line, or JSON Lines with an id.  [repeatable]",
        ),
    )


def encoder_options(command: _Command) -> _Command:
    """Adds ``--encoder-option``; the command gets ``options``, the values given by name."""
    return _bundled(
        command,
        "options",
        _encoder_options,
        click.option(
            "--encoder-option",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="An option of the encoder, as device=cuda.  [repeatable]",
        ),
    )


def threads_option(command: _Command) -> _Command:
    """Adds ``--threads``; the command gets ``threads``, 0 for one a core."""
    option = click.option(
        "--threads",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Threads to use; results are the same for any number.  [default: all cores]",
    )
    return option(command)


def _bundled(
    command: _Command, name: str, build: Callable[..., Any], *options: Callable[[_Command], _Command]
) -> _Command:
    """``command`` with ``options``, whose values reach it as one argument, made by ``build``."""
    own: list[str] = []

    @functools.wraps(command)
    def gathered(*args: Any, **values: Any) -> Any:
        mine = {key: values.pop(key) for key in own}
        return command(*args, **values, **{name: build(**mine)})

    parameters: list[click.Parameter] = gathered.__dict__.setdefault("__click_params__", [])
    before = len(parameters)
    for option in reversed(options):
        option(gathered)
    own.extend(str(parameter.name) for parameter in parameters[before:])
    return gathered


def _reading(
    *,
    input_format: str | None,
    timezone: str,
    strict: bool,
    pages: bool | None = False,
    markers: str | None = None,
    **names: str | None,
) -> Reading:
    from sada.indexes.reading.fields import FieldMap

    fields = FieldMap(**{key.removesuffix("_field"): name for key, name in names.items()})
    return Reading(fields, timezone, input_format, strict, pages, markers)


def _filter(
    *,
    language: tuple[str, ...],
    source: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    exclude: tuple[str, ...],
) -> Filter:
    from sada.indexes.reading.fields import as_language
    from sada.indexes.search.filters import Filter

    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since is not before --until, so no article could match; swap or widen them")
    ids = frozenset(ids_named("--exclude", exclude))
    return Filter(tuple(map(as_language, language)), source, since, until, ids)


def _encoder_options(*, settings: tuple[str, ...]) -> dict[str, str]:
    options: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise click.UsageError(f"--encoder-option {setting}: write KEY=VALUE")
        if key.strip() in options:
            raise click.UsageError(f"--encoder-option {key.strip()} is given twice")
        options[key.strip()] = value.strip()
    return options
