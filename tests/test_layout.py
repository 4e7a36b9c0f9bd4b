"""The order of rooms: a room imports only what stands below it, and rooms and files stay small.

A room is a folder; a file right in ``indexes``, ``cluster`` or ``cli`` is a room of its own.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = {
    "indexes": (
        "errors", "distribution", "version", "names", "threads", "hashing", "packing", "compilation", "compiled",
        "ragged", "timestamps", "tags", "article", "spelling", "text", "languages", "folder", "disk", "values",
        "storage", "parsing", "json", "pages", "webpages", "fields", "crawls", "tabular", "wire", "reading", "sample",
        "minhash", "subwords", "e5", "encoders", "boilerplate", "segments", "search", "writing", "handle", "upkeep",
        "index", "bridge", "__init__",
    ),
    "cluster": (
        "likeness", "copies", "scoring", "headlines", "stories", "routine", "threads", "sources", "recommendation",
        "explanation", "evaluation", "report", "ahead", "__init__",
    ),
    "cli": (
        "__init__", "output", "options", "planted_truth", "input", "commands.indexing", "commands.search",
        "commands.groups", "commands", "main", "__main__",
    ),
}  # fmt: skip
ROOMS = [f"{top}.{room}" for top, rooms in ORDER.items() for room in rooms]  # from the ground up
MOST_FILES, MOST_LINES = 15, 300
FAST = ("indexes", "data", "fast")  # a distribution of its own: weights, and an empty package that holds them

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for top in ORDER
    for path in sorted((ROOT / top).rglob("*.py"))
    if path.relative_to(ROOT).parts[:3] != FAST
}


def room_of(file: str) -> str:
    """The room of a file: ``indexes.text`` for ``indexes.text.dates``, and ``indexes.index`` for itself."""
    return file if file.count(".") == 1 else file.rpartition(".")[0]


def file_of(module: str) -> str | None:
    """The file of a module's whole name, or None if it is none of ours."""
    name = module.removeprefix("sada.")
    if name == module:
        return None
    return next((file for file in (name, f"{name}.__init__") if file in FILES), None)


def imports(file: str, tree: ast.Module) -> Iterator[str]:
    """The files that a file names: in imports of every place and kind, and in strings."""
    nodes = list(ast.walk(tree))
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += (name for name in strings if file_of(name) in FILES and not file_of(name).endswith("__init__"))
    if any(
        isinstance(node, ast.Name) and node.id in ("import_module", "lazy_names") for node in nodes
    ):  # a table of short names
        prefixes = [f"sada.{room_of(file).removesuffix('.__init__')}.", *(one for one in strings if one.endswith("."))]
        named += (prefix + name for prefix in prefixes for name in strings)
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{file} has a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                named.append(whole if file_of(whole) else node.module)
    return (found for found in map(file_of, named) if found and found != file)


def read_edges(sources: dict[str, str]) -> dict[str, set[str]]:
    return {file: set(imports(file, ast.parse(source))) for file, source in sources.items()}


def upward(edges: dict[str, set[str]]) -> list[str]:
    """The imports of a room that does not stand below."""
    return [
        f"{file} imports {other}"
        for file, others in edges.items()
        for other in sorted(others)
        if ROOMS.index(room_of(other)) > ROOMS.index(room_of(file))
    ]


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {file: path.read_text(encoding="utf-8") for file, path in FILES.items()}


@pytest.fixture(scope="module")
def edges(sources: dict[str, str]) -> dict[str, set[str]]:
    return read_edges(sources)


def test_every_room_has_its_place_in_the_order() -> None:
    assert {room_of(file) for file in FILES} == set(ROOMS)


def test_rooms_import_only_what_stands_below(edges: dict[str, set[str]]) -> None:
    assert upward(edges) == []


def test_no_files_import_each_other_in_a_circle(edges: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as circle:
        pytest.fail(" imports ".join(reversed(circle.args[1])))


def test_rooms_and_files_are_small(sources: dict[str, str]) -> None:
    files = Counter(room_of(file) for file in FILES if not file.endswith(".__init__"))
    assert [room for room, count in files.items() if count > MOST_FILES] == []
    lengths = {file: len(source.splitlines()) for file, source in sources.items()}
    assert {file: length for file, length in lengths.items() if length > MOST_LINES} == {}


@pytest.mark.parametrize(
    ("file", "source", "named"),
    [
        ("indexes.text.dates", "from sada.indexes.index import NewsIndex", "indexes.index"),
        ("indexes.text.dates", "from sada.indexes import index", "indexes.index"),
        ("indexes.text.dates", "from sada.indexes import NewsIndex", "indexes.__init__"),
        ("indexes.text.dates", "import sada.cluster.copies.candidates as pairs", "cluster.copies.candidates"),
        ("indexes.text.dates", "def f():\n    from sada.cli.main import main", "cli.main"),
        ("indexes.text.dates", "if TYPE_CHECKING:\n    from sada.cli.main import main", "cli.main"),
        ("cluster.copies.candidates", "where = 'sada.cluster.report.report'", "cluster.report.report"),
        ("indexes.__init__", "import_module(f'{__name__}.{TABLE[0]}'); TABLE = ['search.bm25']", "indexes.search.bm25"),
        ("indexes.errors", "import_module(f'sada.cli.commands.{TABLE[0]}'); TABLE = ['demo']", "cli.commands.demo"),
    ],
)
def test_imports_are_seen_wherever_they_stand(file: str, source: str, named: str) -> None:
    edges = read_edges({file: source})
    assert edges[file] == {named}
    assert upward(edges) == ([] if file == "indexes.__init__" else [f"{file} imports {named}"])
