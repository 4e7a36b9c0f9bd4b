"""The model of a disk allows what a file system allows, and nothing else: every state is drawn, and known by hand."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from torture.disk import Disk, Rule, write_state
from torture.faults import Change

OLD, NEW = b"o" * 1024, b"n" * 1024
MIXED = [OLD[:512] + NEW[:512], NEW[:512] + OLD[:512]]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "there").write_bytes(OLD)
    (tmp_path / "below").mkdir()
    return tmp_path


def change(folder, what, name, *, at=0, to="", data=b"", inode=0):
    path = folder / name
    number = inode or path.lstat().st_ino
    return Change(what, number, at, str(path), str(folder / to) if to else "", data)


def states(folder, rule, *changes):
    disk = Disk(folder, rule)
    for one in changes:
        disk.take(one)
    rng = random.Random(1)
    return {frozenset((name, content) for name, content in disk.state(rng).items()) for _ in range(600)}


def contents(found, name="there"):
    return {dict(state).get(name) for state in found}


@pytest.mark.parametrize("rule", Rule)
def test_nothing_changes_without_a_change(folder, rule):
    assert states(folder, rule) == {frozenset({("there", OLD), ("below", None)})}


@pytest.mark.parametrize(("rule", "allowed"), [(Rule.ORDERED, {OLD, NEW}), (Rule.STRICTEST, {OLD, NEW, *MIXED})])
def test_what_is_written_over_may_be_kept_by_pages_or_sectors(folder, rule, allowed):
    write = change(folder, "w", "there", data=NEW)
    assert contents(states(folder, rule, write)) == allowed
    assert contents(states(folder, rule, write, change(folder, "s", "there"))) == {NEW}


def test_what_is_appended_may_leave_zeros_only_under_the_strictest_rule(folder):
    writes = [
        change(folder, "w", "there", at=1024, data=NEW[:512]),
        change(folder, "w", "there", at=1536, data=NEW[:512]),
    ]
    zeros = bytes(512)
    ordered = {OLD, OLD + NEW[:512], OLD + NEW}
    assert contents(states(folder, Rule.ORDERED, *writes)) == ordered
    strictest = ordered | {OLD + zeros + NEW[:512], OLD + NEW[:512] + zeros, OLD + 2 * zeros}
    assert contents(states(folder, Rule.STRICTEST, *writes)) == strictest


@pytest.mark.parametrize("rule", Rule)
def test_a_length_is_kept_or_not(folder, rule):
    cut = change(folder, "t", "there", at=512)
    assert contents(states(folder, rule, cut)) == {OLD, OLD[:512]}
    assert contents(states(folder, rule, cut, change(folder, "s", "there"))) == {OLD[:512]}


@pytest.mark.parametrize(("rule", "names"), [(Rule.ORDERED, {"", "a", "ab"}), (Rule.STRICTEST, {"", "a", "b", "ab"})])
def test_names_are_kept_in_order_or_any_of_them(folder, rule, names):
    made = [change(folder, "c", "a", inode=1), change(folder, "c", "b", inode=2)]
    found = {"".join(sorted(dict(state).keys() & {"a", "b"})) for state in states(folder, rule, *made)}
    assert found == names


@pytest.mark.parametrize(("rule", "kept"), [(Rule.ORDERED, {True}), (Rule.STRICTEST, {True, False})])
def test_the_sync_of_a_file_keeps_its_name_only_on_an_ordered_disk(folder, rule, kept):
    new = [change(folder, "c", "a", inode=1), change(folder, "w", "a", data=NEW, inode=1)]
    found = states(folder, rule, *new, change(folder, "s", "a", inode=1))
    assert {"a" in dict(state) for state in found} == kept
    assert contents(found, "a") - {None} == {NEW}
    both = states(folder, rule, *new, change(folder, "s", "a", inode=1), change(folder, "s", "."))
    assert contents(both, "a") == {NEW}


@pytest.mark.parametrize("rule", Rule)
def test_a_rename_is_whole_and_may_come_before_the_bytes(folder, rule):
    new = [change(folder, "c", "a", inode=1), change(folder, "s", ".")]
    found = states(
        folder, rule, *new, change(folder, "w", "a", data=NEW, inode=1), change(folder, "r", "a", to="there", inode=1)
    )
    assert b"" in contents(found) and NEW in contents(found) and OLD in contents(found)
    assert {("a" in dict(state), dict(state)["there"] == OLD) for state in found} == {(True, True), (False, False)}


@pytest.mark.parametrize("rule", Rule)
def test_a_folder_that_is_renamed_keeps_what_is_in_it(folder, rule):
    inner = [change(folder, "c", "below/x", inode=1), change(folder, "s", "below")]
    found = states(folder, rule, *inner, change(folder, "r", "below", to="moved"), change(folder, "s", "."))
    assert found == {frozenset({("there", OLD), ("moved", None), ("moved/x", b"")})}


def test_files_that_sqlite_maps_are_left_out_and_a_state_is_written(folder):
    found = states(folder, Rule.ORDERED, change(folder, "c", "db-shm", inode=1), change(folder, "s", "."))
    assert found == {frozenset({("there", OLD), ("below", None)})}
    target = folder / "target"
    target.mkdir()
    write_state({"below": None, "below/x": NEW}, target)
    assert (target / "below" / "x").read_bytes() == NEW
