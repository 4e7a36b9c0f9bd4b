from __future__ import annotations

import pytest

from sada.indexes.wire import xml_text


def parsed(text: str):
    etree = pytest.importorskip("lxml.etree")
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, recover=True))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<x>\n  <p>One\n  line.</p>\n  <p>Two.</p>\n</x>", "One line.\nTwo."),
        ("<x><p>a <b>bold</b><i>er</i> word</p> tail</x>", "a bolder word\ntail"),
        ("<x>one<br/>two<hr/>three</x>", "one\ntwo\nthree"),
        (
            "<x><ul><li>1</li><li>2</li></ul><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table></x>",
            "1\n2\na b\nc",
        ),
        (
            "<x><p>a<!-- no --><?no no?> b</p><script>no()</script><style>no</style><figure>no</figure> end</x>",
            "a b\nend",
        ),
        ("<x><media><media-caption>no</media-caption></media><p>words</p></x>", "words"),
        ("<x xmlns='urn:x'><p>named</p></x>", "named"),
        ("<x>&#160;<p> </p></x>", ""),
        ("<x/>", ""),
    ],
)
def test_blocks_are_lines(markup, text):
    assert xml_text.block_text(parsed(markup)) == text


def test_deep_markup_needs_no_deep_stack():
    assert xml_text.block_text(parsed("<p>" * 200 + "x" + "</p>" * 200)) == "x"


def test_elements_are_found_by_their_path():
    root = parsed("<r><a><b>1</b></a><c><a><b k=' '>2</b><b k=' v '/></a></c><a><b> 3 </b></a></r>")
    texts = [[xml_text.line_text(one) for one in xml_text.find(root, path)] for path in ("a/b", "*/a/b", "*/b", "d")]
    assert texts == [["1", "3"], ["1", "2", "", "3"], ["1", "2", "", "3"], []]
    assert (xml_text.first_text(root, "c/b", "c/a/b", "a/b"), xml_text.first_text(root, "d")) == ("2", "")
    assert (xml_text.first_attribute(root, "*/b", "x", "k"), xml_text.first_attribute(root, "a", "k")) == ("v", "")
