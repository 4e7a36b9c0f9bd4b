"""The few figures that the README shows, picked out of the other results; writes ``results/summary.json``.

python benchmarks/summary.py
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from results import FOLDER, load, shown, write

_MADE_OF = "100,000 articles, 30 % of them planted copies"
_DAY = "one day of Saudi newspapers (Arabic)"
_HEADLINES = "2021 Olympics headlines in nine languages"
_INDEX = "an index of 100,000 articles"


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        what: it says.
        data: it was measured on.
        result: the result that has it.
        column: where it stands there.
        row: values of the one row there that is meant.
    """

    what: str
    data: str
    result: str
    column: str
    row: Mapping[str, Any]

    def value(self) -> str:
        """The figure as the table of its result shows it."""
        rows = (row for row in load(self.result)["rows"] if all(row[key] == value for key, value in self.row.items()))
        (row,) = rows
        return shown(row[self.column])


def _of_peer(what: str, column: str, peer: str) -> Figure:
    return Figure(what, _MADE_OF, "near_duplicates", column, {"peer": peer, "articles": 100_000})


def _of_stories(what: str, data: str, name: str) -> Figure:
    return Figure(what, data, "stories", "B-Cubed F1", {"set": name, "method": "sada, encoder e5-short"})


def _of_step(step: str) -> Figure:
    return Figure(f"`{step}`, wall time", "1,000,000 articles", "scale", "wall", {"step": step})


FIGURES = (
    _of_peer("copies: recall of pairs with a Jaccard of .8", "recall at .8", "sada"),
    _of_peer("copies: precision", "precision", "sada"),
    _of_peer("copies: articles a CPU second", "articles a CPU second", "sada"),
    _of_peer("the same, gaoya, the fastest other", "articles a CPU second", "gaoya"),
    _of_peer("the same, datasketch", "articles a CPU second", "datasketch, sha1"),
    _of_step("sada dedup --report"),
    _of_step("sada build --encoder none"),
    _of_stories("stories: B-Cubed F1, full texts", _DAY, "Saudi news day, full text"),
    _of_stories("stories: B-Cubed F1, titles alone", _HEADLINES, "Olympics headlines, last 40 %"),
    Figure("neighbours: recall@10, all ways together", _DAY, "neighbours", "recall@10",
           {"set": "Saudi news day, full text", "by": "all", "encoder": "e5-short"}),
    Figure("neighbours by meaning: median ms", _INDEX, "asking", "median ms",
           {"question": "by meaning, an article of the index"}),
    Figure("related, one reader: median ms (use)", _INDEX, "relating", "one reader, median ms", {"encoder": "use"}),
    Figure("installed, with all it needs", "the base install", "install", "value",
           {"what": "installed, with all it needs"}),
)  # fmt: skip


def rows() -> list[dict[str, str]]:
    """The rows of the table."""
    return [{"what": figure.what, "measured on": figure.data, "figure": figure.value()} for figure in FIGURES]


def main() -> None:
    """Pick the figures; machine and versions are those of the results that they come from."""
    sources = [load(name) for name in dict.fromkeys(figure.result for figure in FIGURES)]
    (machine,) = {source["machine"] for source in sources}
    first, *_, last = sorted(source["made"] for source in sources)
    content = {
        "made": last,
        "machine": machine,
        "versions": {name: version for source in sources for name, version in source["versions"].items()},
        "corpus": "Encoder e5-short, the default",
        "note": f"Picked out of the tables of benchmarks/README.md, measured from {first[:10]} on.",
        "rows": rows(),
    }
    print(write("summary", content).relative_to(FOLDER.parent.parent))


if __name__ == "__main__":
    main()
