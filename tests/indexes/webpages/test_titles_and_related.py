from __future__ import annotations

import pytest

from sada.indexes.pages.marker_files import load_markers
from sada.indexes.webpages.document import parse_html
from sada.indexes.webpages.related import related_headlines
from sada.indexes.webpages.titles import choose_title, host_of, outlet_names, without_outlet


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("افتتاح جسر الوادي | صحيفة النخيل", "افتتاح جسر الوادي"),
        ("افتتاح جسر الوادي - صحيفة النخيل", "افتتاح جسر الوادي"),
        ("صحيفة النخيل: افتتاح جسر الوادي", "افتتاح جسر الوادي"),
        ("صحيفة النخيل | افتتاح جسر الوادي | صحيفة النخيل", "افتتاح جسر الوادي"),
        ("افتتاح جسر الوادي - محليات - صحيفة النخيل", "افتتاح جسر الوادي - محليات"),
        ("افتتاح جسر الوادي | صحيفه النخيل الإلكترونية", "افتتاح جسر الوادي"),
        ("افتتاح جسر الوادي | nakheel.example", "افتتاح جسر الوادي"),
        ("افتتاح جسر الوادي – Nakheel", "افتتاح جسر الوادي"),
        ("صحيفة النخيل", ""),
        ("رئيس تحرير صحيفة النخيل: لا نبيع الأخبار", "رئيس تحرير صحيفة النخيل: لا نبيع الأخبار"),
        ("الوزير: لا زيادة - في الأسعار", "الوزير: لا زيادة - في الأسعار"),
    ],
)
def test_a_title_loses_its_own_outlet(given, title):
    assert without_outlet(given, ["صحيفة النخيل", "nakheel.example", "nakheel"]) == title


@pytest.mark.parametrize(
    ("page", "headline", "title"),
    [
        ("<title>Rain floods harbour - Wire</title><h1>Rain floods harbour</h1>", "Rain floods town",
         "Rain floods town"),
        ("<title>Rain floods harbour - Wire</title><h1>Wire</h1><h1>Rain floods harbour</h1>", "",
         "Rain floods harbour"),
        ("<title>Rain floods harbour</title><h1>Log in</h1>", "", "Rain floods harbour"),
        ("<title>News</title><meta property=og:title content='Rain floods harbour'><h1>Rain</h1>", "",
         "Rain floods harbour"),
        ("<title>Rain floods harbour in June</title><h1>Rain floods harbour in June</h1>", "Rain floods…",
         "Rain floods harbour in June"),
        ("<title>Rain floods harbour - Unknown outlet</title><h2>Rain floods harbour</h2>", "", "Rain floods harbour"),
        ("<h1>Rain floods harbour</h1>", "", "Rain floods harbour"),
        ("<title>Rain floods harbour - Wire</title><h1>Rain floods harbour</h1>", "weather event",
         "Rain floods harbour"),
        ("<title>Rain floods harbour and town :: My Journal</title><h1>My Journal</h1>", "",
         "Rain floods harbour and town :: My Journal"),
        ("<title>Front page</title><h1>Rain floods harbour again</h1>", "", "Rain floods harbour again"),
        ("<title>Rain floods harbour again</title><h1>back to the front page</h1>", "", "Rain floods harbour again"),
        ("<p>Rain.</p>", "", ""),
    ],
)  # fmt: skip
def test_the_title_of_a_page(page, headline, title):
    assert choose_title(parse_html(page), headline, ["Wire"]) == title


def test_the_outlet_is_never_a_headline():
    page = "<meta name=application-name content='Rain floods the harbour again, and the town'>"
    assert outlet_names(parse_html(page), "") == []
    page = "<meta name=application-name content=Wire><meta property=og:site_name content='The Wire'>"
    assert outlet_names(parse_html(page), "Wire Ltd") == ["The Wire", "Wire Ltd", "Wire"]


@pytest.mark.parametrize(("url", "host"), [("https://www.a.example/1", "a.example"), ("/1", ""), ("http://[a", "")])
def test_the_host_of_an_address(url, host):
    assert host_of(url) == host


FIRST, SECOND = "Repair of the old pier to begin", "Volunteers gather a thousand books"
TEXT = "<p>The town opened a floating library beside its old bridge on Tuesday, with four thousand books in it.</p>"
LIST = f"<li><a href=1>{FIRST}</a></li><li><a href=2>{SECOND}</a></li>"


def related(page, title="Library opens"):
    return related_headlines(parse_html(page), load_markers(), title)


@pytest.mark.parametrize(
    "page",
    [
        f"<article>{TEXT * 2}<h3>Related articles</h3><ul>{LIST}</ul>{TEXT}</article>",
        f"{TEXT * 2}<aside><h3>Read also</h3><ul>{LIST}</ul></aside>",
        f"{TEXT * 2}<div class='block-related'><ul>{LIST}</ul></div>",
        f"{TEXT * 2}<aside><h3>Latest news</h3><ul>{LIST}</ul></aside>",
        f"{TEXT * 2}<section id=recommended>{LIST}</section>",
        f"{TEXT}<p>Read also: <a href=1>{FIRST}</a></p>{TEXT}<p><b>Read also:</b> <a href=2>{SECOND}</a></p>",
        f"{TEXT * 2}<div>Similar articles<ul><li><a href=1><img><h4>{FIRST}</h4><p>It will take long, he said.</p></a>"
        f"<span>2 May</span></li><li><a href=2><h4>{SECOND}</h4></a></li></ul></div><p>© 2024</p>",
    ],
)
def test_headlines_of_related_articles_are_found_where_they_are_cut_away(page):
    assert related(page) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "page",
    [
        f"{TEXT}<ul>{LIST}</ul>",
        f"{TEXT}<h3>Latest news</h3><p><a href=1>{FIRST}</a></p>",
        f"<div class=related>{TEXT * 2}{LIST}</div>",
        f"{TEXT}<h3>Related articles</h3><h3>Sport</h3><ul>{LIST}</ul>",
        f"{TEXT}<div class=related-tags><a href=1>boats</a> <a href=2>books and rivers</a></div>",
        f"{TEXT}<h3>Read also</h3><ul><li><a href=1>Library opens</a></li></ul>",
    ],
)
def test_other_links_are_none(page):
    assert related(page) == []


def test_a_list_of_titles_in_a_script_without_spaces():
    titles = ["旧码头的修缮工程下月开始动工", "志愿者为乡村学校收集一千册图书"]
    links = "".join(f"<li><a href={one}>{one}</a></li>" for one in titles)
    assert related(f"<h3>相关新闻</h3><ul>{links}</ul>") == titles
