"""What an open index reads once and keeps."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

_T = TypeVar("_T")


class kept(cached_property[_T]):
    """A cached property under the index's lock, which is always taken first, so that threads cannot deadlock."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        with instance.lock:
            return super().__get__(instance, owner)
