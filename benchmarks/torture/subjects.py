"""What is tortured: indexes of invented articles, the changes that are made to them, and the state that they are in."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from sada.cluster.stories.intake import follow
from sada.cluster.stories.stories import find_stories, stored_stories
from sada.indexes import index as index_module
from sada.indexes.article import Article
from sada.indexes.folder.paths import ARRAYS
from sada.indexes.index import NewsIndex
from sada.indexes.storage.database import Database

INDEX = "news.sada"
LISTS = "related.jsonl"
BUILD = "build"
_WORDS = (  # noqa: SIM905
    "bridge river council flood minister harbour quake summit league budget school hospital port election tram "
    "جسر نهر مجلس فيضان وزير ميناء زلزال قمة دوري ميزانية مدرسة مستشفى انتخابات قطار مطار سوق اقتصاد شرطة"
).split()
_FOOT = "Written by the evening desk of this paper, which thanks its readers for letters, photographs and corrections."
_START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def article(number: int, seed: int = 0) -> Article:
    """An invented article; every fifth repeats the one before it with a word more, and one outlet has a foot line."""
    repeats = number % 5 == 4
    rng = random.Random(seed << 32 | (number - repeats))
    text = " ".join(f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}{rng.randrange(60)}" for _ in range(30))
    source = f"Outlet {number % 4}"
    return Article(
        f"a{number}",
        " ".join(rng.choices(_WORDS, k=6)),
        text + (f" again {number}" if repeats else "") + (f"\n{_FOOT}" if source == "Outlet 1" else ""),
        published=_START + timedelta(hours=number * 3),
        source=source,
        language="en",
    )


def articles(start: int, stop: int, seed: int = 0) -> list[Article]:
    """Articles of consecutive numbers."""
    return [article(number, seed) for number in range(start, stop)]


def make_base(folder: Path, encoder: str | None = None, count: int = 48) -> Path:
    """Make an index with several segments, stories, learned lines and removed articles, and lists beside it."""
    folder.mkdir()
    path = folder / INDEX
    with NewsIndex.create(path, encoder=encoder, threads=1) as index:
        for start in range(0, count, count // 3):
            index.add(articles(start, min(start + count // 3, count)))
        index.boilerplate.learn()
        find_stories(index)
        index.remove(["a5", "a17"])
    write_lists(path)
    return path


def write_lists(path: Path) -> None:
    """Run ``sada related --all -o`` on an index, for the file beside it."""
    from sada.cli.main import main

    code = main(["related", str(path), "--all", "--threads", "1", "-o", str(path.with_name(LISTS))])
    if code:
        raise OSError(f"exit code {code}")


class State(NamedTuple):
    """What of an index must not change unnoticed."""

    contents: tuple[tuple[str, str], ...]
    stories: tuple[tuple[str, ...], ...]
    encoder: str
    boilerplate: tuple[str, ...]
    near: tuple[tuple[str, float], ...]
    lists: str


def state_of(path: Path) -> State | None:
    """The state of an index and of the lists beside it, None if there is no index; all is read and checked."""
    if not path.exists():
        return None
    with NewsIndex.open(path, threads=1) as index:
        near = [hit for by in ("words", "copy") for hit in index.neighbours("a8", 5, by=by)] if "a8" in index else []
        state = State(
            tuple((one.id, one.content_key().hex()) for one in index),
            tuple(sorted(tuple(story.articles) for story in stored_stories(index).stories)),
            str(index.info()["encoder"]["name"]),
            tuple(sorted(line.line for line in index.boilerplate.lines())),
            tuple((hit.id, round(hit.score, 4)) for hit in near),
            _lists(path.with_name(LISTS)),
        )
        found = index.verify()
    if found:
        raise ValueError(f"verify: {found[:3]}")
    return state


def _lists(path: Path) -> str:
    if not path.exists():
        return ""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return json.dumps([(row["id"], [one["id"] for one in row["related"]]) for row in rows])


def next_writer(path: Path) -> list[str]:
    """Add one article, as the next writer would; returns what is wrong afterwards."""
    with NewsIndex.open(path, threads=1) as index:
        index.add([Article("next", "After the fault", "what comes after the fault is stored as ever", language="en")])
        wrong = [str(finding) for finding in index.verify()]
        named = {entry.name for kinds in index.snapshot.catalog.files().values() for entry in kinds.values()}
        wrong += [f"orphan {name}" for name in sorted({*os.listdir(path / ARRAYS)} - named)]
        if "next" not in index:
            wrong.append("the next article is not there")
    return wrong


@contextmanager
def telling_commits(on_commit: Callable[[], None]) -> Iterator[None]:
    """Call a function after every commit that is made while the block runs, and after an index was made."""
    write, create = Database.writing, index_module.create_index

    @contextmanager
    def writing(self: Database) -> Iterator[None]:
        with write(self):
            yield
        on_commit()

    def created(*arguments: Any) -> Any:
        encoder = create(*arguments)
        on_commit()
        return encoder

    with patch.object(Database, "writing", writing), patch.object(index_module, "create_index", created):
        yield


def _changing(change: Callable[[NewsIndex], Any]) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        with NewsIndex.open(path, threads=1) as index:
            change(index)

    return run


def _build(path: Path) -> None:
    with NewsIndex.create(path, encoder=None, threads=1) as index:
        index.add(articles(0, 5))


def _add_one_by_one(index: NewsIndex) -> None:
    for one in articles(60, 66):
        index.add([one])


def _learn_anew(index: NewsIndex) -> None:
    index.boilerplate.forget()
    index.boilerplate.learn()


def _find_stories(index: NewsIndex) -> None:
    index.add(articles(60, 65))
    _store_stories(index, recompute=False)


def _store_stories(index: NewsIndex, *, recompute: bool) -> None:
    if not find_stories(index, recompute=recompute).stored:
        raise OSError("the stories were found, and the result says that they were not stored")


CHANGES: dict[str, Callable[[Path], None]] = {
    "add": _changing(lambda index: index.add([*articles(60, 78), article(3, seed=1)], commit_every=7)),
    "add, with a merge": _changing(_add_one_by_one),
    "remove": _changing(lambda index: index.remove(["a1", "a2", "a30"])),
    "stories": _changing(_find_stories),
    "stories --recompute": _changing(lambda index: _store_stories(index, recompute=True)),
    "add --follow": _changing(lambda index: list(follow(index, articles(60, 68), commit_every=3))),
    "reencode": _changing(lambda index: index.reencode("fast")),
    "compact": _changing(lambda index: index.compact()),
    "boilerplate": _changing(_learn_anew),
    "boilerplate --keep": _changing(lambda index: index.boilerplate.keep([_FOOT])),
    BUILD: _build,
    "related --all -o": write_lists,
}
"""Every change to an index that a command can make, by the command's name."""


def prepared(base: Path, change: str, work: Path) -> Iterator[Path]:
    """Yield again and again the path of a fresh index, in a folder below ``work``, that can be changed so."""
    folder = work / "case"
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base.parent, folder)
        if change == BUILD:
            shutil.rmtree(folder / INDEX)
            (folder / LISTS).unlink()
        yield folder / INDEX
