from __future__ import annotations

from sada.indexes.encoders.encoder import stamp
from sada.indexes.storage.catalog import Catalog
from sada.indexes.writing.encoder_settings import encoder_settings, known_languages


def test_no_encoder(tmp_path):
    found = encoder_settings("none", None)
    assert found == {
        "encoder": {"name": "none", "dimension": 0}, "encoder_spec": "none", "encoder_languages": None,
        "encoder_options": {},
    }  # fmt: skip
    assert encoder_settings(None, None) == found


def test_an_encoder_by_name_and_as_an_object(tmp_path, word_encoder):
    class Speaker(type(word_encoder)):
        languages = frozenset({"fr", "ar"})
        options = {"prompt": "query: "}  # noqa: RUF012

    speaker = Speaker()
    named = encoder_settings("words", speaker)
    assert named == {
        "encoder": stamp(speaker), "encoder_spec": "words", "encoder_languages": ["ar", "fr"],
        "encoder_options": {"prompt": "query: "},
    }  # fmt: skip
    assert encoder_settings(speaker, speaker) == named | {"encoder_spec": None}
    assert encoder_settings("words", word_encoder)["encoder_languages"] is None
    Catalog.create(tmp_path, named)
    catalog = Catalog(tmp_path)
    assert known_languages(catalog) == {"ar", "fr"}
    with catalog.writing():
        catalog.set_setting("encoder_languages", None)
    assert known_languages(catalog) is None
    catalog.close()
