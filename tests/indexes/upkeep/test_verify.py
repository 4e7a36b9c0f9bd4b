from __future__ import annotations

import contextlib
import shutil
import sqlite3

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError, SadaError
from sada.indexes.index import NewsIndex
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.respelling import stored_keys
from sada.indexes.minhash.sketches import sketch
from sada.indexes.search import quantized
from sada.indexes.segments.postings import word_arrays
from sada.indexes.segments.segment import write_segment
from sada.indexes.segments.vector_reuse import text_keys
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import write_array
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.digests import row_digest
from sada.indexes.storage.story_tables import StoryChange
from sada.indexes.upkeep.findings import Finding
from sada.indexes.upkeep.verify import verify

ARTICLES = [Article("a", "Flood in the city"), Article("b", "زلزال في المدينة"), Article("c", "Old"), Article("d", "…")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, word_encoder):
    folder = tmp_path_factory.mktemp("whole") / "index"
    with NewsIndex.create(folder, encoder=word_encoder) as index:
        index.add(ARTICLES, commit_every=2)
        index.add([Article("c", "New")])
        changes = [StoryChange("s", "opened", "ab")]
        changes += [StoryChange("gone", change, "x") for change in ("opened", "ended")]
        changes += [StoryChange(old, change, "", "s") for old in "qr" for change in ("opened", "merged")]
        index.stories.store([("s", [1, 2], {"id": "s"})], {"r": "s", "q": "s", "gone": ""}, "m", changes=changes)
        assert index.verify() == []
    return folder


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "index")


def findings(path):
    with NewsIndex.open(path) as index:
        return index.verify()


def check(path, catalog):
    return verify(catalog, ArrayStore(path / "arrays", catalog.files()), Bands(42, 3), path / "faiss")


def raw(path, sql, *values):
    connection = sqlite3.connect(path / "catalog.sqlite", isolation_level=None)
    connection.execute(sql, values)
    connection.close()


@pytest.mark.parametrize("segment", [1, 2, 3])
@pytest.mark.parametrize("kind", ["bounds", "shingles", "signatures", "keys", "lsh", "vectors", "encoded"])
def test_a_flipped_byte_in_any_file(path, segment, kind):
    catalog = Catalog(path)
    file = path / "arrays" / catalog.files()[segment][kind].name
    catalog.close()
    data = bytearray(file.read_bytes())
    for at in {0, 9, 70, len(data) - 1}:
        data[at] ^= 0x10
        file.write_bytes(data)
        assert findings(path) == [Finding(str(file), "its bytes are not those that were written")]
        data[at] ^= 0x10
    file.write_bytes(data)
    assert findings(path) == []


def test_a_truncated_and_a_missing_file(path):
    first, second = sorted((path / "arrays").glob("keys-*"))[:2]
    first.write_bytes(first.read_bytes()[:-1])
    second.unlink()
    found = {finding.where: finding.what for finding in findings(path)}
    assert set(found) == {str(first), str(second)}
    assert found[str(second)] == "missing"
    assert "bytes where" in found[str(first)]


COLUMNS = ["number", "id", "title", "text", "url", "source", "published", "language", "identified", "certainty",
           "keywords", "extra", "content", "segment", "position"]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_any_changed_value_of_an_article(path, column):
    value = 77 if column in ("number", "published", "segment", "position") else b"z" if column == "content" else "z"
    raw(path, f"UPDATE articles SET {column} = ? WHERE id = 'b'", value)
    name = value if column == "id" else "b"
    expected = [Finding(f"{path / 'catalog.sqlite'}: articles {name}", "its values are not those that were written")]
    if column == "number":
        taken = "number 77 is given, and the next row would get 5"
        expected.append(Finding(f"{path / 'catalog.sqlite'}: articles", taken))
    assert findings(path) == expected


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("DELETE FROM articles WHERE id = 'b'", "articles"),
        ("UPDATE articles SET digest = x'00' WHERE id = 'b'", "articles"),
        ("INSERT INTO articles SELECT 99, 'z', digest, segment, 99, published, language, identified, certainty, source,"
         " content, url, title, keywords, extra, text FROM articles WHERE id = 'b'", "articles"),
        ("DELETE FROM removed", "removed"),
        ("UPDATE removed SET position = 1", "removed"),
        ("INSERT INTO removed VALUES (1, 0, x'00')", "removed"),
        ("DELETE FROM files WHERE kind = 'keys'", "files"),
        ("UPDATE files SET checksum = 'x' WHERE kind = 'keys'", "files"),
        ("UPDATE files SET segment = segment + 10", "files"),
        ("DELETE FROM stories", "stories"),
        ("UPDATE stories SET members = '[1]'", "stories"),
        ("DELETE FROM redirects WHERE story = 'q'", "redirects"),
        ("UPDATE redirects SET now = 'q' WHERE story = 'r'", "redirects"),
        ("DELETE FROM story_changes WHERE number = 1", "story_changes"),
        ("UPDATE story_changes SET at = at + 1 WHERE number = 2", "story_changes"),
        ("UPDATE story_changes SET number = 98 WHERE number = 2", "story_changes"),
        ("INSERT INTO story_changes SELECT 99, at, story, change, articles, other, digest FROM story_changes WHERE"
         " number = 1", "story_changes"),
        *(
            (f"UPDATE story_changes SET {column} = 'z' WHERE number = 3", "story_changes")
            for column in ("story", "change", "articles", "other", "digest")
        ),
    ],
)  # fmt: skip
def test_rows_changed_behind_its_back(path, sql, table):
    raw(path, sql)
    found = findings(path)
    assert found and any(f"catalog.sqlite: {table}" in finding.where for finding in found)


def test_settings_changed_while_it_is_open(path):
    with NewsIndex.open(path) as index:
        index.snapshot.catalog._connection.execute("ROLLBACK")
        raw(path, "UPDATE settings SET value = '\"00\"' WHERE key = 'digest:articles'")
        assert [finding.where for finding in index.verify()] == [str(path / "catalog.sqlite")]


def test_damage_to_the_database_file_is_found_and_never_raises(path):
    file = path / "catalog.sqlite"
    whole = file.read_bytes()
    rng = np.random.default_rng(1)
    seen = 0
    for page in range(1, len(whole) // 4096):
        data = bytearray(whole)
        data[page * 4096 : page * 4096 + 300] = rng.bytes(300)
        file.write_bytes(data)
        try:
            seen += bool(findings(path))
        except IndexDamagedError:  # opening found it
            seen += 1
    assert seen == len(whole) // 4096 - 1
    file.write_bytes(whole)
    assert findings(path) == []


def look(path):
    """Everything an index says, each answer by itself; an error counts as no answer."""
    said = {}
    with NewsIndex.open(path) as index:
        asked = {
            "articles": lambda: list(index),
            "copy": lambda: index.neighbours("a", by="copy"),
            "meaning": lambda: index.neighbours("a"),
            "stories": index.stories.stored,
            "history": lambda: index.stories.history("s"),
            "counts": lambda: [
                index.info()[key] for key in ("articles", "languages", "stories", "segments", "encoder")
            ],
        }
        for name, ask in asked.items():
            with contextlib.suppress(SadaError):
                said[name] = ask()
        findings = index.verify()
    return said, findings


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_catalog_gives_the_right_answer_or_none(path, seed):
    right, _ = look(path)
    assert len(right) == 6
    file = path / "catalog.sqlite"
    data, rng = bytearray(file.read_bytes()), np.random.default_rng(seed)
    at, size = int(rng.integers(len(data))), int(rng.integers(1, 200))
    if seed % 3 == 0:
        del data[at:]
    else:
        data[at : at + size] = rng.bytes(size) if seed % 3 == 1 else bytes(size)
    file.write_bytes(data)
    try:
        said, found = look(path)
    except SadaError:
        return
    assert all(said[name] == right[name] for name in said)
    assert found or said == right


def store(path, arrays_of, *articles):
    """An index made by hand, whose digests all hold."""
    with NewsIndex.create(path, encoder="none"):
        pass
    catalog = Catalog(path)
    bodies = [article.body for article in arrays_of]
    more = word_arrays(arrays_of) | {"spellings": stored_keys(bodies)}
    files = write_segment(path / "arrays", sketch(bodies), Bands(42, 3), more)
    with catalog.writing():
        catalog.put(1, files, [Placed(article, b"", "", at) for at, article in enumerate(articles)])
    return catalog


def test_arrays_of_another_text(tmp_path):
    catalog = store(tmp_path / "index", [ARTICLES[0], Article("b", "of another text")], ARTICLES[0], ARTICLES[1])
    of_its_text = ("its signature is not that", "its words are not those", "its keys of other spellings are not those")
    assert check(tmp_path / "index", catalog) == [Finding("article b", f"{what} of its text") for what in of_its_text]
    catalog.close()


def forge(path, catalog, kind, change, segment=1):
    """Change the contents of an array of a segment; all checksums are right again afterwards. None takes it away."""
    files = catalog.files()
    array = change(np.load(path / "arrays" / files[segment][kind].name)) if change else None
    kept = {number: {kind: kinds[kind]} for number, kinds in files.items() if kind in kinds and number != segment}
    forged = {} if array is None else {segment: {kind: write_array(path / "arrays", kind, array)}}
    with catalog.writing():
        catalog.replace_arrays([kind], kept | forged)


def at_row(row, value):
    def change(array):
        array[row] = value
        return array

    return change


WORDS, SHINGLES = "its words are not those of its text", "its shingles are not those of its text"
POSITIONS = "the positions of its terms do not ascend within the segment"
TERMS_OF_SIX = "it does not part 6 postings by ascending terms"
AB = ("a", "b")  # the articles of segment 1
RUN = Finding("segment 1", "its LSH run is not that of its signatures")


@pytest.mark.parametrize(
    ("kind", "change", "found"),
    [
        ("postings", at_row((0, 4), 9), [Finding("article a", WORDS)]),
        ("lengths", at_row(1, 9), [Finding("article b", WORDS)]),
        ("terms", lambda array: array + np.array([1, 0], np.uint64), [Finding(f"article {one}", WORDS) for one in AB]),
        ("shingles", lambda array: array ^ np.uint32(1), [Finding(f"article {one}", SHINGLES) for one in AB]),
        ("spellings", at_row(1, 5), [Finding("article b", "its keys of other spellings are not those of its text")]),
        ("keys", at_row(0, 5), [Finding("article a", "its signature is not that of its text")]),
        ("signatures", at_row((0, 127), 5), [Finding("article a", "its signature is not that of its text")]),
        ("postings", at_row((0, 0), 2), [POSITIONS]),
        ("postings", lambda array: array | np.uint8(128), [POSITIONS]),
        ("postings", lambda array: array[:-1], [TERMS_OF_SIX]),
        ("terms", lambda array: array[::-1], ["it does not part 7 postings by ascending terms"]),
        ("bounds", at_row(1, 1 << 40), ["it does not part the shingles into ascending sets"]),
        ("lengths", lambda array: array[:1], ["uint32 (1,) where uint32 (2) should be"]),
        ("signatures", lambda array: array[:, :64], ["uint32 (2, 64) where uint32 (2, 128) should be"]),
        ("postings", lambda array: array.astype(np.uint16), ["uint16 (7, 5) where uint8 (any, 5) should be"]),
        ("lsh", lambda array: array[:, ::-1], [RUN]),
        ("spellings", None, [Finding("segment 1", "it has no spellings")]),
        ("terms", None, [Finding("segment 1", "it has no terms")]),
    ],
)  # fmt: skip
def test_forged_contents_with_right_checksums(path, kind, change, found):
    catalog = Catalog(path)
    assert check(path, catalog) == []
    forge(path, catalog, kind, change)
    named = {kind: str(path / "arrays" / entry.name) for kind, entry in catalog.files()[1].items()}
    where = named["terms" if found == [TERMS_OF_SIX] else kind] if change else ""
    assert check(path, catalog) == [Finding(where, one) if isinstance(one, str) else one for one in found]
    catalog.close()


def test_an_array_of_a_kind_that_is_not_known(path):
    catalog = Catalog(path)
    entry = write_array(path / "arrays", "strange", np.arange(3))
    with catalog.writing():
        catalog.replace_arrays(["strange"], {2: {"strange": entry}})
    assert check(path, catalog) == [Finding("segment 2", "nothing is known of its strange")]
    catalog.close()


def swap(path, catalog, kind, array):
    """Put another array in the place of one of segment 3, which holds article c alone."""
    entry = write_array(path / "arrays", kind, array)
    with catalog.writing():
        catalog.replace_arrays([kind], {segment: {kind: entry} if segment == 3 else {kind: files[kind]}
                                        for segment, files in catalog.files().items()})  # fmt: skip


@pytest.mark.parametrize(
    ("vector", "what"),
    [
        (np.full((1, 64), 0.5, np.float16), "its embedding is no unit vector"),
        (np.full((1, 64), np.nan, np.float16), "its embedding is no unit vector"),
        (np.zeros((1, 64), np.float16), "its embedding is all zeros, and yet it has the key of a text"),
        (np.full((1, 64), 0.125, np.float16), None),
    ],
)
def test_embeddings_of_another_length(path, vector, what):
    catalog = Catalog(path)
    swap(path, catalog, "vectors", vector)
    assert check(path, catalog) == ([Finding("article c", what)] if what else [])
    catalog.close()


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (np.full((1, 64), 0.125, np.float32), "float32 (1, 64)"),
        (np.full((1, 4), 0.5, np.float16), "float16 (1, 4)"),
        (np.zeros((0, 64), np.float16), "float16 (0, 64)"),
    ],
)
def test_embeddings_of_another_kind(path, array, found):
    catalog = Catalog(path)
    swap(path, catalog, "vectors", array)
    file = path / "arrays" / catalog.files()[3]["vectors"].name
    assert check(path, catalog) == [Finding(str(file), f"{found} where float16 (1, 64) should be")]
    catalog.close()


def test_embeddings_of_another_text(path):
    catalog = Catalog(path)
    (vector,) = np.load(path / "arrays" / catalog.files()[3]["vectors"].name)
    for key, vector_there, fine in ((text_keys(["Other"]), vector, False), (np.zeros((1, 2), np.uint64), vector, False),
                                    (text_keys(["New"]), vector, True),
                                    (np.zeros((1, 2), np.uint64), np.zeros(64, np.float16), True)):  # fmt: skip
        swap(path, catalog, "encoded", key)
        swap(path, catalog, "vectors", vector_there[None])
        assert check(path, catalog) == ([] if fine else [Finding("article c", "its embedding is of another text")])
    catalog.close()


def test_a_blank_text_with_an_embedding(path, monkeypatch):
    catalog = Catalog(path)
    (vector,) = np.load(path / "arrays" / catalog.files()[3]["vectors"].name)
    swap(path, catalog, "encoded", np.zeros((1, 2), np.uint64))
    monkeypatch.setattr("sada.indexes.upkeep.remade.encoder_text", lambda article: "")
    assert Finding("article c", "its embedding is of another text") in check(path, catalog)
    swap(path, catalog, "vectors", np.zeros_like(vector)[None])
    assert Finding("article c", "its embedding is of another text") not in check(path, catalog)
    catalog.close()


def test_texts_made_by_another_rule_cannot_be_compared(path, monkeypatch):
    catalog = Catalog(path)
    swap(path, catalog, "encoded", text_keys(["Other"]))
    assert len(check(path, catalog)) == 1
    monkeypatch.setattr("sada.indexes.upkeep.remade.TEXT_RULE", "a later rule")
    assert check(path, catalog) == []
    catalog.close()


def test_embeddings_without_keys_of_their_texts(path):
    catalog = Catalog(path)
    with catalog.writing():
        catalog.replace_arrays(["encoded"], {})
    assert check(path, catalog) == [Finding(f"segment {number}", "it has no encoded") for number in (1, 2, 3)]
    catalog.close()


def test_an_lsh_run_of_other_signatures(path):
    catalog = Catalog(path)
    files = catalog.files()[1]
    entry = write_array(
        path / "arrays", "lsh", np.sort(np.load(path / "arrays" / files["lsh"].name) ^ np.uint64(1 << 40))
    )
    with catalog.writing():
        catalog._connection.execute("DELETE FROM files WHERE segment = 1 AND kind = 'lsh'")
        catalog._shift("files", -int.from_bytes(row_digest((1, "lsh", *files["lsh"])), "big"))
        catalog._insert("files", [(1, "lsh", *entry)])
    assert check(path, catalog) == [Finding("segment 1", "its LSH run is not that of its signatures")]
    catalog.close()


def test_places_of_which_nobody_knows(path):
    catalog = Catalog(path)
    for forgotten, put in (([(2, 0)], []), ([], [(2, 0), (2, 9)])):
        with catalog.writing():
            catalog._delete("removed", "segment = ? AND position = ?", [(home, row_digest(home)) for home in forgotten])
            catalog._insert("removed", put)
        assert check(path, catalog) == [
            Finding(
                f"{path / 'catalog.sqlite'}: removed", "the places of removed articles are not those that are empty"
            )
        ]
    catalog.close()


@pytest.mark.parametrize(
    ("stories", "ended", "redirects", "changes", "wrong"),
    [
        ([], [], {"r": "y"}, [], {"r": "redirects to y, which does not exist"}),
        ([], [], {"r": "q"}, [], {"r": "redirects to q, which does not exist"}),
        ([], ["s"], {}, [], {"q": "redirects to s, which does not exist", "r": "redirects to s, which does not exist",
                             "s": "its history does not end as it stands now"}),
        ([("q", [3], {})], [], {}, [], {"q": "its history does not end as it stands now"}),
        ([("t", [3], {})], [], {}, [], {"t": "its history does not end as it stands now"}),
        ([("t", [3], {})], [], {}, [StoryChange("t", "opened", "c")], {}),
        ([], [], {}, [StoryChange("s", "opened", "ab")],
         {"s": "'opened' in its history cannot follow what was before"}),
        ([("q", [3], {})], [], {}, [StoryChange("q", "joined", "c")],
         {"q": "'joined' in its history cannot follow what was before"}),
        ([], [], {}, [StoryChange("r", "opened", "")], {"r": "its history does not end as it stands now"}),
        ([], [], {"t": ""}, [StoryChange("t", "opened", "c"), StoryChange("t", "ended", "c")], {}),
    ],
)  # fmt: skip
def test_ids_that_lead_nowhere_or_are_not_accounted_for(path, stories, ended, redirects, changes, wrong):
    catalog = Catalog(path)
    with catalog.writing():
        catalog.change_stories(stories, ended, redirects, changes)
    assert check(path, catalog) == [Finding(f"story {story}", what) for story, what in wrong.items()]
    catalog.close()


def test_a_faiss_file_that_is_not_whole_is_named_and_mended_by_a_search(tmp_path, word_encoder, monkeypatch):
    monkeypatch.setattr(quantized, "EXACT_VALUES", 64 * 20)
    with NewsIndex.create(tmp_path / "index", encoder=word_encoder) as index:
        index.add([Article(f"m{number}", f"Report number {number}") for number in range(40)])
        (file,) = (tmp_path / "index" / "faiss").iterdir()
        right = [hit.id for hit in index.neighbours("m1", 5)]
    whole = file.read_bytes()
    for at in (0, 40, len(whole) - 1):
        data = bytearray(whole)
        data[at] ^= 1
        for harmed in (data, whole[:at]):
            file.write_bytes(harmed)
            with NewsIndex.open(tmp_path / "index") as index:
                what = "its bytes are not those that were written for these vectors; it is made anew when next needed"
                assert index.verify() == [Finding(str(file), what)]
                with pytest.warns(UserWarning, match="made anew"):
                    assert [hit.id for hit in index.neighbours("m1", 5)] == right
                assert index.verify() == [] and file.read_bytes() == whole
    file.unlink()
    assert findings(tmp_path / "index") == []
