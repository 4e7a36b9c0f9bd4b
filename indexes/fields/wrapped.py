"""Values that stand in objects and lists of their own, and what stands for none."""

from __future__ import annotations

from typing import Any

NO_VALUES = frozenset({"None", "null", "NULL", "NaN", "nan", "NaT", "N/A", "<NA>", "\\N"})
"""How pandas, databases and scrapers write that there is no value."""
_INNER = (
    "$oid",
    "$uuid",
    "$date",
    "$timestamp",
    "$numberLong",
    "$numberInt",
    "$numberDouble",
    "$numberDecimal",
    "rendered",
    "value",
    "@value",
    "#text",
    "$t",
    "_text",
    "_cdata",
    "__cdata",
    "_",
)
"""Names of values that stand alone: those of MongoDB, WordPress and JSON-LD, and of programs that turn XML to JSON."""


def is_empty(value: Any) -> bool:
    """True for ``None``, NaN, blank text, what programs write for these, and empty containers."""
    if isinstance(value, str):
        return not value or value.isspace() or (len(value) < 5 and value in NO_VALUES)
    return value is None or value != value or (isinstance(value, list | dict) and not value)


def unwrap(value: Any) -> Any:
    """The value in an object that only wraps it, and the only item of a list; any other value as it is.

    Objects as ``{"rendered": ...}``, ``{"value": ...}`` and MongoDB's ``{"$date": {"$numberLong": ...}}``.
    """
    while True:
        if type(value) is dict:
            name = next((name for name in _INNER if name in value), None)
            if name is None:
                return value
            value = value[name]
        elif type(value) is list and len(value) == 1 and type(value[0]) is not list:
            value = value[0]
        else:
            return value
