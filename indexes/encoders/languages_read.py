"""The languages that encoders read, and how well: measured, and shipped as ``data/languages_read.json``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

ENGLISH = "en"
"""What the others are measured against, so that it has no figure of its own."""

LEAST = 0.5
"""The least accuracy at which a language counts as read by e5; below it words stand in for vectors."""


@cache
def accuracies(encoder: str) -> dict[str, float]:
    """By ISO 639-1 code, the share of sentences whose translation an encoder finds among a thousand in English.

    >>> accuracies("e5")["fa"] > 0.9, accuracies("none")
    (True, {})

    Args:
        encoder: its name.

    Returns:
        Empty for an encoder that was not measured.
    """
    with files("sada.indexes").joinpath("data", "languages_read.json").open("rb") as file:
        found: dict[str, dict[str, float]] = json.load(file)
    return found.get(encoder, {})


def languages_read(encoder: str) -> frozenset[str]:
    """The languages of which an encoder finds at least half of the translations, and English; empty if unmeasured."""
    measured = accuracies(encoder)
    return frozenset([code for code, share in measured.items() if share >= LEAST] + [ENGLISH] * bool(measured))
