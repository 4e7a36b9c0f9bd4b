"""Find the encoding of a text by what it declares, and turn other encodings into UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from sada.indexes.parsing.faults import UnreadableError, WrongEncodingError

MEND = "name its encoding: --encoding NAME"
"""What a user can do about a text that is not UTF-8."""

_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\0\0": "utf-32-le",
    b"\0\0\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_HEAD = 4096
_SAMPLE = 1 << 16
"""Bytes that show whether a text is in UTF-8."""
_DECLARED = re.compile(
    rb"""\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]+)|<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([\w.:-]+)""",
    re.I,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# What browsers read under these names (WHATWG Encoding Standard), where Python reads less.
_WEB_NAMES = {
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}
_HIGH = re.compile(
    rb"([\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})|[\x80-\xff]", re.DOTALL
)
_SCRIPTS = bytes(range(9))  # Latin, Greek, Cyrillic, Hebrew, Arabic and their neighbours
_LEAST_WIDE = 16
_LEAST_BROKEN = 8
_LEAST_SAMPLE = 20
_GUESSED = {f"cp125{digit}": f"windows-125{digit}" for digit in range(8)}
_GUESSED |= {"gb18030": "gb18030", "big5": "big5", "cp932": "shift_jis", "euc_jp": "euc-jp", "cp949": "euc-kr"}
_GUESSED |= {"koi8_r": "koi8-r", "iso8859_6": "iso-8859-6"}


class EncodingError(ValueError):
    """Bytes are not in the encoding that they should be in; the message is the reason, ``line`` counts from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


def known_encoding(name: str) -> str | None:
    """Python's name of a text encoding; None if there is none of this name."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return found.name if found._is_text_encoding else None


def mark_of(head: bytes) -> tuple[str, int] | None:
    """The encoding that a byte order mark at the start stands for, and the length of the mark; None without a mark."""
    mark = next((mark for mark in _MARKS if head.startswith(mark)), None)
    return None if mark is None else (_MARKS[mark], len(mark))


def wide_encoding(head: bytes) -> str | None:
    """The encoding of two or four bytes a letter that a text without a mark looks like, by its start; else None.

    Such a text in Arabic or Cyrillic letters would pass as UTF-8. But every second byte is the number of a script, of
    which most are small; in UTF-8 small bytes are rare.
    """
    if b"\0\0" in (head[:2], head[2:4]):
        return "utf-32-be" if head[:2] == b"\0\0" else "utf-32-le"
    if 0 not in head[:4] and len(head) < _LEAST_WIDE:
        return None
    even, odd = (len(half) - len(half.translate(None, _SCRIPTS)) for half in (head[0::2], head[1::2]))
    if 0 in head[:4] or max(even, odd) * 10 > len(head) // 2 * 9 > 18 * min(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def to_utf8(chunks: Iterator[bytes], encoding: str, done: int = 0) -> Iterator[bytes]:
    """Turn a stream in ``encoding`` into UTF-8; ``done`` bytes of it were read before.

    Raises:
        EncodingError: where bytes are not in ``encoding``, after the text before them.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    for data, final in _with_end(chunks):
        try:
            text = decoder.decode(data, final)
        except UnicodeDecodeError as error:
            before = bytes(error.object[: error.start])
            if before:
                yield before.decode(encoding, "replace").encode()
            at = done + len(data) - len(error.object) + error.start
            raise EncodingError(f"not {encoding} at byte {at} (name another encoding: --encoding NAME)") from None
        done += len(data)
        if text:
            yield text.encode("utf-8", "surrogatepass")


def to_utf8_as_declared(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Turn a stream of XML into UTF-8 by what its first line declares, as :func:`decode_page` does for a page.

    Raises:
        WrongEncodingError: from the iterator, if it is neither UTF-8 nor what it declares.
    """
    head, chunks = _head_of(iter(chunks))
    declaration = _DECLARED.match(head)  # a page inside of a feed may declare another one
    label = declaration[1].decode("ascii", "replace").lower() if declaration and declaration[1] else None
    encoding = None if label is None else known_encoding(_WEB_NAMES.get(label, label))
    if encoding in (None, "utf-8") or (not head.isascii() and _starts_utf8(head)):
        if reason := not_utf8(head):
            raise WrongEncodingError(reason if label is None else f"declares {label}, but is {reason}")
        return (yield from chunks)
    try:
        yield from to_utf8(chunks, str(encoding))
    except EncodingError as error:
        raise WrongEncodingError(str(error)) from None


def declared_encoding(data: bytes, said: str | None = None) -> tuple[str | None, str | None]:
    """What a page declares in ``<meta charset>`` or in the XML declaration, and Python's name of that encoding.

    Args:
        data: the page.
        said: what a server said, which counts for more.
    """
    label = said or _declared(data[:_HEAD])
    return label, None if label is None else known_encoding(_WEB_NAMES.get(label.lower(), label))


def decode_page(data: bytes, said: str | None = None) -> str:
    """Decode an HTML page by what it declares, see :func:`declared_encoding`; else it is UTF-8.

    A page in valid UTF-8 is read as UTF-8 whatever it declares: a program that saved it left the old declaration, and
    text in another encoding is never valid UTF-8 by chance.

    Args:
        data: the page.
        said: the encoding that a server said, which counts for more.

    Raises:
        EncodingError: if it is neither UTF-8 nor what it declares.
    """
    label, encoding = declared_encoding(data, said)
    if encoding in (None, "utf-8") or not data.isascii():
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            if label is not None and encoding is None:
                raise EncodingError(f"declares an unknown encoding, {label} ({MEND})") from None
            if encoding in (None, "utf-8"):
                reason, line = broken_utf8(data, error.start)
                raise EncodingError(not_utf8(data[:_SAMPLE]) or reason, line) from None
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(f"declares {label} but is not in it at byte {error.start} ({MEND})", line) from None


def decode_text(data: bytes) -> str:
    """Decode a text that must be UTF-8.

    Raises:
        EncodingError: if it is not; with what it looks like, if that can be told.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(f"not UTF-8 from byte {error.start} on ({mend_of(data)})", line) from None


def mend_of(sample: bytes) -> str:
    """What a user can do about a text that is not UTF-8, with a guess at its encoding if charset-normalizer is there.

    A guess is told and never used: it may be wrong, above all for a short text.
    """
    guess = _guessed(sample[:_SAMPLE])
    return f"{MEND}, for example windows-1256" if guess is None else f"{MEND}, at a guess {guess}"


def _guessed(sample: bytes) -> str | None:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return None
    if sum(byte > 127 for byte in sample) < _LEAST_SAMPLE:
        return None
    best = from_bytes(sample, cp_isolation=list(_GUESSED)).best()
    return None if best is None else _GUESSED.get(best.encoding)


def broken_utf8(data: bytes, at: int) -> tuple[str, int]:
    """The reason to report for ``data`` that is not UTF-8 at byte ``at``, and the line of that byte (from 1)."""
    offset = at - (data.rfind(b"\n", 0, at) + 1)
    reason = f"broken UTF-8 at byte {offset} of the line (if the file is in another encoding, {MEND})"
    return reason, data.count(b"\n", 0, at) + 1


def not_utf8(head: bytes) -> str | None:
    """The reason to report for a text that is in another encoding than UTF-8, found by its start; else None.

    A few broken bytes are a fault of their rows. Here several different bytes are broken, and more than there are
    letters in valid UTF-8.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return None
    except UnicodeDecodeError as error:
        at = error.start
    found = list(_HIGH.finditer(head))
    broken = [one.group() for one in found if one.group(1) is None]
    if len(broken) < _LEAST_BROKEN or len(set(broken)) < 2 or 2 * len(broken) <= len(found):
        return None
    line = head.count(b"\n", 0, at) + 1
    return f"not UTF-8 from byte {at} on, in line {line} ({mend_of(head)})"


def _head_of(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of a stream, and all of it; a fault in it comes after the bytes before it."""
    head = b""
    try:
        while len(head) < _SAMPLE and (chunk := next(chunks, b"")):
            head += chunk
    except UnreadableError as error:
        chunks = _raising(error)
    return head, chain([head] if head else [], chunks)


def _raising(error: UnreadableError) -> Iterator[bytes]:
    raise error
    yield b""


def _starts_utf8(head: bytes) -> bool:
    """True for the start of a text in UTF-8; its last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _declared(head: bytes) -> str | None:
    match = _DECLARED.search(_COMMENT.sub(b"", head))
    return None if match is None else (match[1] or match[2]).decode("ascii", "replace").lower()


def _with_end(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    for chunk in chunks:
        yield chunk, False
    yield b"", True
