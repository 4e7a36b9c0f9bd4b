"""Where results are written: standard output, a descriptor that a shell opened, a device, or a file."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sada.indexes.errors import SadaError
from sada.indexes.folder.paths import hidden_beside

Write = Callable[[bytes], object]

_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_MOST_LINKS = 40


@contextmanager
def opened(output: str | None) -> Iterator[Write]:
    """Open ``output`` for the block; gives the function that writes to it.

    A file is written under a temporary name beside it and renamed at the end, so it is whole or not there. A device, a
    pipe and a descriptor (``/dev/fd/63``) are written in place, from their current position: the file that a shell
    opened is neither truncated nor replaced. When the reader of standard output has gone, writing ends quietly.

    Args:
        output: path of a file; None, ``"-"`` and ``/dev/stdout`` are standard output.

    Raises:
        SadaError: if it cannot be written.
    """
    number = None if output in (None, "-") else descriptor(str(output))
    if output in (None, "-") or number == 1:
        target = _standard_output()
    elif number is not None or _is_special(str(output)):
        target = _in_place(Path(str(output)), number)
    else:
        target = _file(Path(str(output)))
    with target as write:
        yield write


def descriptor(path: str) -> int | None:
    """The number of the open descriptor of this process that ``path`` names; None for an ordinary path."""
    own = re.compile(rf"/(?:dev|proc/(?:self|thread-self|{os.getpid()}))/fd/(\d+)")
    for _ in range(_MOST_LINKS):
        path = os.path.abspath(path)
        if path in _STREAMS:
            return _STREAMS[path]
        if found := own.fullmatch(path):
            return int(found[1])
        if not os.path.islink(path):
            return None
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return None


@contextmanager
def _standard_output() -> Iterator[Write]:
    stream = sys.stdout.buffer

    def write(data: bytes) -> None:
        with _reported():
            stream.write(data)

    try:
        with _reported():
            sys.stdout.flush()
        yield write
        with _reported():
            stream.flush()
    except BrokenPipeError:
        pass


@contextmanager
def _reported() -> Iterator[None]:
    """Turn an error of standard output into one that says what to do; discard what is still buffered."""
    try:
        yield
    except OSError as error:
        # It must not fail again when the interpreter flushes it at exit.
        with suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise SadaError(
            f"standard output: cannot be written ({error.strerror}); make room, or name a file elsewhere with -o"
        ) from error


def _is_special(path: str) -> bool:
    """True if something exists there that is not a regular file; a folder is refused when it is opened."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


@contextmanager
def _in_place(path: Path, number: int | None) -> Iterator[Write]:
    with _named(path):
        file: IO[bytes] = path.open("wb") if number is None else os.fdopen(os.dup(number), "wb")

    try:
        yield _writer(file, path)
        with _named(path):
            file.close()
    finally:
        with suppress(OSError):
            file.close()


def _writer(file: IO[bytes], path: Path) -> Write:
    def write(data: bytes) -> None:
        with _named(path):
            file.write(data)

    return write


@contextmanager
def _file(path: Path) -> Iterator[Write]:
    with _named(path):
        target = path.resolve()
        temporary = hidden_beside(target, "part")
        file = temporary.open("xb")  # never through a link that another user put there

    try:
        yield _writer(file, path)
        with _named(path):
            file.flush()
            os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        file.close()
    except BaseException:
        with suppress(OSError):
            file.close()
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SadaError(f"{path}: cannot be written ({error.strerror}); choose another -o or make room") from error
