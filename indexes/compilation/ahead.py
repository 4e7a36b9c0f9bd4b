"""All kernels compiled ahead, as when an image is built."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from sada.indexes.compilation.cache import UNKEPT, KernelCache
from sada.indexes.errors import CacheWarning, SadaError


class CompileReport(NamedTuple):
    """What was compiled ahead.

    >>> CompileReport(kernels=49, compiled=0, folders=("/opt/sada/indexes/text/__pycache__",)).compiled
    0

    Attributes:
        kernels: number of kernels that Python calls.
        compiled: how many of them were compiled by this process; the others were loaded.
        folders: where their machine code is, sorted.
    """

    kernels: int
    compiled: int
    folders: tuple[str, ...]


def compile_kernels_of(packages: Sequence[str]) -> CompileReport:
    """Compile those kernels of some packages that are not compiled yet, and keep their machine code.

    Args:
        packages: their full names; kernels are in files whose names end in ``kernels.py``.

    Raises:
        SadaError: if no folder can be written.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CacheWarning)  # the error says the same
        modules = [import_module(name) for name in _modules(packages)]
    found = {id(value): value for module in modules for value in vars(module).values() if _is_entry(value)}.values()
    kept = {kernel._cache.cache_path for kernel in found}
    if None in kept:
        raise SadaError(UNKEPT)
    compiled = sum(bool(kernel.stats.cache_misses) for kernel in found)
    return CompileReport(len(found), compiled, tuple(sorted(kept)))


def _modules(packages: Sequence[str]) -> Iterator[str]:
    for package in packages:
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            for path in sorted(Path(folder).rglob("*kernels.py")):
                yield ".".join((package, *path.relative_to(folder).with_suffix("").parts))


def _is_entry(value: Any) -> bool:
    """Whether a value is a kernel with a signature; others are compiled as parts of these."""
    return isinstance(getattr(value, "_cache", None), KernelCache) and not value._can_compile
