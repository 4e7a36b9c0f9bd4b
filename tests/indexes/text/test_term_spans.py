"""Where the terms of a text are written in it."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.indexes.text.term_spans import TermSpans
from sada.indexes.text.terms import words

EVERY = 1 << 40


def spelled(text: str) -> list[str]:
    made = TermSpans.of(text)
    return [text[start:stop] for start, stop in zip(made.starts, made.stops, strict=True)]


def test_words_are_found_without_what_stands_around_them():
    assert spelled("Sugar-free «Aramco», 14.5% of (2026)!") == ["Sugar", "free", "Aramco", "14", "5", "of", "2026"]
    assert spelled("وزير الطاقة: أرامكو؟") == ["وزير", "الطاقة", "أرامكو"]
    assert spelled("हिन्दी में") == ["हिन्दी", "में"]
    assert spelled("وزيرٌ أوَّل، ٢٠٢٤م أيـن") == ["وزيرٌ", "أوَّل", "٢٠٢٤م", "أيـن"]
    assert spelled("one_two") == ["one", "two"]
    assert spelled("C++ and Canal+, 1,000 $ or -5%") == ["C++", "and", "Canal+", "1,000", "or", "5"]
    assert spelled("infor-\nmation 10⁶") == ["infor-\nmation", "10", "⁶"]
    assert spelled("...") == spelled("") == []


def test_of_a_spaceless_script_two_letters_side_by_side_are_a_term():
    assert spelled("里马尔二号，沙尘 x东京AI") == ["里马", "马尔", "尔二", "二号", "沙尘", "东京", "AI"]
    assert spelled("ข่าวด่วน") == ["ข่า", "าว", "วด่", "ด่ว", "วน"]
    assert spelled("东") == []


@settings(max_examples=300)
@example("½ a½b 東½京 AIﷺ x-y’s")
@given(st.text(max_size=20) | st.text("ab15é-²+#$%,\n\xa0’ ﷺ㍿東京ไท\u0301م،.½", max_size=12))
def test_every_term_is_that_of_what_is_written_there(text):
    made = TermSpans.of(text)
    assert list(made.starts) == sorted(made.starts)
    for term, start, stop in zip(made.terms.tolist(), made.starts, made.stops, strict=True):
        assert words([text[start:stop]], EVERY).terms.tolist() == [term]


@given(
    st.lists(
        st.sampled_from(
            ["storm", "Aramco's", "U.S.", "و«أرامكو»", "أيضاً", "14.5", "x_", "--", "naïve", "co\xadop", "Ωμέγα"]
        ),
        max_size=8,
    )
)
def test_where_words_have_spaces_no_term_is_missing(pieces):
    text = " ".join(pieces)
    assert TermSpans.of(text).terms.tolist() == words([text], EVERY).terms.tolist()
