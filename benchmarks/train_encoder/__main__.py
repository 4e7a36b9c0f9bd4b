"""Train a static encoder, from parallel texts to its weight file, in one command.

    pip install -e ".[train]"
    python -m benchmarks.train_encoder PARALLEL WORK     # hours on two cores; broken off, it goes on where it was

PARALLEL holds the collections of :mod:`benchmarks.train_encoder.sources`; WORK keeps what can be used again: vectors
of the teachers, pieces, the checkpoint. At the end it holds ``encoder.safetensors``, which
``--encoder PATH`` takes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from benchmarks.train_encoder import training
from benchmarks.train_encoder.beginning import begin
from benchmarks.train_encoder.examples import MADE, TAUGHT, Examples, e5_pivots, gather, held_out, own_texts
from benchmarks.train_encoder.export import encode, export, round_rows
from benchmarks.train_encoder.judging import judge
from benchmarks.train_encoder.lessons import Lessons, Pieces, balance, weights_of
from benchmarks.train_encoder.sources import SELDOM, SELDOM_WEIGHT, SOURCES, Source, is_word_list, leads_of
from benchmarks.train_encoder.stirring import add_stirred
from benchmarks.train_encoder.student import Student
from benchmarks.train_encoder.teachers import centre, load_teacher, teach
from benchmarks.train_encoder.vocabulary import (
    balanced,
    count_words,
    homes_of,
    mixed,
    read_by_use,
    spelled_words,
    train_pieces,
    word_lists,
)
from sada.indexes.subwords.chunks import WORD_START
from sada.indexes.subwords.unigram import Vocabulary
from sada.indexes.threads import use_threads

SETTLED = 1000  # steps with rows of two bits a value
READ = frozenset(
    {
        *(
            "af",
            "ar",
            "bg",
            "bn",
            "bs",
            "ca",
            "cs",
            "da",
            "de",
            "en",
            "eo",
            "es",
            "fa",
            "fr",
            "gl",
            "hi",
            "hr",
            "id",
            "it",
        ),
        *(
            "ja",
            "ko",
            "mk",
            "mr",
            "ms",
            "nb",
            "ne",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "si",
            "sk",
            "sv",
            "ta",
            "tl",
            "tr",
            "uk",
        ),
        *("ur", "zh"),
    }
)
"""The languages that the file names: those of whose FLORES-200 sentences it found eight in ten again."""
LEXICON = 0.3  # how much a word of a list counts, beside one of a text, when the vocabulary is made


def main() -> None:
    """Everything, in order."""
    options = _options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    chosen = [source for source in SOURCES if source.free or options.research]
    examples = gather(options.parallel, chosen)
    add_stirred(examples, spelled_words(), options.seed)
    examples.close()
    print(
        f"{len(examples.text):,} examples, {len(examples.texts):,} texts, {len(examples.pivots):,} pivots", flush=True
    )
    vocabulary, pieces, scores = _vocabulary(examples, options)
    targets = _targets(examples, chosen, options)
    kept = held_out(examples)
    split = _split(vocabulary, pieces, examples.texts, options.threads)
    drawn = _lessons(examples, split, targets, _own(examples, options), kept, options.seed)
    student = Student(torch.from_numpy(np.exp(scores)), {name: target.shape[1] for name, target in targets.items()})
    checkpoint = options.work / "checkpoint.pt"
    if not checkpoint.exists():
        words = [piece.lstrip(WORD_START) or "." for piece in pieces]
        read, homes = read_by_use(pieces, word_lists()), homes_of(pieces, word_lists())
        begin(student, pieces, {name: _taught(name, words, options) for name in targets}, homes, read)

    def judged(step: int) -> None:
        found = judge(examples, kept, lambda texts: encode(student, vocabulary, texts))
        print(f"step {step}: mean of {len(found)} languages {np.mean(list(found.values())):.3f}", flush=True)
        (options.work / "kept_lines.json").write_text(json.dumps(found, indent=1, sort_keys=True))

    training.train(student, drawn, options.steps, checkpoint, judged)
    round_rows(student, pieces)
    settled = options.work / "settled.pt"
    training.train(student, drawn, min(SETTLED, options.steps), settled, judged, training.SETTLING)
    export(student, pieces, scores, options.work / "encoder.safetensors", languages=READ)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_encoder")
    parser.add_argument("parallel", type=Path, help="folder of the collections")
    parser.add_argument("work", type=Path, help="folder for what is kept between runs")
    parser.add_argument("--research", action="store_true", help="also learn from what is for research alone")
    parser.add_argument("--pieces", type=int, default=200_000)
    parser.add_argument("--steps", type=int, default=14_000, help="batches of 1,024 texts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _vocabulary(examples: Examples, options: argparse.Namespace) -> tuple[Vocabulary, list[str], np.ndarray]:
    kept = options.work / f"pieces-{options.pieces}.json"
    if not kept.exists():
        leads = {leads_of(source.folder) for source in SOURCES}
        once = dict(zip(examples.text, zip(examples.language, examples.source, strict=True), strict=True))
        rows = (
            (language, examples.texts[at], _counted(language, source))
            for at, (language, source) in once.items()
            if source not in leads and source not in MADE
        )
        words = mixed(balanced(count_words(rows)), word_lists())
        pieces, scores = train_pieces(words, options.pieces, options.work, options.threads)
        kept.write_text(json.dumps([pieces, scores.tolist()]))
    pieces, listed = json.loads(kept.read_text())
    scores = np.array(listed, np.float16).astype(np.float32)  # as the weight file has them
    return Vocabulary(pieces, scores), pieces, scores


def _counted(language: str, source: str) -> float:
    """How much a text's words count for the vocabulary."""
    return (LEXICON if is_word_list(source) else 1.0) * (SELDOM_WEIGHT if language in SELDOM else 1.0)


def _targets(examples: Examples, sources: list[Source], options: argparse.Namespace) -> dict[str, np.ndarray]:
    """By teacher, (pivots, dimension) float16, in the order of ``sorted(examples.pivots)``."""
    pivots = sorted(examples.pivots)
    languages = np.array([examples.pivots[pivot] for pivot in pivots])
    found = {
        "use": np.flatnonzero(np.isin(languages, TAUGHT)),
        "e5": np.searchsorted(pivots, e5_pivots(examples, sources)),
    }
    targets = {}
    for name, rows in found.items():
        texts = [examples.texts[pivots[row]] for row in rows]
        vectors = _taught(name, texts, options)
        targets[name] = np.zeros((len(pivots), vectors.shape[1]), np.float16)
        targets[name][rows] = vectors
        targets[name] = centre(targets[name], languages)
    return targets


def _split(vocabulary: Vocabulary, pieces: list[str], texts: list[str], threads: int) -> Pieces:
    """The pieces of all texts, less the lone start of a word: it would make all texts in unknown letters alike."""
    with use_threads(threads):
        ids, starts = vocabulary.split(texts)
    kept = ids != pieces.index(WORD_START)
    return Pieces(ids[kept], np.concatenate([[0], np.cumsum(kept)])[starts])


def _taught(name: str, texts: list[str], options: argparse.Namespace) -> np.ndarray:
    return teach(name, texts, options.work / "teachers", lambda: load_teacher(name, options.threads))


def _own(examples: Examples, options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """What the first teacher gives sentences themselves, and for each text its row there, or -1."""
    texts = own_texts(examples)
    languages = dict(zip(examples.text, examples.language, strict=True))
    vectors = _taught("use", [examples.texts[at] for at in texts], options)
    rows = np.full(len(examples.texts), -1)
    rows[texts] = np.arange(len(texts))
    return centre(vectors, np.array([languages[at] for at in texts])), rows


def _lessons(
    examples: Examples,
    split: Pieces,
    targets: dict[str, np.ndarray],
    own: tuple[np.ndarray, np.ndarray],
    kept: np.ndarray,
    seed: int,
) -> Lessons:
    texts, pivots = np.array(examples.text), np.searchsorted(sorted(examples.pivots), examples.pivot)
    sizes = split.starts[texts + 1] - split.starts[texts]
    used = np.flatnonzero(~kept & (sizes > 0))
    languages = np.unique(examples.language, return_inverse=True)[1]
    chances = balance(languages[used], weights_of(examples, sizes)[used])
    vectors, rows = own
    return Lessons(
        split, texts[used], pivots[used], languages[used], chances, targets, vectors, rows[texts[used]], seed
    )


if __name__ == "__main__":
    main()
