"""Tell HTML from other markup by its root element."""

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
_KINDS = {
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "RDF": "RDF",
    "urlset": "a sitemap",
    "sitemapindex": "an index of sitemaps",
    "newsMessage": "NewsML-G2",
    "newsItem": "NewsML-G2",
    "packageItem": "NewsML-G2",
    "conceptItem": "NewsML-G2",
    "knowledgeItem": "NewsML-G2",
    "planningItem": "NewsML-G2",
    "NewsML": "NewsML 1",
    "nitf": "NITF",
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


def named_kind(root: str) -> str | None:
    """What a text with this root element is, if that is known and no HTML: ``an RSS feed``."""
    return RECIPES[root][0] if root in RECIPES else _KINDS.get(root)


def refusal(root: str) -> str:
    """The reason to report for markup that is not read."""
    if root in RECIPES:
        return recipe_refusal(root, f"root element <{root}>")
    kind = named_kind(root) or "XML"
    return f"{kind} (root element <{root}>), which is not read (write its articles as JSON Lines)"


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
