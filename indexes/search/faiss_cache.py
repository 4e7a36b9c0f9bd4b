"""FAISS files of large segments: a cache that is built from the stored vectors, and built again where it is damaged.

A file is named after the array of vectors that it was built from. Its first line says from which vectors and by which
plan it was built, and holds the XXH3-128 digest of what follows: the arrays of
:class:`~sada.indexes.search.plain_codes.PlainCodes`. FAISS itself would load a flipped bit and not notice. The codes
are small (a sixteenth to an eighth of the vectors), so that the whole file is read and compared when it is opened.
"""

from __future__ import annotations

import json
import os
import secrets
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from sada.indexes.disk.durable import sync_folder, write_file
from sada.indexes.errors import IndexWarning
from sada.indexes.folder.entries import open_file
from sada.indexes.folder.paths import FAISS_FILE
from sada.indexes.folder.sweeping import sweep
from sada.indexes.search.plain_codes import PlainCodes
from sada.indexes.search.quantized import Plan, QuantizedSearch, are_codes_of, build, empty_index, plan
from sada.indexes.segments.segment import VECTORS, StoredSegment
from sada.indexes.storage.arrays import ArrayFile, StoredArray

_SUFFIX = ".faiss"
_LONGEST = 1000  # bytes of the first line ...
_ALIGNED = 64  # ... which are a multiple of that
_EARLIER_START = b'{"vectors"'  # of files in FAISS's own format, which are not read
_EARLIER = "is of an earlier Sada"


def build_cache(cache: Path, stored: StoredSegment) -> None:
    """Build the FAISS file of a segment, unless it is there and undamaged, or the segment is searched exactly.

    Args:
        cache: the folder of FAISS files, made if it is not there.
        stored: the segment.

    Raises:
        OSError: if it cannot be written.
        IndexDamagedError: if a vector is not finite.
    """
    chosen = planned(stored)
    if chosen is not None and isinstance(_read(cache, stored.array(VECTORS), chosen), str):
        _write(cache, stored.array(VECTORS), chosen, build(chosen, stored.array(VECTORS)))


def sweep_caches(cache: Path, living: Iterable[StoredSegment]) -> None:
    """Remove every FAISS file that belongs to none of the living segments; see :func:`sweep`."""
    if cache.is_dir():
        sweep(cache, FAISS_FILE, {_path(cache, one.file(VECTORS)).name for one in living if one.has(VECTORS)})


def open_cache(cache: Path, stored: StoredSegment) -> QuantizedSearch | None:
    """Open the FAISS file of a large segment.

    A file that is missing or damaged is reported as an :class:`~sada.indexes.errors.IndexWarning`, and built again if
    the folder can be written.

    Returns:
        None if the segment is searched exactly, or if its file cannot be used and the folder cannot be written.
    """
    array, chosen = stored.array(VECTORS), planned(stored)
    if chosen is None:
        return None
    codes, index = _read(cache, array, chosen), empty_index(chosen)
    if isinstance(codes, str):
        complaint = f"{_path(cache, array.entry)}: {codes}"
        if not _is_writable(cache):
            _warn(f"{complaint}; all vectors are compared until someone who may write there searches by meaning")
            return None
        _warn(f"{complaint}; made anew from the vectors")
        index = build(chosen, array)
        try:
            _write(cache, array, chosen, index)
        except OSError as error:
            path = _path(cache, array.entry)
            _warn(f"{path}: cannot be written ({error.strerror}); every search in a new process makes it")
    else:
        codes.fill(index)
    return QuantizedSearch(array, chosen, index)


def complaint(cache: Path, stored: StoredSegment) -> str | None:
    """What is wrong with the FAISS file of a segment, in one phrase; None if it is undamaged or there is none.

    The codes are made again from the vectors and compared.
    """
    path = _path(cache, stored.file(VECTORS)) if stored.has(VECTORS) else None
    chosen = planned(stored)
    if path is None or chosen is None or not path.exists():
        return None
    codes = _read(cache, stored.array(VECTORS), chosen)
    if isinstance(codes, str):
        return None if codes == _EARLIER else f"{path}: {codes}; it is made anew when next needed"
    alike = are_codes_of(codes, chosen, stored.array(VECTORS))
    return None if alike else f"{path}: its codes are not those of the vectors; delete it, and it is made anew"


def planned(stored: StoredSegment) -> Plan | None:
    """The plan of a segment's FAISS index; None if the segment is searched exactly or has no vectors."""
    return plan(*stored.array(VECTORS).mapped.shape) if stored.has(VECTORS) else None


def cached_bytes(cache: Path | None, stored: StoredSegment) -> int:
    """The size of a segment's FAISS file in bytes; 0 if there is none."""
    if cache is None:
        return 0
    try:
        return _path(cache, stored.file(VECTORS)).stat().st_size
    except OSError:
        return 0


def _is_writable(cache: Path) -> bool:
    """Whether files can be written to the folder, which is made if it can be."""
    try:
        cache.mkdir(exist_ok=True)
    except OSError:
        return False
    return os.access(cache, os.W_OK)


def _path(cache: Path, vectors: ArrayFile) -> Path:
    return (cache / vectors.name).with_suffix(_SUFFIX)


def _head(array: StoredArray, chosen: Plan, digest: str) -> bytes:
    """The first line of a file, as long as lets the arrays begin where numbers may stand in memory."""
    about = {"arrays": list(PlainCodes._fields), "vectors": array.entry.checksum, "plan": chosen._asdict()}
    line = json.dumps(about | {"digest": digest}).encode()
    return line + b" " * (-(len(line) + 1) % _ALIGNED) + b"\n"


def _read(cache: Path, array: StoredArray, chosen: Plan) -> PlainCodes | str:
    """The content of a file, or what is wrong with the file in one phrase."""
    try:
        with open_file(_path(cache, array.entry)) as file:
            content = memoryview(file.read())
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if content[: len(_EARLIER_START)] == _EARLIER_START:
        return _EARLIER
    start = bytes(content[:_LONGEST]).find(b"\n") + 1
    if bytes(content[:start]) != _head(array, chosen, xxhash.xxh3_128_hexdigest(content[start:])):
        return "its bytes are not those that were written for these vectors"
    width = empty_index(chosen).code_size
    codes = PlainCodes.read(content[start:], chosen.rows, chosen.dimension, chosen.lists, width)
    return "it cannot be an index of these vectors" if codes is None else codes


def _write(cache: Path, array: StoredArray, chosen: Plan, index: Any) -> None:
    cache.mkdir(exist_ok=True)
    content = [np.ascontiguousarray(part).reshape(-1).data.cast("B") for part in PlainCodes.of(index) if part.size]
    digest = xxhash.xxh3_128()
    for part in content:
        digest.update(part)
    path = _path(cache, array.entry)
    own = path.with_suffix(f".{secrets.token_hex(8)}")  # several processes may write the same file
    write_file(own, [_head(array, chosen, digest.hexdigest()), *content])
    own.replace(path)
    sync_folder(cache)


def _warn(message: str) -> None:
    warnings.warn(message, IndexWarning, stacklevel=2)
