from __future__ import annotations

import json
from collections import Counter
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sada.indexes.webpages.document import is_html, parse_html
from sada.indexes.webpages.extraction import own_text
from sada.indexes.webpages.json_ld import article_in
from sada.indexes.webpages.page_dates import choose_date, find_date_lines

PAGE = """<!doctype html><html lang="ar-SA"><head><title> عنوان
 &amp; more </title><meta property="article:published_time" content="2020-01-02T03:04:05+03:00">
<meta property="og:site_name" content="A"><link rel="canonical" href="http://a/1"><style>p{}</style></head>
<body><nav>Menu</nav><p>Teaser</p><article><header>By X</header><p>One   <b>bold</b>
 line.</p><p>Two<br>three<br><br>four</p><script>var a = "<p>no</p>";</script><aside>Read also</aside>
<ul><li>a</li><li>b</li></ul></article><footer>Foot</footer></body></html>"""


def test_a_page():
    document = parse_html(PAGE)
    assert (document.title, document.url, document.language) == ("عنوان & more", "http://a/1", "ar-SA")
    assert document.meta("none", "og:site_name") == "A"
    assert own_text(document) == "By X\n\nOne bold line.\n\nTwo\nthree\nfour\n\na\n\nb"
    assert [block.text for block in document.blocks][-3:] == ["a", "b", "Foot"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<body>x<main><p>y</p></main></body>", "y"),
        ("<body>x<p>y</p></body>", "x\n\ny"),
        ("<p>x", "x"),
        ("<article>short</article><article>a longer one</article>", "a longer one"),
        ("<article>a<article>b</article>c</article>", "a\n\nb\n\nc"),
        ("<article>a</article><article>bc</article>d", "bc"),
        ("<article> </article><main>m</main>", "m"),
        ("<p>1 < 2 <a", "1 < 2 <a"),
        ("<article>a<aside>never closed</article><p>b", "a"),
        ("<article>a<svg><title>icon</title></svg>b</article>", "ab"),
        ("<script src='x'/><p>after</p>", "after"),
        ("<noscript>on</noscript><template>t</template>x", "x"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n\n2"),
        ("a&nbsp;&lt;b&gt; &#1575;", "a <b> ا"),
        ("</p></nav></article>x", "x"),
        ("<p>one<p>two <b>three<p>four", "one\n\ntwo three\n\nfour"),
        ("<div>text <a href=x>link</a> text</div><div><a href=x>only a link</a></div>", "text link text"),
        ("<a name=top><p>no link</p></a>", "no link"),
        ("", ""),
    ],
)
def test_visible_text(page, text):
    assert own_text(parse_html(page)) == text


@pytest.mark.parametrize("section", ["<![>", "<![ ]>", "<![other[x]]>", "<![if IE]>"])
def test_a_marked_section_that_is_none_hides_nothing_else(section):
    assert own_text(parse_html(f"<p>before {section}after</p>")) == "before after"


def test_elements_deeper_than_browsers_allow_are_read():
    page = "<div class=related>" * 20_000 + "text" + "</div>" * 20_000
    assert [block.text for block in parse_html(page).blocks] == ["text"]


@given(st.text(alphabet="<>/!-[]\"'= apdivnscrtl&#;\n", max_size=60))
@example("<![>")
def test_any_markup_can_be_read(page):
    document, letters = parse_html(page), Counter(unescape(page))
    for visible in (document.title, own_text(document)):
        assert not Counter("".join(visible.split())) - letters


def test_paragraphs_outside_all_elements_are_text():
    sentence = "The town opened a floating library beside its old bridge on Tuesday, with four thousand books."
    assert own_text(parse_html("<br>".join([sentence] * 5))) == "\n".join([sentence] * 5)


def test_html_needs_two_tags():
    assert is_html("<p>One</p>") and not is_html("one <p> only")


# JSON-LD


def article(*scripts):
    return article_in([one if isinstance(one, str) else json.dumps(one) for one in scripts])


NEWS = {"@type": "NewsArticle", "headline": "H", "datePublished": "2024-07-31"}


@pytest.mark.parametrize(
    "script",
    [
        NEWS,
        [{"@type": "BreadcrumbList"}, NEWS],
        {"@graph": [{"@type": "WebSite", "name": "S"}, NEWS]},
        {"@type": "WebPage", "mainEntity": NEWS},
        NEWS | {"@type": ["Thing", "https://schema.org/ReportageNewsArticle"]},
        f"<!-- {json.dumps(NEWS)} -->",
        f"//<![CDATA[\n{json.dumps(NEWS)}\n//]]>",
        f"/* {json.dumps(NEWS)} */;",
        '{"@type": "NewsArticle", "headline": "H", "description": "a\nb\tc", "datePublished": "2024-07-31",}',
        f"{json.dumps(NEWS)}{json.dumps({'@type': 'Person'})}",
        f"<!--//--><![CDATA[//><!--\n{json.dumps(NEWS)}\n//--><!]]>",
    ],
)
def test_the_article_of_json_ld_is_found_also_in_broken_scripts(script):
    found = article(script)
    assert (found["headline"], found["datePublished"]) == ("H", "2024-07-31")


def test_the_publisher_may_stand_beside_the_article():
    outlet = {"@type": "Organization", "@id": "#us", "name": "Wire"}
    news = NEWS | {"publisher": {"@id": "#us"}}
    assert article({"@graph": [{"@id": "#us"}, outlet, news]})["publisher"] == outlet
    assert article({"@graph": [news]})["publisher"] == {"@id": "#us"}
    assert article({"@graph": [outlet, NEWS | {"publisher": "Other"}]})["publisher"] == "Other"


def test_of_several_articles_the_one_with_a_date_counts_and_others_are_no_article():
    teaser = {"@type": "Article", "headline": "Teaser", "url": "u", "image": "i", "author": "a"}
    assert article([teaser, NEWS])["headline"] == "H"
    assert article("{", "[1, null]", {"@type": "Organization", "name": "O"}) == {}
    assert article("[" * 100_000) == {}


# dates


def date_of(page, top=0, url=""):
    document = parse_html(page)
    return choose_date(document, article_in(document.json_ld), url, top, find_date_lines(document, top))


@pytest.mark.parametrize(
    ("page", "date"),
    [
        ('<script type="application/ld+json">{"@type":"Article","name":"H","datePublished":"2024-07-31T01:02"}</script>'
         "<meta property='article:published_time' content='2020-01-01'>", "2024-07-31T01:02"),
        ("<meta name='parsely-pub-date' content='2024-07-31T11:05:00Z'>", "2024-07-31T11:05:00Z"),
        ("<meta name='DC.date.issued' content='2024-07-31'>", "2024-07-31"),
        ("<meta itemprop='datePublished' content='2024-07-31'>", "2024-07-31"),
        ("<meta name='sailthru.date' content='Wed, 31 Jul 2024 11:05:00 +0000'>", "Wed, 31 Jul 2024 11:05:00 +0000"),
        ("<h1>H</h1><span itemprop='datePublished'>31 July 2024</span>", "31 July 2024"),
        ("<h1>H</h1><time>31 July 2024</time>", "31 July 2024"),
        ("<h1>H</h1><p>Updated on Wednesday, 31 July 2024 | 5 min</p>", "Updated on Wednesday, 31 July 2024"),
        ("<meta name=date content='2024-07-31'><h1>H</h1><p>31.07.2024 14:05</p>", "31.07.2024 14:05"),
        ("<meta name=date content='2024-07-31'><h1>H</h1><p>30.07.2020 14:05</p>", "2024-07-31"),
        ("<meta name=date content='1970-01-01T00:00:00Z'><h1>H</h1><p>31 July 2024</p>", "31 July 2024"),
        ("<meta property='article:modified_time' content='2024-08-02'>", "2024-08-02"),
        ("<meta property='article:modified_time' content='2024-08-02'><h1>H</h1><p>31 July 2024</p>", "31 July 2024"),
        ("<time itemprop='dateModified' datetime='2024-08-02'>x</time><h1>H</h1>", ""),
        ("<h1>H</h1><p>Updated: 2 August 2024</p><p>Published: 31 July 2024</p>", "Published: 31 July 2024"),
        ("<h1>H</h1><p>آخر تحديث: 2 أغسطس 2024</p>", "آخر تحديث: 2 أغسطس 2024"),
        ("<header><h1>H</h1><p>31 July 2024</p></header>", "31 July 2024"),
        ("<article><h1>H</h1><footer>31 July 2024</footer></article>", ""),
        ("<meta name=pubdate content='yesterday'>", "yesterday"),
        ("<h1>H</h1><p>Call 0555 123 456 or 20240731</p>", ""),
        ("<h1>H</h1><p>© 2019 Wire</p>", ""),
    ],
)  # fmt: skip
def test_the_date_of_a_page(page, date):
    assert date_of(page) == date


def test_the_day_of_the_visit_in_the_header_of_a_site_is_not_that_of_the_article():
    assert date_of("<header><p>Sunday, 29 November 2026</p></header><main><h1>H</h1></main>", top=1) == ""
    assert date_of("<div><p>Sunday, 31 July 2022</p></div><main><h1>H</h1></main>", top=1) == "Sunday, 31 July 2022"


def test_an_address_dates_a_page_that_says_nothing_else():
    assert date_of("<h1>H</h1>", url="http://a.example/2024/7/31/rain") == "2024-07-31"
    assert date_of("<h1>H</h1><p>30 July 2024</p>", url="http://a.example/2024/07/31/rain") == "30 July 2024"
