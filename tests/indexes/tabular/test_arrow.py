from __future__ import annotations

import gzip
import io
import sys
from datetime import datetime
from types import SimpleNamespace

import pytest

from sada.indexes.parsing.faults import UnreadableError
from sada.indexes.reading.readers import read_articles
from sada.indexes.tabular.arrow import arrow_rows, orc_rows

pa = pytest.importorskip("pyarrow")
ROWS = {
    "id": [str(number) for number in range(2500)],
    "title": ["جسر", *["Cup"] * 2499],
    "date": [datetime(2026, 3, 3, 9, 5), *[None] * 2499],
    "tags": [["a", "b"], *[[]] * 2499],
}


def file_of(path, table):
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=700)


def stream_of(path, table):
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=700)


def feather_of(path, table):
    import pyarrow.feather

    pyarrow.feather.write_feather(table, path, compression="lz4")


def orc_of(path, table):
    import pyarrow.orc

    pyarrow.orc.write_table(table, path)


WRITERS = {"a.arrow": file_of, "s.arrow": stream_of, "b.ipc": file_of, "c.feather": feather_of, "d.orc": orc_of}


@pytest.mark.parametrize("name", WRITERS)
def test_rows_come_out_in_order_with_plain_values(name, tmp_path, monkeypatch):
    path = tmp_path / name
    WRITERS[name](str(path), pa.table(ROWS))
    reader = read_articles(path)
    articles = list(reader)
    assert [one.id for one in articles] == ROWS["id"]
    first = articles[0]
    assert (first.title, str(first.published), first.keywords) == ("جسر", "2026-03-03 09:05:00+00:00", ("a", "b"))
    data = path.read_bytes()
    assert reader.progress() == (len(data), len(data))
    (tmp_path / "nameless").write_bytes(data)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(data))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    for other in (tmp_path / "nameless", tmp_path / "packed.gz", "-"):
        assert list(read_articles(other)) == articles


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_cut_off_is_unreadable(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](str(path), pa.table(ROWS))
    path.write_bytes(path.read_bytes()[:3000])
    kind, rows = ("ORC", orc_rows) if name.endswith(".orc") else ("Arrow", arrow_rows)
    with pytest.raises(UnreadableError, match=rf"^not readable as {kind}: .* \(fetch the file again\)$"):
        list(rows(path, lambda share: None))


def test_an_empty_table_has_no_rows(tmp_path):
    for name, write in WRITERS.items():
        write(str(tmp_path / name), pa.table({"title": pa.array([], pa.string())}))
        reader = read_articles(tmp_path / name)
        assert (list(reader), reader.report.bad) == ([], 0)


def test_text_that_starts_like_orc_is_text(tmp_path):
    (tmp_path / "a.csv").write_text("ORC,title\n1,a\n")
    assert [one.title for one in read_articles(tmp_path / "a.csv")] == ["a"]


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    from sada.indexes.errors import MissingPackageError

    for name, package, command in [
        ("a.feather", "pyarrow", 'reading Arrow needs pyarrow: pip install "sada-news[parquet]"'),
        ("a.orc", "pyarrow", 'reading ORC needs pyarrow: pip install "sada-news[parquet]"'),
        ("a.xlsx", "openpyxl", 'reading Excel files needs openpyxl: pip install "sada-news[xlsx]"'),
    ]:
        (tmp_path / name).write_bytes(b"PK")
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            with pytest.raises(MissingPackageError) as caught:
                read_articles(tmp_path / name)
        assert str(caught.value) == command
