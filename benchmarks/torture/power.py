"""The power fails: what commands write is recorded, and what a disk may hold then is opened.

It may fail at any moment; the moments that differ are those before a sync, when most is not synced yet, and those at
which a change is acknowledged, when nothing of it may depend on luck any more.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import xxhash

from torture import faults
from torture.cases import Row, Tally, made
from torture.changes import judge, run_clean
from torture.disk import Disk, Rule, write_state
from torture.subjects import CHANGES, INDEX, make_base, prepared, telling_commits

_TRIES = 4  # for each state that differs from those before it


class Cut(NamedTuple):
    """What the disk may hold before the change number ``moment``, when so many commits were acknowledged."""

    moment: int
    acknowledged: int
    files: dict[str, bytes | None]


def run(count: int, seed: int) -> list[Row]:
    """Cut the power up to ``count`` times, spread evenly over commands and rules; see :mod:`torture`."""
    tally = Tally()
    share = -(-count // (len(CHANGES) * len(Rule)))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        base = made(make_base, work / "base")
        for change in CHANGES:
            indexes = prepared(base, change, work)
            clean = run_clean(change, next(indexes), work)
            disks, journal = record(change, next(indexes), work / "journal")
            for disk in disks:
                for cut in cuts(disk, journal, share, random.Random(seed)):
                    path = replayed(cut, work / "replayed")
                    outcome, what = judge(path, clean.states[cut.acknowledged : cut.acknowledged + 2])
                    tally.count(disk.rule.value, outcome, f"{change}, change {cut.moment} of {len(journal)}: {what}")
    return tally.rows()


def record(change: str, path: Path, journal: Path) -> tuple[list[Disk], list[faults.Change]]:
    """Run a command on an index; returns disks that hold what was there before, and all changes to it."""
    disks = [Disk(path.parent, rule) for rule in Rule]

    def watched() -> None:
        with journal.open("wb") as file, telling_commits(faults.mark):
            faults.watch(path.parent, journal=file.fileno())
            CHANGES[change](path)
            faults.rest()

    made(watched)
    return disks, list(faults.changes(journal.read_bytes()))


def cuts(disk: Disk, journal: list[faults.Change], count: int, rng: random.Random) -> Iterator[Cut]:
    """Yield up to ``count`` states, no two of one moment alike; the disk takes all changes of the journal."""
    before = [None, *journal]
    moments = [at for at, change in enumerate(journal) if change.what == "s" or (before[at] and before[at].what == "m")]
    wanted = Counter(rng.choices([*moments, len(journal)], k=count))
    acknowledged = 0
    for moment in range(len(journal) + 1):
        seen: set[bytes] = set()
        for _ in range(_TRIES * wanted[moment]):
            files = disk.state(rng)
            digest = xxhash.xxh3_128_digest(repr(sorted(files.items())).encode())
            if digest not in seen and len(seen) < wanted[moment]:
                seen.add(digest)
                yield Cut(moment, acknowledged, files)
        if moment < len(journal):
            acknowledged += journal[moment].what == "m"
            disk.take(journal[moment])


def replayed(cut: Cut, folder: Path) -> Path:
    """Write what the disk holds to a folder, which is made anew; returns the path of the index."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_state(cut.files, folder)
    return folder / INDEX
