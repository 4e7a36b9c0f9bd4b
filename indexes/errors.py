"""The errors that Sada raises: each message is one line that says what is wrong and how to mend it.

All are a :class:`SadaError`. Those of which the cause lies with the caller are a :class:`CallerError`, too.

======================= ==================================== ==================================================
Error                   Whose                                Mend
======================= ==================================== ==================================================
``InputError``          caller: the input                    give another file, or correct the row that is named
``ArticleError``        caller: the values of an article     correct the value that is named
``UnknownArticleError`` caller: the id                       give the id of an article that is in the index
``UnknownStoryError``   caller: the id                       give an id that a story has or had
``IndexExistsError``    caller: the path of a new index      give another path, or add to the index there
``NotAnIndexError``     caller: the path of an index         give the path of an index, or build one
``IndexMismatchError``  caller: what the index is used with  use what it was made with, or build it anew
``UntrustedIndexError`` caller: what an index asks for       allow it by name, or remove it: the message says which
``EncoderError``        caller: the encoder                  give another encoder, or correct the one given
``MissingPackageError`` caller: the installation             run the install command in the message
``IndexBusyError``      nobody: another process is writing   wait, and try again
``IndexReadOnlyError``  the machine: permissions             let this user read or write what is named
``NoRoomError``         the machine: something is used up    make room, or raise the limit that is named
``IndexDamagedError``   the machine: stored bytes changed    restore a copy of the index, or build it anew
``CallerError`` itself  caller: an index that was closed     open it again
``SadaError`` itself    the machine: a folder, a disk        do what the message says
======================= ==================================== ==================================================
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING


class SadaError(Exception):
    """Base of every error that Sada raises on purpose; the command prints it as one line."""


class CallerError(SadaError):
    """What was given is wrong: change the call, the input or the installation, since a retry cannot help."""


class InputError(CallerError):
    """An input cannot be read at all, or (with ``strict``) holds a row that is not an article."""


class ArticleError(CallerError, ValueError):
    """The values given do not make an article."""


class UnknownArticleError(CallerError, KeyError):
    """No article of that id is in the index."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class UnknownStoryError(CallerError, KeyError):
    """There never was a story of that id in the index."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class IndexExistsError(CallerError):
    """Something already is at the path where a new index should go."""


class NotAnIndexError(CallerError):
    """The path is absent or is not a Sada index."""


class IndexMismatchError(CallerError):
    """The index was made with something that what is given does not fit; both values are named."""


class UntrustedIndexError(CallerError):
    """An index holds what is not followed, run or loaded unasked: a link, a trigger, the name of a model."""


class MissingPackageError(CallerError, ImportError):
    """An optional package is not installed; the message is the install command."""


class EncoderError(CallerError):
    """An encoder cannot be loaded, or gave vectors that cannot be used."""


class IndexBusyError(SadaError):
    """Another process is writing to the index; try again when it is done."""


class IndexReadOnlyError(SadaError):
    """This user may not write to the index, or not even read it."""


class NoRoomError(SadaError):
    """The disk, the memory or the table of open files is full: make room, and try again; nothing was lost."""


class IndexDamagedError(SadaError):
    """Stored bytes are not those that were written."""


class IndexWarning(UserWarning):
    """Part of an index had to be made anew, was left unused, or is of an earlier rule; answers are right."""


class CacheWarning(UserWarning):
    """What is made for later processes cannot be kept, so that they make it again; answers are right."""


def refuse_one_text(**given: object) -> None:
    """Raise ValueError for a text that is given where several are expected: it would be read letter by letter."""
    for name, value in given.items():
        if isinstance(value, str):
            raise ValueError(f"{name}={value!r} is one text: put it in a list")


_RENAMED = (
    "IndexBusy",
    "IndexDamaged",
    "IndexExists",
    "IndexMismatch",
    "IndexReadOnly",
    "MissingPackage",
    "NotAnIndex",
    "UnknownArticle",
    "UnknownStory",
)

if not TYPE_CHECKING:  # a type checker would take any name for one of this module

    def __getattr__(name: str) -> type[SadaError]:
        """Names without ``Error`` at their end, which go with version 1.0."""
        if name not in _RENAMED:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn(f"{name} is now {name}Error; the old name goes with Sada 1.0", DeprecationWarning, stacklevel=2)
        return globals()[f"{name}Error"]
