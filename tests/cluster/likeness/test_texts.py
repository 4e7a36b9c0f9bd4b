"""Texts that wait until it is known which are looked at again."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster.likeness import texts as module
from sada.cluster.likeness.texts import IndexedTexts, JoinedTexts, SpooledTexts
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import SadaError
from sada.indexes.ragged import joined
from sada.indexes.reading.batches import Batch, CopyFields, batches_of

ARTICLES = [
    Article("a", "Rain", "It rains.", url="https://example.org/a"),
    Article("b", "سد جديد", "امتلأ السد 😀\nاليوم", url="https://example.org/b"),
    Article("c", "", "", url="https://example.org/c"),
    Article("d", "😀 Fair", "word " * 40, url="https://example.org/d"),
]


def spooled(articles=ARTICLES, per_batch=2) -> SpooledTexts:
    texts = SpooledTexts()
    for start in range(0, len(articles), per_batch):
        items = ((CopyFields.of(article), None) for article in articles[start : start + per_batch])
        for batch in batches_of(items):
            texts.add(batch, *joined(batch.bodies))
    return texts.close()


def contents(texts, rows) -> list[tuple[str, str, str]]:
    return [(one.title, one.text, one.url) for one in texts.fetch(np.array(rows, np.int64))]


@pytest.mark.parametrize("in_memory", [1 << 25, 30, 0])
def test_texts_come_back_from_memory_and_from_a_file(monkeypatch, in_memory):
    monkeypatch.setattr(module, "_IN_MEMORY", in_memory)
    assert contents(spooled(), [3, 0, 1, 2, 0]) == [
        ("😀 Fair", "word " * 40, ""),  # a long text needs no address
        ("Rain", "It rains.", "https://example.org/a"),
        ("سد جديد", "امتلأ السد 😀\nاليوم", "https://example.org/b"),
        ("", "", "https://example.org/c"),
        ("Rain", "It rains.", "https://example.org/a"),
    ]


def test_no_texts():
    texts = SpooledTexts()
    texts.add(Batch(), *joined([]))
    assert contents(texts.close(), []) == []


def test_a_file_that_was_cut_is_named(monkeypatch):
    monkeypatch.setattr(module, "_IN_MEMORY", 0)
    texts = spooled()
    texts._file.truncate(3)
    with pytest.raises(SadaError, match="shorter than it was written"):
        texts.fetch(np.array([0]))


def test_texts_of_an_index_are_those_it_compares(tmp_path):
    tagged = Article("t", "<b>Rain</b>", "<p>It rains.</p>", url="https://example.org/t")
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add([*ARTICLES[:2], tagged])
        assert contents(IndexedTexts(index.snapshot), [2, 0, 0]) == [
            ("Rain", "It rains.", "https://example.org/t"),
            ("Rain", "It rains.", "https://example.org/a"),
            ("Rain", "It rains.", "https://example.org/a"),
        ]


@pytest.mark.parametrize(("in_memory", "reads"), [(1 << 25, 1), (0, 2)])
def test_an_article_of_an_index_is_read_once_while_there_is_room(tmp_path, monkeypatch, in_memory, reads):
    monkeypatch.setattr(module, "_IN_MEMORY", in_memory)
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(ARTICLES[:2])
        texts, catalog = IndexedTexts(index.snapshot), index.snapshot.catalog
        asked, kept = [], catalog.kept
        monkeypatch.setattr(catalog, "kept", lambda column, values: asked.extend(values) or kept(column, values))
        assert contents(texts, [1]) == contents(texts, [1]) == [("سد جديد", "امتلأ السد 😀\nاليوم", ARTICLES[1].url)]
        assert len(asked) == reads
        assert [one[0] for one in contents(texts, [1, 0])] == ["سد جديد", "Rain"]


def test_some_rows_of_two_sources_are_numbered_anew():
    first, second = spooled(), spooled([Article("x", "X", "x"), Article("y", "Y", "y")])
    texts = JoinedTexts((first, np.array([2, 0])), (second, np.array([1])))
    assert [one.title for one in texts.fetch(np.array([2, 1, 0, 1]))] == ["Y", "Rain", "", "Rain"]
