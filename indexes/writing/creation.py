"""A new, empty index."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from sada.indexes.disk.durable import sync_folder
from sada.indexes.disk.faults import damage, disk_faults, fault
from sada.indexes.encoders.encoder import Encoder
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.errors import IndexExistsError, InputError, SadaError
from sada.indexes.folder.paths import ARRAYS, hidden_beside
from sada.indexes.folder.sweeping import discard_partial
from sada.indexes.minhash import sketches
from sada.indexes.minhash.bands import Bands
from sada.indexes.storage.catalog import Catalog, is_index
from sada.indexes.writing.encoder_settings import encoder_settings

JACCARD = 0.5


def check_free(path: str | Path) -> None:
    """Raise :class:`IndexExistsError` if a new index cannot go to ``path`` because something is there."""
    if is_index(path):
        raise IndexExistsError(f"{path}: already exists; add to it with: sada add {path} INPUT, or choose another name")
    if os.path.lexists(path):
        raise IndexExistsError(f"{path}: something else is there; choose another name for the index")
    if not Path(path).absolute().parent.is_dir():
        raise InputError(f"{path}: there is no folder {Path(path).parent}; make it first")


def create_index(
    path: str | Path, encoder: Encoder | str | None, options: Mapping[str, str] | None, jaccard: float, threads: int
) -> Encoder | None:
    """Make a new, empty index; returns its encoder. See :meth:`~sada.indexes.index.NewsIndex.create`.

    It is made beside ``path`` and then renamed, so that it is there whole or not at all.
    """
    path = Path(path)
    check_free(path)
    if not 0 < jaccard <= 1:
        raise ValueError(f"jaccard={jaccard}: choose a threshold above 0 and up to 1")
    loaded = load_encoder(encoder, threads, options)
    settings = {
        "minhash": sketches.stamp(),
        "lsh": Bands.for_jaccard(jaccard).stamp(jaccard),
        **encoder_settings(encoder, loaded),
    }
    with disk_faults(path), new_folder(path) as partial:
        (partial / ARRAYS).mkdir()
        with damage(path):
            Catalog.create(partial, settings)
    return loaded


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside ``path`` to fill in the block; then it gets that name, so it is there whole or not at all.

    Errors name ``path``, as nobody knows the folder that is filled; where it cannot be made, the folder above.

    Raises:
        IndexExistsError: if something took the name meanwhile.
        NoRoomError, IndexReadOnlyError: if there is no room for the folder, or this user may not make it.
    """
    partial = hidden_beside(path, "partial")
    try:
        partial.mkdir()
    except OSError as error:
        raise fault(path.parent, error) from error
    try:
        yield partial
        sync_folder(partial)
        _rename_new(partial, path)
    except SadaError as error:
        raise type(error)(str(error).replace(str(partial), str(path))) from error
    finally:
        discard_partial(partial)
    sync_folder(path.parent)


def _rename_new(partial: Path, path: Path) -> None:
    """Give a finished index its name, which another process may have taken meanwhile."""
    try:
        partial.rename(path)
    except OSError:
        check_free(path)
        raise
