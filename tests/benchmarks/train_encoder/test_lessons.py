"""Batches of the training, against counting by hand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

from benchmarks.train_encoder.lessons import JOINED, SMALL_LANGUAGES, TOGETHER, Pieces, balance
from benchmarks.train_encoder.student import Lesson

from .planted import planted, sizes, taught, told


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=8), st.data())
def test_pieces_of_some_texts(texts: list[list[int]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=12))
    whole = Pieces(np.array([one for text in texts for one in text], np.int32), np.cumsum([0, *map(len, texts)]))
    ids, starts = whole.of(np.array(chosen, np.int64))
    found = [ids[start:stop].tolist() for start, stop in pairwise(starts)]
    assert found == [texts[row] for row in chosen] and starts[0] == 0 and starts[-1] == len(ids)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0.01, 5)), min_size=1, max_size=30))
def test_a_language_is_drawn_as_a_power_of_its_weight(rows: list[tuple[int, float]]) -> None:
    languages, weights = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = balance(languages, weights)
    assert found.sum() == pytest.approx(1)
    totals = {language: weights[languages == language].sum() for language in set(languages.tolist())}
    whole = sum(total**SMALL_LANGUAGES for total in totals.values())
    for language, total in totals.items():
        share = total**SMALL_LANGUAGES / whole
        assert found[languages == language].sum() == pytest.approx(share)
        assert np.allclose(found[languages == language] / weights[languages == language], share / total)


def texts_of(lesson: Lesson) -> list[list[int]]:
    """The texts that each row of a batch is made of."""
    found = []
    for start, stop in pairwise(lesson.starts.tolist()):
        row = []
        while start < stop:
            text = int(lesson.pieces[start])
            assert (lesson.pieces[start : start + sizes(text)] == text).all()
            row.append(text)
            start += sizes(text)
        assert start == stop
        found.append(row)
    return found


def test_a_batch_holds_two_texts_of_each_pivot_and_what_its_teachers_say() -> None:
    plan, seen, kinds = planted(), np.zeros(60), set()
    lessons, joined = taught(plan), int(16 * JOINED)
    for step in range(300):
        lesson = lessons.draw(step, 32)
        rows = texts_of(lesson)
        first, second = rows[:16], rows[16:]
        assert [len(row) for row in first] == [1] * (16 - joined) + [TOGETHER] * joined
        asked = [plan.pivots[row] for row in first]
        assert all((plan.pivots[row] == pivots).all() for row, pivots in zip(second, asked, strict=True))
        assert (np.concatenate(first) != np.concatenate(second)).all()
        kind = {int(pivot) % 2 for pivots in asked for pivot in pivots}
        assert len(kind) == 1  # only pivots that the same teachers read
        assert set(lesson.targets) == ({"use", "e5"} if kind == {0} else {"use"})
        kinds |= kind
        languages = plan.languages[[text for row in first[16 - joined :] for text in row]]
        assert (np.diff(languages) >= 0).all()
        for name, target in lesson.targets.items():
            heard = np.array([sizes(np.array(row)) ** 0.5 @ told(plan, name, row) for row in rows])
            assert np.allclose(target.numpy(), heard / np.linalg.norm(heard, axis=1, keepdims=True), atol=1e-5)
        seen += np.bincount([text for row in first for text in row], minlength=60)
    assert kinds == {0, 1}
    assert np.abs(seen / seen.sum() - plan.chances).max() < 0.015


def test_the_same_step_gives_the_same_batch_and_another_another() -> None:
    first, second = taught(planted(), seed=7), taught(planted(), seed=7)
    first.draw(1, 32)
    assert texts_of(first.draw(5, 32)) == texts_of(second.draw(5, 32))
    assert texts_of(first.draw(6, 32)) != texts_of(second.draw(5, 32))
    assert texts_of(first.draw(5, 32)) != texts_of(taught(planted(), seed=8).draw(5, 32))


def test_beside_a_text_that_is_alone_stands_one_of_another_pivot() -> None:
    plan = planted()
    plan.pivots = np.concatenate([np.arange(20), np.repeat(np.arange(20, 40), 2)])
    plan.targets = {name: np.concatenate([target, target]) for name, target in plan.targets.items()}
    seen = Counter()
    for step in range(100):
        rows = texts_of(taught(plan).draw(step, 32))
        pairs = [(row[0], other[0]) for row, other in zip(rows[:16], rows[16:], strict=True)]
        assert all(plan.pivots[one] == plan.pivots[other] and one != other for one, other in pairs if one >= 20)
        seen.update(one == other for one, other in pairs)
    assert seen[True] < 0.1 * seen[False]  # by chance


def test_pivots_that_no_teacher_reads_are_not_drawn() -> None:
    plan = planted()
    lessons = taught(plan, ("e5",))
    drawn = [text for step in range(20) for row in texts_of(lessons.draw(step, 32)) for text in row]
    assert set(plan.pivots[drawn] % 2) == {0}
