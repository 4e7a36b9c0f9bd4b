"""The blocks of a page hold the recommendations in their order, for one reader or a history."""

from __future__ import annotations

import pytest

from sada.cluster import Preferences, related, related_page
from sada.indexes import Filter, NewsIndex, sample_articles
from sada.indexes.errors import UnknownArticleError


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with NewsIndex.create(tmp_path_factory.mktemp("page") / "i.sada", encoder="none") as made:
        made.add(sample_articles())
        yield made


def ids(found):
    return [item.article.id for item in found]


@pytest.mark.parametrize(
    ("read", "options", "language"),
    [
        ("ar-063", {}, "ar"),
        (["ar-001", "en-001"], {}, "en"),
        (["en-001", "ar-001"], {"exclude": ["en-031"]}, "ar"),
        ("fr-001", {"filters": Filter(languages=["en"]), "preferences": Preferences(pinned=["en-031"])}, "fr"),
    ],
)
def test_the_blocks_are_the_first_thirteen(index, read, options, language):
    page, found = related_page(index, read, **options), related(index, read, 20, **options)
    assert page.language == language
    assert page.read_also == found[0]
    assert (list(page.related), list(page.similar)) == (found[1:3], found[3:13])
    assert page.to_dict() == {
        "language": language,
        "read_also": found[0].to_dict(),
        "related": [item.to_dict() for item in found[1:3]],
        "similar": [item.to_dict() for item in found[3:13]],
    }


def test_blocks_without_an_article_are_empty(index):
    three = Filter(exclude=[id_ for id_ in index.snapshot.columns.ids if id_ not in ("en-002", "ar-064", "fr-001")])
    page = related_page(index, "en-001", filters=three)
    assert ids([page.read_also, *page.related]) == ids(related(index, "en-001", filters=three))
    assert page.similar == ()
    none = related_page(index, "en-001", filters=Filter(sources=["nobody"]))
    assert none.to_dict() == {"language": "en", "read_also": None, "related": [], "similar": []}


def test_an_unknown_article_is_named(index):
    with pytest.raises(UnknownArticleError, match="nope"):
        related_page(index, ["en-001", "nope"])
