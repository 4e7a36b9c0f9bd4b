"""Rows as scrapers, news services and archives write them give each field its right value."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from sada.indexes.errors import InputError
from sada.indexes.reading.readers import FieldMap, read_articles

TITLE, TEXT, URL = "Bridge opens", "The mayor opened a new bridge.", "https://wire.example/1"
NINE = "2026-03-03T09:00:00Z"
ALL = ("title", "text", "date", "source", "language", "url")

EXPORTERS = {
    "news-please": (
        {"maintext": TEXT, "title": TITLE, "date_publish": "2026-03-03 09:00:00",
         "date_download": "2026-03-04 01:00:00", "source_domain": "wire.example", "language": "en", "url": URL,
         "description": "short"},
        {"source": "wire.example"}, ALL,
    ),
    "newspaper4k": (
        {"title": TITLE, "text": TEXT, "publish_date": "2026-03-03T09:00:00", "source_url": "https://www.wire.example",
         "url": URL, "meta_lang": "en", "summary": ""},
        {"source": "wire.example"}, ALL,
    ),
    "trafilatura": (
        {"title": TITLE, "raw_text": "x", "text": TEXT, "date": "2026-03-03", "source": URL, "hostname": "wire.example",
         "source-hostname": "Example Wire", "language": "en", "id": None, "excerpt": "short"},
        {"date": "2026-03-03T00:00:00Z"}, ALL,
    ),
    "trafilatura, the host alone": (
        {"title": TITLE, "text": TEXT, "source": URL, "hostname": "wire.example", "sitename": None},
        {"source": "wire.example"}, ("title", "text", "source", "url"),
    ),
    "trafilatura, no host": ({"title": TITLE, "source": URL}, {"source": "wire.example"}, ("title", "source", "url")),
    "Fundus": (
        {"title": TITLE, "plaintext": TEXT, "publishing_date": "2026-03-03 09:00:00+00:00", "publisher": "Example Wire",
         "lang": "en", "topics": ["city"], "html": {"requested_url": URL}},
        {"keywords": ("city",)}, (*ALL, "keywords"),
    ),
    "Ghost": (
        {"id": "a", "title": TITLE, "html": TEXT, "plaintext": None, "excerpt": "short", "url": URL},
        {}, ("title", "text", "url"),
    ),
    "Fundus, no body": (
        {"title": TITLE, "body": None, "html": {"requested_url": URL, "source_info": {"publisher": "x"}}},
        {"text": ""}, ("title", "url"),
    ),
    "Fundus, body": (
        {"title": TITLE, "body": {"summary": ["First."], "sections":
         [{"headline": ["Then"], "paragraphs": ["a", "b"]}]}},
        {"text": "First.\nThen\na\nb"}, ("title", "text"),
    ),
    "feedparser": (
        {"title": TITLE, "summary": "short", "content": [{"type": "text/plain", "language": None, "value": TEXT}],
         "published": "Tue, 03 Mar 2026 09:00:00 GMT", "link": URL, "source": {"href": "https://wire.example",
         "title": "Example Wire"}},
        {}, ("title", "text", "date", "source", "url"),
    ),
    "NewsAPI": (
        {"source": {"id": None, "name": "Example Wire"}, "title": TITLE, "description": "short", "url": URL,
         "publishedAt": NINE, "content": TEXT},
        {}, ("title", "text", "date", "source", "url"),
    ),
    "NewsAPI, flattened": (
        {"source.id": "", "source.name": "Example Wire", "title": TITLE, "publishedAt": NINE, "description": TEXT},
        {}, ("title", "text", "date", "source"),
    ),
    "GNews": (
        {"title": TITLE, "description": "short", "content": TEXT, "url": URL, "publishedAt": NINE,
         "source": {"name": "Example Wire", "url": "https://wire.example"}},
        {}, ("title", "text", "date", "source", "url"),
    ),
    "NewsCatcher": (
        {"title": TITLE, "published_date": "2026-03-03 09:00:00", "link": URL, "clean_url": "wire.example",
         "excerpt": "short", "summary": TEXT, "language": "en", "_id": "7", "rights": "x"},
        {"source": "wire.example", "id": "7"}, ("title", "date", "source", "language", "url", "id"),
    ),
    "mediastack": (
        {"title": TITLE, "description": TEXT, "url": URL, "source": "Example Wire", "language": "en",
         "published_at": "2026-03-03T09:00:00+00:00"},
        {}, ALL,
    ),
    "newsdata": (
        {"article_id": "7", "title": TITLE, "link": URL, "content": TEXT, "description": "short",
         "pubDate": "2026-03-03 09:00:00", "source_id": "wire", "language": "english"},
        {"source": "wire", "id": "7"}, (*ALL, "id"),
    ),
    "Event Registry": (
        {"uri": "7", "lang": "eng", "date": "2026-03-03", "time": "09:00:00", "dateTime": NINE, "url": URL,
         "title": TITLE, "body": TEXT, "source": {"uri": "wire.example", "dataType": "news", "title": "Example Wire"}},
        {"id": "7"}, (*ALL, "id"),
    ),
    "Media Cloud": (
        {"id": "7", "title": TITLE, "publish_date": "2026-03-03 09:00:00", "url": URL, "language": "en",
         "media_name": "Example Wire", "media_url": "wire.example"},
        {"id": "7"}, ("title", "date", "source", "language", "url", "id"),
    ),
    "GDELT DOC": (
        {"url": URL, "title": TITLE, "seendate": "20260303T090000Z", "domain": "wire.example", "language": "English"},
        {"source": "wire.example"}, ("title", "date", "source", "language", "url"),
    ),
    "schema.org": (
        {"@type": "NewsArticle", "@id": "7", "url": URL, "headline": TITLE, "articleBody": TEXT, "description": "short",
         "datePublished": "2026-03-03T12:00:00+03:00", "dateModified": "2026-03-03T14:00:00Z", "inLanguage": "en-GB",
         "publisher": {"@type": "Organization", "name": "Example Wire"}},
        {"id": "7"}, (*ALL, "id"),
    ),
    "JSON Feed": (
        {"id": "7", "url": URL, "title": TITLE, "content_text": TEXT, "summary": "short", "date_published": NINE,
         "language": "en"},
        {"id": "7"}, ("title", "text", "date", "language", "url", "id"),
    ),
    "WordPress": (
        {"id": 7, "date": "2026-03-03T12:00:00", "date_gmt": "2026-03-03T09:00:00", "link": URL,
         "guid": {"rendered": "https://wire.example/?p=7"}, "title": {"rendered": TITLE},
         "content": {"rendered": TEXT, "protected": False}, "excerpt": {"rendered": "short"}},
        {"id": "7"}, ("title", "text", "date", "url", "id"),
    ),
    "Telegram": (
        {"id": 7, "type": "message", "date": "2026-03-03T12:00:00", "date_unixtime": "1772528400",
         "text": ["The mayor ", {"type": "bold", "text": "opened"}, " a new bridge."]},
        {"id": "7"}, ("text", "date", "id"),
    ),
    "MongoDB": (
        {"_id": {"$oid": "5f0c"}, "title": TITLE, "text": TEXT, "date": {"$date": {"$numberLong": "1772528400000"}}},
        {"id": "5f0c"}, ("title", "text", "date", "id"),
    ),
    "MongoDB, number": ({"_id": {"$numberLong": "7"}, "title": TITLE}, {"id": "7"}, ("title", "id")),
    "MongoDB, other types": (
        {"_id": {"$uuid": "7"}, "title": TITLE, "date": {"$timestamp": {"t": 1772528400, "i": 1}}},
        {"id": "7"}, ("title", "date", "id"),
    ),
    "Elasticsearch": (
        {"_index": "news", "_id": "7", "_score": 1.0, "_source": {"title": TITLE, "text": TEXT, "published": NINE}},
        {"id": "7"}, ("title", "text", "date", "id"),
    ),
    "Solr": (
        {"id": "7", "title_t": TITLE, "body_txt": [TEXT], "published_dt": NINE, "source_s": "Example Wire",
         "lang_s": "en", "url_s": URL, "_version_": 17},
        {"id": "7"}, (*ALL, "id"),
    ),
    "Guardian": (
        {"id": "world/7", "type": "article", "webPublicationDate": NINE, "webTitle": TITLE, "webUrl": URL,
         "fields": {"bodyText": TEXT, "trailText": "short", "publication": "Example Wire"}},
        {"id": "world/7"}, ("title", "text", "date", "source", "url", "id"),
    ),
    "NYT": (
        {"_id": "nyt://7", "web_url": URL, "abstract": "short", "lead_paragraph": TEXT, "source": "Example Wire",
         "headline": {"main": TITLE, "kicker": None}, "pub_date": "2026-03-03T09:00:00+0000",
         "keywords": [{"name": "subject", "value": "Bridges", "rank": 1}]},
        {"keywords": ("Bridges",), "id": "nyt://7"}, ("title", "text", "date", "source", "url", "keywords", "id"),
    ),
    "CNN/DM": ({"article": TEXT, "highlights": "short", "id": "7"}, {"title": "", "id": "7"}, ("title", "text", "id")),
    "XSum": ({"document": TEXT, "summary": "short", "id": "7"}, {"id": "7"}, ("text", "id")),
    "cc_news": (
        {"title": TITLE, "text": TEXT, "domain": "wire.example", "date": "2026-03-03 09:00:00", "description": "short",
         "url": URL},
        {"source": "wire.example"}, ("title", "text", "date", "source", "url"),
    ),
    "mC4": ({"text": TEXT, "timestamp": NINE, "url": URL}, {}, ("text", "date", "url")),
    "OSCAR": (
        {"content": TEXT, "warc_headers": {"warc-target-uri": URL, "warc-date": NINE, "warc-record-id": "<urn:7>"},
         "metadata": {"identification": {"label": "en", "prob": 0.9}}},
        {"id": "<urn:7>"}, ("text", "date", "url", "language", "id"),
    ),
    "a spreadsheet in Arabic": (
        {"العنوان": TITLE, "النص": TEXT, "تاريخ النشر": NINE, "المصدر": "Example Wire", "الرابط": URL,
         "اللغة": "العربية"},
        {"language": "ar"}, ALL,
    ),
}  # fmt: skip


def read(tmp_path, data, name="x.jsonl", **options):
    path = tmp_path / name
    path.write_text(data if isinstance(data, str) else json.dumps(data) + "\n", "utf-8")
    problems = []
    articles = list(read_articles(path, on_problem=problems.append, **options))
    return articles, [problem.reason for problem in problems if problem.kind != "skipped"]


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_each_exporter_is_read_right(exporter, tmp_path):
    row, own, fields = EXPORTERS[exporter]
    usual = {"title": TITLE, "text": TEXT, "date": NINE, "source": "Example Wire", "language": "en", "url": URL}
    ((article,), notes) = read(tmp_path, row)
    found = article.to_dict() | {"date": article.published_text(), "keywords": article.keywords}
    assert {field: found[field] for field in fields} == {field: {**usual, **own}[field] for field in fields}
    assert all(" gave a " in note for note in notes)
    # Finding copies reads the same.
    (batch,) = read_articles(tmp_path / "x.jsonl").batches()
    assert (batch.ids, batch.sources) == ([article.id], [article.source])
    assert batch.bodies == [article.body.encode("utf-16-le")]


def test_a_day_yields_only_to_a_time_of_publication_on_that_day(tmp_path):
    for row, expected in [
        ({"date": "2026-03-03", "published_at": NINE}, NINE),
        ({"published_at": NINE, "date": "2026-03-03"}, NINE),
        ({"date": "2026-03-03", "published_at": "2026-03-04T09:00:00Z"}, "2026-03-03T00:00:00Z"),
        ({"date": "2026-03-03", "date_modified": NINE}, "2026-03-03T00:00:00Z"),
        ({"date": "2026-03-03", "published_at": "soon"}, "2026-03-03T00:00:00Z"),
        ({"date": "2026-03-03T08:00:00Z", "published_at": NINE}, "2026-03-03T08:00:00Z"),
    ]:
        ((article,), _) = read(tmp_path, {"id": "a", "title": TITLE, **row})
        assert article.published_text() == expected
        (batch,) = read_articles(tmp_path / "x.jsonl").batches()
        assert batch.published == [int(datetime.fromisoformat(expected).astimezone(UTC).timestamp()) * 10**6]


def test_a_service_message_is_no_article(tmp_path):
    messages = [
        {"id": 1, "type": "service", "action": "create_channel", "title": "Example Wire", "text": ""},
        {"id": 2, "type": "message", "date_unixtime": "1772528400", "text": TEXT},
    ]
    articles, _ = read(tmp_path, {"name": "Example Wire", "id": 5, "messages": messages}, "x.json")
    assert [(article.id, article.text) for article in articles] == [("2", TEXT)]


def test_a_bulk_file_gives_its_ids_to_the_documents(tmp_path):
    lines = [{"index": {"_id": "7"}}, {"title": TITLE}, {"create": {"_id": "8"}}, {"id": "own", "title": "Cup final"}]
    articles, _ = read(tmp_path, "".join(json.dumps(line) + "\n" for line in lines))
    assert [(article.id, article.title) for article in articles] == [("7", TITLE), ("own", "Cup final")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (["one", "two"], "one\ntwo"),
        ([{"type": "paragraph", "text": "one"}, {"text": "two"}], "one\ntwo"),
        ([{"paragraphs": ["one", "two"]}, None, "three"], "one\ntwo\nthree"),
        ([{"role": "main", "value": "one"}, {"role": "print", "value": "no"}], "one"),
        ([["one"], ["two"]], "one\ntwo"),
        ([{"type": "image", "src": "x"}, {"type": "paragraph", "text": "one"}], "one"),
    ],
)
def test_a_text_in_parts_is_joined(text, expected, tmp_path):
    ((article,), _) = read(tmp_path, {"id": "a", "text": text})
    assert article.text == expected


def test_ids_that_are_one_number_are_one_id(tmp_path):
    for value in (1, "1", 1.0, " 1 ", "1.0", {"$numberInt": "1"}):
        ((article,), _) = read(tmp_path, {"id": value, "title": TITLE})
        assert article.id == "1"
        assert next(read_articles(tmp_path / "x.jsonl").batches()).ids == ["1"]
    for value in (1.5, "1.50", "v1.0", "a.0"):
        assert read(tmp_path, {"id": value, "title": TITLE})[0][0].id == str(value)


def test_a_name_with_dots_is_a_column_or_a_way_through_objects(tmp_path):
    fields = FieldMap(title="doc.head.main", text="doc.words", id="key")
    row = {"key": "7", "doc": {"head": {"main": TITLE}, "words": TEXT, "more": 1}}
    ((article,), _) = read(tmp_path, row, fields=fields)
    assert (article.id, article.title, article.text, article.extra) == ("7", TITLE, TEXT, {"doc": {"more": 1}})
    ((article,), _) = read(tmp_path, {"key": "7", "doc.head.main": TITLE, "doc.words": TEXT}, fields=fields)
    assert (article.title, article.text, article.extra) == (TITLE, TEXT, {})


@pytest.mark.parametrize("name", ["doc.heat", "dok.head", "doc.head.x"])
def test_a_name_with_dots_that_no_row_has_is_an_error(tmp_path, name):
    row = {"id": "a", "title": TITLE, "text": TEXT, "doc": {"head": "x"}}
    with pytest.raises(InputError, match=f"no row has the language field '{name}'"):
        read(tmp_path, row, fields=FieldMap(language=name))
    with pytest.raises(InputError, match=f"no row has the language field '{name}'"):
        list(read_articles(tmp_path / "x.jsonl", fields=FieldMap(language=name)).batches())
    ((article,), _) = read(tmp_path, row, fields=FieldMap(source="doc.head"))
    assert article.source == "x"
    list(read_articles(tmp_path / "x.jsonl", fields=FieldMap(keywords="doc.head")).batches())


def test_what_is_no_text_and_no_outlet_stays_in_extra(tmp_path):
    ((article,), _) = read(tmp_path, {"title": TITLE, "description": {"a": 1}, "text": " "})
    assert (article.text.strip(), article.extra["description"]) == ("", {"a": 1})
    ((article,), _) = read(tmp_path, {"title": TITLE, "description": {"a": 1}})
    assert (article.text, article.extra) == ("", {"description": {"a": 1}})
    ((article,), _) = read(tmp_path, {"title": TITLE, "source": "https://www.wire.example/"})
    assert (article.source, article.url) == ("wire.example", "")
    assert article.extra == {"source": "https://www.wire.example/"}
    ((article,), _) = read(
        tmp_path, {"title": TITLE, "source": "https://wire.example"}, fields=FieldMap(source="source")
    )
    assert (article.source, article.extra) == ("https://wire.example", {})
