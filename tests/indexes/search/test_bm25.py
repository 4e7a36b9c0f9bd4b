"""BM25 against the formula in plain Python, and searches that must not depend on how articles are kept."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.bands import Bands
from sada.indexes.search.bm25 import WordSearch
from sada.indexes.segments.postings import LENGTHS, POSTINGS, TERMS, word_arrays
from sada.indexes.segments.segment import Part, StoredSegment
from sada.indexes.storage import arrays
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import write_array
from sada.indexes.text.term_spans import shared_words, token_spans
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import tokens
from sada.indexes.threads import use_threads

DATA = Path("/work/shared/data")
EVERY = 1 << 40
WORDS = ["storm", "storms", "5", "50", "المدرسة", "مدرسة", "وزير", "النفط", "東京", "東京都", "ไทย", "हिन्दी", "a", "—",
         "été", "the", "the", "the"]  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
an_article = st.builds(Article, st.just("x"), title=texts, text=texts)
some = st.lists(an_article, max_size=10)


@pytest.fixture(autouse=True)
def _no_waiting_for_disks(monkeypatch):
    monkeypatch.setattr(arrays.os, "fsync", lambda handle: None)


def search_in(folder, batches) -> WordSearch:
    """A search in one segment for each batch of (row or -1, article)."""
    files = {}
    for segment, batch in enumerate(batches, 1):
        kinds = word_arrays([article for _, article in batch]) | {"keys": np.zeros(len(batch), np.uint64)}
        files[segment] = {kind: write_array(folder, kind, array) for kind, array in kinds.items()}
    store = ArrayStore(folder, files)
    rows = [np.array([row for row, _ in batch], np.int64) for batch in batches]
    parts = [Part(StoredSegment(store, segment, Bands(32, 4)), row) for segment, row in zip(files, rows, strict=True)]
    return WordSearch(parts)


def in_one(folder, articles: list[Article]) -> WordSearch:
    return search_in(folder, [list(enumerate(articles))])


def texts_in(folder, *texts: str) -> WordSearch:
    return in_one(folder, [Article("x", text=text) for text in texts])


def rows_of(search: WordSearch, text: str, k: int = 10, **options) -> list[int]:
    rows = search.search([Article("query", text=text)], k, **options)[0][0]
    return rows[rows >= 0].tolist()


def times(article: Article, limit: int = EVERY) -> Counter[int]:
    title, text = words([article.title], EVERY).terms.tolist(), words([article.text], limit).terms.tolist()
    return Counter(title * 2 + text)


def reference(articles: dict[int, Article], query: Article) -> dict[int, float]:
    """The score of each row that shares a term."""
    kept = {row: times(article) for row, article in articles.items()}
    mean = sum(one.total() for one in kept.values()) / max(len(kept), 1)
    weights = {}
    for term, count in times(query, 60).items():
        having = sum(term in one for one in kept.values())
        idf = math.log(1 + (len(kept) - having + 0.5) / (having + 0.5))
        weights[term] = idf * 9 * count / (8 + count)
    chosen = sorted(weights, key=lambda term: (-weights[term], term))[:40]
    most = sum(weights[term] for term in chosen)
    scores = {}
    for row, one in kept.items():
        slack = 1.2 * (0.25 + 0.75 * one.total() / (mean or 1))
        score = sum(weights[term] * one[term] / (one[term] + slack) for term in chosen)
        if score:
            scores[row] = score / most
    return scores


def check(found, expected: dict[int, float], k: int) -> None:
    """Rows and scores are the best k of those expected, nearest first, equal scores by row."""
    rows, scores = (one[found[0] >= 0] for one in found)
    assert rows.dtype == np.int64 and scores.dtype == np.float32
    assert len(rows) == min(k, len(expected)) == len(set(rows.tolist()))
    assert (found[0][len(rows) :] == -1).all() and (found[1][len(rows) :] == -np.inf).all()
    assert scores == pytest.approx([expected[row] for row in rows.tolist()], abs=1e-6)
    assert scores == pytest.approx(sorted(expected.values(), reverse=True)[:k], abs=1e-6)
    assert ((scores > 0) & (scores < 1)).all()
    pairs = list(zip((-scores).tolist(), rows.tolist(), strict=True))
    assert pairs == sorted(pairs)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(an_article, st.integers(0, 2), st.booleans()), max_size=12), some, st.integers(1, 14),
       st.randoms(use_true_random=False))  # fmt: skip
def test_scores_are_the_formula_however_articles_are_kept(tmp_path_factory, articles, queries, k, random):
    folder = tmp_path_factory.mktemp("words")
    rows = random.sample(range(len(articles)), len(articles))
    living = {row: article for row, (article, _, gone) in zip(rows, articles, strict=True) if not gone}
    names = dict(zip(sorted(living), range(len(living)), strict=True))
    batches = [[(names.get(row, -1), article) for row, (article, at, _) in zip(rows, articles, strict=True)
                if at == segment] for segment in range(3)]  # fmt: skip
    split = search_in(folder, [batch for batch in batches if batch])
    whole = in_one(folder, [living[row] for row in sorted(living)]) if living else search_in(folder, [])
    with use_threads(3):
        found = split.search(queries, k)
    for one, other in zip(found, whole.search(queries, k), strict=True):
        assert one.shape == (len(queries), k) and np.array_equal(one, other)
    kept = {names[row]: article for row, article in living.items()}
    for at, query in enumerate(queries):
        check((found[0][at], found[1][at]), reference(kept, query), k)
        assert np.array_equal(split.search([query], k)[0][0], found[0][at])


def news(count: int, seed: int) -> list[Article]:
    """Articles of words as frequent as in a language."""
    random = Random(seed)
    chances = [1 / (rank + 2) for rank in range(3000)]

    def text(length: int) -> str:
        return " ".join(f"ك{at}" if at % 3 else f"{at}م" for at in random.choices(range(3000), chances, k=length))

    return [Article(f"n{n}", title=text(9), text=text(random.randrange(200))) for n in range(count)]


def test_of_long_queries_the_most_telling_terms_are_asked_with(tmp_path):
    articles = news(300, 1)
    found = in_one(tmp_path, articles).search(articles[:40], 20)
    for at, query in enumerate(articles[:40]):
        check((found[0][at], found[1][at]), reference(dict(enumerate(articles)), query), 20)
    assert found[0][:, 0].tolist() == list(range(40))


def test_any_number_of_threads_gives_the_same(tmp_path):
    articles = news(100, 2)
    search = in_one(tmp_path, articles)
    with use_threads(1):
        one = search.search(articles, 100)
    with use_threads(4):
        many = search.search(articles, 100)
    assert all(np.array_equal(a, b) for a, b in zip(one, many, strict=True))


def test_a_mask_and_a_threshold_limit_what_is_found(tmp_path):
    articles = news(80, 3)
    search, query = in_one(tmp_path, articles), articles[:1]
    rows, scores = (one[0] for one in search.search(query, 80))
    odd = np.arange(80) % 2 == 1
    assert search.search(query, 80, mask=odd)[0][0, :40].tolist() == [row for row in rows.tolist() if row % 2][:40]
    assert (search.search(query, 80, mask=np.zeros(80, bool))[0] == -1).all()
    kept = search.search(query, 80, threshold=float(scores[4]))
    assert kept[0][0, :6].tolist() == [*rows[:5].tolist(), -1] and kept[1][0, 5] == -np.inf
    assert (search.search(query, 80, threshold=1.0)[0] == -1).all()


def test_equal_articles_come_in_the_order_of_rows(tmp_path):
    search = texts_in(tmp_path, *["storm in Lisbon"] * 30, "storm", *["storm in Lisbon"] * 30)
    assert rows_of(search, "lisbon storm", 40) == [*range(30), *range(31, 41)]


@pytest.mark.parametrize("query", ["", " — ", "a", "unheard of"])
def test_a_query_of_no_known_words_finds_nothing(tmp_path, query):
    search = texts_in(tmp_path, "storm in Lisbon", "", "a — b")
    rows, scores = search.search([Article("q", text=query)], 3)
    assert (rows == -1).all() and (scores == -np.inf).all()


def test_an_unknown_word_leaves_less_to_reach(tmp_path):
    search = texts_in(tmp_path, "storm in Lisbon", "sun in Porto")
    one, two = (search.search([Article("q", text=text)], 1)[1][0, 0] for text in ("storm", "storm unheard"))
    assert 0 < two < one / 2


def test_no_queries_and_no_articles(tmp_path):
    assert [one.shape for one in texts_in(tmp_path, "storm").search([], 5)] == [(0, 5), (0, 5)]
    empty = search_in(tmp_path, [])
    assert rows_of(empty, "storm") == []
    assert empty.idf(words(["storm 5"], EVERY).terms).tolist() == pytest.approx([math.log(2)] * 2)
    assert rows_of(search_in(tmp_path, [[(-1, Article("x", text="storm"))]]), "storm") == []


def test_k_must_be_1_or_more(tmp_path):
    with pytest.raises(ValueError, match="k must be at least 1, not 0"):
        texts_in(tmp_path, "storm").search([], 0)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("افتتح الوزير مدرسة جديدة", "المدرسة"),
        ("افتتح الوزير المدرسة", "مدرسه"),
        ("قال المهندسون إن", "للمهندسين"),
        ("زار أحمد القاهرة", "احمد"),
        ("كأس العالم ٢٠٢٦", "2026"),
        ("東京都の天気", "東京"),
        ("明天北京天气晴", "天气"),
        ("นายกรัฐมนตรีไทย", "ไทย"),
        ("Élections à Paris", "election"),
        ("हिन्दी समाचार", "हिन्दी"),
    ],
)
def test_words_are_found_in_any_form_and_script(tmp_path, text, query):
    search = texts_in(tmp_path, "nothing of the kind 1", text, "لا شيء من ذلك", "何もない")
    assert rows_of(search, query) == [1]


def test_digits_are_content(tmp_path):
    search = texts_in(tmp_path, "5 dead", "50 dead", "٥٠ قتيلا")
    assert rows_of(search, "5") == [0]
    assert sorted(rows_of(search, "50")) == [1, 2]


def test_a_word_of_the_title_counts_more(tmp_path):
    articles = [Article("a", title="rain", text="storm"), Article("b", title="storm", text="rain")]
    assert rows_of(in_one(tmp_path, articles), "storm") == [1, 0]


@pytest.mark.parametrize("kind", [TERMS, POSTINGS, LENGTHS])
def test_damage_is_told_where_it_is_touched(tmp_path, kind):
    search = in_one(tmp_path, news(60, 4))
    (path,) = tmp_path.glob(f"{kind}-*.npy")
    with path.open("r+b") as file:
        file.seek(200)
        byte = file.read(1)
        file.seek(200)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(IndexDamagedError, match=path.name):
        search.search(news(60, 4), 1)


def test_shared_words_are_those_of_one_stem_as_written():
    query = Article("q", title="المدرسة في الرياض 5", text="東京大学 storm warnings U.S.")
    found = Article("f", title="«مدرسة» الرياض — 50، 5.", text="Storm-warning 東京、大 مدرسة Storms ﷺ")
    assert shared_words(query, found) == ["مدرسة", "الرياض", "5", "Storm", "warning", "東京", "京、大"]
    assert shared_words(query, found, 2) == ["مدرسة", "الرياض"]
    assert shared_words(query, Article("f", text="rain")) == shared_words(Article("q"), found) == []


def test_the_most_telling_shared_words_come_first(tmp_path):
    search = texts_in(tmp_path, "the storm", "the rain", "the sun and rain")
    query = Article("q", text="the rain storm")
    assert shared_words(query, Article("f", text="The Rain, the Storm!"), idf=search.idf) == ["Storm", "Rain", "The"]


@example("ก:ำ กกำ abĿ 1½ ﷺ")  # letters of more than one token
@given(st.text(max_size=12) | st.text("aé-ﷺ㍿東 \u0301ไท1م", max_size=9))
def test_every_shared_word_is_found_as_written(text):
    assert len(token_spans(text)) == len(tokens(text))
    spelled = shared_words(Article("q", text=text), Article("f", text=text), 99)
    pieces = text.split()
    assert len(spelled) == len(set(words(pieces, EVERY).terms.tolist()))
    assert all(any(one in piece for piece in pieces) for one in spelled)


@pytest.mark.skipif(not DATA.exists(), reason="no labelled events here")
def test_reports_of_one_event_are_found(tmp_path):
    labels = json.loads((DATA / "stories" / "saudi_2015-07-26_labels.json").read_bytes())["labels"]
    with zstandard.open(DATA / "neardup" / "saudi_dev.jsonl.zst", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["id"] in labels]
    events = np.array([labels[row["id"]]["event"] for row in rows])
    articles = [Article(row["id"], row["title"], row["text"]) for row in rows]
    found = in_one(tmp_path, articles).search(articles, 11)[0]
    recalls = []
    for row, event in enumerate(events):
        mates = np.count_nonzero(events == event) - 1
        if mates:
            others = found[row][found[row] != row][:10]
            recalls.append(np.count_nonzero(events[others] == event) / min(mates, 10))
    assert np.mean(recalls) > 0.97


def test_words_that_no_article_has_crowd_out_none_that_one_has(tmp_path):
    search = texts_in(tmp_path, "heavy rains flooded the wadi near the town", "a quiet day")
    unseen = " ".join(f"{first}{second}q" for first in "bcdfgh" for second in "klmnprst")  # 48 stems
    rows, scores = search.search([Article("query", text=f"rains flooded the wadi {unseen}")], 5)
    assert rows[0, 0] == 0 and 0 < scores[0, 0] < 0.2


@pytest.mark.parametrize("position", [2, 0x7FFFFFFF, 0xFFFFFFFF])
def test_positions_of_no_article_are_told(tmp_path, position):
    kinds = word_arrays([Article("a", text="storm"), Article("b", text="storm")]) | {"keys": np.zeros(2, np.uint64)}
    kinds[POSTINGS][-1, :4] = list(position.to_bytes(4, "little"))
    files = {kind: write_array(tmp_path, kind, array) for kind, array in kinds.items()}
    segment = StoredSegment(ArrayStore(tmp_path, {1: files}), 1, Bands(32, 4))
    with pytest.raises(IndexDamagedError, match="its positions are not those of 2 articles"):
        WordSearch([Part(segment, np.arange(2))]).search([Article("q", text="storm")], 1)
