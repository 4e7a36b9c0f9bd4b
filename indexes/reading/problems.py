"""Problems of single rows while reading, and counts of all rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sada.indexes.errors import InputError
from sada.indexes.parsing.faults import Kind

KEPT_PROBLEMS = 10
"""How many bad rows, and how many notes, a report keeps whole."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with one row.

    Args:
        kind: ``bad`` (the row is not an article), ``skipped`` (it has neither title nor text), ``note`` (the article is
            kept, but a field of it was not understood; or, at the end of a read, few or no rows filled a field).
        file: the input as the user named it.
        line: the line at which the row starts, from 1; ``None`` where the format has no lines.
        reason: what is wrong, and how to mend it.
    """

    kind: Kind
    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """The problem as plain values."""
        return {"kind": self.kind, "file": self.file, "line": self.line, "reason": self.reason}


@dataclass(slots=True)
class ReadReport:
    """Counts of one read, updated while it runs: ``read`` = articles + ``skipped`` + ``bad``.

    Attributes:
        read: rows so far; blank lines are not counted.
        bad: rows that are not articles, and streams that break off (one each).
        skipped: rows with neither title nor text.
        notes: fields that were not understood, in articles that were kept, and fields that few or no rows filled.
        read_also: how many of the articles were printed on the page of another.
        problems: the first ten bad rows and the first ten notes, in reading order.
    """

    read: int = 0
    bad: int = 0
    skipped: int = 0
    notes: int = 0
    read_also: int = 0
    problems: list[Problem] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values; ``read_also`` only if it is not 0."""
        counts = {"read": self.read, "bad": self.bad, "skipped": self.skipped, "notes": self.notes}
        if self.read_also:
            counts["read_also"] = self.read_also
        return {**counts, "problems": [problem.to_dict() for problem in self.problems]}


class Recorder:
    """Count problems in a report and pass them on.

    Args:
        report: gets the counts.
        strict: True stops at the first bad row.
        on_problem: called with every problem, also with those that the report does not keep.
    """

    def __init__(self, report: ReadReport, strict: bool, on_problem: Callable[[Problem], None] | None) -> None:
        self.report = report
        self._strict = strict
        self._on_problem = on_problem
        self.last: Problem | None = None

    def note(self, file: str, reason: str) -> None:
        """Count a note on a whole input."""
        self.record("note", file, None, reason)

    def record(self, kind: Kind, file: str, line: int | None, reason: str) -> None:
        """Count one problem.

        Raises:
            InputError: for a bad row, if ``strict``.
        """
        problem = self.last = Problem(kind, file, line, reason)
        report = self.report
        if kind == "bad":
            report.bad += 1
            kept = report.bad <= KEPT_PROBLEMS
        elif kind == "note":
            report.notes += 1
            kept = report.notes <= KEPT_PROBLEMS
        else:
            report.skipped += 1
            kept = False
        if kept:
            report.problems.append(problem)
        if self._on_problem is not None:
            self._on_problem(problem)
        if self._strict and kind == "bad":
            raise InputError(str(problem))
