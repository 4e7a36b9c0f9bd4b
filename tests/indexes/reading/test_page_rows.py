from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from sada.cluster.copies.copies import find_copies
from sada.indexes.article import Article
from sada.indexes.errors import InputError
from sada.indexes.handle.linked_titles import linked_titles
from sada.indexes.index import NewsIndex
from sada.indexes.pages.markers import Markers
from sada.indexes.pages.segmentation import Page
from sada.indexes.reading.page_files import read_pages
from sada.indexes.reading.page_rows import articles_of, is_html
from sada.indexes.reading.readers import read_articles

FLOOD = (
    "The harbour museum opened its doors again on Sunday, seven months after the flood that ruined its cellars.",
    "Visitors queued for two hours in the rain, and most of the ship models were saved by volunteers.",
    "The cellar will stay closed until the council has paid for a second pump, the director said.",
)
BEAVER = (
    "A beaver has felled a poplar across the railway near Brehna and held up six trains with some four hundred people.",
    "The tree was cleared before nightfall by a crew from the next town, and nobody has seen the animal since.",
)
ROWER = (
    "A rower who lost his way in the fog was found on a sandbank, cold and in good spirits, by two fishermen.",
    "He had sung all night so that the ferries would hear him, and his voice was gone by the time they came.",
)
AROUND = (
    "Source: Coast Wire", "Tags: flood, rain", "Read also:", "Rower found on a sandbank", *ROWER, "Similar articles",
    "- Fares of the island ferry to rise by a fifth from spring", "- Keeper's cottage sold to a bidder from abroad",
    "- Storm damage closes the northern pier until further notice", "- Two-year pay deal accepted by the lock keepers",
    "Sign up to our newsletter and never miss a story from the coast", "© 2026 Coast Wire",
)  # fmt: skip


def page_of(title, texts, around=AROUND):
    return "\n\n".join([title, *texts, *around])


def write(path, text):
    os.makedirs(path.parent, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(*sources, **options):
    """Articles, problems and report of one read; checks the law of every read."""
    problems = []
    reader = read_articles([str(source) for source in sources], on_problem=problems.append, **options)
    articles = list(reader)
    report = reader.report
    assert report.read == len(articles) + report.skipped + report.bad
    return SimpleNamespace(
        articles=articles, ids=[one.id for one in articles], problems=list(map(str, problems)), report=report
    )


@pytest.fixture
def no_extractor(monkeypatch):
    """As if trafilatura were not installed."""
    monkeypatch.setitem(sys.modules, "trafilatura", None)


# a page as articles


def test_a_page_is_its_article_and_those_printed_on_it():
    whole = Article("a", text=page_of("Museum reopens", FLOOD), language="en", extra={"desk": "coast"})
    main, other = articles_of(whole)
    similar = [line[2:] for line in AROUND if line.startswith("- ")]
    assert main == Article(
        "a",
        "Museum reopens",
        "\n\n".join(FLOOD),
        source="Coast Wire",
        language="en",
        keywords=("flood", "rain"),
        extra={"desk": "coast", "page": {"similar": similar, "other": list(AROUND[-2:])}},
    )
    assert other == Article(
        "a#read-also-1", "Rower found on a sandbank", "\n\n".join(ROWER), extra={"page": {"of": "a"}}
    )


def test_what_a_row_says_of_itself_counts_more_than_its_page():
    whole = Article("a", "T", page_of("Museum reopens", FLOOD), source="Row", keywords=("k",), extra={"page": 7})
    main = next(articles_of(whole))
    assert (main.title, main.source, main.keywords) == ("T", "Row", ("k",))
    assert main.extra["extra_page"] == 7 and "similar" in main.extra["page"]
    alone = Article("a", "T", FLOOD[0], extra={"page": 7})
    assert list(articles_of(alone)) == [alone]


def test_an_article_alone_stays_as_it_is_but_for_a_derived_title():
    (main,) = articles_of(Article("a", text=FLOOD[0]))
    assert main == Article("a", FLOOD[0], FLOOD[0], extra={"page": {"title_derived": True}})


# which sources are pages


def test_texts_and_pages_in_folders_are_taken_apart(tmp_path, no_extractor):
    write(tmp_path / "f/a.txt", page_of("Museum reopens", FLOOD))
    write(
        tmp_path / "f/b.html", f"<title>Beaver</title><article>{''.join(f'<p>{one}</p>' for one in BEAVER)}</article>"
    )
    row = {"id": "c", "title": "T", "text": page_of("Museum reopens", FLOOD)}
    write(tmp_path / "f/c.jsonl", json.dumps(row))
    found = read(tmp_path / "f")
    assert found.ids == ["a.txt", "a.txt#read-also-1", "b.html", "c"]
    assert (found.report.read, found.report.read_also, found.report.to_dict()["read_also"]) == (4, 1, 1)
    assert [one.text for one in found.articles] == [
        "\n\n".join(FLOOD),
        "\n\n".join(ROWER),
        "\n\n".join(BEAVER),
        row["text"],
    ]
    assert [problem for problem in found.problems if " gave a " not in problem] == []


def test_others_only_if_that_is_asked_for(tmp_path):
    text = page_of("Museum reopens", FLOOD)
    path = write(tmp_path / "f/a.txt", text)
    rows = write(tmp_path / "c.jsonl", json.dumps({"id": "c", "text": text}))
    assert read(path, rows).ids == ["a.txt", "c"]
    assert read(path, rows, pages=True).ids == ["a.txt", "a.txt#read-also-1", "c", "c#read-also-1"]
    untouched = read(tmp_path / "f", pages=False)
    assert untouched.ids == ["a.txt"] and untouched.articles[0].text == text.partition("\n\n")[2]
    assert "read_also" not in untouched.report.to_dict()


def test_columns_are_those_of_the_same_articles(tmp_path):
    write(tmp_path / "f/a.txt", page_of("Museum reopens", FLOOD))
    expected = read(tmp_path / "f").articles
    (batch,) = read_articles(str(tmp_path / "f")).batches(lambda article: article.id.encode())
    assert batch.ids == [one.id for one in expected]
    assert batch.bodies == [one.body.encode("utf-16-le") for one in expected]
    assert batch.lines == [one.id.encode() for one in expected]


def test_a_page_without_an_article_is_skipped_and_what_is_printed_on_it_is_not(tmp_path):
    write(tmp_path / "f/a.txt", "© 2026 Coast Wire")
    found = read(tmp_path / "f")
    assert (found.ids, found.problems) == ([], [f"{tmp_path}/f/a.txt: no article on this page"])
    assert (found.report.read, found.report.skipped) == (1, 1)


def test_own_markers_are_gone_by(tmp_path):
    write(tmp_path / "f/a.txt", "\n\n".join(["T", *FLOOD, "Bron: De Golf"]))
    (article,) = read(tmp_path / "f", markers=Markers({"nl": {"source": ["Bron"]}})).articles
    assert (article.text, article.source) == ("\n\n".join(FLOOD), "De Golf")


# HTML


def test_html_is_told_from_text():
    assert is_html("<p>One</p>") and is_html("x <br> y <B class='z'>")
    assert not is_html("a < b and c > d") and not is_html("<quote> said </quote>") and not is_html("one <p> only")


@pytest.fixture
def extractor(monkeypatch):
    """A stand-in for trafilatura, which keeps what it was asked."""
    asked = []

    def extract(html, **options):
        asked.append((html, options))
        return "\n".join(FLOOD) if "museum" in html else None

    monkeypatch.setitem(sys.modules, "trafilatura", SimpleNamespace(extract=extract))
    monkeypatch.setitem(sys.modules, "htmldate", SimpleNamespace(find_date=lambda page, **options: None))
    return asked


def test_the_text_of_html_is_what_trafilatura_finds(extractor, tmp_path):
    html = "<html><title>Museum</title><p>museum</p><p>menu</p>"
    write(tmp_path / "f/a.html", html)
    rows = write(tmp_path / "c.jsonl", json.dumps({"id": "c", "title": "T", "text": "<p>Beaver</p><p>seen</p>"}))
    found = read(tmp_path / "f", rows, pages=True)
    assert [(one.title, one.text) for one in found.articles] == [("Museum", "\n".join(FLOOD)), ("T", "Beaver\n\nseen")]
    wanted = {"include_comments": False}
    assert extractor == [(html, wanted), ("<html><body><p>Beaver</p><p>seen</p></body></html>", wanted)]
    assert found.problems == []


def test_without_trafilatura_html_is_read_as_ever_and_that_is_noted_once(no_extractor, tmp_path):
    write(tmp_path / "f/a.html", f"<title>Museum</title><p>{FLOOD[0]}</p>")
    write(tmp_path / "f/b.html", f"<title>Beaver</title><p>{BEAVER[0]}</p>")
    found = read(tmp_path / "f", pages=True)
    assert [one.text for one in found.articles] == [FLOOD[0], BEAVER[0]]
    note = 'HTML read without trafilatura, which finds the article better: pip install "sada-news[html]"'
    assert found.problems == [f"{tmp_path}/f/a.html: {note}"]
    assert read(tmp_path / "f").problems == []  # nobody asked for pages


def test_trafilatura_itself_finds_the_article(tmp_path):
    pytest.importorskip("trafilatura")
    paragraphs = "".join(f"<p>{one}</p>" for one in [*FLOOD, "Source: Coast Wire"])
    write(
        tmp_path / "f/a.html", f"<title>Museum</title><nav>Menu</nav><article>{paragraphs}</article><footer>F</footer>"
    )
    (article,) = read(tmp_path / "f").articles
    assert (article.text.split("\n"), article.source) == (list(FLOOD), "Coast Wire")


# files of pages


def test_pages_are_read_from_files_and_folders(tmp_path, no_extractor):
    path = write(tmp_path / "f/a.txt", page_of("Museum reopens", FLOOD, ["Source: Coast Wire"]))
    write(tmp_path / "f/b.html", f"<title>Beaver</title><meta property=og:site_name content=Wire><p>{BEAVER[0]}</p>")
    write(tmp_path / "f/rows.jsonl", "{}")
    nameless = write(tmp_path / "nameless", f"<p>{ROWER[0]}</p>")
    museum = Page("Museum reopens", "\n\n".join(FLOOD), source="Coast Wire")
    assert dict(read_pages([path, tmp_path / "f", nameless])) == {
        str(path): museum,
        f"{tmp_path}/f/b.html": Page("Beaver", BEAVER[0], source="Wire"),
        str(nameless): Page(ROWER[0], ROWER[0], title_derived=True),
    }


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.jsonl", b"{}", "a.jsonl: jsonl, not a page (name a .txt or .html file; rows: sada build --pages)"),
        ("a.txt", b"ok\ncaf\xe9", "a.txt:2: broken UTF-8 at byte 3"),
        ("b.txt", "wide".encode("utf-16-le"), "b.txt: UTF-16 or binary"),
        (
            "feed",
            b"<rss><channel/></rss>",
            "feed: feed, not a page (name a .txt or .html file; rows: sada build --pages)",
        ),
        (
            "c.html",
            b"<feed><title>x</title></feed>",
            "c.html: a feed (root element <feed>), not a page (let its name end in .xml)",
        ),
        (
            "d.html",
            b"<meta charset=koi9><p>caf\xe9",
            "d.html:1: declares an unknown encoding, koi9 (name its encoding:",
        ),
    ],
)
def test_what_is_no_page_is_told(tmp_path, name, content, complaint):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        list(read_pages(tmp_path / name))
    assert complaint in str(error.value)


# in an index


def groups_of(index):
    return [sorted(member.id for member in group.members) for group in find_copies(index, jaccard=0.5).duplicates()]


def test_articles_that_share_only_boilerplate_are_no_copies_and_one_on_two_pages_is(tmp_path):
    other_page = ["Share  Tweet  Print", "Source: Averne Courier", "More on this topic", "1. A second pump at last"]
    write(tmp_path / "f/flood.txt", page_of("Museum reopens", FLOOD[:2]))
    write(tmp_path / "f/beaver.txt", page_of("Beaver stops trains", BEAVER))
    write(tmp_path / "f/flood2.txt", page_of("Museum reopens", FLOOD[:2], other_page))
    with NewsIndex.create(tmp_path / "apart.sada", encoder=None) as index:
        report = index.add(read_articles(str(tmp_path / "f")))
        assert (report.read, report.added) == (5, 5)
        assert sorted(groups_of(index)) == [
            ["beaver.txt#read-also-1", "flood.txt#read-also-1"],
            ["flood.txt", "flood2.txt"],
        ]
        assert index.get("flood.txt").text == index.get("flood2.txt").text
    with NewsIndex.create(tmp_path / "whole.sada", encoder=None) as index:
        index.add(read_articles(str(tmp_path / "f"), pages=False))
        assert groups_of(index) == [["beaver.txt", "flood.txt"]]  # so it would be


def test_titles_lead_to_the_articles_that_have_them(tmp_path):
    rng = random.Random(5)
    words = [f"word{number}" for number in range(30)]
    titles = sorted({" ".join(rng.sample(words, 5)) for _ in range(300)})
    articles = [Article(f"t{number}", title, " ".join(words)) for number, title in enumerate(titles)]
    spelled = Article("ar", "إعادة افتتاح المتحف: «بعد الفيضان»", "نص")
    with NewsIndex.create(tmp_path / "i.sada", encoder=None) as index:
        index.add([*articles, spelled])
        assert linked_titles(index, titles) == {one.title: one.id for one in articles}
        assert linked_titles(index, ["اعاده افتتاح المتحف بعد الفيضان", "—", "No such title"]) == {
            "اعاده افتتاح المتحف بعد الفيضان": "ar"
        }
        assert linked_titles(index, []) == {}


def test_of_several_articles_with_a_title_it_is_the_first_published(tmp_path):
    day = [datetime(2026, 3, number, tzinfo=UTC) for number in (1, 2)]
    published = {"d": None, "c": day[1], "b": day[0], "a": day[1], "e": day[0]}
    articles = [Article(id_, "Museum reopens", f"Text {id_}.", published=moment) for id_, moment in published.items()]
    with NewsIndex.create(tmp_path / "i.sada", encoder=None) as index:
        index.add(articles)
        assert linked_titles(index, ["Museum reopens"]) == {"Museum reopens": "b"}
        index.remove(["b", "e"])
        assert linked_titles(index, ["MUSEUM reopens!"]) == {"MUSEUM reopens!": "a"}


HEAD = (
    "<html lang='ar'><head><title>افتتاح جسر - صحيفة النهر</title><meta property='og:site_name' content='صحيفة النهر'>"
)
HEAD += "<meta property='article:published_time' content='2026-03-03T10:00:00+03:00'></head>"
BODY = (
    "<body><nav>الرئيسية</nav><article><h1>افتتاح جسر</h1><p>افتتح رئيس البلدية جسرا جديدا فوق النهر.</p></article>"
    "</body></html>"
)


@pytest.mark.parametrize("name", ["html", "raw_html", "Page-HTML"])
@pytest.mark.parametrize("pages", [False, True])
def test_a_row_with_the_html_of_its_page_alone_is_read_as_that_page(tmp_path, name, pages):
    path = tmp_path / "crawl.jsonl"
    path.write_text(json.dumps({"id": "7", "url": "https://river.example/7", name: HEAD + BODY, "status": 200}) + "\n")
    (article,) = read_articles(path, pages=pages)
    assert (article.id, article.title, article.source) == ("7", "افتتاح جسر", "صحيفة النهر")
    assert article.text == "افتتح رئيس البلدية جسرا جديدا فوق النهر."
    assert (article.published_text(), article.language) == ("2026-03-03T07:00:00Z", "ar")
    assert article.url == "https://river.example/7" and article.extra["status"] == 200 and name not in article.extra


def test_what_a_row_gives_counts_more_than_its_page(tmp_path):
    path = tmp_path / "crawl.jsonl"
    rows = [
        {"title": "A bridge", "html": HEAD + BODY},
        {"text": "It opened.", "html": HEAD + BODY},
        {"raw_html": "<b>x"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    reader = read_articles(path)
    first, second = reader
    assert (first.title, first.text) == ("A bridge", "افتتح رئيس البلدية جسرا جديدا فوق النهر.")
    assert (second.title, second.text) == ("", "It opened.") and second.extra["html"] == HEAD + BODY
    assert (reader.report.read, reader.report.skipped) == (3, 1)


def test_what_a_row_gives_under_any_name_counts_more_than_its_page(tmp_path):
    path = tmp_path / "crawl.jsonl"
    row = {"headline": "A bridge", "publisher": "Wire", "lang": "en", "link": "https://wire.example/7", "fetched": 1}
    path.write_text(json.dumps({**row, "html": HEAD + BODY}) + "\n")
    (article,) = read_articles(path)
    assert (article.title, article.source, article.language) == ("A bridge", "Wire", "en")
    assert (article.url, article.published_text()) == ("https://wire.example/7", "2026-03-03T07:00:00Z")
    bare = "<!doctype html><title>A bridge</title><article><p>The mayor opened a bridge over the river.</p></article>"
    path.write_text(json.dumps({"link": "https://wire.example/2026/03/03/bridge", "html": bare}) + "\n")
    (article,) = read_articles(path)
    assert (article.source, article.published_text()) == ("wire.example", "2026-03-03T00:00:00Z")
