"""The shipped weights of the same-story scorer, ``data/story_weights.json``, which also says how they were trained."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    return fitted_weights(encoder) or load_weights()["encoders"]["use"]


@cache
def fitted_weights(encoder: str) -> dict[str, Any] | None:
    """Return the weights that were fitted for an encoder, None if there are none.

    Two encoders side by side that were not fitted together, but each alone, get the means of both: the log-odds are the
    mean of what each of the two says.
    """
    known: dict[str, Any] = load_weights()["encoders"]
    if encoder in known:
        return dict(known[encoder])
    parts: list[dict[str, Any]] = [known.get(name, {}) for name in encoder.split("+")]
    if len(parts) != 2 or not all(part.get("unrelated") for part in parts):
        return None
    first, second = parts
    models = {name for name, model in first.items() if isinstance(model, dict)} - {"stamp"}
    joined: dict[str, Any] = {name: _mean(first[name], second[name]) for name in models}
    for name in (name for name in models - {"fragments"} if "meaning" in joined[name]):
        joined[name]["meaning"] = first[name].get("meaning", 0.0) / 2
        joined[name]["second_meaning"] = second[name].get("meaning", 0.0) / 2
    joined["fragments"]["meaning"] /= 2  # of the sum of both
    return joined | {"unrelated": first["unrelated"] + second["unrelated"]}


def _mean(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {name: (first.get(name, 0.0) + second.get(name, 0.0)) / 2 for name in sorted({*first, *second})}
