"""What decides how much of an article an encoder reads, and whether its vectors are centred."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
from encoder_measures import (
    PAIRS,
    Row,
    accuracy,
    agreement,
    lines,
    news_day,
    products,
    recall,
    scored_pairs,
    sentences,
)  # fmt: skip
from story_sets import headlines

from sada.cluster.evaluation.calibration import average_precision
from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encode_unit, encoder_text, unit_rows
from sada.indexes.encoders.loading import load_encoder

Vectors = Callable[[Sequence[str]], np.ndarray]
LENGTHS = (0, 20, 40, 60, 100, 150)
CHARACTERS_A_WORD = 20 / 3
LETTERS = (67, 100, 133, 200, 267, 400)
SCRIPTS = {
    "Arabic": ("arb_Arab", " "), "Thai": ("tha_Thai", ""), "Korean": ("kor_Hang", " "), "Japanese": ("jpn_Jpan", ""),
    "Chinese": ("zho_Hans", ""),
}  # fmt: skip
DAYS = 3
EVERY = {
    "ar": "arb_Arab", "de": "deu_Latn", "es": "spa_Latn", "fr": "fra_Latn", "ja": "jpn_Jpan", "pt": "por_Latn",
    "ru": "rus_Cyrl", "tr": "tur_Latn", "zh": "zho_Hans",
}  # fmt: skip
FOLDERS = ("tatoeba", "tico19", "un_sdg", "wmt_news")
A_FOLDER = 80


def text_lengths(data: Path, vectors: Vectors) -> list[Row]:
    """How good and how dear the vectors are when an encoder reads so many words of the text."""
    day, events = news_day(data)
    others = ~np.eye(len(day), dtype=bool)
    same = (events[:, None] == events) & others
    upper = np.triu_indices(len(day), 1)
    rows = []
    for words in LENGTHS:
        started = time.process_time()
        found = vectors(beginnings(day, words))
        spent = time.process_time() - started
        similar = found @ found.T
        agreements = [
            agreement(vectors(beginnings(left, words)), vectors(beginnings(right, words)), distances)
            for left, right, distances in (scored_pairs(data, language) for language in PAIRS)
        ]
        rows.append(
            {"words of the text": words, "characters": round(words * CHARACTERS_A_WORD)}
            | {f"SemEval {language}": round(one, 3) for language, one in zip(PAIRS, agreements, strict=True)}
            | {"same-event average precision": round(average_precision(similar[upper], same[upper]), 3)}
            | {"same-event recall@10": round(recall(similar, same, others, 10), 3)}
            | {"CPU ms an article": round(1000 * spent / len(day), 2)}
        )
    return rows


def beginnings(articles: Sequence[Article], words: int) -> list[str]:
    """What an encoder would read if it read so many words of the text; titles are whole."""
    if not words:
        return [encoder_text(Article(article.id, article.title or article.text[:80])) for article in articles]
    bounds = {"WORDS": words, "CHARACTERS": round(words * CHARACTERS_A_WORD)}
    with patch.multiple("sada.indexes.encoders.encoder", **bounds):
        leads = [encoder_text(Article(article.id, "", article.text)) for article in articles]
    return [f"{article.title}\n{lead}".strip() for article, lead in zip(articles, leads, strict=True)]


def script_lengths(data: Path, vectors: Vectors) -> list[Row]:
    """How much closer an article's beginning is to its own English beginning than to any other, by its letters.

    Articles of twelve neighbouring sentences each, of which the English one is read for 60 words.
    """
    english = _twelves(sentences(data, "eng_Latn"), " ")
    reference = vectors(beginnings([Article("x", "", article) for article in english], 60))
    rows: list[Row] = [{"letters": letters} for letters in LETTERS]
    for name, (language, space) in SCRIPTS.items():
        articles = _twelves(sentences(data, language), space)
        for row in rows:
            similar = vectors([article[: row["letters"]] for article in articles]) @ reference.T
            own = np.diag(similar)
            other = np.where(np.eye(len(similar), dtype=bool), -1, similar).max(axis=1)
            row[name] = round(float((own - other).mean()), 3)
    return rows


def _twelves(found: list[str], space: str) -> list[str]:
    return [space.join(found[start : start + 12]) for start in range(0, len(found) - 11, 12)]


def centring(data: Path, name: str, vectors: Vectors) -> list[Row]:
    """What becomes of the vectors when a mean is taken from them, and they are made unit vectors again."""
    means = {language: vectors(texts).mean(axis=0) for language, texts in unrelated_texts(data).items()}
    every: np.ndarray = np.mean(list(means.values()), axis=0)
    (first, first_labels), (last, last_labels) = headlines(data)
    news, labels = first + last, np.array(first_labels + last_labels)
    raw = vectors([encoder_text(article) for article in news])
    ways: dict[str, Callable[[str], np.ndarray]] = {
        "nothing": lambda language: np.zeros_like(every),
        "half the mean of all": lambda language: every / 2,
        "the mean of all": lambda language: every,
        "the mean of the language": lambda language: means.get(language, every),
        "the mean of the headlines": lambda language: raw.mean(axis=0),
    }
    texts = {language: vectors(sentences(data, code)) for language, code in (EVERY | {"en": "eng_Latn"}).items()}
    pairs = {}
    for language in PAIRS:
        left, right, distances = scored_pairs(data, language)
        pairs[language] = [vectors([encoder_text(one) for one in side]) for side in (left, right)], distances
    rows = []
    for way, mean in ways.items():
        moved = {language: unit_rows(found - mean(language)) for language, found in texts.items()}
        row: Row = {"encoder": name, "taken from the vectors": way}
        accuracies = [accuracy(moved[language], moved["en"]) for language in EVERY]
        row["FLORES, 9 languages"] = round(float(np.mean(accuracies)), 4)
        for language, (sides, distances) in pairs.items():
            left, right = (unit_rows(side - mean(language)) for side in sides)
            row[f"SemEval {language}"] = round(agreement(left, right, distances), 3)
        centred = unit_rows(raw - np.array([mean(article.language) for article in news]))
        rows.append(row | headline_measures(centred, news, labels))
    return rows


def headline_measures(vectors: np.ndarray, news: Sequence[Article], labels: np.ndarray) -> Row:
    """Average precision over the pairs of three days, and recall among 20 neighbours, by whether languages differ."""
    similar = products(vectors, vectors)
    languages = np.array([article.language for article in news])
    days = np.array([article.published.timestamp() / 86400 for article in news if article.published])
    left, right = np.triu_indices(len(news), 1)
    near = np.abs(days[left] - days[right]) <= DAYS
    left, right = left[near], right[near]
    same, foreign = labels[left] == labels[right], languages[left] != languages[right]
    scores = similar[left, right]
    others, alike = ~np.eye(len(news), dtype=bool), labels[:, None] == labels
    across = languages[:, None] != languages
    return {
        "average precision, one language": round(average_precision(scores[~foreign], same[~foreign]), 3),
        "two languages": round(average_precision(scores[foreign], same[foreign]), 3),
        "recall@20 of other languages": round(recall(similar, alike, across, 20), 3),
        "of the own": round(recall(similar, alike, others & ~across, 20), 3),
        "of all": round(recall(similar, alike, others, 20), 3),
    }


def unrelated_texts(data: Path) -> dict[str, list[str]]:
    """Texts of each language to take means from: of parallel sets and leads, none of which is measured on."""
    drawn = random.Random(0)
    found: dict[str, list[str]] = {}
    for language in ["en", *EVERY]:
        for folder in FOLDERS:
            texts = list(dict.fromkeys(of_language(data / "parallel" / folder, language)))
            found.setdefault(language, []).extend(drawn.sample(texts, min(A_FOLDER, len(texts))))
    day = {article.id for article in news_day(data)[0]}
    leads = {"ar": "neardup/saudi_dev.jsonl.zst", "en": "stories/allsides_triples.jsonl.zst"}
    for language, path in leads.items():
        texts = [encoder_text(article) for article in read_articles(data / path) if article.id not in day]
        found[language] += drawn.sample(texts, A_FOLDER)
    return found


def of_language(folder: Path, language: str) -> list[str]:
    """Some thousand sentences of a language out of a folder of parallel texts."""
    if (folder / f"{language}.txt.xz").exists():
        return [line for line in lines(folder / f"{language}.txt.xz") if len(line) >= 15]
    texts: list[str] = []
    for path in sorted(folder.glob(f"*{language}*.tsv.xz")):
        sides = path.name.split(".")[0].split("-")
        if language in sides and len(texts) < 5000:
            rows = (line.split("\t") for line in lines(path))
            texts += [row[sides.index(language)] for row in rows if len(row) > 1]
    return [text for text in texts if len(text) >= 15]


def one_thread(name: str) -> Vectors:
    """The vectors of an encoder with one thread, whose time is then that of the work alone."""
    encoder = load_encoder(name, threads=1)
    assert encoder is not None
    encoder.encode(["a"])
    return lambda texts: encode_unit(encoder, texts)
