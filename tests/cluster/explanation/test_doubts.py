"""Explanations of pairs whose words alone do not decide whether they are copies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sada.cluster import explain, find_copies
from sada.indexes import NewsIndex
from sada.indexes.article import Article

TEXT = " ".join(f"word{at}" for at in range(60))


def titled(id_: str, title: str, text: str, **values) -> Article:
    return Article(id_, title, text, published=datetime(2026, 3, 1, tzinfo=UTC), **values)


def test_texts_alone_make_copies(tmp_path):
    titles = " ".join(f"this{at}" for at in range(10)), " ".join(f"that{at}" for at in range(10))
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add([titled("a", titles[0], TEXT), titled("b", titles[1], TEXT)])
        found = explain(index, "a", "b")
    assert found.verdict == "copy" and found.copy["grounds"] == "text" and found.copy["jaccard"] == 0.7436
    assert found.copy["would_change"] == ["They are copies because their texts without the titles reach 1.000."]


def test_a_bare_title_makes_none(tmp_path):
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add([titled(id_, "Photos", "", url=f"https://a.example/{id_}") for id_ in "ab"])
        found = explain(index, "a", "b")
    assert found.verdict != "copy" and found.copy["grounds"] == "title" and found.copy["jaccard"] == 1.0
    assert found.copy["would_change"] == [
        "They would be copies, but only a title is shared: with --unite title they are."
    ]


def test_boilerplate_makes_none(tmp_path):
    footer = " ".join(f"foot{at}" for at in range(60))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    articles = [
        Article(f"a{at}", f"title{at} of{at} its{at} own{at}", f"see{at} {footer}", source="Ledger",
                published=start + timedelta(days=at))
        for at in range(12)
    ]  # fmt: skip
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(articles)
        found = explain(index, "a3", "a7")
        assert find_copies(index).dropped() == set()
    assert found.copy["grounds"] == "boilerplate" and found.verdict not in ("copy", "contains")
    assert [step["op"] for step in found.diff] == ["replace", "equal"]


def test_texts_in_doubt_tell_what_they_reach(tmp_path):
    footer = " ".join(f"foot{at}" for at in range(60))
    titles = [" ".join(f"t{at}w{word}" for word in range(9)) for at in range(12)]
    articles = [Article(f"a{at}", title, footer, source="L") for at, title in enumerate(titles)]
    with NewsIndex.create(tmp_path / "i", encoder=None) as index:
        index.add(articles)
        found = explain(index, "a3", "a7")
    assert found.copy["jaccard"] == 0.7632 and found.copy["would_change"] == [
        "Their texts without the titles reach 1.000.",
        "They would be copies, but only boilerplate is shared: with --unite boilerplate they are.",
    ]
