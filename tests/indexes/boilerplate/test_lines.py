from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import (
    ENDING,
    LINE,
    Boilerplate,
    BoilerplateLine,
    Marks,
    ending_tokens,
    line_keys,
    split_lines,
    where_last,
)
from sada.indexes.text.term_spans import token_spans
from sada.indexes.text.tokens import tokens

SOURCE = "Post"
LINES = ["Share", "تابعونا على الشبكة", "关注我们", "12 comments", "Follow us, now"]
BODIES = ["", "…", "A body line", "share this", "ShareX", "13 comments", "Follow us", "ثلاثة قتلى", "我们"]
ENDINGS = ["write to us now", "to us now", "ولنا عودة"]
BREAKS = ["\n", "\r\n", "\u2028", "\n\n"]


def known(lines=LINES, endings=()):
    return Boilerplate(
        tuple(BoilerplateLine(SOURCE, line) for line in lines)
        + tuple(BoilerplateLine(SOURCE, line, ENDING) for line in endings)
    )


def read(text, title="A title", source=SOURCE, **what):
    (found,) = known(**what).read([Article("a", title, text, source=source)])
    return found.text


texts = st.lists(st.tuples(st.sampled_from(LINES + BODIES), st.sampled_from(BREAKS)), max_size=8).map(
    lambda parts: "".join(line + end for line, end in parts)
)


@given(texts)
def test_what_is_left_are_the_other_lines_as_they_were(text):
    folded = {tuple(tokens(line)) for line in LINES}
    left = [line for line in split_lines(text) if tuple(tokens(line)) not in folded]
    assert read(text) == "".join(left)
    assert read(read(text)) == read(text)


@given(texts, st.sampled_from(["", "…", "A title", "Share"]))
def test_an_article_that_says_nothing_else_stays_as_it_is(text, title):
    words = tokens("\n".join([title, *(line for line in text.splitlines() if tokens(line) and line not in LINES)]))
    if not words:
        assert read(text, title) == text
    else:
        assert tokens(f"{title}\n{read(text, title)}") == words


@given(st.lists(st.text(max_size=30), max_size=6), st.sampled_from([SOURCE, "post", "Mail", ""]))
def test_other_articles_are_the_very_same(lines, source):
    article = Article("a", "t", "\n".join(lines), source=source)
    assume(article.plain() is article)
    holds = any(tokens(line) in list(map(tokens, LINES)) for line in article.text.splitlines())
    (found,) = known().read([article])
    assert (found is article) == (not holds or source not in (SOURCE, "post"))


def test_nothing_but_the_text_changes():
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    given = Article("a", "Share", "Body\nShare\n", "http://x", "POST", moment, "en", ("Share",), {"x": 1})
    (found,) = known().read([given])
    assert found.to_dict() == given.to_dict() | {"text": "Body\n"}


one_line = st.text(max_size=40).filter(lambda text: len(text.splitlines()) < 2)


@given(one_line, st.sampled_from(ENDINGS), st.sampled_from(["", ".", "!\n\n", " …\u200f"]))
def test_an_ending_is_cut_and_no_word_of_the_body(body, ending, after):
    text = f"{body.strip()} {ending}{after}"
    ends = [len(tokens(one)) for one in ENDINGS if tokens(text)[-len(tokens(one)) :] == tokens(one)]
    left = read(text, endings=ENDINGS, lines=[])
    assert tokens(left) == tokens(text)[: -max(ends)]
    assert text.startswith(left.rstrip())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A body. Write to us now!", "A body. "),
        ("A body. Come to us now", "A body. Come "),  # the shorter one
        ("A body.\nWrite to us now\nShare\n", "A body.\n"),  # a whole line of it, above one that is known
        ("A body.\nShare write to us now", "A body.\n"),  # what is left is a line that is known
        ("Write to us now, they said", "Write to us now, they said"),
        ("A body\nwrite to us now\nMore", "A body\nwrite to us now\nMore"),
        ("Bodywrite to us now", "Bodywrite "),  # no word but the shorter ending is there
    ],
)
def test_endings_and_lines_together(text, left):
    assert read(text, endings=ENDINGS) == left


@given(st.text(max_size=60), st.integers(1, 8))
def test_where_the_last_tokens_begin(line, count):
    words = tokens(line)
    start = where_last(line, count)
    if start is None:  # within a letter, or between a sign and its number
        at = token_spans(line)[-min(count, len(words))][0]
        assert (tokens(line[:at]), tokens(line[at:])) != (words[:-count], words[-count:])
        return
    assert tokens(line[start:]) == words[-count:]
    assert tokens(line[:start]) == words[:-count]
    assert not words or tokens(line[start : start + 2])  # it begins with a letter, or a sign and a number


def test_no_character_is_cut_in_two():
    assert where_last("half ㍿ past", 2) is None and where_last("half ㍿ past", 5) == 5
    assert where_last("㍿㍿", 5) is None and where_last("㍿㍿", 4) == 1
    assert read("A body ㍿ past", lines=[], endings=["社 past"]) == "A body ㍿ past"


@given(st.text(alphabet="ab \u0640\u064b中", max_size=400), st.integers(1, 4))
def test_the_end_of_a_line_is_read_and_not_the_whole(line, count):
    found, words = ending_tokens(line, count), tokens(line)
    assert found == words[len(words) - len(found) :] and len(found) >= min(count, len(words))
    assert len(ending_tokens("word " * 10_000, count)) < 100


@given(st.lists(st.text(max_size=20), max_size=8))
def test_keys_are_those_of_folded_tokens(lines):
    keys, folded = line_keys(lines), [tuple(tokens(line)) for line in lines]
    for at, key in enumerate(keys):
        assert (key == 0) == (not folded[at])
        assert [key == other for other in keys] == [folded[at] == other for other in folded]


def test_what_an_article_holds():
    marks = Marks.of(known(endings=ENDINGS).lines)
    page = split_lines("Share\nBody\nwrite to us now\n12 comments")
    assert marks.held_by(page, line_keys(page)) == {
        *line_keys(["Share", "12 comments"]), ("write", "to", "us", "now"), ("to", "us", "now"),
    }  # fmt: skip
    assert marks.held_by([], []) == set() and Marks().held_by(page, line_keys(page)) == set()


def test_a_setting_says_it_all():
    moment = datetime(2024, 1, 1, 5, 6, 7, 8, tzinfo=UTC)
    lines = (BoilerplateLine("A", "x", LINE, 3, moment), BoilerplateLine("", "y", ENDING, 4, None))
    stored = Boilerplate(lines, ("z",)).setting()

    class Settings:
        def setting(self, key):
            return {"furniture": stored}.get(key)

    assert Boilerplate.of(Settings()) == Boilerplate(lines, ("z",))
    assert lines[0].to_dict() == {
        "source": "A", "line": "x", "place": "line", "articles": 3, "since": "2024-01-01T05:06:07.000008Z",
    }  # fmt: skip
    assert lines[1].to_dict()["since"] is None
