from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.pages.plain_text import txt_row


def test_a_short_first_line_above_a_blank_line_is_the_title():
    assert txt_row("عنوان الخبر\n\nنص الخبر.\nسطر\n") == {"title": "عنوان الخبر", "text": "نص الخبر.\nسطر\n"}
    assert txt_row("Title\r\n\r\nBody\r\n") == {"title": "Title", "text": "Body\r\n"}
    assert txt_row("\n Title \n \n\nBody") == {"title": "Title", "text": "Body"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One line only", "One line only"),
        ("One sentence. And another one.\nMore.", "One sentence."),
        ("It ends a sentence.\n\nBody", "It ends a sentence."),
        ("هل انتهى؟\n\nنص", "هل انتهى؟"),
        ("He said “stop.” Then left.", "He said “stop.”"),
        ("The U.S. army said 3.5 million left! Then more", "The U.S. army said 3.5 million left!"),
        ("这是第一句。这是第二句。", "这是第一句。"),
        ("Wrapped\nline\n\nSecond paragraph", "Wrapped line"),
    ],
)
def test_otherwise_the_first_sentence_is_and_the_text_stays_whole(text, title):
    assert txt_row(text) == {"title": title, "text": text, "title_derived": True}


def test_a_derived_title_is_cut_at_the_end_of_a_word():
    assert txt_row("word " * 60)["title"] == " ".join(["word"] * 24)
    assert txt_row("字" * 300)["title"] == "字" * 120
    long_line = "w" * 201
    assert txt_row(f"{long_line}\n\nBody") == {
        "title": "w" * 120,
        "text": f"{long_line}\n\nBody",
        "title_derived": True,
    }
    assert txt_row(f"{'w' * 200}\n\nBody") == {"title": "w" * 200, "text": "Body"}


def test_a_blank_text_has_no_title():
    assert txt_row(" \n\n") == {"title": "", "text": " \n\n"}


@given(st.text(max_size=300))
def test_no_word_of_a_text_is_lost(text):
    row = txt_row(text)
    whole = row["text"] if row.get("title_derived") else f"{row['title']} {row['text']}"
    assert whole.split() == text.split()
    assert len(row["title"]) <= 200
