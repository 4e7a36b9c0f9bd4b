"""Members of an index under the names that they had before they moved, until 1.0."""

from __future__ import annotations

import warnings
from functools import partial
from operator import attrgetter
from typing import Any

from sada.indexes.handle.printed import with_printed

_MOVED = {
    "articles": "__iter__",
    "get_many": "get",
    "furniture": "boilerplate.lines",
    "find_furniture": "boilerplate.find",
    "learn_furniture": "boilerplate.learn",
    "keep_furniture": "boilerplate.keep",
    "forget_furniture": "boilerplate.forget",
    "stored_stories": "stories.stored",
    "stories_are_current": "stories.are_current",
    "has_stories": "stories.exist",
    "stories_repaired": "stories.grouped_up_to",
    "store_stories": "stories.store",
    "story_state": "stories.version",
    "story_changes": "stories.changes",
    "story_history": "stories.history",
    "known_lines": "snapshot.boilerplate",
} | {
    name: f"snapshot.{name}"
    for name in (
        "bands", "columns", "contents", "copy_threshold", "dimension", "encoder_languages", "encoder_name",
        "in_one_state", "segments", "sketches", "stored", "vector_search", "vectors", "view", "word_search",
    )
}  # fmt: skip


def moved_member(index: object, name: str) -> Any:
    """The member of an index that was called ``name``; warns that it has another name now.

    Raises:
        AttributeError: if there never was one.
    """
    if hasattr(type(index), name):  # a property of it failed with an AttributeError: let that be seen
        return object.__getattribute__(index, name)
    if name == "with_printed":
        warnings.warn(f"NewsIndex.{name} goes with 1.0: remove takes them out anyway", DeprecationWarning, stacklevel=3)
        return partial(with_printed, snapshot=attrgetter("snapshot")(index))
    where = _MOVED.get(name)
    if where is None:
        raise AttributeError(f"{type(index).__name__!r} object has no attribute {name!r}")
    said = "the index itself: for article in index" if where == "__iter__" else where
    warnings.warn(f"NewsIndex.{name} is now {said}", DeprecationWarning, stacklevel=3)
    return attrgetter(where)(index)
