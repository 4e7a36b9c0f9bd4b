"""The token diff: it puts both texts together again, and shows what was planted, in any script."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.cluster.explanation.token_diff import MOST_PIECES, lines, pieces, shortened, token_diff
from sada.indexes.article import Article
from sada.indexes.text.tokens import fold, tokens

PIECES = st.lists(
    st.sampled_from(
        ["rain", "Rain", "RAIN,", "sun", "5", "50", " ", "\n\n", "\t", "المدرسة", "المدرسه", "\u00a0", "GDP", "東京",
         "、", "の", "บ้าน", "が", "\u3099", "（"]
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=200)
@given(PIECES, PIECES, PIECES, PIECES)
@example([], [], [], [])
@example([" "], [], [], ["rain", " "])
@example(["東京の雨"], [], ["京都の雪"], [])
def test_a_diff_puts_both_texts_together_again(title, text, other_title, other_text):
    first = Article("a", title="".join(title), text=" ".join(text))
    second = Article("b", title="".join(other_title), text="".join(other_text))
    steps = token_diff(first, second)
    assert "".join(step["a"] for step in steps) == first.body
    assert "".join(step["b"] for step in steps) == second.body
    for step in steps:
        assert step["op"] in ("equal", "replace", "delete", "insert")
        if step["op"] == "equal":
            assert "".join(fold(step["a"]).split()) == "".join(fold(step["b"]).split())
    assert all((one["op"] == "equal") != (two["op"] == "equal") for one, two in pairwise(steps))


@given(st.text(max_size=40))
@example("\u3099が")
@example("中\ud800\u3000中")
def test_pieces_are_the_text_and_cut_where_its_tokens_are(text):
    found = pieces(text)
    assert "".join(found) == text
    assert [token for piece in found for token in tokens(piece)] == tokens(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哈伦谷6.1级地震", ["哈", "伦", "谷", "6.1", "级", "地", "震"]),
        ("约（2300人），GDP 增长", ["约", "（", "2300", "人", "），", "GDP", " 增", "长"]),
        ("บ้านดี ok", ["บ้", "า", "น", "ดี", " ok"]),
        ("ガｶﾞが", ["ガ", "ｶﾞ", "が"]),
        ("It's 5%, no?\n\nكَتَبَ، ", ["It's", " 5%,", " no?", "\n\nكَتَبَ،", " "]),
    ],
)
def test_a_spaceless_letter_is_a_piece_and_so_is_a_word(text, expected):
    assert pieces(text) == expected


def test_a_diff_shows_what_changed():
    first = Article("a", title="Storm", text="5 dead in  Lisbon, says mayor")
    second = Article("b", title="STORM", text="50 dead in Lisbon, says the mayor")
    assert token_diff(first, second) == (
        {"op": "equal", "a": "Storm", "b": "STORM"},
        {"op": "replace", "a": "\n5", "b": "\n50"},
        {"op": "equal", "a": " dead in  Lisbon, says", "b": " dead in Lisbon, says"},
        {"op": "insert", "a": "", "b": " the"},
        {"op": "equal", "a": " mayor", "b": " mayor"},
    )


@pytest.mark.parametrize(
    ("one", "other", "changed"),
    [
        ("研究人员未发现反应，共2300人。", "研究团队未发现反应，共2400人。", [("人员", "团队"), ("2300", "2400")]),
        ("東京で大雨、電車が止まる", "東京で大雨、バスも止まる", [("電車が", "バスも")]),
        ("นายกรัฐมนตรีเดินทางไปเชียงใหม่", "นายกรัฐมนตรีเดินทางถึงเชียงใหม่", [("ไป", "ถึง")]),
        ("港口开放。", "港口今日开放。", [("", "今日")]),
    ],
)  # fmt: skip
def test_of_two_spaceless_copies_only_what_changed_is_marked(one, other, changed):
    steps = token_diff(Article("a", title="t", text=one), Article("b", title="t", text=other))
    assert [(step["a"], step["b"]) for step in steps if step["op"] != "equal"] == changed


def test_letters_alike_by_chance_are_no_match_and_short_changes_keep_theirs():
    by_chance = token_diff(Article("a", title="大雨的城市"), Article("b", title="小雪的山村"))
    assert [step["op"] for step in by_chance] == ["replace", "equal"]  # the line end after the title is alike
    assert (by_chance[0]["a"], by_chance[0]["b"]) == ("大雨的城市", "小雪的山村")
    kept = token_diff(Article("a", title="五死三伤"), Article("b", title="六死四伤"))
    assert [step["a"] for step in kept] == ["五", "死", "三", "伤\n"]
    words = token_diff(Article("a", title="heavy rain of the city"), Article("b", title="light snow of a village"))
    assert [step["a"] for step in words if step["op"] == "equal"] == [" of", "\n"]


def test_a_long_text_is_compared_up_to_the_same_word(prose):
    long = prose.words(MOST_PIECES + 1000)
    (step,) = token_diff(Article("a", text=" ".join(long)), Article("b", text=" ".join(long)))
    assert step["op"] == "equal"
    assert step["a"] == step["b"] == "\n" + " ".join(long[:MOST_PIECES])


def test_long_passages_are_counted_and_keep_what_stands_beside_a_change():
    words = [f"w{number}" for number in range(60)]
    other = [*words[:20], "new", *words[20:40], *words[41:]]
    steps = token_diff(Article("a", title="t", text=" ".join(words)), Article("b", title="t", text=" ".join(other)))
    assert lines(steps) == [
        ("=", "… 16 words … w15 w16 w17 w18 w19"),
        ("+", "new"),
        ("=", "w20 w21 w22 w23 w24 … 10 words … w35 w36 w37 w38 w39"),
        ("-", "w40"),
        ("=", "w41 w42 w43 w44 w45 … 14 words …"),
    ]


def test_what_differs_is_shortened_only_when_very_long(prose):
    short, long = prose.words(60), prose.words(200)
    alike = Article("a", title="t", text="x")
    (_, shown) = lines(token_diff(alike, Article("b", title="t", text=" ".join(["x", *short]))))
    assert shown == ("+", " ".join(short))
    (_, shown) = lines(token_diff(alike, Article("b", title="t", text=" ".join(["x", *long]))))
    assert shown == ("+", f"{' '.join(long[:30])} … 140 words … {' '.join(long[-30:])}")


def test_characters_of_spaceless_scripts_are_counted():
    text = "".join(chr(0x4E00 + number) for number in range(100))
    assert shortened(text, {False: 5, True: 12}) == f"{text[:12]} … 76 characters … {text[-12:]}"
    assert shortened(text[:27], {False: 5, True: 12}) == text[:27]


def test_two_that_are_alike_have_no_lines():
    assert lines(token_diff(Article("a", title="Rain"), Article("b", title="RAIN"))) == []
