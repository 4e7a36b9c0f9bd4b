"""Files of a closed index that are damaged: it is named, or it changes no answer."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sada.cluster.recommendation.recommender import related
from sada.cluster.stories.stories import stored_stories
from sada.indexes.errors import SadaError
from sada.indexes.folder.paths import WRITER_LOCK
from sada.indexes.index import NewsIndex
from torture.cases import Outcome, Row, Tally, apart, made
from torture.subjects import make_base

_TOLD = "told"
_PAGE = 4096

Ask = Callable[[NewsIndex], Any]


def _near(by: Any) -> Ask:
    return lambda index: [
        [(hit.id, round(hit.score, 4)) for hit in hits] for hits in index.neighbours(["a8", "a14", "a33"], 5, by=by)
    ]


QUESTIONS: dict[str, Ask] = {
    "articles": lambda index: [(one.id, one.title, one.text, str(one.published), one.source) for one in index],
    "ids": lambda index: (len(index), "a5" in index, "a8" in index),
    "words": _near("words"),
    "copies": _near("copy"),
    "meaning": _near("meaning"),
    "stories": lambda index: sorted((one.id, tuple(one.articles)) for one in stored_stories(index).stories),
    "boilerplate": lambda index: [line.to_dict() for line in index.boilerplate.lines()],
    "related": lambda index: [hit.article.id for hit in related(index, ["a8"], 5)],
    "encoder": lambda index: index.info()["encoder"]["name"],
}


def run(count: int, seed: int) -> list[Row]:
    """Damage one file ``count`` times; see :mod:`torture`."""
    tally, rng = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as work:
        base = made(make_base, Path(work) / "base", "fast")
        truth, found = made(_asked, base)
        if found or _TOLD in truth.values():
            raise RuntimeError(f"the index is damaged before anything was done to it: {found or truth}")
        path = Path(work) / "damaged.sada"
        ways = list(WAYS.items())
        for number in range(count):
            name, way = ways[number % len(ways)]
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(base, path)
            files = _damageable(path)
            chosen = rng.choice([*files, *[file for file in files if file.parent == path] * 4])
            way(chosen, files, rng)
            outcome, what = _outcome(path, truth)
            tally.count(f"a file {name}", outcome, f"{chosen.relative_to(path)}: {what}")
    return tally.rows()


def _damageable(path: Path) -> list[Path]:
    """The files in which there is anything to damage."""
    files = (file for file in path.rglob("*") if file.is_file() and file.name != WRITER_LOCK)
    return sorted(file for file in files if file.stat().st_size)


def _outcome(path: Path, truth: dict[str, Any]) -> tuple[Outcome, str]:
    ended = apart(_asked, path)
    if ended.fell:
        return Outcome.CRASHED, ended.fell
    if ended.error:  # it cannot be opened, and the error says why
        return Outcome.SURVIVED, ""
    answers, found = ended.value
    wrong = [name for name, answer in answers.items() if answer not in (_TOLD, truth[name])]
    if wrong:
        return Outcome.SILENT, f"other answers about {', '.join(wrong)}"
    if _TOLD in answers.values() and not found:
        return Outcome.SILENT, "verify finds nothing, and queries do"
    return Outcome.SURVIVED, ""


def _asked(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Ask all questions; an error of Sada's is an answer, too. Then what ``verify`` finds."""
    answers = {}
    with NewsIndex.open(path, threads=1) as index:
        for name, question in QUESTIONS.items():
            try:
                answers[name] = question(index)
            except SadaError:
                answers[name] = _TOLD
        return answers, [str(finding) for finding in index.verify()]


def _changed(edit: Callable[[bytearray, random.Random], Any]) -> Callable[[Path, list[Path], random.Random], None]:
    def change(file: Path, files: list[Path], rng: random.Random) -> None:
        content = bytearray(file.read_bytes())
        edit(content, rng)
        file.write_bytes(content)

    return change


def _flip(content: bytearray, rng: random.Random) -> None:
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _overwrite(content: bytearray, rng: random.Random, new: Callable[[int], bytes], step: int, length: int) -> None:
    start = rng.randrange(0, len(content), step)
    size = len(content[start : start + length])
    content[start : start + size] = new(size)


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[rng.randrange(len(content)) :]


def _swap(file: Path, files: list[Path], rng: random.Random) -> None:
    kind = file.name.split("-")[0]
    like = [other for other in files if other != file and other.name.split("-")[0] == kind]
    other = rng.choice(like or [one for one in files if one != file])
    mine, theirs = file.read_bytes(), other.read_bytes()
    file.write_bytes(theirs)
    other.write_bytes(mine)


WAYS: dict[str, Callable[[Path, list[Path], random.Random], Any]] = {
    "with a flipped bit": _changed(_flip),
    "cut": _changed(_cut),
    "with a page of zeros": _changed(lambda content, rng: _overwrite(content, rng, bytes, _PAGE, _PAGE)),
    "with 64 random bytes": _changed(lambda content, rng: _overwrite(content, rng, rng.randbytes, 1, 64)),
    "with bytes appended": _changed(lambda content, rng: content.extend(rng.randbytes(rng.choice((1, _PAGE))))),
    "emptied": _changed(lambda content, rng: content.clear()),
    "swapped with another": _swap,
    "deleted": lambda file, files, rng: file.unlink(),
}
