"""Checks of plain values, from which those of settings and rows are put together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

Check = Callable[[Any], bool]
"""Whether a value is of some kind."""


def whole(least: int, most: int) -> Check:
    """A whole number from ``least`` to ``most``; a truth value is none."""
    return lambda value: type(value) is int and least <= value <= most


def number(least: float, most: float) -> Check:
    """A number from ``least`` to ``most``; NaN is none."""
    return lambda value: type(value) in (int, float) and least <= value <= most


def text(most: int) -> Check:
    """A text of at most ``most`` characters."""
    return lambda value: type(value) is str and len(value) <= most


def data(most: int) -> Check:
    """At most ``most`` bytes."""
    return lambda value: type(value) is bytes and len(value) <= most


def one_of(values: Collection[str]) -> Check:
    """One of some texts."""
    return lambda value: type(value) is str and value in values


def optional(check: Check) -> Check:
    """None, or what ``check`` asks for."""
    return lambda value: value is None or check(value)


def listed(check: Check) -> Check:
    """A list, each part of which is what ``check`` asks for."""
    return lambda value: type(value) is list and all(map(check, value))


def in_order(*checks: Check) -> Check:
    """A list of as many parts as there are checks, each for one."""
    return lambda value: (
        type(value) is list
        and len(value) == len(checks)
        and all(check(part) for check, part in zip(checks, value, strict=True))
    )


def mapping(check: Check, most: int) -> Check:
    """A mapping of at most ``most`` keys, each value of which is what ``check`` asks for."""
    return lambda value: type(value) is dict and len(value) <= most and all(map(check, value.values()))


def record(needed: dict[str, Check], more: dict[str, Check] | None = None) -> Check:
    """A mapping with all of the keys ``needed``, and perhaps some of ``more``; other keys may be there."""
    others = more or {}

    def is_record(value: Any) -> bool:
        if type(value) is not dict or not needed.keys() <= value.keys():
            return False
        here = [(check, value[key]) for key, check in others.items() if key in value]
        return all(check(one) for check, one in [*((check, value[key]) for key, check in needed.items()), *here])

    return is_record


def either(one: Check, other: Check) -> Check:
    """What one of the two checks asks for."""
    return lambda value: one(value) or other(value)
