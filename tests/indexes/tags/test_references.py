from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.tags.references import unescape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("&quot;A&#8211;B&quot; &amp; C&#x27;s", '"A–B" & C\'s'),
        ("<p>R&amp;D</p> &lt;b&gt;", "<p>R&D</p> <b>"),
        ('<img alt="say &quot;hi&quot;"> &quot;', '<img alt="say &quot;hi&quot;"> "'),
        ("<a href='?a=1&amp;b=2'>&amp;</a>", "<a href='?a=1&amp;b=2'>&</a>"),
        ('<img data-x="<p>&lt;</p>" alt="&gt;">&gt;', '<img data-x="<p>&lt;</p>" alt="&gt;">>'),
        ("5 <b and &lt; 7", "5 <b and < 7"),
        ("a <b &amp; c=d", "a <b & c=d"),
        ("&notes; &x", "&notes; &x"),
    ],
)
def test_references_are_replaced_except_in_attributes(text, expected):
    assert unescape(text) == expected


@given(st.text(st.characters(exclude_characters="&")))
def test_text_without_references_is_itself(text):
    assert unescape(text) is text
