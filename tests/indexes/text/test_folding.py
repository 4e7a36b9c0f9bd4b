from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from sada.indexes.text import folding
from sada.indexes.text.folding import CODE_POINTS, DIGIT, MARK, SEPARATOR, SPACELESS, WORD
from sada.indexes.text.token_kernels import MOST_LETTERS


@pytest.fixture(scope="module")
def table():
    return folding.load()


def width(table):
    """How many letters each code point folds to."""
    sizes = np.diff(table.starts)
    out = (table.fold >= 0).astype(np.int64)
    several = table.fold < -1
    out[several] = sizes[-2 - table.fold[several]]
    return out


def test_the_shipped_table_is_what_build_makes(table):
    if unicodedata.unidata_version != folding.version():
        pytest.skip(f"this Python has Unicode {unicodedata.unidata_version}, the table {folding.version()}")
    for name, fresh, shipped in zip(table._fields, folding.build(), table, strict=True):
        assert fresh.dtype == shipped.dtype, name
        np.testing.assert_array_equal(fresh, shipped, err_msg=name)


def test_every_code_point_has_a_folding_and_a_kind(table):
    assert table.fold.shape == table.kinds.shape == (CODE_POINTS,)
    assert set(np.unique(table.kinds)) == {SEPARATOR, WORD, MARK, SPACELESS, DIGIT}
    assert table.fold.min() >= -2 - (len(table.starts) - 2)
    assert table.starts[0] == 0 and table.starts[-1] == len(table.sequences)
    assert (np.diff(table.starts) >= 2).all()


def test_no_code_point_folds_to_more_letters_than_the_kernels_have_room_for(table):
    points = np.arange(CODE_POINTS)
    utf16 = 1 + (points >= 0x10000)
    assert (width(table) <= MOST_LETTERS * utf16).all()
    assert (width(table) / utf16).max() == MOST_LETTERS  # U+FDFA: no room is wasted either


def test_folding_folded_code_points_changes_nothing(table):
    singles = table.fold[table.fold >= 0]
    np.testing.assert_array_equal(table.fold[singles], singles)
    np.testing.assert_array_equal(table.fold[table.sequences], table.sequences)


@pytest.mark.parametrize(
    ("letter", "kind"),
    [("a", WORD), ("ع", WORD), ("한", WORD), (" ", SEPARATOR), ("؟", SEPARATOR), ("😀", SEPARATOR), ("_", SEPARATOR),
     ("漢", SPACELESS), ("か", SPACELESS), ("ก", SPACELESS), ("5", DIGIT), ("ि", MARK), ("่", MARK), ("\u3099", MARK),
     ("𠀀", SPACELESS), ("\ufffd", SEPARATOR)],
)  # fmt: skip
def test_kinds(table, letter, kind):
    assert table.kinds[ord(letter)] == kind
