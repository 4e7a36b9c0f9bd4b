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
    """Load what is planted; ``about`` in it says what each part means."""
    found: dict[str, Any] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return found


def scores(
    truth: Mapping[str, Any], copies: Copies, stories: Stories, languages: Mapping[str, str]
) -> list[dict[str, str]]:
    """Precision, recall and F1 of copies, of containment links, and of stories: one row for each measure."""
    from sada.cluster.evaluation.evaluation import evaluate
    from sada.cluster.evaluation.metrics import pairwise

    labels = {id_: label["story"] for id_, label in truth["labels"].items()}
    ids = sorted(labels)
    planted = {id_: group[0] for group in truth["copies"] for id_ in group}
    kept = {member.id: group.kept for group in copies.groups for member in group.members}
    scored = evaluate(stories, labels, languages)
    return [
        _row("copies, pairs", pairwise([kept[id_] for id_ in ids], [planted.get(id_, id_) for id_ in ids])),
        _row("contained or containing", _links(truth, copies)),
        _row("stories, B-Cubed", scored.b_cubed),
        _row("stories, pairs", scored.pairs),
        _row("stories, pairs in two languages", scored.between_languages),
    ]


def traps(truth: Mapping[str, Any], copies: Copies, stories: Stories) -> list[dict[str, Any]]:
    """One row for each trap: whether one of its articles was grouped with an article on another story."""
    kept = {member.id: group.kept for group in copies.groups for member in group.members}
    story = {id_: stories.of(id_).id for id_ in truth["labels"]}
    rows = []
    for trap in truth["traps"]:
        copied, merged = (_grouped_wrongly(truth["labels"], trap["ids"], group) for group in (kept, story))
        wrong, others = ("taken for copies", copied) if copied else ("taken for one story", merged)
        verdict = f"{wrong} (with {_listed(others)})" if others else "avoided"
        rows.append({"verdict": verdict, "ids": trap["ids"], "why": trap["why"]})
    return rows


def _grouped_wrongly(
    labels: Mapping[str, Mapping[str, str]], trap: Sequence[str], group: Mapping[str, str]
) -> list[str]:
    """The articles that are in one group with an article of the trap and report another story."""
    found = set()
    for at, id_ in enumerate(trap):
        others = labels.keys() - set(trap[: at + 1])
        found |= {other for other in others if group[other] == group[id_] and labels[other] != labels[id_]}
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
