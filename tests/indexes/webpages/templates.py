"""Invented pages in the structures that content management systems write, and what each says of its article."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

STORIES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("stories.json").read_text("utf-8"))
_MENU = '<a href="/">1</a> <a href="/a">2</a> <a href="/b">3</a>'


class Made(NamedTuple):
    """A page, and the time of publication that it gives, in UTC."""

    html: str
    published: str


def _paragraphs(story: dict[str, Any], between: str = "") -> str:
    first, *rest = (f"<p>{one}</p>" for one in story["paragraphs"])
    return "\n".join([first, between, *rest])


def _links(story: dict[str, Any], item: str = '<li><a href="/n/{at}">{title}</a></li>') -> str:
    return "".join(item.format(at=at, title=title) for at, title in enumerate(story["related"]))


def wordpress(story: dict[str, Any], language: str) -> Made:
    """A graph of JSON-LD, the outlet behind the title, related posts below the text, a sidebar."""
    graph = [
        {"@type": "Article", "headline": story["title"], "datePublished": "2024-07-31T11:05:00+00:00",
         "dateModified": "2024-08-02T08:00:00+00:00", "publisher": {"@id": "https://example.org/#organization"}},
        {"@type": "WebPage", "name": f"{story['title']} - {story['outlet']}", "datePublished": "2020-01-01T00:00:00Z"},
        {"@type": "WebSite", "name": story["outlet"]},
    ]  # fmt: skip
    ld = json.dumps({"@context": "https://schema.org", "@graph": graph})
    html = f"""<!DOCTYPE html><html lang="{language}"><head><title>{story["title"]} - {story["outlet"]}</title>
<meta property="og:title" content="{story["title"]} - {story["outlet"]}">
<meta property="og:site_name" content="{story["outlet"]}">
<script type="application/ld+json" class="yoast-schema-graph">{ld}</script></head>
<body class="single single-post"><header id="masthead"><nav>{_MENU}</nav></header><div id="content">
<article id="post-12" class="post hentry"><header class="entry-header"><h1 class="entry-title">{story["title"]}</h1>
<div class="entry-meta"><time class="entry-date published" datetime="2024-07-31T14:05:00+03:00">{story["shown"]}</time>
</div></header><div class="entry-content">{_paragraphs(story)}
<div id="jp-relatedposts" class="jp-relatedposts"><h3>{story["list"]}</h3><ul>{_links(story)}</ul></div>
</div></article><aside class="widget-area"><ul><li><a href="/x">x</a></li></ul></aside></div>
<footer class="site-footer">© {story["outlet"]}</footer></body></html>"""
    return Made(html, "2024-07-31T11:05:00Z")


def drupal(story: dict[str, Any], language: str) -> Made:
    """Dublin Core in the head, the date with a label, related titles in a block."""
    html = f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">
<title>{story["title"]} | {story["outlet"]}</title><meta property="og:site_name" content="{story["outlet"]}">
<meta name="dcterms.date" content="2024-07-31T14:05:00+03:00"></head><body><div class="dialog-off-canvas-main-canvas">
<div class="region region-header">{_MENU}</div><main role="main">
<h1 class="page-title"><span>{story["title"]}</span></h1>
<article class="node node--type-article"><div class="node__meta">{story["labelled"]}</div>
<div class="field field--name-body">{_paragraphs(story)}</div></article>
<div class="views-element-container"><h2>{story["list"]}</h2>
{_links(story, '<div class="views-row"><h3><a href="/node/{at}">{title}</a></h3></div>')}</div></main></div></body>
</html>"""
    return Made(html, "2024-07-31T11:05:00Z")


def joomla(story: dict[str, Any], language: str) -> Made:
    """The outlet before the title, the headline in ``h2``, microdata."""
    html = f"""<html xml:lang="{language}" lang="{language}"><head><title>{story["outlet"]} - {story["title"]}</title>
<meta name="application-name" content="{story["outlet"]}"></head><body><div class="nav">{_MENU}</div>
<div class="item-page" itemscope itemtype="https://schema.org/Article"><div class="page-header">
<h2 itemprop="headline">{story["title"]}</h2></div><dl class="article-info"><dd class="published">
<time datetime="2024-07-31T14:05:00+03:00" itemprop="datePublished">{story["shown"]}</time></dd></dl>
<div itemprop="articleBody">{_paragraphs(story)}</div></div>
<div class="moduletable"><h3>{story["list"]}</h3><ul class="relateditems">{_links(story)}</ul></div></body></html>"""
    return Made(html, "2024-07-31T11:05:00Z")


def blogger(story: dict[str, Any], language: str) -> Made:
    """Lines with ``br`` and no paragraphs, the date in the ``title`` of ``abbr``."""
    html = f"""<html lang="{language}"><head><title>{story["outlet"]}: {story["title"]}</title>
<meta property="og:site_name" content="{story["outlet"]}"></head><body>
<div class="blog-posts hfeed"><div class="post hentry">
<h3 class="post-title entry-title">{story["title"]}</h3><div class="post-header"><abbr class="published"
 itemprop="datePublished" title="2024-07-31T14:05:00+03:00">14:05</abbr></div>
<div class="post-body entry-content">{"<br><br>".join(story["paragraphs"])}<br>
<b>{story["marker"]}:</b> <a href="/1.html">{story["related"][0]}</a><br></div></div></div></body></html>"""
    return Made(html, "2024-07-31T11:05:00Z")


def aspnet(story: dict[str, Any], language: str) -> Made:
    """A form and tables around all, no metadata, the visible date in two calendars where the story has one."""
    html = f"""<html><head><title>{story["title"]} | {story["outlet"]}</title>
<meta property="og:site_name" content="{story["outlet"]}"></head><body dir="rtl"><form id="aspnetForm" method="post">
<table width="100%"><tr><td class="top">{_MENU}</td></tr><tr><td><h1 id="lblTitle">{story["title"]}</h1>
<span id="lblDate">{story["shown"]}</span></td></tr><tr><td id="details">{_paragraphs(story)}
<p>{story["marker"]}: <a href="news.aspx?id=3">{story["related"][0]}</a></p></td></tr></table></form></body></html>"""
    return Made(html, "2024-07-31T00:00:00Z")


def script_rendered(story: dict[str, Any], language: str) -> Made:
    """Broken JSON-LD (comments, raw line breaks, a comma too many), hashed class names, no ``article``."""
    ld = f"""/* <![CDATA[ */ [{{"@context": "http://schema.org", "@type": ["NewsArticle"],
"headline": "{story["title"]}", "description": "one
two", "datePublished": "2024-07-31T14:05:00+0300", "inLanguage": "{language}",
"publisher": {{"@type": "NewsMediaOrganization", "name": "{story["outlet"]}",}},}}] /* ]]> */"""
    html = f"""<!doctype html><html><head><title>{story["title"]}</title>
<script type="application/ld+json">{ld}</script>
</head><body><div id="__next"><div class="css-1x2y">{_MENU}</div><div class="css-9ab">
<h1 class="css-77">{story["title"]}</h1><div class="css-b">{_paragraphs(story)}</div></div>
<section class="css-r"><h2>{story["list"]}</h2>{_links(story, '<div><a href="/{at}"><h3>{title}</h3></a></div>')}
</section></div></body></html>"""
    return Made(html, "2024-07-31T11:05:00Z")


def parsely(story: dict[str, Any], language: str) -> Made:
    """The head of a publishing platform; a link to another article between the paragraphs."""
    inner = f'<p><strong>{story["marker"]}:</strong> <a href="/n/7">{story["related"][0]}</a></p>'
    html = f"""<!doctype html><html lang="{language}"><head><title>{story["title"]} – {story["outlet"]}</title>
<meta name="parsely-title" content="{story["title"]}"><meta name="parsely-pub-date" content="2024-07-31T11:05:00Z">
<meta property="og:site_name" content="{story["outlet"]}"></head><body><header>{_MENU}</header><main><article>
<h1>{story["title"]}</h1><div class="byline">N. N.</div>
<section class="article-body">{_paragraphs(story, inner)}</section>
</article></main></body></html>"""
    return Made(html, "2024-07-31T11:05:00Z")


def portal(story: dict[str, Any], language: str) -> Made:
    """The title with an underscore, ``publishdate``, a day alone there and the time below the headline."""
    html = f"""<html lang="{language}"><head><title>{story["title"]}_{story["outlet"]}</title>
<meta name="publishdate" content="2024-07-31"><meta property="og:site_name" content="{story["outlet"]}"></head><body>
<div class="header">{_MENU}</div><div class="main"><h1>{story["title"]}</h1><div class="info">{story["labelled"]}</div>
<div id="content">{_paragraphs(story)}</div>
<div class="related-news"><h3>{story["list"]}</h3><ul>{_links(story)}</ul></div>
</div></body></html>"""
    return Made(html, "2024-07-31T14:05:00Z")


def hand_written(story: dict[str, Any], language: str) -> Made:
    """Paragraphs that nobody closed, capitals, a date with a label, links without a list."""
    paragraphs = "".join(f"<P>{one}\n" for one in story["paragraphs"])
    links = _links(story, '<P><A HREF="{at}.htm">{title}</A>\n')
    html = f"""<HTML LANG="{language}"><HEAD><TITLE>{story["outlet"]} | {story["title"]}</TITLE>
<META NAME="DC.Publisher" CONTENT="{story["outlet"]}"></HEAD><BODY><H1>{story["title"]}</H1>
<P><SMALL>{story["labelled"]}</SMALL>{paragraphs}<H3>{story["list"]}</H3>{links}</BODY></HTML>"""
    return Made(html, "2024-07-31T14:05:00Z")


TEMPLATES: tuple[Callable[[dict[str, Any], str], Made], ...] = (
    wordpress, drupal, joomla, blogger, aspnet, script_rendered, parsely, portal, hand_written,
)  # fmt: skip
PAGES = [
    *((one, "ar") for one in (wordpress, drupal, aspnet, script_rendered, hand_written)),
    *((one, "fa") for one in (wordpress, aspnet, portal)),
    *((one, "ur") for one in (wordpress, aspnet, joomla)),
    (parsely, "en"), (blogger, "en"), (drupal, "fr"), (hand_written, "fr"), (script_rendered, "de"), (joomla, "es"),
    (portal, "tr"), (parsely, "ru"), (portal, "zh"),
]  # fmt: skip
