"""The log of a writer that was killed is damaged, cut or gone: what was lost with it is named, now and later."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from sada.indexes.errors import IndexWarning
from sada.indexes.index import NewsIndex
from torture.cases import Outcome, Row, Tally, apart, made
from torture.subjects import article, make_base

_NEW = [f"a{number}" for number in range(100, 103)]
_LOG, _INDEX_OF_IT = "catalog.sqlite-wal", "catalog.sqlite-shm"


def run(count: int, seed: int) -> list[Row]:
    """Damage the log ``count`` times; see :mod:`torture`."""
    tally, rng = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as work:
        base = made(make_base, Path(work) / "base")
        dead, path = Path(work) / "dead.sada", Path(work) / "damaged.sada"
        made(_left, base, dead)
        ways = list(_WAYS.items())
        for number in range(count):
            name, way = ways[number % len(ways)]
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(dead, path)
            way(path, rng)
            ended = apart(_opened, path)
            fault = f"the log of a killed writer {name}"
            if ended.fell or ended.error:
                tally.count(fault, Outcome.CRASHED, ended.fell or ended.error)
                continue
            lost, named = ended.value
            tally.count(fault, Outcome.SILENT if lost and not all(named) else Outcome.SURVIVED, f"{lost} lost, {named}")
    return tally.rows()


def _left(base: Path, dead: Path) -> None:
    """Commit articles, each in a commit of its own, and copy the index as a kill would leave it."""
    with NewsIndex.open(base, threads=1) as index:
        for id_ in _NEW:
            index.add([article(int(id_[1:]))])
        shutil.copytree(base, dead)


def _opened(path: Path) -> tuple[int, list[bool]]:
    """How many articles are lost; and whether a warning, ``verify``, and ``verify`` after the next commit say so."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with NewsIndex.open(path, threads=1) as index:
            lost = sum(id_ not in index for id_ in _NEW)
            named = [any(issubclass(one.category, IndexWarning) for one in said), bool(index.verify())]
            index.add([article(200)])
            return lost, [*named, bool(index.verify())]


def _edited(edit: Callable[[bytearray, random.Random], object]) -> Callable[[Path, random.Random], None]:
    def change(path: Path, rng: random.Random) -> None:
        content = bytearray((path / _LOG).read_bytes())
        edit(content, rng)
        (path / _LOG).write_bytes(content)
        (path / _INDEX_OF_IT).unlink(missing_ok=True)

    return change


def _flip(content: bytearray, rng: random.Random) -> None:
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[rng.randrange(len(content)) :]


_WAYS: dict[str, Callable[[Path, random.Random], object]] = {
    "with a flipped bit": _edited(_flip),
    "cut": _edited(_cut),
    "emptied": _edited(lambda content, rng: content.clear()),
    "deleted": lambda path, rng: os.unlink(path / _LOG),
}
