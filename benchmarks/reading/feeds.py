"""Feeds and sitemaps, and what programs make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from reading.kind import Kind, dumped
from reading.stories import Story, escaped

_SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
)
_OF_ONE = "title text date url"


def of(language: str) -> Callable[[Story], bool]:
    """True for an article of the outlet in this language: a feed is that of one outlet."""
    return lambda story: story.language == language


def rss(item: Callable[[Story], str], language: str = "", title: str = "All news") -> Callable[..., str]:
    """Make an RSS 2.0 feed; ``language`` stands in its channel, and its title is ``title`` or that of the outlet."""

    def make(stories: Sequence[Story]) -> str:
        name = stories[0].source if language else title
        about = f"<title>{name}</title><link>https://{stories[0].host}</link><description>News</description>"
        about += f"<language>{language}</language>" if language else ""
        items = "".join(f"<item>{item(story)}</item>\n" for story in stories)
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return f'{declaration}<rss version="2.0" {_SPACES}><channel>{about}\n{items}</channel></rss>'

    return make


def _item(story: Story) -> str:
    return (
        f"<title>{escaped(story.title)}</title><link>{story.url}</link>"
        f'<guid isPermaLink="false">{story.id}</guid><pubDate>{story.rfc}</pubDate><category>city</category>'
        f"<description>{escaped(story.lead)}</description>"
        f"<content:encoded><![CDATA[{story.html}]]></content:encoded>"
    )


def _short_item(story: Story) -> str:
    return (
        f"\n  <title><![CDATA[ {story.title} ]]></title>\n  <description><![CDATA[{story.html}]]></description>\n"
        f"  <link>\n{story.url}\n</link>\n  <dc:date>{story.offset}</dc:date>\n"
    )


def _atom(stories: Sequence[Story]) -> str:
    entries = "".join(
        f'<entry><title type="html">{escaped(escaped(story.title))}</title><link rel="self" href="https://x.example/"/>'
        f'<link rel="alternate" type="text/html" href="{story.url}"/><id>urn:x:{story.id}</id>'
        f"<published>{story.offset}</published><updated>2024-08-01T00:00:00Z</updated>"
        f'<summary>{escaped(story.lead)}</summary><content type="html">{escaped(story.html)}</content></entry>\n'
        for story in stories
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">'
        f"<title>{stories[0].source}</title><id>urn:x</id><updated>2024-08-01T00:00:00Z</updated>\n"
        f"{entries}</feed>"
    )


def _rdf(stories: Sequence[Story]) -> str:
    items = "".join(
        f'<item rdf:about="{story.url}"><title>{escaped(story.title)}</title><link>{story.url}</link>'
        f"<description>{escaped(story.text)}</description><dc:date>{story.offset}</dc:date>"
        f"<dc:language>{story.language}</dc:language></item>\n"
        for story in stories
    )
    return (
        '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/" {_SPACES}><channel rdf:about="https://x.example"><title>All news</title>'
        f"<link>https://x.example</link><description>x</description></channel>\n{items}</rdf:RDF>"
    )


def _sitemap(stories: Sequence[Story]) -> str:
    urls = "".join(
        f"<url><loc>{story.url}</loc><lastmod>2024-08-01T00:00:00Z</lastmod><news:news><news:publication>"
        f"<news:name>{story.source}</news:name><news:language>{story.language}</news:language></news:publication>"
        f"<news:publication_date>{story.offset}</news:publication_date>"
        f"<news:title>{escaped(story.title)}</news:title></news:news></url>\n"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>'
    )


def _by_feedgen(form: str) -> Callable[..., bytes]:
    def make(stories: Sequence[Story]) -> bytes:
        from feedgen.feed import FeedGenerator

        feed = FeedGenerator()
        feed.id("https://nakheel.example")
        feed.title(stories[0].source)
        feed.link(href="https://nakheel.example", rel="alternate")
        feed.description("News")
        feed.language("ar")
        for story in stories:
            entry = feed.add_entry(order="append")
            entry.id(story.url)
            entry.title(story.title)
            entry.link(href=story.url)
            entry.published(story.date.astimezone(UTC))
            entry.content(story.html, type="CDATA" if form == "rss" else "html")
        written: bytes = feed.rss_str() if form == "rss" else feed.atom_str()
        return written

    return make


def _xml_to_json(stories: Sequence[Story]) -> str:
    """What xmltodict makes of a feed."""
    items = [
        {"title": story.title, "link": story.url, "guid": {"@isPermaLink": "false", "#text": story.id},
         "pubDate": story.rfc, "description": story.lead, "content:encoded": story.text, "dc:creator": "A. B."}
        for story in stories
    ]  # fmt: skip
    return dumped({"rss": {"@version": "2.0", "channel": {"title": "All news", "language": "ar", "item": items}}})


def _xml_to_lists(stories: Sequence[Story]) -> str:
    """What xml2js makes of a feed."""
    items = [
        {"title": [story.title], "link": [story.url], "guid": [{"_": story.id, "$": {"isPermaLink": "false"}}],
         "pubDate": [story.rfc], "description": [story.text]}
        for story in stories
    ]  # fmt: skip
    channel = {"title": ["All news"], "language": ["ar"], "item": items}
    return dumped({"rss": {"$": {"version": "2.0"}, "channel": [channel]}})


def _rss2json(stories: Sequence[Story]) -> str:
    items = [
        {"title": story.title, "pubDate": story.utc, "link": story.url, "guid": story.id, "author": "", "thumbnail": "",
         "description": story.lead, "content": story.text, "enclosure": {}, "categories": []}
        for story in stories
    ]  # fmt: skip
    return dumped({"status": "ok", "feed": {"url": "https://x.example/rss", "title": "All news"}, "items": items}, 1)


def encoded(make: Callable[..., str], encoding: str) -> Callable[..., bytes]:
    """The same in another encoding, which its declaration names."""
    return lambda stories: make(stories).replace("UTF-8", encoding, 1).encode(encoding, "xmlcharrefreplace")


_WITH_OUTLET: dict[str, Any] = {"carries": "title text date source language url", "keep": of("ar")}

KINDS = [
    Kind("RSS", "feed.rss", rss(_item, "ar"), **_WITH_OUTLET, seen="https://www.rssboard.org/rss-specification"),
    Kind("RSS", "feed.xml", rss(_item), _OF_ONE, variant="named .xml, many outlets"),
    Kind("RSS", "feed", rss(_item), _OF_ONE, variant="without a suffix"),
    Kind("RSS", "feed.rss", rss(_short_item, "ar"), **_WITH_OUTLET, variant="Dublin Core dates, description alone"),
    Kind("RSS", "feed.rss", encoded(rss(_item, "ar"), "windows-1256"), **_WITH_OUTLET, variant="windows-1256"),
    Kind("RSS", "feed.xml", lambda stories: b"\xef\xbb\xbf" + rss(_item)(stories).replace("\n", "\r\n").encode(),
         _OF_ONE, variant="UTF-8 mark, CRLF"),
    Kind("RSS", "feed.rss", rss(lambda s: _item(s).replace(s.rfc, f"{s.epoch}"), "ar"), **_WITH_OUTLET,
         variant="dates in seconds"),
    Kind("RSS", "feed.rss", rss(lambda s: _item(s) + f'<source url="https://{s.host}/rss">{s.source}</source>'),
         "title text date source url", variant="an aggregator, which names the sources"),
    Kind("RSS", "feed.rss", _by_feedgen("rss"), **_WITH_OUTLET, needs="feedgen", variant="feedgen",
         seen="https://feedgen.kiesow.be/"),
    Kind("Atom", "feed.atom", _atom, **_WITH_OUTLET, seen="https://www.rfc-editor.org/rfc/rfc4287"),
    Kind("Atom", "feed.xml", lambda stories: _atom(stories).replace("<published>", "<issued>")
         .replace("</published>", "</issued>"), **_WITH_OUTLET, variant="0.3 names of dates"),
    Kind("Atom", "feed.xml", _by_feedgen("atom"), **_WITH_OUTLET, needs="feedgen", variant="feedgen"),
    Kind("RDF", "feed.rdf", _rdf, "title text date language url", seen="https://web.resource.org/rss/1.0/spec"),
    Kind("News sitemap", "sitemap.xml", _sitemap, "title date source language url",
         seen="https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap"),
    Kind("News sitemap", "sitemap-news.xml.gz", lambda stories: _gzip(_sitemap(stories)),
         "title date source language url", variant="gzip"),
    Kind("Feed as JSON", "feed.json", _xml_to_json, _OF_ONE, variant="xmltodict",
         seen="https://github.com/martinblech/xmltodict"),
    Kind("Feed as JSON", "feed.json", _xml_to_lists, _OF_ONE, variant="xml2js",
         seen="https://github.com/Leonidas-from-XIV/node-xml2js"),
    Kind("Feed as JSON", "feed.json", _rss2json, _OF_ONE, variant="rss2json", seen="https://rss2json.com/docs"),
]  # fmt: skip


def _gzip(text: str) -> bytes:
    import gzip

    return gzip.compress(text.encode())
