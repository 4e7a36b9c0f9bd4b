"""The text of the markup inside news items: NITF, XHTML and the like."""

from __future__ import annotations

import html
from collections.abc import Collection
from typing import Any

from sada.indexes.wire.xml_stream import local_name

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
"""The attribute ``xml:lang``."""
_BLOCKS = frozenset({
    "abstract", "address", "article", "aside", "block", "blockquote", "body", "body.content", "br", "bq", "caption",
    "center", "credit", "dd", "div", "dl", "dt", "fn", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hedline", "hl1", "hl2", "hr", "li", "main", "nitf-table", "note", "ol", "p", "pre", "section", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_NO_TEXT = frozenset({"fig", "figure", "head", "media", "nitf-table-metadata", "object", "script", "style"})


def first_text(root: Any, *paths: str) -> str:
    """The text of the first element that is not blank, in the order of ``paths``."""
    return next((text for path in paths for element in find(root, path) if (text := line_text(element))), "")


def find(root: Any, path: str) -> list[Any]:
    """The elements at a path of local names, as ``itemMeta/provider``; with ``*/`` at its start at any depth."""
    names = path.split("/")
    found = [root]
    if names[0] == "*":
        found = [one for one in root.iter() if local_name(one) == names[1]]
        names = names[2:]
    for name in names:
        found = [child for parent in found for child in parent if local_name(child) == name]
    return found


def first_attribute(root: Any, path: str, *names: str) -> str:
    """The first attribute of ``names`` that is not blank, at the first element at ``path`` that has one."""
    values = (element.get(name) for element in find(root, path) for name in names)
    return next((value.strip() for value in values if value and value.strip()), "")


def line_text(element: Any) -> str:
    """The text in an element as one line."""
    return " ".join(block_text(element, without=()).split())


def block_text(root: Any, without: Collection[str] = _NO_TEXT) -> str:
    """The text in an element, each of its blocks in a line of its own.

    Args:
        root: the element.
        without: the names of elements to leave out; those of pictures, scripts and heads.
    """
    from lxml import etree

    parts: list[str] = []
    stack: list[Any] = [root]
    while stack:  # a stack, because markup may be deeper than Python's
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        name = local_name(node)
        if node.tag is etree.Entity:  # one that the file does not declare, as &nbsp;
            parts.append(html.unescape(node.text))
        elif name and (name not in without or node is root):
            edge = "\t" if name in _CELLS else "\n" if name in _BLOCKS else ""
            parts.append(edge + _flat(node.text))
            stack.append(edge)
            for child in reversed(node):
                stack += [_flat(child.tail), child]
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))


def _flat(text: str | None) -> str:
    """Text in which line breaks are spaces: in markup they mean nothing."""
    return "" if text is None else text.replace("\n", " ")
