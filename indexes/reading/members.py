"""The members of one zip or tar, in their order."""

from __future__ import annotations

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, BinaryIO, NamedTuple, Protocol, Self

from sada.indexes.parsing.compression import Allowance
from sada.indexes.parsing.faults import RefusedError, UnreadableError
from sada.indexes.parsing.recipes import recipe_refusal
from sada.indexes.reading.streams import Progress, as_file, read_chunks

_ENCRYPTED = 1
_BLOCK = 1 << 16
_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, ValueError, OSError)
_WORKBOOK = "xl/workbook.xml"
_OFFICE = {
    "xl/workbook.bin": "a binary Excel file (.xlsb), which is not read (save it as .xlsx or CSV)",
    "word/document.xml": f"{recipe_refusal('docx')[:-1]}, or save it as .txt or .html)",
    "ppt/presentation.xml": "a presentation, which is not read (save its text as .txt)",
}
_MIMETYPE = "an OpenDocument file or an e-book, which is not read (save it as .xlsx, CSV, .txt or .html)"


class PackedMember(NamedTuple):
    """One member.

    Attributes:
        name: as it stands in the archive.
        size: bytes without compression.
        open: opens it; it must be read before the next member.
        is_link: True if it only points at another file.
    """

    name: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    is_link: bool = False


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def is_workbook(raw: IO[bytes]) -> bool:
    """True for a zip that is an Excel workbook, and no archive.

    Raises:
        RefusedError: for a zip that an office program wrote in a format that is not read.
        UnreadableError: if it is damaged.
    """
    with _zip(raw) as archive:
        names = set(archive.namelist())
    if _WORKBOOK in names:
        return True
    for mark, reason in _OFFICE.items():
        if mark in names:
            raise RefusedError(reason)
    if "mimetype" in names and names & {"content.xml", "META-INF/container.xml"}:
        raise RefusedError(_MIMETYPE)
    return False


def zip_members(raw: IO[bytes], allowance: Allowance, advance: Callable[[float], None]) -> Iterator[PackedMember]:
    """The members of a zip.

    Args:
        raw: the zip, which can be read in any order.
        allowance: what the members may expand to.
        advance: called after each member with the share of members that have been read, from 0 to 1.

    Raises:
        UnreadableError: if the zip is damaged.
    """
    with _zip(raw) as archive:
        infos = archive.infolist()
        for number, info in enumerate(infos, 1):
            if not info.is_dir():
                is_link = stat.S_ISLNK(info.external_attr >> 16)
                yield PackedMember(info.filename, info.file_size, _zip_opener(archive, info, allowance), is_link)
            advance(number / len(infos))


def tar_members(stream: _Stream) -> Iterator[PackedMember]:
    """The members of a tar, as it streams in.

    Raises:
        UnreadableError: where the tar is damaged or cut off, after the members before that.
    """
    end = _End()
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=end.header(), errors="replace") as archive:  # type: ignore[call-overload]
            while (info := archive.next()) is not None:
                if not info.isdir():
                    yield _tar_member(archive, info, end)
                if end.broken:
                    return
                archive.members.clear()  # it would keep all
            _require_end(archive, end)
    except tarfile.TarError as error:
        raise UnreadableError(f"the tar archive is damaged, what follows is lost: {error}") from None


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, end: _End) -> PackedMember:
    file = archive.extractfile(info) if info.isreg() else None
    if file is None:
        return PackedMember(info.name, info.size, lambda: nullcontext(as_file(iter(()))), is_link=True)
    return PackedMember(info.name, info.size, lambda: nullcontext(as_file(end.noticed(_chunks(file)))))


class _End:
    """Notices how a tar ends: tarfile stops without a word at a header that is damaged or cut off.

    Attributes:
        seen: True once the mark at the end was read.
        broken: True once a member could not be read on, which is reported there.
    """

    def __init__(self) -> None:
        self.seen = False
        self.broken = False

    def noticed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the chunks of a member, and notice a fault."""
        try:
            yield from chunks
        except UnreadableError:
            self.broken = True
            raise

    def header(self) -> type[tarfile.TarInfo]:
        """The class of headers to read a tar with."""
        end = self

        class Header(tarfile.TarInfo):
            @classmethod
            def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
                try:
                    return super().frombuf(buf, encoding, errors)
                except tarfile.HeaderError as error:
                    end.seen = len(buf) == tarfile.BLOCKSIZE and not any(buf)
                    if buf and not end.seen:
                        raise tarfile.ReadError(str(error)) from None
                    raise

        return Header


def _require_end(archive: tarfile.TarFile, end: _End) -> None:
    if not end.seen:
        raise UnreadableError("the tar archive breaks off, what follows is lost (fetch the file again)")
    rest: _Stream = archive.fileobj  # type: ignore[assignment]
    while data := rest.read(_BLOCK):
        if data.strip(b"\0"):
            raise UnreadableError("the tar archive goes on after its end (unpack it with tar -i, and name the folder)")


def _zip(raw: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(raw)
    except _DAMAGE as error:
        raise UnreadableError(f"not readable as zip: {error} (fetch the file again)") from None


def _zip_opener(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance
) -> Callable[[], AbstractContextManager[BinaryIO]]:
    def opened() -> AbstractContextManager[BinaryIO]:
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableError("encrypted, cannot be read (unpack the archive with its password)")
        try:
            file = archive.open(info)
        except NotImplementedError as error:
            raise UnreadableError(f"cannot be unpacked: {error} (unpack the archive, and name the folder)") from None
        except _DAMAGE as error:
            raise UnreadableError(f"the member is damaged: {error} (fetch the archive again)") from None
        return nullcontext(as_file(allowance.limited(_chunks(file))))

    return opened


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from read_chunks(file, Progress())  # type: ignore[arg-type]
    except _DAMAGE as error:
        raise UnreadableError(f"the member is damaged, what follows is lost: {error}") from None
