"""The shipped weights of the same-story scorer, ``data/story_weights.json``, which also says how they were trained."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_weights() -> dict[str, Any]:
    """Load the whole file."""
    with files("sada.cluster").joinpath("data", "story_weights.json").open("rb") as file:
        found: dict[str, Any] = json.load(file)
        return found


def weights_of(encoder: str) -> dict[str, Any]:
    """Return the weights for an encoder; those for ``use`` if there are none for it."""
    fitted: dict[str, Any] = load_weights()["encoders"]
    return fitted.get(encoder, fitted["use"])
