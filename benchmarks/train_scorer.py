"""Fit the same-story scorer and write ``cluster/data/story_weights.json``.

    python benchmarks/train_scorer.py DATA [--encoder e5-short --encoder use] [--texts]

DATA holds ``stories/og2021_first_half.jsonl`` (headlines in nine languages; the first 60 % by time are used, the rest
is for reporting), ``stories/allsides_dated.jsonl`` (English articles; all of one cluster carry one date, so dates are
jittered) and ``stories/allsides_triples.jsonl.zst`` (English articles without dates). No Arabic full text is used.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from fragment_fits import Judged, fit_fragments, scored
from resolution_fits import choose_resolutions, choose_texts, early_part
from scorer_fits import (
    RECURRING,
    at_paces,
    fit_regimes,
    fit_second_pass,
    known,
    measured_against,
    unrelated,
    unused_by,
    with_weights,
)
from story_sets import headlines, story_set, training_sets

from sada.cluster.scoring.second_pass import log_odds
from sada.cluster.scoring.semantic import load_means
from sada.indexes.encoders.encoder import encode_unit, encoder_text, stamp
from sada.indexes.encoders.loading import load_encoder

DATA = Path(__file__).parent.parent / "cluster/data"
SOURCES = [
    "Olympics 2021 headlines in nine languages, first 60 % by time of the first half",
    "AllSides roundups (English, dates jittered by a normal of 0.6 days)",
    "AllSides triples (English, no dates)",
]


def fit_encoder(data: Path, name: str) -> dict[str, Any]:
    """All that is shipped for one encoder."""
    (articles, clusters), *others = training_sets(data)
    texts = [(story_set(some, name), labels) for some, labels in others]
    resolution = choose_resolutions(data, name, texts)
    first = story_set(articles, name)
    spreads = unrelated(first, name)
    first = measured_against(first, name, spreads)
    dated, unused = at_paces(first), unused_by(spreads)
    sets = [*dated, *(measured_against(some, name, spreads) for some, _ in texts)]
    fitted = fit_regimes(sets, [clusters] * len(dated) + [labels for _, labels in texts], unused)
    alone = fit_regimes([first], [clusters], unused)["titles in two languages"]
    fitted |= fit_second_pass(articles, clusters, name, spreads)
    dated = [with_weights(one, fitted) for one in dated]
    joining = fit_fragments([Judged(one, scored(one), resolution["titles"]) for one in dated], clusters)
    fitted |= of_texts(alone, fitted["texts"], resolution)
    return fitted | {"fragments": joining, "unrelated": spreads, "stamp": stamp(load_encoder(name))}


def refit_texts(data: Path, name: str, shipped: dict[str, Any]) -> dict[str, Any]:
    """The same with the weights of full texts, in one language and in two, and their resolution fitted again alone."""
    (articles, clusters), *others = training_sets(data)
    texts = [(story_set(some, name), labels) for some, labels in others]
    early = story_set(articles[: early_part(data)], name)
    resolution = shipped["resolution"] | {"texts": choose_texts(data, name, texts, unrelated(early, name))}
    spreads = shipped["unrelated"]
    first = measured_against(story_set(articles, name), name, spreads)
    sets = [first, *(measured_against(some, name, spreads) for some, _ in texts)]
    fitted = fit_regimes(sets, [clusters, *(labels for _, labels in texts)], unused_by(spreads))
    return shipped | of_texts(fitted["titles in two languages"], fitted["texts"], resolution)


def of_texts(
    titles: dict[str, float], texts: dict[str, float], resolution: dict[str, float]
) -> dict[str, dict[str, float]]:
    """What is shipped for full texts, and for those in two languages, of which there is no labelled set.

    The latter have the weights of titles at their own pace, but what texts full of other numbers say does not depend on
    the language. The bias moves so that the verdict falls at the resolution of texts where it fell at that of titles.
    """
    longer, shorter = log_odds(np.array([resolution["texts"], resolution["titles"]])).tolist()
    bias = round(titles["bias"] + longer - shorter, 3)
    return {
        "resolution": resolution,
        "texts": texts | {"recurring": RECURRING},
        "texts in two languages": titles | known({"bias": bias, "other_numbers": texts["other_numbers"]}),
    }


def write_means(data: Path, names: list[str]) -> None:
    """The mean vector of the headlines that are trained on, by encoder, to where the package keeps them."""
    path = DATA / "story_means.npz"
    means = {}
    texts = [encoder_text(article) for article in headlines(data)[0][0]]
    for name in names:
        encoder = load_encoder(name)
        assert encoder is not None
        means[name] = encode_unit(encoder, texts).mean(axis=0).astype(np.float16)
    np.savez(path, **means)
    load_means.cache_clear()


def main() -> None:
    """Fit every regime for every encoder asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", action="append", default=[])
    parser.add_argument("--texts", action="store_true", help="fit the weights of full texts alone")
    options = parser.parse_args()
    names = options.encoder or ["e5-short", "e5", "use", "fast", "none", "use+e5", "fast+e5"]
    if not options.texts:
        write_means(options.data, ["use", "fast", "e5", "e5-short"])
    target = DATA / "story_weights.json"
    weights = json.loads(target.read_text())
    weights["sources"] = SOURCES
    for name in names:
        shipped = weights["encoders"]
        shipped[name] = (
            refit_texts(options.data, name, shipped[name]) if options.texts else fit_encoder(options.data, name)
        )
        print(name, json.dumps(weights["encoders"][name], indent=1))
    target.write_text(json.dumps(weights, indent=1) + "\n")


if __name__ == "__main__":
    main()
