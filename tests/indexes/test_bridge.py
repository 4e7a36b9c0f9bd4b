from __future__ import annotations

import shutil
import socket
import subprocess

import pytest
from datasketch import LeanMinHash, MinHash

from sada.indexes.article import Article
from sada.indexes.bridge import like_sketch, to_lsh
from sada.indexes.errors import IndexMismatchError
from sada.indexes.index import NewsIndex
from sada.indexes.minhash.sketches import to_datasketch
from sada.indexes.text.tokens import hash32, shingles

WORDS = [f"word{number}" for number in range(60)]
EDITED = [*WORDS[:30], "another", *WORDS[31:]]
ARTICLES = [
    Article("a", text=" ".join(WORDS)),
    Article("b", text=" ".join(EDITED)),
    Article("c", text=" ".join(reversed(WORDS))),
    Article("d", text="…"),
]


def theirs(text, **changes):
    """A sketch made by datasketch alone."""
    found = MinHash(**{"num_perm": 128, "seed": 1, "scheme": "affine32", "hashfunc": hash32} | changes)
    found.update_batch(shingles(text))
    return found


@pytest.fixture
def index(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add(ARTICLES)
        yield index


def test_a_live_lsh_answers_sketches_made_elsewhere(index):
    lsh = to_lsh(index)
    assert sorted(lsh.query(theirs(ARTICLES[0].body))) == ["a", "b"]
    assert lsh.query(to_datasketch(index.snapshot.segments.signature(2))) == ["c"]
    assert "d" not in lsh.keys
    lsh.insert("new", theirs(ARTICLES[2].body))
    assert sorted(lsh.query(theirs(ARTICLES[2].body))) == ["c", "new"]
    with pytest.raises(ValueError, match="scheme"):
        lsh.query(theirs("x y z", scheme="legacy"))


def test_the_index_answers_a_sketch_with_the_estimate_of_datasketch(index):
    sketch = theirs(ARTICLES[1].body)
    expected = theirs(ARTICLES[0].body).jaccard(sketch)
    assert 0.8 < expected < 1
    for asked in (sketch, LeanMinHash(sketch)):
        assert like_sketch(index, asked) == [("b", 1.0), ("a", expected)]
    assert like_sketch(index, sketch, threshold=1.0) == [("b", 1.0)]
    assert like_sketch(index, theirs("nothing of the kind was ever written")) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scheme": "legacy"}, "scheme 'legacy', 128 permutations, seed 1"),
        ({"num_perm": 64}, "scheme 'affine32', 64 permutations, seed 1"),
        ({"seed": 7}, "scheme 'affine32', 128 permutations, seed 7"),
    ],
)
def test_other_sketches_are_refused_with_both_named(index, changes, named):
    with pytest.raises(IndexMismatchError, match=f"{named}, the index scheme 'affine32', 128 permutations, seed 1"):
        like_sketch(index, theirs("one two three four", **changes))


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server is installed")
def test_a_live_lsh_in_redis(index, tmp_path):
    redis = pytest.importorskip("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert any("Ready to accept connections" in line for line in server.stdout)
            lsh = to_lsh(index, storage_config={"type": "redis", "redis": {"host": "127.0.0.1", "port": port}})
            assert sorted(lsh.query(theirs(ARTICLES[0].body))) == ["a", "b"]
            assert redis.Redis(port=port).dbsize() > 0
        finally:
            server.terminate()
