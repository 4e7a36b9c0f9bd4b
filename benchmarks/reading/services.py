"""Files that news services answer with."""

from __future__ import annotations

from typing import Any

from reading.kind import Kind, array, inside, lines, of_host, of_lead
from reading.stories import Story

_NO_LANGUAGE = "title text date source url"
_HOST = {"source": of_host}


def _articles(rows: list[Any]) -> dict[str, Any]:
    return {"status": "ok", "totalResults": len(rows), "articles": rows}


def _newsapi(story: Story) -> dict[str, Any]:
    return {
        "source": {"id": None, "name": story.source}, "author": "A. B.", "title": story.title,
        "description": story.lead[:40], "url": story.url, "urlToImage": None, "publishedAt": story.iso,
        "content": story.text,
    }  # fmt: skip


def _event_registry(story: Story) -> dict[str, Any]:
    return {
        "uri": f"81{story.number}", "lang": story.iso3, "isDuplicate": False, "date": story.day,
        "time": f"{story.date:%H:%M}:40", "dateTime": f"{story.day}T23:59:40Z", "dateTimePub": story.iso,
        "dataType": "news", "sim": 0, "url": story.url, "title": story.title, "body": story.text, "authors": [],
        "source": {"uri": story.host, "dataType": "news", "title": story.source}, "image": None, "eventUri": None,
        "sentiment": None, "wgt": 9, "relevance": 1,
    }  # fmt: skip


def _guardian(story: Story) -> dict[str, Any]:
    return {
        "id": f"world/2024/jul/{story.number}", "type": "article", "sectionId": "world", "sectionName": "World news",
        "webPublicationDate": story.iso, "webTitle": story.title, "webUrl": story.url, "apiUrl": "https://api.example",
        "fields": {"headline": story.title, "trailText": story.lead, "bodyText": story.text,
                   "publication": story.source, "lang": story.language,
                   "firstPublicationDate": story.iso, "lastModified": "2024-08-01T00:00:00Z"},
        "isHosted": False, "pillarName": "News",
    }  # fmt: skip


def _nyt(story: Story) -> dict[str, Any]:
    return {
        "abstract": story.lead[:50], "web_url": story.url, "snippet": story.lead[:50], "lead_paragraph": story.lead,
        "source": story.source, "multimedia": [], "headline": {"main": story.title, "kicker": None,
        "content_kicker": None, "print_headline": "Other words", "name": None, "seo": None, "sub": None},
        "keywords": [{"name": "glocations", "value": "Harbour", "rank": 1, "major": "N"}],
        "pub_date": f"{story.iso[:-1]}+0000", "document_type": "article", "news_desk": "Foreign",
        "_id": f"nyt://article/{story.number}", "word_count": 9, "uri": f"nyt://article/{story.number}",
    }  # fmt: skip


def _webz(story: Story) -> dict[str, Any]:
    return {
        "thread": {"uuid": f"t{story.number}", "url": story.url, "site_full": f"www.{story.host}", "site": story.host,
                   "title": story.title, "title_full": f"{story.title} | {story.source}", "published": story.offset},
        "uuid": story.id, "url": story.url, "ord_in_thread": 0, "author": "A. B.", "published": story.offset,
        "title": story.title, "text": story.text, "language": story.language_name.lower(),
        "crawled": "2024-08-02T01:00:00.000+03:00", "external_links": [],
    }  # fmt: skip


def _aylien(story: Story) -> dict[str, Any]:
    return {
        "author": {"id": 1, "name": "A. B."}, "body": story.text, "categories": [], "hashtags": [], "id": story.number,
        "keywords": ["river"], "language": story.language, "links": {"permalink": story.url, "related_stories": ""},
        "media": [], "published_at": story.iso, "source": {"id": 7, "domain": story.host, "name": story.source,
        "home_page_url": f"https://{story.host}/"}, "summary": {"sentences": [story.lead]}, "title": story.title,
        "words_count": 9,
    }  # fmt: skip


def _newsdata(story: Story) -> dict[str, Any]:
    return {
        "article_id": f"a{story.number}", "title": story.title, "link": story.url, "keywords": None, "creator": None,
        "video_url": None, "description": story.lead[:40], "content": story.text, "pubDate": story.utc,
        "pubDateTZ": "UTC", "image_url": None, "source_id": story.host.split(".")[0], "source_priority": 9,
        "source_name": story.source, "source_url": f"https://{story.host}", "source_icon": None,
        "language": story.language_name.lower(), "country": ["world"], "category": ["top"], "duplicate": False,
    }  # fmt: skip


def _newscatcher(story: Story) -> dict[str, Any]:
    return {
        "title": story.title, "author": "A. B.", "authors": [], "published_date": story.utc,
        "published_date_precision": "full", "updated_date": "2024-08-01 00:00:00", "parse_date": "2024-08-01 00:00:00",
        "link": story.url, "domain_url": story.host, "full_domain_url": f"www.{story.host}",
        "name_source": story.source, "parent_url": f"https://{story.host}", "country": "SA", "rank": 9,
        "description": story.lead, "content": story.text, "word_count": 9, "language": story.language, "id": story.id,
        "score": 3.2,
    }  # fmt: skip


KINDS = [
    Kind("NewsAPI", "july.json", inside(_articles, _newsapi), _NO_LANGUAGE,
         seen="https://newsapi.org/docs/endpoints/everything"),
    Kind("NewsAPI", "july.json", inside(_articles, lambda s: {**_newsapi(s), "content": None, "author": None,
         "description": s.lead}), _NO_LANGUAGE, variant="without content", expected={"text": of_lead}),
    Kind("NewsAPI", "july.jsonl", lines(lambda s: {**_newsapi(s), "source": {"id": s.host, "name": s.source},
         "publishedAt": s.iso.replace("00Z", "00.0000000Z")}), _NO_LANGUAGE, variant="lines, parts of seconds"),
    Kind("GNews", "july.json", inside(lambda rows: {"totalArticles": 9, "articles": rows}, lambda s: {"id": s.id,
         "title": s.title, "description": s.lead, "content": s.text, "url": s.url, "image": "", "publishedAt": s.iso,
         "lang": s.language, "source": {"id": "x", "name": s.source, "url": f"https://{s.host}", "country": "sa"}}),
         seen="https://docs.gnews.io/endpoints/search-endpoint"),
    Kind("GNews", "july.json", array(lambda s: {"title": f"{s.title} - {s.source}", "description": s.title,
         "published date": s.rfc, "url": s.url, "publisher": {"href": f"https://{s.host}", "title": s.source}}),
         "date source url", variant="the Python package of Google News", seen="https://github.com/ranahaani/GNews"),
    Kind("NewsCatcher v3", "july.json", inside(_articles, _newscatcher),
         seen="https://www.newscatcherapi.com/docs/v3/api-reference/endpoints/search/search-articles-get"),
    Kind("NewsCatcher v2", "july.json", inside(_articles, lambda s: {"title": s.title, "author": None,
         "published_date": s.utc, "published_date_precision": "full", "link": s.url, "clean_url": s.host,
         "excerpt": s.lead, "summary": s.text, "rights": s.host, "rank": 9, "topic": "news", "country": "SA",
         "language": s.language, "authors": [], "media": "", "_id": s.id, "_score": 3.2}), variant="summary is all",
         expected=_HOST),
    Kind("mediastack", "july.json", inside(lambda rows: {"pagination": {"limit": 100, "offset": 0, "count": 9,
         "total": 9}, "data": rows}, lambda s: {"author": None, "title": s.title, "description": s.text, "url": s.url,
         "source": s.source, "image": None, "category": "general", "language": s.language, "country": "sa",
         "published_at": f"{s.iso[:-1]}+00:00"}), seen="https://mediastack.com/documentation"),
    Kind("newsdata", "july.json", inside(lambda rows: {"status": "success", "totalResults": 9, "results": rows,
         "nextPage": "17"}, _newsdata), seen="https://newsdata.io/documentation"),
    Kind("newsdata", "july.json", inside(lambda rows: {"status": "success", "results": rows}, lambda s: {
         **{k: v for k, v in _newsdata(s).items() if k not in ("source_name", "source_url", "article_id")},
         "full_description": s.text, "content": None}), variant="older, full_description",
         expected={"source": lambda s: s.host.split(".")[0]}),
    Kind("newsdata", "july.jsonl", lines(lambda s: {**_newsdata(s), "content": "ONLY AVAILABLE IN PAID PLANS",
         "description": s.lead}), variant="a free plan", expected={"text": of_lead}),
    Kind("Event Registry", "july.json", inside(lambda rows: {"articles": {"results": rows, "totalResults": 9,
         "page": 1, "count": 100, "pages": 1}}, _event_registry),
         seen="https://github.com/EventRegistry/event-registry-python/wiki/Data-models"),
    Kind("Event Registry", "july.jsonl", lines(lambda s: {**_event_registry(s), "date": "2024-08-03",
         "dateTime": "2024-08-03T00:10:00Z"}), variant="stored on a later day"),
    Kind("Media Cloud", "july.jsonl", lines(lambda s: {"id": s.id, "media_name": s.host, "media_url": s.host,
         "title": s.title, "publish_date": s.utc, "url": s.url, "language": s.language,
         "indexed_date": "2024-08-01 05:00:00.123"}), "title date source language url", expected=_HOST,
         seen="https://github.com/mediacloud/api-client"),
    Kind("Media Cloud", "july.csv", lambda stories: "id,publish_date,title,url,language,media_name,media_url,"
         "indexed_date,text\r\n" + "".join(f'{s.id},{s.day},"{s.title.replace(chr(34), chr(34) * 2)}",{s.url},'
         f'{s.language},{s.source},{s.host},2024-08-01 05:00:00,"{s.text.replace(chr(34), chr(34) * 2)}"\r\n'
         for s in stories), variant="CSV of days", day_only=True),
    Kind("GDELT DOC", "july.json", inside(lambda rows: {"articles": rows}, lambda s: {"url": s.url, "url_mobile": "",
         "title": s.title, "seendate": f"{s.date:%Y%m%dT%H%M}00Z", "socialimage": "", "domain": s.host,
         "language": s.language_name, "sourcecountry": "Saudi Arabia"}), "title date source language url",
         expected=_HOST, seen="https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/"),
    Kind("GDELT DOC", "july.csv", lambda stories: "﻿URL,MobileURL,Date,Title\n" + "".join(f'"{s.url}","",'
         f'{s.utc},"{s.title.replace(chr(34), chr(34) * 2)}"\n' for s in stories), "title date url", variant="CSV"),
    Kind("Guardian", "july.json", inside(lambda rows: {"response": {"status": "ok", "userTier": "developer",
         "total": 9, "results": rows}}, _guardian), seen="https://open-platform.theguardian.com/documentation/"),
    Kind("Guardian", "july.jsonl", lines(lambda s: {**_guardian(s), "fields": {"body": s.text, "trailText": s.lead}}),
         "title text date url", variant="body alone"),
    Kind("NYT archive", "july.json", inside(lambda rows: {"copyright": "c", "response": {"docs": rows,
         "meta": {"hits": 9}}}, _nyt), _NO_LANGUAGE, expected={"text": of_lead},
         seen="https://developer.nytimes.com/docs/archive-product/1/overview"),
    Kind("NYT archive", "july.json", inside(lambda rows: {"status": "OK", "response": {"docs": rows, "metadata": {
         "hits": 9, "offset": 0}}}, lambda s: {**{k: v for k, v in _nyt(s).items() if k != "lead_paragraph"},
         "abstract": s.lead, "pub_date": s.iso}), _NO_LANGUAGE, variant="2025, without a lead",
         expected={"text": of_lead}),
    Kind("NYT top stories", "july.json", inside(lambda rows: {"status": "OK", "section": "home", "results": rows},
         lambda s: {"section": "world", "title": s.title, "abstract": s.lead, "url": s.url, "uri": f"nyt://{s.id}",
         "byline": "By A. B.", "item_type": "Article", "updated_date": "2024-08-01T00:00:00-04:00",
         "created_date": s.offset, "published_date": s.offset, "multimedia": [], "des_facet": ["Rivers"]}),
         "title text date url", expected={"text": of_lead}),
    Kind("Webz.io", "july.json", inside(lambda rows: {"posts": rows, "totalResults": 9, "next": ""}, _webz),
         expected=_HOST, seen="https://docs.webz.io/reference/output"),
    Kind("Aylien", "july.json", inside(lambda rows: {"stories": rows, "next_page_cursor": "x"}, _aylien),
         seen="https://docs.aylien.com/newsapi/v5/"),
    Kind("Perigon", "july.json", inside(lambda rows: {"status": 200, "numResults": 9, "articles": rows}, lambda s: {
         "url": s.url, "authorsByline": "", "articleId": s.id, "clusterId": "c", "source": {"domain": s.host,
         "location": None, "paywall": None}, "imageUrl": "", "country": "sa", "language": s.language,
         "pubDate": f"{s.iso[:-1]}+00:00", "addDate": "2024-08-01T00:00:00+00:00", "refreshDate": "2024-08-01",
         "score": 1, "title": s.title, "description": s.lead[:40], "content": s.text, "medium": "Article",
         "summary": "short"}), expected=_HOST, seen="https://docs.perigon.io/reference/all-news"),
    Kind("World News API", "july.json", inside(lambda rows: {"offset": 0, "number": 9, "available": 9, "news": rows},
         lambda s: {"id": s.number, "title": s.title, "text": s.text, "summary": s.lead, "url": s.url, "image": "",
         "video": None, "publish_date": s.utc, "authors": [], "category": "", "language": s.language,
         "source_country": "sa", "sentiment": 0.1}), "title text date language url",
         seen="https://worldnewsapi.com/docs/search-news/"),
    Kind("Currents", "july.json", inside(lambda rows: {"status": "ok", "news": rows, "page": 1}, lambda s: {
         "id": s.id, "title": s.title, "description": s.text, "url": s.url, "author": s.host, "image": "None",
         "language": s.language, "category": ["world"], "published": f"{s.utc} +0000"}),
         "title text date language url", seen="https://currentsapi.services/en/docs/search"),
    Kind("The News API", "july.json", inside(lambda rows: {"meta": {"found": 9}, "data": rows}, lambda s: {
         "uuid": s.id, "title": s.title, "description": s.text, "keywords": "", "snippet": s.lead[:30], "url": s.url,
         "image_url": "", "language": s.language, "published_at": f"{s.iso[:-1]}.000000Z", "source": s.host,
         "categories": ["general"], "relevance_score": None}), expected=_HOST,
         seen="https://www.thenewsapi.com/documentation"),
    Kind("Bing News", "july.json", inside(lambda rows: {"_type": "News", "value": rows}, lambda s: {"name": s.title,
         "url": s.url, "description": s.text, "provider": [{"_type": "Organization", "name": s.source}],
         "datePublished": s.iso.replace("00Z", "00.0000000Z"), "category": "World"}), _NO_LANGUAGE,
         options={"title_field": "name"},
         seen="https://learn.microsoft.com/en-us/bing/search-apis/bing-news-search/reference/response-objects"),
]  # fmt: skip
