from __future__ import annotations

import pytest

from sada.indexes.json.text import BadJsonError, load_json


def test_integers_over_64_bits_stay_exact():
    assert load_json(b'{"id": 123456789012345678901234567890}') == {"id": 123456789012345678901234567890}
    assert load_json(b'{"x": [{"y": -18446744073709551617}]}') == {"x": [{"y": -18446744073709551617}]}
    assert load_json(b"-9223372036854775809") == -9223372036854775809
    assert load_json(b'{"x": 1e300, "y": 9223372036854775807}') == {"x": 1e300, "y": 9223372036854775807}


def test_what_the_fast_parser_refuses_is_read_all_the_same():
    assert load_json(b'{"x": Infinity, "y": -Infinity}') == {"x": float("inf"), "y": float("-inf")}
    assert load_json(b'{"x": NaN}')["x"] != load_json(b'{"x": NaN}')["x"]
    assert load_json(b'{"x": "\\ud83d"}') == {"x": "\ud83d"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"id": 1', "not JSON: unexpected end (check the line, or drop it)"),
        (b'{"id": "a', "not JSON: unexpected end (check the line, or drop it)"),
        (b"{'id': 1}", "not JSON: expecting property name enclosed in double quotes at column 2 (check the line"),
        (b"{} {}", "not JSON: extra data at column 4 (check the line, or drop it)"),
        (b'{"id": "caf\xe9"}', "broken UTF-8 at byte 11 of the line (if the file is in another encoding, name its enc"),
        (b'{"x":' + b"9" * 5000 + b"}", "not JSON: a number with too many digits (check the line, or drop it)"),
        (b"[" * 201 + b"]" * 201, "JSON nested more than 200 levels deep (flatten the row, or drop it)"),
        (b"[" * 100_000 + b"]" * 100_000, "JSON nested more than 200 levels deep (flatten the row, or drop it)"),
    ],
)
def test_what_is_wrong_with_json(data, reason):
    with pytest.raises(BadJsonError) as caught:
        load_json(data)
    assert str(caught.value).startswith(reason)


def test_two_hundred_levels_are_fine():
    found, levels = load_json(b"[" * 200 + b"5" + b"]" * 200), 0
    while isinstance(found, list):
        (found,), levels = found, levels + 1
    assert (found, levels) == (5, 200)
