"""An index that is changed sixty times by little stays small, and answers as one that is built at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from long_life import Step, apply, differences, left_after, steps
from torture.subjects import article

from sada.indexes.index import NewsIndex

CHANGES = list(steps(60, seed=2))


def test_the_steps_add_update_and_remove_and_are_the_same_each_time():
    assert list(steps(60, seed=2)) == CHANGES
    added = [one.id for step in CHANGES for one in step.added]
    removed = [id_ for step in CHANGES for id_ in step.removed]
    assert len(removed) == len(set(removed)) > 15
    assert len(added) > len(set(added)) > len(removed)  # some come again with another text
    assert {one.id for one in left_after(CHANGES)} == {*added} - {*removed}


def test_what_is_left_is_known_by_hand():
    first, changed = article(0), article(0, seed=9)
    assert left_after([Step([first, article(1)], []), Step([changed], []), Step([], ["a1"])]) == [changed]


def test_a_long_life_ends_as_one_build_would(tmp_path, word_encoder):
    files, descriptors = [], []
    with NewsIndex.create(tmp_path / "long.sada", encoder=word_encoder) as index:
        for step in CHANGES:
            apply(index, step)
            files.append(sum(path.is_file() for path in index.path.rglob("*")))
            if os.path.isdir("/proc/self/fd"):
                descriptors.append(len(os.listdir("/proc/self/fd")))
        with NewsIndex.create(tmp_path / "whole.sada", encoder=word_encoder) as whole:
            whole.add(left_after(CHANGES))
            assert differences(index, whole) == []
            whole.remove(left_after(CHANGES)[0].id)
            assert {"contents", "words"} <= {*differences(index, whole)}
    kinds = 12
    assert max(files) <= 7 * kinds + 4  # segments: at most three each of one, four and sixteen batches
    assert max(descriptors, default=0) <= min(descriptors, default=0) + max(files)


def test_an_index_of_other_texts_differs(tmp_path):
    with (
        NewsIndex.create(tmp_path / "a.sada", encoder=None) as one,
        NewsIndex.create(tmp_path / "b.sada", encoder=None) as other,
    ):
        one.add([article(number) for number in range(8)])
        other.add([article(number, seed=number == 3) for number in range(8)])
        assert {"contents", "words"} <= {*differences(one, other, ("words", "copy"))}


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="this system does not list open files")
def test_a_reader_that_recommends_while_others_write_needs_no_more_from_call_to_call(tmp_path):
    from long_life import INTERVALS, live

    rows, usages = live(tmp_path / "live.sada", CHANGES[:40], CHANGES[40:41], None, 40)
    assert [row["changed by"] for row in rows] == ["one process"] * INTERVALS + ["commands"]
    assert (rows[-1]["changes"], rows[-1]["articles"]) == (41, len(left_after(CHANGES[:41])))
    assert len(usages) == INTERVALS
    assert max(one.files for one in usages) <= 200
