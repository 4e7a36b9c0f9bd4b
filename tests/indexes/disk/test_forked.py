"""A process that was forked does not use the connections of its parent to write: SQLite's locks are not its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sqlite3, sys
from sada.indexes import Article, NewsIndex

path = sys.argv[1]
article = lambda id_: Article(id_, f"title {id_}", f"what stands in {id_}")
with NewsIndex.create(path, encoder=None) as index:
    index.add([article("a")])
index = NewsIndex.open(path)
closed, may_write = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(closed, 1)
    right = len(index) == 1 and index.get("a").title == "title a"
    index.add([article("b")])
    index.add([article("c")])
    os._exit(0 if right and len(index) == 3 else 1)
index.close()
with sqlite3.connect(f"{path}/catalog.sqlite") as last:  # it deletes the log, if no lock keeps it from that
    last.execute("SELECT count(*) FROM articles").fetchall()
last.close()
os.write(may_write, b"1")
child = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
with NewsIndex.open(path) as index:
    print(child, sorted(article.id for article in index), [str(finding) for finding in index.verify()])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_what_a_forked_process_adds_is_kept_after_its_parent_closed(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "a.sada"], capture_output=True, text=True, timeout=120
    )
    assert (ran.stdout, ran.stderr) == ("0 ['a', 'b', 'c'] []\n", "")
