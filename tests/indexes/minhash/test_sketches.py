from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes import ragged
from sada.indexes.minhash.sketches import Sketches, shared_shingles, sign, sketch, stamp, to_datasketch
from sada.indexes.ragged import column, run_chunks
from sada.indexes.text.tokens import hash32, shingles
from sada.indexes.threads import use_threads

TEXTS = ["", "one", "the flood in the city killed five people", "the flood in the city killed six people", "…",
         "東京で大きな地震があった", "قتل خمسة أشخاص في فيضان المدينة",
         "the flood in the city killed five people"]  # fmt: skip


def same(left: Sketches, right: Sketches) -> bool:
    return all(
        getattr(left, name).dtype == getattr(right, name).dtype
        and np.array_equal(getattr(left, name), getattr(right, name))
        for name in ("bounds", "shingles", "signatures", "keys")
    )


@pytest.fixture(scope="module")
def sketches():
    return sketch(TEXTS)


def test_shapes_and_types(sketches):
    assert len(sketches) == len(TEXTS)
    assert sketches.bounds.dtype == np.int64 and sketches.bounds.shape == (9,)
    assert sketches.shingles.dtype == np.uint32 and sketches.shingles.shape == (sketches.bounds[-1],)
    assert sketches.signatures.dtype == np.uint32 and sketches.signatures.shape == (8, 128)
    assert sketches.keys.dtype == np.uint64
    assert sketches.sizes.tolist() == [len(shingles(text)) for text in TEXTS]
    assert all((np.diff(sketches.row(row).astype(np.int64)) > 0).all() for row in range(8))


@given(st.lists(st.integers(0, len(TEXTS) - 1), max_size=12))
def test_taking_rows_is_sketching_those_texts(rows):
    expected = sketch([TEXTS[row] for row in rows])
    assert same(sketch(TEXTS).take(np.array(rows, np.int64)), expected)


@given(st.lists(st.integers(0, len(TEXTS)), min_size=1, max_size=4).map(sorted))
def test_joining_parts_is_sketching_the_whole(cuts):
    edges = [0, *cuts, len(TEXTS)]
    parts = [sketch(TEXTS[a:b]) for a, b in pairwise(edges)]
    assert same(Sketches.join(parts), sketch(TEXTS))


def test_joining_nothing_and_one_part(sketches):
    assert same(Sketches.join([]), sketch([]))
    assert len(sketch([])) == 0 and sketch([]).signatures.shape == (0, 128)
    assert same(Sketches.join([sketches]), sketches)


def test_take_then_join_commute(sketches):
    rows = np.array([3, 0, 3, 6])
    singly = Sketches.join([sketches.take(np.array([row])) for row in rows])
    assert same(singly, sketches.take(rows))


def test_any_number_of_threads_and_any_split_give_the_same(monkeypatch):
    rng = np.random.default_rng(3)
    words = np.array(["flood", "المدينة", "東京", "city", "हिन्दी", "killed", "2020", "."])
    texts = [" ".join(rng.choice(words, size)) for size in rng.integers(0, 60, 300)]
    with use_threads(1):
        whole = sketch(texts)
    for chunk, threads in ((1, 3), (500, 1), (500, 2), (7000, 8), (1 << 21, 4)):
        monkeypatch.setattr(ragged, "_UNITS_AT_ONCE", chunk)
        with use_threads(threads):
            assert same(sketch(texts), whole), (chunk, threads)
            assert np.array_equal(sign(whole.shingles, whole.bounds), whole.signatures)


def test_a_text_of_five_megabytes():
    rng = np.random.default_rng(5)
    vocabulary = np.array([f"word{number}" for number in range(3000)] + ["مدينة", "東京"])
    text = " ".join(rng.choice(vocabulary, 620_000))
    assert len(text.encode()) > 5_000_000
    found = sketch(["before", text, "after"])
    assert found.sizes[1] > 600_000
    part = np.array([hash32(shingle) for shingle in shingles(text[:20_000])][:-3], np.uint32)
    assert np.isin(part, found.row(1)).all()
    assert same(found.take(np.array([0, 2])), sketch(["before", "after"]))


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=12).map(" ".join), min_size=1, max_size=6))
def test_shared_shingles_equal_python_sets(texts):
    found = sketch(texts)
    left, right = (side.ravel() for side in np.meshgrid(np.arange(len(texts)), np.arange(len(texts))))
    sets = [{hash32(shingle) for shingle in shingles(text)} for text in texts]
    expected = [len(sets[a] & sets[b]) for a, b in zip(left, right, strict=True)]
    for threads in (1, 2):
        with use_threads(threads):
            assert shared_shingles(found, left, right).tolist() == expected


def test_shared_shingles_of_no_pairs(sketches):
    nothing = np.zeros(0, np.int64)
    assert shared_shingles(sketches, nothing, nothing).tolist() == []


def test_chunks_cover_every_row_once_and_in_order():
    offsets = np.cumsum([0, 5 << 20, 0, 0, 1 << 20, 3 << 20, 10, 0])
    with use_threads(2):
        spans = run_chunks(lambda start, stop: (start, stop), offsets)
    assert [row for start, stop in spans for row in range(start, stop)] == list(range(7))
    assert run_chunks(lambda start, stop: 1 / 0, np.zeros(1, np.int64)) == []
    assert run_chunks(lambda start, stop: (start, stop), np.zeros(4, np.int64)) == [(0, 3)]


def test_the_column_is_utf16_with_offsets():
    data, offsets = column(["ab", "", "é", "\ud800", "😀"])
    assert data[: offsets[-1]].tolist() == [0x61, 0x62, 0xE9, 0xD800, 0xD83D, 0xDE00]
    assert offsets.tolist() == [0, 2, 2, 3, 4, 6]


def test_signatures_live_on_in_datasketch(sketches):
    live = [to_datasketch(signature) for signature in sketches.signatures]
    assert live[2].jaccard(live[7]) == 1.0
    estimate = np.mean(sketches.signatures[2] == sketches.signatures[3])
    assert live[2].jaccard(live[3]) == estimate
    own = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=hash32)
    for shingle in shingles(TEXTS[3]):
        own.update(shingle)
    assert own.jaccard(live[3]) == 1.0
    table = MinHashLSH(threshold=0.5, num_perm=128)
    table.insert("own", own)
    table.insert("two", live[2])
    assert "own" in table.query(live[3]) and "two" in table.query(live[7])


def test_changing_a_live_minhash_leaves_the_stored_signature_alone(sketches):
    before = sketches.signatures[2].copy()
    live = to_datasketch(sketches.signatures[2])
    live.update("something else entirely")
    live.merge(to_datasketch(sketches.signatures[5]))
    assert np.array_equal(sketches.signatures[2], before)
    frozen = sketches.signatures[2].view()
    frozen.flags.writeable = False  # as it comes from a mapped file
    to_datasketch(frozen).update("something else entirely")


def test_the_stamp_names_what_signatures_depend_on():
    assert stamp() == {
        "scheme": "affine32", "permutations": 128, "seed": 1, "hash": "sada-fnv-mix-32",
        "shingle": "3 words or 5 letters", "text": "sada-text-2",
    }  # fmt: skip
