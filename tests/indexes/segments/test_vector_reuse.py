from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encoder_text
from sada.indexes.errors import IndexDamagedError
from sada.indexes.index import NewsIndex
from sada.indexes.segments.segment import ENCODED, VECTORS
from sada.indexes.segments.vector_reuse import KeyTable, text_keys

ARTICLES = [
    Article("a", "Flood in the city", "Five people died", language="en"),
    Article("b", "Budget passed", "The tax on bread was cut", language="en"),
    Article("c", "زلزال في المدينة", "قتل خمسة أشخاص", language="ar"),
]


@pytest.fixture
def kind(word_encoder):
    """A kind of encoder that keeps what it was given."""

    class Counting(type(word_encoder)):
        def __init__(self, languages=None):
            self.languages = languages
            self.seen: list[str] = []

        def encode(self, texts):
            self.seen += texts
            return super().encode(texts)

    return Counting


@pytest.fixture
def counting(kind):
    return kind()


@pytest.fixture
def english(kind):
    return kind(frozenset({"en"}))


@pytest.fixture
def english_index(tmp_path, english):
    with NewsIndex.create(tmp_path / "english", encoder=english) as found:
        yield found


@pytest.fixture
def index(tmp_path, counting):
    with NewsIndex.create(tmp_path / "index", encoder=counting) as found:
        yield found


def rows(index, kind):
    """An array of each article, by id."""
    return {
        index.snapshot.columns.ids[row]: part.stored.array(kind).whole()[at].tolist()
        for part in index.snapshot.segments.parts
        for at, row in enumerate(part.rows)
        if row >= 0
    }


def fresh_vectors(tmp_path, encoder, articles):
    with NewsIndex.create(tmp_path / "fresh", encoder=encoder) as index:
        index.add(articles)
        return rows(index, VECTORS)


def key_of(text):
    return np.frombuffer(xxhash.xxh3_128_digest(text.encode()), np.uint64).tolist()


def test_a_key_is_the_hash_of_the_text_and_zeros_where_nothing_is_encoded():
    keys = text_keys(["a", " \n", "", "ب", "\ud8005", "a", "!?", "😀", "\ud800"])
    assert keys.dtype == np.uint64 and keys.shape == (9, 2)
    assert keys[0].tolist() == keys[5].tolist() == key_of("a")
    assert keys[3].tolist() == key_of("ب")
    assert keys.any(axis=1).tolist() == [True, False, False, True, True, True, False, False, False]
    known = text_keys(["a", "b", "c", " "], ["en", "ar", "", "en"], frozenset({"en"}))
    assert known.any(axis=1).tolist() == [True, False, True, False]
    assert text_keys(["a"], ["ar"], None).tolist() == [key_of("a")]
    assert text_keys([]).shape == (0, 2)


KEYS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3) | st.just(2**64 - 1)), max_size=30)


@given(KEYS, KEYS)
def test_a_table_finds_what_a_dict_finds(held, wanted):
    table = KeyTable(np.array(held, np.uint64).reshape(-1, 2))
    found = table.find(np.array(wanted, np.uint64).reshape(-1, 2))
    for key, place in zip(wanted, found.tolist(), strict=True):
        assert place == -1 if key == (0, 0) or key not in held else held[place] == key


def test_each_vector_stands_beside_the_key_of_its_text(index):
    index.add([*ARTICLES, Article("d", "…", "")])
    assert rows(index, ENCODED) == {
        **{article.id: key_of(encoder_text(article)) for article in ARTICLES},
        "d": [0, 0],  # the encoder gives zeros for it
    }
    assert index.verify() == []


def test_a_text_that_was_given_zeros_is_encoded_again(index, counting, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(counting, "encode", lambda texts: np.zeros((len(texts), 64), np.float32))
        index.add(ARTICLES[:2])
    assert rows(index, ENCODED) == {"a": [0, 0], "b": [0, 0]} and index.verify() == []
    index.remove(["a"])
    index.add([ARTICLES[0], Article("copy", ARTICLES[1].title, ARTICLES[1].text, language="en")])
    assert counting.seen == [encoder_text(article) for article in ARTICLES[:2]]
    assert {id_: any(vector) for id_, vector in rows(index, VECTORS).items()} == {"a": True, "b": False, "copy": True}
    assert rows(index, ENCODED)["a"] == key_of(encoder_text(ARTICLES[0]))
    assert index.verify() == []


def test_what_changes_no_text_is_not_encoded_again(index, counting, tmp_path):
    index.add(ARTICLES)
    first = rows(index, VECTORS)
    changed = [Article("a", "Flood in the city", "Five people died", language="en", url="https://x", source="BBC")]
    other_id = [Article("z", ARTICLES[1].title, ARTICLES[1].text, language="en")]
    report = index.add(changed + other_id)
    assert (report.updated, report.added) == (1, 1)
    index.remove(["b", "c"])
    index.add([ARTICLES[2]])
    assert Counter(counting.seen) == Counter(map(encoder_text, ARTICLES))
    now = rows(index, VECTORS)
    assert now == {"a": first["a"], "z": first["b"], "c": first["c"]}
    assert now == fresh_vectors(tmp_path, counting, [*changed, *other_id, ARTICLES[2]])
    assert index.verify() == []


def test_only_the_new_texts_of_a_batch_are_encoded(index, counting, tmp_path):
    index.add(ARTICLES[:1])
    counting.seen.clear()
    batch = [
        Article("n1", "New", language="en"), Article("n2", "New", language="en"),
        Article("n3", ARTICLES[0].title, ARTICLES[0].text, language="en"), Article("n4", "Other", language="en"),
    ]  # fmt: skip
    told = []
    index.add(batch, on_progress=lambda *step: told.append(step))
    assert counting.seen == ["New", "Other"]
    assert [step for step in told if step[0] == "encoding"] == [("encoding", 1, 4), ("encoding", 4, 4)]
    assert rows(index, VECTORS) == fresh_vectors(tmp_path, counting, [ARTICLES[0], *batch])


def test_texts_are_found_in_merged_segments_until_they_are_merged_away(index, counting):
    many = [Article(f"m{number}", f"Report number {number}", language="en") for number in range(9)]
    index.add(many, commit_every=1)  # merges twice
    assert index.info()["segments"] < 4
    index.add([Article(f"again {article.id}", article.title, language="en") for article in many])
    assert len(counting.seen) == 9
    index.remove([article.id for article in many] + [f"again {article.id}" for article in many])
    index.compact()
    index.add(many[:2])
    assert len(counting.seen) == 11


def test_an_unknown_language_is_not_encoded_until_it_is_known(english_index, english):
    english_index.add(ARTICLES)
    assert english.seen == [encoder_text(article) for article in ARTICLES[:2]]
    assert not any(rows(english_index, VECTORS)["c"]) and rows(english_index, ENCODED)["c"] == [0, 0]
    assert english_index.verify() == []
    named = Article("d", ARTICLES[2].title, ARTICLES[2].text, language="en")
    english_index.add([named])  # the same text, but now in a language that is known
    assert english.seen[2:] == [encoder_text(named)]
    english_index.add([Article("e", ARTICLES[0].title, ARTICLES[0].text, language="fa")])
    assert not any(rows(english_index, VECTORS)["e"])
    assert len(english.seen) == 3 and english_index.verify() == []


@pytest.mark.parametrize(("certainty", "encoded"), [(0.49, True), (0.5, False), (1.0, False)])
def test_a_language_of_which_nobody_is_sure_counts_as_known(english_index, english, monkeypatch, certainty, encoded):
    monkeypatch.setattr("sada.indexes.writing.writer.identify", lambda texts: [("gl", certainty)] * len(texts))
    english_index.add([Article("x", "Titular")])
    assert bool(english.seen) is encoded
    assert english_index.snapshot.columns.languages == [
        "gl"
    ] and english_index.snapshot.columns.certainties.tolist() == [certainty]
    assert english_index.snapshot.columns.known_language(0) == ("" if encoded else "gl")
    assert english_index.info()["outside_encoder_languages"] == (0 if encoded else 1)
    assert english_index.verify() == []


def test_a_damaged_cache_is_never_used(index, counting, tmp_path):
    index.add(ARTICLES)
    (file,) = (tmp_path / "index" / "arrays").glob("encoded-*")
    data = bytearray(file.read_bytes())
    data[150] ^= 1
    file.write_bytes(data)
    with NewsIndex.open(tmp_path / "index", encoder=counting) as reopened:
        with pytest.raises(IndexDamagedError, match="encoded-"):
            reopened.add([Article("d", "Other", language="en")])
        assert len(reopened) == 3
