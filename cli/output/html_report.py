"""One page of HTML that holds all it needs: data, words, style and script. Nothing in it is loaded from elsewhere.

What articles say is in two JSON elements with every ``<`` escaped, so that it cannot end them, and the page's own
script makes text of it and never markup. A content security policy names the hashes of that script and of the style: no
other would run, wherever it came from. Texts are packed (deflate, in base64), so that they take the room of excerpts.
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
_BLOCK = 100_000  # characters of text that are packed together: what is unpacked to read one article
_SLOT = re.compile(r"\{\{(\w+)\}\}")


def report_page(data: Mapping[str, Any], *, title: str | None, interface: str, made: datetime) -> bytes:
    """The page of what :func:`sada.cluster.report.report.report_data` gives.

    Args:
        data: texts and all.
        title: what the page is called; None for the usual name.
        interface: language of the page's own words, of :data:`INTERFACES`; articles keep theirs.
        made: when, with an offset.
    """
    strings = orjson.loads(_file(f"strings.{interface}.json"))
    style, script = _style(), _script()
    version = distribution.version()
    told = {name: value for name, value in data.items() if name != "texts"}
    page = {"strings": strings, "report": told, "version": version, "made": int(made.timestamp())}
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
    """``value`` as JSON that a script element can hold: no text in it can end the element or begin a comment."""
    return orjson.dumps(value).replace(b"<", b"\\u003c").decode()


def packed(texts: Iterable[str]) -> dict[str, list[Any]]:
    """Texts in blocks: ``blocks``, each a JSON list of texts, deflated, in base64; ``starts``: the first of each."""
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
    """Our script and our style, and nothing else: no other script, no address, no form, no markup made of text."""
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
