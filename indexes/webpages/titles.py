"""Choose the title of a page among those that it gives, and take its own outlet off it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from urllib.parse import urlsplit

from sada.indexes.text.tokens import fold, tokens
from sada.indexes.webpages.document import Document
from sada.indexes.webpages.related import is_long

_PARTS = re.compile(r"(\s*[|｜ㅣ¦•·»›_]\s*|\s+[-–—:~/]+\s+|\s*(?:::|—)\s*|(?<=\S)[:：]\s+|\s*-\s*(?=\S+\Z))")
_METAS = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title")
_LEAST_LEFT = 3
_MOST_AROUND = 2
_LONGEST, _LONGEST_NAME = 500, 40
_SHORTEST_HEADLINE, _LEAST_STANDING = 8, 0.4


def choose_title(document: Document, headline: str, outlets: Sequence[str]) -> str:
    """The headline of the article, without the page's outlet at its start or end.

    The one of JSON-LD counts first, then an ``h1`` that stands in ``title``, then ``og:title`` and the like, then
    another line that ``title`` begins with, then the only ``h1`` if it is long and ``title`` is not, then ``title``.

    Args:
        document: the page.
        headline: the one of JSON-LD; empty if there is none.
        outlets: names of the page's outlet, as titles may have them.
    """
    known = {_key(name) for name in outlets} - {""}
    metas = [without_outlet(document.meta(name), outlets) for name in _METAS]
    tops = [" ".join(block.text.split()) for block in document.blocks if document.is_inside(block, "h1")]
    tops = [text for text in tops if _key(text) not in known]
    standing = [text for text in tops if _stands_in(text, (document.title, *metas))]
    described = [_without_cut(headline, standing)]
    if standing and not _shares_words(headline, (document.title, *metas, *tops)):
        described = [*standing, *described]  # some sites describe the subject there
    title = without_outlet(document.title, outlets)
    only = tops if len(tops) == 1 and is_long(tops[0]) and not is_long(title) else []
    candidates = chain(described, standing, metas, _beginnings(document), only, [title], tops)
    return next(filter(None, (without_outlet(one, outlets) for one in candidates)), "")


def outlet_names(document: Document, publisher: str) -> list[str]:
    """The names of the outlet that a page gives, the best first."""
    program = document.meta("application-name", "apple-mobile-web-app-title")
    said = [document.meta("og:site_name"), publisher, document.meta("dc.publisher")]
    if len(program) <= _LONGEST_NAME:  # some pages have their headline there
        said.append(program)
    return list(dict.fromkeys(filter(None, said)))


def host_of(url: str) -> str:
    """The host of an address without ``www.``; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # for an address that is none
        return ""


def without_outlet(title: str, outlets: Iterable[str]) -> str:
    """A title without the outlet at its end or start; empty if it is nothing but that.

    >>> without_outlet("Rain floods the old harbour | Coast Wire", ["Coast Wire"])
    'Rain floods the old harbour'
    """
    known = {_key(name) for name in outlets} - {""}
    title = " ".join(title.split())
    if _key(title) in known:
        return ""
    if len(title) > _LONGEST:
        return title
    pieces = _PARTS.split(title)
    while len(pieces) > 2 and (_key(pieces[-1]) in known or (":" not in pieces[-2] and _has_outlet(pieces[-1], known))):
        pieces = pieces[:-2]
    while len(pieces) > 2 and _key(pieces[0]) in known:
        pieces = pieces[2:]
    left = "".join(pieces)
    return left if len(_key(left)) >= _LEAST_LEFT else title


def _has_outlet(piece: str, known: set[str]) -> bool:
    """True for an outlet with a word or two around it: ``Coast Wire News``."""
    words = fold(piece).split()
    most = min(_MOST_AROUND, len(words) - 1)
    return any({_key("".join(words[few:])), _key("".join(words[:-few]))} & known for few in range(1, most + 1))


def _without_cut(headline: str, standing: Sequence[str]) -> str:
    """A headline that was cut is replaced by the ``h1`` that begins with it."""
    start = _key(headline.rstrip(" .…"))
    return next((text for text in standing if start and _key(text).startswith(start)), headline)


def _beginnings(document: Document) -> Iterator[str]:
    """Lines of the page that are ``title`` up to one of its delimiters."""
    pieces = _PARTS.split(document.title[:_LONGEST])
    starts = {_key("".join(pieces[:stop])) for stop in range(1, len(pieces), 2)}
    for block in document.blocks:
        if len(block.text) <= len(document.title) and not block.is_link and _key(block.text) in starts:
            yield " ".join(block.text.split())


def _stands_in(text: str, titles: Iterable[str]) -> bool:
    key = _key(text)
    around = (one for one in map(_key, titles) if key in one)
    return len(key) >= _SHORTEST_HEADLINE and any(len(key) >= _LEAST_STANDING * len(one) for one in around)


def _shares_words(text: str, others: Iterable[str]) -> bool:
    words = set(tokens(text))
    return 2 * len(words & {word for other in others for word in tokens(other)}) >= len(words)


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
