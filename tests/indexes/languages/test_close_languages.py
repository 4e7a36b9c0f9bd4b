"""Languages that are written nearly alike, told apart by letters and words; all sentences are made up."""

from __future__ import annotations

import pytest

from sada.indexes.languages.close_languages import told_apart
from sada.indexes.languages.language_id import identify

EVEN = {"id": 0.5, "ms": 0.5, "no": 0.5, "da": 0.5, "bn": 0.5, "as": 0.5, "cs": 0.5, "sk": 0.5, "am": 1.0}

APART = [
    ("ms", "Kerajaan akan membina hospital kerana bilangan pesakit", "id"),
    ("id", "Pemerintah membangun kantor polisi karena warga", "ms"),
    ("no", "Regjeringen har ikke sagt hva den gjør nå", "da"),
    ("da", "Regeringen har ikke sagt, hvad den gør nu", "no"),
    ("cs", "Nová škola se otevře příští týden", "sk"),
    ("sk", "Nová škola sa otvorí, lebo môže", "cs"),
    ("bn", "সরকার নতুন সেতুর কাজ শুরু করেছে", "as"),
    ("as", "চৰকাৰে নতুন দলং নিৰ্মাণ কৰিব", "bn"),
    ("ti", "ኣብ ከተማ ናይ ሓዱሽ ቤት ትምህርቲ", "am"),
]


@pytest.mark.parametrize(("language", "text", "taken_for"), APART)
def test_where_the_classifier_is_undecided_letters_and_words_decide(language: str, text: str, taken_for: str) -> None:
    found, certainty = told_apart(text, taken_for, 0.5, lambda: EVEN)
    assert found == language and certainty > 0.8
    if taken_for in EVEN and language in EVEN:
        assert told_apart(text, language, 0.5, lambda: pytest.fail("nothing speaks against it")) == (language, 0.5)


def test_one_word_does_not_outweigh_a_sure_classifier() -> None:
    probabilities = {"id": 1 - 1e-6, "ms": 1e-6}
    assert told_apart("kerana", "id", 1 - 1e-6, lambda: probabilities)[0] == "id"
    assert told_apart("kerana", "id", 0.6, lambda: {"id": 0.6, "ms": 0.4})[0] == "ms"


def test_what_is_in_no_group_stays() -> None:
    assert told_apart("Kerajaan kerana", "en", 0.7, lambda: pytest.fail("not asked")) == ("en", 0.7)
    assert told_apart("xyz", "id", 0.4, lambda: pytest.fail("not asked")) == ("id", 0.4)


def test_identified() -> None:
    texts = {
        "ms": "Kerajaan akan membina hospital baharu kerana bilangan pesakit semakin ramai",
        "id": "Pemerintah akan membangun rumah sakit baru karena jumlah pasien bertambah",
        "ti": "ኣብ ከተማ ናይ ሓዱሽ ቤት ትምህርቲ ተኸፊቱ",
        "am": "በከተማው አዲስ ትምህርት ቤት ተከፈተ",
        "su": "Pamaréntah rék ngawangun sakola anyar pikeun barudak di kota ieu",
    }
    assert [found for found, _ in identify(list(texts.values()))] == list(texts)
