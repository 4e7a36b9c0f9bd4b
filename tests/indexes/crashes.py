"""A writer that ends in the middle of its work, as one that is killed does."""

from __future__ import annotations

from typing import Any

import pytest


class Crash(BaseException):
    """What no code of the project catches, as little as it would a kill."""


def crash_at(patch: pytest.MonkeyPatch, owner: Any, name: str, after: int) -> list[int]:
    """Crash in every call of a function but the first ``after``; gives a list that grows by one with each call."""
    original, calls = getattr(owner, name), []

    def crash(*args: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) > after:
            raise Crash(name)
        return original(*args, **named)

    patch.setattr(owner, name, crash)
    return calls
