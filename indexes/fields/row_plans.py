"""Remember where each field is in the rows of one read, by the names in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sada.indexes.fields.coverage import Coverage
from sada.indexes.fields.known_names import KnownNames
from sada.indexes.fields.nested import WRAPPERS, is_inside
from sada.indexes.fields.plans import FieldMap, Plan
from sada.indexes.fields.row_names import RowNames

_MOST_PLANS = 4096
_MOST_NAMES_SHOWN = 20


class RowPlans(RowNames):
    """Plans of rows, each made once for all rows with the same names.

    Args:
        fields: the names that the user set.
        known: the known names of fields.

    Attributes:
        coverage: counts of the fields that rows filled, and of the rows with HTML tags.
        unseen: the fields with a name that the user set and no row has had so far, and that name.
    """

    def __init__(self, fields: FieldMap, known: KnownNames) -> None:
        super().__init__(fields, known)
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._names: dict[str, None] = {}
        self.coverage = Coverage(known)
        self.unseen = fields.named()

    def meet(self, names: Iterable[str]) -> bool:
        """Take note of the names of the rows that follow; true if one is a name of the title or the text."""
        plan = self._plan(dict.fromkeys(names))
        return bool(plan.title or plan.text)

    def names_seen(self) -> str:
        """The first names that were seen in rows, for a message; empty without rows."""
        shown = ", ".join(list(self._names)[:_MOST_NAMES_SHOWN])
        return f"{shown}, …" if len(self._names) > _MOST_NAMES_SHOWN else shown

    def has_id(self, row: Mapping[str, Any]) -> bool:
        """True if the row has a name of the id."""
        return bool(self._plan(row).id)

    def _see_named(self, row: Mapping[str, Any]) -> None:
        self.unseen = {field: name for field, name in self.unseen.items() if not is_inside(row, name)}

    def _plan(self, row: Mapping[str, Any]) -> Plan:
        names = tuple(row)
        plan = self._plans.get(names)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = self._plans[names] = self._make_plan(names, row)
        return plan

    def _make_plan(self, names: tuple[str, ...], row: Mapping[str, Any]) -> Plan:
        plan = Plan.of(names, self._fields, self._known)
        self.unseen = {field: name for field, name in self.unseen.items() if name not in names}
        if len(self._names) <= _MOST_NAMES_SHOWN:
            self._names.update(dict.fromkeys(names))
        self.coverage.meet((name for name in plan.rest if name not in WRAPPERS), row)
        return plan
