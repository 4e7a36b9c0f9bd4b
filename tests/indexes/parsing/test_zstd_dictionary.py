"""A file that starts with the dictionary of its frames is read, and any other stream stays as it is."""

from __future__ import annotations

import pytest
import zstandard

from sada.indexes.parsing.zstd_dictionary import take_dictionary
from sada.indexes.reading.readers import read_articles

ROWS = [b'{"id": "%d", "title": "Bridge %d opens", "text": "The mayor opened it."}\n' % (n, n) for n in range(300)]
DICTIONARY = zstandard.train_dictionary(2000, ROWS)


def frame(content):
    return b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content


@pytest.mark.parametrize("pack", [bytes, zstandard.compress])
def test_frames_are_read_with_the_dictionary_before_them(tmp_path, pack):
    packer = zstandard.ZstdCompressor(dict_data=DICTIONARY)
    data = frame(pack(DICTIONARY.as_bytes())) + b"".join(map(packer.compress, ROWS))
    (tmp_path / "a.jsonl.zst").write_bytes(data)
    assert [article.id for article in read_articles(tmp_path / "a.jsonl.zst")] == [str(n) for n in range(300)]


def test_the_dictionary_may_come_in_any_pieces():
    data = frame(DICTIONARY.as_bytes()) + b"rest of it"
    for size in (1, 7, 5000):
        pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
        dictionary, rest = take_dictionary(pieces)
        assert dictionary.as_bytes() == DICTIONARY.as_bytes()
        assert b"".join(rest) == b"rest of it"


@pytest.mark.parametrize("data", [b"", b"\x5d\x2a", b"PAR1 and more", b"\x5d\x2a\x4d\x18\xff\xff\xff\xff more"])
def test_other_streams_stay_whole(data):
    dictionary, rest = take_dictionary(iter([data]))
    assert dictionary is None
    assert b"".join(rest) == data


def test_a_damaged_dictionary_is_one_bad_row(tmp_path):
    packer = zstandard.ZstdCompressor(dict_data=DICTIONARY)
    packed = zstandard.compress(DICTIONARY.as_bytes())
    (tmp_path / "a.jsonl.zst").write_bytes(frame(packed[:20] + b"x" + packed[21:]) + packer.compress(ROWS[0]))
    reader = read_articles(tmp_path / "a.jsonl.zst")
    assert (list(reader), reader.report.bad) == ([], 1)
    assert "the zst stream is damaged" in reader.report.problems[0].reason
