"""Archives: each member of a zip or a tar is an input of its own, read without writing it anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, BinaryIO

from sada.indexes.parsing.chunks import take
from sada.indexes.parsing.compression import Allowance, expand, is_compressed
from sada.indexes.parsing.faults import UnreadableError, told
from sada.indexes.parsing.file_names import format_of_name, is_archive_name, is_hidden, may_hold, suffix_shown
from sada.indexes.reading.inputs import InputFile, Member, holds_pages
from sada.indexes.reading.members import PackedMember, is_workbook, tar_members, zip_members
from sada.indexes.reading.streams import Decoding, Progress, as_file, read_chunks, spooled

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_HEAD = 512
_TAR_MAGIC = (257, b"ustar")


def is_archive(file: InputFile) -> bool:
    """True if a file that is not a stream is a zip or a tar, by its first bytes.

    Raises:
        RefusedError: for a zip that an office program wrote in a format that is not read.
        UnreadableError: if it is a zip by its start, and damaged.
        OSError: if it cannot be read.
    """
    if format_of_name(file.name) is not None:
        return False
    with file.open() as raw:
        head, chunks = take(read_chunks(raw, Progress()), _any)
        if head.startswith(_ZIP):
            return not is_workbook(raw)
        return _find_tar(file.name, head, expand(chain([head], chunks), Decoding().new_allowance()))[0]


@dataclass(frozen=True, slots=True)
class Unpacker:
    """Finds the members of archives among the inputs.

    Args:
        input_format: the format of members to read; None for all.
        pages: which members are scraped pages: True for all, False for none, None for WET files, texts and HTML files.
        note: called with the name of an archive and a reason, for members that are passed over.
        decoding: how the bytes of inputs are decoded.
        progress: counts the bytes of archives and streams that were read.
    """

    input_format: str | None
    pages: bool | None
    note: Callable[[str, str], None]
    decoding: Decoding = field(default_factory=Decoding)
    progress: Progress = field(default_factory=Progress)

    @classmethod
    def of(
        cls,
        files: Sequence[InputFile],
        input_format: str | None,
        pages: bool | None,
        note: Callable[[str, str], None],
        decoding: Decoding,
    ) -> Unpacker:
        """Make it for some inputs, of which the bytes are counted."""
        sizes = [file.size for file in files]
        progress = Progress(total=None if None in sizes else sum(filter(None, sizes)))
        return cls(input_format, pages, note, decoding, progress)

    def parts(self, file: InputFile) -> Iterator[InputFile]:
        """The members of an archive that are read, each to be read before the next; for another input itself.

        A fault of the archive is raised when its part is opened.
        """
        if file.is_file and (file.size == 0 or format_of_name(file.name) is not None):
            yield file
            return
        try:
            with ExitStack() as stack:
                yield from self._parts(file, stack.enter_context(file.open()), stack)
        except (UnreadableError, OSError) as error:
            yield replace(file, size=None, member=Member(_raising(error)))

    def of_part(self, part: InputFile) -> tuple[Decoding, Progress]:
        """How a part is decoded, and what counts its bytes: those of a member are counted as the archive is read."""
        if part.member is None:
            return self.decoding, self.progress
        return replace(self.decoding, allowance=part.member.allowance), Progress()

    def _parts(self, file: InputFile, raw: BinaryIO, stack: ExitStack) -> Iterator[InputFile]:
        head, chunks = take(read_chunks(raw, Progress() if file.is_file else self.progress), _any)
        chunks = chain([head], chunks)
        allowance = self.decoding.new_allowance()
        if head.startswith(_ZIP):
            whole = raw if file.is_file else stack.enter_context(spooled(chunks))
            if is_workbook(whole):
                whole.seek(0)
                yield file if file.is_file else _stream(file, whole)
            else:
                yield from self._members(file, zip_members(whole, allowance, self._advance(file)), allowance)
            return
        found, expanded = _find_tar(file.name, head, expand(chunks, allowance))
        if found and file.is_file:  # from its start again, and counted
            raw.seek(0)
            allowance = self.decoding.new_allowance()
            expanded = expand(read_chunks(raw, self.progress), allowance)
        if found:
            yield from self._members(file, tar_members(as_file(expanded)), allowance)
        else:
            yield file if file.is_file else _stream(file, as_file(expanded))

    def _members(self, file: InputFile, members: Iterable[PackedMember], allowance: Allowance) -> Iterator[InputFile]:
        passed_over: Counter[str] = Counter()
        try:
            for member in members:
                key = _key(member.name)
                if any(map(is_hidden, key.split("/"))):
                    continue
                if member.is_link:
                    passed_over["link"] += 1
                elif not may_hold(format_of_name(key), self.input_format):
                    passed_over[suffix_shown(key)] += 1
                else:
                    yield self._input(file, member, key, allowance)
        finally:
            if passed_over:
                self.note(file.name, f"passed over {told(passed_over)} (unpack it, and name a file to read it)")

    def _input(self, archive: InputFile, member: PackedMember, key: str, allowance: Allowance) -> InputFile:
        return InputFile(
            None,
            f"{archive.name}/{_printable(key)}",
            f"{archive.key}/{key}" if archive.listed else key,
            None if member.size else 0,
            listed=True,
            is_page=holds_pages(key, listed=True) if self.pages is None else self.pages,
            member=Member(member.open, allowance),
        )

    def _advance(self, file: InputFile) -> Callable[[float], None]:
        """Counts how much of a zip was read; one that came as a stream was counted when it was copied."""
        before, size = self.progress.done, file.size or 0

        def advance(share: float) -> None:
            self.progress.done = before + int(share * size)

        return advance


def _any(chunk: bytes, _: bytearray) -> bool:
    return bool(chunk)


def _find_tar(name: str, head: bytes, expanded: Iterator[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Whether a stream is a tar, and its bytes.

    More than its first bytes are waited for only where it may be one: a live stream may give no more for long.
    """
    named = is_archive_name(name) and not name.lower().endswith(".zip")
    start, expanded = take(expanded, lambda _, taken: len(taken) >= _TAR_HEAD or not (named or is_compressed(head)))
    at, magic = _TAR_MAGIC
    return start.startswith(magic, at) or (named and len(start) >= _TAR_HEAD), chain([start], expanded)


def _key(name: str) -> str:
    """The path of a member within its archive: without a root, and without steps upward, which lead nowhere."""
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


def _stream(file: InputFile, stream: Any) -> InputFile:
    return replace(file, member=Member(lambda: nullcontext(stream)))


def _raising(error: Exception) -> Callable[[], AbstractContextManager[BinaryIO]]:
    def opened() -> AbstractContextManager[BinaryIO]:
        raise error

    return opened
