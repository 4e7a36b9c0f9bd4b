"""How many threads a piece of work may use: asked for once at the top, and read where threads are started.

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
_asked: ContextVar[int] = ContextVar("threads", default=0)


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Let the work inside use ``count`` threads; 0 leaves what was asked for around it.

    >>> with use_threads(3):
    ...     thread_count()
    3
    """
    before = _asked.set(count or _asked.get())
    try:
        yield
    finally:
        _asked.reset(before)


def carries_threads(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Have all that a function does use the threads that it was asked to use.

    That is its keyword argument ``threads``. Where it is absent or 0, it is the attribute ``threads`` of the first
    argument, an index for example; where that is absent or 0, too, what was asked for around the call.
    """

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        asked = kwargs.get("threads") or getattr(args[0] if args else None, "threads", 0)
        with use_threads(asked if isinstance(asked, int) else 0):
            return function(*args, **kwargs)

    return call


def asked_threads() -> int:
    """The number that was asked for; 0 if there was none."""
    return _asked.get()


def thread_count() -> int:
    """How many threads to use here: the number asked for, or one a core."""
    return _asked.get() or os.cpu_count() or 1


def worker_pool(count: int | None = None) -> ThreadPoolExecutor:
    """A pool of ``count`` threads, by default :func:`thread_count`; what runs in it starts no threads of its own."""
    return ThreadPoolExecutor(count or thread_count(), initializer=_asked.set, initargs=(1,))
