"""The shipped weights of the same-story scorer, with their provenance: ``data/story_weights.json``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_weights() -> dict[str, Any]:
    """All that is shipped."""
    with files("sada.cluster").joinpath("data", "story_weights.json").open("rb") as file:
        found: dict[str, Any] = json.load(file)
        return found


def weights_of(encoder: str) -> dict[str, Any]:
    """What is shipped for an encoder, or for ``use`` where there is nothing."""
    fitted: dict[str, Any] = load_weights()["encoders"]
    return fitted.get(encoder, fitted["use"])
