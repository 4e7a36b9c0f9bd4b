"""How good a checkpoint is, on lines kept out of training: is a text nearest to its own translation?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.train_encoder.examples import Examples
from benchmarks.train_encoder.sources import is_word_list

SHORTEST = 20  # characters of an English side; names and single words are not sentences
FEWEST, MOST = 25, 300  # kept pairs that a language needs, and that are looked at


def judge(examples: Examples, kept: np.ndarray, encode: Callable[[Sequence[str]], np.ndarray]) -> dict[str, float]:
    """By language, the share of kept texts to which their own English side is the nearest of all kept ones.

    Args:
        examples: all.
        kept: bool (examples,), see :func:`benchmarks.train_encoder.examples.held_out`.
        encode: texts to float32 unit vectors.
    """
    chosen: dict[str, list[int]] = {}
    for at in np.flatnonzero(kept):
        pivot, language = examples.pivot[at], examples.language[at]
        word = is_word_list(examples.source[at])
        if not word and examples.pivots[pivot] == "en" != language and len(examples.texts[pivot]) >= SHORTEST:
            chosen.setdefault(language, []).append(at)
    chosen = {language: rows[:MOST] for language, rows in chosen.items() if len(rows) >= FEWEST}
    pivots = sorted({examples.pivot[row] for rows in chosen.values() for row in rows})
    place = {pivot: number for number, pivot in enumerate(pivots)}
    english = encode([examples.texts[pivot] for pivot in pivots])
    found: dict[str, float] = {}
    for language, rows in chosen.items():
        own = encode([examples.texts[examples.text[row]] for row in rows])
        right = np.array([place[examples.pivot[row]] for row in rows])
        found[language] = float(((own @ english.T).argmax(axis=1) == right).mean())
    return found
