"""The columns of a table, and text made safe for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sada.cli.output.bidi import Isolated, isolated, joined

Row = Mapping[str, Any]

_MOST_SHOWN = 300  # characters of a cell
_UNSAFE: dict[int, int | str | None] = {
    **{code: 0x2400 + code for code in range(0x20)},  # drawn as the control pictures ␀ to ␟
    **dict.fromkeys((*range(0x7F, 0xA0), *range(0xD800, 0xE000)), "\ufffd"),
    **dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " "),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), None),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        value: a key of the row, or a function from the row to the value.
        header: its title.
        justify: the alignment of text in a cell.
        style: a rich style, for example ``"dim"``.
        max_width: the greatest width in terminal cells.
        wrap: True breaks long text over lines; False (for ids, numbers, dates) keeps one line, cut with an ellipsis.
        from_width: the column is left out of tables narrower than this, so that the others stay readable.
    """

    value: str | Callable[[Row], Any]
    header: str
    justify: Literal["left", "center", "right"] = "left"
    style: str | None = None
    max_width: int | None = None
    wrap: bool = True
    from_width: int = 0

    def cell(self, row: Row) -> str:
        """The text of ``row`` in this column: safe to print, not too long, right-to-left names isolated."""
        text = _shown(row.get(self.value) if isinstance(self.value, str) else self.value(row))
        return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1].rstrip()}…"


def printable(text: str) -> str:
    """``text`` on one line, with nothing in it that a terminal obeys.

    Line ends and tabs become spaces. Other control characters become pictures or U+FFFD, so an escape sequence is seen
    and not obeyed. Embeddings, overrides and isolates of bidirectional text are removed.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_UNSAFE)


def _shown(value: Any) -> str:
    """``value`` as text for a person."""
    if isinstance(value, Isolated):
        return value
    if isinstance(value, list | tuple):
        return joined(map(_shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else isolated(printable(str(value)))
