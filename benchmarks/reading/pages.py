"""Pages of outlets, rows with HTML in them, and text files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reading.kind import Kind, array, dumped, lines
from reading.scrapers import page_of
from reading.stories import Story, escaped

_PAGE = "title text date source language url"


def _folder(make: Callable[[Story], str | bytes], suffix: str = ".html") -> Callable[..., Any]:
    return lambda stories: {f"{story.id}{suffix}": make(story) for story in stories}


def _linked(story: Story) -> str:
    """A page whose facts stand in JSON-LD, with what outlets print around the text."""
    data = {
        "@context": "https://schema.org", "@graph": [
            {"@type": "WebSite", "name": story.source, "url": f"https://{story.host}"},
            {"@type": "NewsArticle", "headline": story.title, "datePublished": story.offset, "url": story.url,
             "dateModified": "2024-08-01T00:00:00Z", "inLanguage": story.language,
             "publisher": {"@type": "Organization", "name": story.source}}],
    }  # fmt: skip
    return (
        f"<!DOCTYPE html><html lang='{story.language}'><head><meta charset='utf-8'>"
        f"<title>{escaped(story.title)} | {story.source}</title><link rel='canonical' href='{story.url}'>"
        f"<script type='application/ld+json'>{dumped(data)}</script><style>p {{ color: red }}</style></head><body>"
        f"<nav><ul><li><a href='/'>{story.source}</a></li></ul></nav><main><article><header><h1>"
        f"{escaped(story.title)}</h1></header>{story.html}</article></main><footer><p>© 2024 {story.source}</p>"
        f"</footer></body></html>"
    )


def _timed(story: Story) -> str:
    """A page with a date in a ``time`` element alone."""
    return (
        f'<html lang="{story.language}"><head><meta charset="utf-8"><title>{escaped(story.title)} - {story.source}'
        f'</title><meta property="og:site_name" content="{story.source}"><meta property="og:url" content="{story.url}">'
        f'</head><body><article><h1>{escaped(story.title)}</h1><time datetime="{story.offset}">{story.day}</time>'
        f"{story.html}</article></body></html>"
    )


def _named(encoding: str) -> Callable[[Story], bytes]:
    """A page in an encoding that its ``<meta charset>`` names."""
    return lambda story: page_of(story).replace("utf-8", encoding, 1).encode(encoding, "xmlcharrefreplace")


def _wordpress(story: Story) -> str:
    """The body of an article as WordPress stores it."""
    blocks = (
        f'<!-- wp:paragraph -->\n<p style="text-align: justify;"><span style="font-size: 18px;">{escaped(paragraph)}'
        f"</span></p>\n<!-- /wp:paragraph -->"
        for paragraph in story.paragraphs
    )
    picture = f'<figure class="wp-block-image"><img src="https://{story.host}/a.jpg" alt="" width="800"/></figure>'
    return f"{picture}\n" + "\n\n".join(blocks)


def _row(story: Story, text: str, name: str = "content") -> dict[str, Any]:
    return {"id": story.id, "title": story.title, name: text, "date": story.iso, "source": story.source,
            "language": story.language, "url": story.url}  # fmt: skip


def _front_matter(story: Story) -> str:
    """What trafilatura's command line writes as a text with metadata."""
    return (
        f"---\ntitle: {story.title}\nurl: {story.url}\nhostname: {story.host}\nsitename: {story.source}\n"
        f"date: {story.day}\nlanguage: {story.language}\n---\n{story.text}\n"
    )


KINDS = [
    Kind("HTML pages", "july", _folder(page_of), _PAGE, seen="https://ogp.me/"),
    Kind("HTML pages", "july", _folder(_linked), _PAGE, variant="JSON-LD, the outlet behind the title",
         seen="https://developers.google.com/search/docs/appearance/structured-data/article"),
    Kind("HTML pages", "july", _folder(_timed), _PAGE, variant="a time element"),
    Kind("HTML pages", "july", _folder(_named("windows-1256")), _PAGE, variant="windows-1256", keep=lambda s:
         s.language == "ar"),
    Kind("HTML pages", "july", _folder(lambda s: b"\xff\xfe" + page_of(s).encode("utf-16-le")), _PAGE,
         variant="UTF-16 mark"),
    Kind("HTML page", "page.html", lambda stories: page_of(stories[0]), _PAGE, keep=lambda s: s.number == 1,
         variant="one file"),
    Kind("HTML page", "page.xhtml", lambda stories: '<?xml version="1.0" encoding="UTF-8"?>\n' + page_of(stories[0]),
         _PAGE, keep=lambda s: s.number == 1, variant="XHTML"),
    Kind("Pages in rows", "july.jsonl", lines(lambda s: {"id": s.id, "url": s.url, "html": page_of(s)}), _PAGE),
    Kind("Pages in rows", "july.jsonl", lines(lambda s: {"url": s.url, "status": 200, "raw_html": _linked(s)}), _PAGE,
         variant="raw_html"),
    Kind("HTML in rows", "july.jsonl", lines(lambda s: _row(s, _wordpress(s))), _PAGE),
    Kind("HTML in rows", "july.json", array(lambda s: _row(s, s.html, "content_html")), _PAGE, variant="content_html"),
    Kind("Texts", "july", _folder(_front_matter, ".txt"), "title text date source language url", day_only=True,
         variant="trafilatura with metadata", seen="https://trafilatura.readthedocs.io/en/latest/usage-cli.html"),
    Kind("Texts", "july", _folder(lambda s: f"{s.title}\n\n{s.text}\n", ".txt"), "title text",
         variant="the title in the first line"),
]  # fmt: skip
