"""Tell HTML and the formats of XML by their root element."""

from __future__ import annotations

import re

from sada.indexes.parsing.recipes import RECIPES, recipe_refusal

_NAME = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_DOCTYPE = re.compile(r"<!doctype\s+([\w.:-]+)", re.I)
_DOCTYPE_END = re.compile(r"[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_HTML = frozenset(
    """
    a abbr address article aside audio b base blockquote body br button canvas center cite code dd details
    div dl dt em fieldset figure font footer form frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img
    input ins label li link main map meta nav noscript object ol p picture pre q s script section small span
    strong style sub sup table tbody td template th time title tr u ul video
    """.split()  # noqa: SIM905 - a list of a hundred lines otherwise
)
_READ = {
    "rss": "feed",
    "feed": "feed",
    "channel": "feed",
    "RDF": "feed",
    "urlset": "sitemap",
    "newsMessage": "newsml",
    "newsItem": "newsml",
    "packageItem": "newsml",
    "conceptItem": "newsml",
    "knowledgeItem": "newsml",
    "planningItem": "newsml",
    "catalogItem": "newsml",
    "NewsML": "newsml",
    "nitf": "nitf",
}
"""The formats of XML that are read, by the name of the root element."""
_SHOWN = {"feed": "a feed", "sitemap": "a sitemap", "newsml": "NewsML", "nitf": "NITF"}
XML_FORMATS = tuple(_SHOWN)
"""The formats of XML that are read."""
_RSS_IN_RDF = re.compile(r"purl\.org/rss/|netscape\.com/rdf/simple/|purl\.org/net/rss")
_KINDS = {
    "RDF": "RDF",
    "sitemapindex": "an index of sitemaps",
    "DOC": "SGML in the style of TREC",
    "opml": "a list of feeds (OPML)",
    "TEI": "TEI",
}


def root_of(text: str) -> str | None:
    """The name of the root element, without its prefix; that of a document type comes first. None if there is none."""
    at = 0
    while True:
        rest = text[at:].lstrip("\ufeff \t\r\n")
        at = len(text) - len(rest)
        end = _end_of_prolog(text, at)
        if end is None:
            doctype = _DOCTYPE.match(text, at)
            match = doctype if doctype and doctype[1].lower() in ("html", "lewis") else _NAME.match(text, at)
            return match[1] if match else None
        at = end


def is_html(root: str) -> bool:
    """True for the name of an element of HTML."""
    return root.lower() in _HTML


def xml_format(root: str, text: str) -> str | None:
    """The format of a text with this root element, if it is one that is read; RDF is one if it holds RSS."""
    return None if root == "RDF" and not _RSS_IN_RDF.search(text) else _READ.get(root)


def other_kind(text: str, expected: str) -> str | None:
    """What markup is that is known to be another format than ``expected``; None if it may be that."""
    root = root_of(text)
    if root is None or xml_format(root, text) == expected:
        return None
    return "HTML" if is_html(root) else named_kind(root)


def named_kind(root: str) -> str | None:
    """What a text with this root element is, if that is known and no HTML: ``a feed``."""
    if root in RECIPES:
        return RECIPES[root][0]
    return _KINDS.get(root) or _SHOWN.get(_READ.get(root, ""))


def refusal(root: str, *, is_read: bool = False) -> str:
    """The reason to report for markup that is not read, or that is (``is_read``) but stands in a file for a page."""
    if root in RECIPES:
        return recipe_refusal(root, f"root element <{root}>")
    kind = named_kind(root) or "XML"
    if root == "sitemapindex":
        return f"{kind}, which lists other sitemaps (fetch those, and read them)"
    if is_read:
        return f"{kind} (root element <{root}>), not a page (let its name end in .xml)"
    return f"{kind} (root element <{root}>), which is not read (write its articles as JSON Lines)"


def broken_xml(reason: str) -> str:
    """What to report for XML that is not well-formed."""
    return f"not well-formed XML, what stands there or later may be lost: {reason}"


def _end_of_prolog(text: str, at: int) -> int | None:
    """Where a declaration, a comment or a document type that starts ``at`` ends; None for anything else."""
    for start, stop in (("<?", "?>"), ("<!--", "-->")):
        if text.startswith(start, at):
            end = text.find(stop, at + len(start))
            return None if end < 0 else end + len(stop)
    doctype = _DOCTYPE.match(text, at)
    if doctype is None or doctype[1].lower() in ("html", "lewis"):
        return None
    close = _DOCTYPE_END.match(text, doctype.end())
    return close.end() if close else None
