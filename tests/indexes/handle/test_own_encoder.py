"""An index whose vectors are of an earlier text rule: searched as it is, never mixed, and renewed."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import TEXT_RULE, stamp
from sada.indexes.errors import IndexMismatchError, IndexWarning
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


def test_another_encoder_is_refused_whatever_the_rule(path, word_encoder):
    class Other(type(word_encoder)):
        fingerprint = "other"

    with pytest.raises(IndexMismatchError, match=r"text_rule .*, and here is .*fingerprint other"):
        NewsIndex.open(path, encoder=Other())
