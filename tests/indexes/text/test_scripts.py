"""Everything that treats scripts without spaces apart means the same letters, over all code points."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from sada.cluster.explanation.token_diff import pieces
from sada.cluster.stories import labels
from sada.indexes.boilerplate import runs
from sada.indexes.pages.lines import is_name
from sada.indexes.pages.names import is_outlet
from sada.indexes.spelling.letters import SIGN
from sada.indexes.subwords.chunks import WORD_START, chunks
from sada.indexes.text.folding import CODE_POINTS, KIND_SHIFT, SPACELESS, kernel_table
from sada.indexes.text.scripts import spaceless_letter, written_kinds
from sada.indexes.text.term_spans import token_spans
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import fold, read

EVERY = [chr(point) for point in range(CODE_POINTS)]
UNUSED = ("Cn", "Co", "Cs")


@pytest.fixture(scope="module")
def firsts():
    """The letter that the folding of each code point begins with, empty if it is dropped."""
    return [fold(letter)[:1] for letter in EVERY]


@pytest.fixture(scope="module")
def spaceless(firsts):
    """The letters that shingles are made of one by one: they end the word before them."""
    read_alone = read(" ".join(f"a{first}" for first in set(firsts)))
    found = {token.text for token in read_alone if token.text[0] != "a" and token.kind != SIGN}
    assert len(found) > 90_000
    return found


def test_a_letter_as_it_is_written_is_what_its_folding_begins_with(firsts, spaceless):
    expected = np.array([first in spaceless for first in firsts])
    np.testing.assert_array_equal(written_kinds() == SPACELESS, expected)
    matches = np.zeros(CODE_POINTS, bool)
    matches[[found.start() for found in spaceless_letter().finditer("".join(EVERY))]] = True
    np.testing.assert_array_equal(matches, expected)


def test_kernels_take_the_same_letters_apart(firsts, spaceless):
    twice = words([f"{first}ก" for first in firsts], 1 << 40)
    rows = np.searchsorted(twice.bounds, np.flatnonzero(twice.kinds == SPACELESS), "right") - 1
    assert {firsts[row] for row in rows.tolist()} == spaceless


def test_spans_and_chunks_take_the_same_letters_apart(firsts, spaceless):
    given = {first for letter, first in zip(EVERY, firsts, strict=True) if unicodedata.category(letter) not in UNUSED}
    text = " ".join(f"a{first}" for first in given | spaceless)
    signs = {chr(point) for point in np.flatnonzero(kernel_table()[0] >> KIND_SHIFT == SIGN)}
    assert {text[start:stop] for start, stop in token_spans(text) if text[start] != "a"} - signs == spaceless
    assert {chunk for chunk in chunks(text) if not chunk.startswith(WORD_START)} == spaceless


def test_a_diff_takes_the_same_letters_apart(firsts, spaceless):
    text = "".join(f" a{letter}" for letter in EVERY)
    found = {piece for piece in pieces(text) if not piece[0].isspace() and piece != "a"}
    assert found == {letter for letter, first in zip(EVERY, firsts, strict=True) if first in spaceless}


def test_no_keyword_is_of_the_same_letters(firsts, spaceless):
    letters = [letter for letter in EVERY if letter.isalpha()]
    found = set(labels._keyword_forms([letter * 3 for letter in letters], "")) - {""}
    assert not any(folded[0] in spaceless for folded in found)
    others = {fold(letter * 3) for letter in letters if firsts[ord(letter)] not in spaceless}
    assert found == others - {""}


def test_long_endings_and_names_of_outlets_count_the_same_letters(firsts, spaceless):
    letters = [letter for letter in EVERY if letter.isalpha() and letter.upper() == letter.lower() and fold(letter)]
    shorter = {letter for letter in letters if not runs.is_long([firsts[ord(letter)]] * 8)}
    assert shorter == {letter for letter in letters if firsts[ord(letter)] in spaceless}
    names = [letter for letter in letters if is_name(letter * 9) and letter.casefold() == letter]
    refused = {letter for letter in names if not is_outlet(letter * 9, most_lower=0)}
    assert refused == {letter for letter in names if firsts[ord(letter)] in spaceless}
