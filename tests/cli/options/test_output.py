"""Where results go and how they look."""

from __future__ import annotations

from functools import partial

import click
import pytest
from click.testing import CliRunner

from sada.cli.options.output import output_options
from sada.cli.output.columns import Column
from sada.cli.output.rows import FORMATS
from sada.indexes.index import NewsIndex


def test_output_writes_rows_where_it_was_told(call, tmp_path):
    path = tmp_path / "rows"
    got = call("-o", str(path), "--format", "csv", "--limit", "1", bundles=[output_options])
    got["output"].write([{"id": "a"}, {"id": "b"}], [Column("id", "ID")])
    assert path.read_text() == "id\na\n"


def test_output_goes_to_the_screen_by_default():
    @click.command()
    @output_options
    def listing(output):
        output.write([{"id": "a"}], [Column("id", "ID")])

    assert CliRunner().invoke(listing, []).output == '{"id":"a"}\n'
    assert CliRunner().invoke(listing, ["-o", "-", "--format", "json"]).output == '[\n{"id":"a"}\n]\n'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "xml"], "'table', 'jsonl', 'json', 'csv'"),
        (["--limit", "0"], "x>=1"),
        (["-o", "{folder}"], "is a folder; name a file in it"),
        (["-o", "{folder}/none/rows.csv"], "there is no folder"),
        (["-o", "{folder}/i.sada/catalog.sqlite"], "is inside the index {folder}/i.sada; name a file outside it"),
        (["-o", "{folder}/i.sada/arrays/rows.csv"], "is inside the index"),
    ],
)
def test_wrong_output_options_are_usage_errors(call, tmp_path, arguments, message):
    NewsIndex.create(tmp_path / "i.sada", encoder="none").close()
    code, error = call(*(argument.format(folder=tmp_path) for argument in arguments), bundles=[output_options])
    assert code == 2 and message.format(folder=tmp_path) in error


def test_a_command_may_add_a_format(call):
    pages = partial(output_options, formats=(*FORMATS, "page"))
    assert call("--format", "page", bundles=[pages])["output"].format == "page"
    assert call("--format", "page", bundles=[output_options])[0] == 2


@pytest.mark.parametrize("name", ["st.parquet", "dup.XLSX", "x.jsonl.gz", "x.tsv"])
def test_a_suffix_of_another_form_than_the_one_written_is_refused(call, tmp_path, name):
    code, told = call("-o", str(tmp_path / name), bundles=[output_options])
    assert code == 2
    assert f"{name}: results are not written as {name[name.rindex('.') :].lower()} (name it .jsonl" in told
    assert call("-o", str(tmp_path / name), "--format", "json", bundles=[output_options])["output"].format == "json"
