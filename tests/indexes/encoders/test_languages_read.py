"""Which languages encoders read, by the figures that ship."""

from __future__ import annotations

from sada.indexes import sample_articles
from sada.indexes.encoders.languages_read import LEAST, accuracies, languages_read
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.text.language_codes import find_language


def test_every_code_is_one_of_iso_639_1_and_every_figure_a_share() -> None:
    for encoder in ("e5-short", "e5", "use", "fast"):
        figures = accuracies(encoder)
        assert len(figures) > 90
        assert [code for code in figures if find_language(code) != code] == []
        assert all(0 <= share <= 1 for share in figures.values())
    assert accuracies("none") == accuracies("org/model") == {} and languages_read("org/model") == frozenset()


def test_a_language_is_read_from_half_of_its_translations_on() -> None:
    read = languages_read("e5-short")
    assert read - {"en"} == {code for code, share in accuracies("e5-short").items() if share >= LEAST}
    assert "en" in read and len(read) > 90
    assert {"fa", "he", "hi", "ur", "bn", "uk", "cs", "sv", "el", "sw"} <= read


def test_the_default_reads_the_languages_of_the_sample() -> None:
    written = {article.language for article in sample_articles()}
    assert len(written) == 9 and written <= load_encoder("default").languages
