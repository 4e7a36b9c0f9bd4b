from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sada.indexes.article import encodable
from sada.indexes.errors import ArticleError
from sada.indexes.fields.known_names import load_known_names
from sada.indexes.reading.fields import KNOWN_NAMES, FieldMap, RowMapper, make_id
from sada.indexes.text.dates import find_zone
from sada.indexes.text.news_dates import NewsDates


def read(row, fields=None, tz=UTC):
    notes = []
    return RowMapper(fields, NewsDates(tz)).article(row, notes), notes


def digest(data):
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def test_known_names_fill_an_article():
    article, notes = read(
        {
            "_id": {"$oid": "5f0c"},
            "Headline": "عنوان",
            "BODY": "نص",
            "pubDate": "Thu, 02 Jan 2020 03:04:05 GMT",
            "link": " http://a/1 ",
            "publisher": {"name": "A"},
            "lang": "ar_SA",
            "tags": ["x", "y"],
            "views": 3,
        }
    )
    assert notes == []
    assert article.to_dict() == {
        "id": "5f0c",
        "title": "عنوان",
        "text": "نص",
        "url": "http://a/1",
        "source": "A",
        "published": "2020-01-02T03:04:05Z",
        "language": "ar",
        "keywords": ["x", "y"],
        "extra": {"views": 3},
    }


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in KNOWN_NAMES.items() for name in names])
def test_each_known_name_in_any_case(field, name):
    value = {"date": "2020-01-02", "language": "en"}.get(field, "x")
    expected = {"date": datetime(2020, 1, 2, tzinfo=UTC), "keywords": ("x",)}.get(field, value)
    for spelling in (name, name.upper(), name.title(), f" {name} "):
        article, _ = read({spelling: value})
        assert getattr(article, {"date": "published"}.get(field, field)) == expected
        assert article.extra == {}


def test_first_known_name_that_is_not_empty_wins_in_any_order_of_the_row():
    row = {"article": "third", "content": "second", "body": " ", "text": None}
    for order in permutations(row):
        article, _ = read({name: row[name] for name in order})
        assert article.text == "second"
        assert article.extra == {"article": "third", "body": " ", "text": None}


def test_a_field_that_is_empty_everywhere_is_not_repeated():
    article, _ = read({"title": None, "text": "x"})
    assert (article.title, article.extra) == ("", {})


def test_a_name_set_by_the_user_is_used_alone_and_exactly():
    article, _ = read({"Title": "no", "h": "yes", "text": "x"}, FieldMap(title="h"))
    assert (article.title, article.extra) == ("yes", {"Title": "no"})
    article, _ = read({"title": "no", "text": "x"}, FieldMap(title="h"))
    assert (article.title, article.extra) == ("", {"title": "no"})


def test_a_name_set_for_one_field_is_not_taken_for_another():
    article, _ = read({"text": "a headline", "body": "b"}, FieldMap(title="text"))
    assert (article.title, article.text, article.extra) == ("a headline", "b", {})


def test_unseen_names_shrink_as_rows_come():
    mapper = RowMapper(FieldMap(title="h", date="d"))
    mapper.article({"h": "x"}, [])
    assert mapper.unseen == {"date": "d"}
    mapper.article({"d": ""}, [])
    assert mapper.unseen == {}
    assert mapper.names_seen() == "h, d"


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (5, "5"), (2.5, "2.5"), (float("nan"), ""), (2**70, str(2**70)), ("", "")]
)
def test_numbers_are_text_and_null_is_empty(value, text):
    article, _ = read({"id": "a", "title": value, "text": value})
    assert (article.title, article.text) == (text, text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", [["x"]]),
        ("title", ["x", 1]),
        ("text", [{"x": 1}]),
        *((field, value) for field in ("title", "text") for value in ({"x": 1}, True)),
    ],
)
def test_other_values_for_title_or_text_make_no_article(field, value):
    with pytest.raises(ArticleError, match=f"^{field} is (a list|an object|true or false), not text: "):
        read({field: value})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b ,,c", ("a", "b", "c")),
        ("أ، ب؛ ج;د", ("أ", "ب", "ج", "د")),
        (["a, b", 3, None, {"name": "n"}], ("a, b", "3", "n")),
        (None, ()),
        (7, ("7",)),
    ],
)
def test_keywords(value, expected):
    assert read({"keywords": value})[0].keywords == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("en-US", "en"),
        ("ZH_Hant", "zh"),
        (" ar ", "ar"),
        ("eng", "en"),
        ("العربية", "ar"),
        ({"name": "French"}, "fr"),
        ("xx", "xx"),
        ("und", ""),
        ("Unknown", ""),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_languages(value, expected):
    article, notes = read({"lang": value})
    assert (article.language, article.extra, notes) == (expected, {}, [])


@pytest.mark.parametrize("field", ["title", "text"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("&quot;A&#8211;B&quot; &amp; C&#x27;s", '"A–B" & C\'s'),
        ("a&nbsp;b", "a\u00a0b"),
        ("<p>caf&eacute;</p>", "<p>café</p>"),
        ("&amp;quot;", "&quot;"),
        ("AT&T; R&D; ?a=1&copy=2; &notes; &#x;", "AT&T; R&D; ?a=1&copy=2; &notes; &#x;"),
        ("& ;", "& ;"),
        ("&#1575;&#0;", "ا\ufffd"),
    ],
)
def test_character_references_of_html_are_replaced(field, value, expected):
    assert getattr(read({field: value})[0], field) == expected


def test_character_references_elsewhere_stay():
    row = {"title": "a &amp; b", "url": "http://a/?x&amp;y", "source": "A &amp; B", "keywords": ["&lt;"], "x": "&gt;"}
    article, _ = read(row)
    assert (article.title, article.url, article.source) == ("a & b", row["url"], row["source"])
    assert (article.keywords, article.extra) == (("&lt;",), {"x": "&gt;"})


def test_documents_keep_character_references():
    assert RowMapper().for_documents().article({"title": "&amp;", "text": "&lt;"}, []).body == "&amp;\n&lt;"


@given(st.text(st.characters(exclude_characters="&")) | st.text(st.characters(exclude_characters=";")))
def test_text_without_references_stays_as_it_is(text):
    assume(not load_known_names().is_placeholder(text))
    assert read({"id": "a", "title": text})[0].title == encodable(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"name": "A", "id": 1}, "A"), ({"title": "B"}, "B"), ({"name": None, "title": "C"}, "C"), (9, "9"), ({}, "")],
)
def test_sources(value, expected):
    assert read({"source": value})[0].source == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(17, "17"), (" a b\n", "a b"), ("\u00a0x", "x"), (0, "0"), (2**80, str(2**80)), ({"$oid": "ab"}, "ab")],
)
def test_ids_are_text(value, expected):
    assert read({"id": value})[0].id == expected


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ({"date": "yesterday"}, "date 'yesterday' not understood, kept in extra"),
        ({"pubDate": "0001-01-01T00:00:00+03:00"}, "date '0001-01-01T00:00:00+03:00' not understood, kept in extra"),
        (
            {"date": "1446-01-15"},
            "date '1446-01-15': a Hijri or Jalali date? (write it in the Gregorian calendar), kept in extra",
        ),
        (
            {"lang": "Klingon"},
            "language 'Klingon' is no known code or name (write a code such as ar or en), kept in extra",
        ),
        ({"source": ["A", "B"]}, "source is a list, not text, kept in extra"),
        ({"url": False}, "url is true or false, not text, kept in extra"),
        ({"language": {"x": 1}}, "language is an object, not text, kept in extra"),
        ({"tags": [["a", "b"]]}, "keywords is a list, not text, kept in extra"),
        ({"id": ["a", "b"]}, "id is a list, not text or a number, kept in extra"),
    ],
)
def test_what_is_not_understood_is_noted_and_kept(row, note):
    article, notes = read({"title": "t", **row})
    assert notes == [note]
    assert article.extra == row
    assert article.published is None


def test_dates_without_offset_are_in_the_time_zone():
    article, _ = read({"date": "2020-01-02 03:04:05"}, tz=timezone(timedelta(hours=3)))
    assert article.published_text() == "2020-01-02T00:04:05Z"


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", 0, "2567-07-31 10:00:00"])
def test_dates_that_win_nothing_are_undated_and_noted_once(date):
    mapper, notes = RowMapper(), []
    row = {"id": "a", "title": "t", "date": date}
    assert mapper.copy_fields(row) is None
    articles = [mapper.article(row, notes) for _ in range(3)]
    assert [article.published for article in articles] == [None] * 3
    assert [article.extra for article in articles] == [{"date": date}] * 3
    (note,) = notes
    assert note.startswith(f"date {date!r} ") and note.endswith(" (more such dates are not noted), kept in extra")
    mapper.for_documents().article(row, notes)
    assert len(notes) == 1


def test_ids_of_rows_without_one():
    by_url, _ = read({"url": "http://a/1", "title": "t"})
    by_words, _ = read({"source": "s", "date": "d", "title": "t", "text": "x"})
    assert by_url.id == make_id("http://a/1", "", None, "", "") == "u" + digest(b"http://a/1")
    assert by_words.id == make_id("", "s", "d", "t", "x") == "h" + digest(b'["s","d","t","x"]')
    assert len({make_id("", *words) for words in permutations("sdtx")}) == 24
    assert make_id("", "a", None, "b", "") == make_id("", "a", "", "b", "") != make_id("", "", None, "ab", "")


def test_copies_without_id_stay_apart_and_given_ids_stay_as_they_are():
    mapper = RowMapper()
    row = {"title": "t"}
    first, second, third = (mapper.article(row, []).id for _ in range(3))
    assert (second, third) == (f"{first}-2", f"{first}-3")
    assert [mapper.article({"id": "a", "title": "t"}, []).id for _ in range(2)] == ["a", "a"]
    assert [mapper.article(row, [], "x/1.txt").id for _ in range(2)] == ["x/1.txt", "x/1.txt-2"]


def test_the_time_zone_does_not_change_an_id():
    row = {"title": "t", "date": "2020-01-02"}
    assert read(row)[0].id == read(row, tz=timezone(timedelta(hours=3)))[0].id


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([name for group in KNOWN_NAMES.values() for name in group]) | st.text(max_size=5)


@given(st.dictionaries(names, values, max_size=8))
def test_no_row_breaks_the_mapper_and_no_value_is_lost(row):
    notes = []
    try:
        article = RowMapper().article(row, notes)
    except ArticleError:
        return
    assert article.id
    assert all(article.extra[name] is row[name] for name in article.extra)
    known = {name.lower() for group in KNOWN_NAMES.values() for name in group}
    assert {name for name in row if name.strip().lower() not in known} <= set(article.extra)
    assert len([name for name in row if name not in article.extra]) <= len(KNOWN_NAMES)


@pytest.mark.parametrize(
    ("row", "published"),
    [
        ({"date": "2024-07-31 10:00", "timezone": "Asia/Riyadh"}, "2024-07-31T07:00:00Z"),
        ({"pubDate": "2024-07-31 10:00:00", "pubDateTZ": "UTC"}, "2024-07-31T10:00:00Z"),
        ({"date": "2024-07-31 10:00", "tz": "+05:30"}, "2024-07-31T04:30:00Z"),
        ({"date": "2024-07-31T10:00:00+02:00", "timezone": "Asia/Riyadh"}, "2024-07-31T08:00:00Z"),
        ({"date": "2024-07-31 10:00", "timezone": ""}, "2024-07-31T09:00:00Z"),
        ({"date": "2024-07-31 10:00", "timezone": 3}, "2024-07-31T09:00:00Z"),
    ],
)
def test_a_time_zone_beside_a_date_is_its_zone(row, published):
    mapper = RowMapper(dates=NewsDates(find_zone("+01:00")))
    row = {"id": "1", "title": "t", "source": "Wire", **row}
    notes: list[str] = []
    assert mapper.article(row, notes).published_text() == published and notes == []
    assert mapper.copy_fields(row) is None


def test_a_time_zone_that_is_none_is_noted():
    notes: list[str] = []
    row = {"title": "t", "date": "2024-07-31 10:00", "timezone": "Arab Standard Time"}
    assert RowMapper().article(row, notes).published_text() == "2024-07-31T10:00:00Z"
    assert notes == [
        "timezone: no time zone 'Arab Standard Time' (write a name such as Asia/Riyadh, or an offset such as +03:00)"
    ]
