"""What groups articles: copies, stories, related reading, and the evidence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sada.cluster.copies import Copies, CopyGroup, find_copies
    from sada.cluster.echoes import EchoPair, SourceEcho, echo_pairs, source_echoes
    from sada.cluster.evaluation import Evaluation, Scatter, evaluate, worst_merges, worst_splits
    from sada.cluster.explanation import Explanation, explain
    from sada.cluster.history import Change, StoryHistory, story_history
    from sada.cluster.intervals import Intervals, bootstrap_intervals
    from sada.cluster.metrics import VMeasure, v_measure
    from sada.cluster.pair_scores import average_precision, expected_calibration_error
    from sada.cluster.placing import Placement, place_new
    from sada.cluster.recommendation import Recommender, Related, Wishes, related, related_many
    from sada.cluster.report import report_data
    from sada.cluster.stories import Stories, Story, find_stories

_HOMES = {
    "Change": "history",
    "Copies": "copies",
    "CopyGroup": "copies",
    "EchoPair": "source_echo",
    "Evaluation": "evaluation",
    "Explanation": "explanation",
    "Intervals": "intervals",
    "Placement": "placing",
    "Recommender": "recommendation",
    "Related": "recommendation",
    "Scatter": "evaluation",
    "SourceEcho": "source_echo",
    "Stories": "stories",
    "Story": "stories",
    "StoryHistory": "history",
    "VMeasure": "metrics",
    "Wishes": "recommendation",
    "average_precision": "pair_scores",
    "bootstrap_intervals": "intervals",
    "echo_pairs": "echoes",
    "evaluate": "evaluation",
    "expected_calibration_error": "pair_scores",
    "explain": "explanation",
    "find_copies": "copies",
    "find_stories": "stories",
    "place_new": "placing",
    "related": "recommendation",
    "related_many": "recommendation",
    "report_data": "report",
    "source_echoes": "echoes",
    "story_history": "history",
    "v_measure": "metrics",
    "worst_merges": "evaluation",
    "worst_splits": "evaluation",
}

__all__ = [
    "Change",
    "Copies",
    "CopyGroup",
    "EchoPair",
    "Evaluation",
    "Explanation",
    "Intervals",
    "Placement",
    "Recommender",
    "Related",
    "Scatter",
    "SourceEcho",
    "Stories",
    "Story",
    "StoryHistory",
    "VMeasure",
    "Wishes",
    "average_precision",
    "bootstrap_intervals",
    "echo_pairs",
    "evaluate",
    "expected_calibration_error",
    "explain",
    "find_copies",
    "find_stories",
    "place_new",
    "related",
    "related_many",
    "report_data",
    "source_echoes",
    "story_history",
    "v_measure",
    "worst_merges",
    "worst_splits",
]


def __getattr__(name: str) -> Any:
    """Import what is heavy only when it is asked for."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
