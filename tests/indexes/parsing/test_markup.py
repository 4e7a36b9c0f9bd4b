from __future__ import annotations

import pytest

from sada.indexes.parsing.markup import is_html, named_kind, refusal, root_of


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("\ufeff <!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><HTML>", "HTML"),
        ("<?xml version='1.0'?>\n<!-- <rss> --><html xmlns='x'>", "html"),
        ("<p>words", "p"),
        ("<?xml version='1.0'?><rss version='2.0'>", "rss"),
        ("<rdf:RDF xmlns='x'>", "RDF"),
        ("<?xml-stylesheet href='x'?><feed>", "feed"),
        ("<!DOCTYPE nitf SYSTEM 'nitf.dtd' [<!ENTITY a '>'>]><nitf/>", "nitf"),
        ('<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS TOPICS="YES">', "lewis"),
        ("<newsItem\nguid='x'>", "newsItem"),
        ("<3 this", None),
        ("<?xml version", None),
        ("<!-- never closed", None),
        ("<htm", None),
        ("", None),
    ],
)
def test_the_root_element(text, root):
    assert root_of(text) == root


def test_markup_is_html_or_named():
    assert [is_html(name) for name in ("HTML", "html", "p", "H1", "rss", "feed", "svg")] == [True] * 4 + [False] * 3
    assert named_kind("urlset") == "a sitemap"
    assert named_kind("recipe") is None
    assert refusal("rss") == "an RSS feed (root element <rss>), which is not read (write its articles as JSON Lines)"
    assert refusal("recipe").startswith("XML (root element <recipe>), which is not read")
