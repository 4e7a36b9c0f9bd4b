from __future__ import annotations

from collections import Counter
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sada.indexes.pages.html import html_row, txt_row


def test_a_short_first_line_above_a_blank_line_is_the_title():
    assert txt_row("عنوان الخبر\n\nنص الخبر.\nسطر\n") == {"title": "عنوان الخبر", "text": "نص الخبر.\nسطر\n"}
    assert txt_row("Title\r\n\r\nBody\r\n") == {"title": "Title", "text": "Body\r\n"}
    assert txt_row("\n Title \n \n\nBody") == {"title": "Title", "text": "Body"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One line only", "One line only"),
        ("One sentence. And another one.\nMore.", "One sentence."),
        ("It ends a sentence.\n\nBody", "It ends a sentence."),
        ("هل انتهى؟\n\nنص", "هل انتهى؟"),
        ("He said “stop.” Then left.", "He said “stop.”"),
        ("The U.S. army said 3.5 million left! Then more", "The U.S. army said 3.5 million left!"),
        ("这是第一句。这是第二句。", "这是第一句。"),
        ("Wrapped\nline\n\nSecond paragraph", "Wrapped line"),
    ],
)
def test_otherwise_the_first_sentence_is_and_the_text_stays_whole(text, title):
    assert txt_row(text) == {"title": title, "text": text, "title_derived": True}


def test_a_derived_title_is_cut_at_the_end_of_a_word():
    assert txt_row("word " * 60)["title"] == " ".join(["word"] * 24)
    assert txt_row("字" * 300)["title"] == "字" * 120
    long_line = "w" * 201
    assert txt_row(f"{long_line}\n\nBody") == {
        "title": "w" * 120,
        "text": f"{long_line}\n\nBody",
        "title_derived": True,
    }
    assert txt_row(f"{'w' * 200}\n\nBody") == {"title": "w" * 200, "text": "Body"}


def test_a_blank_text_has_no_title():
    assert txt_row(" \n\n") == {"title": "", "text": " \n\n"}


@given(st.text(max_size=300))
def test_no_word_of_a_text_is_lost(text):
    row = txt_row(text)
    whole = row["text"] if row.get("title_derived") else f"{row['title']} {row['text']}"
    assert whole.split() == text.split()
    assert len(row["title"]) <= 200


PAGE = """<!doctype html><html lang="ar-SA"><head><title> عنوان
 &amp; more </title><meta property="article:published_time" content="2020-01-02T03:04:05+03:00">
<meta property="og:site_name" content="A"><link rel="canonical" href="http://a/1"><style>p{}</style></head>
<body><nav>Menu</nav><p>Teaser</p><article><header>By X</header><h1>H</h1><p>One   <b>bold</b>
 line.</p><p>Two<br>three<br><br>four</p><script>var a = "<p>no</p>";</script><aside>Read also</aside>
<ul><li>a</li><li>b</li></ul></article><footer>Foot</footer></body></html>"""


def test_a_page():
    assert html_row(PAGE) == {
        "title": "عنوان & more",
        "text": "H\n\nOne bold line.\n\nTwo\nthree\n\nfour\n\na\n\nb",
        "date": "2020-01-02T03:04:05+03:00",
        "source": "A",
        "url": "http://a/1",
        "language": "ar-SA",
    }


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
        ("", ""),
    ],
)
def test_visible_text(page, text):
    assert html_row(page)["text"] == text


def test_the_first_title_and_the_first_of_each_meta_count():
    page = (
        "<title>a</title><title>b</title><meta name='og:site_name' content='A'><meta name='og:site_name' content='B'>"
    )
    assert html_row(page) == {"title": "a", "text": "b", "source": "A"}


@pytest.mark.parametrize("section", ["<![>", "<![ ]>", "<![other[x]]>", "<![if IE]>"])
def test_a_marked_section_that_is_none_hides_nothing_else(section):
    assert html_row(f"<p>before {section}after</p>")["text"] == "before after"


@given(st.text(alphabet="<>/!-[]\"'= apdivnscrtl&#;\n", max_size=60))
@example("<![>")
def test_any_markup_can_be_read(page):
    row, letters = html_row(page), Counter(unescape(page))
    for visible in (row.get("title", ""), row["text"]):
        assert not Counter("".join(visible.split())) - letters
