from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from sada.indexes import spool as spool_module
from sada.indexes.spool import Spool


@given(st.lists(st.lists(st.binary(min_size=1, max_size=30))), st.sets(st.integers(0, 12)))
def test_lines_come_back_in_order_without_those_dropped(batches, dropped):
    with Spool() as spool:
        for batch in batches:
            spool.add(batch)
        lines = [line for batch in batches for line in batch]
        assert len(spool) == len(lines)
        ended = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        expected = [line for place, line in enumerate(ended) if place not in dropped]
        for block in (1, 20, 1 << 20, 1):  # and again
            with patch.object(spool_module, "_BLOCK", block):
                blocks = list(spool.without(dropped))
            assert b"".join(blocks) == b"".join(expected)
            if block == 1:
                assert blocks == expected
