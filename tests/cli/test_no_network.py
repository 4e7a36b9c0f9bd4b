"""No verb calls another machine unless a model is named that is not here, and the guard of all tests would notice."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys

import pytest

from sada.cli.main import _VERBS

from ..conftest import OUTWARD, called
from .conftest import ROWS, write_jsonl

PAGE = """<html><head><title>Ferry strikes pier</title><link rel="stylesheet" href="https://x.example/a.css"></head>
<body><img src="https://x.example/a.png"><p>Five people died when the evening ferry struck the stone pier.</p>
</body></html>
"""
RUNS = {
    "build": ["news.jsonl", "-i", "i.sada"],
    "add": ["i.sada", "page.html"] if importlib.util.find_spec("trafilatura") else ["i.sada", "news.jsonl"],
    "boilerplate": ["i.sada", "--learn"],
    "stories": ["i.sada"],
    "neighbours": ["i.sada", "a1", "--by", "all", "--explain"],
    "search": ["i.sada", "--text", "ferry pier"],
    "duplicates": ["i.sada"],
    "dedup": ["news.jsonl", "-o", "less.jsonl"],
    "related": ["i.sada", "--all"],
    "explain": ["i.sada", "a1", "a2"],
    "report": ["i.sada", "-o", "report.html"],
    "sources": ["i.sada"],
    "page": ["page.txt", "--index", "i.sada"],
    "evaluate": ["i.sada", "labels.jsonl"],
    "info": ["i.sada"],
    "verify": ["i.sada"],
    "remove": ["i.sada", "b1"],
    "reencode": ["i.sada", "--encoder", "fast"],
    "compact": ["i.sada"],
    "backup": ["i.sada", "copy.sada"],
    "compile": [],
    "demo": ["-i", "demo.sada"],
}
PROGRAM = """
import os, sys
def refuse(event, args):
    if event in {outward} and getattr(args[0], "family", None) != {unix}:
        os.write(2, f"{{event}} {{args}}".encode())
        os._exit(97)
sys.addaudithook(refuse)
from sada.cli.main import main
for verb, arguments in {runs}.items():
    assert main([verb, *arguments]) == 0, verb
print("done")
"""


def run(folder, runs, more=""):
    program = PROGRAM.format(outward=OUTWARD, unix=int(socket.AF_UNIX), runs=runs) + more
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path):
    write_jsonl(tmp_path / "news.jsonl", ROWS)
    write_jsonl(tmp_path / "labels.jsonl", [{"id": row["id"], "story": row["id"][0]} for row in ROWS])
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "page.txt").write_text(f"{ROWS[0]['title']}\n\n{ROWS[0]['text']}\n", "utf-8")
    return tmp_path


def test_no_verb_calls_another_machine(folder):
    assert set(RUNS) == set(_VERBS)
    ran = run(folder, RUNS)
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "done"), ran.stderr[-2000:]


def test_a_call_would_have_been_seen(folder):
    ran = run(folder, {}, "import urllib.request; urllib.request.urlopen('http://192.0.2.1')")
    assert (ran.returncode, ran.stdout) == (97, "done\n") and "192.0.2.1" in ran.stderr


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("x.example", 80)])
def test_every_test_is_guarded_also_where_the_error_is_caught(address):
    with pytest.raises(PermissionError, match=f"tests use no network: socket.*{address[0]}"):
        socket.create_connection(address, timeout=0.1)
    assert len(called) == 1
    called.clear()


def test_sockets_of_this_machine_are_left_alone(tmp_path):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname()).close()
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(OSError):
        client.connect(str(tmp_path / "nobody"))
    assert called == []
