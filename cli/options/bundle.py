"""Several options of a command that reach it as one argument.

A bundle is a decorator. It adds its options and hands the command one value built from all of them, so a command says
what it takes and not how that is spelled:

- ``@output_options`` gives ``output``, an :class:`~sada.cli.options.output.Output`;
- ``@input_options`` and ``@indexing_options`` give ``reading``, a :class:`~sada.cli.options.input.Reading`;
- ``@filter_options`` gives ``filters``, a :class:`~sada.indexes.search.filters.Filter`;
- ``@encoder_options`` gives ``options``, a dict, and ``@own_encoder_options`` gives ``encoder``, a dict;
- ``@grouping_options`` gives ``grouping``, a dict of the arguments of :func:`sada.cluster.find_copies`;
- ``@threads_option`` gives ``threads``, an int.

For example::

    @click.command()
    @click.argument("index")
    @output_options
    @filter_options
    def listing(index: str, output: Output, filters: Filter) -> None:
        output.write(rows(index, filters), COLUMNS)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]


def bundled(command: Command, name: str, build: Callable[..., Any], *options: Callable[[Command], Command]) -> Command:
    """Add options to a command and hand it their values as one argument.

    Args:
        command: the function below the decorator.
        name: what the argument is called.
        build: called with the values of the options by name; returns the argument.
        options: decorators of click, in the order of the help.
    """
    own: list[str] = []

    @functools.wraps(command)
    def with_bundle(*args: Any, **values: Any) -> Any:
        mine = {key: values.pop(key) for key in own}
        return command(*args, **values, **{name: build(**mine)})

    parameters: list[click.Parameter] = with_bundle.__dict__.setdefault("__click_params__", [])
    before = len(parameters)
    for option in reversed(options):
        option(with_bundle)
    own.extend(str(parameter.name) for parameter in parameters[before:])
    return with_bundle
