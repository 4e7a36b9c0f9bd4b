from __future__ import annotations

import sqlite3

import pytest


def test_a_whole_index(sada, own_index):
    assert sada("verify", own_index).out == f"{own_index}: all as it was written\n"
    sada("remove", own_index, "a1")
    sada("add", own_index, "-", stdin='{"id": "d1", "title": "Rain"}')
    sada("stories", own_index)
    sada("verify", own_index)


@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_a_flipped_byte_in_any_array_is_found(sada, own_index, place):
    for path in sorted((own_index / "arrays").iterdir()):
        data = bytearray(path.read_bytes())
        at = int(place * len(data))
        data[at] ^= 1
        path.write_bytes(data)
        assert path.name in sada("verify", own_index, code=1).out
        data[at] ^= 1
        path.write_bytes(data)
    sada("verify", own_index)


def test_a_missing_and_a_shortened_array_are_found(sada, own_index):
    first, second, *_ = sorted((own_index / "arrays").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    ran = sada("verify", own_index, code=1)
    assert first.name in ran.out and second.name in ran.out


def test_an_altered_text_is_found(sada, own_index):
    with sqlite3.connect(own_index / "catalog.sqlite") as connection:
        connection.execute("UPDATE articles SET text = 'other' WHERE id = 'b1'")
    connection.close()
    assert "articles" in sada("verify", own_index, code=1).out


def test_a_broken_catalog_is_damage_too(sada, own_index):
    path = own_index / "catalog.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    ran = sada("verify", own_index, code=1)
    assert "catalog.sqlite" in ran.out and "as it was written" not in ran.out


def test_what_is_no_index_was_not_checked(sada, tmp_path):
    assert "not a Sada index" in sada("verify", tmp_path, code=2).err
