"""Arrays of a stranger: every checksum is right, and the contents are impossible.

Each case changes one array file, FAISS file or checkpoint of a small index, makes all checksums right again, and then
runs every verb on it in a process of its own. With ``NUMBA_BOUNDSCHECK=1`` (and a ``NUMBA_CACHE_DIR`` of its own) a
compiled loop that leaves its arrays fails with an IndexError even where it would not crash.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from sada.cluster import Recommender, find_copies, find_stories
from sada.indexes.errors import SadaError
from sada.indexes.index import NewsIndex
from sada.indexes.search import quantized
from sada.indexes.storage import database
from torture.array_forgeries import FORGERIES, Forgery
from torture.cases import Ended, Outcome, Row, Tally, apart
from torture.subjects import articles

COUNT = 60
ASKED = ("a8", "a24", "a3")
_SECONDS = 120.0

Answers = dict[str, Any]


def run(count: int, seed: int) -> list[Row]:
    """Forge about ``count`` indexes."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, _quick_disks():
        bases = {name: Path(folder) / name for name in BASES}
        truth = {name: _truth(base) for name, base in bases.items()}
        for number in range(count):
            name = list(BASES)[number % len(BASES)]
            forgery = FORGERIES[int(np.random.default_rng((seed, number, 0)).integers(len(FORGERIES)))]
            _case(Path(folder), bases[name], truth[name], forgery, (seed, number), tally)
    return tally.rows()


def _truth(base: Path) -> Answers:
    """Make a base index; what every verb says of it, which nobody forged.

    Both in processes of their own: one that was forked after FAISS ran with several threads would hang.
    """
    made = apart(_make_base, base, limit=_SECONDS)
    copy = shutil.copytree(base, base.with_name("truth"))
    ended = apart(_ask_all, copy, limit=_SECONDS)
    shutil.rmtree(copy)
    assert not (made.fell or made.error or ended.fell or ended.error), (made, ended)
    return dict(ended.value)


def _case(folder: Path, base: Path, truth: Answers, forgery: Forgery, seed: tuple[int, int], tally: Tally) -> None:
    """Forge one index beside a folder that nobody may touch, and ask it everything; what hangs is tried once more."""
    case, canary = folder / "case", folder / "canary"
    for _ in range(2):
        for path in (case, canary):
            shutil.rmtree(path, ignore_errors=True)
        canary.mkdir()
        (canary / "kept").write_text("kept")
        shutil.copytree(base, case)
        what = forgery.forge(case, np.random.default_rng(seed))
        if what is None:
            return
        ended = apart(_ask_all, case, limit=_SECONDS)
        if not ended.hung:
            break
    outside = [(path.name, path.read_text()) for path in canary.iterdir()]
    tally.count(forgery.name, *_outcome(ended, truth, outside == [("kept", "kept")], f"{seed} {base.name} {what}"))


def _outcome(ended: Ended, truth: Answers, untouched: bool, what: str) -> tuple[Outcome, str]:
    if ended.fell:
        return Outcome.CRASHED, f"{what}: {ended.fell}"
    if not untouched:
        return Outcome.LOST, f"{what}: a file outside was touched"
    if ended.error:  # it could not even be opened
        return Outcome.SURVIVED, ""
    answers = ended.value
    if answers["verify"] == []:
        unknown = BY_VECTORS if " vectors of " in what else set()
        wrong = [name for name in truth.keys() - unknown if _differs(answers[name], truth[name])]
        if wrong:
            return Outcome.SILENT, f"{what}: {wrong[0]} is {answers[wrong[0]]}, not {truth[wrong[0]]}"
    return Outcome.SURVIVED, ""


def _differs(answer: Any, right: Any) -> bool:
    """Whether an answer is wrong; an error is none, and of a search among codes a tenth may be missed."""
    if isinstance(answer, str):
        return False
    if isinstance(right, frozenset):
        return len(answer & right) < 0.8 * len(right)
    return bool(answer != right)


def _ask_all(path: Path) -> Answers:
    """What every verb says, or the message of its error; those that write come last."""
    found: Answers = {}
    with _codes_in_small_segments((path / "coded").exists()):
        with NewsIndex.open(path, threads=1) as index:
            for name, verb in READING.items():
                found[name] = _told(verb, index)
        for name, change in WRITING.items():
            found[name] = _told(_changed, path, change)
    return found


def _told(verb: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return verb(*arguments)
    except SadaError as error:
        assert "\n" not in str(error), f"more than one line: {error}"
        return str(error)


def _changed(path: Path, change: Callable[[NewsIndex], Any]) -> Any:
    """What is near in an index after a change, if anything could be changed."""
    with NewsIndex.open(path, threads=1) as index:
        change(index)
        return [_near(index, by) for by in ("words", "copy")]


def _near(index: NewsIndex, by: str) -> Any:
    answers = index.neighbours(ASKED, 5, by=by)
    hits = [(hit.query, hit.id, round(hit.score, 3)) for answer in answers for hit in answer]
    coded = by == "meaning" and (index.path / "coded").exists()
    return frozenset(hits) if coded else hits


def _near_by_meaning(index: NewsIndex, by: str) -> Any:
    return _near(index, by) if index.snapshot.dimension else []


def _related(index: NewsIndex) -> Any:
    return [one.article.id for one in Recommender(index).related(ASKED[0], k=5)]


READING: dict[str, Callable[[NewsIndex], Any]] = {
    "verify": lambda index: [str(finding) for finding in index.verify()],
    "by words": lambda index: _near(index, "words"),
    "by copy": lambda index: _near(index, "copy"),
    "by meaning": lambda index: _near_by_meaning(index, "meaning"),
    "by all": lambda index: _near_by_meaning(index, "all"),
    "duplicates": lambda index: sorted(
        sorted(member.id for member in group.members) for group in find_copies(index).groups
    ),
    "stories": lambda index: sorted(sorted(one.articles) for one in find_stories(index, recompute=True).stories),
    "related": _related,
    "info": lambda index: index.info()["articles"],
}
BY_VECTORS = {"by meaning", "by all", "stories", "related"}
"""What other vectors of length 1 change, of which only the encoder could tell that they are of other texts."""
WRITING: dict[str, Callable[[NewsIndex], Any]] = {
    "add": lambda index: index.add(articles(COUNT, COUNT + 7)),
    "reencode": lambda index: index.reencode("none" if index.snapshot.dimension else "fast"),
    "compact": lambda index: index.compact(),
}


@contextmanager
def _codes_in_small_segments(wanted: bool) -> Iterator[None]:
    """Search segments of some dozens of articles by codes, as otherwise those of a hundred thousand."""
    if not wanted:
        yield
        return
    few = {"EXACT_VALUES": 0, "SCAN_ROWS": 30, "_SPARE": 5, "_TIMES": 1}
    with patch.multiple(quantized, **few):
        yield


@contextmanager
def _quick_disks() -> Iterator[None]:
    """Wait for no disk: no machine loses its power here."""
    connect = database.connect

    def quickly(path: Path, *how: Any) -> Any:
        connection = connect(path, *how)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    with patch.object(database, "connect", quickly), patch.object(os, "fsync", lambda handle: None):
        yield


BASES = {"plain": "none", "fast": "fast", "coded": "fast"}
"""The encoder of each base index."""


def _make_base(path: Path) -> None:
    """Make an index of several segments, one of them merged, with removed articles and stories."""
    name = path.name
    with _codes_in_small_segments(name == "coded"), NewsIndex.create(path, encoder=BASES[name], threads=1) as index:
        for start, stop in ((0, 12), (12, 24), (24, 36), (36, 48), (48, 54), (54, COUNT)):
            index.add(articles(start, stop))
        index.remove(["a5", "a17", "a50"])
        find_stories(index)
        assert index.verify() == []
    if name == "coded":
        (path / "coded").touch()
