"""The standards of the IPTC, in which agencies send news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reading.kind import Kind, array, dumped, lines
from reading.stories import Story, escaped

_NO_URL = "title text date source language"


def _ninjs_1(story: Story) -> dict[str, Any]:
    return {
        "uri": f"urn:newsml:{story.host}:{story.id}", "type": "text", "mimetype": "text/html", "profile": "text",
        "representationtype": "complete", "version": "1", "versioncreated": story.offset, "language": story.language,
        "located": "Harbour", "headline": story.title, "byline": "A. B.", "body_text": story.text,
        "body_xhtml": f"<div>{story.html}</div>", "pubstatus": "usable", "urgency": 4, "copyrightholder": story.source,
        "subject": [{"code": "medtop:1", "name": "city"}], "charcount": 9,
    }  # fmt: skip


def _ninjs_2(story: Story) -> dict[str, Any]:
    return {
        "uri": f"urn:newsml:{story.host}:{story.id}", "standard": {"name": "ninjs", "version": "2.0"}, "type": "text",
        "language": story.language, "versionCreated": "2024-08-01T00:00:00Z", "firstCreated": story.offset,
        "headlines": [{"role": "short", "value": "Short"}, {"role": "main", "value": story.title}],
        "descriptions": [{"role": "summary", "value": story.lead}],
        "bodies": [{"role": "main", "contentType": "text/plain", "charCount": 9, "value": story.text}],
        "bylines": [{"value": "A. B."}], "infoSources": [{"name": story.source, "role": "newsprovider"}],
    }  # fmt: skip


def _ninjs_3(story: Story) -> dict[str, Any]:
    return {
        "uri": f"urn:newsml:{story.host}:{story.id}", "standard": {"name": "ninjs", "version": "3.1"}, "type": "text",
        "language": story.language, "versionCreated": story.offset, "by": "A. B.", "located": "Harbour",
        "headlines": [{"role": "main", "value": story.title, "contentType": "text/plain"}],
        "bodies": [{"role": "richtext", "contentType": "application/xhtml+xml", "value": story.html},
                   {"role": "main", "contentType": "text/plain", "value": story.text}],
        "infoSources": [{"name": story.source, "uri": f"https://{story.host}"}],
        "associations": [{"name": "picture", "type": "picture", "headlines": [{"value": "A picture"}]}],
    }  # fmt: skip


def _news_item(story: Story, prolog: bool = True) -> str:
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n' if prolog else ""
    return (
        f'{declaration}<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:{story.host}:{story.id}" '
        f'version="1" standard="NewsML-G2" standardversion="2.33" conformance="power" xml:lang="{story.language}">'
        f'<catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_38.xml"/>'
        f'<itemMeta><itemClass qcode="ninat:text"/><provider literal="{story.host}"><name>{story.source}</name>'
        f"</provider><versionCreated>{story.offset}</versionCreated><firstCreated>{story.offset}</firstCreated>"
        f'<pubStatus qcode="stat:usable"/></itemMeta><contentMeta><contentCreated>{story.offset}</contentCreated>'
        f'<language tag="{story.language}"/><headline>{escaped(story.title)}</headline></contentMeta><contentSet>'
        f'<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
        f"</head><body>{story.html}</body></html></inlineXML></contentSet></newsItem>"
    )


def _message(stories: Sequence[Story]) -> str:
    items = "".join(_news_item(story, prolog=False) for story in stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header>'
        f"<sent>2024-08-01T00:00:00Z</sent></header><itemSet>{items}</itemSet></newsMessage>"
    )


def _nitf(story: Story) -> str:
    at = f"{story.local:%Y%m%dT%H%M00%z}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/" '
        f'xml:lang="{story.language}"><head><title>{escaped(story.title)}</title><docdata>'
        f'<doc-id id-string="{story.id}" regsrc="{story.source}"/><date.issue norm="{at}"/></docdata><pubdata '
        f'name="{story.source}" date.publication="{at}"/></head><body><body.head><hedline><hl1>'
        f"{escaped(story.title)}</hl1></hedline></body.head><body.content>{story.html}</body.content></body></nitf>"
    )


def _newsml_1(story: Story) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<NewsML><NewsEnvelope><DateAndTime>{story.local:%Y%m%dT%H%M00%z}'
        f"</DateAndTime></NewsEnvelope><NewsItem><Identification><NewsIdentifier><NewsItemId>{story.id}</NewsItemId>"
        f"</NewsIdentifier></Identification><NewsManagement><FirstCreated>{story.local:%Y%m%dT%H%M00%z}</FirstCreated>"
        f"</NewsManagement><NewsComponent><NewsLines><HeadLine>{escaped(story.title)}</HeadLine></NewsLines>"
        f"<ContentItem><DataContent>{story.html}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    )


def _folder(suffix: str, make: Any) -> Any:
    return lambda stories: {f"{story.id}{suffix}": make(story) for story in stories}


KINDS = [
    Kind("ninjs 1", "july.jsonl", lines(_ninjs_1), _NO_URL, seen="https://iptc.org/std/ninjs/"),
    Kind("ninjs 1", "july", _folder(".json", lambda s: dumped(_ninjs_1(s), 2)), _NO_URL,
         variant="a folder of one file each"),
    Kind("ninjs 1", "july.json", array(lambda s: {name: value for name, value in _ninjs_1(s).items()
         if name != "body_text"} | {"body_xhtml": s.text}), _NO_URL, variant="without a plain text"),
    Kind("ninjs 2", "july.json", array(_ninjs_2), _NO_URL),
    Kind("ninjs 3", "july.json", array(_ninjs_3), _NO_URL),
    Kind("NewsML-G2", "july", _folder(".xml", _news_item), _NO_URL,
         seen="https://iptc.org/standards/newsml-g2/"),
    Kind("NewsML-G2", "july.xml", _message, _NO_URL, variant="a newsMessage"),
    Kind("NewsML-G2", "july.xml", lambda stories: _news_item(stories[0]), _NO_URL, variant="one newsItem",
         keep=lambda s: s.number == 1),
    Kind("NITF", "july", _folder(".xml", _nitf), _NO_URL, seen="https://iptc.org/standards/nitf/"),
    Kind("NewsML 1", "july", _folder(".xml", _newsml_1), "title text date",
         seen="https://iptc.org/standards/newsml-1/"),
]  # fmt: skip
