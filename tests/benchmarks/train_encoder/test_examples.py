"""What the encoder is taught, on small planted collections."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.train_encoder import examples
from benchmarks.train_encoder.examples import LEADS, PIVOT, e5_pivots, gather, held_out, own_texts

from .collected import source, taught, write


def test_what_each_text_learns(collections: Path) -> None:
    found = gather(collections, [source("others"), source("news"), source("words")])
    assert taught(found) == {
        ("مرحبا", "Hello there", "ar", "news"),  # "X" is too short to be learned from
        ("Bonne nuit", 'Good "night', "fr", "news"),
        ("Gute Nacht", 'Good "night', "de", "others"),  # by way of the French, though that is read later
        ("Danke schön", "Danke schön", "de", "others"),  # no English: the German comes before the French
        ("Merci bien", "Danke schön", "fr", "others"),
        ("Teşekkürler", "Teşekkürler", "tr", "others"),  # the one of the two that a teacher reads
        ("سپاسگزارم", "Teşekkürler", "fa", "others"),
        ("nyumba", "house", "sw", "words"),
        ("makazi", "house", "sw", "words"),
        ("kaya", "house", "sw", "words"),  # the fourth is left out
        *((text, text, "en", PIVOT) for text in ("Hello there", 'Good "night', "house")),
    }
    languages = {found.texts[at]: language for at, language in found.pivots.items()}
    assert languages == {
        "Hello there": "en",
        'Good "night': "en",
        "house": "en",
        "Danke schön": "de",
        "Teşekkürler": "tr",
    }
    assert len(set(zip(found.text, found.pivot, strict=True))) == len(found.text)
    assert len(set(found.texts)) == len(found.texts)


def test_neighbouring_lines_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 10**9)
    count = 50
    for language in ("ar", "en", "fr"):
        write(tmp_path / f"book/{language}.txt.xz", *(f"{language} line {line} of it" for line in range(count)))
    found = gather(tmp_path, [source("book", order=True)])
    cuts = {}
    for language in ("ar", "fr"):
        leads = [(text, pivot) for text, pivot, own, name in taught(found) if (own, name) == (language, "book+")]
        assert all(text == pivot.replace("en line", f"{language} line") for text, pivot in leads)
        cuts[language] = {pivot for _, pivot in leads}
    assert cuts["ar"] == cuts["fr"]  # the same lines, so that the pivots are the same
    groups = sorted([int(word) for word in pivot.split() if word.isdigit()] for pivot in cuts["ar"])
    assert all(LEADS[0] <= len(group) <= LEADS[1] for group in groups)
    together = [line for group in groups for line in group]
    assert together == list(range(len(together)))
    assert count - len(together) <= 1  # a line alone is no lead
    assert len({len(group) for group in groups}) > 1


def test_a_line_kept_for_judging_is_in_no_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 10)
    for language in ("ar", "en"):
        write(tmp_path / f"book/{language}.txt.xz", *(f"{language} line {line} of it" for line in range(200)))
    found = gather(tmp_path, [source("book", order=True)])
    kept = {pivot for at, pivot in enumerate(found.pivot) if held_out(found)[at]}
    leads = [found.texts[pivot] for pivot, name in zip(found.pivot, found.source, strict=True) if name == "book+"]
    lines = [found.texts[pivot] for pivot in kept if found.texts[pivot] not in leads]
    assert len(lines) > 5 and len(leads) > 5
    assert not any(line in lead for line in lines for lead in leads)


def test_the_slow_teacher_reads_one_in_so_many_english_pivots(tmp_path: Path) -> None:
    write(tmp_path / "many/ar-en.tsv.xz", *(f"نص {row}\ttext {row}" for row in range(400)))
    write(tmp_path / "others/de-fr.tsv.xz", "Danke schön\tMerci bien")
    found = gather(tmp_path, [source("many"), source("others")])
    assert e5_pivots(found, [source("many"), source("others", e5=1)]) == []
    english = sorted(pivot for pivot, language in found.pivots.items() if language == "en")
    assert e5_pivots(found, [source("many", e5=1), source("others", e5=1)]) == english
    some = e5_pivots(found, [source("many", e5=4)])
    assert set(some) < set(english) and 60 < len(some) < 140


def test_of_a_language_so_many_sentences_are_read_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "OWN", 50)
    write(tmp_path / "many/ar-en.tsv.xz", *(f"نص {row}\ttext {row}" for row in range(200)))
    write(tmp_path / "many/de-en.tsv.xz", *(f"Satz {row}\ttext {row}" for row in range(30)))
    write(tmp_path / "many/en-fa.tsv.xz", *(f"text {row}\tجمله {row}" for row in range(30)))
    found = gather(tmp_path, [source("many")])
    languages = dict(zip(found.text, found.language, strict=True))
    assert Counter(languages[text] for text in own_texts(found)) == {"ar": 50, "de": 30}
    monkeypatch.setattr(examples, "OWN", 60)
    more = own_texts(found)
    assert len(more) == 90 and more == sorted(more)


def test_what_is_kept_for_judging_teaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 20)
    rows = [(f"نص {row % 300}", f"text {row % 211}") for row in range(600)]  # many texts with several pivots
    write(tmp_path / "many/ar-en.tsv.xz", *("\t".join(row) for row in rows))
    found = gather(tmp_path, [source("many")])
    kept = held_out(found)
    texts, pivots = np.array(found.text), np.array(found.pivot)
    wholly = set(pivots[kept]) - set(pivots[~kept])  # pivots of which no example teaches
    assert 0 < len(wholly) < 40 and 0 < kept.sum() < len(kept) / 2
    of_those = np.isin(pivots, list(wholly))
    assert not set(texts[of_those]) & set(texts[~kept]) and not wholly & set(texts[~kept])
    assert (held_out(found) == kept).all()
    monkeypatch.setattr(examples, "KEPT_ONE_IN", 1)
    assert held_out(found).all()
