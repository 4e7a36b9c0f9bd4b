"""Merging changes where values stand, and nothing that is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.handle import snapshot
from sada.indexes.segments import merging, postings
from sada.indexes.segments.merging import due
from sada.indexes.segments.postings import LENGTHS, POSTINGS, TERMS
from sada.indexes.segments.segment import LSH, SKETCH_KINDS
from sada.indexes.writing import writer

TEXTS = ["the flood in the city killed five", "the flood in the city killed six", "", "a quite different text",
         "rain over the northern hills tonight", "the flood in the northern city killed five"]  # fmt: skip
steps = st.one_of(
    st.tuples(st.just("add"), st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 5)), max_size=4)),
    st.tuples(st.just("remove"), st.sampled_from("abcdefgh")),
    st.tuples(st.just("compact"), st.none()),
)


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ({}, []),
        ({1: 1, 2: 1, 3: 1}, []),
        ({1: 1, 2: 1, 3: 1, 4: 1}, [1, 2, 3, 4]),
        ({1: 3, 2: 2, 3: 1, 4: 3}, [1, 2, 3, 4]),
        ({1: 4, 2: 2, 3: 1, 4: 3}, []),
        ({1: 20_000, 2: 1, 3: 20_000, 5: 17_000, 6: 40_000}, [1, 3, 5, 6]),
        ({1: 3, 2: 4, 3: 15, 4: 16, 5: 63, 6: 64}, []),  # two of a size
        ({1: 100, 2: 0}, [2]),  # of which nothing is left
        ({4: 1, 3: 1, 2: 1, 1: 1, 9: 90, 8: 90, 7: 90, 6: 90}, [1, 2, 3, 4]),
    ],
)
def test_four_of_a_size_are_due(sizes, merged):
    assert due(sizes) == merged


def test_segments_grow_with_the_logarithm():
    sizes = {}
    for number in range(1, 3000):
        sizes[number] = 1
        while chosen := due(sizes):
            sizes[-min(chosen)] = sum(sizes.pop(segment) for segment in chosen)
    assert len(sizes) <= 3 * 6 and sum(sizes.values()) == 2999


def article(id_, row):
    return Article(id_, TEXTS[row] or "…", source=f"s{row}", language="en")


def state(index):
    """Everything that is kept of each article, by id."""
    sketches, vectors = index.snapshot.sketches, index.snapshot.vectors
    return {
        id_: (sketches.row(row).tolist(), sketches.signatures[row].tolist(), int(sketches.keys[row]),
              vectors[row].tolist())
        for row, id_ in enumerate(index.snapshot.columns.ids)
    }  # fmt: skip


def answers(index):
    ids = sorted(index.snapshot.columns.ids)
    return [
        [(hit.query, hit.id, hit.score) for hit in sorted(found, key=lambda hit: (-hit.score, hit.id))]
        for by in ("copy", "meaning", "words")
        for found in (index.neighbours(ids, 20, by=by) if ids else [])
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(steps, max_size=12), st.integers(1, 3), st.integers(1, 4))
def test_any_history_ends_as_one_batch_does(
    tmp_path_factory, word_encoder, monkeypatch, history, commit_every, at_once
):
    monkeypatch.setattr(merging, "_AT_ONCE", at_once)
    monkeypatch.setattr(postings, "_AT_ONCE", at_once)
    folder = tmp_path_factory.mktemp("merging")
    kept = {}
    with NewsIndex.create(folder / "grown", encoder=word_encoder, threads=1) as grown:
        for what, values in history:
            if what == "add":
                grown.add([article(*value) for value in values], commit_every=commit_every)
                kept |= {id_: article(id_, row) for id_, row in values}
            elif what == "remove" and values in kept:
                grown.remove([values])
                del kept[values]
            elif what == "compact":
                grown.compact()
                assert grown.info()["segments"] == bool(kept)
        with NewsIndex.create(folder / "whole", encoder=word_encoder, threads=1) as whole:
            whole.add(kept.values())
            assert state(grown) == state(whole)
            assert answers(grown) == answers(whole)
        assert grown.verify() == []
        assert {article.id: article for article in grown} == kept
    with NewsIndex.open(folder / "grown", encoder=word_encoder) as again:
        assert again.verify() == [] and len(again) == len(kept)


@pytest.fixture
def path(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([article("a", 0), article("b", 1), article("c", 3)], commit_every=1)
    return tmp_path / "index"


def files(path):
    return sorted(file.name for file in (path / "arrays").iterdir())


def test_a_reader_from_before_a_merge_answers_as_before(path):
    with NewsIndex.open(path) as reader, NewsIndex.open(path) as other:
        before = files(path)
        other.add([article("d", 5)])
        assert other.info()["segments"] == 1 and not set(before) & set(files(path))
        assert [(hit.id, hit.score) for hit in reader.neighbours("a", by="copy")] == [("b", 4 / 6)]
        assert len(reader.snapshot.sketches) == 3
        assert reader.verify() == []


def test_a_reader_that_comes_while_files_are_taken_away_catches_up(path, monkeypatch):
    taken = []

    class Store(snapshot.ArrayStore):
        def __init__(self, folder, files, known):
            if not taken:
                taken.append(True)
                with NewsIndex.open(path) as other:
                    other.add([article("d", 5)])
            super().__init__(folder, files, known)

    monkeypatch.setattr(snapshot, "ArrayStore", Store)
    with NewsIndex.open(path) as reader:
        assert sorted(reader.snapshot.columns.ids) == ["a", "b", "c", "d"]
        assert len(reader.snapshot.sketches) == 4


@pytest.mark.parametrize("step", ["merge", "put"])
def test_a_merge_that_fails_leaves_the_index_whole(path, monkeypatch, step):
    def fail(*arguments, **named):
        raise OSError("no space left")

    with NewsIndex.open(path) as index:
        with monkeypatch.context() as broken:
            if step == "merge":
                broken.setattr(writer.Merger, "write", fail)
            else:
                broken.setattr(index.snapshot.catalog, "replace_segments", fail)
            with pytest.raises(OSError, match="no space left"):
                index.add([article("d", 5)])
        assert sorted(index.snapshot.columns.ids) == ["a", "b", "c", "d"] and index.info()["segments"] == 4
        assert index.verify() == []
        index.add([article("e", 4)])
        assert index.info()["segments"] == 1 and index.verify() == []
        assert len(files(path)) == 10


def test_damage_is_not_merged_into_something_whole(path):
    name = next(name for name in files(path) if name.startswith("shingles"))
    data = bytearray((path / "arrays" / name).read_bytes())
    data[-1] ^= 1
    (path / "arrays" / name).write_bytes(data)
    with NewsIndex.open(path) as index:
        with pytest.raises(IndexDamagedError, match=name):
            index.compact()
        assert [finding.where.rsplit("/", 1)[-1] for finding in index.verify()] == [name]


def test_compacting_gives_back_what_was_removed(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        index.add([Article(str(n), text=f"{n} {'zyzzyva' if n % 2 else 'word'} " * 300) for n in range(40)])
        index.remove([str(n) for n in range(1, 40, 2)])
        assert len(index.snapshot.catalog.removed()) == 20
        report = index.compact()
        assert (report.segments_before, report.segments) == (1, 1) and report.bytes < report.bytes_before
        assert index.snapshot.catalog.removed() == [] and len(index) == 20
        stored = b"".join(file.read_bytes() for file in (tmp_path / "index").rglob("*") if file.is_file())
        assert b"word" in stored and b"zyzzyva" not in stored
        before = files(tmp_path / "index")
        index.compact()
        assert files(tmp_path / "index") == before
        assert index.verify() == []


def test_what_was_removed_goes_when_its_segment_is_merged(path):
    with NewsIndex.open(path) as index:
        index.add([article("a", 4)])  # in place of what is in the first segment, of which nothing is left then
        assert index.info()["segments"] == 3 and index.info()["removed"] == 0
        index.remove(["b"])
        assert index.info()["segments"] == 3 and index.info()["removed"] == 1
        index.add([article("d", 5), article("e", 1)])
        assert index.info()["segments"] == 3 and index.info()["removed"] == 0
        assert index.verify() == []


def test_a_compacted_index_holds_what_one_batch_does(tmp_path, path, word_encoder):
    with NewsIndex.open(path) as index, NewsIndex.create(tmp_path / "whole", encoder="none") as whole:
        index.add([article("b", 5), article("d", 4), article("e", 2)], commit_every=2)
        index.compact()
        whole.add([article("a", 0), article("c", 3), article("b", 5), article("d", 4), article("e", 2)])
        (merged,), (written,) = index.snapshot.stored, whole.snapshot.stored
        assert merged.homes.tolist() == sorted(merged.homes.tolist())
        for kind in (*SKETCH_KINDS, LSH, TERMS, POSTINGS, LENGTHS):
            assert np.array_equal(merged.array(kind).whole(), written.array(kind).whole()), kind


def test_a_reader_keeps_the_catalog_from_shrinking(path, monkeypatch):
    with NewsIndex.open(path) as index:
        index.remove(["b"])
        index.snapshot.catalog._connection.execute("PRAGMA busy_timeout = 0")
        with NewsIndex.open(path) as reader:
            index.remove(["c"])
            assert not index.compact().complete
            assert len(reader) == 2 and reader.verify() == []
            assert sorted(index.snapshot.columns.ids) == ["a"]
        assert index.compact().complete


def test_segments_that_stand_between_those_merged_before(tmp_path):
    batches = [[0], [1, 2, 3, 4], [5], [6], [7], [8, 9], [10]]
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        for batch in batches:
            index.add([article(f"n{number}", number % 6) for number in batch])
        assert [set(home >> 32 for home in one.homes.tolist()) for one in index.snapshot.stored] == [
            {2},
            {1, 3, 4, 5},
            {7},
            {8},
        ]
        index.compact()
        (merged,) = index.snapshot.stored
        assert merged.homes.tolist() == sorted(merged.homes.tolist()) and merged.count == 11
        assert index.verify() == []


def test_compacting_an_index_of_nothing(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        assert index.compact().segments == 0
        index.add([article("a", 0)])
        index.remove(["a"])
        assert index.compact().segments == 0
        index.add([article("b", 1)])
        assert index.snapshot.columns.segments.tolist() == [3]  # no number comes twice
        assert index.verify() == []
