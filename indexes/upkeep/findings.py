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

    @classmethod
    def of(cls, complaint: str) -> Finding:
        """The finding of a text such as "catalog.head: missing"; the place may hold colons itself."""
        return cls(*complaint.rsplit(": ", 1))


def damaged(error: IndexDamagedError) -> Finding:
    """An error about a file as a finding, without the advice at its end."""
    return Finding.of(str(error).partition("; ")[0])
