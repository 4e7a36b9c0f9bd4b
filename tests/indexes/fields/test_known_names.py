"""The file of known names, and files that extend it."""

from __future__ import annotations

import json

import pytest

from sada.indexes.errors import InputError
from sada.indexes.fields.known_names import FIELDS, fold_name, load_known_names
from sada.indexes.reading.readers import read_articles


def write(tmp_path, value):
    path = tmp_path / "names.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def test_every_known_name_stands_once_for_one_field():
    known = load_known_names()
    names = [fold_name(name) for field in FIELDS for name in known.names[field]]
    assert sorted(names) == sorted(set(names))


def test_a_file_adds_names_before_the_known_ones(tmp_path):
    names = write(tmp_path, {"title": ["kicker"], "date": ["stamp.at"]})
    rows = tmp_path / "x.jsonl"
    rows.write_text('{"title": "no", "Kicker": "yes", "stamp": {"at": "2026-03-03"}}\n')
    (article,) = read_articles(rows, field_names=names)
    assert (article.title, article.published_text()) == ("yes", "2026-03-03T00:00:00Z")
    assert article.extra == {"title": "no"}


def test_a_file_may_stand_alone(tmp_path):
    known = load_known_names(write(tmp_path, {"title": ["kicker"], "extends": False}))
    assert known.names == {field: ("kicker",) if field == "title" else () for field in FIELDS}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{", "not JSON"),
        ([], "not an object"),
        ({"titel": ["x"]}, 'there is no field "titel"; there are id, title, text, date'),
        ({"title": "x"}, '"title" is not a list of names'),
        ({"title": [" "]}, '"title" is not a list of names'),
        ({"extends": 1}, '"extends" is neither true nor false'),
        ({"looks_like": []}, '"looks_like" is not an object'),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, value, message):
    with pytest.raises(InputError, match=message):
        load_known_names(write(tmp_path, value))
    with pytest.raises(InputError, match="cannot be read"):
        load_known_names(tmp_path / "absent.json")


def test_letter_case_and_what_stands_between_words_do_not_matter():
    known = load_known_names()
    ranks = {known.ranks("date", name) for name in ("publishedAt", "published_at", "Published At", "published-at")}
    assert {rank for rank, _ in ranks} == {known.ranks("date", "published_at")[0]}
    assert known.ranks("date", "publishDay") is None
    assert known.ranks("title", "title_t") > known.ranks("title", "title")
