"""Bundles hand over one argument each and leave the others alone."""

from __future__ import annotations

import click
from click.testing import CliRunner

from sada.cli.options.common import threads_option
from sada.cli.options.filters import filter_options
from sada.cli.options.input import input_options
from sada.cli.options.output import Output, output_options
from sada.indexes.reading.fields import FieldMap
from sada.indexes.search.filters import Filter


def test_bundles_hand_over_one_argument_each_with_defaults(call):
    got = call(bundles=[output_options, input_options, threads_option])
    assert set(got) == {"threads", "reading", "output"}
    assert got["output"] == Output(None, None, None)
    assert got["threads"] == 0
    reading = got["reading"]
    assert (reading.fields, reading.timezone, reading.input_format, reading.strict) == (FieldMap(), "UTC", None, False)
    assert call(bundles=[filter_options])["filters"] == Filter((), (), None, None, frozenset())


def test_bundles_leave_other_parameters_and_their_order_alone():
    @click.command()
    @click.argument("index")
    @output_options
    @click.option("-k", default=10)
    @threads_option
    def listing(index, k, output, threads):
        """Lists."""
        click.echo(f"{index} {k} {output.limit} {threads}")

    result = CliRunner().invoke(listing, ["news", "--limit", "3", "--threads", "2", "-k", "4"])
    assert result.output == "news 4 3 2\n"
    assert listing.help == "Lists."
    named = [parameter.name for parameter in listing.params]
    assert named == ["index", "format", "output", "limit", "k", "threads"]
