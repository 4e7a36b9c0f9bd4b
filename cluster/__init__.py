"""Groups of copies, stories, recommendations, and the evidence for each.

In the examples of the docstrings, ``articles`` is the list of articles of the shipped sample, and ``index`` an open
index of them, without encoder, whose stories are found; :mod:`sada.indexes` shows how to build both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sada.indexes.names import lazy_names

if TYPE_CHECKING:
    from sada.cluster.ahead import CompileReport, compile_kernels
    from sada.cluster.copies.copies import Copies, CopyGroup, find_copies
    from sada.cluster.evaluation.bootstrap import Intervals, bootstrap_intervals
    from sada.cluster.evaluation.calibration import average_precision, expected_calibration_error
    from sada.cluster.evaluation.evaluation import Evaluation, Scatter, evaluate, worst_merges, worst_splits
    from sada.cluster.evaluation.metrics import VMeasure, v_measure
    from sada.cluster.explanation.explanation import Explanation, explain
    from sada.cluster.recommendation.page import RelatedPage, related_page
    from sada.cluster.recommendation.recommender import Preferences, Recommender, Related, related, related_many
    from sada.cluster.report.report import report_data
    from sada.cluster.routine.routine import Routine, Series, find_routine
    from sada.cluster.sources.echoes import EchoPair, SourceEcho, echo_pairs, source_echoes
    from sada.cluster.stories.history import Change, StoryHistory, story_history
    from sada.cluster.stories.intake import Intake, follow
    from sada.cluster.stories.placement import Placement, place_new
    from sada.cluster.stories.stories import Stories, Story, find_stories
    from sada.cluster.threads.threads import Thread, Threads, find_threads

_HOMES = {
    "Change": "stories.history",
    "CompileReport": "ahead",
    "Copies": "copies.copies",
    "CopyGroup": "copies.copies",
    "EchoPair": "sources.figures",
    "Evaluation": "evaluation.evaluation",
    "Explanation": "explanation.explanation",
    "Intake": "stories.intake",
    "Intervals": "evaluation.bootstrap",
    "Placement": "stories.placement",
    "Preferences": "recommendation.recommender",
    "Recommender": "recommendation.recommender",
    "Related": "recommendation.recommender",
    "RelatedPage": "recommendation.page",
    "Routine": "routine.routine",
    "Scatter": "evaluation.evaluation",
    "Series": "routine.routine",
    "SourceEcho": "sources.figures",
    "Stories": "stories.stories",
    "Story": "stories.stories",
    "StoryHistory": "stories.history",
    "Thread": "threads.threads",
    "Threads": "threads.threads",
    "VMeasure": "evaluation.metrics",
    "average_precision": "evaluation.calibration",
    "bootstrap_intervals": "evaluation.bootstrap",
    "compile_kernels": "ahead",
    "echo_pairs": "sources.echoes",
    "evaluate": "evaluation.evaluation",
    "expected_calibration_error": "evaluation.calibration",
    "explain": "explanation.explanation",
    "find_copies": "copies.copies",
    "find_routine": "routine.routine",
    "find_stories": "stories.stories",
    "find_threads": "threads.threads",
    "follow": "stories.intake",
    "place_new": "stories.placement",
    "related": "recommendation.recommender",
    "related_many": "recommendation.recommender",
    "related_page": "recommendation.page",
    "report_data": "report.report",
    "source_echoes": "sources.echoes",
    "story_history": "stories.history",
    "v_measure": "evaluation.metrics",
    "worst_merges": "evaluation.evaluation",
    "worst_splits": "evaluation.evaluation",
}

__all__ = [
    "Change",
    "CompileReport",
    "Copies",
    "CopyGroup",
    "EchoPair",
    "Evaluation",
    "Explanation",
    "Intake",
    "Intervals",
    "Placement",
    "Preferences",
    "Recommender",
    "Related",
    "RelatedPage",
    "Routine",
    "Scatter",
    "Series",
    "SourceEcho",
    "Stories",
    "Story",
    "StoryHistory",
    "Thread",
    "Threads",
    "VMeasure",
    "average_precision",
    "bootstrap_intervals",
    "compile_kernels",
    "echo_pairs",
    "evaluate",
    "expected_calibration_error",
    "explain",
    "find_copies",
    "find_routine",
    "find_stories",
    "find_threads",
    "follow",
    "place_new",
    "related",
    "related_many",
    "related_page",
    "report_data",
    "source_echoes",
    "story_history",
    "v_measure",
    "worst_merges",
    "worst_splits",
]

if not TYPE_CHECKING:  # a type checker would take any name for one of this package
    __getattr__, __dir__ = lazy_names(__name__, _HOMES, {"Wishes": "Preferences"})
