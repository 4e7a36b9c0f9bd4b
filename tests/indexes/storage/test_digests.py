from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.storage.digests import checked_settings, digest_sum, row_digest, seal_settings, shifted

rows = st.lists(st.tuples(st.integers() | st.none() | st.text() | st.binary(), st.text()), max_size=5)


def test_row_digests_tell_values_apart():
    rows = [(1, "a"), ("1", "a"), (1, b"a"), (None, "a"), (1, "a", ""), ("a", 1), (1.0, "a"), (1 << 80, "a")]
    assert len({row_digest(row) for row in rows}) == len(rows)
    assert {len(row_digest(row)) for row in rows} == {16}


@given(rows, rows)
def test_a_sets_digest_depends_on_its_rows_alone(left, right):
    digests = list(map(row_digest, left + right))
    total = digest_sum(digests)
    assert total == digest_sum(reversed(digests)) < 1 << 128
    assert shifted(total, -digest_sum(map(row_digest, right))) == digest_sum(map(row_digest, left))
    assert shifted(digest_sum(map(row_digest, left)), digest_sum(map(row_digest, right))) == total


def test_what_is_no_digest_makes_the_sum_wrong():
    digest = row_digest((1,))
    assert digest_sum([digest, None, "text", 5]) == int.from_bytes(digest, "big")
    assert digest_sum([]) == 0


@pytest.mark.parametrize(
    "sql", ["UPDATE settings SET value = '2'", "DELETE FROM settings", "INSERT INTO settings VALUES ('b', '')"]
)
def test_settings_that_change_break_their_seal(sql):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE settings (key PRIMARY KEY, value)")
    connection.execute("INSERT INTO settings VALUES ('a', '1')")
    assert not checked_settings(connection)
    seal_settings(connection)
    assert checked_settings(connection)
    seal_settings(connection)
    assert checked_settings(connection)
    connection.execute(sql)
    assert not checked_settings(connection)
