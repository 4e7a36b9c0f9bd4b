from __future__ import annotations

import json
from datetime import UTC, datetime

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import reading, stamp
from sada.indexes.index import NewsIndex
from sada.indexes.storage.schema import FORMAT
from sada.indexes.writing.checkpoint import Checkpoint


def test_an_empty_index(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        found = index.info()
    size = found.pop("bytes")
    assert size > 4096
    assert found == {
        "path": str(tmp_path / "index"),
        "format": FORMAT,
        "articles": 0,
        "languages": {},
        "languages_identified": 0,
        "languages_uncertain": 0,
        "outside_encoder_languages": 0,
        "without_vector": 0,
        "sources": {},
        "undated": 0,
        "first": None,
        "last": None,
        "stories": 0,
        "encoder": {"name": "none", "dimension": 0},
        "encoder_accuracy": {},
        "encoder_reads": "",
        "reencoding": None,
        "minhash": {
            "scheme": "affine32", "permutations": 128, "seed": 1, "hash": "sada-fnv-mix-32", "bands": 42, "rows": 3,
            "jaccard": 0.5, "shingle": "3 words or 5 letters", "text": "sada-text-2",
        },
        "missed_candidates": {"Jaccard 0.5": 0.0037, "Jaccard 0.8": 8.2e-14},
        "segments": 0,
        "search": [],
        "removed": 0,
        "furniture": 0,
        "boilerplate": 0,
        "log_bytes": 0,
        "lost_commits": 0,
    }  # fmt: skip


def test_what_an_index_holds(tmp_path, word_encoder):
    class Speaker(type(word_encoder)):
        languages = frozenset({"en"})

    moments = [datetime(2020, 5, 1, 12, 30, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC)]
    articles = [
        Article("a", "Flood", source="BBC", language="en", published=moments[0]),
        Article("b", "Flood", source="BBC", language="ar", published=moments[1]),
        Article("c", "…", source="CNN"),
        Article("d", "Flood", language="en"),
        Article("e", "gone", language="fr", published=datetime(1950, 1, 1, tzinfo=UTC)),
    ]
    with NewsIndex.create(tmp_path / "index", encoder=Speaker()) as index:
        index.add(articles, commit_every=2)
        index.remove(["e"])
        index.stories.store([("s", [1], {}), ("t", [2], {})], {}, "m")
        found = index.info()
        lasting = [file for file in index.path.rglob("*") if not file.name.endswith(("-wal", "-shm", "writer.lock"))]
        assert found["bytes"] == sum(file.stat().st_size for file in lasting if file.is_file())
    assert found["articles"] == 4 and found["segments"] == 3 and found["removed"] == 1 and found["stories"] == 2
    assert list(found["languages"].items()) == [("en", 2), ("ar", 1), ("unknown", 1)]
    assert (found["languages_identified"], found["languages_uncertain"]) == (0, 0)
    assert found["outside_encoder_languages"] == 1
    assert found["without_vector"] == 2  # b in Arabic, and c without a word; e is gone
    assert found["encoder_reads"] == reading(found["encoder"]) == "title + 60 words (400 characters)"
    assert list(found["sources"].items()) == [("BBC", 2), ("CNN", 1), ("unknown", 1)]
    assert (found["undated"], found["first"], found["last"]) == (2, "1999-01-01T00:00:00Z", "2020-05-01T12:30:00Z")
    assert found["encoder"]["name"] == "words" and found["encoder"]["dimension"] == 64
    assert json.loads(json.dumps(found)) == found


def test_languages_told_from_the_text_are_counted(tmp_path):
    articles = [
        Article("a", "The government announced a new budget for schools on Monday evening"),
        Article("b", "title 3 number 3", "text of 3"),
        Article("c", "12:30"),
        Article("d", "東京で大きな地震があった"),
        Article("e", "Flood", language="en"),
    ]
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add(articles)
        found, certainties = index.info(), index.snapshot.columns.certainties
    assert found["languages"] == {"en": 3, "unknown": 1, "ja": 1}
    assert certainties[0] > 0.9 and certainties[1] < 0.5 and certainties[2:].tolist() == [0, 1, 1]
    assert (found["languages_identified"], found["languages_uncertain"]) == (3, 1)


def test_a_reencoding_that_was_begun_is_told(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        assert index.info()["reencoding"] is None
        (tmp_path / "index" / "encoding").mkdir()
        pool = Checkpoint(tmp_path / "index" / "encoding", stamp(word_encoder))
        assert index.info()["reencoding"] == "words"
        (pool.folder / "stamp.json").write_text("no json")
        assert index.info()["reencoding"] is None
    with NewsIndex.create(tmp_path / "other", encoder=word_encoder) as index:
        (tmp_path / "other" / "encoding").mkdir()
        Checkpoint(tmp_path / "other" / "encoding", stamp(word_encoder))  # left by one that ended at the last moment
        assert index.info()["reencoding"] is None
