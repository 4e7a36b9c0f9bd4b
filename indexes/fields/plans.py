"""Where each field is in rows that have the same names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sada.indexes.fields.json_ld import GRAPH
from sada.indexes.fields.known_names import FIELDS, KnownNames, fold_name, load_known_names
from sada.indexes.fields.nested import WRAPPERS, Key
from sada.indexes.fields.ninjs import is_ninjs

_BULK_ACTIONS = frozenset({"index", "create", "update", "delete"})


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The names of an article's fields in an input.

    >>> fields = FieldMap(title="head", text="content.rendered")  # for read_articles(..., fields=fields)
    >>> fields.named()
    {'title': 'head', 'text': 'content.rendered'}

    A name that is set is used alone, in exactly this spelling; ``content.rendered`` is a column of that name, or
    ``rendered`` in the object ``content``. A field left at ``None`` is found by its known names
    (``data/field_names.json``); the first of these that is not empty in a row counts.
    """

    id: str | None = None
    title: str | None = None
    text: str | None = None
    date: str | None = None
    url: str | None = None
    source: str | None = None
    language: str | None = None
    keywords: str | None = None

    def named(self) -> dict[str, str]:
        """The fields with a name that is set, and that name."""
        return {field: name for field in FIELDS if (name := getattr(self, field)) is not None}

    def keys(self, field: str, names: Iterable[str], known: KnownNames | None = None) -> tuple[Key, ...]:
        """Where in rows with ``names`` a ``field`` may be, best first."""
        own = getattr(self, field)
        names = list(names)
        if own is not None:
            return _own_key(own, names)
        known = known or load_known_names()
        taken = set(self.named().values())
        free = [name for name in names if name not in taken]
        ranked: list[tuple[tuple[int, int], Key]] = [
            (rank, name) for name in free if (rank := known.ranks(field, name)) is not None
        ]
        flat = {key for _, key in ranked}
        # An object that is a value of the field itself, as {"headline": {"main": ...}}, is read whole.
        ranked += [
            ((rank, 0), (name, *path[1:]))
            for rank, path in known.dotted(field)
            for name in free
            if fold_name(name) == fold_name(path[0]) and name not in flat
        ]
        ranked.sort(key=lambda one: one[0])
        return tuple(key for _, key in ranked)


class Plan(NamedTuple):
    """Where each field is, for rows that have the same names."""

    id: tuple[Key, ...]
    title: tuple[Key, ...]
    text: tuple[Key, ...]
    date: tuple[Key, ...]
    url: tuple[Key, ...]
    source: tuple[Key, ...]
    language: tuple[Key, ...]
    keywords: tuple[Key, ...]
    time: str | None
    zone: str | None
    rest: tuple[str, ...]
    bulk_action: str | None
    may_be_service: bool
    is_ninjs: bool
    may_be_wrapped: bool
    copy_fields: CopyFieldsPlan | None

    @classmethod
    def of(cls, names: tuple[str, ...], fields: FieldMap, known: KnownNames) -> Plan:
        """Make the plan of rows with ``names``."""
        keys = [fields.keys(field, names, known) for field in FIELDS]
        used = {key for group in keys for key in group}
        rest = tuple(name for name in names if name not in used)
        time = next((name for name in rest if known.is_time(name)), None)
        zone = next((name for name in rest if known.is_zone(name)), None)
        action = names[0] if len(names) == 1 and names[0] in _BULK_ACTIONS else None
        service = "type" in names and "action" in names
        wrapped = not {*WRAPPERS, GRAPH}.isdisjoint(names)
        plan = cls._make([*keys, time, zone, rest, action, service, is_ninjs(names), wrapped, None])
        return plan if WRAPPERS[0] in names or plan.is_ninjs else plan._replace(copy_fields=CopyFieldsPlan.of(plan))

    def by_field(self) -> dict[str, tuple[Key, ...]]:
        """Where each field of an article may be, best first."""
        return {field: getattr(self, field) for field in FIELDS}


class CopyFieldsPlan(NamedTuple):
    """The best name of each field that finding copies needs; ``None`` for a field that rows do not have.

    ``others`` are the names of which there are more for their field: they count only if they are filled. ``url`` is the
    name of the address, an empty one if rows have none, and ``None`` if it has to be looked for.
    """

    id: str
    title: str | None
    text: str | None
    date: str | None
    source: str | None
    language: str | None
    more_languages: tuple[Key, ...]
    others: tuple[str, ...]
    more_dates: bool
    url: str | None

    @classmethod
    def of(cls, plan: Plan) -> CopyFieldsPlan | None:
        """Make it from a plan; None if rows have no id, or a value inside an object, or are of a special kind."""
        groups = (plan.id, plan.title, plan.text, plan.date, plan.source)
        best = [group[0] if group else None for group in groups]
        special = plan.may_be_service or plan.zone is not None
        if not plan.id or special or any(isinstance(key, tuple) or is_utc(key) for key in best):
            return None
        others = tuple(group[0] for group in groups if len(group) > 1)
        flat = isinstance(plan.language[0], str) if plan.language else False
        language, more = (plan.language[0], plan.language[1:]) if flat else (None, plan.language)
        more_dates = len(plan.date) > 1 or plan.time is not None
        return cls._make([*best, language, more, others, more_dates, _only_name(plan.url)])


def _only_name(keys: tuple[Key, ...]) -> str | None:
    """The name of a field that is in one place of the row; empty if it is in none, ``None`` if it may be in several."""
    if not keys:
        return ""
    return keys[0] if len(keys) == 1 and isinstance(keys[0], str) else None


@lru_cache(maxsize=4096)
def is_utc(key: Key | None) -> bool:
    """True for the name of a date that is in UTC although it carries no offset, as WordPress writes it."""
    return isinstance(key, str) and key.strip().lower().endswith("_gmt")


def _own_key(name: str, names: list[str]) -> tuple[Key, ...]:
    if name in names:
        return (name,)
    path = tuple(name.split("."))
    if len(path) > 1 and path[0] in WRAPPERS and path[0] not in names:  # its values stand in the row by now
        return _own_key(".".join(path[1:]), names)
    return (path,) if len(path) > 1 and path[0] in names else ()
