from __future__ import annotations

import numpy as np
import pytest

from sada.cluster.copies import sketching
from sada.cluster.copies.sketching import sketch_articles
from sada.indexes.article import Article
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.sketches import sketch
from sada.indexes.reading import batches
from sada.indexes.storage.columns import Columns
from sada.indexes.threads import use_threads

BANDS = Bands.for_jaccard(0.8)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_any_number_of_threads_and_any_batches_give_the_same(prose, monkeypatch, threads, at_once):
    monkeypatch.setattr(batches, "_AT_ONCE", at_once)
    articles = [Article(f"a{n}", title=prose.text(3), text=prose.text(n), source=f"s{n % 3}") for n in range(60)]
    with use_threads(threads):
        found = sketch_articles(iter(articles), BANDS)
    whole = sketch([article.body for article in articles])
    assert np.array_equal(found.sets.bounds, whole.bounds)
    assert np.array_equal(found.sets.shingles, whole.shingles)
    assert np.array_equal(found.sets.keys, whole.keys)
    assert np.array_equal(found.keys, short_keys(whole.signatures, BANDS))
    columns = Columns.of(articles)
    assert (found.columns.ids, found.columns.sources) == (columns.ids, columns.sources)
    assert np.array_equal(found.columns.published, columns.published)


def test_nothing_gathers_to_nothing():
    found = sketch_articles([], BANDS)
    assert len(found.columns) == len(found.sets) == 0 and found.keys.shape == (BANDS.count, 0)


def test_an_error_of_the_reader_comes_through():
    def articles():
        yield Article("a", title="one")
        raise OSError("gone")

    with use_threads(2), pytest.raises(OSError, match="gone"):
        sketch_articles(articles(), BANDS)


def test_the_reader_does_not_run_ahead(monkeypatch):
    monkeypatch.setattr(batches, "_AT_ONCE", 1)
    read, done = [], []
    sketched = sketching._sketched

    def watched(batch, bands):
        done.append(len(read))
        return sketched(batch, bands)

    monkeypatch.setattr(sketching, "_sketched", watched)
    with use_threads(2):
        sketch_articles((read.append(n) or Article(str(n), title="one") for n in range(200)), BANDS)
    assert max(seen - place for place, seen in enumerate(done)) <= sketching._WAITING + 2
