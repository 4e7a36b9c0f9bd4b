"""Texts in parts of much the same size, for threads that each take one at a time."""

from __future__ import annotations

from collections.abc import Sequence


def parts_of(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Rows in parts of at most ``most`` subwords, or of one row; the longest first, so that no thread ends late.

    Args:
        lengths: subwords of each row.
        most: how many a part has together.
    """
    parts: list[list[int]] = []
    left = 0
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row], reverse=True):
        if lengths[row] > left or not parts:
            parts.append([])
            left = most
        parts[-1].append(row)
        left -= lengths[row]
    return parts
