"""Leave items out of a feed that are too large to be read: a feed is parsed as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sada.indexes.parsing.faults import UnreadableError
from sada.indexes.parsing.row_limits import too_large

_START = re.compile(rb"<(?:\w+:)?(?:item|entry)\b")
_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")
_LONGEST_TAG = 80


class FeedBytes(Iterator[bytes]):
    """The bytes of a feed without its items of more than ``limit`` bytes, which are passed over in pieces.

    Args:
        chunks: the feed.
        limit: bytes of an item, and of what is before the first one.

    Attributes:
        large: how many items were left out.

    Raises:
        UnreadableError: from the iterator, if what is before the first item is too large.
    """

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._limit = limit
        self._waiting = bytearray()
        self._parts = self._read(chunks)
        self.large = 0

    def __next__(self) -> bytes:
        return next(self._parts)

    def _read(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        waiting, passing = self._waiting, False
        stopped: UnreadableError | None = None
        try:
            for chunk in chunks:
                looked_at = max(0, len(waiting) - _LONGEST_TAG)
                waiting += chunk
                ends = [match.end() for match in _END.finditer(waiting, looked_at)]
                if passing and not ends:
                    del waiting[:-_LONGEST_TAG]
                    continue
                if ends:
                    yield self._taken(ends[0] if passing else 0, ends[-1])
                    passing = False
                if len(waiting) > self._limit:
                    yield self._before_large()
                    passing = True
        except UnreadableError as error:
            stopped = error
        if not passing:
            yield bytes(waiting)
        if stopped is not None:
            raise stopped

    def _taken(self, start: int, end: int) -> bytes:
        """What is waiting up to ``end``, without what is before ``start``."""
        data = bytes(self._waiting[start:end])
        del self._waiting[:end]
        return data

    def _before_large(self) -> bytes:
        """What stands before the item that is too large, of which the start is waiting."""
        match = _START.search(self._waiting)
        if match is None:
            raise UnreadableError(too_large(self._limit, "a feed with a part between its items"))
        self.large += 1
        data = self._taken(0, match.start())
        del self._waiting[:-_LONGEST_TAG]
        return data
