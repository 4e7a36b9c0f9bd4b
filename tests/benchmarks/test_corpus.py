import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import corpus
import judging
from peers.common import body, shingles


@pytest.fixture(scope="module")
def fresh():
    rng = random.Random(3)
    words = [f"كلمة{number}" for number in range(400)]
    rows = [
        {"title": " ".join(rng.choices(words, k=5)), "text": ", ".join(rng.choices(words, k=60)), "source": "a"}
        for _ in range(10)
    ]
    return corpus.Fresh(rows, seed=1)


def planted(fresh, size):
    return list(corpus.Writer(fresh, seed=2).rows(size))


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(fresh):
    assert planted(fresh, 40) == planted(fresh, 60)[:40]


def test_truth_names_an_earlier_article_and_their_jaccard(fresh):
    found = planted(fresh, 80)
    rows = {row["id"]: row for row, _ in found}
    places = {id_: place for place, id_ in enumerate(rows)}
    copies = [known for _, known in found if known is not None]
    assert {known["kind"] for known in copies} == set(corpus.KINDS)
    for known in copies:
        assert places[known["of"]] < places[known["id"]]
        alike = judging.jaccard(shingles(body(rows[known["id"]])), shingles(body(rows[known["of"]])))
        assert known["jaccard"] == pytest.approx(alike, abs=1e-4)
        assert known["kind"] != "twin" or known["jaccard"] == 1.0
        assert known["kind"] not in ("page", "abridged") or known["containment"] > 0.9


def test_rounds_differ(fresh):
    texts = [shingles(fresh.draft(number).text.text()) for number in range(30)]
    shared = [judging.jaccard(texts[a], texts[b]) for a in range(30) for b in range(a)]
    assert max(shared) < 0.05


def test_recall_and_precision(tmp_path):
    truth = [
        {"id": "b", "of": "a", "jaccard": 0.9, "containment": 1.0},
        {"id": "c", "of": "a", "jaccard": 0.8, "containment": 0.9},
        {"id": "d", "of": "a", "jaccard": 0.3, "containment": 0.9},
    ]
    found = judging.Found([("a", "b"), ("b", "e")], [("d", "b")])
    assert judging.recall(found, truth, 0.8) == 0.5
    assert judging.recall(found, truth, 0.95) is None
    assert judging.containment_recall(found, truth, 0.8) == 1.0
    texts = {"a": "one two three four", "b": "one two three four", "e": "something else it is"}
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(f'{{"id": "{id_}", "title": "", "text": "{text}"}}\n' for id_, text in texts.items()))
    assert judging.precision(found, file) == 0.5
    assert judging.precision(judging.Found([]), file) is None
