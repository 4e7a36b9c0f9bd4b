from __future__ import annotations

import json
import sys
from importlib.util import find_spec

import pytest

from sada.indexes.pages.segmentation import segment_page
from sada.indexes.reading.page_files import read_pages
from sada.indexes.reading.page_rows import html_page_row
from sada.indexes.reading.readers import read_articles
from sada.indexes.webpages.read_page import WebPage, read_page

from .templates import PAGES, STORIES, aspnet, wordpress


@pytest.fixture(params=["extractor", "no extractor"])
def extractor(request, monkeypatch):
    """With trafilatura where it is installed, and without it."""
    if request.param == "extractor":
        pytest.importorskip("trafilatura")
    else:
        monkeypatch.setitem(sys.modules, "trafilatura", None)


def lines_of(text):
    return [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(("template", "language"), PAGES, ids=[f"{one.__name__}-{code}" for one, code in PAGES])
def test_twenty_pages_of_content_management_systems(template, language, extractor, tmp_path):
    story = STORIES[language]
    made = template(story, language)
    path = tmp_path / "page.html"
    path.write_text(made.html, encoding="utf-8")
    ((_, page),) = read_pages(path)
    assert page.title == story["title"]
    assert page.published == made.published
    assert page.source == story["outlet"]
    assert page.language in (language, "")
    assert lines_of(page.text) == story["paragraphs"]
    headlines = [*page.inline, *page.similar, *(other.title for other in page.read_also)]
    assert headlines and set(headlines) <= set(story["related"]) and len(headlines) == len(set(headlines))


def test_a_named_file_a_folder_a_row_and_the_command_give_the_same(extractor, tmp_path):
    story = STORIES["ar"]
    made = wordpress(story, "ar")
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "page.html").write_text(made.html, encoding="utf-8")
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": "page.html", "html_of_the_page": 1, "text": made.html}), encoding="utf-8")
    (named,) = read_articles(folder / "page.html")
    (listed,) = read_articles(folder)
    (row,) = read_articles(rows, pages=True)
    ((_, page),) = read_pages(folder)
    for article in (named, listed, row):
        assert (article.title, article.source, article.language) == (story["title"], story["outlet"], "ar")
        assert article.published_text() == page.published == made.published
        assert lines_of(article.text) == lines_of(page.text) == story["paragraphs"]
        assert article.extra["page"]["similar"] == list(page.similar) == story["related"]
    row = html_page_row(made.html)
    assert (row["title"], row["date"], row["source"]) == (story["title"], "2024-07-31T11:05:00+00:00", story["outlet"])
    assert (row["language"], row["page"]) == ("ar", {"similar": story["related"]})


def test_what_a_row_says_of_itself_counts_more_than_its_html(extractor, tmp_path):
    rows = tmp_path / "rows.jsonl"
    own = {"id": 1, "title": "T", "date": "2020-01-02", "source": "S", "language": "fr", "url": "http://a/1"}
    rows.write_text(json.dumps(own | {"text": wordpress(STORIES["ar"], "ar").html}), encoding="utf-8")
    (article,) = read_articles(rows, pages=True)
    assert (article.title, article.source, article.language, article.url) == ("T", "S", "fr", "http://a/1")
    assert article.published_text() == "2020-01-02T00:00:00Z"
    assert lines_of(article.text) == STORIES["ar"]["paragraphs"]


def test_references_in_the_attributes_of_a_row_with_html_are_read_once(extractor, tmp_path):
    page = '<html><head><meta property="og:title" content="A &quot;late&quot; summer"></head><p>One.</p><p>Two.</p>'
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": 1, "text": page}), encoding="utf-8")
    (article,) = read_articles(rows, pages=True)
    assert article.title == 'A "late" summer'


def test_the_options_for_dates_hold_for_dates_of_pages(tmp_path):
    page = "<title>T</title><meta name=pubdate content='03/04/2024 10:00'><p>One.</p><p>Two.</p>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    problems = []
    (article,) = read_articles(tmp_path, on_problem=lambda problem: problems.append(str(problem)))
    assert article.published is None and article.extra["date"] == "03/04/2024 10:00"
    assert "has two readings" in problems[0]
    (article,) = read_articles(tmp_path, day_first=True, timezone="+03:00")
    assert article.published_text() == "2024-04-03T07:00:00Z"
    ((_, shown),) = read_pages(tmp_path)
    assert (shown.published, shown.other) == ("", ("03/04/2024 10:00",))


def test_a_date_line_in_two_calendars_dates_a_page_and_is_no_text(extractor):
    page = read_page(aspnet(STORIES["ar"], "ar").html)
    assert page.date == STORIES["ar"]["shown"] and page.date not in page.text
    assert segment_page(page.text, title=page.title).other == ()


def test_a_page_in_the_hijri_calendar_alone_is_dated_where_the_calendar_is_installed(extractor, monkeypatch):
    html = aspnet(STORIES["ar"] | {"shown": "الأربعاء 25 محرم 1446هـ"}, "ar").html
    if find_spec("hijridate") is not None:
        assert read_page(html).date == "الأربعاء 25 محرم 1446هـ"
    monkeypatch.setitem(sys.modules, "hijridate", None)
    assert read_page(html).date == ""


@pytest.mark.parametrize(
    "shown",
    [
        "چهارشنبه ۱۰ مرداد ۱۴۰۳",
        "1403/05/10 - 14:05",
        "10 مرداد 1403 کد خبر: 20240512",
        "3/4/2024",
        "05.10.03",
        "© 2003-2024",
    ],
)
def test_the_extractor_is_asked_for_a_date_but_not_for_a_guess(shown, monkeypatch):
    pytest.importorskip("trafilatura")
    monkeypatch.setitem(sys.modules, "persiantools.jdatetime", None)
    assert read_page(aspnet(STORIES["fa"] | {"shown": shown}, "fa").html).date == ""
    html = aspnet(STORIES["fa"] | {"shown": ""}, "fa").html
    assert read_page(html).date == ""
    assert read_page(html.replace("</form>", "<div class='date'>2024-07-31</div></form>")).date == "2024-07-31"


def test_nothing_makes_an_empty_page():
    assert read_page("") == WebPage()
    assert read_page("plain words") == WebPage(text="plain words")


def test_a_text_that_was_found_in_part_is_that_of_json_ld(extractor):
    whole = " ".join(STORIES["en"]["paragraphs"] * 2)
    ld = json.dumps({"@type": "NewsArticle", "headline": "H", "articleBody": whole})
    first = STORIES["en"]["paragraphs"][0]
    assert read_page(f"<script type='application/ld+json'>{ld}</script><article><p>{first}</p></article>").text == whole


def test_no_gap_is_left_where_a_line_is_left_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    story = STORIES["en"]
    paragraphs = "".join(f"<p>{one}</p>" for one in story["paragraphs"])
    page = read_page(f"<h1>H</h1><p>Intro line</p><p>31 July 2024</p>{paragraphs}")
    assert page.text == "\n\n".join(["Intro line", *story["paragraphs"]])


def test_keywords_of_all_kinds_are_joined_and_those_of_search_engines_are_the_last_resort():
    ld = json.dumps({"@type": "NewsArticle", "headline": "H", "keywords": "boats, books"})
    tags = "<meta property='article:tag' content='rivers'><meta name=keywords content='news, site'>"
    assert read_page(f"<script type='application/ld+json'>{ld}</script>{tags}").keywords == ("boats", "books", "rivers")
    assert read_page("<meta name=keywords content='قوارب، كتب'>").keywords == ("قوارب", "كتب")


def test_the_address_is_an_absolute_one():
    html = "<link rel=canonical href=/a><meta property=og:url content=http://a.example/a>"
    assert read_page(html).url == "http://a.example/a"


def test_a_page_without_an_outlet_has_that_of_its_text_else_its_host(extractor, tmp_path):
    page = (
        "<title>Rain floods harbour | Wire</title><link rel=canonical href=https://www.wire.example/1><p>It rained.</p>"
    )
    for printed, source in (("", "wire.example"), ("<p>Source: Coast Courier</p>", "Coast Courier")):
        (tmp_path / "a.html").write_text(page + printed, encoding="utf-8")
        (article,) = read_articles(tmp_path)
        assert (article.source, article.title) == (source, "Rain floods harbour")
    assert html_page_row("<title>Rain floods harbour - Wire</title><p>It rained.", "http://wire.example/1") == {
        "title": "Rain floods harbour",
        "text": "It rained.",
        "url": "http://wire.example/1",
        "source": "wire.example",
    }


def test_the_language_of_a_template_is_not_that_of_the_text():
    arabic, english = STORIES["ar"]["paragraphs"][0], STORIES["en"]["paragraphs"][0]
    assert read_page(f"<html lang=en-US><p>{arabic}</p>").language == ""
    assert read_page(f"<html lang=en-US><p>{english}</p>").language == "en-US"
    assert read_page(f"<html lang=ar><p>{arabic}</p>").language == "ar"


def test_pages_in_which_nothing_is_found_are_not_logged(caplog):
    pytest.importorskip("trafilatura")
    assert read_page("<b>x</b>").text == "x"
    assert caplog.records == []
