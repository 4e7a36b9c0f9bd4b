"""The number of threads: requested once by the caller, and read where threads are started.

A public function that takes ``threads`` is decorated with :func:`carries_threads`; what it calls asks
:func:`thread_count` and starts its threads with :func:`worker_pool`. A worker is one thread and starts no more.
Results never depend on the number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_requested: ContextVar[int] = ContextVar("threads", default=0)


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Let the block use ``count`` threads; 0 leaves the number that was requested around it.

    >>> with use_threads(3):
    ...     thread_count()
    3
    """
    before = _requested.set(count or _requested.get())
    try:
        yield
    finally:
        _requested.reset(before)


def carries_threads(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function so that all its work uses the requested number of threads.

    The number is its keyword argument ``threads``. If that is absent or 0, it is the attribute ``threads`` of the first
    argument, for example an index. If that is absent or 0, too, it is the number requested around the call.
    """

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        requested = kwargs.get("threads") or getattr(args[0] if args else None, "threads", 0)
        with use_threads(requested if isinstance(requested, int) else 0):
            return function(*args, **kwargs)

    return call


def asked_threads() -> int:
    """The number that was requested; 0 if none was."""
    return _requested.get()


def thread_count() -> int:
    """The number of threads to use here: the number requested, or one for each core."""
    return _requested.get() or os.cpu_count() or 1


def worker_pool(count: int | None = None) -> ThreadPoolExecutor:
    """A pool of ``count`` threads, by default :func:`thread_count`; what runs in it starts no threads of its own."""
    return ThreadPoolExecutor(count or thread_count(), initializer=_requested.set, initargs=(1,))
