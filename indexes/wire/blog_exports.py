"""What the feeds that WordPress and Blogger write as a backup hold besides articles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NO_ARTICLES = frozenset({
    "attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache", "user_request",
    "wp_block", "wp_font_face", "wp_font_family", "wp_global_styles", "wp_navigation", "wp_template",
    "wp_template_part",
})  # fmt: skip
"""Types of posts of WordPress; plugins add more types, which may be articles."""
_KIND = "http://schemas.google.com/g/2005#kind"
_ARTICLE_KINDS = ("post", "page")


def no_article(entry: Mapping[str, Any]) -> str:
    """What an item is instead of an article, as ``attachment`` or ``comment``; empty for an article."""
    post_type = entry.get("wp_post_type")
    if post_type in _NO_ARTICLES:
        return str(post_type)
    terms = (str(tag.get("term")) for tag in entry.get("tags", ()) if is_kind(tag))
    kind = next(terms, "").rpartition("#")[2]
    return "" if kind in _ARTICLE_KINDS else kind


def is_kind(tag: Mapping[str, Any]) -> bool:
    """True for a tag that tells what an item of Blogger is."""
    return tag.get("scheme") == _KIND
