"""Read labels: which articles belong together, according to a person or another program.

They are read from JSON Lines, from CSV (comma, semicolon or tab) or from one JSON document, plain or compressed.
The format is recognised by the first bytes of the file.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sada.indexes.errors import InputError
from sada.indexes.parsing.encodings import EncodingError, decode_text
from sada.indexes.parsing.faults import UnreadableError
from sada.indexes.parsing.magic import binary_format
from sada.indexes.parsing.row_limits import whole_within
from sada.indexes.reading.fields import as_id, as_label
from sada.indexes.reading.sniff import delimiter_of
from sada.indexes.reading.streams import Decoding, Progress, decode, read_chunks

USUAL_FIELDS = ("story", "cluster", "event", "label")
"""Names of label fields, in order of preference, if none is given."""

_MOST = 1 << 28
_TOO_LARGE = "more than 256 MB of labels (keep the ids and their labels alone)"


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a file.

    Args:
        labels: label by id of the article; articles without a label are left out.
        field: the field of the labels; ``"label"`` if the file names none.
        other_fields: the other fields of the file without the id, in order of first appearance.
    """

    labels: dict[str, str]
    field: str
    other_fields: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"labels": dict(self.labels), "field": self.field, "other_fields": list(self.other_fields)}


class _Row(NamedTuple):
    where: str
    fields: dict[str, Any]


def read_labels(path: str | Path, label_field: str | None = None, encoding: str | None = None) -> Labels:
    """Read the labels of articles.

    Three shapes are supported: rows (JSON Lines, a JSON array or CSV) with ``id`` and a label field; a JSON object
    ``{id: label}``; a JSON object ``{"labels": {id: {field: label}}}`` or ``{"labels": {id: label}}``. An article whose
    label is null or blank is left out. Ids are read as those of articles are; space around a label is removed.

    Args:
        path: the file.
        label_field: the field with the label; by default the first present of :data:`USUAL_FIELDS`.
        encoding: of a file that is neither UTF-8 nor says what it is, such as ``windows-1256``.

    Raises:
        InputError: if the file cannot be read, a row has no id, there is no label field, or an id has two labels.
    """
    rows = list(_rows(str(path), _text(Path(path), encoding)))
    present = list(dict.fromkeys(name for row in rows for name in row.fields if name != "id"))
    field = _chosen(str(path), present, label_field)
    label_of = partial(as_label, field)
    labels: dict[str, str] = {}
    for where, fields in rows:
        id_ = _read(as_id, fields.get("id"), where)
        if not id_:
            has = _listed(name for name in fields if name != "id")
            raise InputError(f"{where}: no id (it has {has}); every row needs the article's id in a field named id")
        label = _read(label_of, fields.get(field), where)
        if label and labels.setdefault(id_, label) != label:
            raise InputError(f"{where}: {id_!r} has two labels, {labels[id_]!r} and {label!r}; keep one")
    return Labels(labels, field, tuple(name for name in present if name != field))


def _text(path: Path, encoding: str | None) -> str:
    """Read the text of the file, decompressed."""
    decoding = Decoding.of(encoding)
    try:
        with path.open("rb") as file:
            data = whole_within(decode(read_chunks(file, Progress()), decoding), _MOST, _TOO_LARGE)
        if (found := binary_format(data)) is not None:
            raise InputError(f"{path}: labels are not read from {found}; save them as CSV or JSON Lines")
        return decode_text(data)
    except EncodingError as error:
        raise InputError(f"{path}, line {error.line}: {error}") from None
    except UnreadableError as error:
        raise InputError(f"{path}: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path of the labels") from error


def _rows(path: str, text: str) -> Iterator[_Row]:
    start = text.lstrip()[:1]
    if start == "[":
        return _array_rows(path, _document(path, text))
    if start != "{":
        return _csv_rows(path, text)
    if _is_json_lines(text):
        return _line_rows(path, text)
    return _mapping_rows(path, _document(path, text))


def _is_json_lines(text: str) -> bool:
    """Return whether the first line is an object on its own, and either more follows or it has an id."""
    first, _, rest = text.lstrip().partition("\n")
    try:
        row = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return bool(rest.strip()) or "id" in row


def _line_rows(path: str, text: str) -> Iterator[_Row]:
    # Not splitlines: JSON strings may hold other line separators, such as U+2028.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{path}, line {number}"
            yield _Row(where, _object(_parsed(where, line), where))


def _array_rows(path: str, rows: list[Any]) -> Iterator[_Row]:
    for number, row in enumerate(rows, 1):
        where = f"{path}, row {number}"
        yield _Row(where, _object(row, where))


def _mapping_rows(path: str, document: Mapping[str, Any]) -> Iterator[_Row]:
    labels = document.get("labels")
    for id_, value in (labels if isinstance(labels, dict) else document).items():
        fields = value if isinstance(value, dict) else {"label": value}
        yield _Row(f"{path}, id {id_!r}", {**fields, "id": id_})


def _csv_rows(path: str, text: str) -> Iterator[_Row]:
    header = text.lstrip().partition("\n")[0]
    csv.field_size_limit(sys.maxsize)  # a cell may hold a whole article
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(header))
    names = reader.fieldnames or ()
    if names and "id" not in names:
        raise InputError(
            f"{path}, line 1: no column named id among {_listed(names)}; name the column of article ids id"
        )
    line = reader.line_num + 1
    try:
        for fields in reader:
            if None in fields:
                raise InputError(
                    f"{path}, line {line}: more cells than the header has columns; quote cells with commas"
                )
            yield _Row(f"{path}, line {line}", fields)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: not CSV ({error}); mend the row") from error


def _document(path: str, text: str) -> Any:
    def checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            for name, label in pairs:
                if value[name] != label:
                    raise InputError(f"{path}: {name!r} has two labels, {label!r} and {value[name]!r}; keep one")
        return value

    return _parsed(path, text, object_pairs_hook=checked)


def _parsed(where: str, text: str, **options: Any) -> Any:
    try:
        return json.loads(text, **options)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}" if "\n" in text else where
        raise InputError(f"{place}: not JSON ({error.msg} at column {error.colno}); mend or remove it") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise InputError(f"{where}: not labels ({error}); mend or remove it") from None


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f'{where}: not a row; write an object such as {{"id": "a1", "story": "s1"}}')
    return value


def _chosen(path: str, present: list[str], wanted: str | None) -> str:
    for name in (wanted,) if wanted is not None else USUAL_FIELDS:
        if name in present:
            return name
    missing = f"no field {wanted!r}" if wanted is not None else f"no label field ({', '.join(USUAL_FIELDS)})"
    mend = f"it has {_listed(present)}; name the one to score against" if present else "it has no labels at all"
    raise InputError(f"{path}: {missing}; {mend}")


def _read(reader: Callable[[Any], str], value: Any, where: str) -> str:
    """Read an id or label as text, as those of articles are read; empty if it is null or blank."""
    try:
        return reader(value)
    except ValueError as error:
        raise InputError(f"{where}: {error}; write it as text") from None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
