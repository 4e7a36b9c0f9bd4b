from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes import spool as spool_module
from sada.indexes.errors import InputError
from sada.indexes.spool import Lines, Spool


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


def test_lines_of_files_are_read_again(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"one\n\ntwo\nthree\n")
    second.write_bytes(b"four\n")
    with Spool() as spool:
        spool.add([Lines(str(first), 0, 4), Lines(str(first), 5, 4), b"between", Lines(str(first), 9, 6)])
        spool.add([Lines(str(second), 0, 5), b"own\n", b"last\n"])
        assert list(spool.without(())) == [b"one\n", b"two\n", b"between\n", b"three\n", b"four\n", b"own\nlast\n"]
        assert b"".join(spool.without({0, 2, 5})) == b"two\nthree\nfour\nlast\n"


@pytest.mark.parametrize("change", ["longer", "replaced"])
def test_a_file_that_was_changed_meanwhile_is_refused(tmp_path, change):
    path = tmp_path / "rows"
    path.write_bytes(b"one\n")
    with Spool() as spool:
        spool.add([Lines(str(path), 0, 4)])
        if change == "longer":
            path.write_bytes(b"one\ntwo\n")
        else:
            (tmp_path / "other").write_bytes(b"two\n")
            (tmp_path / "other").replace(path)
        with pytest.raises(InputError, match=r"rows: changed while it was read"):
            list(spool.without(()))
