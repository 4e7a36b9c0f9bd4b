from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.sketches import sketch
from sada.indexes.segments.segment import LSH, SKETCH_KINDS, VECTORS, StoredSegment, write_segment
from sada.indexes.segments.segments import Segments, collect
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import BLOCK
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns

BANDS, ROWS = 32, 4
CUT = Bands(BANDS, ROWS)

TEXTS = ["the flood in the city killed five", "…", "the flood in the city killed six", "", "a quite different text",
         "the flood in the city killed five"]  # fmt: skip
VECTORS_OF = np.eye(6, 8, dtype=np.float16)


def build(folder, *batches):
    """Segments 1, 2, ... that hold (id, row of TEXTS) each."""
    Catalog.create(folder, {})
    catalog = Catalog(folder)
    for segment, batch in enumerate(batches, 1):
        rows = np.array([row for _, row in batch], np.int64)
        sketches = sketch([TEXTS[row] for row in rows])
        files = write_segment(folder, sketches, CUT, {VECTORS: VECTORS_OF[rows].astype(np.float16)})
        with catalog.writing():
            catalog.put(segment, files, [Placed(Article(id_), b"", "", at) for at, (id_, _) in enumerate(batch)])
    return catalog


def stored(folder, catalog):
    store = ArrayStore(folder, catalog.files())
    return [StoredSegment(store, segment, CUT) for segment in store.files]


def load(folder, catalog):
    return Segments(stored(folder, catalog), Columns.load(catalog))


@pytest.fixture
def catalog(tmp_path):
    found = build(tmp_path, [("a", 0), ("b", 1), ("c", 4)], [("d", 2), ("b", 5), ("e", 3)])
    yield found
    found.close()


ROWS_OF = [0, 5, 4, 2, 3]  # texts of a, b, c, d, e: b was updated


def test_all_sketches_stand_in_the_order_of_the_columns(tmp_path, catalog):
    found, expected = load(tmp_path, catalog).sketches(), sketch([TEXTS[row] for row in ROWS_OF])
    for kind in SKETCH_KINDS:
        assert np.array_equal(getattr(found, kind), getattr(expected, kind)), kind


def test_vectors_stand_in_the_order_of_the_columns(tmp_path, catalog):
    found = load(tmp_path, catalog).vectors(8)
    assert found.dtype == np.float32
    assert np.array_equal(found, VECTORS_OF[ROWS_OF])


def test_a_few_sketches_and_one_signature(tmp_path, catalog):
    segments = load(tmp_path, catalog)
    expected = sketch([TEXTS[ROWS_OF[row]] for row in (4, 1, 1)])
    found = segments.sketch_of(np.array([4, 1, 1]))
    for kind in SKETCH_KINDS:
        assert np.array_equal(getattr(found, kind), getattr(expected, kind)), kind
    assert np.array_equal(segments.signature(1), expected.signatures[1])
    assert len(segments.sketch_of(np.zeros(0, np.int64))) == 0


def test_candidates_are_the_living_rows_that_share_a_band(tmp_path, catalog):
    segments = load(tmp_path, catalog)
    everything = segments.sketches()
    for text in TEXTS:
        wanted = sketch([text]).signatures[0].reshape(BANDS, ROWS)
        shares = (everything.signatures.reshape(-1, BANDS, ROWS) == wanted).all(axis=2).any(axis=1)
        expected = np.flatnonzero(shares & (everything.sizes > 0))
        assert segments.lsh_candidates(wanted.ravel()).tolist() == expected.tolist()


def test_removed_and_updated_articles_are_no_candidates(tmp_path, catalog):
    flood = sketch([TEXTS[0]]).signatures[0]
    assert load(tmp_path, catalog).lsh_candidates(flood).tolist() == [0, 1, 3]
    with catalog.writing():
        catalog.remove(["a"])
    assert load(tmp_path, catalog).lsh_candidates(flood).tolist() == [0, 2]


def test_rows_without_shingles_are_left_out_of_the_runs(tmp_path, catalog):
    packed = stored(tmp_path, catalog)[0].array(LSH).whole()
    assert packed.shape == (BANDS, 2) and set((packed & np.uint64(0xFFFFFFFF)).ravel().tolist()) == {0, 2}
    nothing = sketch([""]).signatures[0]
    assert load(tmp_path, catalog).lsh_candidates(nothing).tolist() == []


def test_sketches_of_one_whole_segment_are_not_copied(tmp_path):
    catalog = build(tmp_path, [("a", 0), ("b", 1), ("c", 4)])
    (one,) = segments = stored(tmp_path, catalog)
    found = Segments(segments, Columns.load(catalog)).sketches()
    for kind in SKETCH_KINDS:
        assert np.shares_memory(getattr(found, kind), one.array(kind).whole()), kind
    catalog.close()


def test_sketches_are_collected_in_any_order(tmp_path, catalog):
    parts = stored(tmp_path, catalog)
    which, positions = np.array([1, 0, 0, 1, 0]), np.array([2, 1, 0, 0, 1])
    expected = sketch([TEXTS[row] for row in (3, 1, 0, 2, 1)])
    found = collect(parts, which, positions)
    for kind in SKETCH_KINDS:
        assert np.array_equal(getattr(found, kind), getattr(expected, kind)), kind
    assert len(collect(parts, which[:0], positions[:0])) == 0


def test_jaccards_are_exact(tmp_path, catalog):
    own = sketch([TEXTS[0]]).row(0)
    expected = []
    for row in (2, 5, 3):
        other = set(sketch([TEXTS[row]]).row(0).tolist())
        expected.append(len(other & set(own.tolist())) / len(other | set(own.tolist())))
    assert stored(tmp_path, catalog)[1].jaccards(own, np.array([0, 1, 2])).tolist() == expected
    assert 0 < expected[0] < expected[1] == 1


@pytest.mark.parametrize("kind", ["bounds", "shingles", "signatures", "keys"])
def test_no_sketch_comes_from_a_damaged_block(tmp_path, kind):
    rng = np.random.default_rng(3)
    words = np.array([f"word{number}" for number in range(500)])
    sketches = sketch([" ".join(words[rng.integers(500, size=9)]) for _ in range(2500)])
    entry = write_segment(tmp_path, sketches, CUT)
    path = tmp_path / entry[kind].name
    data = bytearray(path.read_bytes())
    data[BLOCK + 5 : BLOCK + 9] = b"\xff" * 4
    path.write_bytes(data)
    one = StoredSegment(ArrayStore(tmp_path, {1: entry}), 1, CUT)
    refused = 0
    for row in range(2500):
        try:
            found = one.take(np.array([row]))
        except IndexDamagedError:
            refused += 1
        else:
            for name in ("shingles", "signatures", "keys"):
                assert np.array_equal(getattr(found, name), getattr(sketches.take(np.array([row])), name))
    assert 0 < refused < 2500


def test_places_are_found_where_they_are(tmp_path, catalog):
    one = stored(tmp_path, catalog)[1]
    homes = np.array([1 << 32, 2 << 32, (2 << 32) + 2, (2 << 32) + 3, 3 << 32], np.uint64)
    assert one.positions_of(homes).tolist() == [-1, 0, 2, -1, -1]


def test_a_segment_with_nothing_left(tmp_path):
    catalog = build(tmp_path, [("a", 0)], [("a", 4)])
    segments = load(tmp_path, catalog)
    assert len(catalog.files()) == 2
    assert segments.lsh_candidates(sketch([TEXTS[0]]).signatures[0]).tolist() == []
    assert segments.sketches().keys.tolist() == sketch([TEXTS[4]]).keys.tolist()
    catalog.close()


def test_no_segments(tmp_path):
    catalog = build(tmp_path)
    segments = load(tmp_path, catalog)
    assert len(segments.sketches()) == 0
    assert segments.vectors(8).shape == (0, 8)
    assert segments.lsh_candidates(np.zeros(128, np.uint32)).tolist() == []
    catalog.close()


def test_a_segment_without_vectors_names_no_file_for_them(tmp_path):
    sketches = sketch(TEXTS)
    files = write_segment(tmp_path, sketches, CUT)
    assert set(files) == {*SKETCH_KINDS, LSH}
    assert set(write_segment(tmp_path, sketches, CUT, {VECTORS: VECTORS_OF})) == {*files, VECTORS}


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("position", 9, "no place 9 in segment 1"), ("position", -1, "no place -1 in segment 1"),
     ("segment", 9, "no place 0 in segment 9")],
)  # fmt: skip
def test_places_that_lead_nowhere_are_refused(tmp_path, catalog, column, value, words):
    columns = Columns.load(catalog)
    places = {"position": columns.positions, "segment": columns.segments}[column]
    places[0] = value
    segments = Segments(stored(tmp_path, catalog), columns)
    rows = np.array([0])
    calls = [segments.sketches, lambda: segments.vectors(8), lambda: segments.sketch_of(rows)]
    for call in [*calls, lambda: segments.signature(0), lambda: segments.lsh_candidates(np.zeros(128, np.uint32))]:
        with pytest.raises(IndexDamagedError, match=words):
            call()


@pytest.mark.parametrize("kind", [*SKETCH_KINDS, LSH, VECTORS])
def test_an_affected_read_is_refused(tmp_path, catalog, kind):
    path = tmp_path / catalog.files()[2][kind].name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError, match=path.name):
        segments = load(tmp_path, catalog)
        if kind in SKETCH_KINDS:
            segments.sketches()
        elif kind == LSH:
            segments.lsh_candidates(sketch([TEXTS[0]]).signatures[0])
        else:
            segments.vectors(8)


def test_homes_that_do_not_ascend_are_refused(tmp_path):
    for homes, fine in (([1, 2, 9], True), ([2, 1, 9], False), ([1, 1, 9], False)):
        files = write_segment(tmp_path, sketch(TEXTS[:3]), CUT, {"homes": np.array(homes, np.uint64)})
        one = StoredSegment(ArrayStore(tmp_path, {1: files}), 1, CUT)
        if fine:
            assert one.homes.tolist() == homes
        else:
            with pytest.raises(IndexDamagedError, match="its homes do not ascend"):
                one.positions_of(np.array([1], np.uint64))


def test_two_articles_at_one_place_are_told(tmp_path, catalog):
    columns = Columns.load(catalog)
    doubled = replace(columns, segments=columns.segments * 0 + 1, positions=columns.positions * 0)
    assert sum(len(part.rows) for part in Segments(stored(tmp_path, catalog), columns).parts) == 6
    with pytest.raises(IndexDamagedError, match="segment 1: two articles have one place"):
        Segments(stored(tmp_path, catalog), doubled).parts  # noqa: B018 # a property
