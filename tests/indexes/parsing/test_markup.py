from __future__ import annotations

import pytest

from sada.indexes.parsing.markup import is_html, named_kind, refusal, root_of, xml_format


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
    assert (named_kind("urlset"), named_kind("mediawiki"), named_kind("recipe")) == (
        "a sitemap",
        "a MediaWiki dump",
        None,
    )
    assert refusal("recipe") == "XML (root element <recipe>), which is not read (write its articles as JSON Lines)"
    assert refusal("rss", is_read=True) == "a feed (root element <rss>), not a page (let its name end in .xml)"
    assert refusal("sitemapindex") == "an index of sitemaps, which lists other sitemaps (fetch those, and read them)"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<rss version='2.0'>", "feed"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
        ("<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", "feed"),
        ("<rdf:RDF xmlns='http://channel.netscape.com/rdf/simple/0.9/'>", "feed"),
        ("<rdf:RDF xmlns:bib='http://purl.org/net/biblio#'>", None),
        ("<urlset>", "sitemap"),
        ("<newsMessage>", "newsml"),
        ("<NewsML Version='1.2'>", "newsml"),
        ("<nitf>", "nitf"),
        ("<newsitem itemid='1'>", None),
        ("<html>", None),
    ],
)
def test_the_formats_of_xml_that_are_read(text, found):
    assert xml_format(root_of(text), text) == found
