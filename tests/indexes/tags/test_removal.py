from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.sample import sample_articles
from sada.indexes.tags import references, removal
from sada.indexes.tags.removal import has_tags, without_tags
from sada.indexes.text.tokens import tokens

from ...html_wrapping import WRAPPERS

INLINE = ("b", "i", "em", "strong", "span", "a", "u", "sup", "o:p", "tg-spoiler", "FONT", "mark")
plain_texts = st.text(st.characters(exclude_characters="<&[]"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ha<b>us</b>tür", "haustür"),
        ("one<br>two<BR/>three<hr />four", "one\ntwo\nthree\nfour"),
        ("<p>one<p>two", "one\ntwo"),
        ("<ul><li>one<li>two <ol><li>three</ol></ul>", "one\ntwo\nthree"),
        ("<table><tr><td nowrap>one</td><td>2</td></tr><tr><th>three</table>", "one  2\nthree"),
        ('<h1 class="x">Title</h1>Text', "Title\nText"),
        ('before<img src="x.jpg" alt="a > b, told here">after', "before after"),
        ("<a href='/x?a=1&amp;b=2' title='a > b'>link</a>", "link"),
        ("<a href=/x>link</a >!", "link!"),
        ("<P STYLE='x'>Big</P>", "Big"),
        ("on <time datetime='2024-07-31'>Monday</time>", "on Monday"),
        ("x<o:p></o:p>y<st1:place w:st='on'>Rome</st1:place>", "xyRome"),
        ("漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<wbr>です", "漢字です"),
        ("a<!-- wp:paragraph {\"x\": 1} -->b<!-->c<!-- > <p> -->d", "abcd"),
        ("a<!--more", "amore"),
        ("<!DOCTYPE html><?xml version='1.0'?>text", "text"),
        ("<![CDATA[<p>one]]>", "one"),
        ("<!--[if mso]><p>Word</p><![endif]-->text<![endif]>", "text"),
        ("<style>p { a: b }</style>one<script>if (a<b) '<p>'</script>two", "one\ntwo"),
        ("<SCRIPT async>x</script >one", "one"),
        ("<script src='x'/>one", "one"),
        ("one<script src='x'>two", "one\ntwo"),  # never closed: the content stays
        ("<head><title>Site</title></head><body>one</body>", "one"),
        ("<p>R&amp;D &#8211; caf&eacute;</p>", "R&D – café"),
        ("&lt;p&gt;<b>one</b>&lt;/p&gt;", "one"),  # escaped by an exporter, or within HTML: a tag
        ("&amp;lt;<b>p</b>&amp;gt;", "&lt;p&gt;"),
        ("cut off in <a href=\"https://paper.example/a", "cut off in"),
        ("cut off in <img data-x='<p>a", "cut off in\na"),
        ("<a href=\"/x>no closing quote</a> and <b>more</b>", "no closing quote and more"),
        ("<a href=\"/x\" <b>two</b>", "two"),
        ("stray</p> end</b>", "stray\nend"),
    ],
)  # fmt: skip
def test_html_is_what_a_reader_sees(text, expected):
    assert without_tags(text) == expected
    assert has_tags(text) and without_tags(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d", "x<y>z", "<3", "->", "Vec<int>", "Vec<b>", "Map<a, b>", "if a<b and c>d:", "<ali@x.example>",
        "<https://paper.example/a>", "<앵커> 안녕", "영화 <Time>", "드라마 <Her>", "the <title> tag",
        "the <script> tag", "<!",
        "5 <", "<", "</", "</3", "<p", "<b", "<!important>", "<?>", "<unknown>x</unknown>", "a <b c", "<p and q>",
        "[caption] [video]", "&lt;p&gt;",
    ],
)  # fmt: skip
def test_signs_and_names_stay(text):
    assert without_tags(text) is text
    assert not has_tags(text)


FIGURE = '<figure><img src="x.jpg"><figcaption>The <em>harbour</em> / Agency</figcaption></figure>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{FIGURE}<p>The ferry struck the pier at noon.</p>", "The ferry struck the pier at noon."),
        (f"<!-- wp:x -->{FIGURE}Day<!--", "The harbour / Agency\nDay"),
        (f"{FIGURE}{FIGURE}<p>Pictures</p>", "The harbour / Agency\nThe harbour / Agency\nPictures"),
        ("<p class='wp-caption-text'>A boat</p><p>The ferry struck it.</p>", "The ferry struck it."),
        ("<figcaption>A boat<p>The ferry struck it.</p>", "A boat\nThe ferry struck it."),
        (
            "<figure><div class='wp-block-embed__wrapper'>\nhttps://v.example\n</div></figure>The ferry struck a pier",
            "The ferry struck a pier",
        ),
        ('[caption id="a" width="3"]<img src="x"> A boat[/caption]\nThe ferry struck it.', "The ferry struck it."),
        ('[caption id="a" width="3"]<img src="x"> The ferry and piers[/caption]\nA day', "The ferry and piers\nA day"),
        ("<b>x</b>[gallery ids='1,2'][vc_row][vc_co width=\"1\"]y[/vc_co][/vc_row]z[video] [1]", "x\ny\nz[video] [1]"),
        ("<b>x</b>[embed]https://v.example/1[/embed]y", "x\ny"),
    ],
)  # fmt: skip
def test_captions_are_left_out_unless_they_are_most_of_the_text(text, expected):
    assert without_tags(text) == expected


@given(plain_texts)
def test_plain_text_stays_itself(text):
    assert without_tags(text) is text
    assert not has_tags(text)


@given(
    plain_texts, st.lists(st.tuples(st.sampled_from(INLINE), st.integers(0), st.integers(0)), min_size=1, max_size=5)
)
def test_inline_tags_change_no_token(text, spans):
    places: list[tuple[int, str]] = []
    for name, first, second in spans:
        start, stop = sorted((first % (len(text) + 1), second % (len(text) + 1)))
        places += [(start, f"<{name}>"), (stop, f"</{name}>")]
    wrapped, at = "", 0
    for place, tag in sorted(places, key=lambda one: one[0]):
        wrapped, at = wrapped + text[at:place] + tag, place
    wrapped += text[at:]
    assert has_tags(wrapped)
    assert tokens(without_tags(wrapped)) == tokens(text)


@given(st.text(st.sampled_from("<>/ab p!-=\"'[]&;lt#\n"), max_size=60))
def test_any_text_has_a_plain_form(text):
    found = without_tags(text)
    assert (found is text) == (not has_tags(text))


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "x", " ", "<br>", "<a href='x>'>", "&amp;", "<!-- x -->"]))
)
def test_a_plain_form_is_its_own(parts):
    found = without_tags("".join(parts))
    assert without_tags(found) == found


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_every_article_of_the_sample_keeps_its_tokens(wrap):
    for number, article in enumerate(sample_articles()):
        text = references.unescape(wrap(article.text, number))
        assert tokens(without_tags(text)) == tokens(article.text), article.id


BROKEN = [
    "<a <a ", '<a x="', '<a " x="<a " ', "<a x='<a x=\"", "<!--", "<![CDATA[", "<script>", "<script x=1>", "</a ",
    "<rt>x</rt>", "[caption ", "<b>", "<p class='wp-caption-text'>", "<figcaption></p>", "<script><b></b>", "<?xml ",
    "<br", "< ", "<p <",
    "<a =", "[caption a][caption b]", "&lt;p&gt;<p>", '<a x="<a y=" z=\'<a w=\' ',
]  # fmt: skip


class Counted:
    """A pattern that counts the characters that its matches take."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.taken = 0

    def match(self, text, at):
        found = self._pattern.match(text, at)
        self.taken += found.end() - at
        return found


@pytest.mark.parametrize("unit", BROKEN)
def test_broken_tags_are_read_once(monkeypatch, unit):
    """A tag that ends nowhere is not tried again from within; the pattern of attributes cannot go back either."""
    text = unit * (100_000 // len(unit))
    counted = Counted(removal._ATTRIBUTES)
    monkeypatch.setattr(removal, "_ATTRIBUTES", counted)
    without_tags(text)
    assert counted.taken <= 3 * removal._MOST_TIMES * len(text)
