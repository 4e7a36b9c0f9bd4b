"""Collections drawn from labelled sets: whole events, and as many single articles as asked for."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from collection_fits import Collection, best_constants, drawn
from resolution_fits import thinned, with_singles

from sada.cluster.scoring.collection import Mates
from sada.indexes.article import Article

SET = ([Article(str(at), f"title {at}") for at in range(400)], [f"event {at // 4}" for at in range(400)])


def test_a_share_of_the_events_has_one_article():
    articles, labels = with_singles(*SET, 0.3)
    sizes = Counter(Counter(labels).values())
    assert sizes == {1: 30, 4: 70}
    assert [SET[1][int(article.id)] for article in articles] == labels


def test_thinned_sets_keep_the_first_articles_of_each_event():
    articles, labels = thinned(*SET, 3)
    assert set(Counter(labels).values()) == {3}
    assert [article.id for article in articles[:4]] == ["0", "1", "2", "4"]


def test_drawn_collections_hold_whole_events_of_all_sizes():
    found = list(drawn(SET))
    assert {share for share, _ in found} == {0.0, 0.3, 0.6, 0.8, 0.9, 1.0}
    for share, (articles, labels) in found:
        whole = Counter(with_singles(*SET, share)[1])
        assert all(whole[event] == count for event, count in Counter(labels).items())
        assert [SET[1][int(article.id)] for article in articles] == labels
    assert sorted({len(articles) // 60 for share, (articles, _) in found if share == 0}) == [1, 5, 6]


def test_the_best_constants_are_found_where_they_decide():
    rising = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]  # the more is added, the better
    many = Collection("a", 100, 0.0, Mates(1.0, 0.9), 1000.0, rising)
    few = Collection("b", 100, 0.0, Mates(1.0, 0.05), 1000.0, rising[::-1])
    of_mates, _ = best_constants([many, few])
    assert of_mates == pytest.approx(1.75)  # the least of those that reach both bounds
