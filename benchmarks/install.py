"""What a fresh installation takes and how soon it answers; writes ``results/install.json``.

python benchmarks/install.py
"""

from __future__ import annotations

import subprocess
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from results import save

ROOT = Path(__file__).parent.parent
_SHOWN = 6


def megabytes(path: Path) -> float:
    """Size of a file or folder on disk."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def sizes(site: Path) -> list[tuple[str, float]]:
    """Packages and their megabytes, the largest first; what pip and setuptools take is left out."""
    found: dict[str, float] = {}
    for path in site.iterdir():
        name = path.name.split(".libs")[0].split("_cpu")[0].split("-")[0]
        if name not in ("pip", "setuptools", "_distutils_hack"):
            found[name] = found.get(name, 0.0) + megabytes(path)
    return sorted(found.items(), key=lambda item: -item[1])


def seconds(command: list[str]) -> float:
    """Wall time of a command."""
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - started


def main() -> None:
    """Install into a new virtual environment and measure."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools = Path(folder) / "bin"
        install = seconds([str(tools / "pip"), "install", "--quiet", str(ROOT)])
        sada = str(tools / "sada")
        times = {
            "pip install": install,
            "first `sada demo` (compiles kernels)": seconds([sada, "demo"]),
            "second `sada demo`": seconds([sada, "demo"]),
            "`sada --help`": seconds([sada, "--help"]),
        }
        found = sizes(next((Path(folder) / "lib").glob("python*/site-packages")))
    rows: list[dict[str, Any]] = [{"what": what, "value": f"{value:.1f} s"} for what, value in times.items()]
    rows.append({"what": "installed, with all it needs", "value": f"{sum(size for _, size in found):.0f} MB"})
    rows += [{"what": f"of this {name}", "value": f"{size:.0f} MB"} for name, size in found[:_SHOWN]]
    note = "Wall times; packages came from a warm cache. Python's pip and setuptools are not counted."
    print(save("install", "The shipped sample, 125 articles", note, rows).read_text())


if __name__ == "__main__":
    main()
