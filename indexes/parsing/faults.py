"""What can be wrong with an input: with one row of it, or with all that follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["bad", "note", "skipped"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in an input: a format reader gives it in place of a row (``bad``) or before the next one (``note``)."""

    kind: Kind
    reason: str


Item = tuple[int | None, "dict[str, Any] | Fault"]
"""The line where a row starts, and the row or what is wrong with it."""


class UnreadableError(Exception):
    """The rest of an input cannot be read; the message is the reason."""


class RefusedError(UnreadableError):
    """The first bytes of the input show that it cannot be read at all."""


class WrongEncodingError(RefusedError):
    """The input is in another encoding than UTF-8, or than the one that was named."""


class TooLargeError(UnreadableError):
    """The input expands to more bytes than is allowed."""


def told(counts: Counter[str]) -> str:
    """How many there are of each, for a message: ``3 .jpg, 1 .md``."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
