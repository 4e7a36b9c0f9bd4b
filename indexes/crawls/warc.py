"""Read the pages of a WARC file, and the texts of a WET file (needs fastwarc)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sada.indexes.crawls.http_body import CodingError, plain_body
from sada.indexes.crawls.page_workers import made_in_order
from sada.indexes.crawls.warc_records import warc_records
from sada.indexes.json.values import Readable
from sada.indexes.pages.plain_text import txt_row
from sada.indexes.parsing.encodings import EncodingError, declared_encoding, decode_page, mark_of
from sada.indexes.parsing.faults import Fault, Item, told
from sada.indexes.parsing.markup import is_html, root_of
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.webpages.titles import host_of

_LONGEST_TITLE = 200
_MOST_BROKEN = 0.01
_HEAD = 1 << 12
_HTML = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)


@dataclass(frozen=True, slots=True)
class Capture:
    """What was stored of one address.

    Attributes:
        name: the address, or the place of the record, for messages.
        page: the HTML of the page; None if ``fields`` hold its title and text.
        fields: the values of a row that the record gives.
    """

    name: str
    page: str | None
    fields: dict[str, Any]

    def row(self, made: dict[str, Any]) -> dict[str, Any]:
        """The whole row, from the row ``made`` of the page. An outlet that is not named in it is the host."""
        row = made | self.fields
        if not row.get("source") and row.get("url"):
            row["source"] = host_of(row["url"]) or row["url"]
        return row


def warc_rows(
    stream: Readable, page_row: Callable[[str], dict[str, Any]], encoding: str | None = None, limit: int = LIMIT
) -> Iterator[Item]:
    """Read a row for each HTML page, and for each text of a WET file, in the order of the records.

    The address is the row's ``url``, and the time of crawling its ``crawled``: that is not the date of the article. A
    note at the end counts the records that are no pages, by kind.

    Args:
        stream: the file without compression.
        page_row: makes the row of an HTML page.
        encoding: of pages that are not UTF-8 and do not say what they are.
        limit: the most bytes of a page; of a longer one the start is read, with a note.

    Raises:
        MissingPackageError: if fastwarc is not installed.
        UnreadableError: if the file breaks off or is damaged, after the rows before that.
    """
    captures = Captures(stream, encoding, limit)
    pages = undated = 0
    for one, made in made_in_order(captures, lambda one: None if isinstance(one, Fault) else one.page, page_row):
        if isinstance(one, Fault):
            yield None, one
            continue
        if isinstance(made, Fault):
            yield None, Fault(made.kind, f"{one.name}: {made.reason}")
            continue
        row = one.row(made)
        pages += 1
        undated += not row.get("date")
        yield None, row
    if undated:
        yield None, Fault("note", f"{undated:,} of {pages:,} pages name no date; the time of crawling is kept in extra")
    if captures.passed_over:
        yield None, Fault("note", f"records that are no pages were passed over: {told(captures.passed_over)}")


class Captures(Iterator["Capture | Fault"]):
    """The pages and texts of a file, with faults before those that they concern.

    Attributes:
        passed_over: how many records of which kind were no pages. The record about the file itself is not counted.
    """

    def __init__(self, stream: Readable, encoding: str | None, limit: int) -> None:
        self._encoding = encoding
        self._limit = limit
        self._all = self._captures(warc_records(stream))
        self.passed_over: Counter[str] = Counter()

    def __next__(self) -> Capture | Fault:
        return next(self._all)

    def _captures(self, records: Iterator[Any]) -> Iterator[Capture | Fault]:
        for record in records:
            if isinstance(record, Fault):
                yield record
                continue
            kind = str(record.record_type)
            if kind in ("response", "resource"):
                yield from self._page(record, is_response=kind == "response" and record.is_http)
            elif kind == "conversion":
                yield from self._text(record)
            elif kind != "warcinfo":
                self.passed_over[f"{kind} records"] += 1

    def _page(self, record: Any, *, is_response: bool) -> Iterator[Capture | Fault]:
        """The page of a record that holds what a server sent, or that holds a file."""
        name = _name(record)
        try:
            headers = _http_headers(record) if is_response else record.headers
        except OSError as error:
            yield Fault("bad", f"{name}: its HTTP header cannot be read: {error}")
            return
        content_type = headers.get("Content-Type") or record.headers.get("WARC-Identified-Payload-Type") or ""
        kind = content_type.partition(";")[0].strip().lower()
        if is_response and headers.status_code != 200:
            self.passed_over[f"responses with status {headers.status_code or 'unknown'}"] += 1
        elif kind and kind not in _HTML:
            self.passed_over[f"of type {kind[:80]}"] += 1
        else:
            yield from self._html(record, name, headers if is_response else {}, content_type)

    def _html(self, record: Any, name: str, http: Any, content_type: str) -> Iterator[Capture | Fault]:
        data = _block(record, self._limit)
        if data is None:
            return
        try:
            transfer, content = (http.get(header) or "" for header in ("Transfer-Encoding", "Content-Encoding"))
            data = plain_body(data, transfer, content, self._limit)
            page, broken = self._decoded(data, content_type)
        except (CodingError, EncodingError) as error:
            yield Fault("bad", f"{name}: {error}")
            return
        if not content_type and not is_html(root_of(page[:_HEAD]) or ""):
            self.passed_over["without a type"] += 1
            return
        if broken:
            yield Fault("note", f"{name}: {broken:,} characters are not in the page's encoding, they are U+FFFD")
        yield from _cut_off(record, name, len(data), self._limit)
        yield Capture(name, page, _fields(record))

    def _text(self, record: Any) -> Iterator[Capture | Fault]:
        """The text of a page, whose title is its first line."""
        kind = (record.headers.get("Content-Type") or "text/plain").partition(";")[0].strip().lower()
        if kind != "text/plain":
            self.passed_over[f"of type {kind[:80]}"] += 1
            return
        data = _block(record, self._limit)
        if data is None:
            return
        text = data.decode("utf-8", "replace").strip()
        row = _text_row(text)
        languages = record.headers.get("WARC-Identified-Content-Language") or ""
        if language := languages.partition(",")[0].strip():
            row["language"] = language
        name = _name(record)
        yield from _cut_off(record, name, len(data), self._limit)
        yield Capture(name, None, row | _fields(record))

    def _decoded(self, data: bytes, content_type: str) -> tuple[str, int]:
        """A page as text, and how many characters of it are broken.

        What the server says counts before what the page says, and that before the encoding that the user named.

        Raises:
            EncodingError: if it is in none of these encodings.
        """
        if mark := mark_of(data):
            return data[mark[1] :].decode(mark[0], "replace"), 0
        match = _CHARSET.search(content_type)
        said = [match[1], None] if match else [None]
        reasons = []
        for label in (*said, self._encoding):
            try:
                return decode_page(data, label), 0
            except EncodingError as error:
                reasons.append(error)
        found = (declared_encoding(data, label)[1] for label in said)
        page = data.decode(next(filter(None, found), "utf-8"), "replace")
        broken = page.count("\ufffd")
        if broken > _MOST_BROKEN * len(page):
            raise reasons[0]
        return page, broken


def _http_headers(record: Any) -> Any:
    """The header of the HTTP response in a record; behind it is its body."""
    record.parse_http(quirks_mode=True)
    return record.http_headers


def _block(record: Any, limit: int) -> bytes | None:
    """What is left of a record, up to ``limit``; None if it breaks off, which is reported at the end of the file."""
    data: bytes = record.reader.read(limit)
    return None if len(data) < min(record.content_length, limit) else data


def _cut_off(record: Any, name: str, size: int, limit: int) -> Iterator[Fault]:
    reason = record.headers.get("WARC-Truncated")
    if reason or size >= limit:
        why = f"by the crawler ({reason})" if reason else f"at {limit / 10**6:g} MB (allow more: --row-limit MB)"
        yield Fault("note", f"{name}: cut off {why}, read as far as it goes")


def _name(record: Any) -> str:
    """The address of a record, or where it starts in the file."""
    return _address(record) or f"the record at byte {record.stream_pos:,}"


def _address(record: Any) -> str:
    # In old files the address stands in angle brackets.
    return (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")


def _text_row(text: str) -> dict[str, Any]:
    """The row of a WET text, which starts with the title of the page; the headline in the text is it without outlet."""
    title, _, rest = text.partition("\n")
    title = title.strip()
    if not rest or len(title) > _LONGEST_TITLE:
        return txt_row(text)
    lines = map(str.strip, rest.splitlines())
    headline = next((line for line in lines if title.startswith(line) and 2 * len(line) >= len(title)), title)
    return {"title": headline, "text": rest}


def _fields(record: Any) -> dict[str, Any]:
    return {"url": _address(record), "crawled": record.headers.get("WARC-Date") or ""}
