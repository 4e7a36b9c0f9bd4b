"""A copy of one commit of an index, made while other processes may write to it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from sada.indexes.disk.durable import write_file
from sada.indexes.disk.faults import disk_faults
from sada.indexes.errors import IndexDamagedError, IndexExistsError, InputError, SadaError
from sada.indexes.folder.entries import open_file
from sada.indexes.folder.paths import ARRAYS, CATALOG, FAISS, FAISS_FILE, bytes_of
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.catalog import Catalog, is_index
from sada.indexes.upkeep.findings import Finding
from sada.indexes.upkeep.verify import changed_bytes
from sada.indexes.writing.creation import check_free, new_folder

_PIECE = 1 << 20


class BackupReport(NamedTuple):
    """How many articles the copy has, and how many bytes on disk.

    >>> index.backup(index.path.with_name("copy.sada")).articles == len(index)
    True
    """

    articles: int
    bytes: int


def backup(snapshot: Snapshot, path: Path) -> BackupReport:
    """Copy the commit of a snapshot to a new folder; see :meth:`~sada.indexes.index.NewsIndex.backup`.

    Rows are copied by SQLite from the transaction that holds the commit, and array files from their maps, which outlive
    the files. FAISS files are copied where they are there; they are checked when they are opened.
    """
    if is_index(path):  # another advice than where an index is built: nothing may be added to an older copy
        raise IndexExistsError(f"{path}: already exists, and a copy replaces nothing; choose another name")
    check_free(path)
    if snapshot.path.resolve() in path.resolve().parents:
        raise InputError(f"{path}: is inside the index {snapshot.path}; choose a folder outside it")
    with snapshot.lock, disk_faults(path):
        catalog, store = snapshot.catalog, snapshot.array_store
        if store is None:
            snapshot.stored  # noqa: B018 # raises what is wrong with the list of files
        _refuse(changed_bytes(catalog, store))
        with new_folder(path) as partial:
            _copy(snapshot, partial)
            report = _checked(partial)
    return report


def _copy(snapshot: Snapshot, folder: Path) -> None:
    (folder / ARRAYS).mkdir()
    assert snapshot.array_store is not None
    snapshot.array_store.copy_to(folder / ARRAYS)
    snapshot.catalog.copy_to(folder / CATALOG)
    snapshot.catalog.commits.copy_note(folder)
    caches = sorted(cache for cache in (snapshot.path / FAISS).glob("*.faiss") if FAISS_FILE.fullmatch(cache.name))
    if caches:
        (folder / FAISS).mkdir()
    for cache in caches:
        _copy_cache(cache, folder / FAISS / cache.name)


def _copy_cache(cache: Path, copy: Path) -> None:
    """Copy a FAISS file, unless a writer deleted it meanwhile, or a stranger put a link or a pipe under its name."""
    try:
        opened = open_file(cache)
    except OSError:
        return
    with opened as file:
        write_file(copy, iter(lambda: file.read(_PIECE), b""))


def _checked(folder: Path) -> BackupReport:
    """Read all that was copied again and compare it with its digests."""
    catalog = Catalog(folder)
    with contextlib.closing(catalog):
        found = changed_bytes(catalog, ArrayStore(folder / ARRAYS, catalog.files()))
        if found:
            raise SadaError(f"{folder}: the copy is not what was copied; check the disk, and try again")
        return BackupReport(catalog.count("articles"), bytes_of(folder))


def _refuse(findings: list[Finding]) -> None:
    for finding in findings:
        raise IndexDamagedError(f"{finding.where}: {finding.what}; nothing was copied (all findings: sada verify)")
