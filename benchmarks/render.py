"""Fill in what README.md, the pages of docs, and the card of the encoder ``fast`` show: tables and transcripts.

    python benchmarks/render.py          # rewrite them
    python benchmarks/render.py --check  # exit with 1 if a table is not what its result says

A table stands between ``<!-- results: NAME -->`` and ``<!-- end -->``; a transcript, cut after LINES lines, between
``<!-- run LINES: COMMAND -->`` and ``<!-- end -->``. Commands run one after the other, page by page, in one folder that
is empty but for this checkout's ``cli``, on a terminal of 100 columns; the README's first one makes ``demo.sada``.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import Any

from results import load, shown

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "benchmarks" / "README.md",
    ROOT / "indexes" / "data" / "fast" / "README.md",
]
COLUMNS = 100
_TABLE = re.compile(r"(<!-- results: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_RUN = re.compile(r"(<!-- run (\d+): (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(name: str) -> str:
    """The Markdown table of a result, with what it was measured on below it."""
    result = load(name)
    rows: list[dict[str, Any]] = result["rows"]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(shown(row.get(column, "")) for column in columns) + " |" for row in rows]
    versions = ", ".join(f"{package} {version}" for package, version in result["versions"].items())
    again = "".join(f", {row} {date}" for row, date in result.get("measured again", {}).items())
    about = f"{result['corpus']}. {result['note']} {result['machine']}; {versions}; {result['made'][:10]}{again}."
    return "\n".join([*lines, "", about, ""])


def transcript(command: str, lines: int, folder: str) -> str:
    """A command and the first lines of what it prints on a terminal."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"NO_COLOR": "1", "TERM": "xterm", "COLUMNS": str(COLUMNS), "PATH": path}
    process = subprocess.Popen(
        command, shell=True, cwd=folder, stdout=terminal, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(terminal)
    printed = b""
    while chunk := _read(master):
        printed += chunk
    if process.wait():
        raise SystemExit(f"render: {command!r} ended with exit code {process.returncode}; nothing was written")
    shown = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", printed.decode()).splitlines()]
    shown = shown[:lines] + (["…"] if len(shown) > lines else [])
    return "\n".join(["```console", f"$ {command}", *shown, "```", ""])


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 1 << 16)
    except OSError:  # how Linux says that the other end of a terminal is closed
        return b""


def with_tables(text: str) -> str:
    """``text`` with every table filled from its result."""
    return _TABLE.sub(lambda block: f"{block[1]}{table(block[2])}{block[3]}", text)


def main() -> int:
    """Rewrite the pages, or compare their tables."""
    if "--check" in sys.argv:
        return int(any(page.read_text("utf-8") != with_tables(page.read_text("utf-8")) for page in PAGES))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cli").symlink_to(ROOT / "cli")
        for page in PAGES:
            text = with_tables(page.read_text("utf-8"))
            text = _RUN.sub(lambda run: f"{run[1]}{transcript(run[3], int(run[2]), folder)}{run[4]}", text)
            page.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
