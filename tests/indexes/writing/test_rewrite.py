"""An index that was made by earlier rules of text is read, says so, and is renewed by the next write."""

from __future__ import annotations

import sqlite3
import warnings

import numpy as np
import pytest

from sada.cluster.stories.stories import find_stories
from sada.indexes.article import Article
from sada.indexes.errors import IndexMismatchError, IndexWarning
from sada.indexes.index import NewsIndex
from sada.indexes.sample import sample_articles
from sada.indexes.storage.schema import FORMAT
from sada.indexes.text import folding
from sada.indexes.text.tokens import fold

ARTICLES = [
    *sample_articles()[:60],
    Article("respelt", "مسئول كبير", "قال مسئول كبير في Łódź و أضاف أن 1,000 منزل بنيت خلال عام واحد في المدينة"),
    Article("signs", "C++", "The new course in C++ costs $5 and the night was at -5 degrees in the north"),
]


@pytest.fixture
def earlier(tmp_path, monkeypatch):
    """An index of format 7, its shingles and words made of letters as they were read then."""
    fold("")  # what is kept of today's letters is made before they are others
    with monkeypatch.context() as patch:
        patch.setattr(folding, "kernel_table", folding.letter_table)
        with NewsIndex.create(tmp_path / "old", encoder="fast") as index:
            index.add(ARTICLES)
            find_stories(index)
            catalog = index.snapshot.catalog
            with catalog.writing():
                catalog.set_setting("minhash", catalog.setting("minhash") | {"text": "sada-text-1"})
    set_format(tmp_path / "old", 7)
    return tmp_path / "old"


def set_format(path, number):
    connection = sqlite3.connect(path / "catalog.sqlite", isolation_level=None)
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()


def test_it_is_read_with_one_note(earlier):
    with pytest.warns(IndexWarning, match=r"earlier rules of text \(sada-text-1\).*the next add makes it anew") as told:
        old = NewsIndex.open(earlier)
    with old:
        assert len(told) == 1
        assert old.info()["format"] == 7 and old.info()["minhash"]["text"] == "sada-text-1"
        assert old.verify() == []
        assert old.neighbours("respelt", k=1, by="words")[0].id != "respelt"
        assert old.snapshot.catalog.setting("minhash")["text"] == "sada-text-1"


def test_the_next_write_makes_all_anew_in_one_commit(earlier, tmp_path):
    seen = []
    with (
        pytest.warns(IndexWarning),
        NewsIndex.open(earlier) as old,
        NewsIndex.create(tmp_path / "new", encoder="fast") as new,
    ):
        new.add(ARTICLES)
        before = {story.id: story.articles for story in find_stories(old).stories}
        rows = [old.snapshot.sketches.row(row).tolist() for row in range(len(old))]
        vectors = old.snapshot.vectors
        old.add(ARTICLES[:1], on_progress=lambda *stage: seen.append(stage))
        assert ("renewing", 0, len(ARTICLES)) in seen
        assert old.info()["format"] == FORMAT and old.verify() == []
        assert old.snapshot.catalog.setting("minhash") == new.snapshot.catalog.setting("minhash")
        renewed = [old.snapshot.sketches.row(row).tolist() for row in range(len(old))]
        assert renewed == [new.snapshot.sketches.row(row).tolist() for row in range(len(new))] != rows
        assert np.array_equal(old.snapshot.vectors, vectors)  # the encoder is shown the same texts
        assert list(old) == list(new) and len(old) == len(ARTICLES)
        after = {story.id: story.articles for story in find_stories(old).stories}
        assert sorted(after.values()) == sorted(story.articles for story in find_stories(new).stories)
        kept = [id_ for id_, articles in after.items() if articles in before.values()]  # by these rules, too
        assert len(kept) > 0.8 * len(after) and all(before[id_] == after[id_] for id_ in kept)
        generation = old.snapshot.catalog.setting("generation")
        assert old.add(ARTICLES[:1]).unchanged == 1 and old.snapshot.catalog.setting("generation") == generation
    with warnings.catch_warnings():
        warnings.simplefilter("error", IndexWarning)
        NewsIndex.open(earlier).close()


def test_a_write_that_fails_leaves_the_index_as_it_was(earlier, monkeypatch):
    with pytest.warns(IndexWarning), NewsIndex.open(earlier) as old:
        before = old.snapshot.catalog.files()
        monkeypatch.setattr("sada.indexes.storage.catalog.Catalog.raise_format", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            old.add(ARTICLES[:1])
        assert old.snapshot.catalog.files() == before and old.info()["format"] == 7 and old.verify() == []


def test_an_unknown_rule_is_refused(earlier):
    set_format(earlier, FORMAT)
    with pytest.raises(IndexMismatchError, match="sada-text-1"):
        NewsIndex.open(earlier)
