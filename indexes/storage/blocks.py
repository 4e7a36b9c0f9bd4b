"""The blocks of an array file: each has a checksum of its own."""

from __future__ import annotations

BLOCK_BITS = 14
BLOCK = 1 << BLOCK_BITS
"""Bytes."""
