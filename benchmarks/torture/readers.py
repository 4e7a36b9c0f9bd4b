"""A reader that may not write, beside a writer that adds, removes and compacts: each of its answers is a commit's."""

from __future__ import annotations

import os
import random
import tempfile
from contextlib import closing
from pathlib import Path

import xxhash

from sada.indexes.article import dump_json
from sada.indexes.disk import connections
from sada.indexes.errors import IndexDamagedError, SadaError
from sada.indexes.index import NewsIndex
from sada.indexes.storage.catalog import Catalog
from torture.cases import Case, Outcome, Row, Tally, made
from torture.subjects import article, make_base

_NOBODY = 65534
_READS = 200  # of one reader
_LIMIT = 600.0  # seconds
_HELD, _NEW = "a commit held by a reader without write permission", "a commit seen by it at a refresh"


def run(count: int, seed: int) -> list[Row]:
    """Read about ``count`` times; see :mod:`torture`."""
    tally = Tally()
    for part in range(-(-count // (2 * _READS))):
        with tempfile.TemporaryDirectory() as work:
            os.chmod(work, 0o755)  # the reader is another user
            path = made(make_base, Path(work) / "base")
            writer, reader = Case(_written, path, seed + part), Case(_followed, path)
            written, seen = writer.ended(_LIMIT), reader.ended(_LIMIT)
        for ended in (written, seen):
            if ended.error or ended.fell:
                tally.count(_NEW, Outcome.CRASHED, ended.fell or ended.error)
        for held, new in seen.value or ():
            for fault, answer in ((_HELD, held), (_NEW, new)):
                wrong = answer not in (written.value or ())
                tally.count(fault, Outcome.SILENT if wrong else Outcome.SURVIVED, answer)
    return tally.rows()


def _state(catalog: Catalog) -> str:
    """A digest of all articles, each of which is checked."""
    return xxhash.xxh3_128_hexdigest(dump_json([(one.article.id, one.article.text) for one in catalog.after(0, 10**6)]))


def _written(path: Path, seed: int) -> list[str]:
    """Change an index in every way; returns the state after each change."""
    rng, states = random.Random(seed), []
    with NewsIndex.open(path, threads=1) as index:
        states.append(_state(index.snapshot.catalog))
        for number in range(100, 160):
            index.add([article(number + offset, seed) for offset in range(rng.randrange(1, 5))])
            states.append(_state(index.snapshot.catalog))
            index.remove(rng.choice(index.snapshot.columns.ids))
            states.append(_state(index.snapshot.catalog))
            if number % 20 == 0:
                index.compact()
            elif number % 7 == 0:
                index.snapshot.catalog.truncate_log()
    return states


def _followed(path: Path) -> list[tuple[str, str]]:
    """Refresh again and again without write permission; returns what was seen just before and after each."""
    if os.geteuid():
        connections._may_write = lambda path: False  # type: ignore[assignment]
    else:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    found = []
    with closing(Catalog(path)) as catalog:
        new = _state(catalog)
        for _ in range(_READS):
            held = _told(catalog)
            catalog.refresh()
            found.append((held if held == new else f"{new} became {held}", new := _told(catalog)))
    return found


def _told(catalog: Catalog) -> str:
    try:
        return _state(catalog)
    except IndexDamagedError as error:
        return f"taken for damage: {error}"
    except SadaError as error:
        return str(error)
