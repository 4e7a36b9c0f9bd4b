"""The records of a WARC file, with the place of each, and what of the file is no record (needs fastwarc)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sada.indexes.distribution import require
from sada.indexes.json.values import Readable
from sada.indexes.parsing.faults import Fault, UnreadableError

_HEADER_END = re.compile(rb"\n\r?\n")
_LARGEST_GAP = 16


def require_fastwarc() -> Any:
    """The module ``fastwarc.warc``.

    Raises:
        MissingPackageError: if it is not installed.
    """
    return require("fastwarc.warc", "warc", "reading WARC")


def warc_records(stream: Readable) -> Iterator[Any]:
    """Read the records in order; what lies between two records, or a record that breaks off, is a bad :class:`Fault`.

    The library finds the next record after a fault, and says nothing about what it left out. So the bytes from the end
    of one record to the start of the next are counted here.

    Args:
        stream: the file without compression.

    Raises:
        UnreadableError: if the stream breaks off or is damaged, after the records before that.
    """
    source = _Source(stream)
    end, last = 0, -1
    try:
        for record in require_fastwarc().ArchiveIterator(
            source, parse_http=False, stream_detect=False, quirks_mode=True
        ):
            if record.stream_pos - end > _LARGEST_GAP:
                yield _no_record(end, record.stream_pos)
            last = record.stream_pos
            header_end = source.after_header(last)
            if header_end is None:
                end = source.done + 1
                break
            end = header_end + record.content_length
            yield record
    except UnreadableError as error:
        place = "" if last < 0 else f"; the last record starts at byte {last:,} (without compression)"
        raise type(error)(f"{error}{place}") from None
    except OSError as error:
        raise UnreadableError(f"not readable as WARC from byte {end:,} on: {error} (fetch the file again)") from None
    if source.done < end:
        yield Fault("bad", f"the record at byte {last:,} breaks off (fetch the file again)")
    elif source.done - end > _LARGEST_GAP:
        yield _no_record(end, source.done)


def _no_record(start: int, end: int) -> Fault:
    return Fault("bad", f"bytes {start:,} to {end:,} are no WARC record (fetch the file again)")


class _Source:
    """The stream that the library reads, which has to know its position; remembers what was read last."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._recent = b""
        self.done = 0

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes."""
        data = self._stream.read1(size)  # not more: what comes before a fault in the stream would be lost
        self._recent = self._recent[-(1 << 16) :] + data
        self.done += len(data)
        return data

    def tell(self) -> int:
        """How many bytes were read."""
        return self.done

    def after_header(self, start: int) -> int | None:
        """Where the header of a record ends that starts at ``start`` and was just read; None if it breaks off."""
        offset = self.done - len(self._recent)
        match = _HEADER_END.search(self._recent, max(start - offset, 0))
        return None if match is None else offset + match.end()
