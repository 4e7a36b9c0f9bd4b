"""Pieces against brute force over all splits, and against Viterbi's algorithm in plain Python over ``chunks``."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes.subwords.chunks import LONGEST_CHUNK, WORD_START, chunks
from sada.indexes.subwords.unigram import LONGEST_PIECE, Vocabulary, join_subwords
from sada.indexes.text import folding
from sada.indexes.text.folding import MARK, SEPARATOR
from sada.indexes.text.tokens import plain_fold
from sada.indexes.threads import use_threads

SCRIPTS = [
    "رئيس الوزراء يفتتح مستشفىً جديداً في العاصمة، و٢٠٢٤ عام صعب",
    "The prime minister opened a new hospital on 5 May 2024: “a first”",
    "Премьер-министр открыл новую больницу в столице",
    "Ο πρωθυπουργός εγκαινίασε νέο νοσοκομείο στην Αθήνα",
    "首相は東京で新しい病院を開いた。ﾃﾞｰﾀ2024年",
    "总理在首都为一家新医院揭幕，耗资5000万元",
    "นายกรัฐมนตรีเปิดโรงพยาบาลแห่งใหม่ในกรุงเทพฯ",
    "प्रधानमंत्री ने राजधानी में नए अस्पताल का उद्घाटन किया",
    "ראש הממשלה חנך בית חולים חדש בירושלים",
    "총리가 수도에 새 병원을 열었다",
    "Başbakan İstanbul'da yeni bir hastane açtı",
    "နိုင်ငံတော် ဝန်ကြီးချုပ် ဆေးရုံသစ် ဖွင့်လှစ်",
    "პრემიერმა თბილისში ახალი საავადმყოფო გახსნა",
    "የጠቅላይ ሚኒስትሩ አዲስ ሆስፒታል ከፈቱ",
]
ODD = [
    "", " ", "...", "\0", "a\0b", "\ud800", "a\udc00b\ud800", "\u0301", "\u0301a", "京\u0301京", "ﷺ" * 300, "a" * 1000,
    "京" * 1000, "𠀀a𠀀b", "😀a😀", "ﬃ½ⅷ", "٣٣3", "a\u200db\u00adc", "▁a▁",
    "a" * 127 + "\u0930\u093f" * 3,
]  # fmt: skip
LETTERS = "ab▁京都"
dyadic = st.integers(-640, -1).map(lambda sixty_fourths: sixty_fourths / 64)  # sums of them are exact
vocabularies = st.dictionaries(st.text(LETTERS, min_size=1, max_size=4), dyadic, min_size=1, max_size=20)


def vocabulary_of(scores: dict[str, float]) -> Vocabulary:
    return Vocabulary(list(scores), np.array(list(scores.values()), np.float32))


def brute_split(chunk: str, scores: dict[str, float]) -> list[str]:
    """The best of all splits; of equal ones that whose last piece is longer, then the one before it, and so on."""
    unknown = min(scores.values()) - 10
    ranked = []
    for cuts in product([False, True], repeat=len(chunk) - 1):
        edges = [0, *(place for place, cut in enumerate(cuts, 1) if cut), len(chunk)]
        parts = [chunk[start:stop] for start, stop in pairwise(edges)]
        if all(part in scores or len(part) == 1 for part in parts):
            total = sum(scores.get(part, unknown) for part in parts)
            ranked.append((total, [len(part) for part in reversed(parts)], parts))
    return [part for part in max(ranked)[2] if part in scores]


def plain_split(chunk: str, scores: dict[str, float]) -> list[str]:
    """Viterbi's algorithm, end by end, longest piece first."""
    unknown = np.float32(min(scores.values())) - np.float32(10)
    best: list[tuple[np.float32, list[str]]] = [(np.float32(0), [])]
    for end in range(1, len(chunk) + 1):
        found = None
        for start in range(max(end - LONGEST_PIECE, 0), end):
            part = chunk[start:end]
            if part in scores or end - start == 1:
                total = best[start][0] + (np.float32(scores[part]) if part in scores else unknown)
                if found is None or total > found[0]:
                    found = total, best[start][1] + ([part] if part in scores else [])
        best.append(found)
    return best[-1][1]


def split_one(vocabulary: Vocabulary, pieces: list[str], text: str) -> list[str]:
    ids, starts = vocabulary.split([text])
    assert (ids.dtype, starts.dtype, starts.tolist()) == (np.int32, np.int64, [0, len(ids)])
    return [pieces[number] for number in ids]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello, العَالَمُ 東京2024年", ["▁hello", "▁العالم", "東京", "▁2024", "年"]),
        ("ไทยland", ["ไทย", "▁land"]),
        ("हिन्दी", ["▁हिन्दी"]),
        ("...", []),
        ("", []),
        ("\u093f a", ["▁a"]),
        ("٥٠ Straße", ["▁50", "▁strasse"]),
        ("a" * 129, ["▁" + "a" * 128, "▁a"]),
        ("京" * 256, ["京" * 128] * 2),
        ("京" * 128 + "\u3099京", ["京" * 128, "\u3099京"]),
    ],
)
def test_chunks(text: str, found: list[str]) -> None:
    assert chunks(text) == found


@given(st.text(st.sampled_from(sorted({*"".join(SCRIPTS + ODD)} - {WORD_START})), max_size=300))
def test_chunks_keep_every_letter(text: str) -> None:
    kinds = folding.load().kinds
    kept, inside = "", False
    for letter in plain_fold(text):
        kind = kinds[ord(letter)]
        inside = inside if kind == MARK else kind != SEPARATOR
        kept += letter if inside else ""
    found = [chunk.removeprefix(WORD_START) for chunk in chunks(text)]
    assert "".join(found) == kept
    assert all(1 <= len(chunk) <= LONGEST_CHUNK for chunk in found)


@settings(max_examples=300)
@given(vocabularies, st.text("ab京都", min_size=1, max_size=7))
def test_best_of_all_splits(scores: dict[str, float], text: str) -> None:
    want = [piece for chunk in chunks(text) for piece in brute_split(chunk, scores)]
    assert split_one(vocabulary_of(scores), list(scores), text) == want


def test_ties_go_to_the_longer_last_piece() -> None:
    scores = {"京": -1.0, "京京": -2.0, "京京京": -3.5}
    assert split_one(vocabulary_of(scores), list(scores), "京京京") == ["京", "京京"]
    assert split_one(vocabulary_of(scores), list(scores), "京" * 4) == ["京京", "京京"]


def test_a_letter_without_piece_is_left_out() -> None:
    scores = {"東京": -3.0, "京": -1.0, "▁": -2.0, "ab": -4.0, "b": -1.0}
    vocabulary = vocabulary_of(scores)
    assert split_one(vocabulary, list(scores), "大東京都") == ["東京"]
    assert split_one(vocabulary, list(scores), "xab bx") == ["▁", "ab", "▁", "b"]
    assert split_one(vocabulary, list(scores), "大学") == []


@pytest.mark.parametrize("seed", range(3))
def test_text_in_many_scripts(seed: int) -> None:
    texts = SCRIPTS + ODD
    random = Random(seed)
    scores = {}
    for chunk in {chunk for text in texts for chunk in chunks(text)}:
        for _ in range(20):
            start = random.randrange(len(chunk))
            scores[chunk[start : start + random.randint(1, LONGEST_PIECE)]] = random.uniform(-15, -3)
    pieces, vocabulary = list(scores), vocabulary_of(scores)
    assert len(vocabulary) == len(pieces)
    for text in texts:
        assert split_one(vocabulary, pieces, text) == [
            piece for chunk in chunks(text) for piece in plain_split(chunk, scores)
        ]


@given(vocabularies, st.text(max_size=50))
def test_any_text(scores: dict[str, float], text: str) -> None:
    want = [piece for chunk in chunks(text) for piece in plain_split(chunk, scores)]
    assert split_one(vocabulary_of(scores), list(scores), text) == want


@pytest.fixture(scope="module")
def letters() -> tuple[list[str], Vocabulary]:
    """Every letter of the scripts above, and some pairs."""
    found = sorted(
        {letter for text in SCRIPTS + ODD for chunk in chunks(text) for letter in chunk} | {"ال", "▁ال", "aa"}
    )
    return found, Vocabulary(found, np.full(len(found), -5))


def test_spelling_variants_are_one(letters: tuple[list[str], Vocabulary]) -> None:
    pieces, vocabulary = letters
    plain = split_one(vocabulary, pieces, "المدرسه الي احمد 50")
    assert "▁ال" in plain
    for variant in ("المَدرَسَة إلى أحمد ٥٠", "المـــدرسة الى احمد ۵۰", "اﻟﻤﺪﺭﺳﺔ إلي آحمد 50"):
        assert split_one(vocabulary, pieces, variant) == plain


def test_batch_and_threads_do_not_matter(letters: tuple[list[str], Vocabulary]) -> None:
    _, vocabulary = letters
    texts = (SCRIPTS + ODD) * 40  # enough for several threads
    with use_threads(1):
        ids, starts = vocabulary.split(texts)
    with use_threads(3):
        again, bounds = vocabulary.split(texts)
    assert (ids == again).all()
    assert (starts == bounds).all()
    for row, text in enumerate(SCRIPTS + ODD):
        assert ids[starts[row] : starts[row + 1]].tolist() == vocabulary.split([text])[0].tolist()
    assert [array.tolist() for array in vocabulary.split([])] == [[], [0]]


def test_a_text_that_folding_makes_far_longer(letters: tuple[list[str], Vocabulary]) -> None:
    pieces, vocabulary = letters
    once = split_one(vocabulary, pieces, "ﷺ")
    assert "".join(once) == "▁صلي▁الله▁عليه▁وسلم"
    assert split_one(vocabulary, pieces, "ﷺ " * 5000) == once * 5000


def test_a_megabyte(letters: tuple[list[str], Vocabulary]) -> None:
    pieces, vocabulary = letters
    assert split_one(vocabulary, pieces, "a" * 1_000_000) == (["▁"] + ["aa"] * 64) * 7812 + ["▁"] + ["aa"] * 32
    assert split_one(vocabulary, pieces, "学" * 1_000_000) == []
    assert split_one(vocabulary, pieces, "東京" * 500_000) == ["東", "京"] * 500_000


def test_the_order_of_the_vocabulary_does_not_matter() -> None:
    random = Random(5)
    pieces = sorted({"".join(random.choices("abcdefghij", k=random.randint(1, 6))) for _ in range(30_000)})
    scores = {piece: random.randint(-900, -100) / 64 for piece in pieces}
    mixed = random.sample(pieces, len(pieces))
    text = " ".join("".join(random.choices("abcdefghij", k=8)) for _ in range(500))
    first = split_one(Vocabulary(pieces, np.array([scores[piece] for piece in pieces])), pieces, text)
    assert first == split_one(Vocabulary(mixed, np.array([scores[piece] for piece in mixed])), mixed, text)
    assert first == [piece for chunk in chunks(text) for piece in plain_split(chunk, scores)]


def test_joined_pieces() -> None:
    pieces = ["京", "ab", "▁𠀀"]
    joined, ends = join_subwords(pieces)
    assert (joined, ends.tolist()) == ("京ab▁𠀀", [1, 3, 5])
    vocabulary = Vocabulary.joined(joined, ends, np.zeros(3))
    assert vocabulary.split(["a ab京"])[0].tolist() == [1, 0]
    assert Vocabulary([], np.zeros(0)).split(["a"])[0].tolist() == []


@pytest.mark.parametrize(
    ("pieces", "scores", "message"),
    [
        (["a", "b"], [-1], "2 pieces need as many finite scores"),
        (["a"], [np.nan], "1 pieces need as many finite scores"),
        (["a", ""], [-1, -1], "piece 1 has 0 letters: 1 to 24"),
        (["a" * 25], [-1], "piece 0 has 25 letters"),
        (["ab", "a", "b", "ab"], [-1] * 4, "piece 3, 'ab', is there twice"),
        (["ab", "b", "b"], [-1] * 3, "piece 2, 'b', is there twice"),
    ],
)
def test_no_vocabulary(pieces: list[str], scores: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vocabulary(pieces, np.array(scores))


@given(st.lists(st.text(LETTERS + "xé😀", max_size=9), max_size=4), vocabularies)
def test_letters_that_are_not_folded_are_split_as_the_best_of_all_splits(texts, scores):
    pieces, other = list(scores), len(scores)
    ids, starts = vocabulary_of(scores).split_letters(texts, other)
    found = [ids[start:stop].tolist() for start, stop in pairwise(starts.tolist())]
    assert len(found) == len(texts)
    for text, numbers in zip(texts, found, strict=True):
        parts = [pieces[number] for number in numbers if number != other]
        assert parts == (brute_split(text, scores) if text else [])
        assert numbers.count(other) == len(text) - sum(map(len, parts))
