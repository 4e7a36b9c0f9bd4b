from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.minhash import respelling, skeleton_table, skeletons
from sada.indexes.minhash.respelling import are_respelt, blocking_keys, respelt_pairs, skeleton_sets
from sada.indexes.minhash.skeletons import skeleton
from sada.indexes.minhash.sketches import sketch
from sada.indexes.ragged import column

GERMAN = (
    "Höhere Löhne für Ärzte gefordert\n"
    "Die Gewerkschaft der Ärzte fordert für das nächste Jahr höhere Löhne und kürzere Schichten in allen größeren "
    "Häusern. Über 400 Beschäftigte überlegen, die Stadt zu verlassen, erklärte ihr Sprecher am Freitag vor dem "
    "Rathaus, und natürlich müsse der Träger darüber verhandeln, ehe die Ämter schließen."
)
KEYS = len(respelling.MULTIPLIERS)


def umlauts(text: str) -> str:
    for one, other in {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}.items():
        text = text.replace(one, other)
    return text


def reference(text: str) -> list[int]:
    """Blocking keys in plain Python, from the table."""
    classes, letters = skeleton_table.load().classes.tolist(), list[int]()
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2").tolist()
    for unit in units[: skeletons.BLOCKING_UNITS]:
        if classes[unit] and letters[-1:] != [classes[unit]]:
            letters.append(classes[unit])
    letters = letters[: skeletons.TITLE_LETTERS + skeletons.BLOCKING_LETTERS][-skeletons.BLOCKING_LETTERS :]
    width = min(len(letters), skeletons.BLOCKING_WINDOW)
    windows, value = [], 0
    for at, letter in enumerate(letters):
        value = (value << skeletons.BLOCKING_SHIFT ^ letter) % (1 << 64)
        windows += [value] if at >= width - 1 else []
    least = [(1 << 64) - 1] * KEYS
    for key, multiplier in enumerate(respelling.MULTIPLIERS.tolist()):
        least[key] = min([least[key], *(one * multiplier % (1 << 64) for one in windows)])
    return [one >> 32 for one in least]


def pairs_of(texts: list[str], rows: list[int] | None = None) -> list[tuple[int, int]]:
    names = np.arange(len(texts)) if rows is None else np.array(rows)
    left, right = respelt_pairs(blocking_keys(*column(texts)), names, sketch(texts).keys)
    return list(zip(left.tolist(), right.tolist(), strict=True))


def judged(one: str, other: str) -> bool:
    return bool(are_respelt(skeleton_sets(*column([one, other])), np.array([0]), np.array([1])).respelt[0])


@given(
    st.lists(st.text(st.sampled_from("bcdfgklmnprst aeßä漢각ク١।\ud800😀") | st.characters(), max_size=150), max_size=4)
)
def test_kernels_give_the_keys_of_the_reference(texts):
    keys = blocking_keys(*column(texts))
    assert keys.shape == (KEYS, len(texts)) and keys.dtype == np.uint32
    assert keys.T.tolist() == [reference(text) for text in texts]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Masse messen", "Mase mesen"),  # doubled letters
        ("Häuser müssen", "Haeuser muessen"),
        ("Београд", "Beograd"),
        ("후보가 말했다", "후보가말했다"),
        ("بسم‌الله", "بسم الله"),
        ("ด้าน", "ดา้น"),
        ("x" * 2 + "bcdfgklm" * 40, "bcdfgklm" * 40 + "sss"),  # what stands before and behind them
    ],
)
def test_spellings_have_equal_keys(one, other):
    keys = blocking_keys(*column([one, other, "qwrtpsdf"]))
    assert (keys[:, 0] == keys[:, 1]).all() and (keys[:, 0] != keys[:, 2]).all()
    assert keys.T.tolist() == [reference(text) for text in (one, other, "qwrtpsdf")]


def test_texts_without_letters_have_no_key_and_no_pair():
    texts = ["", "…", "!!!", "ا و ي", GERMAN, umlauts(GERMAN)]
    assert (blocking_keys(*column(texts))[:, :4] == respelling.NO_LETTERS).all()
    assert pairs_of(texts) == [(4, 5)]


def test_only_the_given_rows_are_paired():
    texts = [GERMAN, umlauts(GERMAN), GERMAN.upper()]
    assert pairs_of(texts) == [(0, 1), (0, 2), (1, 2)]
    assert pairs_of(texts, [0, 2]) == [(0, 2)]


def test_another_title_does_not_hide_a_pair():
    changed = "Ärzte drohen mit Streik in Sandara\n" + GERMAN.partition("\n")[2]
    assert pairs_of([GERMAN, umlauts(changed)]) == [(0, 1)]


def test_a_thousand_respelt_copies_give_few_candidates():
    texts = [umlauts(GERMAN) if at % 2 else GERMAN for at in range(1000)]
    assert 1000 <= len(pairs_of(texts)) < 40_000


def test_a_respelt_text_is_no_copy_by_words_but_by_its_skeleton():
    from sada.indexes.minhash.sketches import shared_shingles

    texts = [GERMAN, umlauts(GERMAN)]
    words = sketch(texts)
    shared = shared_shingles(words, np.array([0]), np.array([1]))[0]
    assert shared / (words.sizes.sum() - shared) < 0.5
    found = are_respelt(skeleton_sets(*column(texts)), np.array([0]), np.array([1]))
    assert found.jaccard.tolist() == [1.0] and found.respelt.tolist() == [True]


def test_jaccard_is_that_of_python_sets():
    texts = [GERMAN, umlauts(GERMAN).replace("Freitag", "Samstag")]
    rings = [skeleton(text) + skeleton(text)[:4] for text in texts]
    one, other = ({ring[at : at + 5] for at in range(len(ring) - 4)} for ring in rings)
    found = are_respelt(skeleton_sets(*column(texts)), np.array([0]), np.array([1]))
    assert found.jaccard[0] == pytest.approx(len(one & other) / len(one | other))
    assert 0.9 < found.jaccard[0] < 1 and found.respelt[0]


@pytest.mark.parametrize(
    ("was", "now"), [("400", "401"), ("400", "-400"), ("400", "400 %"), ("400", "40"), ("Freitag", "Freitag, dem 3.,")]
)
def test_another_figure_makes_another_text(was, now):
    assert not judged(GERMAN, umlauts(GERMAN).replace(was, now))


def test_several_edited_words_make_another_text():
    edited = umlauts(GERMAN).replace("Stadt", "Firma").replace("Sprecher", "Vorstand").replace("Rathaus", "Landtag")
    assert not judged(GERMAN, edited.replace("Gewerkschaft", "Vereinigung"))


SHORT = "Drei Tote nach Überschwemmung in Köln"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("Drei Tote nach Ueberschwemmung in Koeln", True),
        ("Vier Tote nach Ueberschwemmung in Koeln", False),
        ("Drei Tote nach Ueberschwemmung in Muenster", False),
        ("Keine Drei Tote nach Ueberschwemmung in Koeln", False),
    ],
)
def test_short_texts_must_be_equal(other, same):
    assert judged(SHORT, other) == same


def test_two_words_are_no_text():
    assert skeleton("Die Masse") == skeleton("Die Maße")
    assert not judged("Die Masse", "Die Maße")
    assert not judged("", "…")


def test_a_chant_of_another_length_is_another_text():
    one, other = "einer geht noch " * 12, "einer geht noch " * 20
    found = are_respelt(skeleton_sets(*column([one, other])), np.array([0]), np.array([1]))
    assert found.jaccard[0] == 1 and not found.respelt[0]


def test_random_texts_of_one_vocabulary_are_no_candidates():
    rng = random.Random(5)
    words = ["".join(rng.choices("bcdfgklmnprstaeiou", k=7)) for _ in range(300)]
    assert pairs_of([" ".join(rng.choices(words, k=60)) for _ in range(400)]) == []


@pytest.mark.parametrize(("extra", "keys", "expected"), [(0, (1, 2), True), (1, (1, 2), False), (1, (1, 1), True)])
def test_the_shingles_of_very_long_texts_tell_only_if_all_are_equal(extra, keys, expected):
    size = respelling.MOST_GRAMS + extra
    shingles = np.concatenate([np.arange(size), np.arange(1, size + 1)]).astype(np.uint32)
    figures, lengths = np.zeros(2, np.uint64), np.array([size, size])
    sets = respelling.SkeletonSets(np.array([0, size, 2 * size]), shingles, np.array(keys, np.uint64), figures, lengths)
    found = are_respelt(sets, np.array([0]), np.array([1]))
    assert found.respelt.tolist() == [expected] and found.jaccard[0] == (size - 1) / (size + 1)
