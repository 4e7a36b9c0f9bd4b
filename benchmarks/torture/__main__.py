"""Plant faults of all kinds; writes ``results/torture.json``.

    python benchmarks/torture                           # all kinds, the better part of an hour
    python benchmarks/torture power kills               # two kinds again
    python benchmarks/torture power kills --count 200   # about 200 faults of each; shown and not written

A row counts what became of each fault: see :class:`torture.cases.Outcome`. What is not survived is told at once.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from results import FOLDER, load, save

from torture.cases import Outcome, Row, warm_up
from torture.faults import drop_library, preload

KINDS = {
    "changes": 1512, "power": 1800, "kills": 600, "damage": 800, "processes": 600, "readers": 400, "logs": 200,
    "forged_catalogs": 1000, "forged_arrays": 2000,
}  # fmt: skip
"""How many faults of each kind are planted if nobody says."""
NEED_PRELOAD = {"changes", "power"}


def main() -> int:
    """Run the kinds; returns 1 if a fault was not survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; all if none is named")
    parser.add_argument("--count", type=int, help="about how many faults of each kind")
    parser.add_argument("--seed", type=int, default=1, help="other numbers choose other faults")
    given = parser.parse_args()
    wanted = given.kinds or list(KINDS)
    if unknown := set(wanted) - set(KINDS):
        parser.error(f"no kind {', '.join(sorted(unknown))}: choose from {', '.join(KINDS)}")
    if not preload() and NEED_PRELOAD & set(wanted):
        parser.error(f"{', '.join(sorted(NEED_PRELOAD & set(wanted)))}: needs Linux and a C compiler called cc")
    drop_library()
    warm_up()
    rows = []
    for kind in wanted:
        rows += _run(kind, given.count or KINDS[kind], given.seed)
        if given.count is None:
            _write(rows)
    print(json.dumps(rows, indent=1))
    return int(any(row[one.value] for row in rows for one in Outcome if one is not Outcome.SURVIVED))


def _write(rows: list[Row]) -> None:
    """Put rows in the place of those of the same faults in ``results/torture.json``, or at its end."""
    new = {row["fault"]: row for row in rows}
    old = load("torture")["rows"] if (FOLDER / "torture.json").exists() else []
    together = [new.pop(row["fault"], row) for row in old]
    together += new.values()
    about = f"{sum(row['injected'] for row in together):,} faults, planted in small indexes of invented articles"
    save("torture", about, _NOTE, together)


_NOTE = (
    "Survived: the index is in the state before or after the change that was disturbed, never before what was"
    " acknowledged, and takes the next article, or damage is named. Lost: something acknowledged is gone. Silent:"
    " something is wrong and nothing says so. Crashed: a process died of a signal that nobody sent, hung, or"
    " failed with an error that is none of Sada's."
)


def _run(kind: str, count: int, seed: int) -> list[Row]:
    started = time.monotonic()
    rows: list[Row] = import_module(f"torture.{kind}").run(count, seed)
    planted = sum(row["injected"] for row in rows)
    print(f"{kind}: {planted:,} faults in {time.monotonic() - started:,.0f} s", file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
