"""Fields are found whatever shape exporters give to rows and values."""

from __future__ import annotations

import json

import pytest

from sada.indexes.errors import InputError
from sada.indexes.json.loose_values import written_value
from sada.indexes.reading.readers import FieldMap, read_articles

TITLE, TEXT, URL, NINE = "Bridge opens", "The mayor opened a bridge.", "https://wire.example/1", "2026-03-03T09:00:00Z"
ROW = {"id": "7", "title": TITLE, "text": TEXT, "date": NINE}
OTHER = {"id": "8", "title": "Cup final", "text": "Harbour won.", "date": NINE}


def read(tmp_path, data, name="x.jsonl", **options):
    path = tmp_path / name
    path.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False) + "\n", "utf-8")
    found = list(read_articles(path, **options))
    for batch in read_articles(path, **options).batches():  # finding copies reads the same
        assert batch.bodies == [article.body.encode("utf-16-le") for article in found]
        assert batch.ids == [article.id for article in found]
    return found


def fields(article):
    return article.id, article.title, article.text, article.published_text()


WANTED = ("7", TITLE, TEXT, NINE)


@pytest.mark.parametrize(
    "row",
    [
        {name: [value] for name, value in ROW.items()},
        {name: [{"_": value, "$": {"type": "text"}}] for name, value in ROW.items()},
        *({name: {key: value} for name, value in ROW.items()} for key in ("#text", "$t", "_text", "_cdata", "__cdata")),
        {**ROW, "title": ["Bridge", " opens "]},
        {**ROW, "title": {"basic": TITLE, "web": ""}},
    ],
)
def test_a_value_alone_in_a_list_or_an_object_counts(tmp_path, row):
    assert [fields(article) for article in read(tmp_path, row)] == [WANTED]


@pytest.mark.parametrize("name", ["_source", "attributes", "fields", "doc", "document", "node", "item", "data", "post"])
def test_a_row_may_stand_in_an_object(tmp_path, name):
    inner = {key: value for key, value in ROW.items() if key != "id"}
    (article,) = read(tmp_path, {"id": "7", "kind": "t3", name: inner})
    assert (*fields(article), article.extra) == (*WANTED, {"kind": "t3"})
    (article,) = read(tmp_path, {"id": "7", name: {"node": inner}})
    assert fields(article) == WANTED
    wrapped = [{"id": "7", name: inner}, {"id": "8", name: {**inner, "title": "Cup final"}}]
    assert [one.title for one in read(tmp_path, {"results": wrapped, "page": 1}, "x.json")] == [TITLE, "Cup final"]


def test_an_object_beside_a_title_or_a_text_is_no_row(tmp_path):
    (article,) = read(tmp_path, {"id": "7", "title": TITLE, "data": {"title": "other"}, "doc": {"text": "other"}})
    assert (article.title, article.text) == (TITLE, "")
    assert article.extra == {"data": {"title": "other"}, "doc": {"text": "other"}}


def test_the_user_names_fields_of_a_row_in_an_object_with_or_without_it(tmp_path):
    row = {"id": "7", "attributes": {**ROW, "stamp": "2026-03-04T10:00:00Z"}}
    for name in ("attributes.stamp", "stamp"):
        (article,) = read(tmp_path, row, fields=FieldMap(date=name))
        assert fields(article) == ("7", TITLE, TEXT, "2026-03-04T10:00:00Z")


PAGES = [{"status": "ok", "articles": [ROW]}, {"status": "ok", "articles": [OTHER]}]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.json", PAGES),
        ("x.jsonl", "".join(json.dumps(page) + "\n" for page in PAGES)),
        ("x.ndjson", "".join(json.dumps(page) + "\n" for page in PAGES)),
        ("unnamed", "".join(json.dumps(page) + "\n" for page in PAGES)),
        ("x.json", {"responses": [{"hits": {"hits": [{"_source": ROW}, {"_source": OTHER}]}}]}),
        ("x.json", {"chats": {"list": [{"name": "a", "messages": [ROW]}, {"name": "b", "messages": [OTHER]}]}}),
        ("x.json", {"db": [{"meta": {"version": 5}, "data": {"posts": [ROW, OTHER], "tags": [{"id": "t"}]}}]}),
        ("x.json", {"rss": {"channel": [{"title": ["News"], "link": ["https://wire.example"], "item": [ROW, OTHER]}]}}),
        ("x.json", [{"title": "News", "items": [ROW]}, {"title": "Sport", "items": [OTHER]}]),
        ("x.json", {"data": {"children": [{"kind": "t3", "data": ROW}, {"kind": "t3", "data": OTHER}]}}),
        ("x.json", {"data": {"posts": {"edges": [{"cursor": "a", "node": ROW}, {"cursor": "b", "node": OTHER}]}}}),
    ],
)
def test_pages_of_answers_and_lists_in_lists_give_their_rows(tmp_path, name, data):
    assert [fields(article) for article in read(tmp_path, data, name)] == [
        WANTED,
        ("8", "Cup final", "Harbour won.", NINE),
    ]


def test_a_page_without_articles_is_counted(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([*PAGES, {"status": "error", "articles": []}]))
    reader = read_articles(path)
    assert (len(list(reader)), reader.report.read, reader.report.skipped) == (2, 3, 1)


@pytest.mark.parametrize("words", ["[Removed]", "ONLY AVAILABLE IN PAID PLANS", " only available in paid plans "])
def test_what_stands_in_for_a_text_is_none(tmp_path, words):
    (article,) = read(tmp_path, {**ROW, "text": words, "description": "In short."})
    assert (article.title, article.text) == (TITLE, "In short.")
    (article,) = read(tmp_path, {**ROW, "text": words})
    assert (article.title, article.text) == (TITLE, "")
    assert read(tmp_path, {**ROW, "title": words, "text": words}) == []
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"placeholders": ["members only"]}))
    (article,) = read(tmp_path, {**ROW, "text": "Members only"}, field_names=names)
    assert article.text == ""


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"date": "2026-03-03", "time": "09:00:00"}, NINE),
        ({"date": "2026-03-03", "Time": "9:00 AM"}, NINE),
        ({"التاريخ": "2026-03-03", "الوقت": "12:00 +03:00"}, NINE),
        ({"date": "3 March 2026", "hour": "09:00"}, NINE),
        ({"date": "2026-03-03", "time": "soon"}, "2026-03-03T00:00:00Z"),
        ({"date": "2026-03-03", "time": 9}, "2026-03-03T00:00:00Z"),
        ({"date": "2026-03-03T08:00:00Z", "time": "09:00"}, "2026-03-03T08:00:00Z"),
        ({"date": "2026-03-03", "published_at": NINE, "time": "10:00"}, NINE),
        ({"time": "09:00"}, None),
    ],
)
def test_a_time_of_day_belongs_to_the_day_beside_it(tmp_path, row, expected):
    for name in ("x.jsonl", "x.json"):
        (article,) = read(tmp_path, {"id": "7", "title": TITLE, **row}, name)
        assert (article.published_text() or None) == expected
        assert ("time" in article.extra) == (("time" in row and expected != NINE) or "published_at" in row)


def test_cells_that_hold_objects_are_read(tmp_path):
    header = "title,text,date,source,tags\n"
    row = f"""{TITLE},"['One.', ""It's two.""]",{NINE},"{{'id': None, 'name': 'Example Wire'}}","['city', 'river']"\n"""
    (article,) = read(tmp_path, header + row, "x.csv")
    assert (article.source, article.keywords) == ("Example Wire", ("city", "river"))
    assert article.text == "One.\nIt's two."
    row = f"""{TITLE},[sic] one,{NINE},"{{""name"": ""Example Wire""}}","{{x"\n"""
    (article,) = read(tmp_path, header + row, "x.csv")
    assert (article.text, article.source, article.keywords) == ("[sic] one", "Example Wire", ("{x",))


@pytest.mark.parametrize(
    "text",
    [
        '["p1" "p2"]',
        "{'a': 'A' 'x'}",
        "[" * 9000 + "]" * 9000,
        "[" + "-" * 90_000 + "1]",
        "{'a': open('x')}",
        "{",
        "[1]x",
        "",
    ],
)
def test_no_text_is_run_and_none_is_too_deep(text):
    assert written_value(text) is None


def test_the_error_names_the_field_that_looks_like_a_text(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": 1, "date": NINE, "message": TEXT}) + "\n")
    reader = read_articles(path)
    assert list(reader) == []
    assert [one.reason for one in reader.unread] == [
        "neither a title nor a text; message looks like a text: --text-field message"
    ]
    (article,) = read_articles(path, fields=FieldMap(text="message"))
    assert article.text == TEXT


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        ({"source": {"domain": "wire.example", "location": None}}, "source", "wire.example"),
        ({"thread": {"site": "wire.example", "title": "x"}}, "source", "wire.example"),
        ({"source": {"id": "wire", "name": None}}, "source", "wire"),
        ({"source": {"id": 7}}, "source", ""),
        ({"site": "Example Wire"}, "source", "Example Wire"),
        ({"from": {"name": "Example Wire", "id": "1"}}, "source", "Example Wire"),
        ({"html": {"source_info": {"publisher": "Example Wire"}}}, "source", "Example Wire"),
        ({"tags": [{"term": "town", "scheme": None, "label": None}]}, "keywords", ("town",)),
        ({"محتوى": TEXT}, "text", TEXT),
        ({"Cuerpo": TEXT}, "text", TEXT),
        ({"text": [{"paragraph": "one"}, {"paragraph": "two"}]}, "text", "one\ntwo"),
        ({"links": {"permalink": URL}}, "url", URL),
        ({"link": {"@href": URL}}, "url", URL),
        ({"external_url": URL}, "url", URL),
        ({"metadata": {"source": URL}}, "url", URL),
        ({"humanLanguage": "ar"}, "language", "ar"),
        ({"fields": {"lang": "ar"}}, "language", "ar"),
        ({"content": "<p>short</p>", "textContent": TEXT}, "text", TEXT),
        ({"page_content": TEXT}, "text", TEXT),
        ({"content": None, "full_description": TEXT, "description": "short"}, "text", TEXT),
        ({"short_description": TEXT}, "text", TEXT),
        ({"content:encoded": TEXT, "description": "short"}, "text", TEXT),
    ],
)
def test_more_names_are_known(tmp_path, row, field, expected):
    (article,) = read(tmp_path, {"id": "7", "title": TITLE, **row})
    assert getattr(article, field) == expected


@pytest.mark.parametrize("name", ["created", "created_utc", "@timestamp", "dateTimePub", "display_date", "datePosted"])
def test_more_names_of_dates_are_known(tmp_path, name):
    (article,) = read(tmp_path, {"id": "7", "title": TITLE, name: NINE})
    assert article.published_text() == NINE


def test_the_time_of_publishing_counts_more_than_that_of_storing(tmp_path):
    row = {**ROW, "date": "2026-03-04", "dateTime": "2026-03-04T00:10:00Z", "dateTimePub": NINE}
    assert [fields(article) for article in read(tmp_path, row)] == [WANTED]


def test_an_answer_that_is_an_error_is_no_article(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"status": "error", "code": "apiKeyInvalid", "message": "Your key is not valid."}))
    reader = read_articles(path)
    assert list(reader) == []
    assert reader.report.bad == 1
    with pytest.raises(InputError, match="an object without a list of articles"):
        list(read_articles(path, strict=True))


@pytest.mark.parametrize(
    "data",
    [
        {"columns": list(ROW), "index": [0, 1], "data": [list(ROW.values()), list(OTHER.values())]},
        {"columns": list(ROW), "rows": [list(ROW.values()), list(OTHER.values())], "truncated": False},
        {"7": {key: ROW[key] for key in ("title", "text", "date")}, "8": OTHER},
        {"0": ROW, "1": OTHER},
        {"rows": [{"row_idx": 0, "row": ROW}, {"row_idx": 1, "row": OTHER}], "num_rows_total": 2},
    ],
)
def test_tables_in_json_are_read(tmp_path, data):
    found = [fields(article) for article in read(tmp_path, data, "x.json")]
    assert found == [WANTED, ("8", "Cup final", "Harbour won.", NINE)]


def test_the_place_of_a_row_is_not_its_id(tmp_path):
    rows = {"0": {"title": TITLE}, "1": {"title": "Cup final"}}
    assert {len(article.id) for article in read(tmp_path, rows, "x.json")} == {17}
    assert [article.id for article in read(tmp_path, {"a": rows["0"], "b": rows["1"]}, "x.json")] == ["a", "b"]


def test_a_text_sequence_of_json_is_read(tmp_path):
    data = "".join(f"\x1e{json.dumps(row)}\n" for row in (ROW, OTHER))
    for name in ("x.json", "x.jsonl"):
        assert [article.id for article in read(tmp_path, data, name)] == ["7", "8"]


@pytest.mark.parametrize("nothing", ["None", "nan", "NaT", "NULL", "\\N"])
def test_what_programs_write_for_no_value_is_none(tmp_path, nothing):
    row = {"id": "7", "title": TITLE, "text": TEXT, "source": nothing, "lang": nothing, "published": nothing}
    path = tmp_path / "x.jsonl"
    (article,) = read(tmp_path, {**row, "publisher": "Example Wire", "updated": NINE})
    assert (article.source, article.published_text(), article.language) == ("Example Wire", NINE, "")
    (article,) = read(tmp_path, row)
    assert (article.source, article.published, article.language) == ("", None, "")
    reader = read_articles(path)
    list(reader)
    assert reader.report.bad == 0
    assert [one.reason.split(" (")[0] for one in reader.report.problems] == [
        f"no row gave a {field}" for field in ("date", "source")
    ]
    (article,) = read(tmp_path, {**row, "text": nothing, "description": "In short."})
    assert article.text == "In short."
    (article,) = read(tmp_path, {**row, "text": nothing})  # the only text may be one
    assert (article.title, article.text) == (TITLE, nothing)
    (article,) = read(tmp_path, {**row, "id": nothing, "title": nothing, "headline": TITLE})
    assert (article.title, article.text, article.id[:1]) == (TITLE, TEXT, "h")


def test_lines_that_are_nearly_json_are_read(tmp_path):
    python = (
        "{'id': '7', 'title': 'Bridge opens', 'text': \"The mayor opened a bridge.\", 'date': '"
        + NINE
        + "', 'x': None}"
    )
    (article,) = read(tmp_path, python + "\n")
    assert (*fields(article), article.extra) == (*WANTED, {"x": None})
    data = "".join(f"{json.dumps(row)},\n" for row in (ROW, OTHER))
    assert [article.id for article in read(tmp_path, data)] == ["7", "8"]
    path = tmp_path / "x.jsonl"
    path.write_text(f"{python}\n{{'id': now()}}\n{{1: 'title'}}\n")
    reader = read_articles(path)
    assert (len(list(reader)), reader.report.bad) == (1, 2)


def test_keywords_of_feedparser_are_terms(tmp_path):
    rows = [{"title": "t", "tags": [{"term": "city", "scheme": None, "label": None}, {"name": "river"}]}]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert [article.keywords for article in read_articles(path)] == [("city", "river")]


@pytest.mark.parametrize(
    "date",
    [
        {"_seconds": 1772528400, "_nanoseconds": 0},
        {"seconds": 1772528400, "nanos": 0},
        {"iso": NINE, "__type": "Date"},
        {"date": "2026-03-03 10:00:00.000000", "timezone_type": 3, "timezone": "Europe/Paris"},
        {"date": "2026-03-03 12:00:00.000000", "timezone_type": 1, "timezone": "+03:00"},
        {"dateTime": "2026-03-03T10:00:00", "timezone": "Europe/Paris"},
        {"date": "2026-03-03", "time": "09:00"},
        {"date": "2026-03-03", "time": "10:00", "timezone": "Europe/Paris"},
        [2026, 3, 3, 9, 0],
        [2026, 3, 3, 9, 0, 0],
    ],
)
def test_a_date_may_be_an_object(tmp_path, date):
    assert [fields(article) for article in read(tmp_path, {**ROW, "date": date})] == [WANTED]
    row = {**ROW, "date": "2026-03-03", "published_at": date}
    assert [fields(article) for article in read(tmp_path, row)] == [WANTED]


def test_an_object_without_a_date_is_noted(tmp_path):
    path = tmp_path / "x.jsonl"
    for date in ({"zone": "UTC"}, {"date": "soon", "timezone": "Nowhere/Town"}, [2026, 13, 1], [2026, 3]):
        path.write_text(json.dumps({**ROW, "date": date}) + "\n")
        reader = read_articles(path)
        (article,) = reader
        assert (article.published, reader.report.problems[0].kind) == (None, "note")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"blocks": [{"type": "paragraph", "data": {"text": "one"}}, {"type": "list", "data": {"items": ["two"]}}]},
         "one\ntwo"),
        ([{"_type": "block", "children": [{"_type": "span", "text": "o"}, {"_type": "span", "text": "ne"}]}], "one"),
        ({"root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": "one"}]}]}}, "one"),
        ({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "o"},
         {"type": "text", "text": "ne"}]}, {"type": "paragraph"}, {"type": "image", "src": "x"}]}, "one"),
        ({"nodeType": "document", "data": {}, "content": [{"nodeType": "paragraph", "content": [
         {"nodeType": "text", "value": "o"}, {"nodeType": "text", "value": "ne"}]}]}, "one"),
        ([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "one\ntwo"),
    ],
)  # fmt: skip
def test_the_tree_of_an_editor_is_joined(tmp_path, text, expected):
    (article,) = read(tmp_path, {"id": "7", "body": text})
    assert article.text == expected


def test_rows_by_id_may_stand_in_objects(tmp_path):
    pages = {
        "-1": {"pageid": 1, "title": TITLE, "extract": TEXT},
        "12": {"pageid": 12, "title": "Cup final", "extract": "x"},
    }
    found = read(tmp_path, {"batchcomplete": "", "query": {"pages": pages}}, "x.json")
    assert [(article.id, article.title) for article in found] == [("-1", TITLE), ("12", "Cup final")]
    (article,) = read(tmp_path, {"data": {"title": TITLE, "text": TEXT, "date": NINE}, "status": 200}, "x.json")
    assert (article.title, article.id[:1]) == (TITLE, "h")


def test_empty_cells_behind_the_last_column_are_none(tmp_path):
    (article,) = read(tmp_path, f"id,title,text,date\n7,{TITLE},{TEXT},{NINE},,\n", "x.csv")
    assert (*fields(article), article.extra) == (*WANTED, {})
