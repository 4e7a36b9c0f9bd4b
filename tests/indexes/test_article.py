from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.article import Article, dump_json
from sada.indexes.errors import ArticleError, SadaError


class Undecided(tzinfo):
    def utcoffset(self, moment):
        return None


def test_defaults():
    article = Article("a")
    assert article.to_dict() == {
        "id": "a", "title": "", "text": "", "url": "", "source": "", "published": None, "language": "",
        "keywords": [], "extra": {},
    }  # fmt: skip
    assert article.is_empty and article.body == "\n"


def test_times_are_kept_in_utc():
    cairo = timezone(timedelta(hours=2))
    article = Article("a", published=datetime(2020, 1, 1, 1, 30, tzinfo=cairo))
    assert article.published == datetime(2019, 12, 31, 23, 30, tzinfo=UTC)
    assert article.published.utcoffset() == timedelta(0)
    assert article.published_text() == "2019-12-31T23:30:00Z"
    assert Article("a", published=datetime(5, 1, 1, tzinfo=UTC)).published_text() == "0005-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"id": ""}, "id that is not empty"),
        ({"id": 5}, "id must be text, not int"),
        ({"id": None}, "id must be text, not NoneType"),
        ({"title": None}, "title must be text, not NoneType"),
        ({"text": b"x"}, "text must be text, not bytes"),
        ({"url": 1.5}, "url must be text, not float"),
        ({"source": []}, "source must be text, not list"),
        ({"language": ("ar",)}, "language must be text, not tuple"),
        ({"published": datetime(2020, 1, 1)}, "published needs an offset"),
        ({"published": datetime(2020, 1, 1, tzinfo=Undecided())}, "published needs an offset"),
        ({"published": "2020-01-01"}, "published must be a datetime, not str"),
        ({"published": date(2020, 1, 1)}, "published must be a datetime, not date"),
        ({"published": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3)))}, "outside years 1 to 9999"),
        ({"published": datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=3)))}, "outside years 1 to 9999"),
        ({"keywords": "war"}, "keywords must be several texts, not str"),
        ({"keywords": None}, "keywords must be several texts, not NoneType"),
        ({"keywords": 5}, "keywords must be several texts, not int"),
        ({"extra": [1]}, "extra must be a mapping, not list"),
        ({"extra": None}, "extra must be a mapping, not NoneType"),
    ],
)
def test_what_is_no_article_says_why(values, words):
    with pytest.raises(ArticleError, match=words) as caught:
        Article(**{"id": "a"} | values)
    assert isinstance(caught.value, SadaError) and isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_lone_surrogates_become_replacement_characters():
    article = Article("a\ud800", "\udc00b", keywords=["x\ud8ff"])
    assert (article.id, article.title, article.keywords) == ("a\ufffd", "\ufffdb", ("x\ufffd",))
    assert Article("\ud83d\ude00").id == "😀"  # a pair that was split is joined again


def test_keywords_become_text():
    assert Article("a", keywords=[1, "two"]).keywords == ("1", "two")
    assert Article("a", keywords=iter(["one"])).keywords == ("one",)


@pytest.mark.parametrize(
    ("title", "text", "empty"), [("", "", True), (" \n", "\t", True), ("a", "", False), ("", "…", False)]
)
def test_is_empty(title, text, empty):
    assert Article("a", title, text).is_empty is empty


CHANGES = {
    "title": "u", "text": "u", "url": "u", "source": "u", "language": "en", "keywords": ("u",), "extra": {"u": 1},
    "published": datetime(2020, 1, 2, tzinfo=UTC),
}  # fmt: skip


def test_the_content_key_changes_with_every_field_but_the_id():
    keys = [Article("a", **{name: value}).content_key() for name, value in CHANGES.items()]
    assert len({*keys, Article("a").content_key()}) == len(CHANGES) + 1
    assert Article("b").content_key() == Article("a").content_key()
    assert len(keys[0]) == 16


def test_the_content_key_takes_the_moment_and_not_the_offset_and_ignores_the_order_of_extra():
    moment = datetime(2020, 1, 1, 12, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=5)))
    left = Article("a", published=moment, extra={"x": 1, "y": {"p": 1, "q": 2}})
    right = Article("a", published=elsewhere, extra={"y": {"q": 2, "p": 1}, "x": 1})
    assert left.content_key() == right.content_key()


@given(st.text(max_size=8), st.text(max_size=8))
def test_fields_do_not_run_into_each_other(left, right):
    here, there = Article("a", left + right, ""), Article("a", left, right)
    assert (here.content_key() == there.content_key()) == (not right)


def test_big_integers_and_lone_surrogates_survive_as_json():
    assert dump_json({"b": 1 << 200, "a": -(1 << 70)}) == f'{{"a": {-(1 << 70)}, "b": {1 << 200}}}'.encode()
    assert dump_json({"a": "\ud800"}) == b'{"a": "\\ud800"}'
    assert dump_json({"b": [1, None, "ع"], "a": 1.5}) == '{"a":1.5,"b":[1,null,"ع"]}'.encode()
