"""Faults that are planted in their thousands, and what became of the index: ``python benchmarks/torture``.

A module of this package is one kind of faults. It has a function ``run(count, seed)``, which plants about ``count``
faults chosen by the number ``seed`` and returns the rows of :meth:`torture.cases.Tally.rows`.
"""

from __future__ import annotations
