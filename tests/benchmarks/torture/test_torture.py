"""A few faults of every kind are survived, and the same faults are noticed where a guard is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="faults are preloaded: needs Linux and a C compiler"
)
SCRIPT = f"""
import json, os, sys
sys.path.insert(0, {str(BENCHMARKS)!r})
from torture import faults
faults.preload()
faults.drop_library()
from unittest.mock import patch
from torture import changes, damage, kills, power, processes, subjects
from sada.indexes.disk import durable
from sada.indexes.storage import catalog, database

def only(*names):
    return patch.dict(subjects.CHANGES, {{name: subjects.CHANGES[name] for name in names}}, clear=True)

told = {{}}

def survived():
    with only("add", "remove"):
        for kind, count in ((changes, 6), (power, 6), (kills, 6), (damage, 8), (processes, 8)):
            told[kind.__name__.rpartition(".")[2]] = kind.run(count, 5)

def unsynced_commits():
    open_file = database.connect
    def careless(path, *more):
        connection = open_file(path, *more)
        connection.execute("PRAGMA synchronous = OFF")
        return connection
    with only("remove"), patch.object(catalog, "connect", careless), patch.object(database, "connect", careless):
        told["commits are not synced"] = power.run(24, 1)

def unsynced_arrays():
    class Careless:
        fsync = staticmethod(lambda file: None)
        def __getattr__(self, name):
            return getattr(os, name)
    with only("compact"), patch.object(durable, "os", Careless()):
        told["arrays are not synced"] = power.run(24, 1)

def unsynced_names():
    with only("compact"), patch.object(durable, "sync_folder", lambda folder: None):
        told["names are not synced"] = power.run(24, 1)

def early_acknowledgements():
    suffer = changes.suffer
    def early(change, path, acknowledged, begin):
        acknowledged[:] = (1).to_bytes(8, "big")
        suffer(change, path, acknowledged, begin)
    with only("remove"), patch.object(changes, "suffer", early):
        told["acknowledged too early"] = changes.run(12, 1)

for part in sys.argv[1:]:
    globals()[part]()
print(json.dumps(told))
"""
KINDS = {"changes": 6, "power": 2, "kills": 2, "damage": 8, "processes": 2}


def run(*command):
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done


@pytest.fixture(scope="module")
def told():
    rows, done = run("-c", SCRIPT, "survived", "unsynced_commits", "early_acknowledgements")
    return rows | {"in words": done.stderr}


@pytest.mark.parametrize(("kind", "rows"), KINDS.items())
def test_faults_of_every_kind_are_survived(told, kind, rows):
    found = told[kind]
    assert len(found) == rows
    assert [row for row in found if row["survived"] != row["injected"]] == [], told["in words"]
    assert sum(row["injected"] for row in found) >= 6


def bad(rows):
    return sum(row["lost"] + row["silent"] for row in rows)


def test_a_power_cut_finds_a_sync_that_is_missing(told):
    assert bad(told["commits are not synced"]) > 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["arrays", "names"])
def test_a_power_cut_finds_a_sync_of_files_that_is_missing(kind):
    rows, _ = run("-c", SCRIPT, f"unsynced_{kind}")
    assert bad(rows[f"{kind} are not synced"]) > 0


def test_a_commit_that_is_acknowledged_too_early_is_noticed(told):
    killed = next(row for row in told["acknowledged too early"] if row["fault"] == "killed at a change to a file")
    assert killed["silent"] > 0


def test_the_command_shows_the_rows_of_the_kinds_that_it_is_asked_for():
    rows, done = run(BENCHMARKS / "torture", "damage", "forged_arrays", "--count", "8")
    assert (done.returncode, len(rows)) == (0, 14)
    assert {row["injected"] for row in rows} == {1, 2}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["readers", "logs", "forged_catalogs"])
def test_the_other_kinds_are_survived(kind):
    rows, done = run(BENCHMARKS / "torture", kind, "--count", "6")
    assert done.returncode == 0 and sum(row["injected"] for row in rows) >= 6
