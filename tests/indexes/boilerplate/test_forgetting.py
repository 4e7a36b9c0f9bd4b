"""Learned lines go with the last article that has them, and not before."""

from __future__ import annotations

import pytest

from sada.indexes.article import Article
from sada.indexes.boilerplate.forgetting import forget_unprinted
from sada.indexes.boilerplate.lines import ENDING, RUN, SETTING, Boilerplate, BoilerplateLine
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog

LINES = (
    BoilerplateLine("Alpha", "Follow us", articles=10),
    BoilerplateLine("alpha", "Tell us what we missed today", articles=11),
    BoilerplateLine("Beta", "Follow us", articles=12),
    BoilerplateLine("Beta", "and read our letter every morning before the others do", ENDING, 13),
    BoilerplateLine("Beta", "this report was made by our desk and by nobody else at all", RUN, 14),
)
TEXTS = {
    "a1": ("Alpha", "Rain.\nFOLLOW US!"),
    "a2": ("ALPHA", "Snow.\nTell us what we missed today\nFollow us"),
    "b1": ("Beta", "Hail.\nFollow us"),
    "b2": ("Beta", "Fog, and read our letter every morning before the others do"),
    "b3": ("Beta", "Wind. This report was made by our desk and by nobody else at all. Calm."),
    "c1": ("Gamma", "Follow us\nTell us what we missed today"),
}


@pytest.fixture
def catalog(tmp_path):
    Catalog.create(tmp_path, {SETTING: Boilerplate(LINES, ("Kept",)).setting()})
    found = Catalog(tmp_path)
    articles = [Article(id_, text=text, source=source) for id_, (source, text) in TEXTS.items()]
    with found.writing():
        found.put(1, {}, [Placed(article, b"", "", at) for at, article in enumerate(articles)])
    yield found
    found.close()


@pytest.mark.parametrize(
    ("gone", "forgotten"),
    [
        ([], []),
        (["a1"], []),  # a2 has the line, too, in other letters
        (["a2"], [1]),
        (["a1", "a2"], [0, 1]),  # another outlet's article with both lines does not count
        (["b1"], [2]),
        (["b2"], [3]),
        (["b3"], [4]),
        (["c1"], []),
        (list(TEXTS), [0, 1, 2, 3, 4]),
    ],
)
def test_a_line_goes_with_the_last_article_that_has_it(catalog, gone, forgotten):
    with catalog.writing():
        forget_unprinted(catalog, catalog.remove(gone))
    left = tuple(line for at, line in enumerate(LINES) if at not in forgotten)
    assert Boilerplate.of(catalog) == Boilerplate(left, ("Kept",))


def test_only_outlets_that_are_named_are_looked_at(catalog):
    with catalog.writing():
        catalog.remove(["a1", "a2", "b1"])
        forget_unprinted(catalog, ["BETA", "Nobody"])
    assert Boilerplate.of(catalog).lines == (*LINES[:2], *LINES[3:])


def test_it_reads_no_further_than_it_must(catalog, monkeypatch):
    """The newest articles have the line: the thousand older ones are not read."""
    many = [
        Article(f"n{at}", text="Sun.\nFollow us\nTell us what we missed today", source="Alpha") for at in range(1000)
    ]
    with catalog.writing():
        catalog.put(2, {}, [Placed(article, b"", "", at) for at, article in enumerate(many)])
    read, kept = [], catalog.kept
    monkeypatch.setattr(catalog, "kept", lambda column, values: read.extend(values) or kept(column, values))
    with catalog.writing():
        forget_unprinted(catalog, ["Alpha"])
    assert 0 < len(read) <= 100 and min(read) > 900
    assert Boilerplate.of(catalog).lines == LINES
