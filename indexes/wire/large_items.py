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
                while (match := _END.search(waiting, looked_at)) is not None:
                    if not passing:
                        yield self._up_to(match.end())
                    passing, looked_at = False, 0
                    del waiting[: match.end()]
                if passing:
                    del waiting[:-_LONGEST_TAG]
                elif len(waiting) > self._limit:
                    yield self._before_large(len(waiting))
                    passing = True
        except UnreadableError as error:
            stopped = error
        if not passing:
            yield bytes(waiting)
        if stopped is not None:
            raise stopped

    def _up_to(self, end: int) -> bytes:
        """What is waiting, up to the end of an item, or of one that is too large what is before it."""
        return self._before_large(end) if end > self._limit else bytes(self._waiting[:end])

    def _before_large(self, end: int) -> bytes:
        match = _START.search(self._waiting, 0, end)
        if match is None:
            self._waiting.clear()
            raise UnreadableError(too_large(self._limit, "a feed with a part between its items"))
        self.large += 1
        return bytes(self._waiting[: match.start()])
