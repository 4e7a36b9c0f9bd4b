"""Sentences with words swapped in: the teachers are asked what a word that no sentence here holds does to one.

News is full of names, and the free texts are not news. A word of a frequency list put into a sentence of its language
makes a text that the teachers can read all the same; from such texts the student learns what each piece weighs beside
others. (Distilling on made text is as old as "Model Compression", Bucila, Caruana and Niculescu-Mizil, 2006.)
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.train_encoder.examples import STIRRED, STIRRED_E5, TAUGHT, Examples
from benchmarks.train_encoder.sources import is_word_list

EACH, EACH_E5 = 60_000, 6_000
"""How many texts of each language that the first teacher reads, and of each other one."""
SHORTEST, LONGEST = 20, 200  # characters of a sentence that words are swapped into
FLATTER = 0.4
"""A word is drawn as often as its share of all text, to this power: seldom ones far more than they occur."""
SWAPPED = (0.15, 0.6)
"""The share of a sentence's words that are swapped: least and most."""
SPACELESS = frozenset({"ja", "zh"})
CAPITAL = 0.5
"""How often a swapped word is written as a name is."""


def add_stirred(examples: Examples, lists: Mapping[str, Mapping[str, float]], seed: int) -> None:
    """Adds such texts in every language that has both sentences and a list of words."""
    sentences: dict[str, list[str]] = {language: [] for language in lists}
    for text, language, source in zip(examples.text, examples.language, examples.source, strict=True):
        if language in sentences and not is_word_list(source):
            sentences[language].append(examples.texts[text])
    for language, found in sorted(sentences.items()):
        source, count = (STIRRED, EACH) if language in TAUGHT else (STIRRED_E5, EACH_E5)
        for text in stir(found, lists[language], count, language not in SPACELESS, f"{seed} {language}"):
            at = examples.place_pivot(text, language)
            examples.add(text, at, language, source)


def stir(sentences: Sequence[str], words: Mapping[str, float], count: int, spaced: bool, seed: str) -> list[str]:
    """``count`` sentences with words swapped in, a function of the arguments alone.

    Args:
        sentences: of one language.
        words: of the same, each with its share of all text.
        count: of texts wanted.
        spaced: whether the language puts spaces between words.
        seed: of the draw.
    """
    chosen = [sentence for sentence in sentences if SHORTEST <= len(sentence) <= LONGEST]
    if not chosen or not words:
        return []
    draw = random.Random(seed)
    names = sorted(words)
    edges = np.cumsum(np.array([words[name] for name in names]) ** FLATTER).tolist()
    found = []
    for _ in range(count):
        sentence = draw.choice(chosen)
        parts = sentence.split() if spaced else list(sentence)
        swaps = max(1, round(len(parts) * draw.uniform(*SWAPPED) / (1 if spaced else 2)))
        for word in draw.choices(names, cum_weights=edges, k=swaps):
            at = draw.randrange(len(parts))
            if spaced:
                parts[at] = word.capitalize() if draw.random() < CAPITAL else word
            else:
                parts[at : at + len(word)] = [word]
        found.append((" " if spaced else "").join(parts))
    return found
