from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from sada.indexes import index as index_module
from sada.indexes.article import Article
from sada.indexes.errors import (
    CallerError,
    EncoderError,
    IndexBusyError,
    IndexDamagedError,
    IndexExistsError,
    IndexMismatchError,
    InputError,
    NotAnIndexError,
    UnknownArticleError,
)
from sada.indexes.index import NewsIndex
from sada.indexes.search.filters import Filter
from sada.indexes.search.options import QueryOptions
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.schema import FORMAT
from sada.indexes.storage.story_tables import StoryChange
from sada.indexes.writing.creation import check_free

ARTICLES = [
    Article("a", "Flood in the city", "The flood in the city killed five people on Monday", language="en"),
    Article("b", "Flood", "The flood in the city killed five people on Tuesday", language="en"),
    Article("c", "زلزال", "قتل خمسة أشخاص في زلزال ضرب المدينة", language="ar"),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def index(path, word_encoder):
    with NewsIndex.create(path, encoder=word_encoder) as found:
        found.add(ARTICLES)
        yield found


def raw(path, sql, *values):
    connection = sqlite3.connect(path / "catalog.sqlite", isolation_level=None)
    connection.execute(sql, values)
    connection.close()


def restamp(path, key, value):
    catalog = Catalog(path)
    with catalog.writing():
        catalog.set_setting(key, value)
    catalog.close()


def python(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_create_leaves_a_whole_index_and_nothing_else(tmp_path):
    with pytest.raises(InputError, match=r"there is no folder .*deep; make it first"):
        NewsIndex.create(tmp_path / "deep" / "index", encoder="none")
    (tmp_path / "deep").mkdir()
    NewsIndex.create(tmp_path / "deep" / "index", encoder="none").close()
    assert os.listdir(tmp_path / "deep") == ["index"]
    assert {path.name for path in (tmp_path / "deep" / "index").iterdir()} == {
        "arrays", "catalog.sqlite", "catalog.sqlite-shm", "catalog.sqlite-wal"
    }  # fmt: skip
    assert os.listdir(tmp_path / "deep" / "index" / "arrays") == []


@pytest.mark.parametrize("kind", ["file", "folder", "index", "dangling link"])
def test_create_never_takes_the_place_of_anything(path, kind):
    if kind == "file":
        path.write_text("text")
    elif kind == "folder":
        path.mkdir()
    elif kind == "index":
        NewsIndex.create(path, encoder="none").close()
    else:
        path.symlink_to(path.with_name("absent"))
    for call in (lambda: NewsIndex.create(path, encoder="none"), lambda: check_free(path)):
        mend = "already exists; add to it with: sada add" if kind == "index" else "something else is there; choose"
        with pytest.raises(IndexExistsError, match=f"{path}: {mend}"):
            call()
    check_free(path.with_name("other"))


def test_a_create_that_fails_leaves_nothing(path, monkeypatch):
    monkeypatch.setattr(Catalog, "create", lambda folder, settings: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        NewsIndex.create(path, encoder="none")
    assert os.listdir(path.parent) == []
    with pytest.raises(EncoderError):
        NewsIndex.create(path, encoder="")
    assert os.listdir(path.parent) == []


def test_of_two_that_create_at_once_one_wins(path, monkeypatch):
    create = Catalog.create

    def slower(folder, settings):
        create(folder, settings)
        if not path.exists():
            monkeypatch.setattr(Catalog, "create", create)
            with NewsIndex.create(path, encoder="none") as winner:
                winner.add(ARTICLES)

    monkeypatch.setattr(Catalog, "create", slower)
    with pytest.raises(IndexExistsError, match="already exists"):
        NewsIndex.create(path, encoder="none")
    with NewsIndex.open(path) as found:
        assert len(found) == 3 and found.verify() == []
    assert os.listdir(path.parent) == ["index"]


def test_what_was_added_is_there_after_reopening(index, path, word_encoder):
    index.close()
    with NewsIndex.open(str(path), encoder=word_encoder) as reopened:
        assert list(reopened) == ARTICLES
        assert len(reopened) == 3 and "b" in reopened and "x" not in reopened
        assert reopened.get("c") == ARTICLES[2]
        assert reopened.get(["c", "a", "c"]) == [ARTICLES[2], ARTICLES[0], ARTICLES[2]]
        assert reopened.get([]) == []
        assert reopened.verify() == []


@pytest.mark.parametrize("id_", ["x", "", "A", "a\0", "a\ud800", "a%"])
def test_an_unknown_id_is_named(index, id_):
    for call in (index.get, lambda id_: index.get(["a", id_]), lambda id_: index.remove([id_]), index.neighbours):
        with pytest.raises(UnknownArticleError) as caught:
            call(id_)
        assert repr(id_) in str(caught.value)
    assert len(index) == 3


def test_remove(index, path):
    assert index.remove(["a", "a"]) == 1
    assert index.snapshot.columns.ids == ["b", "c"]
    for ids in (["a"], ["b", "a"], ["b", "unknown", "c"]):
        with pytest.raises(UnknownArticleError):
            index.remove(ids)
    assert index.snapshot.columns.ids == ["b", "c"]
    assert index.remove(iter(["b", "c"])) == 2
    assert len(index) == 0 and list(index) == []
    assert index.remove([]) == 0
    assert index.verify() == []
    assert index.add(ARTICLES).added == 3
    assert index.snapshot.columns.numbers.tolist() == [4, 5, 6]


def test_one_id_to_remove_is_not_read_letter_by_letter(index):
    index.add([Article("ab", title="one that stays")])
    assert index.remove("ab") == 1
    assert index.snapshot.columns.ids == ["a", "b", "c"]


def test_a_closed_index_says_that_it_is_closed_and_not_that_it_is_damaged(index, path):
    index.close()
    for ask in (lambda: len(index), lambda: index.get("a"), lambda: index.add([]), lambda: index.refresh()):
        with pytest.raises(CallerError, match=f"^{path}: the index was closed; open it again$"):
            ask()


def test_a_reader_keeps_its_snapshot(index, path, word_encoder):
    with NewsIndex.open(path, encoder=word_encoder) as reader, NewsIndex.open(path, encoder=word_encoder) as late:
        index.add([Article("a", "changed"), Article("d", "new")])
        index.remove(["b"])
        assert late.snapshot.columns.ids == ["a", "b", "c"]  # first asked for after the write
        assert reader.get(["a", "b", "c"]) == ARTICLES
        assert [hit.id for hit in reader.neighbours("a", by="copy")] == ["b"]
        assert reader.verify() == [] and reader.info()["articles"] == 3
        with NewsIndex.open(path, encoder=word_encoder) as reopened:
            assert reopened.snapshot.columns.ids == ["a", "c", "d"]
            assert reopened.get("a").title == "changed"
            assert reopened.neighbours("a", by="copy") == []
        assert reader.add([Article("e", "fifth")]).added == 1  # writing moves it on
        assert reader.snapshot.columns.ids == ["a", "c", "d", "e"]
        assert reader.verify() == []


def test_a_second_writer_is_told_at_once(index, path, word_encoder):
    class Second(Exception):
        pass

    def interrupting():
        yield ARTICLES[0]
        with NewsIndex.open(path, encoder=word_encoder) as other:
            for call in (lambda: other.add([]), lambda: other.remove(["a"]), lambda: other.stories.store([], {}, "")):
                with pytest.raises(IndexBusyError, match="another process is writing"):
                    call()
            assert len(other) == 3
        with pytest.raises(IndexBusyError):
            index.remove(["a"])
        raise Second

    with pytest.raises(Second):
        index.add(interrupting())
    assert index.add([Article("d", "new")]).added == 1


WRITING = """
import sys
from sada.indexes import Article, NewsIndex
def articles():
    yield Article("first", "one")
    yield Article("second", "two")
    print("writing", flush=True)
    sys.stdin.readline()
with NewsIndex.open(sys.argv[1]) as index:
    print(index.add(articles(), commit_every=1).added)
"""


def test_a_writer_in_another_process(path):
    with NewsIndex.create(path, encoder="none") as index, python(WRITING, path) as other:
        assert other.stdout.readline() == "writing\n"
        for call in (lambda: index.add(ARTICLES), lambda: index.remove([])):
            with pytest.raises(IndexBusyError, match=str(path)):
                call()
        output, _ = other.communicate("go\n")
        assert output == "2\n" and other.returncode == 0
        assert index.add(ARTICLES).added == 3
        assert index.snapshot.columns.ids == ["first", "second", "a", "b", "c"]
        assert index.verify() == []


DYING = """
import os, sys
from sada.indexes import Article, NewsIndex
from sada.indexes.storage import arrays, catalog
owner, name, after = sys.argv[2], sys.argv[3], int(sys.argv[4])
owner = {"Path": arrays.Path, "Catalog": catalog.Catalog}[owner]
original, calls = getattr(owner, name), []
def die(*values):
    calls.append(1)
    if len(calls) > after:
        os._exit(9)
    return original(*values)
setattr(owner, name, die)
with NewsIndex.open(sys.argv[1]) as index:
    index.add([Article("a", "changed"), Article("new", "fifth")])
"""


@pytest.mark.parametrize(
    ("owner", "name", "after"),
    [("Path", "replace", 2), pytest.param("Catalog", "_store_digests", 0, marks=pytest.mark.slow)],
)
def test_a_writer_that_is_killed_leaves_the_old_state_whole(path, owner, name, after):
    with NewsIndex.create(path, encoder="none") as index:
        index.add(ARTICLES)
    with python(DYING, path, owner, name, after) as other:
        other.communicate()
    assert other.returncode == 9
    with NewsIndex.open(path) as index:
        assert list(index) == ARTICLES
        assert index.verify() == []
        kinds = len(Catalog(path).files()[1])
        assert len(os.listdir(path / "arrays")) > kinds  # orphans
        assert index.add([Article("d", "fourth")]).added == 1
        assert index.verify() == []
    assert len(os.listdir(path / "arrays")) == 2 * kinds


@pytest.mark.parametrize("kind", ["absent", "file", "folder", "empty name"])
def test_what_is_no_index(tmp_path, kind):
    path = tmp_path / "place"
    if kind == "file":
        path.write_text("text")
    elif kind == "folder":
        path.mkdir()
    elif kind == "empty name":
        path = ""
    with pytest.raises(NotAnIndexError, match="not a Sada index"):
        NewsIndex.open(path)


def test_a_newer_format(index, path):
    raw(path, f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(IndexMismatchError, match=f"{path}: index format {FORMAT + 1}, this Sada reads up to {FORMAT}"):
        NewsIndex.open(path)


@pytest.mark.parametrize(("key", "old", "new"), [("minhash", '"affine32"', '"legacy"')])
def test_another_stamp_is_refused_with_both_values(index, path, key, old, new):
    restamp(path, key, json.loads(json.dumps(index.snapshot.catalog.setting(key)).replace(old, new)))
    with pytest.raises(IndexMismatchError, match=f"made with {key} ") as caught:
        NewsIndex.open(path)
    for value in (old, new):
        assert value.replace('"', "'") in str(caught.value)


def test_an_index_without_a_stamp_is_refused(index, path):
    restamp(path, "minhash", None)
    with pytest.raises(IndexMismatchError, match="made with minhash None"):
        NewsIndex.open(path)


@pytest.mark.parametrize(
    ("name", "value"), [("name", "others"), ("revision", "2"), ("dimension", 32), ("fingerprint", "abc")]
)
def test_another_encoder_is_refused_with_both_values(index, path, word_encoder, name, value):
    other = type("Other", (type(word_encoder),), {name: value})()
    with pytest.raises(IndexMismatchError, match="sada reencode") as caught:
        NewsIndex.open(path, encoder=other)
    made, here = str(caught.value).split(", and here is ")
    told = "{}" if name == "name" else f"{name} {{}}"
    assert told.format(getattr(word_encoder, name)) in made and told.format(value) in here
    with NewsIndex.open(path) as reader:
        assert reader.get("a") == ARTICLES[0]  # reading needs no encoder


def test_an_index_made_with_another_default_encoder_answers_and_can_be_reencoded(path, word_encoder):
    earlier = {"name": "default", "revision": "0.1", "dimension": 64, "cuts": "9 pieces", "fingerprint": "32ea"}
    with NewsIndex.create(path, encoder=type("Earlier", (type(word_encoder),), earlier)()) as index:
        index.add(ARTICLES)
    restamp(path, "encoder_spec", "default")
    told = r"made with encoder 'default' \(cuts 9 pieces, dimension 64, fingerprint 32ea, revision 0\.1, .*"
    told += rf"and here is 'e5-short' \(.*dimension 384, .* swap it with: sada reencode {path} --encoder e5-short"
    with pytest.raises(IndexMismatchError, match=told):
        NewsIndex.open(path, encoder="default")
    with NewsIndex.open(path) as index:
        assert index.neighbours("a", 1)[0].id == "b"  # its vector is stored
        for ask in (lambda: index.add([]), lambda: index.neighbours(Article("x", "flood"), by="meaning")):
            with pytest.raises(IndexMismatchError, match=told):
                ask()
        report = index.reencode("default")
        assert (report.before, report.after, report.changed, report.encoded) == ("default", "e5-short", True, 3)
    with NewsIndex.open(path, encoder="default") as index:
        assert index.snapshot.dimension == 384 and index.verify() == []
        assert index.neighbours(Article("x", "A flood in the city"), 3, by="meaning")[2].id == "c"


def test_an_encoder_object_must_be_given_again(index, path):
    with NewsIndex.open(path) as reader:
        assert [hit.id for hit in reader.neighbours("a", 1)] == ["b"]  # its vector is stored
        with pytest.raises(IndexMismatchError, match="an encoder object, 'words': open it in Python with that object"):
            reader.add([])


def test_an_encoder_for_an_index_without_one(path, word_encoder):
    NewsIndex.create(path, encoder="none").close()
    with pytest.raises(IndexMismatchError, match=r"'none'.*'words'"):
        NewsIndex.open(path, encoder=word_encoder)
    with NewsIndex.open(path, encoder="none") as index:
        assert index.add(ARTICLES).added == 3 and index.snapshot.dimension == 0


def test_a_writer_that_is_refused_its_encoder_still_answers(index, path):
    with NewsIndex.open(path) as reader:
        assert len(reader) == 3
        index.remove(["b"])
        with pytest.raises(IndexMismatchError):
            reader.add([])
        assert [hit.id for hit in reader.neighbours("a", by="meaning")] == ["c"]


def test_an_iteration_left_half_way_pins_no_snapshot(index, path, word_encoder):
    half_way = iter(index)
    assert next(half_way) == ARTICLES[0]
    with NewsIndex.open(path, encoder=word_encoder) as other:
        other.add([Article("d", "new")])
    assert index.add([Article("e", "newer")]).added == 1
    assert [article.id for article in index] == ["a", "b", "c", "d", "e"]
    assert list(half_way) == ARTICLES[1:]


def test_iterating_over_many_pages(path, monkeypatch):
    monkeypatch.setattr(index_module, "_PAGE", 10)
    ids = [chr(0x60 + number) + "é\U00010000\uffff"[number % 4 :] for number in range(1, 96)]
    with NewsIndex.create(path, encoder="none") as index:
        index.add([Article(id_, "t", language="en") for id_ in reversed(ids)])
        assert [article.id for article in index] == sorted(ids)
        assert [article.id for article in index] == sorted(ids, key=str.encode)


def test_an_article_whose_key_is_lost_is_not_taken_for_unknown(index, monkeypatch):
    monkeypatch.setattr(Catalog, "articles", lambda self, ids: iter([]))
    with pytest.raises(IndexDamagedError, match="article 'a' cannot be read"):
        index.get("a")
    with pytest.raises(UnknownArticleError):
        index.get("x")


def test_iterating_while_writing(index):
    seen = []
    for article in index:
        index.remove([article.id])
        seen.append(article)
    assert seen == ARTICLES and len(index) == 0


@pytest.mark.parametrize("kind", ["bounds", "shingles", "signatures", "keys", "lsh", "vectors"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_no_answer_comes_from_damaged_arrays(index, path, word_encoder, kind, damage):
    file = next((path / "arrays").glob(f"{kind}-*"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(data if damage == "flip" else data[:-3])
    with NewsIndex.open(path, encoder=word_encoder) as reader:
        with pytest.raises(IndexDamagedError, match=file.name):
            reader.neighbours("a", by="meaning" if kind == "vectors" else "copy")
        assert [finding.where for finding in reader.verify()] == [str(file)]


@pytest.mark.parametrize(
    "sql", ["UPDATE articles SET text = text || '.' WHERE id = 'b'", "UPDATE articles SET title = 'x' WHERE id = 'b'"]
)
def test_no_answer_shows_a_changed_article(index, path, word_encoder, sql):
    raw(path, sql)
    with NewsIndex.open(path, encoder=word_encoder) as reader:
        for call in (lambda: reader.get("b"), lambda: list(reader), lambda: reader.neighbours("a")):
            with pytest.raises(IndexDamagedError, match=r"catalog.sqlite: articles 2"):
                call()
        assert reader.get("a") == ARTICLES[0]


@pytest.mark.parametrize("sql", ["DELETE FROM articles WHERE id = 'b'", "DELETE FROM files WHERE kind = 'lsh'"])
def test_no_answer_comes_without_what_was_deleted(index, path, word_encoder, sql):
    raw(path, sql)
    with NewsIndex.open(path, encoder=word_encoder) as reader:
        with pytest.raises(IndexDamagedError, match=r"rows are missing|none has place 1 in segment 1"):
            reader.neighbours("a", by="copy")
        assert "rows are missing, added or changed" in {finding.what for finding in reader.verify()}


def test_files_that_a_damaged_catalog_forgot_are_not_swept(index, path, word_encoder):
    raw(path, "DELETE FROM files")
    before = sorted(os.listdir(path / "arrays"))
    with NewsIndex.open(path, encoder=word_encoder) as writer, pytest.raises(IndexDamagedError):
        writer.add([Article("d", "new")])
    assert sorted(os.listdir(path / "arrays")) == before


def test_stories_are_stored_and_go_stale(index):
    assert index.stories.stored() == ([], {})
    assert not index.stories.are_current("m")
    stories = [("s1", [1, 2], {"id": "s1", "headline": "فيضان"}), ("s2", [3], {"id": "s2"})]
    opened = [StoryChange("s1", "opened", "ab"), StoryChange("s2", "opened", "c")]
    index.stories.store(stories, {}, "m", changes=opened)
    assert index.stories.stored() == (stories, {})
    assert index.stories.are_current("m") and not index.stories.are_current("other")
    index.add(ARTICLES)
    assert index.stories.are_current("m")  # nothing changed
    index.remove(["c"])
    assert not index.stories.are_current("m")
    index.stories.store(stories[:1], {"s2": ""}, "m", ended=["s2"], changes=[StoryChange("s2", "ended", "c")])
    assert index.stories.stored() == (stories[:1], {"s2": ""}) and index.stories.are_current("m")
    assert index.verify() == []


def test_stories_of_an_older_state_are_not_stored(index, path, word_encoder):
    with NewsIndex.open(path, encoder=word_encoder) as late:
        assert len(late) == 3
        index.remove(["c"])
        with pytest.raises(IndexBusyError, match="run it again"):
            late.stories.store([("s", [3], {})], {}, "m")
        assert len(late) == 2
        late.stories.store([("s", [1], {})], {}, "m", changes=[StoryChange("s", "opened", "a")])
        # a change of other stories than those that are stored now
        with pytest.raises(IndexBusyError, match="run it again"):
            index.stories.store([("t", [1], {})], {}, "m", changes=[StoryChange("t", "opened", "a")])
    assert NewsIndex.open(path).stories.stored() == ([("s", [1], {})], {})
    assert [row.change for row in index.stories.changes(["s", "t"])] == [("s", "opened", ("a",), "")]


class Meeting:
    """A lock that the second thread asks for before the first has it, and gets only when the first is done with it."""

    def __init__(self, second):
        self._lock, self._second = threading.RLock(), second
        self._asked, self._taken = threading.Event(), threading.Event()

    def __enter__(self):
        if threading.current_thread().name == self._second:
            self._asked.set()
            self._taken.wait(5)
            self._lock.acquire()
        else:
            self._asked.wait(5)
            self._lock.acquire()
            self._taken.set()

    def __exit__(self, *error):
        self._lock.release()


@pytest.mark.parametrize("first", ["segments", "sketches", "vector_search", "word_search", "vectors"])
def test_threads_that_ask_for_different_columns_do_not_wait_for_each_other(index, path, word_encoder, first):
    with NewsIndex.open(path, encoder=word_encoder) as reader:
        reader.snapshot.lock = Meeting("columns")
        threads = [
            threading.Thread(target=getattr, args=(reader.snapshot, name), name=name, daemon=True)
            for name in (first, "columns")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)
        assert {first, "columns"} <= set(vars(reader.snapshot))


def test_the_default_encoder_by_name(path):
    with NewsIndex.create(path, encoder="default") as index:
        index.add(ARTICLES)
    with NewsIndex.open(path) as index:
        assert index.snapshot.dimension == 384
        found = index.neighbours(Article("x", "فيضان في المدينة", language="ar"), 3)
        assert [hit.id for hit in found][2] == "c" or found[0].id in ("a", "b")
        assert index.neighbours("a", 1)[0].id == "b"
        assert index.verify() == []
        assert json.loads(json.dumps(index.info()))["encoder"]["name"] == "e5-short"


def test_it_iterates_over_its_articles_and_says_what_it_is(index, path):
    assert list(index) == sorted(ARTICLES, key=lambda article: article.id)
    assert repr(index) == f"<NewsIndex {str(path)!r}: {len(ARTICLES)} articles, encoder 'words'>"


def test_a_closed_index_can_still_be_printed(index, path):
    index.close()
    assert repr(index) == f"<NewsIndex {str(path)!r}: closed>"


def test_what_fails_inside_a_property_is_not_hidden(index, monkeypatch):
    def load(*_args):
        return [].encode

    monkeypatch.setattr("sada.indexes.handle.snapshot.own_encoder", load)
    with pytest.raises(AttributeError, match="'list' object has no attribute 'encode'"), NewsIndex(index.path) as other:
        other.encoder  # noqa: B018


def test_members_that_moved_answer_under_their_old_names_and_say_so(index):
    for old, new in (("columns", index.snapshot.columns), ("furniture", index.boilerplate.lines)):
        with pytest.warns(DeprecationWarning, match=f"^NewsIndex.{old} is now "):
            assert getattr(index, old) == new
    with pytest.warns(DeprecationWarning, match="for article in index"):
        assert list(getattr(index, "articles")()) == list(index)  # noqa: B009
    with pytest.warns(DeprecationWarning, match="remove takes them out anyway"):
        assert getattr(index, "with_printed")(["a"]) == ["a"]  # noqa: B009
    with pytest.raises(AttributeError, match="'NewsIndex' object has no attribute 'colums'"):
        index.colums  # noqa: B018


def test_its_public_members_are_few():
    members = {name for name in dir(NewsIndex) if not name.startswith("_")} | {
        "boilerplate",
        "path",
        "snapshot",
        "stories",
        "threads",
    }
    assert members == {
        "add", "backup", "boilerplate", "close", "compact", "create", "encoder", "encoder_reads", "forget_lost", "get",
        "info", "languages_of", "neighbours", "open", "path", "reencode", "refresh", "remove", "search", "snapshot",
        "stories", "threads", "verify",
    }  # fmt: skip


def test_options_are_given_one_by_one_or_at_once(index):
    options = QueryOptions(2, "words", filters=Filter(exclude=["b"]), explain=True)
    hits = index.search("a", options=options)
    assert hits == index.neighbours("a", 2, by="words", filters=Filter(exclude=["b"]), explain=True)
    with pytest.raises(ValueError, match="by='meanings': choose meaning, words, copy or all"):
        QueryOptions(by="meanings")
