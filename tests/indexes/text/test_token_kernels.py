from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import example, given
from hypothesis import strategies as st

from sada.indexes.minhash import sketch_kernels, sketches
from sada.indexes.minhash.respelling import skeleton_sets
from sada.indexes.minhash.skeletons import skeleton
from sada.indexes.minhash.sketches import permutations, sketch
from sada.indexes.ragged import column
from sada.indexes.text import folding, token_kernels
from sada.indexes.text.tokens import hash32, hash_token, shingles, tokens

LETTERS = "ab cd E1٢३ أةىـًک\u200c漢字かがﾊﾟ゙ กข่ำ हिन्दी 한ㄱ ﬁﷺßİ é̈́ 😀.\ufffd\ud800\x00"
# Joiners and direction marks, presentation and full-width forms, Persian and Urdu, digits of many systems, all planes.
LETTERS += "\u200d\u200e\u200f\u202b\u2067\u2069\ufeffﻻﷲﷺﭑﺔＡｂ１２پچژگٹڈڑےں۱۵१௧๓𝟙𝟘𐤀𞤀𠀀𝒜ءؤئ\u0654ً\u0651ٰ"
# What is read by what stands beside it: signs, numbers and what groups them, raised digits, fractions, hyphens and the
# ends of lines, hamza, marks in any order.
BESIDE = "ab12052-+#−–⁻⁺%$€٪,٬،\u00a0\u202f'’.½¼²³①⑩⒈⁄/\n\r\u00ad\u2010\u200b\u200c\u200f\u0654\u064eءؤئيوالﷲمسعبد"
BESIDE += "łøđæœþɓʼװที่น้ำํเเແກ្ដតរីវ៊្ဝ၀၁ေနဥဉ်हिन्दीम्बँ़ज़ड़ण्टङ्क漢字かがﾊﾟ😀𝟙𠀀()[]°^:_Ａ＋＃－ "
texts = (
    st.text(st.characters(), max_size=40)
    | st.text(st.sampled_from(LETTERS), max_size=80)
    | st.text(st.sampled_from(BESIDE), max_size=12)
)
TABLE = folding.kernel_table()


def reference(text):
    return sorted({hash32(shingle) for shingle in shingles(text)})


def run_on_units(rows):
    """The shingle sets and keys that the kernel gives for raw UTF-16."""
    data = np.array([unit for row in rows for unit in row] or [0], np.uint16)
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64)
    sizes, keys = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.uint64)
    found = sketch_kernels.shingle_sets(data, offsets, 0, len(rows), TABLE, sizes, keys)
    assert len(found) == sizes.sum()
    return [part.tolist() for part in np.split(found, np.cumsum(sizes)[:-1])], keys.tolist()


@given(st.lists(texts, max_size=5))
@example(["", "one", "  ", "ﷺ" * 50, "ؘا", "\U0010ffff", "a" * 1000, "a-\n\U0001e900"])
def test_shingles_and_signatures_equal_the_reference_and_datasketch(batch):
    found = sketch(batch)
    assert len(found) == len(batch)
    for row, text in enumerate(batch):
        assert found.row(row).tolist() == reference(text)
        live = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=hash32)
        live.update_batch([shingle.encode() for shingle in shingles(text)])
        assert found.signatures[row].tolist() == live.hashvalues.tolist()


@pytest.mark.parametrize(
    "piece", ["ﷺ", "ﷺ ", "الﷲ ", "㌖", "½", "-²", "漢", "a ", "a", "𝟙", "🄫", "a\u0301\u0323", BESIDE]
)
def test_there_is_room_for_what_a_long_text_is_folded_to(piece):
    units = len(piece.encode("utf-16-le")) // 2
    text = piece * (token_kernels.SHORT // units + 1)
    assert sketch(["", text, "x"]).row(1).tolist() == reference(text)
    assert skeleton_sets(*column([text])).lengths.tolist() == [len(skeleton(text))]


def test_every_code_point_is_read_as_in_the_reference():
    points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    batch = ["x".join(points[start : start + 4096]) for start in range(0, len(points), 4096)]
    found = sketch(batch)
    for row, text in enumerate(batch):
        assert found.row(row).tolist() == reference(text)


@given(st.lists(texts, min_size=2, max_size=6))
def test_keys_are_equal_where_the_tokens_are(batch):
    keys = sketch(batch).keys.tolist()
    sequences = list(map(tokens, batch))
    for a, key in enumerate(keys):
        assert (key == 0) == (not sequences[a])
        for b, other in enumerate(keys):
            assert (key == other) == (sequences[a] == sequences[b])


def test_keys_tell_order_cuts_and_repeats_apart():
    batch = ["a b c", "c b a", "ab c", "a bc", "abc", "a b c a b c", "a a", "a", "A  b, c!", "أ b c", "ا b c"]
    keys = sketch(batch).keys.tolist()
    assert keys[0] == keys[8] and keys[9] == keys[10]
    assert len(set(keys)) == len(batch) - 2


units = st.integers(0, 0xFFFF) | st.integers(0xD7F0, 0xE010) | st.sampled_from([0x20, 0x61, 0x627, 0x4E00, 0xD83D])


@given(st.lists(st.lists(units, max_size=30), max_size=5))
@example([[0xD83D], [0xDE00, 0x61], [0xD840, 0xD840, 0xDC00, 0x62], [0x61, 0xDC00, 0xD800, 0x61], [0xDBFF, 0xDFFF]])
def test_lone_surrogates_read_as_replacement_characters(rows):
    sets, keys = run_on_units(rows) if rows else ([], [])
    decoded = [np.array(row, "<u2").tobytes().decode("utf-16-le", "replace") for row in rows]
    assert sets == [reference(text) for text in decoded]
    assert keys == sketch(decoded).keys.tolist()


def test_a_pair_is_not_completed_from_the_next_text():
    first, second = np.frombuffer("𠀀".encode("utf-16-le"), np.uint16)
    sets, _ = run_on_units([[0x61, first], [second, 0x62]])
    assert sets == [reference("a"), reference("b")]
    assert run_on_units([[0x61, first, second]])[0] == [reference("a𠀀")]


def test_token_hashes_equal_the_reference():
    letters = np.array(list(map(ord, "xعاجلx")), np.int32)
    assert token_kernels.hash_letters(letters, 1, 5) == hash_token("عاجل")
    assert token_kernels.hash_letters(letters, 2, 2) == hash_token("")


def test_a_signature_of_nothing_is_all_ones():
    assert (sketch(["", "…"]).signatures == 0xFFFFFFFF).all()


@pytest.mark.parametrize("text", ["word", "ع", "漢", "5", "a" * 100_000])
def test_a_text_of_one_token_has_one_shingle(text):
    found = sketch([text])
    assert found.row(0).tolist() == [hash32(tokens(text)[0])]
    assert found.keys[0] != 0


def test_permutations_are_those_of_datasketch():
    live = MinHash(num_perm=sketches.PERMUTATIONS, seed=sketches.SEED, scheme=sketches.SCHEME)
    assert permutations().dtype == np.uint32
    np.testing.assert_array_equal(permutations(), np.array(live.permutations))


@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 3) | st.integers(2**31, 2**31 + 5), max_size=200))
def test_sort_distinct_sorts_any_values(values):
    """Also values that are not spread as hashes are."""
    given_values = np.array(values, np.uint32)
    out, counts = np.empty(len(values), np.uint32), np.empty((1 << sketch_kernels.MOST_BUCKET_BITS) + 1, np.int32)
    kept = sketch_kernels.sort_distinct(given_values, len(values), out, counts)
    assert out[:kept].tolist() == sorted(set(values))


def test_sort_distinct_on_more_values_than_buckets():
    values = np.random.default_rng(3).integers(0, 1 << 32, 200_000, dtype=np.uint32)
    out, counts = np.empty(len(values), np.uint32), np.empty((1 << sketch_kernels.MOST_BUCKET_BITS) + 1, np.int32)
    kept = sketch_kernels.sort_distinct(values, len(values), out, counts)
    np.testing.assert_array_equal(out[:kept], np.unique(values))
