"""Read a file of every kind that newsrooms, services and corpora write, and count what is read right.

    python benchmarks/kinds.py                # writes results/kinds.json and results/kinds_refused.json
    python benchmarks/kinds.py --only Solr    # shows the kinds with this in their name

All files are made of the same invented articles (``reading/stories.py``), so that it is known what must be read. Where
a library writes the format, it makes the file, and the kind is left out if that library is not installed:

    pip install -e ".[parquet,html]" feedgen pandas openpyxl warcio newspaper4k pymongo
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from reading import all_kinds
from reading.kind import Kind
from reading.scoring import score
from results import load, save, write

FIELDS = ("title", "text", "date", "source", "language", "url")


def main() -> None:
    """Read all kinds, and write or show the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="kinds with this in their name, shown and not written")
    parser.add_argument("--wrong", action="store_true", help="show only what is wrong, and do not write")
    arguments = parser.parse_args()
    kinds = [kind for kind in all_kinds() if (arguments.only or "").lower() in kind.label.lower()]
    scores = [score_one(kind) for kind in kinds]
    if arguments.only is None and not arguments.wrong:
        write_result(scores)
    for one in scores:
        if not (arguments.wrong and one["right"]):
            print(line_of(one))


def score_one(kind: Kind) -> dict[str, Any]:
    """The score of a kind, which is not made if the library that writes it is missing."""
    if not kind.can_be_made:
        return {
            "kind": kind.label,
            "of": len(kind.stories),
            "right": None,
            "notes": [f"not made: {kind.needs} is not installed"],
        }
    with tempfile.TemporaryDirectory() as folder:
        return score(Path(folder), kind)


def row_of(one: dict[str, Any]) -> dict[str, Any]:
    """The row of a score in the table: how many of the articles have each field right, or what refuses the file."""
    if one["right"] is None:
        return {"kind": one["kind"], "read": "not made"}
    if not one["of"]:
        return {"kind": one["kind"], "read": "refused" if one["right"] else "not refused"}
    counts = {field: f"{one[field]}" if field in one else "–" for field in FIELDS}
    return {"kind": one["kind"], "articles": one["of"], "read": one["read"], **counts}


def line_of(one: dict[str, Any]) -> str:
    """A line that shows a score."""
    mark = {True: "right", False: "WRONG", None: "-"}[one["right"]]
    fields = " ".join(f"{field} {one[field]}" for field in FIELDS if field in one)
    said = "" if one["right"] else f"\n      {one.get('command')} {one['notes']}"
    return f"{mark:5} {one['kind']}: read {one.get('read')} of {one.get('of')}; {fields}{said}"


def write_result(scores: list[dict[str, Any]]) -> None:
    """Write the tables of what is read and of what is refused, and the scores behind them."""
    read = [one for one in scores if one["of"]]
    refused = [one for one in scores if not one["of"]]
    right = sum(bool(one["right"]) for one in read)
    note = f"{right} of {len(read)} files are read right in all fields."
    _save("kinds", note, [row_of(one) for one in read], read)
    right = sum(bool(one["right"]) for one in refused)
    lines = [{"kind": one["kind"], "what it says": one["command"]["says"].replace("|", "\\|")} for one in refused]
    _save("kinds_refused", f"{right} of {len(refused)} files are refused in one line that names them.", lines, refused)


def _save(name: str, note: str, rows: list[dict[str, Any]], scores: list[dict[str, Any]]) -> None:
    path = save(name, "Invented articles in nine languages", note, rows)
    filled = [{key: value for key, value in one.items() if value not in ("", [])} for one in scores]
    write(name, load(name) | {"scores": filled})
    print(f"{path}: {note}")


if __name__ == "__main__":
    main()
