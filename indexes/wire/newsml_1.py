"""The articles of NewsML 1, the format before NewsML-G2."""

from __future__ import annotations

from typing import Any

from sada.indexes.wire.nitf import content_row
from sada.indexes.wire.xml_text import XML_LANG, find, first_attribute, first_text, line_text


def news_item_row(item: Any) -> dict[str, Any]:
    """The row of an element ``NewsItem``."""
    updated = first_text(item, "NewsManagement/ThisRevisionCreated")
    date = first_text(item, "NewsManagement/FirstCreated") or updated or first_text(item, "*/NewsIdentifier/DateId")
    contents = map(content_row, find(item, "*/DataContent"))
    content = max(contents, key=lambda row: len(row.get("text", "")), default={})  # others are style sheets, contacts
    title = first_text(item, "*/NewsLines/HeadLine") or content.get("title", "")
    row = {
        "id": first_text(item, "*/PublicIdentifier", "*/NewsItemId"),
        "title": title,
        "text": content.get("text", "").removeprefix(f"{title}\n"),
        "summary": content.get("summary"),
        "date": date,
        "updated": updated if updated != date else "",
        "source": first_attribute(item, "*/Provider/Party", "FormalName")
        or content.get("source")
        or first_text(item, "*/ProviderId")
        or first_attribute(item, "*/AdministrativeMetadata/Source/Party", "FormalName"),
        "language": first_attribute(item, "*/Language", "FormalName")
        or first_attribute(item, "*/NewsComponent", XML_LANG),
        "keywords": list(dict.fromkeys(word for one in find(item, "*/KeywordLine") if (word := line_text(one)))),
        "byline": first_text(item, "*/NewsLines/ByLine") or content.get("byline"),
        "dateline": first_text(item, "*/NewsLines/DateLine") or content.get("dateline"),
    }
    return {name: value for name, value in row.items() if value}
