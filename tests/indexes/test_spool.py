from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.spool import Spool


@given(st.lists(st.binary(min_size=1, max_size=30)), st.sets(st.integers(0, 12)))
def test_lines_come_back_in_order_without_those_dropped(lines, dropped):
    with Spool() as spool:
        for line in lines:
            spool.add(line)
        assert len(spool) == len(lines)
        ended = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        for _ in range(2):  # and again
            assert list(spool.without(dropped)) == [line for place, line in enumerate(ended) if place not in dropped]
