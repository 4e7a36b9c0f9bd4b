from __future__ import annotations

import json

from sada.indexes import NewsIndex


def test_compact_says_what_it_did_and_changes_no_answer(sada, own_index):
    sada("add", own_index, "-", stdin='{"id": "new-1", "title": "one"}\n')
    sada("remove", own_index, "new-1")
    before = sada("duplicates", own_index).out
    report = json.loads(sada("compact", own_index).out)
    assert report["segments_before"] >= 2 and report["segments"] == 1
    assert report["bytes"] < report["bytes_before"]
    assert sada("duplicates", own_index).out == before
    assert sada("verify", own_index).out == f"{own_index}: all as it was written\n"
    with NewsIndex.open(own_index) as index:
        assert index.info()["removed"] == 0


def test_what_is_left_alone_is_told_once(sada, own_index):
    sada("add", own_index, "-", stdin='{"id": "new-1", "title": "one"}\n')
    (own_index / "arrays" / "thesis.txt").touch()
    told = f"note: {own_index}/arrays: 'thesis.txt': not written by Sada, and left alone\n"
    assert sada("compact", own_index).err == told
    assert sada("compact", own_index).err == told  # by each command
