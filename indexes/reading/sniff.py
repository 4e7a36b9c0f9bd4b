"""Find the format of an input by its name, else by its first bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from sada.indexes.fields.nested import lists_of_rows, wrapped_row
from sada.indexes.json.text import BadJsonError, load_json
from sada.indexes.parsing.chunks import take
from sada.indexes.parsing.csv_records import delimiter_of, separator_named
from sada.indexes.parsing.faults import RefusedError
from sada.indexes.parsing.file_names import DOCUMENTS, PICKLES, XML, format_of_name, suffix_of
from sada.indexes.parsing.magic import PICKLE, binary_format
from sada.indexes.parsing.markup import XML_FORMATS, is_html, named_kind, refusal, root_of, xml_format
from sada.indexes.parsing.recipes import export_refusal, is_zotero, recipe_refusal

_DATA = re.compile(r"[+-]?\d[\d.,]*|\d{4}-\d\d?-\d\d?\b.*|\w+://.*|.{61,}", re.DOTALL)
_NO_PAGES = {
    ".xls": "an HTML table, and no Excel file as its name says (open it, and save it as .xlsx or CSV)",
    **dict.fromkeys(
        (".rss", ".atom", ".rdf", ".nitf", ".newsml"),
        "HTML, and not what its name says: perhaps an error page of the server (fetch it again)",
    ),
}
"""The reason to report for HTML under a name that no page has, by its suffix."""
_MOST_HEAD = 1 << 20
_LEAST_MAGIC = 4
_SHOWN = 1 << 16
_LONGEST_ROW = 1 << 22
_FIRST = re.compile(rb"\s*(\S)")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|\Z|<)")
"""How a text starts that may be markup."""
_DECLARED_XML = re.compile(r"[\ufeff\s]*<\?xml\b")
_ARRAY_OF_ROWS = re.compile(rb"\s*\[\s*\{")


def sniff(
    name: str, chunks: Iterator[bytes], has_content: Callable[[Iterable[str]], bool]
) -> tuple[str | None, Iterator[bytes]]:
    """Find the format of an input; returns it and all bytes of the input.

    The names ``.json`` and ``.jsonl`` are often confused, so the first lines decide between them. A stream of one line
    with one article is JSON Lines and JSON alike; it counts as JSON Lines.

    Args:
        name: the file's name, empty for a stream.
        chunks: its bytes without compression.
        has_content: True if one of some names is a name of the title or the text; a CSV header is found by it.

    Raises:
        RefusedError: for SGML, for XML in other formats, for what is no XML under a name of XML, and for pickles.
    """
    start, chunks = take(chunks, lambda _, taken: len(taken) >= _LEAST_MAGIC)
    chunks = chain([start], chunks)
    if (binary := binary_format(start)) is not None:
        return binary, chunks
    if reason := PICKLE if suffix_of(name) in PICKLES else export_refusal(start[:_SHOWN].decode("utf-8", "replace")):
        raise RefusedError(reason)
    named = format_of_name(name)
    is_xml = named == XML or named in XML_FORMATS
    if is_xml:
        named = None  # the root element tells
    if named not in (None, "json", "jsonl", *DOCUMENTS) or (named == "txt" and not _MARKUP.match(start)):
        return named, chunks
    head, chunks = take(chunks, _two_lines)
    if named in DOCUMENTS or (named is None and head.lstrip().startswith(b"<")):
        found = markup_format(head.decode("utf-8", "replace"), named)
        if found == "html" and (reason := _NO_PAGES.get(suffix_of(name))):
            raise RefusedError(reason)
        return found, chain([head], chunks)
    found = _text_format(head, named, has_content)
    if found is None and is_xml:
        raise RefusedError("no XML, as its name says it is (say what it is: --input-format FORMAT)")
    return found, chain([head], chunks)


def _text_format(head: bytes, named: str | None, has_content: Callable[[Iterable[str]], bool]) -> str | None:
    """The format of a text that is no markup, by its first two lines."""
    first, second, *_ = [*(line for line in head.split(b"\n") if line.strip()), b"", b""]
    opening = first.lstrip()[:1]
    if _ARRAY_OF_ROWS.match(head):
        return "json"
    if named == "jsonl":
        whole = _opens_array(first) or first[:1] == b"\x1e" or _is_page(_value(first), has_content)
        return "json" if whole else "jsonl"
    if opening == b"{":
        is_long = len(head) >= _LONGEST_ROW and b"\n" not in head.strip()
        if is_long or _is_page(value := _value(first), has_content):
            return "json"
        return "jsonl" if second[:1] == b"{" or _is_row(value, not second, named, has_content) else "json"
    return "json" if named or opening == b"[" else _guess(first, second, has_content)


def markup_format(text: str, named: str | None = None) -> str | None:
    """The format of markup: ``html``, or one of XML; None if it is no markup.

    Args:
        text: its start.
        named: the format that its name stands for; in ``html`` and ``txt`` an unknown root element may stand, too, if
            no declaration says that it is XML. A ``txt`` is a page only if it is a whole one.

    Raises:
        RefusedError: for SGML, and for XML in other formats, and in ``html`` for all XML that is no page.
    """
    root = root_of(text)
    if root is None:
        return named
    found = xml_format(root, text)
    if found is not None and named != "html":
        return found
    if root == "RDF" and is_zotero(text):
        raise RefusedError(recipe_refusal("zotero"))
    may_stand = named in DOCUMENTS and not _DECLARED_XML.match(text) and named_kind(root) is None
    if not (is_html(root) or may_stand):
        raise RefusedError(refusal(root, is_read=found is not None))
    return named if named == "txt" and root.lower() != "html" else "html"


def is_header(cells: list[str], has_content: Callable[[Iterable[str]], bool]) -> bool:
    """True if the first line of a CSV names columns, and is no article of which a cell is a word such as ``article``.

    One known name is enough if no cell is a number, a date, an address or a long text.
    """
    known = sum(1 for cell in cells if has_content([cell]))
    return known > 1 or (known == 1 and not any(_DATA.fullmatch(cell.strip()) for cell in cells))


def _header_names(header: str, delimiter: str) -> list[str]:
    return [name.strip().strip('"') for name in header.split(delimiter)]


def _guess(first: bytes, second: bytes, has_content: Callable[[Iterable[str]], bool]) -> str | None:
    header = first.decode("utf-8", "replace")
    delimiter = separator_named(header.rstrip("\r"))
    if delimiter is not None:
        header = second.decode("utf-8", "replace")
    return "csv" if is_header(_header_names(header, delimiter or delimiter_of(header)), has_content) else None


def _two_lines(chunk: bytes, head: bytearray) -> bool:
    """True when the second line that is not blank has ended, or enough of it was read.

    A first line that may be JSON is read whole, if no row could be longer; but of an array of objects its start is
    enough, and of markup what is before the end of its root's tag, where its namespaces are.
    """
    if len(head) >= _LONGEST_ROW:
        return True
    large = len(head) > _MOST_HEAD
    if _ARRAY_OF_ROWS.match(head):
        return True
    first = _FIRST.match(head)
    if first is not None and first[1] == b"<":
        text = head.decode("utf-8", "replace")
        root = root_of(text)
        return large or (root is not None and ">" in text[text.find(root) :])
    if large and not (first is not None and first[1] in b"{["):
        return True
    if b"\n" not in chunk:
        return False
    lines = sum(1 for line in head.split(b"\n") if line.strip())
    return lines > 2 or (large and lines == 2)


def _opens_array(line: bytes) -> bool:
    """True for the first line of a JSON array over several lines."""
    line = line.strip()
    return line[:1] == b"[" and line[-1:] in (b"[", b"{", b",")


def _value(line: bytes) -> dict[str, Any] | None:
    """The object in a line; None if it is no whole one."""
    try:
        value = load_json(line)
    except BadJsonError:
        return None
    return value if isinstance(value, dict) else None


def _is_row(
    value: dict[str, Any] | None, alone: bool, named: str | None, has_content: Callable[[Iterable[str]], bool]
) -> bool:
    """True for a first line that is a whole object; if no line follows, only for an article."""
    if value is None or not alone:
        return value is not None
    return named is None and has_content(value) and not _lists_articles(value, has_content)


def _is_page(value: dict[str, Any] | None, has_content: Callable[[Iterable[str]], bool]) -> bool:
    """True for a line that is a whole answer of a service, with a list of articles in it."""
    return (
        value is not None
        and not has_content(value)
        and any(
            has_content(row) or wrapped_row(row, has_content) is not None
            for _, rows in lists_of_rows(value)
            for row in rows[:1]
            if isinstance(row, dict)
        )
    )


def _lists_articles(value: dict[str, Any], has_content: Callable[[Iterable[str]], bool]) -> bool:
    """True for an object that holds a list of articles, as a feed does, which has a title of its own too."""
    lists = (items for items in value.values() if isinstance(items, list))
    return any(isinstance(item, dict) and has_content(item) for items in lists for item in items[:1])
