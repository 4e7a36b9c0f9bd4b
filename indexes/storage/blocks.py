"""The blocks that array files are checked by."""

from __future__ import annotations

BLOCK_BITS = 14
BLOCK = 1 << BLOCK_BITS
