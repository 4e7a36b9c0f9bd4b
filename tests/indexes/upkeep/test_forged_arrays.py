"""Arrays of a stranger, with right checksums and impossible contents: a verb that reads them says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sada.cluster import Recommender, find_copies, find_stories
from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.index import NewsIndex
from sada.indexes.storage.arrays import write_array
from sada.indexes.storage.catalog import Catalog

COUNT = 40
FAR = 0x7FFFFFFF
Change = Callable[[np.ndarray], np.ndarray]


def report(number: int) -> Article:
    words = [f"word{(number // 2 * 7 + step) % 60}" for step in range(30)]
    return Article(f"r{number}", f"Report of the day {number // 2}", " ".join(words), language="en")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, word_encoder: object) -> Path:
    """Two segments; of the first an article was removed."""
    path = tmp_path_factory.mktemp("whole") / "news.sada"
    with NewsIndex.create(path, encoder=word_encoder, threads=1) as index:
        index.add([report(number) for number in range(COUNT)], commit_every=COUNT // 2)
        index.remove(["r3"])
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "news.sada"))


def forge(path: Path, kind: str, change: Change) -> None:
    """Change an array in every segment, and name it in the catalog with the checksum that it should have."""
    catalog = Catalog(path)
    forged = {
        segment: {kind: write_array(path / "arrays", kind, change(np.load(path / "arrays" / kinds[kind].name)))}
        for segment, kinds in catalog.files().items()
    }
    with catalog.writing():
        catalog.replace_arrays((kind,), forged)
    catalog.close()


def filled(value: int, rows: slice = slice(None)) -> Change:
    """Put one value into some rows."""

    def change(array: np.ndarray) -> np.ndarray:
        array[rows] = value
        return array

    return change


def positions(value: int) -> Change:
    """Put one position into every posting."""

    def change(postings: np.ndarray) -> np.ndarray:
        postings[:, :4] = list(value.to_bytes(4, "little"))
        return postings

    return change


def begins(value: int) -> Change:
    """Let the postings of most terms begin elsewhere."""

    def change(directory: np.ndarray) -> np.ndarray:
        directory[1:-1, 1] = value
        return directory

    return change


def rows_of(value: int) -> Change:
    """Put one position into every entry of the LSH."""
    return lambda packed: (packed >> np.uint64(32) << np.uint64(32)) | np.uint64(value)


NEWS = Article("new", "Report of the day", "word1 word2 word3 word4 word5 word6 word7", language="en")
VERBS: dict[str, Callable[[NewsIndex], object]] = {
    "words": lambda index: index.neighbours("r8", 5, by="words"),
    "copy": lambda index: index.neighbours("r8", 5, by="copy"),
    "meaning": lambda index: index.neighbours("r8", 5, by="meaning"),
    "copies": find_copies,
    "stories": lambda index: find_stories(index, recompute=True),
    "related": lambda index: Recommender(index).related("r8"),
    "add": lambda index: index.add([NEWS]),
    "compact": lambda index: index.compact(),
}

BEYOND = f"its positions are not those of {COUNT // 2} articles"
SETS = "it does not part the shingles into ascending sets"
FORGERIES: list[tuple[str, Change, dict[str, str | None]]] = [
    ("postings", positions(FAR), dict.fromkeys(("words", "compact"), BEYOND)),
    ("postings", positions(COUNT // 2), dict.fromkeys(("words", "compact"), BEYOND)),
    ("postings", lambda array: array[:9], {"words": "9 rows do not hold", "compact": "does not part 9 postings"}),
    ("terms", begins(1 << 40), {"words": "do not hold what other arrays", "compact": "does not part"}),
    ("terms", begins(-1 & 0xFFFFFFFFFFFFFFFF), {"words": "do not hold what other arrays", "compact": "does not part"}),
    ("terms", lambda array: array[::-1], {"compact": "by ascending terms"}),
    ("bounds", filled(1 << 40, slice(1, None)), {"copy": "do not hold", "copies": None, "compact": None}),
    ("bounds", filled(-(1 << 30), slice(1, None)), {"copy": None, "copies": "begin|ascend", "compact": None}),
    ("bounds", lambda array: array[::-1], {"copies": None, "compact": "end before they begin"}),
    ("bounds", lambda array: array * 0 + [0, *[600] * COUNT][: len(array)], {"copies": SETS}),
    ("shingles", lambda array: array[:-1], {"copies": None, "compact": "rows do not hold"}),
    ("shingles", lambda array: array[::-1], {"copies": SETS}),
    ("lsh", rows_of(FAR), {"copy": BEYOND, "compact": f"names article {FAR} of {COUNT // 2}"}),
    ("lsh", rows_of(COUNT // 2), {"copy": BEYOND, "compact": f"names article {COUNT // 2} of {COUNT // 2}"}),
    ("lsh", lambda array: array[:, 1:], {"compact": "in a band of the LSH, and 40 have shingles|and 39 have shingles"}),
    ("lsh", lambda array: array[:3], {"copy": r"where uint64 \(\d+, any\) should be"}),
    ("lengths", lambda array: array[:1], {"words": r"uint32 \(1,\) where uint32 \(20\) should be", "compact": None}),
    ("lengths", lambda array: array.astype(np.uint8), {"words": "uint8"}),
    ("signatures", lambda array: array[:, :5], {"copy": r"\(20, 5\)", "copies": None, "compact": None}),
    ("keys", lambda array: array[:3], dict.fromkeys(("words", "copy", "copies", "stories", "add", "compact"))),
    ("spellings", lambda array: array[:3], {"copies": r"uint32 \(3, 4\) where uint32 \(20, 4\)", "compact": None}),
    ("vectors", lambda array: array[:1], {"meaning": r"float16 \(1, 64\)", "stories": None, "compact": None}),
    ("vectors", lambda array: array[:, :3], {"meaning": r"\(20, 3\) where float16 \(20, 64\)", "stories": None}),
    ("vectors", lambda array: array.astype(np.float64), {"meaning": "float64", "related": None}),
    ("vectors", lambda array: array * np.float16(np.nan), {"meaning": "not finite", "stories": "not finite"}),
    ("encoded", lambda array: array[:, :1], {"add": r"uint64 \(20, 1\)", "compact": None}),
]  # fmt: skip


@pytest.fixture
def opened(path: Path, word_encoder: object) -> Iterator[Callable[[], NewsIndex]]:
    """Opens the index anew, for each verb."""
    found: list[NewsIndex] = []

    def opener() -> NewsIndex:
        found.append(NewsIndex.open(path, encoder=word_encoder, threads=1))  # type: ignore[arg-type]
        return found[-1]

    yield opener
    for one in found:
        one.close()


@pytest.mark.parametrize("case", range(len(FORGERIES)), ids=lambda case: f"{FORGERIES[case][0]}{case}")
def test_what_cannot_be_is_told(path: Path, opened: Callable[[], NewsIndex], case: int) -> None:
    kind, change, refused = FORGERIES[case]
    forge(path, kind, change)
    assert opened().verify() != []
    for verb, what in refused.items():
        with pytest.raises(IndexDamagedError, match=what) as told:
            VERBS[verb](opened())
        assert "\n" not in str(told.value)
