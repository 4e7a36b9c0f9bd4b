"""Write the characters that a stream of XML names, as ``&amp;`` and ``&nbsp;``, by their numbers.

libxml2 knows no names but those that the file declares, and after the first error in a file it drops even ``&amp;`` and
``&lt;``. Numbers it always reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from sada.indexes.parsing.faults import UnreadableError

_CDATA_MARKS = re.compile(rb"(<!\[CDATA\[|\]\]>)")
_REFERENCE = re.compile(rb"&(#|[A-Za-z][A-Za-z0-9]{0,30};|)|<(?![A-Za-z_:/!?\x80-\xff])")
_LONGEST = 33
"""Bytes that a reference or a mark may have before its last one."""
_STARTS = re.compile(rb"[&<\]]")


def with_numbered_characters(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """``chunks`` of UTF-8 with numbers for the names of characters that HTML has.

    So has an ``&`` that starts no name, and a ``<`` that starts no tag. Other names and CDATA sections stay.

    Raises:
        UnreadableError: where ``chunks`` raises it, after all that was before.
    """
    waiting = b""
    in_cdata = False
    stopped: UnreadableError | None = None
    try:
        for chunk in chunks:
            data = waiting + chunk
            start = _STARTS.search(data, max(0, len(data) - _LONGEST))  # what may go on in the next chunk
            cut = start.start() if start else len(data)
            cut -= data[cut - 1 : cut + 1] == b"]]"  # the start of a mark
            waiting = data[cut:]
            done, in_cdata = _number(data[:cut], in_cdata)
            if done:
                yield done
    except UnreadableError as error:
        stopped = error
    if waiting:
        yield _number(waiting, in_cdata)[0]
    if stopped is not None:
        raise stopped


def _number(data: bytes, in_cdata: bool) -> tuple[bytes, bool]:
    """``data`` with numbers, and whether its end stands in a CDATA section."""
    parts = _CDATA_MARKS.split(data)
    for place, part in enumerate(parts):
        if place % 2:
            in_cdata = part.startswith(b"<")
        elif not in_cdata:
            parts[place] = _REFERENCE.sub(_numbered, part)
    return b"".join(parts), in_cdata


def _numbered(reference: re.Match[bytes]) -> bytes:
    name = reference[1]
    if name == b"#":
        return reference[0]
    characters = html5.get(name.decode()) if name else reference[0].decode()
    return reference[0] if characters is None else b"".join(b"&#%d;" % ord(one) for one in characters)
