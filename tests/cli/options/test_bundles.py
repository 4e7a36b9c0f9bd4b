from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import partial

import click
import pytest
from click.testing import CliRunner

from sada.cli.options.bundles import Output, filter_options, input_options, output_options, threads_option
from sada.cli.options.params import DateParam
from sada.cli.output.columns import Column
from sada.cli.output.rows import FORMATS
from sada.indexes.errors import InputError
from sada.indexes.index import NewsIndex
from sada.indexes.reading.fields import FieldMap
from sada.indexes.search.filters import Filter


@pytest.fixture
def call():
    """Runs a command with some bundles; gives what it was handed, or the usage error."""

    def call(*arguments, bundles):
        got = {}

        def body(**values):
            got.update(values)

        for bundle in bundles:
            body = bundle(body)
        result = CliRunner().invoke(click.command()(body), list(arguments), catch_exceptions=False)
        return got if result.exit_code == 0 else (result.exit_code, result.stderr)

    return call


def test_bundles_hand_over_one_argument_each_with_defaults(call):
    got = call(bundles=[output_options, input_options, filter_options, threads_option])
    assert set(got) == {"threads", "filters", "reading", "output"}
    assert got["output"] == Output(None, None, None)
    assert got["threads"] == 0
    assert got["filters"] == Filter((), (), None, None, frozenset())
    reading = got["reading"]
    assert (reading.fields, reading.timezone, reading.input_format, reading.strict) == (FieldMap(), "UTC", None, False)


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


def test_field_options_make_a_field_map(call):
    names = ("id", "title", "text", "date", "url", "source", "language")
    arguments = [word for name in names for word in (f"--{name}-field", f"my {name}")]
    reading = call(*arguments, bundles=[input_options])["reading"]
    assert reading.fields == FieldMap(**{name: f"my {name}" for name in names})


def test_reading_reads_articles_as_it_was_told(call, tmp_path):
    path = tmp_path / "news.dat"
    path.write_text("Key;Kopf;Wann\na1;Echo;2024-07-01 09:00\n;;\n")
    arguments = ["--input-format", "csv", "--timezone", "+03:00"]
    arguments += ["--id-field", "Key", "--title-field", "Kopf", "--date-field", "Wann"]
    reading = call(*arguments, bundles=[input_options])["reading"]
    (article,) = reading.articles([str(path)])
    assert (article.id, article.title) == ("a1", "Echo")
    assert article.published == datetime(2024, 7, 1, 6, tzinfo=UTC)


def test_strict_reading_stops_at_a_bad_row_and_other_reading_tells(call, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text('{"id": "a", "title": "t"}\n{"id": \n')
    problems = []
    reading = call(bundles=[input_options])["reading"]
    assert [article.id for article in reading.articles([str(path)], problems.append)] == ["a"]
    assert [problem.line for problem in problems] == [2]
    with pytest.raises(InputError):
        list(call("--strict", bundles=[input_options])["reading"].articles([str(path)]))


def test_an_unknown_input_format_is_a_usage_error(call):
    code, error = call("--input-format", "xml", bundles=[input_options])
    assert code == 2 and "'jsonl'" in error and "'parquet'" in error


def test_filter_options_make_a_filter(call):
    arguments = ["--language", "AR", "--language", "en-US", "--source", "BBC", "--source", "الجزيرة"]
    arguments += ["--since", "2024-07-01", "--until", "2024-07-02T12:00+03:00", "--exclude", "a1", "--exclude", "a2"]
    filters = call(*arguments, bundles=[filter_options])["filters"]
    assert filters == Filter(
        languages=("ar", "en"),
        sources=("BBC", "الجزيرة"),
        since=datetime(2024, 7, 1, tzinfo=UTC),
        until=datetime(2024, 7, 2, 9, tzinfo=UTC),
        exclude=frozenset({"a1", "a2"}),
    )


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-07-31", datetime(2024, 8, 1, tzinfo=UTC)),
        (" 20240731 ", datetime(2024, 8, 1, tzinfo=UTC)),
        ("2024-07-31T00:00", datetime(2024, 7, 31, tzinfo=UTC)),
        ("2024-07-31 18:30+03:00", datetime(2024, 7, 31, 15, 30, tzinfo=UTC)),
        ("1722384000", datetime(2024, 7, 31, tzinfo=UTC)),
        ("9999-12-31", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_until_a_date_counts_that_whole_day(call, value, moment):
    assert call("--until", value, bundles=[filter_options])["filters"].until == moment


def test_one_day_may_be_both_bounds(call):
    filters = call("--since", "2024-07-31", "--until", "2024-07-31", bundles=[filter_options])["filters"]
    assert (filters.since, filters.until) == (datetime(2024, 7, 31, tzinfo=UTC), datetime(2024, 8, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "yesterday"], "'yesterday' is no date; write 2024-07-31"),
        (["--until", "03/04/2020"], "'03/04/2020' is no date"),
        (["--since", ""], "'' is no date"),
        (["--since", "2024-08-01", "--until", "2024-07-01"], "--since is not before --until"),
    ],
)
def test_wrong_dates_are_usage_errors(call, arguments, message):
    code, error = call(*arguments, bundles=[filter_options])
    assert code == 2 and message in error


def test_dates_take_the_zone_they_are_given():
    zone = datetime.strptime("+0300", "%z").tzinfo
    assert DateParam(zone).convert("2024-07-01", None, None) == datetime(2024, 6, 30, 21, tzinfo=UTC)
    assert DateParam().convert(datetime(2024, 7, 1, tzinfo=UTC), None, None) == datetime(2024, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        "a1\n\n  a2 \r\nمقال 3",
        '{"id": "a1", "title": "t"}\n{"id": "a2"}\n{"id": "مقال 3"}\n',
        gzip.compress('a1\n{"id": "a2"}\nمقال 3'.encode(), mtime=0),
    ],
)
def test_exclude_takes_ids_from_files(call, tmp_path, content):
    path = tmp_path / "seen"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    filters = call("--exclude", str(path), "--exclude", "b" * 5000, bundles=[filter_options])["filters"]
    assert filters.exclude == {"a1", "a2", "مقال 3", "b" * 5000}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "a"}\n{"id": \n', "seen, line 2: "),
        (json.dumps({"title": "t"}).encode(), "seen, line 1: no id"),
        (b'{"id": ["a"]}', "seen, line 1: id is a list"),
        (b"a\n\xff", "seen: cannot be read"),
    ],
)
def test_a_file_of_ids_that_cannot_be_read_is_an_error(call, tmp_path, content, message):
    path = tmp_path / "seen"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        call("--exclude", str(path), bundles=[filter_options])


def test_threads_are_none_or_more(call):
    assert call("--threads", "3", bundles=[threads_option]) == {"threads": 3}
    assert call("--threads", "-1", bundles=[threads_option])[0] == 2
