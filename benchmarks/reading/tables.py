"""Tables as spreadsheets, databases and pandas write them, in the encodings that they use."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reading.kind import Kind, dumped, lines
from reading.stories import Story

COLUMNS = ("id", "title", "text", "date", "source", "language", "url")
_ARABIC = ("المعرف", "العنوان", "النص", "التاريخ", "المصدر", "اللغة", "الرابط")


def cells(story: Story) -> list[str]:
    """The cells of an article, in the order of :data:`COLUMNS`."""
    return [story.id, story.title, story.text, story.iso, story.source, story.language, story.url]


def table(header: Iterable[str] = COLUMNS, row: Callable[[Story], Any] = cells, **form: Any) -> Callable[..., str]:
    """Make a CSV; ``form`` goes to ``csv.writer``."""

    def make(stories: Sequence[Story]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, **{"lineterminator": "\n", **form})
        writer.writerow(header)
        writer.writerows(map(row, stories))
        return out.getvalue()

    return make


def encoded(make: Callable[..., str], encoding: str, mark: bytes = b"") -> Callable[..., bytes]:
    """The same in another encoding, behind a byte order mark."""
    return lambda stories: mark + make(stories).encode(encoding)


def fits(encoding: str) -> Callable[[Story], bool]:
    """True for an article that can be written in an encoding."""

    def fit(story: Story) -> bool:
        try:
            return bool("".join(cells(story)).encode(encoding))
        except UnicodeEncodeError:
            return False

    return fit


def frame(stories: Sequence[Story], **changed: Any) -> Any:
    """The articles as a frame of pandas, with dates as times."""
    import pandas as pd

    rows = [dict(zip(COLUMNS, cells(story), strict=True)) | {"date": story.date} for story in stories]
    return pd.DataFrame(rows).assign(**changed)


def _pandas(write: Callable[[Any, io.StringIO], Any]) -> Callable[..., str]:
    def make(stories: Sequence[Story]) -> str:
        out = io.StringIO()
        write(frame(stories), out)
        return out.getvalue()

    return make


def _binary(write: Callable[[Any, str], Any]) -> Callable[..., bytes]:
    def make(stories: Sequence[Story]) -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            write(frame(stories), str(path))
            return path.read_bytes()

    return make


def _arrow(write: Callable[[Any, str], Any]) -> Callable[..., bytes]:
    def as_table(rows: Any, path: str) -> None:
        import pyarrow as pa

        write(pa.Table.from_pandas(rows, preserve_index=False), path)

    return _binary(as_table)


def _write_ipc(rows: Any, path: str, stream: bool = False) -> None:
    import pyarrow as pa

    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(path, rows.schema) as writer:
        writer.write_table(rows)


def _write_orc(rows: Any, path: str) -> None:
    from pyarrow import orc

    orc.write_table(rows, path)


def _write_parquet(rows: Any, path: str, **options: Any) -> None:
    from pyarrow import parquet

    parquet.write_table(rows, path, **options)


def _excel(rows: Any, path: str, sheets: Sequence[str] = ("Sheet1",)) -> None:
    import pandas as pd

    rows = rows.assign(date=rows["date"].dt.tz_localize(None))  # spreadsheets know no zones
    with pd.ExcelWriter(f"{path}.xlsx", engine="openpyxl") as writer:
        for sheet in sheets:
            (rows if sheet == sheets[-1] else pd.DataFrame({"about": ["July"]})).to_excel(
                writer, sheet_name=sheet, index=False
            )
    Path(f"{path}.xlsx").rename(path)


def _sqlite(create: str, row: Callable[[Story], Sequence[Any]]) -> Callable[..., bytes]:
    def make(stories: Sequence[Story]) -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "x.db"
            with sqlite3.connect(path) as connection:
                connection.execute(create)
                connection.execute("CREATE TABLE settings (name TEXT, value TEXT)")
                connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)", map(row, stories))
            connection.close()
            return path.read_bytes()

    return make


def _mysql(stories: Sequence[Story]) -> str:
    """What ``SELECT … INTO OUTFILE … FIELDS TERMINATED BY ','  ENCLOSED BY '"'`` writes, with a header before it."""

    def quoted(cell: str) -> str:
        return '"' + cell.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\\n") + '"'

    return "\n".join(",".join(map(quoted, row)) for row in (COLUMNS, *map(cells, stories))) + "\n"


def _backslashed(stories: Sequence[Story]) -> str:
    quoted = (['"' + cell.replace('"', '\\"') + '"' for cell in row] for row in (COLUMNS, *map(cells, stories)))
    return "".join(",".join(row) + "\n" for row in quoted)


def _spaced(stories: Sequence[Story]) -> str:
    quoted = (['"' + cell.replace('"', '""') + '"' for cell in row] for row in (COLUMNS, *map(cells, stories)))
    return "".join(", ".join(row) + "\n" for row in quoted)


def _postgres(stories: Sequence[Story]) -> str:
    r"""What ``COPY … TO … (HEADER)`` writes: tabs, with line breaks as ``\n`` and no quotes."""

    def escaped(cell: str) -> str:
        return cell.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")

    return "".join("\t".join(map(escaped, row)) + "\n" for row in (COLUMNS, *map(cells, stories)))


_USUAL = table()
_UTF16 = encoded(table(delimiter="\t"), "utf-16-le", b"\xff\xfe")
_SEEN = "https://dev.mysql.com/doc/refman/8.4/en/select-into.html"


def _row(story: Story) -> dict[str, Any]:
    return dict(zip(COLUMNS, cells(story), strict=True))


CSV = [
    Kind("CSV", "july.csv", _USUAL, seen="https://www.rfc-editor.org/rfc/rfc4180"),
    Kind("CSV", "july.csv", encoded(table(lineterminator="\r\n"), "utf-8", b"\xef\xbb\xbf"),
         variant="UTF-8 mark, CRLF"),
    Kind("CSV", "july.csv", table(delimiter=";", quoting=csv.QUOTE_ALL), variant="semicolons, all quoted"),
    Kind("CSV", "july.csv", table(delimiter="|"), variant="vertical bars"),
    Kind("CSV", "july.csv", lambda stories: "sep=;\r\n" + table(delimiter=";", lineterminator="\r\n")(stories),
         variant="sep="),
    Kind("CSV", "july.csv", encoded(lambda stories: "sep=\t\r\n" + table(delimiter="\t")(stories), "utf-16"),
         variant="sep= and tabs in UTF-16"),
    Kind("CSV", "july.csv", _UTF16, variant="Unicode text of a spreadsheet"),
    Kind("CSV", "july.csv", encoded(table(lineterminator="\r", quoting=csv.QUOTE_ALL), "utf-8"),
         variant="line ends of old Macs"),
    Kind("CSV", "july.csv", table(_ARABIC), variant="Arabic names"),
    Kind("CSV", "july.csv", table(map(str.upper, COLUMNS)), variant="names in capitals"),
    Kind("CSV", "july.csv", lambda stories: "Exported 2 August 2024\n\n" + _USUAL(stories),
         variant="a line above the names", refused=True),
    Kind("CSV", "july.csv", table([f" {name} " for name in COLUMNS], lambda s: [f" {cell} " for cell in cells(s)]),
         variant="spaces around cells"),
    Kind("CSV", "july.csv", _spaced, variant="a space behind each comma"),
    Kind("CSV", "july.csv", _mysql, variant="MySQL", seen=_SEEN),
    Kind("CSV", "july.csv", _backslashed, variant="backslashes before quotes"),
    Kind("TSV", "july.tsv", table(delimiter="\t")),
    Kind("TSV", "july.tsv", _postgres, variant="PostgreSQL COPY",
         seen="https://www.postgresql.org/docs/current/sql-copy.html"),
    Kind("CSV of pandas", "july.csv", _pandas(lambda rows, out: rows.to_csv(out)), needs="pandas",
         seen="https://pandas.pydata.org/docs/user_guide/io.html"),
    Kind("CSV of pandas", "july.csv", _pandas(lambda rows, out: rows.assign(source=[{"id": None, "name": name}
         for name in rows["source"]], text=[text.split("\n") for text in rows["text"]]).to_csv(out, index=False)),
         needs="pandas", variant="objects and lists in cells"),
    Kind("CSV of pandas", "july.csv", _pandas(lambda rows, out: rows.assign(id=[float(n) for n in range(len(rows))],
         source=rows["source"].where(rows.index != 99)).to_csv(out, sep=";", index=False, decimal=",")),
         needs="pandas", variant="ids as floats, semicolons"),
    Kind("CSV of a spreadsheet", "july.csv", table([*COLUMNS[:3], "date", "time", *COLUMNS[4:]], lambda s: [
         *cells(s)[:3], f"{s.date:%d/%m/%Y}", f"{s.date:%H:%M}", *cells(s)[4:]], delimiter=";"),
         variant="a column for the day and one for the time"),
    Kind("CSV of a spreadsheet", "july.csv", table(row=lambda s: [*cells(s)[:3], f"{s.date:%m/%d/%Y %I:%M:%S %p}",
         *cells(s)[4:]]), variant="American dates"),
]  # fmt: skip

ENCODINGS = [
    Kind("CSV in another encoding", "july.csv", encoded(_USUAL, encoding), variant=encoding, keep=fits(encoding),
         options={"encoding": encoding})
    for encoding in ("windows-1256", "iso-8859-6", "cp720", "windows-1252", "windows-1251", "koi8-r", "gb18030", "big5",
                     "utf-16", "utf-16-be", "utf-32", "mac_roman")
] + [
    Kind("JSON Lines in another encoding", "july.jsonl", encoded(lines(_row), encoding, mark), variant=variant,
         options=options, keep=fits(encoding))
    for variant, encoding, mark, options in (
        ("UTF-8 mark", "utf-8", b"\xef\xbb\xbf", {}), ("UTF-16 mark", "utf-16", b"", {}),
        ("windows-1256", "windows-1256", b"", {"encoding": "windows-1256"}),
    )
] + [
    Kind("CSV in an encoding that is not named", "july.csv", encoded(_USUAL, encoding), variant=encoding,
         keep=fits(encoding), refused=True)
    for encoding in ("windows-1256", "windows-1251", "gb18030")
]  # fmt: skip

JSON = [
    Kind("JSON Lines", "july.jsonl", lines(_row), seen="https://jsonlines.org/"),
    Kind("JSON Lines", "july.ndjson", lambda stories: lines(_row)(stories).replace("\n", "\r\n\r\n"),
         variant="CRLF and blank lines"),
    Kind("JSON Lines", "july.jsonl", lambda stories: "".join(
         json.dumps(_row(story)) + "\n" for story in stories), variant="escaped letters"),
    Kind("JSON Lines", "july.jsonl", lambda stories: lines(_row)(stories).rstrip("\n"), variant="no last line end"),
    Kind("JSON Lines", "july.jsonl", lines(lambda s: {**_row(s), "date": s.epoch}), variant="dates in seconds"),
    Kind("JSON Lines", "july.jsonl", lines(lambda s: {**_row(s), "date": s.epoch * 1000, "author": None}),
         variant="dates in milliseconds"),
    Kind("JSON Lines", "july.json", lines(_row), variant="named .json"),
    Kind("JSON Lines", "july.txt", lines(_row), variant="named .txt", options={"input_format": "jsonl"}),
    Kind("JSON Lines", "july.jsonl", lines(lambda s: {"NUMBER": s.number, "Title": s.title, "TEXT": s.text,
         "Published-At": s.iso, "Source Name": s.source, "LANG": s.language.upper(), "URL": s.url}),
         variant="other capitals and hyphens"),
    Kind("JSON", "july.json", lambda stories: dumped([_row(story) for story in stories], 2)),
    Kind("JSON", "july.json", lambda stories: dumped({"data": {"news": {"list": [_row(s) for s in stories]}}}),
         variant="a list in three objects"),
    Kind("JSON", "july.json", lambda stories: dumped([{"page": 1, "articles": [_row(s) for s in stories[:5]]},
         {"page": 2, "articles": [_row(s) for s in stories[5:]]}]), variant="pages of answers"),
    Kind("JSON", "july.jsonl", lambda stories: "".join(dumped({"page": 1, "results": [_row(s)]}) + "\n"
         for s in stories), variant="a page of answers a line"),
    Kind("JSON", "july.json", lambda stories: dumped({s.id: _row(s) for s in stories}, 1),
         variant="an object of articles by id"),
    Kind("JSON", "july.json", lambda stories: "\n".join(dumped(_row(s), 2) for s in stories),
         variant="concatenated"),
    Kind("JSON", "july.json", lambda stories: "".join(dumped(_row(s)) for s in stories),
         variant="concatenated without a space"),
    Kind("JSON", "july.json", lambda stories: "\x1e".join(["", *(dumped(_row(s)) + "\n" for s in stories)]),
         variant="JSON text sequences", seen="https://www.rfc-editor.org/rfc/rfc7464"),
    Kind("JSON", "july.json", lambda stories: "\ufeff" + dumped([_row(story) for story in stories]),
         variant="UTF-8 mark"),
    Kind("JSON of pandas", "july.json", _pandas(lambda rows, out: rows.to_json(out)), needs="pandas",
         variant="columns"),
    Kind("JSON of pandas", "july.json", _pandas(lambda rows, out: rows.to_json(out, orient="records",
         date_format="iso")), needs="pandas"),
    Kind("JSON of pandas", "july.json", _pandas(lambda rows, out: rows.to_json(out, orient="split",
         date_format="iso")), needs="pandas", variant="split"),
    Kind("JSON of pandas", "july.json", _pandas(lambda rows, out: rows.to_json(out, orient="table")), needs="pandas",
         variant="table"),
    Kind("JSON of pandas", "july.json", _pandas(lambda rows, out: rows.to_json(out, orient="index",
         date_format="iso")), needs="pandas", variant="index"),
    Kind("JSON of Hugging Face", "july.json", lambda stories: dumped({"features": [], "rows": [{"row_idx": n,
         "row": _row(s), "truncated_cells": []} for n, s in enumerate(stories)], "num_rows_total": 11}),
         variant="the rows of the viewer"),
]  # fmt: skip

FILES = [
    Kind("Parquet", "july.parquet", _arrow(_write_parquet), needs="pyarrow"),
    Kind("Parquet", "july.parquet", _binary(lambda rows, path: rows.assign(date=rows["date"].dt.tz_localize(None))
         .to_parquet(path)), needs="pyarrow", variant="of pandas, times without a zone"),
    Kind("Parquet", "july.parquet", _arrow(lambda rows, path: _write_parquet(rows, path, compression="zstd",
         row_group_size=3, use_dictionary=False)), needs="pyarrow", variant="zstd, small groups"),
    Kind("Arrow", "july.arrow", _arrow(_write_ipc), needs="pyarrow",
         seen="https://arrow.apache.org/docs/python/ipc.html"),
    Kind("Arrow", "july.arrow", _arrow(lambda rows, path: _write_ipc(rows, path, stream=True)), needs="pyarrow",
         variant="a stream"),
    Kind("Feather", "july.feather", _binary(lambda rows, path: rows.to_feather(path)), needs="pyarrow"),
    Kind("ORC", "july.orc", _arrow(_write_orc), needs="pyarrow"),
    Kind("Excel", "july.xlsx", _binary(_excel), needs="openpyxl", seen="https://openpyxl.readthedocs.io/"),
    Kind("Excel", "july.xlsx", _binary(lambda rows, path: _excel(rows, path, ("About", "July"))), needs="openpyxl",
         variant="the second sheet", options={"table": "July"}),
    Kind("Excel", "july.xlsx", _binary(lambda rows, path: _excel(rows.rename(columns=dict(zip(COLUMNS, _ARABIC,
         strict=True)) | {"date": "date"}), path)), needs="openpyxl", variant="Arabic names"),
    Kind("SQLite", "july.sqlite", _sqlite("CREATE TABLE articles (id TEXT, title TEXT, text TEXT, date TEXT, "
         "source TEXT, language TEXT, url TEXT)", cells), options={"table": "articles"}),
    Kind("SQLite", "july.db", _sqlite("CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT, body TEXT, "
         "published_at INTEGER, outlet TEXT, lang TEXT, link TEXT)", lambda s: [s.number, *cells(s)[1:3], s.epoch,
         *cells(s)[4:]]), options={"table": "articles"}, variant="other names, dates in seconds"),
]  # fmt: skip

KINDS = [*JSON, *CSV, *ENCODINGS, *FILES]
