"""Articles with HTML in title and text are compared, found and shown as their plain texts are."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from sada.cluster.copies.copies import find_copies
from sada.cluster.explanation.explanation import explain
from sada.cluster.recommendation.recommender import related
from sada.cluster.report.report import report_data
from sada.cluster.stories.intake import follow
from sada.cluster.stories.stories import find_stories
from sada.cluster.stories.views import name_of
from sada.indexes.article import Article
from sada.indexes.boilerplate.learning import learn_boilerplate
from sada.indexes.encoders.encoder import encoder_text
from sada.indexes.handle.linked_titles import linked_titles
from sada.indexes.index import NewsIndex
from sada.indexes.sample import sample_articles
from sada.indexes.storage.schema import FORMAT
from sada.indexes.tags.references import unescape

from ..html_wrapping import WRAPPERS

HTML = [
    replace(
        article,
        title=f"<em>{article.title}</em>",
        text=unescape(WRAPPERS[number % len(WRAPPERS)](article.text, number)),  # as rows are read
        language="" if number % 7 == 0 else article.language,
    )
    for number, article in enumerate(sample_articles())
]
PLAIN = [article.plain() for article in HTML]
BY_ID = {article.id: article for article in PLAIN}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """An index of HTML, and one of the same articles as plain text; the first of format 6 was raised to today's."""
    folder = tmp_path_factory.mktemp("indexes")
    with (
        NewsIndex.create(folder / "html", encoder="fast") as html,
        NewsIndex.create(folder / "plain", encoder="fast") as plain,
    ):
        html.add(HTML)
        plain.add(PLAIN)
        yield html, plain


def arrays(index):
    (segment,) = index.snapshot.stored
    kinds = index.snapshot.catalog.files()[segment.segment]
    return {kind: segment.array(kind).whole() for kind in kinds}


def without_articles(hits):
    return [(hit.query, hit.id, hit.score, hit.by, hit.evidence) for hit in hits]


def test_languages_are_identified_and_names_are_given_without_tags(pair):
    html, plain = (index.snapshot.columns for index in pair)
    assert html.languages == plain.languages
    assert np.array_equal(html.certainties, plain.certainties) and (html.certainties < 1).any()
    assert list(map(name_of, HTML)) == list(map(name_of, PLAIN))
    untitled = Article("a", text="<p>The <b>ferry</b></p>")
    assert name_of(untitled) == "The ferry"


def test_the_articles_differ_and_their_plain_texts_do_not():
    assert all(html.text != plain.text and html.title != plain.title for html, plain in zip(HTML, PLAIN, strict=True))
    assert [article.plain() for article in PLAIN] == PLAIN and PLAIN[0].plain() is PLAIN[0]
    assert [article.body for article in HTML] == [article.body for article in PLAIN]
    assert all("<" not in article.body for article in HTML)
    assert list(map(encoder_text, HTML)) == list(map(encoder_text, PLAIN))


def test_what_is_stored_is_what_was_given(pair):
    html, _ = pair
    stored = html.get([article.id for article in HTML])
    assert [(one.title, one.text) for one in stored] == [(one.title, one.text) for one in HTML]
    assert html.add(HTML).unchanged == len(HTML)
    assert html.verify() == []


def test_shingles_words_and_vectors_are_those_of_the_plain_texts(pair):
    html, plain = map(arrays, pair)
    assert html.keys() == plain.keys()
    for kind in html:
        assert np.array_equal(html[kind], plain[kind]), kind


@pytest.mark.parametrize("by", ["meaning", "words", "copy", "all"])
def test_neighbours_are_the_same(pair, by):
    ids = [article.id for article in HTML[::9]]
    queries = [replace(article, id=f"new-{article.id}") for article in HTML[::9]]
    html, plain = pair
    for asked, expected in ((ids, ids), (queries, [one.plain() for one in queries])):
        found, wanted = (
            index.neighbours(some, k=5, by=by, explain=True) for index, some in ((html, asked), (plain, expected))
        )
        assert list(map(without_articles, found)) == list(map(without_articles, wanted))
        assert any(hits for hits in found)
        shown = [hit.to_dict()["title"] for hits in found for hit in hits]
        assert shown == [BY_ID[hit.id].title for hits in found for hit in hits]
    assert html.languages_of(queries) == plain.languages_of(queries)


def test_stories_and_what_is_made_of_them_are_the_same(pair):
    html, plain = pair
    stories = find_stories(html)
    assert stories.stories == find_stories(plain).stories
    assert all("<" not in story.headline for story in stories.stories)
    data = report_data(html)
    assert data == report_data(plain)
    found, wanted = (related(index, "en-001", k=5) for index in pair)
    assert [one.to_dict() for one in found] == [one.to_dict() for one in wanted]
    both = ["en-001", "ar-001"]
    assert [one.reasons for one in related(html, both)] == [one.reasons for one in related(plain, both)]
    for other in ("en-121", "en-122", "fr-001"):
        explanation = explain(html, "en-001", other)
        assert explanation == explain(plain, "en-001", other)
        assert explanation.left_out == {"a": [], "b": []}


def test_of_articles_alone_copies_and_stories_are_the_same():
    found, wanted = find_copies(HTML), find_copies(PLAIN)
    assert found.groups == wanted.groups and len(found.dropped()) == len(find_copies(sample_articles()).dropped())
    assert find_stories(HTML).stories == find_stories(PLAIN).stories


def test_new_articles_are_placed_the_same(pair, tmp_path):
    placed = []
    for name, articles in (("html", HTML), ("plain", PLAIN)):
        with NewsIndex.create(tmp_path / name, encoder="none") as index:
            placed.append([(one.id, one.new, one.copy_of) for one in follow(index, articles[:40], commit_every=10)])
    assert placed[0] == placed[1]


def test_titles_are_found_without_their_tags(pair):
    title = next(article.title for article in PLAIN if article.id == "en-001")
    assert linked_titles(pair[0], [title]) == {title: "en-001"}


def test_boilerplate_is_learned_from_paragraphs():
    """A line under many articles is found though it stands in tags that differ; the articles stay as they are."""
    words = [
        "river",
        "market",
        "school",
        "bridge",
        "winter",
        "harbour",
        "doctor",
        "train",
        "forest",
        "museum",
        "garden",
    ]
    articles = [
        Article(
            f"a{number}",
            f"{one} {words[number - 3]}",
            f"<p>The {one} of {words[number - 1]} had a {words[number - 2]} near the {words[number - 4]} this {one}"
            f" year and {words[number - 5]} too</p><p class='n{number}'>Follow <b>us</b> for more news</p>",
            source="Ledger",
        )
        for number, one in enumerate(words)
    ]
    (line,) = learn_boilerplate(articles)
    assert (line.line, line.articles) == ("Follow us for more news", len(articles))


def test_an_index_of_format_6_is_raised_by_the_next_write(pair, tmp_path, monkeypatch):
    """What counted tags is made anew; the articles, and the arrays of the others, stay."""
    path, mixed = tmp_path / "old", [*HTML[:20], *PLAIN[20:40]]
    with monkeypatch.context() as patch:
        patch.setattr("sada.indexes.article.without_tags", lambda text: text)
        with NewsIndex.create(path, encoder="fast") as index:
            index.add(mixed)
            find_stories(index)
    connection = sqlite3.connect(path / "catalog.sqlite", isolation_level=None)
    connection.execute("PRAGMA user_version = 6")
    connection.close()
    with NewsIndex.open(path) as old, NewsIndex.create(tmp_path / "new", encoder="fast") as new:
        assert old.info()["format"] == 6 and old.verify() == []
        assert all("<" not in story.headline for story in find_stories(old).stories)
        tagged = old.neighbours(HTML[0].id, k=40, by="words")
        old.add([PLAIN[50]])
        new.add([*mixed, PLAIN[50]])
        assert old.info()["format"] == FORMAT and old.verify() == []
        assert np.array_equal(old.snapshot.sketches.shingles, new.snapshot.sketches.shingles)
        assert np.array_equal(old.snapshot.vectors, new.snapshot.vectors)
        found, wanted = (index.neighbours(HTML[0].id, k=40, by="words") for index in (old, new))
        assert without_articles(found) == without_articles(wanted) != without_articles(tagged)
        assert {article.id: article.text for article in old} == {one.id: one.text for one in [*mixed, PLAIN[50]]}
        stories = [{story.articles for story in find_stories(index).stories} for index in (old, new)]
        assert stories[0] == stories[1]
        generation = old.snapshot.catalog.setting("generation")
        assert old.add([PLAIN[50]]).unchanged == 1 and old.snapshot.catalog.setting("generation") == generation
