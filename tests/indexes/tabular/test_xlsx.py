from __future__ import annotations

import gzip
import io
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from types import SimpleNamespace

import pytest

from sada.indexes.errors import InputError
from sada.indexes.reading.readers import read_articles

openpyxl = pytest.importorskip("openpyxl")
HEADER = ["العنوان", "text", "date", "source"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def workbook(name="news.xlsx", **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(name)
    return name


def read(*args, **options):
    told = []
    reader = read_articles(*args, on_problem=lambda one: told.append(f"{one.kind} {one}"), **options)
    articles = list(reader)
    assert reader.report.read == len(articles) + reader.report.skipped + reader.report.bad
    told = [one for one in told if " gave a " not in one]
    return SimpleNamespace(articles=articles, told=told, titles=[a.title for a in articles], reader=reader)


def test_the_sheet_with_known_names_is_read_under_its_header(monkeypatch):
    rows = [
        ["تصدير الأخبار"],
        [],
        HEADER,
        ["جسر", "a_x000D_\nb", datetime(2026, 3, 3, 9, 5), "صحيفة المثال"],
        [None, None, None, " "],
        ["Cup", "Harbour won.", date(2026, 3, 4), "#N/A"],
        ["Fog", "Ships wait.", 46085.5, None, "stray"],
        ["Ice", "No skating.", "5 March 2026", None, None, time(3, 4)],
    ]
    workbook(About=[["made by", "nobody"]], أخبار=rows)
    result = read("news.xlsx")
    assert [(one.title, one.text, one.source) for one in result.articles] == [
        ("جسر", "a\r\nb", "صحيفة المثال"),
        ("Cup", "Harbour won.", ""),
        ("Fog", "Ships wait.", ""),
        ("Ice", "No skating.", ""),
    ]
    assert [str(one.published)[:16] for one in result.articles] == [
        "2026-03-03 09:05",
        "2026-03-04 00:00",
        "2026-03-04 12:00",
        "2026-03-05 00:00",
    ]
    assert [dict(one.extra) for one in result.articles[2:]] == [{"column E": "stray"}, {"column F": "03:04:00"}]
    assert result.told == []
    data = Path("news.xlsx").read_bytes()
    assert result.reader.progress() == (len(data), len(data))
    Path("nameless").write_bytes(data)
    Path("news.xlsx.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write("news.xlsx")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    for name in ("nameless", "news.xlsx.gz", "a.zip", "-"):
        assert read(name).articles == result.articles


def test_several_sheets_are_listed_and_one_can_be_named():
    workbook(March=[["title", "text"], ["a", "b"]], April=[["title", "text"], ["c", "d"]], Notes=[["x"]])
    assert read("news.xlsx").told == [
        "bad news.xlsx: several sheets of articles: March, April (name one: --table March)",
    ]
    assert read("news.xlsx", table="april").titles == ["c"]
    assert read("news.xlsx", table="Notes").told == [
        "bad news.xlsx:1: no column for a title or a text among: x (name the fields)"
    ]
    assert read("news.xlsx", table="May").told == ["bad news.xlsx: no sheet 'May' (there are: March, April, Notes)"]


def test_a_workbook_without_articles_says_what_it_has():
    assert read(workbook(Notes=[["x", "y"]], Empty=[])).told == [
        "bad news.xlsx: no sheet with a column for a title or a text among: Notes (x, y), Empty"
        " (name one with --table, and its fields with --title-field and --text-field)"
    ]


def test_bad_rows_are_named_by_line():
    result = read(workbook(News=[["title", "text"], ["a", "b"], [True, "c"], ["d", "e"]]))
    assert result.titles == ["a", "d"]
    assert result.told[0].startswith("bad news.xlsx:3: title is true or false")


def test_merged_cells_have_their_value_in_each_row():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["All news"], ["title", "text", "date"], ["a", "b", date(2026, 3, 3)], ["c", "d"], ["e", "f"]]:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("C3:C4")
    book.save("news.xlsx")
    days = [one.published and str(one.published)[:10] for one in read("news.xlsx").articles]
    assert days == ["2026-03-03", "2026-03-03", None]


def stored(name, value):
    """Store a value with the only formula of a workbook, as a spreadsheet program does."""
    with zipfile.ZipFile(name) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(name, "w") as archive:
        for one, data in files.items():
            changed = data.replace(b"<v />", b"<v>%s</v>" % value).replace(b"<v></v>", b"<v>%s</v>" % value)
            archive.writestr(one, changed if one.startswith("xl/worksheets/") else data)


def test_formulas_have_their_stored_value_and_those_without_one_are_noted():
    name = workbook(News=[["title", "text", "n"], ["a", "b", "=1+1"], ["c", "d", None]])
    assert read(name).told == ["note news.xlsx: 1 formulas have no stored value (open the file, and save it again)"]
    stored(name, b"2")
    result = read(name)
    assert result.told == []
    assert dict(result.articles[0].extra) == {"n": 2}


def test_a_wrong_size_in_the_file_is_not_believed():
    name = workbook(News=[["title", "text"], ["a", "b"], ["c", "d"]])
    with zipfile.ZipFile(name) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(name, "w") as archive:
        for one, data in files.items():
            archive.writestr(one, data.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    assert read(name).titles == ["a", "c"]


def test_damage_and_bombs_are_named():
    data = Path(workbook(News=[["title"], ["a"]])).read_bytes()
    Path("news.xlsx").write_bytes(data[:-30])
    assert read("news.xlsx").told == [
        "bad news.xlsx: not readable as an Excel file: File is not a zip file (save it again)",
    ]
    with zipfile.ZipFile("other.xlsx", "w") as archive:
        archive.writestr("a.jsonl", b"{}")
    assert read("other.xlsx").told == ["bad other.xlsx: a zip and no Excel file (name it .zip, or name a file in it)"]
    Path("news.xlsx").write_bytes(data)
    with pytest.raises(
        InputError, match=r"^news\.xlsx: expands to more than is allowed \(allow more: --expanded-limit"
    ):
        read("news.xlsx", expanded_limit=0.000001)
