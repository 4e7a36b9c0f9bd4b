from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.disk import durable
from sada.indexes.errors import EncoderError, IndexMismatchError
from sada.indexes.index import NewsIndex
from sada.indexes.search import quantized
from sada.indexes.storage import arrays, database
from sada.indexes.storage.catalog import Catalog
from sada.indexes.writing import writer
from sada.indexes.writing.writer import AddReport, Writer

from ..crashes import Crash, crash_at

ARTICLES = [
    Article("a", "Flood in the city", "The flood in the city killed five people on Monday", source="BBC"),
    Article("b", "Flood", "The flood in the city killed five people on Tuesday"),
    Article("c", "زلزال في المدينة", "قتل خمسة أشخاص في زلزال ضرب المدينة"),
    Article("d", "…", "!"),
    Article("e", "東京", "東京で大きな地震があった"),
]


def state(index):
    sketches = index.snapshot.sketches
    return (
        list(index),
        index.snapshot.columns.ids,
        index.snapshot.columns.numbers.tolist(),
        [sketches.row(row).tolist() for row in range(len(sketches))],
        sketches.signatures.tolist(),
        sketches.keys.tolist(),
        index.snapshot.vectors.tolist(),
    )


def answers(index):
    return [
        [[(hit.id, hit.score) for hit in found] for found in index.neighbours(index.snapshot.columns.ids, 5, by=by)]
        for by in ("meaning", "copy")
    ]


def report_adds_up(report):
    return report.read == report.added + report.updated + report.unchanged + report.skipped + report.bad


@pytest.fixture
def index(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "index", encoder=word_encoder) as found:
        yield found


def test_add_update_and_unchanged_are_counted(index):
    assert index.add(ARTICLES) == AddReport(read=5, added=5)
    assert index.add(ARTICLES) == AddReport(read=5, unchanged=5)
    changed = [Article("b", "New title"), ARTICLES[0], Article("f", "Sixth"), Article("g"), Article("h", " ", "\n")]
    report = index.add(changed)
    assert report == AddReport(read=5, added=1, updated=1, unchanged=1, skipped=2)
    assert report_adds_up(report)
    assert report.to_dict() == {
        "read": 5, "added": 1, "updated": 1, "unchanged": 1, "skipped": 2, "bad": 0, "notes": 0, "problems": [],
        "repeated": [],
    }  # fmt: skip
    assert len(index) == 6 and "g" not in index


def test_adding_nothing_new_writes_no_segment(index, tmp_path):
    index.add(ARTICLES)
    before = sorted(path.name for path in (tmp_path / "index" / "arrays").iterdir())
    index.add(ARTICLES)
    index.add([])
    index.add([Article("empty")])
    assert sorted(path.name for path in (tmp_path / "index" / "arrays").iterdir()) == before
    assert index.info()["segments"] == 1


@pytest.mark.parametrize(
    ("commit_every", "counts"),
    [
        (1, {"updated": 2, "unchanged": 2}),
        (2, {"updated": 2, "unchanged": 1, "skipped": 1, "notes": 1}),
        (100, {"unchanged": 2, "skipped": 2, "notes": 2}),
    ],
)
def test_an_id_given_several_times_in_one_call(index, commit_every, counts):
    a, b = Article("x", "first"), Article("x", "second")
    report = index.add([a, a, b, Article("y", "other"), b, a], commit_every=commit_every)
    assert report == AddReport(read=6, added=2, repeated=("x",) if "notes" in counts else (), **counts)
    assert index.get("x") == Article("x", "first", language=index.get("x").language)
    assert len(index) == 2
    assert index.verify() == []


def test_reading_the_same_repeats_again_changes_nothing(index):
    rows = [Article("x", "first"), Article("x", "second"), Article("y", "other"), Article("x", "third")]
    index.add(rows)
    again = index.add(rows)
    assert (again.read, again.unchanged, again.skipped, again.added, again.updated) == (4, 2, 2, 0, 0)
    assert index.info()["segments"] == 1
    assert index.snapshot.columns.ids == ["x", "y"]


@pytest.mark.parametrize("commit_every", [1, 2, 3])
def test_batches_make_no_difference(index, tmp_path, word_encoder, commit_every):
    index.add(ARTICLES)
    with NewsIndex.create(tmp_path / "other", encoder=word_encoder, threads=1) as other:
        assert other.add(iter(ARTICLES), commit_every=commit_every) == AddReport(read=5, added=5)
        assert state(other) == state(index)
        assert answers(other) == answers(index)
        assert other.info()["segments"] == {1: 2, 2: 3, 3: 2}[commit_every]  # four of one are merged
        assert other.verify() == []


def test_a_history_of_updates_ends_where_adding_at_once_does(index, tmp_path, word_encoder):
    index.add([Article("a", "old"), *ARTICLES[1:3]])
    index.add([Article("gone", "soon"), Article("d", "old")])
    index.add([ARTICLES[0], *ARTICLES[3:]])
    index.remove(["gone"])
    with NewsIndex.create(tmp_path / "other", encoder=word_encoder) as other:
        other.add(ARTICLES)
        assert answers(other) == answers(index)
        assert list(other) == list(index)
        for kind in ("bounds", "shingles", "signatures", "keys"):
            assert np.array_equal(getattr(index.snapshot.sketches, kind), getattr(other.snapshot.sketches, kind))
    assert index.snapshot.columns.numbers.tolist() == [1, 2, 3, 5, 6]  # "gone" had 4, "d" kept its number
    assert index.verify() == []


def test_characters_bound_a_batch_too(index, monkeypatch):
    monkeypatch.setattr(writer, "_BATCH_CHARACTERS", 60)
    index.add(ARTICLES)
    assert 1 < index.info()["segments"] < 5


def test_languages_are_identified_where_none_is_given(index):
    index.add([*ARTICLES, Article("f", "Flood in the city", language="xx")])
    assert index.snapshot.columns.languages == ["en", "en", "ar", "", "ja", "xx"]
    certainties = index.snapshot.columns.certainties.tolist()
    assert 0 < min(certainties[:3]) < max(certainties[:3]) < 1 and certainties[3:] == [0, 1, 1]
    known = [id_ for (id_,) in index.snapshot.catalog.query("SELECT id FROM articles WHERE certainty IS NULL")]
    assert known == ["f"]
    assert index.get("c").language == "ar"
    assert index.add(ARTICLES).unchanged == 5  # what was identified is no change of the article


def test_progress_is_told(index):
    told = []
    index.add(ARTICLES, commit_every=3, on_progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "sketching"] == [("sketching", 0, 3), ("sketching", 0, 2)]
    assert [step for step in told if step[0] == "committed"] == [("committed", 3, 3), ("committed", 2, 2)]
    assert [step[1:] for step in told if step[0] == "encoding"] == [(3, 3), (1, 2), (2, 2)]  # one has no word


@dataclass
class Reading:
    """What a reader of files reports beside its articles."""

    read: int = 0
    bad: int = 2
    skipped: int = 1
    notes: int = 3
    problems: list = field(default_factory=lambda: ["row 3: no title", "row 9: bad date"])


class Source(list):
    report = Reading()


def test_what_a_reader_reports_is_counted_in(index):
    report = index.add(Source([*ARTICLES, Article("empty")]))
    assert report == AddReport(
        read=9, added=5, skipped=2, bad=2, notes=3, problems=("row 3: no title", "row 9: bad date")
    )
    assert report_adds_up(report)


STEPS = {
    "write_file": (arrays, "write_file"),
    "fsync": (os, "fsync"),
    "replace": (arrays.Path, "replace"),
    "sync_folder": (durable, "sync_folder"),
    "write_segment": (writer, "write_segment"),
    "put": (Catalog, "put"),
    "insert": (database, "row_digest"),
    "touch": (Catalog, "touch"),
    "digests": (Catalog, "_store_digests"),
    "sketch": (writer.minhash, "sketch"),
    "encode": (writer, "reused_vectors"),
    "identify": (writer, "_identify"),
}


@pytest.mark.parametrize("step", ["write_file", "fsync", "replace", "sync_folder", "insert"])
@pytest.mark.parametrize("after", [0, 1, *(pytest.param(after, marks=pytest.mark.slow) for after in (3, 5))])
def test_a_crash_while_writing_leaves_the_old_state_whole(index, tmp_path, word_encoder, monkeypatch, step, after):
    check_crash(index, tmp_path, word_encoder, monkeypatch, step, after)


@pytest.mark.parametrize("step", ["write_segment", "put", "touch", "digests", "sketch", "encode", "identify"])
def test_a_crash_before_the_commit_leaves_the_old_state_whole(index, tmp_path, word_encoder, monkeypatch, step):
    check_crash(index, tmp_path, word_encoder, monkeypatch, step, 0)


def check_crash(index, tmp_path, word_encoder, monkeypatch, step, after):
    index.add(ARTICLES[:3])
    before = state(index), answers(index)
    with monkeypatch.context() as patch:
        crash_at(patch, *STEPS[step], after)
        with pytest.raises(Crash):
            index.add([Article("b", "changed"), *ARTICLES[3:], Article("f", "sixth"), Article("g", "seventh")])
    assert (state(index), answers(index)) == before  # the index that is open
    with NewsIndex.open(tmp_path / "index", encoder=word_encoder) as reopened:
        assert (state(reopened), answers(reopened)) == before
        assert reopened.verify() == []
        assert reopened.add(ARTICLES) == AddReport(read=5, added=2, unchanged=3)
        named = {entry.name for kinds in reopened.snapshot.catalog.files().values() for entry in kinds.values()}
        assert {path.name for path in (tmp_path / "index" / "arrays").iterdir()} == named  # orphans are swept
        assert reopened.verify() == []


class CrashingConnection:
    """A connection whose process dies at COMMIT: nothing after it runs, not even ROLLBACK."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, sql, *values):
        if sql == "COMMIT":
            self._connection.close()
            raise Crash(sql)
        return self._connection.execute(sql, *values)


def test_a_crash_at_the_commit_leaves_the_old_state_whole(index, tmp_path, word_encoder):
    index.add(ARTICLES[:3])
    before = state(index)
    dying = NewsIndex.open(tmp_path / "index", encoder=word_encoder)
    catalog = dying.snapshot.catalog
    catalog._prepare_to_write()  # which opens the file anew
    catalog._connection = CrashingConnection(catalog._connection)
    with pytest.raises(Exception, match=r"(COMMIT|closed)"):
        dying.add(ARTICLES)
    with NewsIndex.open(tmp_path / "index", encoder=word_encoder) as reopened:
        assert state(reopened) == before
        assert reopened.verify() == []
        assert reopened.add(ARTICLES).added == 2


def test_a_crash_in_a_later_batch_keeps_the_earlier(index, monkeypatch):
    def broken():
        yield from ARTICLES[:3]
        raise Crash

    with pytest.raises(Crash):
        index.add(broken(), commit_every=2)
    assert index.snapshot.columns.ids == ["a", "b"]
    assert index.verify() == []


def test_a_crash_while_removing_removes_nothing(index, monkeypatch):
    index.add(ARTICLES)
    before = state(index)
    with monkeypatch.context() as patch:
        crash_at(patch, *STEPS["touch"], 0)
        with pytest.raises(Crash):
            index.remove(["a", "b"])
    assert state(index) == before
    assert index.verify() == []


def test_vectors_that_cannot_be_used_add_nothing(tmp_path, word_encoder):
    class Broken(type(word_encoder)):
        def encode(self, texts):
            return super().encode(texts) * np.float32("nan")

    with NewsIndex.create(tmp_path / "index", encoder=Broken()) as index:
        with pytest.raises(EncoderError):
            index.add(ARTICLES)
        assert len(index) == 0 and index.verify() == []


def test_an_index_that_was_reencoded_meanwhile_is_not_written_to(index, tmp_path, word_encoder):
    index.add(ARTICLES[:1])
    with NewsIndex.open(tmp_path / "index") as other:
        other.reencode("none")
    index.snapshot.catalog.refresh()
    with pytest.raises(IndexMismatchError, match="reencoded meanwhile, with encoder 'none' in place of 'words'"):
        Writer(tmp_path / "index" / "arrays", index.snapshot.catalog, word_encoder, index.snapshot.bands, None).add(
            ARTICLES, 9
        )


def faiss_files(index):
    """The names of the FAISS files, and of the vectors that there are."""
    return [sorted(path.stem for path in (index.path / folder).glob(names))
            for folder, names in (("faiss", "*"), ("arrays", "vectors-*.npy"))]  # fmt: skip


def test_large_segments_have_faiss_files_which_go_with_them(index, word_encoder, monkeypatch):
    monkeypatch.setattr(quantized, "EXACT_VALUES", 64 * 20)
    many = [Article(f"m{number}", f"Report number {number}") for number in range(40)]
    index.add(many[:10])
    assert faiss_files(index)[0] == []
    index.add(many)  # two segments, of which the second is large
    files, arrays_there = faiss_files(index)
    assert len(files) == 1 and len(arrays_there) == 2 and files[0] in arrays_there
    index.compact()
    files, arrays_there = faiss_files(index)
    assert files == arrays_there and len(files) == 1
    assert index.verify() == []
    index.reencode("none")
    assert faiss_files(index) == [[], []]
    index.reencode(word_encoder)
    files, arrays_there = faiss_files(index)
    assert files == arrays_there and len(files) == 1
    assert {hit.id for hit in index.neighbours("m1", 3)} <= {article.id for article in many}
