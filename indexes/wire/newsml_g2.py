"""The articles of NewsML-G2."""

from __future__ import annotations

from typing import Any

from sada.indexes.wire.nitf import content_row
from sada.indexes.wire.xml_text import XML_LANG, find, first_attribute, first_text, line_text

_CONTENTS = ("contentSet/inlineXML", "contentSet/inlineData")


def news_item_row(item: Any) -> dict[str, Any]:
    """The row of an element ``newsItem``."""
    inline = _inline(item)
    language = (
        first_attribute(item, "contentMeta/language", "tag")
        or first_attribute(item, "contentSet/inlineXML", XML_LANG)
        or item.get(XML_LANG, "")
    )
    updated = first_text(item, "itemMeta/versionCreated")
    date = first_text(item, "itemMeta/firstCreated") or updated or first_text(item, "contentMeta/contentCreated")
    headline = _in_language(item, "contentMeta/headline", language)
    title = headline or inline.get("title") or first_text(item, "itemMeta/title")
    row = {
        "id": item.get("guid"),
        "title": title,
        "text": inline.get("text", "").removeprefix(f"{title}\n"),
        "summary": _in_language(item, "contentMeta/description", language) or inline.get("summary"),
        "date": date,
        "updated": updated if updated != date else "",
        "source": _outlet(item) or inline.get("source"),
        "language": language,
        "keywords": _keywords(item, language),
        "byline": first_text(item, "contentMeta/by") or inline.get("byline"),
        "dateline": first_text(item, "contentMeta/dateline") or inline.get("dateline"),
        "slugline": first_text(item, "contentMeta/slugline"),
    }
    return {name: value for name, value in row.items() if value}


def _inline(item: Any) -> dict[str, Any]:
    """What the content of an item gives, by names of a row: the first rendition with a text, else the first of all."""
    rows = [content_row(one) for path in _CONTENTS for one in find(item, path)]
    return next((row for row in rows if "text" in row), rows[0] if rows else {})


def _in_language(item: Any, path: str, language: str) -> str:
    """The first text at ``path`` that is in ``language``, else the first of all."""
    found = [(one.get(XML_LANG) == language, text) for one in find(item, path) if (text := line_text(one))]
    return next((text for same, text in found if same), found[0][1] if found else "")


def _outlet(item: Any) -> str:
    """The outlet: who provides an item, else where its content comes from, else who owns it."""
    for party in ("itemMeta/provider", "contentMeta/infoSource", "rightsInfo/copyrightHolder"):
        code = first_attribute(item, party, "literal", "qcode").rpartition(":")[2]
        if found := first_text(item, f"{party}/name") or code:
            return found
    return first_attribute(item, "itemMeta/provider", "uri")


def _keywords(item: Any, language: str) -> list[str]:
    words = [line_text(one) for one in find(item, "contentMeta/keyword")]
    words += [_in_language(one, "name", language) for one in find(item, "contentMeta/subject")]
    return list(dict.fromkeys(filter(None, words)))
