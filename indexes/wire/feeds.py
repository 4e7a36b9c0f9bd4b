"""Read the items of a feed: RSS of all versions, RDF and Atom (needs feedparser)."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sada.indexes.distribution import require
from sada.indexes.parsing.encodings import broken_utf8, to_utf8_as_declared
from sada.indexes.parsing.faults import Fault, Item, UnreadableError, told
from sada.indexes.parsing.markup import broken_xml
from sada.indexes.parsing.row_limits import LIMIT, too_large
from sada.indexes.wire.blog_exports import is_kind, no_article
from sada.indexes.wire.large_items import FeedBytes

_DECLARED_ENCODING = re.compile(rb"""\A(<\?xml\b[^>]{0,200}?)\s+encoding\s*=\s*["'][^"']*["']""")
_CAPTION = re.compile(rb"<(/?)media:description\b[^<>]*?(/?)>")
_MOST_WHOLE = 8  # times the limit of an item: of a feed
_UTF8 = {"content-type": "application/xml; charset=utf-8"}


def require_feedparser() -> Any:
    """The package ``feedparser``.

    Raises:
        MissingPackageError: if it is not installed.
    """
    return require("feedparser", "feeds", "reading a feed")


def feed_rows(chunks: Iterable[bytes], limit: int = LIMIT) -> Iterator[Item]:
    """Read a row for each item. Of a feed that is broken, what can be read is read, with a note.

    Markup in a text stays, and dates stay as they are written.

    Args:
        chunks: the bytes of the file.
        limit: the most bytes of an item; a larger one is a bad row. A feed is read as a whole, and may have 8 times
            as many.

    Raises:
        MissingPackageError: if feedparser is not installed.
        UnreadableError: if the file breaks off, after the items before that.
    """
    feedparser = require_feedparser()
    items = FeedBytes(to_utf8_as_declared(chunks), limit)
    data, stopped = _read(items, _MOST_WHOLE * limit)
    for _ in range(items.large):
        yield None, Fault("bad", too_large(limit, "an item"))
    found = _parse(feedparser, data)
    feed, entries = dict(found["feed"]), found["entries"]
    yield from _faults(data, found, bool(entries))
    others: Counter[str] = Counter()
    for entry in map(dict, entries):
        if kind := no_article(entry):
            others[kind] += 1
        else:
            yield None, _row(entry, feed)
    if others:
        yield None, Fault("note", f"passed over {told(others)} (no articles)")
    if stopped is not None:
        raise stopped


def _parse(feedparser: Any, data: bytes) -> dict[str, Any]:
    """What feedparser finds in a feed in UTF-8."""
    data = _DECLARED_ENCODING.sub(rb"\1", data.lstrip())
    data = _CAPTION.sub(rb"<\1media:caption\2>", data)  # feedparser would take it for the description
    text = data.decode("utf-8", "replace").encode()  # for one broken letter it would guess another encoding
    stream = io.BytesIO(text)  # it would take a short text for an address to fetch
    return dict(feedparser.parse(stream, response_headers=_UTF8, sanitize_html=False, resolve_relative_uris=False))


def _read(chunks: Iterable[bytes], limit: int) -> tuple[bytes, UnreadableError | None]:
    """All bytes of a file, and why there are no more.

    Raises:
        UnreadableError: if there are none, or more than ``limit``.
    """
    data = bytearray()
    try:
        for chunk in chunks:
            data += chunk
            if len(data) > limit:
                data.clear()
                raise UnreadableError(too_large(limit, "a feed"))
    except UnreadableError as error:
        if not data:
            raise
        return bytes(data), error
    return bytes(data), None


def _faults(data: bytes, found: dict[str, Any], has_items: bool) -> Iterator[Item]:
    """What is wrong with a feed: a note if it has items all the same."""
    kind: Any = "note" if has_items else "bad"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        reason, line = broken_utf8(data, error.start)
        yield line, Fault(kind, reason)
        return
    broken: Any = found.get("bozo_exception")
    if hasattr(broken, "getLineNumber"):
        start = data.lstrip()
        before = data.count(b"\n", 0, len(data) - len(start))
        added = not start.startswith(b"<?xml")  # feedparser puts a line with a declaration before the others
        yield broken.getLineNumber() + before - added, Fault(kind, broken_xml(broken.getMessage()))
    elif not has_items and not found.get("version"):
        yield None, Fault("bad", "no RSS, RDF or Atom feed (leave --input-format out)")


def _row(entry: dict[str, Any], feed: dict[str, Any]) -> dict[str, Any]:
    text = _text(entry)
    summary = entry.get("summary", "")
    source = entry["source"] if isinstance(entry.get("source"), dict) else {}
    date = entry.get("published") or entry.get("created") or entry.get("updated")
    row = {
        "id": entry.get("id"),
        "title": entry.get("title"),
        "text": text,
        "summary": (summary if summary != text else "") or entry.get("excerpt_encoded"),
        "date": date,
        "date_gmt": entry.get("wp_post_date_gmt") if not date else "",
        "updated": entry.get("updated") if entry.get("updated") != date else "",
        "url": entry.get("feedburner_origlink") or entry.get("link"),
        "source": source.get("title")
        or entry.get("publisher")
        or entry.get("news_source")
        or source.get("href")
        or feed.get("publisher")
        or feed.get("title"),
        "language": entry.get("language") or (entry.get("title_detail") or {}).get("language") or feed.get("language"),
        "keywords": _keywords(entry),
        "author": entry.get("author"),
        "status": entry.get("wp_status"),
    }
    # An element that feedparser does not know is an object if it has attributes.
    return {name: value for name, value in row.items() if value and not isinstance(value, dict)}


def _keywords(entry: dict[str, Any]) -> list[str]:
    tags = (tag for tag in entry.get("tags", ()) if not is_kind(tag))
    return list(dict.fromkeys(word for tag in tags if (word := tag.get("label") or tag.get("term"))))


def _text(entry: dict[str, Any]) -> str:
    """The longest content, else the summary, else the caption of a picture or film."""
    contents = (one.get("value") or "" for one in entry.get("content", ()))
    return max(contents, key=len, default="") or entry.get("summary") or entry.get("media_caption") or ""
