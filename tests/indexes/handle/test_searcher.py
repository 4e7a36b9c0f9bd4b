"""Neighbours by words, by all ways together, with evidence, and where the encoder cannot read the query."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encode_unit, encoder_text, unit_rows
from sada.indexes.index import NewsIndex
from sada.indexes.search import hybrid
from sada.indexes.search.filters import Filter
from sada.indexes.text.tokens import shingles

START = datetime(2026, 3, 1, tzinfo=UTC)
NOUNS = [
    "ferry",
    "pier",
    "fog",
    "harbour",
    "divers",
    "captain",
    "budget",
    "bread",
    "library",
    "desert",
    "nurse",
    "fever",
]
ARABIC = ["عبارة", "رصيف", "ضباب", "ميناء", "غواصون", "قبطان", "ميزانية", "خبز", "مكتبة", "صحراء"]


def made(count: int = 70) -> list[Article]:
    """Articles of few words, many of them alike, half in Arabic."""
    rng = np.random.default_rng(5)
    found: list[Article] = []
    for number in range(count):
        words = ARABIC if number % 2 else NOUNS
        text = [words[at] for at in rng.integers(len(words), size=rng.integers(4, 25))]
        if number > 10 and number % 3 == 0:
            text = found[number - 10].text.split()
            text[-1] = words[number % len(words)]
        language = "ar" if number % 2 else "en"
        moment = START + timedelta(hours=number)
        found.append(Article(f"n{number}", " ".join(text[:3]), " ".join(text), language=language, published=moment))
    return found


ARTICLES = made()
ASKED = Article("asked", "ferry pier", "fog harbour divers captain budget bread", language="en")


class EnglishOnly:
    """The encoder of the tests, for one language."""

    def __init__(self, inner):
        self._inner = inner
        self.name, self.revision, self.dimension = "english words", inner.revision, inner.dimension
        self.fingerprint = inner.fingerprint
        self.languages = frozenset(["en"])

    def encode(self, texts):
        assert all(text.isascii() for text in texts)
        return self._inner.encode(texts)


@pytest.fixture(scope="module")
def index(tmp_path_factory, word_encoder):
    with NewsIndex.create(tmp_path_factory.mktemp("search") / "index", encoder=word_encoder) as found:
        found.add(ARTICLES, commit_every=23)
        found.remove(["n7"])
        yield found


@pytest.fixture(scope="module")
def english(tmp_path_factory, word_encoder):
    path = tmp_path_factory.mktemp("english") / "index"
    with NewsIndex.create(path, encoder=EnglishOnly(word_encoder)) as found:
        found.add(ARTICLES)
        yield found


def ways(index, encoder, query: Article) -> dict[str, tuple[float, float, float]]:
    """Cosine, BM25 and exact Jaccard of every article with a query, each worked out on its own."""
    others = [article for article in ARTICLES if article.id in index and article.id != query.id]
    vectors = encode_unit(encoder, [encoder_text(article) for article in [query, *others]])
    vectors = unit_rows(vectors.astype(np.float16)).astype(np.float64)
    words = {hit.id: hit.score for hit in index.neighbours(query, 1000, by="words")}
    own, found = set(shingles(query.body)), {}
    for article, vector in zip(others, vectors[1:], strict=True):
        other = set(shingles(article.body))
        jaccard = len(own & other) / max(len(own | other), 1)
        found[article.id] = (max(float(vector @ vectors[0]), 0.0), words.get(article.id, 0.0), jaccard)
    return found


@pytest.mark.parametrize("filters", [Filter(), Filter(languages=["ar"]), Filter(since=START + timedelta(hours=30))])
@pytest.mark.parametrize(("k", "threshold"), [(3, None), (1000, None), (1000, 0.4)])
def test_by_all_is_every_way_as_independent_evidence(index, word_encoder, filters, k, threshold):
    kept = {a.id for a in ARTICLES if (not filters.languages or a.language == "ar")
            and (filters.since is None or a.published >= filters.since)}  # fmt: skip
    for query in [*ARTICLES[:12], ASKED]:
        expected = {
            id_: 1 - (1 - meaning) * (1 - words) * (1 - copy)
            for id_, (meaning, words, copy) in ways(index, word_encoder, query).items()
            if id_ in kept
        }
        asked = query if query is ASKED or query.id not in index else query.id
        found = index.neighbours(asked, k, by="all", threshold=threshold, filters=filters)
        least = 1e-6 if threshold is None else threshold
        best = sorted((score for score in expected.values() if score >= least), reverse=True)[:k]
        assert [hit.score for hit in found] == pytest.approx(best, abs=1e-5)
        assert [hit.score for hit in found] == pytest.approx([expected[hit.id] for hit in found], abs=1e-5)
        assert {hit.by for hit in found} <= {"all"}


def test_few_candidates_of_each_way_find_the_nearest_too(index, monkeypatch):
    whole = index.neighbours("n12", 5, by="all")
    monkeypatch.setattr(hybrid, "_DEPTH", 10)
    assert index.neighbours("n12", 5, by="all") == whole


@pytest.mark.parametrize("by", ["meaning", "words", "copy", "all"])
def test_evidence_is_of_every_way_whatever_was_asked_by(index, word_encoder, by):
    for query in [*(ARTICLES[at] for at in (12, 13, 36)), ASKED]:
        expected = ways(index, word_encoder, query)
        for hit in index.neighbours(query, 6, by=by, explain=True):
            told = hit.evidence
            assert (told.meaning, told.words, told.copy) == pytest.approx(expected[hit.id], abs=1e-5)
            assert set(told.shared) <= set(hit.article.body.split()) & set(query.body.split())
            assert bool(told.shared) == (told.words > 0)
            assert list(hit.to_dict())[-3:] == ["by", "parts", "reasons"]


def test_what_is_explained_is_what_is_found_otherwise(index):
    for by in ("meaning", "words", "copy", "all"):
        plain, told = index.neighbours("n12", 6, by=by), index.neighbours("n12", 6, by=by, explain=True)
        assert [(hit.id, hit.score, hit.by) for hit in told] == [(hit.id, hit.score, hit.by) for hit in plain]
        assert all(hit.evidence is None for hit in plain)


@pytest.mark.parametrize("by", ["meaning", "words", "copy", "all"])
def test_a_query_that_is_explained_is_encoded_once(tmp_path, word_encoder, by):
    seen = []

    class Counting(type(word_encoder)):
        def encode(self, texts):
            seen.extend(texts)
            return super().encode(texts)

    with NewsIndex.create(tmp_path / "index", encoder=Counting()) as index:
        index.add(ARTICLES)
        seen.clear()
        assert index.neighbours([ASKED, "n2"], 3, by=by, explain=True)[1]
        assert seen == [encoder_text(ASKED)]


def test_words_stand_in_where_the_encoder_does_not_know_the_language(english):
    found = english.neighbours(["n1", "n2"], 5)
    assert [{hit.by for hit in hits} for hits in found] == [{"words"}, {"meaning"}]
    assert found[0] == english.neighbours("n1", 5, by="words")
    assert {hit.article.language for hit in found[1]} == {"en"}  # what it cannot read is no answer by meaning
    given = Article("x", text="عبارة رصيف ضباب ميناء غواصون", language="ar")
    assert {hit.by for hit in english.neighbours(given)} == {"words"}


def test_an_article_in_another_language_still_counts_by_words_and_copy(english):
    for hit in english.neighbours("n1", 5, by="all", explain=True):
        assert hit.evidence.meaning == 0.0
        assert hit.score == pytest.approx(1 - (1 - hit.evidence.words) * (1 - hit.evidence.copy), abs=1e-6)


def test_the_language_of_a_query_is_identified_where_it_names_none(english):
    text = "فتحت السلطات المحلية تحقيقا في أسباب الحريق الذي اندلع أمس في سوق المدينة القديمة"
    assert english.languages_of([Article("x", text=text), "n1", "n2", ASKED, Article("y", text="…")]) == [
        "ar", "ar", "en", "en", "",
    ]  # fmt: skip
    assert english.neighbours(Article("x", text=text), by="meaning") == english.neighbours(
        Article("x", text=text), by="words"
    )


@pytest.mark.parametrize("by", ["meaning", "words", "copy", "all"])
def test_nothing_is_near_to_nothing(index, by):
    assert index.neighbours(Article("x", text="…"), by=by, explain=True) == []
    assert index.neighbours([], by=by, explain=True) == []


@pytest.mark.parametrize("by", ["meaning", "words", "copy", "all"])
@pytest.mark.parametrize("change", ["remove", "add"])
def test_what_another_thread_writes_meanwhile_never_mixes_two_states(tmp_path, word_encoder, by, change):
    class Interrupted(type(word_encoder)):
        """While it encodes a query, another thread writes through the same object, once."""

        meanwhile = None

        def encode(self, texts):
            write, Interrupted.meanwhile = Interrupted.meanwhile, None
            if write is not None:
                thread = threading.Thread(target=write)
                thread.start()
                thread.join()
            return super().encode(texts)

    with NewsIndex.create(tmp_path / "index", encoder=Interrupted()) as index:
        index.add(ARTICLES, commit_every=23)
        writes = {
            "remove": lambda: index.remove([f"n{number}" for number in range(0, 30, 2)]),
            "add": lambda: index.add([Article(f"m{number}", text=ASKED.text, language="en") for number in range(9)]),
        }
        Interrupted.meanwhile = writes[change]
        found = index.neighbours(ASKED, 20, by=by, filters=Filter(languages=["en"]), explain=True)
        Interrupted.meanwhile = None
        assert found == index.neighbours(ASKED, 20, by=by, filters=Filter(languages=["en"]), explain=True)
        assert {hit.article.language for hit in found} <= {"en"}


def test_k_beyond_all_reason_costs_nothing(index):
    for by in ("meaning", "words", "copy", "all"):
        few = index.neighbours(["n2", "n4"], len(ARTICLES), by=by)
        assert index.neighbours(["n2", "n4"], 10**15, by=by) == few


@pytest.mark.parametrize("threshold", [float("nan"), 1.5, float("inf")])
def test_a_threshold_that_is_no_score_is_refused(index, threshold):
    with pytest.raises(ValueError, match="choose a score between 0 and 1"):
        index.neighbours("n2", threshold=threshold)


def test_a_language_with_its_region_passes_the_filter_of_either(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article("a", text="fog in the harbour", language="pt-BR"), Article("b", text="fog", language="en")])
        for language in ("pt-BR", "pt-br", "pt", "PT"):
            assert [hit.id for hit in index.neighbours("b", filters=Filter(languages=[language]))] == ["a"]
