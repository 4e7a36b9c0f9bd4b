from __future__ import annotations

import shutil
import sqlite3

import numpy as np
import pytest

from sada.indexes.boilerplate.learning import learn_boilerplate
from sada.indexes.boilerplate.lines import ENDING, RUN, Boilerplate
from sada.indexes.encoders.encoder import encoder_text, unit_rows
from sada.indexes.errors import IndexBusyError, IndexMismatchError
from sada.indexes.handle import boilerplate_store
from sada.indexes.index import NewsIndex
from sada.indexes.minhash.sketches import sketch
from sada.indexes.segments.postings import LENGTHS
from sada.indexes.storage import arrays, database
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.locks import writer_lock
from sada.indexes.storage.schema import FORMAT, OLDEST
from sada.indexes.text.terms import words
from sada.indexes.writing import rewrite, writer

from ...planted_boilerplate import BOILERPLATE, planted
from ..boilerplate.test_learning import short_articles
from ..crashes import Crash, crash_at

PLANTED = planted()
LINES = sum(map(len, BOILERPLATE.values()))
SHARE, INNERMOST = "Share", BOILERPLATE["Harbour Ledger"][0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, word_encoder):
    folder = tmp_path_factory.mktemp("whole") / "index"
    with NewsIndex.create(folder, encoder=word_encoder) as index:
        index.add(PLANTED.articles, commit_every=90)
    return folder


@pytest.fixture(scope="module")
def taught(whole, tmp_path_factory, word_encoder):
    folder = shutil.copytree(whole, tmp_path_factory.mktemp("taught") / "index")
    with NewsIndex.open(folder, encoder=word_encoder) as index:
        index.boilerplate.learn()
    return folder


def opened(folder, tmp_path, word_encoder):
    return NewsIndex.open(shutil.copytree(folder, tmp_path / folder.parent.name / "index"), encoder=word_encoder)


@pytest.fixture
def index(whole, tmp_path, word_encoder):
    with opened(whole, tmp_path, word_encoder) as found:
        yield found


@pytest.fixture
def learned(taught, tmp_path, word_encoder):
    with opened(taught, tmp_path, word_encoder) as found:
        yield found


def state(index):
    """All that answers are made of, and the articles."""
    sketches = index.snapshot.sketches
    queries = index.snapshot.columns.ids[::9]
    hits = index.neighbours(queries, 5, by="words")
    return (
        list(index),
        index.snapshot.columns.ids,
        index.snapshot.columns.numbers.tolist(),
        index.snapshot.columns.languages,
        index.snapshot.columns.certainties.tolist(),
        [sketches.row(row).tolist() for row in range(len(sketches))],
        sketches.signatures.tolist(),
        sketches.keys.tolist(),
        index.snapshot.vectors.tolist(),
        lengths(index),
        [[(hit.id, hit.score) for hit in found] for found in hits],
    )


def lengths(index):
    """How many words each article counts, in the order of the columns."""
    out = np.zeros(len(index), np.int64)
    for stored, rows in index.snapshot.segments.parts:
        living = np.flatnonzero(rows >= 0)
        out[rows[living]] = stored.array(LENGTHS).whole()[living]
    return out.tolist()


def test_learning_makes_everything_of_what_is_left(index, word_encoder):
    before, generation = list(index), index.snapshot.catalog.setting("generation")
    report = index.boilerplate.learn()
    assert index.boilerplate.lines() == sorted(
        learn_boilerplate(PLANTED.articles), key=lambda one: (one.source.casefold(), -one.articles, one.line)
    )
    assert report.to_dict() == {"learned": LINES, "forgotten": 0, "known": LINES, "rewritten": 200}
    assert list(index) == before and index.verify() == []
    assert index.snapshot.catalog.setting("generation") == generation + 1
    left = Boilerplate(report.learned).read(index.get(index.snapshot.columns.ids))
    fresh = sketch([article.body for article in left])
    for kind in ("bounds", "shingles", "keys", "signatures"):
        assert np.array_equal(getattr(index.snapshot.sketches, kind), getattr(fresh, kind))
    vectors = word_encoder.encode([encoder_text(article) for article in left])
    assert np.array_equal(index.snapshot.vectors, unit_rows(vectors.astype(np.float16)))
    counted = words([text for one in left for text in (one.title, one.text)], 1 << 40).bounds
    assert (
        lengths(index) == (2 * np.diff(counted)[::2] + np.diff(counted)[1::2]).tolist()
    )  # a title's words count twice


def test_forgetting_is_as_if_never_learned(index):
    before = state(index)
    index.boilerplate.learn()
    assert state(index) != before
    report = index.boilerplate.forget()
    assert report.to_dict() == {"learned": 0, "forgotten": LINES, "known": 0, "rewritten": 200}
    assert state(index) == before
    assert (index.boilerplate.lines(), index.info()["furniture"], index.verify()) == ([], 0, [])


def test_what_comes_later_is_read_without_them(learned):
    before = {id_: values for id_, *values in zip(learned.snapshot.columns.ids, *state(learned)[5:10], strict=True)}
    learned.remove(learned.snapshot.columns.ids[::2])
    assert learned.add(PLANTED.articles).added == 100
    assert {
        id_: values for id_, *values in zip(learned.snapshot.columns.ids, *state(learned)[5:10], strict=True)
    } == before
    assert learned.verify() == []


def test_of_one_source(index):
    ids = [article.id for article in PLANTED.articles if article.source == "Le Rivage"]
    before = state(index)
    report = index.boilerplate.learn(source="LE RIVAGE")
    assert {one.source for one in report.learned} == {"Le Rivage"} and len(report.learned) == 5
    assert report.rewritten == len(ids) == 40
    assert (
        index.boilerplate.lines("le rivage") == index.boilerplate.lines() and index.boilerplate.lines("nowhere") == []
    )
    assert index.boilerplate.learn().rewritten == 160
    assert index.boilerplate.forget("Le Rivage").rewritten == 40
    assert {one.source for one in index.boilerplate.lines()} == set(BOILERPLATE) - {"Le Rivage"}
    assert index.verify() == []
    index.boilerplate.forget()
    assert state(index) == before


def test_what_is_to_be_kept_is_taken_back_and_not_learned_again(learned):
    under = sum(SHARE in lines for lines in PLANTED.boilerplate.values())
    report = learned.boilerplate.keep(["  SHARE! ", "…", "nowhere"])
    assert [one.line for one in report.forgotten] == [SHARE] and report.rewritten == under
    assert learned.boilerplate.learn().to_dict() == {
        "learned": 0, "forgotten": 0, "known": LINES - 1, "rewritten": 0,
    }  # fmt: skip
    assert learned.snapshot.boilerplate.kept == ("SHARE!", "nowhere")
    report = learned.boilerplate.learn(keep=["share", "Partager cet article"])
    assert ([one.line for one in report.forgotten], report.learned) == (["Partager cet article"], ())
    assert learned.snapshot.boilerplate.kept == ("SHARE!", "nowhere", "Partager cet article")
    learned.boilerplate.forget()
    assert learned.snapshot.boilerplate == Boilerplate()
    assert len(learned.boilerplate.learn().learned) == LINES


def test_finding_changes_nothing(index):
    before, files = state(index), sorted(path.name for path in (index.path / "arrays").iterdir())
    found = index.boilerplate.find(keep=[INNERMOST])
    assert len(found) == LINES - 1 and INNERMOST not in {one.line for one in found}
    assert len(index.boilerplate.find(source="le rivage")) == 5
    assert (state(index), sorted(path.name for path in (index.path / "arrays").iterdir())) == (before, files)
    assert index.boilerplate.learn(keep=[INNERMOST]).learned and index.boilerplate.lines() == found


def test_a_large_source_is_learned_from_some_articles_and_counted_in_all(index, monkeypatch):
    exact = index.boilerplate.find()
    monkeypatch.setattr(boilerplate_store, "_SAMPLE", 30)
    found = index.boilerplate.find()
    assert found and set(found) <= set(exact)  # the counts are among what is compared
    assert index.boilerplate.find() == found


@pytest.mark.parametrize("pages", [1, 7, 1000])
def test_pages_and_batches_make_no_difference(index, learned, monkeypatch, pages):
    monkeypatch.setattr(rewrite, "_PAGE", pages)
    monkeypatch.setattr(boilerplate_store, "_PAGE", pages)
    monkeypatch.setattr(rewrite, "COMMIT_EVERY", 60)
    monkeypatch.setattr("sada.indexes.storage.article_tables._MOVED_AT_ONCE", pages)
    index.boilerplate.learn()
    assert state(index) == state(learned) and index.verify() == []


CRASHES = [
    (arrays, "write_file", 0), (arrays, "write_file", 9), (writer, "reused_vectors", 0), (Catalog, "move", 0),
    (database, "row_digest", 300), (Catalog, "set_setting", 0), (Catalog, "touch", 0),
    (Catalog, "_store_digests", 0),
]  # fmt: skip


@pytest.mark.parametrize(("owner", "name", "after"), CRASHES)
@pytest.mark.parametrize("what", ["learn", "forget"])
def test_a_crash_leaves_the_old_state_whole(request, word_encoder, monkeypatch, owner, name, after, what):
    index = request.getfixturevalue("index" if what == "learn" else "learned")
    before, known = state(index), index.boilerplate.lines()
    with monkeypatch.context() as patch:
        crash_at(patch, owner, name, after)
        with pytest.raises(Crash):
            getattr(index.boilerplate, what)()
    assert (state(index), index.boilerplate.lines()) == (before, known)  # the index that is open
    with NewsIndex.open(index.path, encoder=word_encoder) as reopened:
        assert (state(reopened), reopened.boilerplate.lines()) == (before, known) and reopened.verify() == []
        assert getattr(reopened.boilerplate, what)().rewritten == 200
        named = {entry.name for kinds in reopened.snapshot.catalog.files().values() for entry in kinds.values()}
        assert {path.name for path in (index.path / "arrays").iterdir()} == named  # orphans are swept
        assert reopened.verify() == []


def test_no_other_may_write_meanwhile(index):
    before = state(index)
    with writer_lock(index.path):
        for change in (index.boilerplate.learn, index.boilerplate.forget, lambda: index.boilerplate.keep(["x"])):
            with pytest.raises(IndexBusyError):
                change()
    assert state(index) == before


def test_who_has_it_open_sees_the_old_state_until_it_looks_again(whole, tmp_path, word_encoder):
    with opened(whole, tmp_path, word_encoder) as index, NewsIndex.open(index.path, encoder=word_encoder) as reader:
        before = state(reader)
        index.boilerplate.learn()
        assert (state(reader), reader.boilerplate.lines()) == (before, [])
        assert (
            reader.refresh()
            and reader.boilerplate.lines() == index.boilerplate.lines()
            and state(reader) == state(index)
        )


def test_an_index_that_was_reencoded_meanwhile_is_not_written_to(index, word_encoder, monkeypatch):
    index.reencode("none")
    monkeypatch.setattr(type(index.snapshot), "encoder", word_encoder)
    with pytest.raises(IndexMismatchError, match="reencoded meanwhile"):
        index.boilerplate.learn()


def test_another_encoder_reads_the_same(learned, word_encoder):
    class Other(type(word_encoder)):
        name = fingerprint = "other"
        asked: list[str] = []  # noqa: RUF012

        def encode(self, texts):
            self.asked.extend(texts)
            return super().encode(texts)

    learned.reencode(Other())
    left = learned.snapshot.boilerplate.read(learned)
    assert sorted(Other.asked) == sorted({encoder_text(article) for article in left})
    assert learned.verify() == []
    learned.reencode("none")
    assert learned.verify() == [] and len(learned.boilerplate.forget().forgotten) == LINES
    assert learned.verify() == []


def test_vectors_are_made_only_of_texts_that_changed(index, word_encoder, monkeypatch):
    asked = []
    monkeypatch.setattr(type(word_encoder), "encode", _heard(type(word_encoder).encode, asked))
    before = {encoder_text(article) for article in index}
    index.boilerplate.learn()
    after = {encoder_text(article) for article in index.snapshot.boilerplate.read(index)}
    assert sorted(asked) == sorted(after - before)


def _heard(encode, asked):
    def heard(self, texts):
        asked.extend(texts)
        return encode(self, texts)

    return heard


def test_verify_finds_what_was_made_of_other_lines(learned):
    stored = learned.snapshot.boilerplate
    lines = tuple(one for one in stored.lines if one.line != SHARE)
    with learned.snapshot.catalog.writing():
        learned.snapshot.catalog.set_setting("furniture", Boilerplate(lines, stored.kept).setting())
    learned.snapshot.forget()
    found = {finding.where for finding in learned.verify() if finding.what == "its signature is not that of its text"}
    assert found == {f"article {id_}" for id_, under in PLANTED.boilerplate.items() if SHARE in under}


def test_compacting_keeps_them(learned):
    before, known = state(learned), learned.boilerplate.lines()
    learned.compact()
    assert (state(learned), learned.boilerplate.lines(), learned.verify()) == (before, known, [])


def test_an_index_of_an_earlier_format_is_read_and_raised_by_the_next_write(index, word_encoder):
    """Format 5 had all of today's tables, and no line that was learned."""
    assert (OLDEST, FORMAT) == (5, 8)
    set_format(index.path, OLDEST)
    with NewsIndex.open(index.path, encoder=word_encoder) as old:
        before = state(old)
        assert old.info()["format"] == OLDEST and old.boilerplate.lines() == [] and old.verify() == []
        old.add(PLANTED.articles[:3])
        assert old.info()["format"] == FORMAT and state(old) == before
        assert old.boilerplate.learn().rewritten == 200 and old.verify() == []
        old.boilerplate.forget()
        assert state(old) == before
    set_format(index.path, OLDEST - 1)
    with pytest.raises(IndexMismatchError, match="index format 4, this Sada reads from 5: build the index anew"):
        NewsIndex.open(index.path)


def set_format(path, number):
    connection = sqlite3.connect(path / "catalog.sqlite", isolation_level=None)
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()


def test_of_nothing_nothing_is_learned(tmp_path):
    with NewsIndex.create(tmp_path / "index", encoder="none") as index:
        assert index.boilerplate.learn().to_dict() == {"learned": 0, "forgotten": 0, "known": 0, "rewritten": 0}
        index.add(PLANTED.articles[:9])
        assert index.boilerplate.learn().rewritten == 0 and index.verify() == []


@pytest.mark.parametrize("layout", ["middle", "start", "end"])
def test_runs_of_words_are_learned_counted_and_given_back(tmp_path, word_encoder, monkeypatch, layout):
    _, articles = short_articles("latin", layout, 4, count=30)
    monkeypatch.setattr(boilerplate_store, "_SAMPLE", 20)
    with NewsIndex.create(tmp_path / "index", encoder=word_encoder) as index:
        index.add(articles[:25])
        before = state(index)
        (found,) = index.boilerplate.find()
        assert (found.place, found.articles) == (ENDING if layout == "end" else RUN, 25)
        report = index.boilerplate.learn()
        assert (report.learned, report.rewritten) == ((found,), 25) and state(index) != before
        index.add(articles[25:])
        left = Boilerplate((found,)).read(articles)
        fresh = sketch([article.body for article in left])
        assert [index.snapshot.sketches.row(row).tolist() for row in range(30)] == [
            fresh.row(row).tolist() for row in range(30)
        ]
        assert [one.text for one in index] == [one.text for one in articles]
        assert index.verify() == [] and index.boilerplate.learn().learned == ()
        index.remove([one.id for one in articles[25:]])
        assert index.boilerplate.keep([found.line.upper()]).forgotten == (found,)
        assert state(index) == before and index.boilerplate.find() == []
        index.boilerplate.forget()
        assert index.boilerplate.find() == [found]
