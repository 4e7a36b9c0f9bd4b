"""Batches and steps of the encoder's training, against counting by hand."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")
sys.path.insert(0, str(Path(__file__).parents[2]))

import torch

from benchmarks.train_encoder.beginning import begin
from benchmarks.train_encoder.lessons import JOINED, SMALL_LANGUAGES, TOGETHER, Lessons, Pieces, balance
from benchmarks.train_encoder.rows import RowAdam
from benchmarks.train_encoder.student import DIMENSION, ROW, Lesson, Student, loss_of


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


def planted() -> SimpleNamespace:
    """Sixty texts, three for each of twenty pivots; use reads all pivots and each fifth text itself, e5 even pivots."""
    random = np.random.default_rng(0)
    pivots, languages = random.permutation(np.repeat(np.arange(20), 3)), random.integers(0, 4, 60)
    pieces = Pieces(np.repeat(np.arange(60), sizes(np.arange(60))), np.cumsum([0, *sizes(np.arange(60))]))
    targets = {"use": random.normal(size=(20, 16)), "e5": random.normal(size=(20, 12))}
    targets["e5"][1::2] = 0
    targets = {name: target.astype(np.float16) for name, target in targets.items()}
    chances = random.random(60)
    own, own_rows = random.normal(size=(12, 16)).astype(np.float16), np.full(60, -1)
    own_rows[::5] = np.arange(12)
    return SimpleNamespace(
        pieces=pieces,
        pivots=pivots,
        languages=languages,
        targets=targets,
        own=own,
        own_rows=own_rows,
        chances=chances / chances.sum(),
    )


def sizes(texts: np.ndarray) -> np.ndarray:
    """How many pieces a planted text has, each of which is its number."""
    return texts % 4 + 1


def taught(plan: SimpleNamespace, teachers: tuple[str, ...] = ("use", "e5"), seed: int = 0) -> Lessons:
    targets = {name: plan.targets[name] for name in teachers}
    own = (plan.own, plan.own_rows) if teachers[0] == "use" else (plan.own, np.full(60, -1))
    return Lessons(plan.pieces, np.arange(60), plan.pivots, plan.languages, plan.chances, targets, *own, seed)


def told(plan: SimpleNamespace, name: str, texts: list[int]) -> np.ndarray:
    """What a teacher says of each text: of itself if it reads it, else of its pivot."""
    found = plan.targets[name][plan.pivots[texts]].astype(float)
    rows = plan.own_rows[texts]
    if name == "use":
        found[rows >= 0] = plan.own[rows[rows >= 0]]
    return found


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


@pytest.mark.parametrize("columns", [(), (3,)])
def test_steps_of_rows_by_hand(columns: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    table = random.normal(size=(5, *columns))
    optimiser = RowAdam(torch.tensor(table, dtype=torch.float32))
    mean, square, steps = np.zeros_like(table), np.zeros(5), np.zeros(5)
    for rows in ([0, 3], [3], [1, 3, 4], [0, 4]):
        gradient = random.normal(size=(len(rows), *columns))
        optimiser.step(torch.tensor(rows), torch.tensor(gradient, dtype=torch.float32), 0.1)
        for row, slope in zip(rows, gradient, strict=True):
            steps[row] += 1
            mean[row] = 0.9 * mean[row] + 0.1 * slope
            square[row] = 0.99 * square[row] + 0.01 * np.mean(slope**2)
            move = mean[row] / (1 - 0.9 ** steps[row]) / (square[row] / (1 - 0.99 ** steps[row])) ** 0.5
            table[row] -= 0.1 * move
    assert np.allclose(optimiser.table.numpy(), table, atol=1e-5)
    assert steps.tolist() == optimiser.steps.tolist() == [2, 1, 0, 3, 2]


def small_lesson(plan: SimpleNamespace) -> tuple[Student, Lesson]:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    return Student(torch.ones(60), {"use": 16}), taught(plan, ("use",)).draw(0, 32)


def test_a_student_begins_with_what_teachers_say_of_words() -> None:
    """Words along a few axes: no direction is lost, but each is divided by its variance to the power of .35."""
    random = np.random.default_rng(0)
    pieces = [f"▁{chr(97 + row % 26)}{row}" for row in range(400)] + ["▁"]
    axes = {"use": random.normal(size=(9, 512)), "e5": random.normal(size=(9, 384))}
    said = {name: random.normal(size=(401, 9)) @ axis + 3 * axis[0] for name, axis in axes.items()}
    student, read = Student(torch.ones(401), {"use": 512, "e5": 384}), np.arange(401) % 2 == 0
    begin(student, pieces, said, np.array(["en"] * 400 + ["FULL"]), read)
    centred = {name: unit(one - one[:400].mean(axis=0))[:400] for name, one in said.items()}
    joined = unit(np.concatenate([centred["use"] * read[:400, None], centred["e5"]], axis=1))
    values, directions = np.linalg.eigh(joined.T @ joined)
    whitened = unit(joined @ directions[:, -18:] * values[-18:] ** -0.35)
    with torch.no_grad():
        vectors = student.layer(student.rows).double().numpy()[:400]
        heads = {name: head.weight.double().numpy() for name, head in student.heads.items()}
    assert not student.rows[400].any()
    assert np.allclose(vectors @ vectors.T, whitened @ whitened.T, atol=0.02)
    for name, head in heads.items():
        assert ((unit(vectors @ head.T) * centred[name]).sum(axis=1)[read[:400]] > 0.99).all()


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_are_what_the_formula_says() -> None:
    student, lesson = small_lesson(planted())
    with torch.no_grad():
        student.outer.weight.normal_(std=0.1)
        student.inner.bias.normal_()
        found = student(lesson.pieces, lesson.starts, student.rows, student.weights)
        rows = (student.rows * student.weights.exp()[:, None]).double().numpy()
        skip, wide, bias, outer = (
            one.detach().double().numpy()
            for one in (student.skip.weight, student.inner.weight, student.inner.bias, student.outer.weight)
        )
    starts = lesson.starts.tolist()
    sums = np.array([rows[lesson.pieces.numpy()[a:b]].sum(axis=0) for a, b in pairwise(starts)])
    sums *= ROW**0.5 / np.linalg.norm(sums, axis=1, keepdims=True)
    inner = sums @ wide.T + bias
    inner *= 0.5 * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner**3)))
    want = sums @ skip.T + inner @ outer.T
    want /= np.linalg.norm(want, axis=1, keepdims=True)
    assert found.shape == (32, DIMENSION)
    assert (found.numpy() * want).sum(axis=1).min() > 0.999  # the layer is computed in bfloat16


def test_the_loss_by_hand() -> None:
    """To within a percent or two: products are in bfloat16, and a temperature of .05 sharpens what that changes."""
    plan = planted()
    student, lesson = small_lesson(plan)
    random = np.random.default_rng(0)
    vectors = random.normal(size=(32, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    _, parts = loss_of(student, torch.tensor(vectors, dtype=torch.float32), lesson)
    target = lesson.targets["use"].double().numpy()
    seen = vectors @ student.heads["use"].weight.detach().double().numpy().T
    cosine = (seen * target).sum(axis=1) / np.linalg.norm(seen, axis=1)
    assert parts["vector use"] == pytest.approx(2 * (1 - cosine).mean(), rel=0.02)
    wanted, got = (softmax(rows @ rows.T / 0.05, np.eye(32, dtype=bool)) for rows in (target, vectors))
    apart = ~np.eye(32, dtype=bool)
    divergence = (wanted[apart] * np.log(wanted[apart] / got[apart])).sum() / 32
    assert parts["similarity"] == pytest.approx(divergence, rel=0.02)


def softmax(values: np.ndarray, left_out: np.ndarray) -> np.ndarray:
    """Of each row, without some."""
    raised = np.where(left_out, 0, np.exp(values - values.max(axis=1, keepdims=True)))
    return raised / raised.sum(axis=1, keepdims=True)


def test_every_part_learns_and_the_loss_falls() -> None:
    student, lesson = small_lesson(planted())
    rows, weights = RowAdam(student.rows.data), RowAdam(student.weights.data)
    dense = [value for name, value in student.named_parameters() if name not in ("rows", "weights")]
    optimiser = torch.optim.Adam(dense, lr=2e-3)
    losses = []
    for _ in range(15):
        distinct, places = torch.unique(lesson.pieces, return_inverse=True)
        row, weight = (table.data[distinct].requires_grad_() for table in (student.rows, student.weights))
        loss, parts = loss_of(student, student(places, lesson.starts, row, weight), lesson)
        assert float(loss.detach()) == pytest.approx(sum(parts.values()), rel=1e-3)
        optimiser.zero_grad()
        loss.backward()
        assert all(torch.isfinite(one.grad).all() and one.grad.any() for one in (*dense[:1], row, weight))
        optimiser.step()
        rows.step(distinct, row.grad, 0.01)
        weights.step(distinct, weight.grad, 0.01)
        losses.append(float(loss.detach()))
    assert set(parts) == {"vector use", "similarity"}
    assert losses[-1] < 0.8 * losses[0]
    assert all(value.grad.any() for value in dense)  # the second layer starts at zero, and its first learns from step 2
