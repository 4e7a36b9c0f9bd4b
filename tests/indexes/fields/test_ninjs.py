from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from sada.indexes.fields.ninjs import is_ninjs, ninjs_row
from sada.indexes.reading.readers import FieldMap, read_articles

TITLE, TEXT, HTML = "افتتاح جسر", "افتتح رئيس البلدية جسرا.", "<p>افتتح رئيس البلدية جسرا.</p>"
NAMES = {"uri": "urn:1", "language": "ar"}
VERSION_1 = NAMES | {
    "versioncreated": "2026-03-03T09:00:00Z",
    "headline": TITLE,
    "body_xhtml": HTML,
    "body_text": TEXT,
    "description_text": "ملخص",
    "subject": [{"name": "جسور"}, {"code": "7"}],
    "associations": {"main": {"uri": "urn:2", "headline": "صورة", "body_text": "نص الصورة"}},
}
VERSION_2 = NAMES | {
    "firstcreated": "2026-03-03T09:00:00Z",
    "versioncreated": "2026-03-04T09:00:00Z",
    "infosources": [{"name": "وكالة المرفأ", "role": "origin"}, {"name": "أخرى"}],
    "headlines": [{"role": "teaser", "value": "قصير"}, {"role": "main", "value": TITLE}],
    "bodies": [
        {"role": "nitf", "contenttype": "application/nitf+xml", "value": "<nitf/>"},
        {"role": "xhtml", "contenttype": "application/xhtml+xml", "value": HTML},
        {"role": "text", "contenttype": "text/plain", "value": TEXT},
    ],
    "descriptions": [{"role": "creditline", "value": "علي"}, {"role": "text", "value": "ملخص"}],
    "subjects": [{"name": "جسور", "uri": "urn:s"}],
    "associations": [{"name": "a", "uri": "urn:2", "headlines": [{"value": "صورة"}], "bodies": [{"value": "نص"}]}],
}
VERSION_3 = {
    {"firstcreated": "firstCreated", "versioncreated": "versionCreated", "infosources": "infoSources"}.get(
        name, name
    ): (json.loads(json.dumps(value).replace("contenttype", "contentType")))
    for name, value in VERSION_2.items()
}


@pytest.mark.parametrize(("row", "source"), [(VERSION_1, ""), (VERSION_2, "وكالة المرفأ"), (VERSION_3, "وكالة المرفأ")])
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_each_version_gives_one_article_with_all_its_fields(tmp_path, row, source, suffix):
    (tmp_path / f"a{suffix}").write_text(json.dumps(row))
    (article,) = read_articles(tmp_path / f"a{suffix}")
    found = (article.id, article.title, article.text, article.language, article.source, article.keywords)
    assert found == ("urn:1", TITLE, TEXT, "ar", source, ("جسور",))
    assert article.published == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert (article.extra["summary"], "associations" in article.extra) == ("ملخص", True)


def test_what_is_not_taken_stays():
    row = ninjs_row(VERSION_2)
    assert [part["role"] for part in row["bodies"]] == ["nitf", "xhtml"]
    assert [part["role"] for part in row["headlines"]] == ["teaser"]
    assert ninjs_row(VERSION_1)["body_xhtml"] == HTML


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"headline_main": "A", "headline_short": "B"}, "title", "A"),
        ({"headline_simple": "A"}, "title", "A"),
        ({"title": "Slug", "headlines": [{"value": "A"}]}, "title", "A"),
        ({"title": "An event", "eventDetails": {}}, "title", "An event"),
        ({"body_richtext": "<p>A</p>", "body_main": "A"}, "text", "A"),
        ({"bodies": [{"role": "main", "contentType": "text/html", "value": "<p>A</p>"}, {"role": "b", "value": "B"}]},
         "text", "<p>A</p>"),
        ({"bodies": [{"value": " "}, "A", {"value": "B"}]}, "text", "B"),
        ({"bodies": []}, "text", None),
        ({"copyrightHolder": "Port"}, "source", "Port"),
        ({"source": "Port", "infosources": [{"name": "Wire"}]}, "source", "Port"),
    ],
)  # fmt: skip
def test_the_best_part_is_the_field(given, field, value):
    assert ninjs_row(NAMES | given).get(field) == value


def test_a_title_that_gives_way_is_kept():
    assert ninjs_row({"uri": "u", "title": "Slug", "headlines": [{"value": "A"}]}) == {
        "uri": "u",
        "title": "A",
        "extra_title": "Slug",
    }


def test_names_that_the_user_set_count_alone(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(VERSION_1))
    (article,) = read_articles(tmp_path / "a.jsonl", fields=FieldMap(text="body_xhtml"))
    assert (article.title, article.text) == (TITLE, HTML)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (VERSION_1, True),
        (VERSION_2, True),
        (VERSION_3, True),
        (("guid", "headline", "body_html", "versioncreated", "firstcreated"), True),  # as Superdesk writes it
        (("uri", "web_url", "headline", "abstract", "lead_paragraph", "pub_date"), False),  # The New York Times
        (("uri", "lang", "title", "body", "dateTime", "source"), False),  # Event Registry
        (("guid", "title", "description", "pubDate"), False),
        (("headlines", "bodies"), False),
    ],
)
def test_only_rows_of_ninjs_are_taken_for_it(names, expected):
    assert is_ninjs(names) is expected
