"""What is planted in the sample (:mod:`sada.indexes.sample`), and how well results agree with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sada.cluster.copies.copies import Copies
    from sada.cluster.evaluation.metrics import Score
    from sada.cluster.stories.stories import Stories

TRUTH = Path(str(files("sada.cli"))) / "data" / "truth.json"
_NAMED = 4


def load_truth() -> dict[str, Any]:
    """The planted truth; ``about`` in it says what is what."""
    found: dict[str, Any] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return found


def scores(
    truth: Mapping[str, Any], copies: Copies, stories: Stories, languages: Mapping[str, str]
) -> list[dict[str, str]]:
    """One row a measure: precision, recall and F1 of copies, of containment links, and of stories."""
    from sada.cluster.evaluation.evaluation import evaluate
    from sada.cluster.evaluation.metrics import pairwise

    labels = {id_: label["story"] for id_, label in truth["labels"].items()}
    ids = sorted(labels)
    planted = {id_: group[0] for group in truth["copies"] for id_ in group}
    kept = {member.id: group.kept for group in copies.groups for member in group.members}
    told = evaluate(stories, labels, languages)
    return [
        _row("copies, pairs", pairwise([kept[id_] for id_ in ids], [planted.get(id_, id_) for id_ in ids])),
        _row("contained or containing", _links(truth, copies)),
        _row("stories, B-Cubed", told.b_cubed),
        _row("stories, pairs", told.pairs),
        _row("stories, pairs in two languages", told.between_languages),
    ]


def traps(truth: Mapping[str, Any], copies: Copies, stories: Stories) -> list[dict[str, Any]]:
    """One row a trap: whether an article of it was put together with any article of the sample on another story."""
    kept = {member.id: group.kept for group in copies.groups for member in group.members}
    story = {id_: stories.of(id_).id for id_ in truth["labels"]}
    rows = []
    for trap in truth["traps"]:
        copied, told = (_put_together(truth["labels"], trap["ids"], place) for place in (kept, story))
        wrong, others = ("taken for copies", copied) if copied else ("taken for one story", told)
        verdict = f"{wrong} (with {_listed(others)})" if others else "avoided"
        rows.append({"verdict": verdict, "ids": trap["ids"], "why": trap["why"]})
    return rows


def _put_together(labels: Mapping[str, Mapping[str, str]], trap: Sequence[str], place: Mapping[str, str]) -> list[str]:
    """The articles that stand in one place with an article of the trap and report another story."""
    found = set()
    for at, id_ in enumerate(trap):
        others = labels.keys() - set(trap[: at + 1])
        found |= {other for other in others if place[other] == place[id_] and labels[other] != labels[id_]}
    return sorted(found)


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")


def _links(truth: Mapping[str, Any], copies: Copies) -> Score:
    from sada.cluster.evaluation.metrics import Score

    planted = {(link["id"], link["to"], link["kind"]) for link in truth["attached"]}
    found = {(link.id, link.to, link.kind) for group in copies.groups for link in group.attached}
    precision = len(planted & found) / len(found) if found else 1.0
    recall = len(planted & found) / len(planted)
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def _row(what: str, score: Score) -> dict[str, str]:
    return {"what": what} | {key: f"{value:.3f}" for key, value in score.to_dict().items()}
