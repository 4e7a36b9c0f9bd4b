"""Makes the index that stands for today's format among the tests, and asks an index what every format must answer.

python tests/indexes/storage/formats/fixture.py   # writes format-N.zip and format-N.json, N being today's format

Run it once when a format is new, and never again for an earlier one: those files are what earlier programs wrote. Where
a change of search or stories changes answers on purpose, `--answers` writes the JSON file of every format anew, and
leaves the indexes as they are. All articles are invented: they are of the sample.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from sada.cluster import find_copies, find_stories
from sada.cluster.stories.history import story_history
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.sample import sample_articles
from sada.indexes.storage import story_tables
from sada.indexes.storage.schema import FORMAT

HERE = Path(__file__).parent
FOOTER = "Write to the newsroom or call the night editor, and tell us what we missed today"
REMOVED, UPDATED = "de-001", "fr-001"
QUERIES = ("en-001", "ar-063", UPDATED)


class Letters:
    """Counts of pairs of letters, hashed into 32 columns: an encoder that never changes."""

    name, revision, dimension, languages = "letters", "1", 32, None
    fingerprint = "0123456789abcdef0123456789abcdef"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, float32 (n, 32)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for pair in pairwise(text):
                vectors[row, zlib.crc32("".join(pair).encode()) % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def articles() -> list[Article]:
    """Forty articles of the sample: the story of the ferry, two copies, and an outlet that has a line under all."""
    known = {one.id: one for one in sample_articles()}
    named = ["en-001", "en-121", "en-122", "fr-001", "de-001", "ar-063", "ar-124"]
    others = [known[id_] for id_ in sorted(known) if id_ not in named]
    ledger = [replace(one, source="Ledger", text=f"{one.text}\n{FOOTER}") for one in others[::5][:14]]
    taken = {one.id for one in ledger}
    rest = [one for one in others if one.id not in taken][::4][:19]
    return [*(known[id_] for id_ in named), *ledger, *rest]


def build(path: Path) -> None:
    """Make an index that has all that a format can hold."""
    news = articles()
    clock = iter(range(1_700_000_000_000_000, 1_800_000_000_000_000, 3_600_000_000))
    story_tables.now = lambda: next(clock)
    with NewsIndex.create(path, encoder=Letters()) as index:
        index.add(news[2:])
        index.boilerplate.learn()
        find_stories(index)
        index.add(news[:2])
        find_stories(index)
        index.remove(REMOVED)
        index.add([replace(index.get(UPDATED), title="Le ferry a heurté la jetée", keywords=("ferry", "jetée"))])
        find_stories(index)


def answers(index: NewsIndex) -> dict[str, Any]:
    """What an index says of its articles, by every kind of search and grouping, as plain values."""
    stories = find_stories(index)
    changes = story_history(index, stories.of("en-001").id).changes
    return {
        "articles": {one.id: [one.title, one.source, one.language, list(one.keywords), zlib.crc32(one.text.encode())]
                     for one in index},
        "neighbours": {by: {id_: [[hit.id, round(hit.score, 4)] for hit in index.neighbours(id_, 4, by=by)]
                            for id_ in QUERIES} for by in ("copy", "words", "meaning", "all")},
        "copies": [[group.kept, *(member.id for member in group.members)] for group in find_copies(index).groups],
        "stories": [[one.id, one.headline, list(one.keywords), list(one.articles)] for one in stories.stories],
        "history": [{key: value for key, value in change.to_dict().items() if key != "at"} for change in changes],
        "boilerplate": [line.to_dict() for line in index.boilerplate.lines()],
    }  # fmt: skip


def unpack(number: int, folder: Path) -> Path:
    """Unpack the index of a format into a folder; gives its path."""
    with zipfile.ZipFile(HERE / f"format-{number}.zip") as packed:
        packed.extractall(folder / f"format-{number}.sada")
    return folder / f"format-{number}.sada"


def expected(number: int) -> dict[str, Any]:
    """What the index of a format must answer, as soon as it is of today's format."""
    found: dict[str, Any] = json.loads((HERE / f"format-{number}.json").read_text("utf-8"))
    return found


def _pack(path: Path, target: Path) -> None:
    files = sorted(file for file in path.rglob("*") if file.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in files:
            packed.writestr(zipfile.ZipInfo(str(file.relative_to(path))), file.read_bytes(), zipfile.ZIP_DEFLATED)


def _write_answers(number: int, folder: Path) -> None:
    with NewsIndex.open(unpack(number, folder), encoder=Letters()) as index:
        index.add([])
        text = json.dumps(answers(index), ensure_ascii=False, indent=1)
    (HERE / f"format-{number}.json").write_text(text + "\n", "utf-8")


def main() -> None:
    """Write the files of today's format, or with `--answers` the answers of all."""
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[1:] != ["--answers"]:
            build(Path(folder) / "new.sada")
            _pack(Path(folder) / "new.sada", HERE / f"format-{FORMAT}.zip")
        for packed in HERE.glob("format-*.zip"):
            _write_answers(int(packed.stem.partition("-")[2]), Path(folder))


if __name__ == "__main__":
    main()
