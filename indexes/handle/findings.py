"""What a check of an index finds."""

from __future__ import annotations

from typing import NamedTuple

from sada.indexes.errors import IndexDamagedError


class Finding(NamedTuple):
    """One place where an index is damaged: where it is, and what is wrong.

    >>> index.verify()
    []
    >>> Finding("article a1", "its row is not the one that was written").where
    'article a1'
    """

    where: str
    what: str


def damaged(error: IndexDamagedError) -> Finding:
    """An error about a file as a finding, without the advice at its end."""
    return Finding(*str(error).partition("; ")[0].rsplit(": ", 1))
