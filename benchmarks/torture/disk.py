"""What a disk may hold after the power fails: a journal of changes is replayed, and what was not synced may be missing.

Two kinds of file system are modelled. ``ORDERED`` is one such as ext4 with ``data=ordered``: names reach the disk in
the order in which they were changed, and a sync of anything keeps all changes of names before it; what is appended to a
file is kept up to some point, and of what is written over, any pages of 4,096 bytes. ``STRICTEST`` is the least that
POSIX promises: a sync of a file keeps its bytes and its length, that of a folder the names in it, and nothing else. Of
all other changes any set is kept, of writes any sectors of 512 bytes, and a file may be longer, with zeros in it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from torture.faults import Change

_SECTOR, _PAGE = 512, 4096
_UNLOGGED = "-shm"  # SQLite maps these files, so that no journal has their bytes; it makes them anew after a crash


class Rule(StrEnum):
    """Which of the changes that were not synced may be missing."""

    ORDERED = "power cut, names in order (ext4)"
    STRICTEST = "power cut, any unsynced sectors and names"


@dataclass(eq=False)
class Node:
    """A file, or a folder if ``names`` is not None.

    Attributes:
        content: of a file, as it is on the disk for certain.
        changes: that were not synced, in their order; an integer sets the length, a pair is offset and bytes.
        names: of a folder, as they are on the disk for certain.
    """

    content: bytes = b""
    changes: list[int | tuple[int, bytes]] = field(default_factory=list)
    names: dict[str, Node] | None = None


Update = tuple[Node, str, Node | None]
"""A folder, a name in it, and what has that name from now on; None for nothing."""


class Disk:
    """A folder on a disk, of which every change is told to :meth:`take`.

    Args:
        folder: it must hold what the disk holds for certain.
        rule: what a sync keeps.

    Attributes:
        rule: as given.
    """

    def __init__(self, folder: Path, rule: Rule) -> None:
        self.rule = rule
        self._root = folder
        self._nodes: dict[int, Node] = {}
        self._updates: list[list[Update]] = []  # of names, not synced
        self._top = self._read(folder)
        self._now = {node: dict(node.names) for node in self._nodes.values() if node.names is not None}

    def _read(self, path: Path) -> Node:
        if path.is_dir():
            node = Node(names={one.name: self._read(one) for one in path.iterdir()})
        else:
            node = Node(path.read_bytes())
        self._nodes[path.lstat().st_ino] = node
        return node

    def take(self, change: Change) -> None:
        """Apply one change."""
        if change.what == "w":
            self._nodes[change.inode].changes.append((change.offset, change.data))
        elif change.what == "t":
            self._nodes[change.inode].changes.append(change.offset)
        elif change.what in "cd":
            node = self._nodes[change.inode] = Node(names={} if change.what == "d" else None)
            if node.names is not None:
                self._now[node] = {}
            self._update((*self._place(change.path), node))
        elif change.what == "u":
            self._update((*self._place(change.path), None))
        elif change.what == "r":
            old = self._place(change.path)
            self._update((*old, None), (*self._place(change.other), self._now[old[0]][old[1]]))
        elif change.what == "s":
            self._sync(self._nodes[change.inode])

    def _place(self, path: str) -> tuple[Node, str]:
        *folders, name = Path(path).relative_to(self._root).parts
        node = self._top
        for one in folders:
            node = self._now[node][one]
        return node, name

    def _update(self, *updates: Update) -> None:
        self._updates.append(list(updates))
        _apply(self._now, updates)

    def _sync(self, node: Node) -> None:
        kept = [
            one for one in self._updates if self.rule is Rule.ORDERED or any(folder is node for folder, _, _ in one)
        ]
        self._updates = [one for one in self._updates if one not in kept]
        for updates in kept:
            for folder, name, target in updates:
                assert folder.names is not None
                _name(folder.names, name, target)
        if node.names is None:
            node.content = _written(node.content, node.changes)
            node.changes = []

    def state(self, rng: random.Random) -> dict[str, bytes | None]:
        """Draw a state that the disk may be in now: the bytes of each file, None for a folder, by path."""
        likely = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))  # that a change was kept, though it was not synced
        names: dict[Node, dict[str, Node]] = {}
        self._copy(self._top, names)
        for updates in self._kept_updates(likely, rng):
            for _, _, target in updates:
                if target is not None and target not in names:
                    self._copy(target, names)
            _apply(names, [one for one in updates if one[0] in names])
        return dict(self._files(self._top, names, "", likely, rng))

    def _copy(self, node: Node, names: dict[Node, dict[str, Node]]) -> None:
        if node.names is not None:
            names[node] = dict(node.names)
            for one in node.names.values():
                self._copy(one, names)

    def _kept_updates(self, likely: float, rng: random.Random) -> list[list[Update]]:
        if self.rule is Rule.ORDERED:
            stop = len(self._updates) if likely == 1 else rng.randint(0, len(self._updates)) if likely else 0
            return self._updates[:stop]
        return [one for one in self._updates if rng.random() < likely]

    def _files(
        self, folder: Node, names: dict[Node, dict[str, Node]], prefix: str, likely: float, rng: random.Random
    ) -> Iterator[tuple[str, bytes | None]]:
        for name, node in sorted(names[folder].items()):
            if node.names is not None:
                yield prefix + name, None
                yield from self._files(node, names, f"{prefix}{name}/", likely, rng)
            elif not name.endswith(_UNLOGGED):
                keep = _in_order if self.rule is Rule.ORDERED else _any_sectors
                yield prefix + name, _written(node.content, keep(node, likely, rng))


def write_state(state: dict[str, bytes | None], folder: Path) -> None:
    """Write a state to an empty folder."""
    for name, content in state.items():
        if content is None:
            os.mkdir(folder / name)
        else:
            (folder / name).write_bytes(content)


def _in_order(node: Node, likely: float, rng: random.Random) -> Iterator[int | tuple[int, bytes]]:
    """Changes up to some point, and after it any pages that were written over."""
    stop = len(node.changes) if likely == 1 else rng.randint(0, len(node.changes)) if likely else 0
    yield from node.changes[:stop]
    for change in node.changes[stop:]:
        if not isinstance(change, int):
            for start, data in _cut(change, _PAGE):
                if start + len(data) <= len(node.content) and rng.random() < likely:
                    yield start, data


def _any_sectors(node: Node, likely: float, rng: random.Random) -> Iterator[int | tuple[int, bytes]]:
    """Any of the changes, of writes any sectors; then perhaps the length that the file had, without the bytes."""
    for change in node.changes:
        parts: Iterable[int | tuple[int, bytes]] = [change] if isinstance(change, int) else _cut(change, _SECTOR)
        yield from (part for part in parts if rng.random() < likely)
    length = len(_written(node.content, node.changes))
    if length > len(node.content) and rng.random() < likely:
        yield length, b""


def _cut(change: tuple[int, bytes], size: int) -> Iterator[tuple[int, bytes]]:
    """A write in parts that end at multiples of ``size``."""
    offset, data = change
    start = 0
    while start < len(data):
        stop = min(len(data), start + size - (offset + start) % size)
        yield offset + start, data[start:stop]
        start = stop


def _written(content: bytes, changes: Iterable[int | tuple[int, bytes]]) -> bytes:
    """The bytes of a file after some changes; gaps are zeros, and a write of nothing makes it so long."""
    found = bytearray(content)
    for change in changes:
        if isinstance(change, int):
            found = found[:change] + bytes(max(0, change - len(found)))
            continue
        start, data = change
        found += bytes(max(0, start - len(found)))
        found[start : start + len(data)] = data
    return bytes(found)


def _apply(names: dict[Node, dict[str, Node]], updates: Iterable[Update]) -> None:
    for folder, name, target in updates:
        _name(names[folder], name, target)


def _name(names: dict[str, Node], name: str, target: Node | None) -> None:
    if target is None:
        names.pop(name, None)
    else:
        names[name] = target
