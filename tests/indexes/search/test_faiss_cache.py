"""Files of FAISS structures: made, found damaged, made anew, swept."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xxhash

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.minhash.bands import Bands
from sada.indexes.search import faiss_cache, quantized
from sada.indexes.search.dense import VectorSearch
from sada.indexes.search.faiss_cache import build_cache, complaint, open_cache, sweep_caches
from sada.indexes.segments.segment import VECTORS, Part, StoredSegment
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import write_array
from sada.indexes.threads import use_threads

ROWS, DIMENSION = 2000, 16


@pytest.fixture(params=["scan", "lists"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have every segment searched in that way."""
    monkeypatch.setattr(quantized, "EXACT_VALUES", 0)
    monkeypatch.setattr(quantized, "SCAN_ROWS", 1 << 60 if request.param == "scan" else 0)
    return str(request.param)


def vectors(seed: int = 1) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).normal(size=(ROWS, DIMENSION))).astype(np.float16)


def stored(folder: Path, segment: int = 0, seed: int = 1) -> StoredSegment:
    keys = write_array(folder, "keys", np.zeros(ROWS, np.uint64))
    files = {segment: {VECTORS: write_array(folder, VECTORS, vectors(seed)), "keys": keys}}
    return StoredSegment(ArrayStore(folder, files), segment, Bands(1, 1))


def only_file(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def answers(one: StoredSegment, cache: Path | None) -> np.ndarray:
    search = VectorSearch([Part(one, np.arange(ROWS))], DIMENSION, cache)
    return search.search(unit_rows(vectors(9)[:5]), 7)[0]


def test_made_once_and_the_same_for_any_number_of_threads(tmp_path: Path) -> None:
    one, contents = stored(tmp_path), []
    for threads in (1, 2, 3):
        with use_threads(threads):
            build_cache(tmp_path / str(threads), one)
        path = only_file(tmp_path / str(threads))
        assert path.name == one.array(VECTORS).entry.name.replace(".npy", ".faiss")
        contents.append(path.read_bytes())
        before = path.stat().st_mtime_ns
        build_cache(tmp_path / str(threads), one)
        assert path.stat().st_mtime_ns == before
    assert contents[0] == contents[1] == contents[2]


def test_what_was_made_is_opened_without_a_word(tmp_path: Path, kind: str) -> None:
    one = stored(tmp_path)
    build_cache(tmp_path / "faiss", one)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened = open_cache(tmp_path / "faiss", one)
        assert opened is not None
        assert opened.name == kind
        found = answers(one, tmp_path / "faiss")
    assert (found == answers(one, None)).mean() > 0.9  # the exact ones


@pytest.mark.parametrize("place", ["head", "middle", "end", "cut", "empty", "longer"])
def test_a_damaged_file_is_told_and_made_anew(tmp_path: Path, place: str) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"
    build_cache(cache, one)
    path = only_file(cache)
    whole, wanted = path.read_bytes(), answers(one, cache)
    damaged = bytearray(whole)
    if place in ("head", "middle", "end"):
        damaged[{"head": 20, "middle": len(whole) // 2, "end": -1}[place]] ^= 1
    path.write_bytes({"cut": whole[:-9], "empty": b"", "longer": whole + b"\0"}.get(place, bytes(damaged)))
    with pytest.warns(UserWarning, match=f"{path}: its bytes are not those that were written.*; made anew"):
        assert (answers(one, cache) == wanted).all()
    assert path.read_bytes() == whole
    assert only_file(cache) == path


def test_a_missing_file_is_told_and_made(tmp_path: Path) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"
    with pytest.warns(UserWarning, match=r"vectors-\w+\.faiss: missing; made anew"):
        answers(one, cache)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answers(one, cache)


def test_a_file_of_other_vectors_or_made_otherwise_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, cache = stored(tmp_path, 0, 1), stored(tmp_path, 1, 2), tmp_path / "faiss"
    build_cache(cache, other)
    only_file(cache).rename(cache / one.array(VECTORS).entry.name.replace(".npy", ".faiss"))
    with pytest.warns(UserWarning, match="not those that were written for these vectors"):
        answers(one, cache)
    for name in ("_SCAN_BITS", "_LISTS_BITS"):
        monkeypatch.setattr(quantized, name, 4)
    with pytest.warns(UserWarning, match="not those that were written for these vectors"):
        answers(one, cache)


def test_a_file_in_the_format_of_faiss_is_never_given_to_faiss(tmp_path: Path, kind: str) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"
    build_cache(cache, one)
    path, about = only_file(cache), json.loads(only_file(cache).read_bytes().split(b"\n")[0])
    whole = path.read_bytes()
    path.write_bytes(json.dumps({key: about[key] for key in ("vectors", "plan", "digest")}).encode() + b"\nIxRb")
    assert complaint(cache, one) is None
    with pytest.warns(UserWarning, match=r"is of an earlier Sada; made anew"):
        answers(one, cache)
    assert path.read_bytes() == whole


def forge(path: Path, change: Callable[[bytearray], object]) -> None:
    """Change the arrays of a file, and make the digest the right one again."""
    line, _, rest = path.read_bytes().partition(b"\n")
    content = bytearray(rest)
    change(content)
    about = json.loads(line) | {"digest": xxhash.xxh3_128_hexdigest(content)}
    path.write_bytes(json.dumps(about).encode().ljust(len(line)) + b"\n" + content)


def test_arrays_that_are_no_index_are_told_though_the_digest_is_right(tmp_path: Path, kind: str) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"
    build_cache(cache, one)
    path = only_file(cache)
    whole, wanted = path.read_bytes(), answers(one, cache)
    centres = DIMENSION * 4 * (1 if kind == "scan" else 64)

    def number(at: int, value: int) -> Callable[[bytearray], object]:
        return lambda content: content.__setitem__(slice(at, at + 8), value.to_bytes(8, "little", signed=True))

    forgeries: list[Callable[[bytearray], object]] = [
        lambda content: content.append(0),
        lambda content: content.pop(),
        lambda content: content.clear(),
        lambda content: content.__setitem__(slice(0, 4), np.float32(np.nan).tobytes()),
    ]
    if kind == "lists":
        places = centres + 8 * 64
        forgeries += [number(centres, value) for value in (-1, 1 << 62, ROWS + 1)]
        forgeries += [number(places, value) for value in (-1, 1 << 40, ROWS)]
        forgeries.append(
            lambda content: content.__setitem__(slice(places, places + 8), content[places + 8 : places + 16])
        )
    for change in forgeries:
        path.write_bytes(whole)
        forge(path, change)
        assert str(complaint(cache, one)).startswith(f"{path}: it cannot be an index of these vectors; it is made anew")
        with pytest.warns(UserWarning, match="it cannot be an index of these vectors; made anew"):
            assert (answers(one, cache) == wanted).all()
        assert path.read_bytes() == whole


def test_any_bytes_are_codes(tmp_path: Path) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"
    build_cache(cache, one)
    assert complaint(cache, one) is None
    forge(only_file(cache), lambda content: content.__setitem__(slice(len(content) - 9000, None), b"\xff" * 9000))
    assert "its codes are not those of the vectors; delete it" in str(complaint(cache, one))
    found = answers(one, cache)
    assert ((found >= -1) & (found < ROWS)).all()


def test_where_no_file_can_be_written_all_vectors_are_compared(tmp_path: Path) -> None:
    one = stored(tmp_path)
    (tmp_path / "file").write_text("")
    cache = tmp_path / "file" / "faiss"
    with pytest.warns(UserWarning, match="all vectors are compared until someone who may write"):
        assert open_cache(cache, one) is None
    with pytest.warns(UserWarning, match="all vectors are compared"):
        assert (answers(one, cache) == answers(one, None)).all()


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.warns(UserWarning, match="missing; all vectors are compared"):
        answers(one, cache)
    assert not list(cache.iterdir())
    build_cache(cache, one)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_cache(cache, one) is not None


def test_a_disk_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, cache = stored(tmp_path), tmp_path / "faiss"

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(faiss_cache, "write_file", refuse)
    with pytest.warns(UserWarning) as told:
        assert open_cache(cache, one) is not None
    assert ["missing; made anew" in str(told[0].message), "No space left" in str(told[1].message)] == [True, True]
    with pytest.raises(OSError, match="No space left"):
        build_cache(cache, one)


def test_files_of_what_is_gone_are_swept(tmp_path: Path) -> None:
    cache, both = tmp_path / "faiss", [stored(tmp_path, n, n) for n in (0, 1)]
    sweep_caches(cache, both)
    for one in both:
        build_cache(cache, one)
    (cache / "vectors-0123456789abcdef.faiss").write_bytes(b"of a segment that was merged")
    (cache / "vectors-0123456789abcdef.0123456789abcdef").write_bytes(b"half written")
    sweep_caches(cache, both)
    assert len(list(cache.iterdir())) == 2
    sweep_caches(cache, both[1:])
    assert only_file(cache).name == both[1].array(VECTORS).entry.name.replace(".npy", ".faiss")


def test_a_segment_without_vectors_or_searched_exactly_has_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = StoredSegment(ArrayStore(tmp_path, {0: {}}), 0, Bands(1, 1))
    build_cache(tmp_path / "faiss", without)
    monkeypatch.setattr(quantized, "EXACT_VALUES", ROWS * DIMENSION)
    build_cache(tmp_path / "faiss", stored(tmp_path))
    sweep_caches(tmp_path / "faiss", [without])
    assert not (tmp_path / "faiss").exists()
