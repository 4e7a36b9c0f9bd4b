"""One page of HTML with all its data, strings, style and script in it. It loads nothing from elsewhere.

The content of articles is in two JSON elements with every ``<`` escaped, so that it cannot end them. The page's own
script turns it into text nodes and never into markup. A content security policy names the hashes of that script and of
the style, so no other script runs. Texts are compressed (deflate, in base64), so that they take little space.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from sada.indexes import distribution

INTERFACES = {"en": "ltr", "ar": "rtl"}
_STYLES = ("base", "masthead", "filters", "timeline", "stories", "story", "articles", "compare", "echoes", "print")
_SCRIPTS = ("dom", "words", "data", "texts", "choice", "timeline", "strip", "compare", "rows", "stories", "story",
            "copies", "echoes", "list", "controls", "routes", "main")  # fmt: skip
_BLOCK = 100_000  # characters of text that are compressed together; one block is unpacked to read one article
_SLOT = re.compile(r"\{\{(\w+)\}\}")


def report_page(data: Mapping[str, Any], *, title: str | None, interface: str, made: datetime) -> bytes:
    """Write the page of a report as UTF-8.

    Args:
        data: the report, as :func:`sada.cluster.report.report.report_data` gives it.
        title: the title of the page; None for the usual one.
        interface: language of the page's own words, one of :data:`INTERFACES`; articles keep theirs.
        made: the time of the report, with an offset.
    """
    strings = orjson.loads(_file(f"strings.{interface}.json"))
    style, script = _style(), _script()
    version = distribution.version()
    report = {name: value for name, value in data.items() if name != "texts"}
    page = {"strings": strings, "report": report, "version": version, "made": int(made.timestamp())}
    plain = {key: value for key, value in strings.items() if isinstance(value, str)}
    escaped = {
        **plain,
        "title": title or strings["name"],
        "lang": interface,
        "dir": INTERFACES[interface],
        "version": version,
        "policy": _policy(style, script),
    }
    raw = {"style": style, "script": script, "data": json_element(page), "texts": json_element(packed(data["texts"]))}
    slots = {**{key: html.escape(value) for key, value in escaped.items()}, **raw}
    whole = _SLOT.sub(lambda slot: slots[slot[1]], _file("page.html"))
    return whole.encode("utf-8", "replace")  # a title may be given as other bytes


def json_element(value: Any) -> str:
    """``value`` as JSON for a script element: no text in it can end the element or begin a comment."""
    return orjson.dumps(value).replace(b"<", b"\\u003c").decode()


def packed(texts: Iterable[str]) -> dict[str, list[Any]]:
    """Compress texts in blocks.

    Returns:
        ``blocks``: each a JSON list of texts, deflated, in base64; ``starts``: the number of the first text of each.
    """
    starts, blocks, count = list[int](), list[str](), 0
    for block in _blocks(texts):
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        starts.append(count)
        blocks.append(base64.b64encode(deflate.compress(orjson.dumps(block)) + deflate.flush()).decode())
        count += len(block)
    return {"starts": starts, "blocks": blocks}


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    block, size = list[str](), 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _policy(style: str, script: str) -> str:
    """The content security policy: this script and this style, no address, no form, no markup made from text."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; base-uri 'none';"
        " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _style() -> str:
    return "\n".join(_file(f"{name}.css") for name in _STYLES)


@cache
def _script() -> str:
    return "\n".join(_file(f"{name}.js") for name in _SCRIPTS)


def _file(name: str) -> str:
    return files("sada.cli").joinpath("data", "report", name).read_text(encoding="utf-8")
