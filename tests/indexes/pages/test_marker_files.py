from __future__ import annotations

import json

import pytest

from sada.indexes.errors import InputError
from sada.indexes.pages.marker_files import load_markers
from sada.indexes.pages.markers import KINDS, Mark
from sada.indexes.pages.segmentation import Page, segment_page

from .lines import FIRST, THIRD, page_of


def test_the_markers_that_sada_knows_are_well_formed():
    known = load_markers().phrases
    whole = {"ar", "fa", "ur", "en", "fr", "es", "pt", "it", "tr", "ru", "uk", "de", "zh", "id"}
    assert whole <= known.keys()
    for language, kinds in known.items():
        assert kinds.keys() == (set(KINDS) if language in whole else {"read_also", "similar"})
        assert all(len(set(phrases)) == len(phrases) > 0 for phrases in kinds.values())


def test_a_file_extends_or_replaces_them(tmp_path):
    path = tmp_path / "markers.json"
    text = page_of(FIRST, "Bron van dit bericht: De Golf", "Source: Coast Wire", THIRD)
    path.write_text(json.dumps({"nl": {"source": ["Bron van dit bericht"]}}), encoding="utf-8")
    extended = segment_page(text, title="T", markers=load_markers(path))
    assert extended == Page("T", page_of(FIRST, THIRD), source="De Golf", other=("Coast Wire",))
    path.write_text(json.dumps({"extends": False, "nl": {"source": ["Bron van dit bericht"]}}), encoding="utf-8")
    alone = segment_page(text, title="T", markers=load_markers(path))
    assert alone == Page("T", page_of(FIRST, "Source: Coast Wire", THIRD), source="De Golf")


def test_of_two_kinds_that_a_phrase_has_the_file_s_own_counts(tmp_path):
    path = tmp_path / "markers.json"
    path.write_text(json.dumps({"en": {"other": ["Source"]}}), encoding="utf-8")
    assert load_markers(path).find("Source: Coast Wire") == Mark("other", "parted", "Coast Wire")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not an object; write"),
        ('{"extends": 1}', '"extends" is neither true nor false; write false'),
        ('{"en": []}', '"en" is not an object; write'),
        ('{"en": {"sauce": []}}', '"en" has the kind "sauce"; there are source, keywords'),
        ('{"en": {"source": "Source"}}', '"source" of "en" is not a list of texts; write ["Source"]'),
        ('{"en": {"source": ["?"]}}', '"source" of "en" has a phrase without a word: "?"; leave it out'),
        ('{"en": {"source": ["From …"]}}', '"source" of "en" has a phrase with "…"; only "other" may have it'),
    ],
)
def test_what_is_no_file_of_markers_is_refused_in_one_line(tmp_path, content, complaint):
    path = tmp_path / "markers.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_markers(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ") and complaint in message and "\n" not in message


def test_an_absent_file_of_markers_is_told(tmp_path):
    with pytest.raises(InputError, match=r"absent.json: cannot be read: No such file"):
        load_markers(tmp_path / "absent.json")
