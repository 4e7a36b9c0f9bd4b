"""What databases, content systems and messengers export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reading.kind import Kind, array, dumped, inside, lines, of_host
from reading.stories import Story

_NO_LANGUAGE = "title text date source url"


def _document(story: Story) -> dict[str, Any]:
    return {
        "title": story.title, "text": story.text, "published_at": story.iso, "source": story.source,
        "language": story.language, "url": story.url,
    }  # fmt: skip


def _hit(story: Story) -> dict[str, Any]:
    return {"_index": "news-2024.07", "_id": story.id, "_score": 1.0, "_source": _document(story)}


def _search(rows: list[Any]) -> dict[str, Any]:
    shards = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
    hits = {"total": {"value": 11, "relation": "eq"}, "max_score": 1.0, "hits": rows}
    return {"took": 3, "timed_out": False, "_shards": shards, "hits": hits}


def _bulk(action: str) -> Any:
    def make(stories: Sequence[Story]) -> str:
        pairs = (({action: {"_index": "news", "_id": story.id}}, _document(story)) for story in stories)
        return "".join(f"{dumped(head)}\n{dumped(body)}\n" for head, body in pairs)

    return make


def _mongo(mode: str) -> Any:
    def make(stories: Sequence[Story]) -> str:
        from bson import Int64, ObjectId, json_util

        options = {"canonical": json_util.CANONICAL_JSON_OPTIONS, "relaxed": json_util.RELAXED_JSON_OPTIONS,
                   "legacy": json_util.LEGACY_JSON_OPTIONS}[mode]  # fmt: skip
        rows = (
            {**_document(story), "_id": ObjectId(f"{story.number:024}"), "published_at": story.date,
             "views": Int64(7)}
            for story in stories
        )  # fmt: skip
        return "".join(json_util.dumps(row, json_options=options, ensure_ascii=False) + "\n" for row in rows)

    return make


def _wordpress(story: Story) -> dict[str, Any]:
    return {
        "id": story.number, "date": f"{story.local:%Y-%m-%dT%H:%M:00}", "date_gmt": story.iso[:-1],
        "guid": {"rendered": f"https://{story.host}/?p={story.number}"}, "modified": "2024-08-01T00:00:00",
        "modified_gmt": "2024-08-01T00:00:00", "slug": "a", "status": "publish", "type": "post", "link": story.url,
        "title": {"rendered": story.title.replace("&", "&#038;").replace('"', "&#8220;", 1)},
        "content": {"rendered": story.text.replace("&", "&#038;"), "protected": False},
        "excerpt": {"rendered": story.lead, "protected": False}, "author": 3, "categories": [4], "tags": [5],
    }  # fmt: skip


def _jsonld(story: Story) -> dict[str, Any]:
    return {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
        "articleBody": story.text, "datePublished": story.offset, "dateModified": "2024-08-01T00:00:00Z",
        "inLanguage": story.language, "author": [{"@type": "Person", "name": "A. B."}],
        "publisher": {"@type": "NewsMediaOrganization", "name": story.source, "logo": {"@type": "ImageObject",
        "url": "x"}}, "mainEntityOfPage": {"@type": "WebPage", "@id": story.url},
    }  # fmt: skip


def _quoted_title(story: Story) -> str:
    return story.title.replace('"', "“", 1)


def _message(story: Story) -> dict[str, Any]:
    return {
        "id": story.number, "type": "message", "date": f"{story.local:%Y-%m-%dT%H:%M:00}",
        "date_unixtime": str(story.epoch), "from": story.source, "from_id": "channel1", "text": [
        {"type": "bold", "text": story.title}, f"\n{story.text}\n", {"type": "hashtag", "text": "#news"}],
        "text_entities": [{"type": "bold", "text": story.title}],
    }  # fmt: skip


def _message_text(story: Story) -> str:
    return f"{story.title} {story.text} #news"


KINDS = [
    Kind("Elasticsearch", "july.json", inside(_search, _hit),
         seen="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search"),
    Kind("Elasticsearch", "july.jsonl", _bulk("index"), variant="bulk"),
    Kind("Elasticsearch", "july.ndjson", _bulk("create"), variant="bulk, create"),
    Kind("Elasticsearch", "july.json", lines(lambda s: {**_hit(s), "_type": "_doc"}), variant="elasticdump"),
    Kind("Elasticsearch", "july.json", inside(_search, lambda s: {"_index": "news", "_id": s.id, "fields": {
         name: [value] for name, value in _document(s).items()}}), variant="fields in place of _source"),
    Kind("Elasticsearch", "july.jsonl", lines(lambda s: {"_index": "news", "_source": {"@timestamp": s.iso,
         "message": s.text, "title": s.title, "url": {"full": s.url}, "event": {"dataset": "news"}}}),
         "title text date", variant="Elastic Common Schema", options={"text_field": "message"}),
    Kind("OpenSearch", "july.json", lambda stories: dumped({"responses": [_search([_hit(s) for s in stories])]}),
         variant="_msearch"),
    Kind("Solr", "july.json", inside(lambda rows: {"responseHeader": {"status": 0}, "response": {"numFound": 11,
         "start": 0, "numFoundExact": True, "docs": rows}}, lambda s: {"id": s.id, "title_txt_ar": s.title,
         "body_txt": [s.text], "published_dt": s.iso, "source_s": s.source, "language_s": s.language,
         "url_s": s.url, "_version_": 18}), seen="https://solr.apache.org/guide/solr/latest/query-guide/"),
    Kind("Solr", "july.json", inside(lambda rows: {"response": {"docs": rows}}, lambda s: {"id": s.id,
         "title": [s.title], "content": [s.text], "pub_date": [s.iso], "source": [s.source], "lang": [s.language],
         "url": [s.url]}), variant="schemaless, every value a list"),
    Kind("MongoDB", "july.json", _mongo("canonical"), needs="bson", variant="canonical",
         seen="https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/"),
    Kind("MongoDB", "july.json", _mongo("relaxed"), needs="bson"),
    Kind("MongoDB", "july.json", _mongo("legacy"), needs="bson", variant="legacy"),
    Kind("MongoDB", "july.json", array(lambda s: {"_id": {"$oid": f"{s.number:024}"}, **_document(s),
         "published_at": {"$date": s.iso.replace("Z", ".000Z")}}, indent=1), variant="Compass"),
    Kind("WordPress REST", "july.json", array(_wordpress), "title text date url",
         expected={"title": lambda s: s.title.replace('"', "“", 1)},
         seen="https://developer.wordpress.org/rest-api/reference/posts/"),
    Kind("WordPress REST", "july.json", array(lambda s: {name: value for name, value in _wordpress(s).items()
         if name not in ("date", "guid")}, indent=4), "title text date url", variant="_fields, date_gmt alone",
         expected={"title": lambda s: s.title.replace('"', "“", 1)}),
    Kind("WordPress", "july.csv", lambda stories: _csv({"ID": s.number, "post_author": 1,
         "post_date": f"{s.local:%Y-%m-%d %H:%M:00}", "post_date_gmt": s.utc, "post_content": s.text,
         "post_title": s.title, "post_excerpt": "", "post_status": "publish", "post_name": "a",
         "post_modified": "2024-08-01 00:00:00", "guid": s.url} for s in stories), "title text date",
         variant="the table wp_posts"),
    Kind("schema.org", "july.jsonl", lines(_jsonld), seen="https://schema.org/NewsArticle"),
    Kind("schema.org", "july.json", inside(lambda rows: {"@context": "https://schema.org", "@graph": rows},
         lambda s: {**_jsonld(s), "mainEntityOfPage": s.url, "publisher": [{"@type": "Organization",
         "name": s.source}]}), variant="a graph"),
    Kind("schema.org", "july.json", inside(lambda rows: {"@type": "ItemList", "itemListElement": rows}, lambda s: {
         "@type": "ListItem", "position": s.number, "item": {**_jsonld(s), "@type": ["NewsArticle", "Article"]}}),
         variant="a list of items"),
    Kind("JSON Feed", "july.json", inside(lambda rows: {"version": "https://jsonfeed.org/version/1.1",
         "title": "The Harbour Post", "home_page_url": "https://harbourpost.example/", "language": "en",
         "items": rows}, lambda s: {"id": s.url, "url": s.url, "title": s.title, "content_text": s.text,
         "date_published": s.offset, "language": s.language}), "title text date language url",
         seen="https://www.jsonfeed.org/version/1.1/"),
    Kind("JSON Feed", "feed.json", inside(lambda rows: {"version": "https://jsonfeed.org/version/1", "title":
         "The Harbour Post", "items": rows}, lambda s: {"id": s.number, "external_url": s.url, "title": s.title,
         "content_html": s.text, "date_published": s.iso, "author": {"name": "A. B."}}), "title text date url",
         variant="version 1"),
    Kind("Telegram", "result.json", inside(lambda rows: {"name": "Wire", "type": "public_channel", "id": 7,
         "messages": [{"id": 0, "type": "service", "date": "2024-07-01T00:00:00", "date_unixtime": "1719800000",
         "actor": "Wire", "action": "create_channel", "title": "Wire", "text": "", "text_entities": []}, *rows]},
         _message), "text date", expected={"text": _message_text}, seen="https://telegram.org/blog/export-and-more"),
    Kind("Telegram", "result.json", inside(lambda rows: {"about": "x", "chats": {"about": "y", "list": [
         {"name": "Wire", "type": "public_channel", "id": 7, "messages": rows}]}}, lambda s: {"id": s.number,
         "type": "message", "date": f"{s.date:%Y-%m-%dT%H:%M:00}", "from": s.source, "text": s.text}), "text date",
         variant="a whole account"),
    Kind("Telethon", "july.jsonl", lines(lambda s: {"_": "Message", "id": s.number, "peer_id": {"_": "PeerChannel",
         "channel_id": 7}, "date": f"{s.utc}+00:00", "message": s.text, "out": False, "views": 9}), "text date",
         options={"text_field": "message"},
         seen="https://docs.telethon.dev/en/stable/"),
    Kind("Drupal JSON:API", "july.json", inside(lambda rows: {"jsonapi": {"version": "1.0"}, "data": rows},
         lambda s: {"type": "node--article", "id": s.id, "attributes": {"title": s.title, "created": s.offset,
         "langcode": s.language, "status": True, "changed": "2024-08-01T00:00:00+00:00", "body": {"value": s.text,
         "format": "plain_text", "processed": s.html, "summary": ""}}}), "title text date language",
         seen="https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module"),
    Kind("Ghost", "july.json", lambda stories: dumped({"db": [{"meta": {"version": "5.1"}, "data": {"posts": [
         {"id": s.id, "uuid": s.id, "title": s.title, "slug": "a", "html": None, "plaintext": s.text,
         "status": "published", "created_at": "2024-01-01T00:00:00Z", "published_at": s.iso.replace("Z", ".000Z"),
         "canonical_url": s.url, "locale": None} for s in stories], "tags": [{"id": "t", "name": "City"}]}}]}),
         "title text date url", seen="https://docs.ghost.org/migration/ghost"),
    Kind("Arc XP", "july.json", array(lambda s: {"_id": s.id, "type": "story", "version": "0.10.9",
         "canonical_url": s.url, "headlines": {"basic": s.title, "web": "", "print": ""}, "subheadlines": {
         "basic": s.lead}, "description": {"basic": s.lead[:20]}, "language": s.language, "content_elements": [
         {"_id": str(n), "type": "text", "content": one} for n, one in enumerate(s.paragraphs)] + [{"type": "image",
         "url": "x"}], "display_date": s.iso, "publish_date": s.iso, "first_publish_date": s.iso,
         "last_updated_date": "2024-08-01T00:00:00Z", "distributor": {"name": s.source, "category": "staff"}}),
         seen="https://github.com/washingtonpost/ans-schema"),
    Kind("Reddit", "july.ndjson", lines(lambda s: {"id": s.id, "title": s.title, "selftext": s.text,
         "created_utc": s.epoch, "url": s.url, "domain": s.host, "subreddit": "news", "score": 9, "author": "x"}),
         _NO_LANGUAGE, expected={"source": of_host}, seen="https://www.reddit.com/dev/api/"),
]  # fmt: skip


def _csv(rows: Any) -> str:
    import csv
    import io

    out = io.StringIO()
    found = list(rows)
    writer = csv.DictWriter(out, found[0].keys())
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue()
