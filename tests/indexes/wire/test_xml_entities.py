from __future__ import annotations

import html
import html.entities
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.wire.xml_entities import with_numbered_characters


def numbered(text: str, size: int = 10_000) -> str:
    data = text.encode()
    return b"".join(with_numbered_characters(data[at : at + size] for at in range(0, len(data), size))).decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a &amp; b &lt;&nbsp;&eacute;", "a &#38; b &#60;&#160;&#233;"),
        ("salt & tea&", "salt &#38; tea&#38;"),
        ("?a=1&b=2", "?a=1&#38;b=2"),
        ("&#38;&#x26;", "&#38;&#x26;"),
        ("&agency; &NotEqualTilde;", "&agency; &#8770;&#824;"),
        ("<![CDATA[a &amp; b & c]]>&amp;", "<![CDATA[a &amp; b & c]]>&#38;"),
        ("]]>&amp;<![CDATA[&amp;", "]]>&#38;<![CDATA[&amp;"),
        (f"<![CDATA[]]>&{3 * '<![CDATA['}&x", f"<![CDATA[]]>&#38;{3 * '<![CDATA['}&x"),
        (f"<![CDATA[x]]>& {30 * 'y'}&", f"<![CDATA[x]]>&#38; {30 * 'y'}&#38;"),
        ("1 < 2 <3 <b><!-- x --><é/></b>", "1 &#60; 2 &#60;3 <b><!-- x --><é/></b>"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_names_become_numbers_however_the_bytes_are_cut(text, found, size):
    assert numbered(text, size) == found


@given(st.lists(st.sampled_from(["&", "amp;", "&lt;", "#", "<![CDATA[", "]]>", "x", "ن", "<", "]"])), st.integers(1, 9))
def test_the_meaning_outside_of_cdata_stays(parts, size):
    text = "".join(parts)
    found = numbered(text, size)
    assert found == numbered(text)
    assert html.unescape(found) == html.unescape(text) or "CDATA" in text
    names = re.findall(r"&([a-z]+;)", re.sub(r"<!\[CDATA\[.*?(\]\]>|$)", "", found))
    assert [name for name in names if name in html.entities.html5] == []
