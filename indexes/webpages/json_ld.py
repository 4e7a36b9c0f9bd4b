"""Find the article that a page describes in JSON-LD, the form of schema.org that search engines read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

_WRAPPERS = ("<!--", "-->", "<![CDATA[", "]]>", "/*", "*/", "//")
_COMMA = re.compile(r",\s*(?=[}\]])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ARTICLE = re.compile(r"(?:\w*:|https?://schema\.org/)?(?:\w*Article|BlogPosting|LiveBlogPosting|Report)")
_PAGE = re.compile(r"(?:\w*:|https?://schema\.org/)?(?:WebPage|VideoObject|NewsMediaOrganization)")
_DEEPEST = 40


def article_in(scripts: Iterable[str]) -> dict[str, Any]:
    """The description of the page's article; that of a page or a video if there is no other, else empty.

    Of several articles that with a date and the longest headline or text counts first: others are teasers.
    """
    nodes = [node for script in scripts for node in _nodes(_load(script), 0)]
    articles = [node for node in nodes if is_article(node) and isinstance(node.get("headline", node.get("name")), str)]
    if articles:
        return _with_publisher(max(articles, key=_completeness), nodes)
    return next((node for node in nodes if _is(node, _PAGE) and node.get("datePublished")), {})


def is_article(node: Mapping[str, Any]) -> bool:
    """True for a node of the type of an article."""
    return _is(node, _ARTICLE)


def text_of(value: Any) -> str:
    """A value as text without markup: a string, the ``name`` of an object, or the first of a list that has one."""
    if isinstance(value, str):
        return " ".join(unescape(unescape(value)).split())
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value") or "")
    if isinstance(value, list):
        return next(filter(None, map(text_of, value)), "")
    return ""


def keywords_of(value: Any) -> list[str]:
    """Keywords as texts: those of a list, or one text that may hold several."""
    found = [text_of(one) for one in (value if isinstance(value, list) else [value])]
    return [one for one in found if one and not one.startswith("http")]


def _with_publisher(article: dict[str, Any], nodes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """An article that has its publisher instead of a reference to another node of the page."""
    publisher = article.get("publisher")
    if not isinstance(publisher, dict) or "@id" not in publisher or text_of(publisher):
        return article
    same = (node for node in nodes if node.get("@id") == publisher["@id"] and text_of(node))
    return article | {"publisher": next(same, publisher)}


def _load(script: str) -> Any:
    text = _unwrapped(script)
    for repaired in (text, _COMMA.sub("", _CONTROLS.sub(" ", text))):
        try:
            return json.loads(repaired, strict=False)
        except (ValueError, RecursionError):
            continue
    return _first_value(repaired)


def _unwrapped(script: str) -> str:
    """A script without the comments and CDATA that hide it from old browsers."""
    text, before = script.strip("; \t\r\n"), None
    while text != before:
        before = text
        for mark in _WRAPPERS:
            text = text.removeprefix(mark).removesuffix(mark).strip("; \t\r\n")
    return text


def _first_value(text: str) -> Any:
    """The first object of a script that has something else around it."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text[max(0, text.find("{")) :])[0]
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            yield from _nodes(value.get(name), depth + 1)


def _is(node: Mapping[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    return any(isinstance(one, str) and kind.fullmatch(one) for one in (types if isinstance(types, list) else [types]))


def _completeness(node: dict[str, Any]) -> tuple[bool, int]:
    return bool(node.get("datePublished")), len(node)
