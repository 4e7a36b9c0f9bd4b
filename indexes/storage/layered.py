"""A dictionary of which each version stays as it is, while the next shares most of its entries."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import chain
from typing import Generic, TypeVar

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")
_LEAST, _SHARE = 1000, 16  # changes are merged when they are more, and more than this part of all


class Layered(Mapping[_K, _V], Generic[_K, _V]):
    """Entries, and over them those that were changed since, which are few.

    >>> first = Layered({"a": 1, "b": 2})
    >>> second = first.changed({"b": None, "c": 3})
    >>> dict(first), dict(second)
    ({'a': 1, 'b': 2}, {'a': 1, 'c': 3})

    Args:
        entries: no value is None; they must not change any more.
    """

    __slots__ = ("_changes", "_entries")

    def __init__(self, entries: Mapping[_K, _V]) -> None:
        self._entries = entries
        self._changes: Mapping[_K, _V | None] = {}

    def changed(self, changes: Mapping[_K, _V | None]) -> Layered[_K, _V]:
        """Return the next version, with other values of some keys; None takes a key out."""
        later = Layered(self._entries)
        later._changes = {**self._changes, **changes}
        few = max(_LEAST, len(self._entries) // _SHARE)
        return later if len(later._changes) <= few else Layered(dict(later.items()))

    def __getitem__(self, key: _K) -> _V:
        if key not in self._changes:
            return self._entries[key]
        found = self._changes[key]
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[_K]:
        unchanged = (key for key in self._entries if key not in self._changes)
        return chain(unchanged, (key for key, value in self._changes.items() if value is not None))

    def __len__(self) -> int:
        return sum(1 for _ in self)
