from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import encoder_text
from sada.indexes.errors import EncoderError, IndexBusyError, IndexMismatchError, IndexReadOnlyError
from sada.indexes.index import NewsIndex
from sada.indexes.segments.segment import ENCODED, VECTORS
from sada.indexes.storage import arrays, database
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.locks import writer_lock
from sada.indexes.writing import checkpoint, reencode
from sada.indexes.writing.writer import Writer

from ..crashes import Crash, crash_at

ARTICLES = [
    *(Article(f"e{at}", f"Report {at}", f"Flood number {at} in the city", language="en") for at in range(8)),
    Article("same", "Report 1", "Flood number 1 in the city", language="en"),
    Article("ar", "زلزال في المدينة", "قتل خمسة أشخاص", language="ar"),
    Article("wordless", "…", "!", language="en"),
    Article("guessed", "The government announced a new budget for schools on Monday"),
]  # fmt: skip
GONE = [Article("gone1", "Soon gone", language="en"), Article("gone2", "Gone too", language="en")]
TEXTS = {encoder_text(article) for article in ARTICLES if article.id != "wordless"}
CHUNK = 3


pytestmark = pytest.mark.usefixtures("quick_disks")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(reencode, "_TEXTS", CHUNK)
    monkeypatch.setattr(reencode, "_ROWS", 2)


@pytest.fixture(scope="module")
def make_new(word_encoder):
    class New(type(word_encoder)):
        """Another encoder, which keeps what it was given and fails when it was given ``until`` texts."""

        name = "new"
        dimension = 32

        def __init__(self, until=None, languages=None, fingerprint="new"):
            self.seen: list[str] = []
            self.until = until
            self.languages = languages
            self.fingerprint = fingerprint

        def encode(self, texts):
            if self.until is not None and len(self.seen) >= self.until:
                raise Crash
            self.seen += texts
            return super().encode([f"{text} in other words" for text in texts])

    return New


@pytest.fixture(scope="module")
def whole(tmp_path_factory, word_encoder):
    """An index of several segments, with places of removed and updated articles in its arrays."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    with NewsIndex.create(folder, encoder=word_encoder) as index:
        index.add([*GONE, Article("e0", "Earlier title", language="en"), *ARTICLES[1:]], commit_every=5)
        index.remove(["gone1", "gone2"])
        index.add(ARTICLES)
    return folder


@pytest.fixture
def index(whole, tmp_path, word_encoder):
    """A copy of it that a test may change."""
    with NewsIndex.open(shutil.copytree(whole, tmp_path / "index"), encoder=word_encoder) as found:
        yield found


@pytest.fixture(scope="module")
def expected(tmp_path_factory, make_new):
    """What an index holds that was made with the new encoder."""
    return fresh(tmp_path_factory.mktemp("expected"), make_new())


def by_id(index):
    """What is stored of each article: its own values, its vector and the key of its text."""
    said = {article.id: [article] for article in index}
    for kind in (VECTORS, ENCODED):
        for part in index.snapshot.segments.parts:
            values = part.stored.array(kind).whole()
            for at in np.flatnonzero(part.rows >= 0):
                said[index.snapshot.columns.ids[part.rows[at]]].append(values[at].tolist())
    return said


def settings(index):
    keys = ("encoder", "encoder_spec", "encoder_languages")
    return (
        [index.snapshot.catalog.setting(key) for key in keys],
        index.snapshot.dimension,
        index.snapshot.encoder_languages,
    )


def fresh(tmp_path, encoder, articles=ARTICLES):
    with NewsIndex.create(tmp_path / "fresh", encoder=encoder) as index:
        index.add(articles)
        return by_id(index), settings(index)


def orphans(path):
    catalog = Catalog(path)
    named = {entry.name for kinds in catalog.files().values() for entry in kinds.values()}
    catalog.close()
    return {file.name for file in (path / "arrays").iterdir()} - named


def test_it_ends_as_an_index_made_with_that_encoder(index, expected, make_new):
    stored = index.info()["segments"]
    new = make_new()
    report = index.reencode(new)
    assert report.to_dict() == {
        "before": "words", "after": "new", "changed": True, "articles": 12, "encoded": len(TEXTS), "resumed": 0,
    }  # fmt: skip
    assert sorted(new.seen) == sorted(TEXTS)
    assert (by_id(index), settings(index)) == expected
    assert index.encoder is new and index.snapshot.dimension == 32 and index.snapshot.vectors.shape == (12, 32)
    assert index.info()["segments"] == stored
    assert index.verify() == [] and orphans(index.path) == set()
    assert [entry.name for entry in (index.path / "encoding").iterdir()] == ["writer.lock"]
    with NewsIndex.open(index.path, encoder=make_new()) as reopened:
        assert by_id(reopened) == by_id(index) and reopened.verify() == []


def test_what_is_added_afterwards_has_the_new_encoder_and_nothing_is_encoded_twice(index, tmp_path, make_new):
    new = make_new()
    index.reencode(new)
    index.add(
        [Article("more", "More", language="en"), Article("copy", ARTICLES[2].title, ARTICLES[2].text, language="en")]
    )
    assert new.seen[len(TEXTS) :] == ["More"]
    index.compact()
    assert index.snapshot.vectors.shape == (14, 32) and index.verify() == []


def test_places_of_articles_that_are_gone(index, make_new):
    index.remove(["e2"])
    index.reencode(make_new())
    found = {}
    for part in index.snapshot.segments.parts:
        for at in np.flatnonzero(part.rows < 0):
            vector, key = (part.stored.array(kind).whole()[at] for kind in (VECTORS, ENCODED))
            found[tuple(key)] = vector.any()
    assert found == {(0, 0): False}
    again = make_new()
    with NewsIndex.open(index.path, encoder=again) as reopened:
        reopened.add([ARTICLES[2]])
    assert again.seen == [encoder_text(ARTICLES[2])]


def test_a_text_that_stands_elsewhere_gives_its_vector_to_an_empty_place(index, make_new):
    index.remove(["same"])
    index.reencode(make_new())
    home = {part.rows.tolist().count(-1) for part in index.snapshot.segments.parts}
    assert home
    vectors = [
        part.stored.array(VECTORS).whole()[at]
        for part in index.snapshot.segments.parts
        for at in np.flatnonzero(part.rows < 0)
        if part.stored.array(ENCODED).whole()[at].any()
    ]
    (row,) = index.snapshot.columns.rows(["e1"])
    assert len(vectors) == 1
    assert np.allclose(vectors[0], index.snapshot.vectors[row], atol=1e-3)


def test_to_none_and_back(index, tmp_path, word_encoder, make_new):
    before = by_id(index)
    report = index.reencode("none")
    assert (report.before, report.after, report.changed, report.encoded) == ("words", "none", True, 0)
    assert index.snapshot.dimension == 0 and index.encoder is None
    assert list((index.path / "arrays").glob("vectors-*")) == list((index.path / "arrays").glob("encoded-*")) == []
    assert index.verify() == []
    with NewsIndex.open(index.path) as reopened:
        assert reopened.encoder is None and reopened.add([Article("more", "More", language="en")]).added == 1
        reopened.remove(["more"])
    assert index.reencode(word_encoder).encoded == len(TEXTS)
    assert by_id(index) == before and index.verify() == []


def test_the_same_encoder_changes_nothing(index, word_encoder):
    before = by_id(index), sorted((index.path / "arrays").iterdir())
    (index.path / "encoding" / ("ab" * 16)).mkdir(parents=True)  # of another reencoding, which is given up by this
    report = index.reencode(word_encoder)
    assert (report.changed, report.encoded, report.before, report.after) == (False, 0, "words", "words")
    assert (by_id(index), sorted((index.path / "arrays").iterdir())) == before
    assert not (index.path / "encoding" / ("ab" * 16)).exists()


def test_languages_that_only_one_of_the_encoders_knows(tmp_path, make_new):
    english, arabic = (make_new(languages=frozenset({code}), fingerprint=code) for code in ("en", "ar"))
    with NewsIndex.create(tmp_path / "index", encoder=english) as index:
        index.add(ARTICLES)
        index.reencode(arabic)
        assert arabic.seen == [encoder_text(ARTICLES[9])]
        assert (by_id(index), settings(index)) == fresh(tmp_path, arabic)
        assert index.info()["outside_encoder_languages"] == 11 == (~index.snapshot.vectors.any(axis=1)).sum()
        assert index.verify() == []


def test_stories_are_made_anew(index, make_new):
    index.stories.store([("s", [3], {})], {}, "m")
    assert index.stories.are_current("m")
    index.reencode(make_new())
    assert not index.stories.are_current("m")


STEPS = {
    "write_file": (arrays, "write_file"),
    "fsync": (os, "fsync"),
    "replace": (arrays.Path, "replace"),
    "sync_folder": (checkpoint, "sync_folder"),
    "write_array": (checkpoint, "write_array"),
    "read": (Catalog, "after"),
    "fetch": (Catalog, "kept"),
    "encode": (reencode, "encode_unit"),
    "sweep": (Writer, "sweep"),
    "take up": (reencode, "Checkpoint"),
    "write_parts": (reencode, "write_parts"),
    "exchange": (Catalog, "replace_arrays"),
    "digest": (database, "row_digest"),
    "settings": (Catalog, "set_setting"),
    "touch": (Catalog, "touch"),
    "seal": (Catalog, "_store_digests"),
    "refresh": (Catalog, "refresh"),
    "drop": (reencode, "drop_checkpoints"),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [0, 1, *(pytest.param(after, marks=pytest.mark.slow) for after in (3, 8))])
def test_a_crash_at_any_step_leaves_a_whole_index_and_is_made_good(
    index, expected, word_encoder, make_new, monkeypatch, step, after
):
    old, (new, _) = by_id(index), expected
    first, second = make_new(), make_new()
    with monkeypatch.context() as patch:
        calls = crash_at(patch, *STEPS[step], after)
        try:
            index.reencode(first)
            assert len(calls) <= after
        except Crash:
            pass
    stored = Catalog(index.path)
    changed = stored.setting("encoder")["name"] == "new"
    stored.close()
    with NewsIndex.open(index.path, encoder=make_new() if changed else word_encoder) as reopened:
        assert by_id(reopened) == (new if changed else old)
        assert reopened.verify() == []
        kept = sum(len(chunk) for chunk in chunks(index.path))
        report = reopened.reencode(second)
        assert by_id(reopened) == new and reopened.verify() == []
        if not changed:
            assert (report.encoded, report.resumed) == (len(TEXTS) - kept, kept)
            assert len(second.seen) == len(TEXTS) - kept and kept >= len(first.seen) - CHUNK
        else:
            assert second.seen == [] and not report.changed
        reopened.add([Article("more", "More", language="en")])
        assert orphans(index.path) == set() and list(chunks(index.path)) == []


def chunks(path):
    """The chunks of all pools that are whole."""
    for file in (path / "encoding").glob("*/*.npy"):
        if len(file.stem) == 32:
            yield np.load(file)


def test_a_crash_of_the_encoder_costs_one_chunk(index, expected, make_new):
    broken = make_new(until=7)
    with pytest.raises(Crash):
        index.reencode(broken)
    assert index.info()["reencoding"] == "new" and index.info()["encoder"]["name"] == "words"
    assert index.verify() == []
    second = make_new()
    assert index.reencode(second).to_dict() == {
        "before": "words", "after": "new", "changed": True, "articles": 12, "encoded": 1, "resumed": 9,
    }  # fmt: skip
    assert sorted(broken.seen + second.seen) == sorted(TEXTS)
    assert index.info()["reencoding"] is None
    assert by_id(index) == expected[0]


@pytest.mark.parametrize(("batch", "kept"), [(None, 6), (4, 4), (1000, 0)])
def test_a_chunk_that_is_not_full_is_kept_when_the_encoder_fails(index, expected, make_new, monkeypatch, batch, kept):
    monkeypatch.setattr(reencode, "_TEXTS", 2000)
    monkeypatch.setattr(reencode, "_STEP", 3)
    broken = make_new(until=4)
    if batch:
        broken.batch = batch
        broken.until = 0 if batch == 1000 else 4
    with pytest.raises(Crash):
        index.reencode(broken)
    second = make_new()
    report = index.reencode(second)
    assert (report.resumed, report.encoded) == (kept, len(TEXTS) - kept) and len(second.seen) == len(TEXTS) - kept
    assert by_id(index) == expected[0]


def test_a_text_that_was_given_zeros_is_not_kept(index, expected, make_new):
    class Blind(make_new):
        def encode(self, texts):
            return super().encode(texts) * np.array([["Report 2" not in text] for text in texts], np.float32)

    blind = Blind()
    assert index.reencode(blind).encoded == len(TEXTS)
    assert sorted(blind.seen) == sorted(TEXTS)  # once in a run
    _, vector, key = by_id(index)["e2"]
    assert not any(vector) and key == [0, 0] and index.verify() == []
    assert index.info()["without_vector"] == 2  # that, and the one without a word
    index.reencode("none")
    with pytest.raises(Crash):
        index.reencode(Blind(until=9))
    new = make_new()
    assert index.reencode(new).resumed == 8 and len(new.seen) == len(TEXTS) - 8
    assert encoder_text(ARTICLES[2]) in new.seen
    assert by_id(index) == expected[0]


def test_vectors_that_cannot_be_used_change_nothing(index, make_new):
    class Broken(make_new):
        def encode(self, texts):
            return super().encode(texts) * np.float32("nan")

    before = by_id(index)
    with pytest.raises(EncoderError, match=r"encoder new, text 'Report .*not finite"):
        index.reencode(Broken())
    assert by_id(index) == before and index.verify() == []


def test_another_encoder_begins_anew_and_a_pool_is_kept_when_compacting(index, make_new):
    with pytest.raises(Crash):
        index.reencode(make_new(until=6))
    index.compact()
    index.add([Article("more", "More", language="en")])
    assert len(list(chunks(index.path))) == 2
    with pytest.raises(Crash):
        index.reencode(make_new(until=3, fingerprint="other"))
    assert len(list(chunks(index.path))) == 1
    assert index.reencode(make_new()).resumed == 0


def test_compacting_clears_up_after_one_that_ended_between_its_commit_and_its_end(index, make_new, monkeypatch):
    with monkeypatch.context() as patch:
        crash_at(patch, *STEPS["drop"], 1)
        with pytest.raises(Crash):
            index.reencode(make_new())
    assert (
        len(list(chunks(index.path))) == 4
        and index.snapshot.encoder_name == "new"
        and index.info()["reencoding"] is None
    )
    index.compact()
    assert list(chunks(index.path)) == [] and index.verify() == []


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "stray"])
def test_a_damaged_chunk_is_encoded_again(index, expected, make_new, harm):
    with pytest.raises(Crash):
        index.reencode(make_new(until=6))
    first = next((index.path / "encoding").glob("*/*.npy"))
    data = bytearray(first.read_bytes())
    if harm == "flip":
        data[-100] ^= 1
    first.write_bytes({"flip": data, "cut": data[:-3], "empty": b"", "stray": data}[harm])
    if harm == "stray":
        first.rename(first.with_name("chunk-0123456789abcdef.npy"))
        (first.parent / f"{first.stem}.npy.tmp").write_text("x")
    assert index.verify() == []
    new = make_new()
    report = index.reencode(new)
    assert (report.encoded, report.resumed) == (len(TEXTS) - CHUNK, CHUNK) and len(new.seen) == report.encoded
    assert by_id(index) == expected[0]


def test_others_read_as_before_while_and_after_it_runs(index, word_encoder, make_new):
    with NewsIndex.open(index.path, encoder=word_encoder) as other:
        before, asked = by_id(index), []

        def ask(*step):
            assert by_id(index) == before  # the index that is being reencoded
            with NewsIndex.open(index.path, encoder=word_encoder) as third:
                asked.append(by_id(third) == before)

        index.reencode(make_new(), on_progress=ask)
        assert len(asked) == 4 and all(asked)
        assert by_id(index) != before
        assert by_id(other) == before and other.snapshot.dimension == 64
        assert np.array_equal(other.encoder.encode(["a"]), word_encoder.encode(["a"]))
        with pytest.raises(IndexMismatchError, match="'new'"):
            other.add([Article("more", "More", language="en")])
    with pytest.raises(IndexMismatchError, match="encoder"), NewsIndex.open(index.path, encoder=word_encoder) as late:
        late.add([Article("more", "More", language="en")])
    assert index.verify() == [] and "more" not in index


def test_what_others_change_meanwhile_is_there_at_the_end(index, tmp_path, word_encoder, make_new):
    steps = iter([
        lambda other: other.add([Article("e1", "Changed", language="en"), *(
            Article(f"late{number}", f"Late {number}", language="en") for number in range(8)
        )], commit_every=2),
        lambda other: other.remove(["e0", "ar", "late3"]),
        lambda other: other.compact(),
    ])  # fmt: skip

    def meddle(*step):
        with NewsIndex.open(index.path, encoder=word_encoder) as other:
            next(steps, len)(other)

    new = make_new()
    report = index.reencode(new, on_progress=meddle)
    assert next(steps, None) is None
    articles = {article.id: article for article in index}
    assert articles["e1"].title == "Changed" and "ar" not in articles and len(articles) == report.articles == 17
    assert by_id(index) == fresh(tmp_path, make_new(), [articles[id_] for id_ in index.snapshot.columns.ids])[0]
    assert len(new.seen) == len(set(new.seen)) == report.encoded
    assert index.verify() == []


def test_one_at_a_time(index, make_new, word_encoder):
    refused = []

    def again(*step):
        with NewsIndex.open(index.path, encoder=word_encoder) as other:
            with pytest.raises(IndexBusyError, match=f"{index.path}: another process is reencoding it"):
                other.reencode(make_new(fingerprint="other"))
            refused.append(1)

    index.reencode(make_new(), on_progress=again)
    assert refused


def test_it_waits_for_a_writer_to_finish(index, make_new, monkeypatch):
    monkeypatch.setattr(reencode, "_PATIENCE", 0)
    told, held = [], []

    def watch(stage, done, total):
        told.append(stage)
        if stage == "encoding" and done == total:
            held.append(writer_lock(index.path))
            held[0].__enter__()
        if told.count("waiting") == 3:
            held.pop().__exit__(None, None, None)

    assert index.reencode(make_new(), on_progress=watch).changed
    assert told == ["encoding"] * 4 + ["waiting"] * 3


KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}]
from conftest import WordEncoder
from sada.indexes.index import NewsIndex
from sada.indexes.writing import reencode
reencode._TEXTS, reencode._STEP = {chunk}, 3
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits it ignored
class New(WordEncoder):
    name, dimension, fingerprint, given = "new", 32, "new", 0
    def encode(self, texts):
        self.given += len(texts)
        if self.given > {until}:
            os.kill(os.getpid(), signal.{signal})
        return super().encode([text + " in other words" for text in texts])
with NewsIndex.open({path!r}, encoder=WordEncoder()) as index:
    index.reencode(New())
"""


@pytest.mark.parametrize(
    ("name", "code", "chunk"),
    [
        ("SIGKILL", -signal.SIGKILL, 3),
        pytest.param("SIGINT", None, 3, marks=pytest.mark.slow),
        ("SIGINT", None, 2000),
    ],
)
def test_a_process_that_is_killed_or_interrupted(index, expected, make_new, name, code, chunk):
    before = by_id(index)
    program = KILLED.format(
        tests=str(Path(__file__).parents[2]), until=6, signal=name, chunk=chunk, path=str(index.path)
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == code if code else "KeyboardInterrupt" in ended.stderr
    assert by_id(index) == before and index.verify() == []
    new = make_new()
    report = index.reencode(new)
    assert (report.resumed, report.encoded) == (6, len(TEXTS) - 6) and len(new.seen) == len(TEXTS) - 6
    assert by_id(index) == expected[0]


def test_who_may_not_make_the_folder_of_checkpoints_is_told(tmp_path, monkeypatch):
    path = tmp_path / "i.sada"
    with NewsIndex.create(path, encoder=None) as index:

        def denied(folder, *_, **__):
            raise PermissionError(errno.EACCES, "no", str(folder))

        monkeypatch.setattr(Path, "mkdir", denied)
        with pytest.raises(IndexReadOnlyError, match=f"^{path / 'encoding'}: this user may not read or write it"):
            index.reencode("fast")
