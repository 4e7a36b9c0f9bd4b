"""Files that scrapers write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from reading.kind import ALL, Kind, array, dumped, inside, lines, of_host
from reading.stories import Story, escaped

_NO_LANGUAGE = "title text date source url"


def news_please(story: Story) -> dict[str, Any]:
    """A row of news-please."""
    return {
        "authors": [], "date_download": "2024-08-02 04:00:00", "date_modify": None, "date_publish": story.utc,
        "description": story.lead[:60], "filename": f"{story.host}_{story.number}.json", "image_url": None,
        "language": story.language, "localpath": None, "maintext": story.text, "source_domain": story.host,
        "text": None, "title": story.title, "title_page": None, "title_rss": None, "url": story.url,
    }  # fmt: skip


def _fundus(story: Story) -> dict[str, Any]:
    sections = [{"headline": [], "paragraphs": list(story.paragraphs[1:])}]
    return {
        "title": story.title, "body": {"summary": [story.lead], "sections": sections}, "authors": ["A. B."],
        "publishing_date": str(story.local), "publisher": story.source, "topics": ["city"], "free_access": True,
        "html": {"requested_url": story.url, "responded_url": story.url, "crawl_date": "2024-08-02 04:00:00"},
    }  # fmt: skip


def page_of(story: Story) -> str:
    """A plain page as an outlet would show it."""
    return (
        f'<!DOCTYPE html>\n<html lang="{story.language}"><head><meta charset="utf-8">'
        f"<title>{escaped(story.title)}</title>"
        f'<meta property="og:title" content="{escaped(story.title)}">'
        f'<meta property="og:site_name" content="{story.source}"><meta property="og:url" content="{story.url}">'
        f'<link rel="canonical" href="{story.url}">'
        f'<meta property="article:published_time" content="{story.offset}"></head>'
        f"<body><article><h1>{escaped(story.title)}</h1>{story.html}</article></body></html>"
    )


@cache
def _extracted(story: Story) -> dict[str, Any]:
    """What trafilatura itself writes for the page of an article."""
    import trafilatura

    found = trafilatura.extract(page_of(story), url=story.url, output_format="json", with_metadata=True)
    row: dict[str, Any] = json.loads(found)
    return {**row, "title": story.title, "text": story.text, "date": story.day, "sitename": story.source}


def _trafilatura(story: Story) -> dict[str, Any]:
    return {**_extracted(story), "source-hostname": story.source}


def _newspaper(stories: Sequence[Story]) -> str:
    from newspaper import Article

    def exported(story: Story) -> dict[str, Any]:
        article = Article(story.url, language=story.language)
        article.download(input_html=page_of(story))
        article.parse()
        return {**json.loads(article.to_json(as_string=True)), "text": story.text.replace("\n", "\n\n")}

    return dumped([exported(story) for story in stories])


def _newspaper_by_hand(story: Story) -> dict[str, Any]:
    return {
        "url": story.url, "source_url": f"https://{story.host}", "title": story.title, "text": story.text,
        "publish_date": f"{story.utc}+00:00", "authors": [], "meta_lang": story.language, "meta_site_name": "",
        "summary": "", "keywords": [], "top_image": "", "movies": [],
    }  # fmt: skip


KINDS = [
    Kind("news-please", "july.json", array(news_please, indent=4),
         expected={"source": of_host}, seen="https://github.com/fhamborg/news-please"),
    Kind("news-please", "july.jsonl", lines(lambda s: {**news_please(s), "date_publish": f"{s.utc}+00:00",
         "NewsArticle": None}), variant="lines, dates with an offset", expected={"source": of_host}),
    Kind("newspaper4k", "july.json", _newspaper, "title text date url", needs="newspaper",
         keep=lambda s: s.language in ("en", "es", "de"),
         seen="https://newspaper4k.readthedocs.io/en/latest/user_guide/quickstart.html"),
    Kind("newspaper4k", "july.csv", lambda stories: _csv(_newspaper_by_hand, stories), ALL,
         variant="its command line's CSV", expected={"source": of_host}),
    Kind("trafilatura", "july.jsonl", lines(_trafilatura), _NO_LANGUAGE, day_only=True, needs="trafilatura",
         seen="https://trafilatura.readthedocs.io/en/latest/usage-cli.html"),
    Kind("trafilatura", "july.json", array(lambda s: {"title": s.title, "author": None, "hostname": s.host,
         "date": s.day, "categories": "", "tags": "city;river", "fingerprint": "5c1d", "id": None, "license": None,
         "comments": "", "raw_text": s.text.replace("\n", " "), "text": s.text, "language": s.language, "image": None,
         "pagetype": "article", "filedate": "2024-08-02", "source": s.url, "source-hostname": s.source,
         "excerpt": s.lead}), variant="without a sitename", day_only=True),
    Kind("Fundus", "july.json", array(_fundus), _NO_LANGUAGE,
         seen="https://github.com/flairNLP/fundus/blob/master/docs/1_getting_started.md"),
    Kind("Fundus", "july.jsonl", lines(lambda s: {"title": s.title, "plaintext": s.text, "lang": s.language,
         "publishing_date": s.offset, "publisher": s.source, "url": s.url, "authors": []}), variant="plain text"),
    Kind("feedparser", "july.jsonl", lines(lambda s: {"title": s.title, "title_detail": {"type": "text/plain",
         "language": None, "base": "", "value": s.title}, "links": [{"rel": "alternate", "type": "text/html",
         "href": s.url}], "link": s.url, "summary": s.lead, "id": s.url, "guidislink": True, "published": s.rfc,
         "published_parsed": list(s.date.timetuple()), "content": [{"type": "text/plain", "language": s.language,
         "base": "", "value": s.text}], "source": {"title": s.source, "href": f"https://{s.host}"}}), _NO_LANGUAGE,
         seen="https://feedparser.readthedocs.io/en/latest/reference-entry/"),
    Kind("feedparser", "july.json", inside(lambda rows: {"bozo": False, "entries": rows, "feed": {"title": "All",
         "language": "en"}, "headers": {}, "href": "", "status": 200, "version": "rss20", "namespaces": {"": ""}},
         lambda s: {"title": s.title, "link": s.url, "summary": s.text, "updated": s.rfc,
         "updated_parsed": list(s.date.timetuple()), "id": s.id}), "title text date url",
         variant="a whole feed, entries with updated alone"),
    Kind("Scrapy", "july.jl", lines(lambda s: {"url": s.url, "title": s.title, "body": list(s.paragraphs),
         "published": s.offset, "site": s.source, "lang": s.language}),
         seen="https://docs.scrapy.org/en/latest/topics/feed-exports.html"),
    Kind("Scrapy", "july.json", lambda stories: "[\n" + ",\n".join(dumped({"URL": s.url, "Headline": [s.title],
         "Content": [f"\n  {one} " for one in s.paragraphs], "Date": [s.offset], "Source": [s.source]})
         for s in stories) + "\n]", _NO_LANGUAGE, variant="every value a list, as getall() gives it"),
    Kind("goose3", "july.jsonl", lines(lambda s: {"meta": {"description": s.lead, "lang": s.language, "keywords": "",
         "favicon": "", "canonical": s.url, "encoding": None}, "image": None, "domain": s.host, "title": s.title,
         "cleaned_text": s.text, "opengraph": {}, "tags": [], "tweets": [], "movies": [], "links": [], "authors": [],
         "publish_date": s.offset}), expected={"source": of_host}, seen="https://github.com/goose3/goose3"),
    Kind("Readability", "july.jsonl", lines(lambda s: {"title": s.title, "byline": None, "dir": "ltr",
         "lang": s.language, "content": f"<div>{s.html}</div>", "textContent": s.text, "length": 9, "excerpt": s.lead,
         "siteName": s.source, "publishedTime": s.offset, "url": s.url}),
         seen="https://github.com/mozilla/readability"),
    Kind("Mercury", "july.jsonl", lines(lambda s: {"title": s.title, "author": None, "date_published": s.iso,
         "dek": None, "lead_image_url": None, "content": s.text, "next_page_url": None, "url": s.url, "domain": s.host,
         "excerpt": s.lead, "word_count": 9, "direction": "ltr", "total_pages": 1}), _NO_LANGUAGE,
         expected={"source": of_host}, seen="https://github.com/postlight/parser"),
    Kind("Diffbot", "july.json", inside(lambda rows: {"request": {"api": "article"}, "objects": rows},
         lambda s: {"type": "article", "title": s.title, "text": s.text, "html": s.html, "date": s.rfc,
         "siteName": s.source, "pageUrl": s.url, "humanLanguage": s.language, "author": "A. B."}),
         seen="https://docs.diffbot.com/reference/extract-article"),
    Kind("zyte", "july.jsonl", lines(lambda s: {"url": s.url, "headline": s.title, "datePublished": s.iso,
         "datePublishedRaw": s.day, "dateModified": "2024-08-01T00:00:00Z", "inLanguage": s.language,
         "breadcrumbs": [{"name": "News"}], "description": s.lead, "articleBody": s.text,
         "articleBodyHtml": f"<article>{s.html}</article>", "metadata": {"probability": 0.98}}),
         "title text date language url", seen="https://docs.zyte.com/zyte-api/usage/extract/index.html"),
]  # fmt: skip


def _csv(row: Any, stories: Sequence[Story]) -> str:
    import csv
    import io

    out = io.StringIO()
    rows = [row(story) for story in stories]
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
