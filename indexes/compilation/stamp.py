"""The stamp of a kernel: a digest of all that its machine code is made of.

Numba itself compares the bytes of the file that a kernel stands in, and of the kernel's own code the instructions only.
So a constant or a kernel that is imported from another file could change, and the old machine code would still run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
from numba.core.extending import _Intrinsic

_BY_NAME = ("math", "numba", "numpy")  # packages whose functions are known by their names


@cache
def stamp(function: FunctionType) -> str:
    """The stamp of a kernel, as 64 hex digits.

    It covers the instructions and constants of the function, the values of the globals that it reads, and the kernels
    that it calls. It does not change with comments, the words of a docstring or the place in the file. What the version
    of numba and the types of arguments add is for the caller to compare.

    Args:
        function: the Python function that a kernel is compiled from.

    Raises:
        TypeError: if the function reads a global whose value cannot be told by its text.
    """
    return hashlib.sha256("\n".join(_lines(function)).encode()).hexdigest()


def _lines(function: FunctionType) -> Iterator[str]:
    code = function.__code__
    yield from _code_lines(code, function.__doc__)
    yield _told(function.__defaults__)
    yield _closed(function)
    for name in _names(code):
        if name in function.__globals__:
            value = function.__globals__[name]
            yield f"{name} = {_told(value)}"
            if isinstance(value, ModuleType) and value.__name__.partition(".")[0] not in _BY_NAME:
                parts = vars(value)
                yield from (f"{name}.{part} = {_told(parts[part])}" for part in _names(code) if part in parts)


def _code_lines(code: CodeType, doc: str | None) -> Iterator[str]:
    yield code.co_code.hex()
    yield f"{code.co_names} {code.co_varnames} {code.co_freevars}"
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _code_lines(value, None)
        elif doc is None or value != doc:
            yield _told(value)


def _names(code: CodeType) -> dict[str, None]:
    """The names that a function and what is defined in it read, in a fixed order."""
    names = dict.fromkeys(code.co_names)
    for value in code.co_consts:
        if isinstance(value, CodeType):
            names |= _names(value)
    return names


def _closed(function: FunctionType) -> str:
    return ", ".join(_told(cell.cell_contents) for cell in function.__closure__ or ())


def _told(value: Any) -> str:
    """A text that tells a value from others of its kind, the same in every process."""
    if hasattr(value, "py_func"):
        return stamp(value.py_func)
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, _Intrinsic):  # what it writes hangs on the whole file that it stands in
        source = Path(value._defn.__code__.co_filename).read_bytes()
        return f"{hashlib.sha256(source).hexdigest()} {_closed(value._defn)}"
    if isinstance(value, FunctionType):  # of NumPy, which numba compiles in its own way
        return f"{value.__module__}.{value.__qualname__}{_closed(value)}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_told, value))})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_told, value)))}}}"
    text = f"{type(value).__name__} {value!r}"
    if " at 0x" in text:
        raise TypeError(f"a kernel reads {text}, which differs from process to process")
    return text
