"""Machine code of kernels, kept on disk: loaded where it is there and undamaged, else compiled and written.

Numba's own cache is not used, for four reasons. It reads no folder that it cannot write, so that what was compiled when
an image was built is compiled again by whoever may not write there. It does not notice a change in another file
(:mod:`~sada.indexes.compilation.stamp`). A file that is cut short, or a full disk, ends the program. And it raises an
error where nothing can be written. The files are numba's: an index of signatures and a file for each.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import xxhash
from numba.core.caching import IndexDataCacheFile
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from sada.indexes.compilation.folders import Folder, folders
from sada.indexes.compilation.stamp import stamp
from sada.indexes.errors import CacheWarning

UNKEPT = (
    "the compiled kernels cannot be kept, so that every process compiles them again, for seconds: set NUMBA_CACHE_DIR"
    " to a folder that this user can write, or run `sada compile` once as a user who can write to the installation"
)


class KernelCache:
    """The machine code of one kernel; it has the methods that numba's dispatchers ask of a cache.

    Args:
        function: the Python function that the kernel is compiled from.
        fastmath: whether it is compiled so.
    """

    warned = False  # one line for each process

    def __init__(self, function: FunctionType, fastmath: bool = False) -> None:
        self._function = function
        self._fastmath = fastmath
        self._source = Path(function.__code__.co_filename)
        self.cache_path: str | None = None
        """The folder from which it was loaded or into which it was written; None if neither was done."""

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The compiled kernel of a signature, from the first folder that has it undamaged; None if none has."""
        context.refresh()
        key = _key(signature, context.codegen())
        for folder, file in self._files():
            if not folder.is_safe():
                continue
            try:
                digest, content = file.load(key)
                if xxhash.xxh3_128_digest(content) != digest:
                    continue
                found = CompileResult._rebuild(context, *pickle.loads(content))
            except Exception:  # missing, damaged or not readable by this user: a damaged pickle raises anything
                continue
            self.cache_path = str(folder.path)
            return found
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Write a compiled kernel into the first folder that can be written; where there is none, warn once."""
        key, content = _key(signature, result.codegen), dumps(result._reduce())
        for folder, file in self._files():
            try:
                folder.make()
                _save(file, key, (xxhash.xxh3_128_digest(content), content))
            except OSError:
                continue
            self.cache_path = str(folder.path)
            return
        self.cache_path = None
        if not KernelCache.warned:
            KernelCache.warned = True
            warnings.warn(UNKEPT, CacheWarning, stacklevel=2)

    def flush(self) -> None:
        """Forget all signatures, as numba's ``recompile`` asks."""
        for _, file in self._files():
            file.flush()

    def _files(self) -> Iterator[tuple[Folder, Any]]:
        python = f"{sys.implementation.cache_tag}{getattr(sys, 'abiflags', '')}"
        kernel = f"{self._function.__module__}.{self._function.__qualname__}"
        name = f"{kernel.replace('<', '').replace('>', '')}.{python}"  # which Windows has in no name of a file
        for folder in folders(self._source):
            yield folder, IndexDataCacheFile(str(folder.path), name, stamp(self._function) + "fast" * self._fastmath)


def _key(signature: Any, codegen: Any) -> Any:
    """What machine code also hangs on: the types of arguments, and the processor."""
    return signature, codegen.magic_tuple()


def _save(file: Any, key: Any, data: tuple[bytes, bytes]) -> None:
    try:
        file.save(key, data)
    except OSError:
        raise
    except Exception:  # the index of signatures is damaged
        file.flush()
        file.save(key, data)
