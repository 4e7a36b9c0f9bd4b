"""Find what tells the language of a text in vectors of e5; writes ``indexes/data/e5_languages.npz``.

    python benchmarks/language_directions.py DATA

Of each language of Tatoeba (CC BY 2.0 FR) and TICO-19 (CC0) up to 250 sentences and their English are encoded. The mean
difference of the two tells the language and not the matter. Most of all these differences lies in few directions: the
first right singular vectors. How many are taken, 24, was chosen on the development sets of ``encoder_inputs.py``. DATA
holds ``parallel/tatoeba`` and ``parallel/tico19``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from encoder_measures import lines

from sada.indexes.encoders.e5 import E5Encoder
from sada.indexes.encoders.language_neutral import FILE

DIRECTIONS = 24
EVERY = 7  # of the sentences of TICO-19 one of so many is taken
_MOST, _LEAST, _SHORTEST = 250, 80, 15
_SHIPPED = Path(__file__).parent.parent / "indexes/data" / FILE
Parallel = tuple[list[str], list[str]]


def parallel(data: Path) -> Iterator[Parallel]:
    """For each language of each source, sentences and their translations into English."""
    for path in sorted((data / "parallel/tatoeba").glob("*.tsv.xz")):
        left, right = path.name.removesuffix(".tsv.xz").split("-")
        if "en" in (left, right):
            pairs = [line.split("\t") for line in lines(path)[: 4 * _MOST]]
            own = 0 if right == "en" else 1
            yield _some([pair[own] for pair in pairs], [pair[1 - own] for pair in pairs])
    english = lines(data / "parallel/tico19/en.txt.xz")
    for path in sorted((data / "parallel/tico19").glob("*.txt.xz")):
        if path.name != "en.txt.xz":
            yield _some(lines(path)[::EVERY], english[::EVERY])


def _some(sentences: list[str], translations: list[str]) -> Parallel:
    kept = [both for both in zip(sentences, translations, strict=False) if len(both[0]) > _SHORTEST][:_MOST]
    return [one for one, _ in kept], [other for _, other in kept]


def main() -> None:
    """Encode, and write the mean and the directions."""
    encoder, means, apart = E5Encoder(name="e5-short"), [], []
    for sentences, translations in parallel(Path(sys.argv[1])):
        if len(sentences) >= _LEAST:
            vectors = encoder.pooled(sentences)
            means.append(vectors.mean(axis=0))
            apart.append((vectors - encoder.pooled(translations)).mean(axis=0))
    directions = np.linalg.svd(np.array(apart), full_matrices=False)[2][:DIRECTIONS]
    print(len(apart), "languages and sources")
    np.savez(_SHIPPED, mean=np.mean(means, axis=0), directions=directions)


if __name__ == "__main__":
    main()
