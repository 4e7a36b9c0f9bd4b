from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes.parsing.faults import UnreadableError


def parquet_file(path, columns, **options):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table(columns), path, **options)
    return path


def parquet_items(path):
    from sada.indexes.tabular.parquet import parquet_rows

    return [row for _, row in parquet_rows(path, lambda share: None)]


def test_parquet_values_are_plain(tmp_path):
    pa = pytest.importorskip("pyarrow")
    moment = datetime(2020, 1, 2, 3, 4, 5, 600_000)
    columns = {
        "title": pa.array([b"bytes", "نص".encode()], pa.binary()),
        "utc": pa.array([moment, None], pa.timestamp("us", "UTC")),
        "zoned": pa.array([moment.replace(tzinfo=UTC), None], pa.timestamp("ms", "Asia/Riyadh")),
        "naive": pa.array([1577934245123456789, None], pa.timestamp("ns")),
        "far": pa.array([2**40, None], pa.timestamp("s")),
        "day": [date(2020, 1, 2), None],
        "amount": [Decimal("1.50"), None],
        "nested": [{"when": moment, "all": [b"\xff"]}, None],
        "kind": pa.array(["x", "x"]).dictionary_encode(),
        "tags": [["a", "b"], []],
        "n": [1, 2**62],
        "f": [0.5, None],
    }
    first, second = parquet_items(parquet_file(tmp_path / "a.parquet", columns))
    assert first == {
        "title": "bytes",
        "utc": "2020-01-02 03:04:05.600000Z",
        "zoned": "2020-01-02 03:04:05.600Z",
        "naive": "2020-01-02 03:04:05.123456789",
        "far": first["far"],
        "day": "2020-01-02",
        "amount": "1.50",
        "nested": {"when": "2020-01-02T03:04:05.600000", "all": [{"base64": "/w=="}]},
        "kind": "x",
        "tags": ["a", "b"],
        "n": 1,
        "f": 0.5,
    }
    assert "out of range" in first["far"]
    nothing = {"utc", "zoned", "naive", "far", "day", "amount", "nested", "f"}
    assert second == {**dict.fromkeys(nothing), "title": "نص", "kind": "x", "tags": [], "n": 2**62}


def test_parquet_is_read_in_batches(tmp_path):
    path = parquet_file(tmp_path / "a.parquet", {"id": range(2500)}, row_group_size=700)
    assert [row["id"] for row in parquet_items(path)] == list(range(2500))


def test_damaged_parquet_is_unreadable(tmp_path):
    path = parquet_file(tmp_path / "a.parquet", {"id": ["a" * 50]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableError, match=r"^not readable as Parquet: .* \(fetch the file again\)$"):
        parquet_items(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.integers(0, 10**6), st.binary(max_size=3))
def test_any_damage_is_unreadable_or_gives_rows(tmp_path, at, damage):
    path = parquet_file(tmp_path / "a.parquet", {"id": ["a", "b"], "when": [datetime(2020, 1, 2), None]})
    data = path.read_bytes()
    at %= len(data)
    path.write_bytes(data[:at] + damage + data[at + len(damage) + 1 :])
    try:
        rows = parquet_items(path)
    except UnreadableError as error:
        assert str(error).startswith("not readable as Parquet: ")
    else:
        assert all(isinstance(row, dict) for row in rows)


def test_other_fields_come_back_out_of_extra(tmp_path):
    extra = [
        '{"views": 18446744073709551616, "extra": {"deep": [null]}}',
        None,
        "no object",
        "[1]",
        '{"id": 9, "id2": 1}',
        "",
    ]
    path = parquet_file(tmp_path / "a.parquet", {"id": list("abcdef"), "extra": extra})
    assert parquet_items(path) == [
        {"id": "a", "views": 2**64, "extra": {"deep": [None]}},
        {"id": "b"},
        {"id": "c", "extra": "no object"},
        {"id": "d", "extra": "[1]"},
        {"id": "e", "extra_id": 9, "id2": 1},
        {"id": "f", "extra": ""},
    ]


def test_an_extra_column_of_another_type_is_a_field_as_any(tmp_path):
    path = parquet_file(tmp_path / "a.parquet", {"id": ["a", "b"], "extra": [{"x": 1}, None]})
    assert parquet_items(path) == [{"id": "a", "extra": {"x": 1}}, {"id": "b", "extra": None}]
