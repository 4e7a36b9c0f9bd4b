"""Settings of a catalog: what is not of its kind is refused where it is read, whatever the digest says."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.encoders.encoder import stamp
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash import sketches
from sada.indexes.minhash.bands import Bands
from sada.indexes.storage.digests import seal_settings
from sada.indexes.values.settings import fits_its_key, is_stamp

STAMP = {"name": "x", "dimension": 4, "revision": "1", "fingerprint": "f", "text_rule": "r"}
LINE = ["Gazette", "Follow us", "line", 12, None]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("minhash", sketches.stamp()),
        ("lsh", Bands.for_jaccard(0.5).stamp(0.5)),
        ("encoder", stamp(None)),
        ("encoder", stamp(load_encoder("fast"))),
        ("encoder", STAMP | {"options": {"prompt": "query: "}, "cuts": "256 tokens"}),
        ("encoder_languages", ["ar", "en"]),
        ("encoder_languages", None),
        ("encoder_options", {}),
        ("generation", 0),
        ("last_segment", 7),
        ("stories_generation", [3, "potts-2"]),
        ("stories_repaired", {"number": 9, "segment": 2, "encoder": STAMP, "method": "potts-2"}),
        ("stories_repaired", {"number": 9, "segment": 2, "encoder": STAMP, "method": "m", "shift": -1.5}),
        ("furniture", {"lines": [LINE, [*LINE[:4], -5]], "kept": ["Rain"]}),
        ("digest:articles", "0" * 32),
        ("what a later Sada writes", [None]),
    ],
)
def test_what_sada_writes_is_of_its_kind(key, value):
    assert fits_its_key(key, json.loads(json.dumps(value)))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("minhash", []),
        ("lsh", {"bands": 10**9, "rows": 3, "jaccard": 0.5}),
        ("lsh", {"bands": 25, "rows": 5, "jaccard": float("nan")}),
        ("lsh", {"bands": True, "rows": 5, "jaccard": 0.5}),
        ("lsh", {"bands": 25, "rows": 5}),
        ("encoder", None),
        ("encoder", STAMP | {"dimension": -4}),
        ("encoder", STAMP | {"dimension": 1 << 40}),
        ("encoder", STAMP | {"dimension": "4"}),
        ("encoder", STAMP | {"name": ["x"]}),
        ("encoder", STAMP | {"options": ["prompt"]}),
        ("encoder", {"name": "x", "dimension": 4}),
        ("encoder", {"name": "x", "dimension": 0}),
        ("encoder_spec", 5),
        ("encoder_spec", "x" * 5000),
        ("encoder_languages", "ar"),
        ("encoder_languages", [1]),
        ("encoder_options", {"prompt": 1}),
        ("generation", "0"),
        ("generation", 1 << 63),
        ("commits", 10**18 + 1),
        ("commits", True),
        ("lost_commits", -5),
        ("lost_commits", 1.5),
        ("last_segment", (1 << 32) - 1),
        ("last_segment", -1),
        ("stories_generation", [1]),
        ("stories_repaired", {"number": 9, "segment": 2, "method": "potts-2"}),
        ("stories_repaired", {"number": 9, "segment": 2, "encoder": STAMP, "method": "m", "shift": 1e9}),
        ("furniture", {"lines": [LINE[:4]], "kept": []}),
        ("furniture", {"lines": [[*LINE[:2], "corner", 1, None]], "kept": []}),
        ("furniture", {"lines": [[*LINE[:4], 1 << 62]], "kept": []}),
        ("furniture", [LINE]),
        ("digest:articles", "0" * 31),
        ("digest:articles", 0),
    ],
)
def test_what_is_not_of_its_kind_is_none(key, value):
    assert not fits_its_key(key, value)


def test_a_stamp_is_of_an_encoder_or_of_none():
    assert is_stamp(STAMP) and is_stamp({"name": "none", "dimension": 0})
    assert not is_stamp({"name": "none"}) and not is_stamp("none")


USES = {
    "lsh": lambda index: None,
    "encoder": lambda index: index.info(),
    "generation": lambda index: index.add([Article("new", "New")]),
    "last_segment": lambda index: index.add([Article("new", "New")]),
    "commits": lambda index: None,
    "lost_commits": lambda index: None,
    "furniture": lambda index: index.boilerplate.lines(),
    "stories_generation": lambda index: index.stories.exist(),
    "stories_repaired": lambda index: index.stories.grouped_up_to("potts"),
    "digest:stories": lambda index: index.stories.stored(),
}


@pytest.mark.parametrize("value", ['"x"', "-1", "NaN", "{", "[" * 9999, b"\xff", "[[[]]]"])
@pytest.mark.parametrize("key", USES)
def test_a_wrong_setting_with_a_right_seal_is_told_in_one_line(sample_path, tmp_path, key, value):
    path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))
        seal_settings(connection)
    told = rf"^[^\n]*catalog.sqlite: setting {key}: not of the kind[^\n]*$"
    with pytest.raises(IndexDamagedError, match=told), NewsIndex.open(path) as index:
        USES[key](index)


@pytest.mark.parametrize("key", ["lsh", "encoder"])
def test_a_setting_that_no_index_lacks_is_told_of_where_it_is_missing(sample_path, tmp_path, key):
    path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("DELETE FROM settings WHERE key = ?", (key,))
        seal_settings(connection)
    with pytest.raises(IndexDamagedError, match=f"setting {key}"), NewsIndex.open(path) as index:
        index.info()
