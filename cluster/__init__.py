"""What groups articles: copies, stories, related reading, and the evidence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sada.cluster.copies import Copies, CopyGroup, find_copies
    from sada.cluster.evaluation import Evaluation, evaluate
    from sada.cluster.explanation import Explanation, explain
    from sada.cluster.recommendation import Related, related
    from sada.cluster.stories import Stories, Story, find_stories

_HOMES = {
    "Copies": "copies",
    "CopyGroup": "copies",
    "Evaluation": "evaluation",
    "Explanation": "explanation",
    "Related": "recommendation",
    "Stories": "stories",
    "Story": "stories",
    "evaluate": "evaluation",
    "explain": "explanation",
    "find_copies": "copies",
    "find_stories": "stories",
    "related": "recommendation",
}

__all__ = [
    "Copies",
    "CopyGroup",
    "Evaluation",
    "Explanation",
    "Related",
    "Stories",
    "Story",
    "evaluate",
    "explain",
    "find_copies",
    "find_stories",
    "related",
]


def __getattr__(name: str) -> Any:
    """Import what is heavy only when it is asked for."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
