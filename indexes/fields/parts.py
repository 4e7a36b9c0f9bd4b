"""Join a text that is given in parts: lists of paragraphs, the blocks of an editor, fragments of a line."""

from __future__ import annotations

from typing import Any

from sada.indexes.fields.wrapped import is_empty, unwrap

_INNER_TEXTS = (
    "main", "basic", "text", "content", "body", "plain", "html", "children", "data", "root", "paragraph", "p",
    "sentence",
)  # fmt: skip
_PARTS = ("headline", "summary", "paragraphs", "blocks", "sections", "items")
_INLINE = frozenset({
    "plain", "link", "text_link", "bold", "italic", "underline", "strikethrough", "code", "pre", "mention",
    "mention_name", "hashtag", "cashtag", "bot_command", "email", "phone", "bank_card", "custom_emoji", "spoiler",
})  # fmt: skip
"""Types of the fragments of a message in an export of Telegram."""
_TYPES = ("type", "_type", "nodeType")
_SPANS = frozenset({"text", "span"})
"""Types of the fragments of a paragraph in the trees that editors write."""


def main_part(value: Any) -> Any:
    """The objects with the role ``main`` of a list with roles; any other value as it is."""
    if type(value) is list and (main := [item for item in value if type(item) is dict and item.get("role") == "main"]):
        return unwrap(main)
    return value


def joined(value: Any) -> str:
    """The texts in a value, joined by line breaks; fragments of one message are joined by nothing.

    Raises:
        ValueError: if there is something else in it.
    """
    value = main_part(unwrap(value))
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if type(value) is list:
        return _joined_items(value)
    if type(value) is not dict:
        raise ValueError
    name = next((name for name in _INNER_TEXTS if not is_empty(value.get(name))), None)
    if name is not None:
        return _joined_items(value[name], _SPANS) if type(value[name]) is list else joined(value[name])
    parts = [value[name] for name in _PARTS if name in value]
    if not parts and not value.keys() & {*_INNER_TEXTS}:
        raise ValueError
    return "\n".join(text for part in parts if (text := joined(part)))


def _joined_items(items: list[Any], inline: frozenset[str] = _INLINE) -> str:
    """The texts of a list; objects without a text, such as images, are left out if there is a text beside them."""
    texts, refused = [], False
    for item in items:
        try:
            texts.append(joined(item))
        except ValueError:
            refused = True
            if type(item) is not dict:
                raise
    if refused and not any(texts):
        raise ValueError
    return ("" if _is_line(items, inline) else "\n").join(filter(None, texts))


def _is_line(items: list[Any], inline: frozenset[str]) -> bool:
    """True for fragments that follow each other in one line."""
    texts = [item for item in items if type(item) is dict and ("text" in item or "value" in item)]
    kinds = [next((item[name] for name in _TYPES if name in item), None) for item in texts]
    return bool(kinds) and all(isinstance(kind, str) and kind in inline for kind in kinds)
