"""The tables of articles, of removed articles and of array files in an index's catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage.arrays import ArrayFile
from sada.indexes.storage.article_rows import Home, Kept, Placed, to_kept, to_row
from sada.indexes.storage.database import Database
from sada.indexes.storage.digests import row_digest
from sada.indexes.values.rows import is_file, is_time

_LAST_SEGMENT = "last_segment"
_HOMES_AT_ONCE = 250
_MOVED_AT_ONCE = 500


class TakenOut(NamedTuple):
    """An article that was deleted, with what its stories and its outlet's boilerplate are found by."""

    id: str
    number: int
    source: str


class ArticleTables(Database):
    """The part of a catalog that holds articles, the homes of removed ones, and the array files of segments."""

    def files(self) -> dict[int, dict[str, ArrayFile]]:
        """The array files of each segment, by kind.

        Raises:
            IndexDamagedError: if an entry is missing, is not what was written, or names anything but an array file of
                its kind.
        """
        found: dict[int, dict[str, ArrayFile]] = {}
        rows = self.query(f"SELECT {self._columns['files']} FROM files")
        self.check_rows("files", map(row_digest, rows))
        for segment, kind, *entry in rows:
            if not is_file(segment, kind, *entry):
                raise self._misfit("files", entry[0])
            found.setdefault(segment, {})[kind] = ArrayFile(*entry)
        return found

    def contents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The content keys of the articles of those ids that are in the index."""
        found = dict(self.in_list("SELECT id, content FROM articles WHERE id IN ({})", ids))
        for id_, content in found.items():
            if not isinstance(content, bytes):
                raise self._misfit("articles", id_)
        return found

    def articles(self, ids: Sequence[str]) -> Iterator[Article]:
        """The articles of those ids that are in the index, in no fixed order.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        return (kept.article for kept in self.kept("id", ids))

    def kept(self, column: str, values: Sequence[Any]) -> Iterator[Kept]:
        """The articles whose ``id`` or ``number`` (``column``) is one of the values, in no fixed order.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        sql = f"SELECT {self._columns['articles']}, digest FROM articles WHERE {column} IN ({{}})"
        for row in self.in_list(sql, values):
            yield self._kept(row)

    def after(self, number: int, count: int) -> list[Kept]:
        """The ``count`` articles that follow an article number, in the order of their numbers.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        sql = f"SELECT {self._columns['articles']}, digest FROM articles WHERE number > ? ORDER BY number LIMIT ?"
        return [self._kept(row) for row in self.query(sql, (number, count))]

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        try:
            return to_kept(self._checked("articles", row))
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise self._misfit("articles", row[1]) from None

    def stored_at(self, homes: Sequence[Home]) -> dict[Home, tuple[int, int | None]]:
        """The number and time of publication of the articles with those homes, except those that were removed.

        Raises:
            IndexDamagedError: if one is neither in the index nor known to have been removed from it.
        """
        found: dict[Home, tuple[int, int | None]] = {}
        removed: set[tuple[Any, ...]] = set()
        for start in range(0, len(homes), _HOMES_AT_ONCE):
            part = homes[start : start + _HOMES_AT_ONCE]
            wanted = f"WITH wanted(s, p) AS (VALUES {','.join(['(?, ?)'] * len(part))})"
            where = "ON segment = s AND position = p"
            flat = [number for home in part for number in home]
            sql = f"{wanted} SELECT segment, position, number, published FROM wanted CROSS JOIN articles {where}"
            rows = self.query(sql, flat)
            for row in rows:
                if not is_time(row[3]):
                    raise self._misfit("articles", row[2])
            found |= {row[:2]: row[2:] for row in rows}
            if len(rows) < len(part):
                sql = f"{wanted} SELECT segment, position, digest FROM wanted CROSS JOIN removed {where}"
                removed |= {self._checked("removed", row) for row in self.query(sql, flat)}
        lost = next((home for home in homes if home not in found and home not in removed), None)
        if lost:
            raise IndexDamagedError(
                f"{self.path}: articles: none has place {lost[1]} in segment {lost[0]}; find what is wrong with:"
                " sada verify"
            )
        return found

    def removed(self) -> list[Home]:
        """The homes of articles that were removed or updated, and are still in arrays.

        Raises:
            IndexDamagedError: if one is missing or is not what was written.
        """
        return self._whole("removed")

    def put(self, segment: int, files: dict[str, ArrayFile], placed: Sequence[Placed]) -> list[str]:
        """Store a segment's files and its articles, replacing those of the same ids; inside :meth:`writing`.

        Returns:
            The outlets of the articles that were replaced, one for each.
        """
        self._insert("files", _file_rows({segment: files}))
        taken = self._take_out([item.article.id for item in placed])
        replaced = {one.id: one.number for one in taken}
        fresh = count(self._next_number("articles"))
        self._insert(
            "articles",
            (
                (replaced[item.article.id] if item.article.id in replaced else next(fresh), *to_row(segment, item))
                for item in placed
            ),
        )
        return [one.source for one in taken]

    def move(self, segment: int, files: dict[str, ArrayFile], numbers: Sequence[int]) -> None:
        """Store a segment's files, and make it the new home of the articles of those numbers; inside :meth:`writing`.

        Nothing else of the articles changes. Their order is that of the arrays.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        self._insert("files", _file_rows({segment: files}))
        sql = f"SELECT {self._columns['articles']}, digest FROM articles WHERE number IN ({{}})"
        places = {number: position for position, number in enumerate(numbers)}
        for start in range(0, len(numbers), _MOVED_AT_ONCE):
            rows = list(self.in_list(sql, numbers[start : start + _MOVED_AT_ONCE]))
            values = [self._checked("articles", row) for row in rows]
            self._delete("articles", "number = ?", [(row[:1], row[-1]) for row in rows])
            self._insert("removed", [row[2:4] for row in values])
            self._insert("articles", [(*row[:2], segment, places[row[0]], *row[4:]) for row in values])

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Delete articles; inside :meth:`writing`. Returns their outlets, one for each article that there was."""
        return [one.source for one in self._take_out(ids)]

    def newest_first(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the outlet of every article, the last that was read first."""
        yield from self.stream("SELECT number, source FROM articles ORDER BY number DESC")

    def _take_out(self, ids: Sequence[str]) -> list[TakenOut]:
        """Delete articles and note their homes as removed."""
        sql = "SELECT id, number, source, digest, segment, position FROM articles WHERE id IN ({})"
        found = list(self.in_list(sql, ids))
        self._delete("articles", "number = ?", [((row[1],), row[3]) for row in found])
        self._insert("removed", [row[4:] for row in found])
        return [TakenOut(*row[:3]) for row in found]

    def next_segment(self) -> int:
        """A segment number that was never used; inside :meth:`writing`."""
        number = int(self.setting(_LAST_SEGMENT, 0)) + 1
        self.set_setting(_LAST_SEGMENT, number)
        return number

    def replace_segments(self, gone: Iterable[int], files: dict[str, ArrayFile], forgotten: Sequence[Home]) -> None:
        """Replace segments by one with those files, or by none if there are no files; inside :meth:`writing`.

        ``forgotten`` are the homes of removed articles that are in no array any more.
        """
        known = self.files()
        self._delete_files(_file_rows({segment: known[segment] for segment in gone}))
        self._delete("removed", "segment = ? AND position = ?", [(home, row_digest(home)) for home in forgotten])
        self._insert("files", _file_rows({self.next_segment(): files}))

    def replace_arrays(self, gone: Sequence[str], files: Mapping[int, dict[str, ArrayFile]]) -> None:
        """Replace all arrays of the kinds ``gone`` by ``files``, given by segment; inside :meth:`writing`."""
        self._delete_files([row for row in _file_rows(self.files()) if row[1] in gone])
        self._insert("files", _file_rows(files))

    def _delete_files(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._delete("files", "segment = ? AND kind = ?", [(row[:2], row_digest(row)) for row in rows])


def _file_rows(files: Mapping[int, Mapping[str, ArrayFile]]) -> list[tuple[Any, ...]]:
    """The rows of array files, which are given by segment and kind."""
    return [(segment, kind, *entry) for segment, kinds in files.items() for kind, entry in kinds.items()]
