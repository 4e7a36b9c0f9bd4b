from __future__ import annotations

import json

import pytest

from sada.cli.output.bidi import END, FIRST_STRONG
from sada.indexes.text.tokens import shingles

from ....planted_boilerplate import planted


@pytest.fixture
def sizes(corpus):
    return {row["id"]: len(set(shingles(f"{row['title']}\n{row['text']}"))) for row in corpus}


def explain(sada, index, a, b):
    (row,) = sada("explain", index, a, b).rows
    assert list(row) == ["a", "b", "copy", "story", "verdict", "diff", "diff_is_whole", "left_out"]
    assert (row["a"], row["b"]) == (a, b)
    return row


def shown(sada, index, a, b):
    return sada("explain", index, a, b, "--format", "table").out.splitlines()


def test_exact_copies_differ_in_nothing(sada, index, sizes):
    row = explain(sada, index, "a1", "a2")
    assert row["verdict"] == "copy"
    assert row["copy"]["jaccard"] == row["copy"]["containment"] == row["copy"]["a_in_b"] == row["copy"]["b_in_a"] == 1.0
    assert row["copy"]["shared"] == row["copy"]["shingles_a"] == row["copy"]["shingles_b"] == sizes["a1"]
    assert [step["op"] for step in row["diff"]] == ["equal"]
    assert shown(sada, index, "a1", "a2")[-1] == "Nothing differs"


def test_a_changed_word_is_the_diff(sada, index, sizes):
    row = explain(sada, index, "a1", "a3")
    shared = sizes["a1"] - 1  # the word is the last one, so it stands in one shingle only
    assert row["copy"]["shared"] == shared
    assert row["copy"]["jaccard"] == round(shared / (shared + 2), 4)
    (step,) = [step for step in row["diff"] if step["op"] != "equal"]
    assert (step["op"], step["a"].strip(), step["b"].strip()) == ("replace", "questioned", "interviewed")
    assert row["story"]["same"] is True and row["story"]["why"] is None
    assert 0 <= row["story"]["probability"] <= 1


def test_a_page_that_holds_an_article_contains_it(sada, index, sizes):
    row = explain(sada, index, "b1", "b2")
    assert row["verdict"] == "contains"
    assert row["copy"]["jaccard"] < 0.8 <= row["copy"]["containment"]
    assert row["copy"]["b_in_a"] < 0.8 <= row["copy"]["a_in_b"] == row["copy"]["containment"]
    assert "".join(step["a"] for step in row["diff"]).startswith("Budget passed\nParliament passed")
    assert any("of b1 would have to differ for b2 not to hold it" in one for one in row["copy"]["would_change"])


def test_other_articles_have_no_diff(sada, index):
    row = explain(sada, index, "a1", "c1")
    assert (row["verdict"], row["diff"], row["copy"]["jaccard"]) == ("different", [], 0.0)
    assert row["story"]["same"] is False
    assert row["story"]["missing"] == [
        "No date, so that time counts for nothing: c1.",
        "The index has no encoder, so that meaning counts for nothing.",
    ]
    lines = shown(sada, index, "a1", "c1")
    assert lines[1] == f"c1: {FIRST_STRONG}مكتبة في الصحراء{END}"
    assert "differs" not in lines[-1] and not any(" is in " in line for line in lines)


def test_a_person_reads_sentences(sada, index, sizes):
    row = explain(sada, index, "a1", "a3")
    lines = shown(sada, index, "a1", "a3")
    assert lines[:3] == ["a1: Ferry strikes pier", "a3: Ferry strikes pier", "Verdict: copy"]
    assert lines[3:5] == ["", f"Copies? Jaccard {row['copy']['jaccard']:.3f}, and 0.8 is needed"]
    assert lines[5] == f"  {sizes['a1'] - 1} shingles shared of {sizes['a1']} in a1 and {sizes['a3']} in a3"
    for sentence in (*row["copy"]["would_change"], *row["story"]["missing"], *row["story"]["would_change"]):
        assert f"  {sentence}" in lines
    for reason in row["story"]["reasons"]:
        assert f"    {reason}" in lines
    assert any(line.startswith("One story? Probability") and line.endswith("they are in one story") for line in lines)
    assert lines[-4:] == [
        "What differs",
        "  = … 48 words … while the captain is being",
        "  - questioned",
        "  + interviewed",
    ]


def test_why_stories_say_otherwise_is_read_last(sada, build, corpus):
    later = corpus[0] | {"id": "later", "date": "2024-07-21", "text": " ".join(reversed(corpus[0]["text"].split()))}
    path = build("-", stdin="".join(json.dumps(row) + "\n" for row in (corpus[0], later)))
    why = explain(sada, path, "a1", "later")["story"]["why"]
    assert "19.7 days apart" in why
    assert shown(sada, path, "a1", "later")[-1] == f"  {why}"


@pytest.fixture
def build(sada, tmp_path):
    def build(*arguments, **options):
        sada("build", *arguments, "-i", tmp_path / "own.sada", "--encoder", "none", **options)
        return tmp_path / "own.sada"

    return build


def test_spaceless_copies_show_the_letters_that_changed(sada, build):
    text = "林德港研究所公布一项大型临床试验结果，疫苗保护率为82%，共有9400名志愿者参加试验，研究{}未发现不良反应，"
    text += "志愿者被平均分为两组，一组间隔四周接种"
    rows = [{"id": id_, "title": "疫苗", "text": text.format(who)} for id_, who in (("a", "人员"), ("b", "团队"))]
    path = build("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
    lines = shown(sada, path, "a", "b")
    assert lines[lines.index("What differs") + 2 :][:2] == ["  - 人员", "  + 团队"]
    assert "characters …" in lines[lines.index("What differs") + 1]


def test_right_to_left_passages_are_isolated_and_cannot_steer(sada, build, corpus):
    text = corpus[5]["text"]
    rows = [corpus[5], corpus[5] | {"id": "c\u202e2", "text": f"{text} \u202eالقديمة\x1b[31m"}]
    path = build("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
    lines = shown(sada, path, "c1", "c\u202e2")
    assert not set("".join(lines)) & {"\u202e", "\x1b"}
    assert lines[-1] == f"  + {FIRST_STRONG}القديمة␛[31m{END}"
    assert lines[-2].startswith(f"  = {FIRST_STRONG}… ") and lines[-2].endswith(f"الواحة{END}")
    assert all(line.count(FIRST_STRONG) == line.count(END) for line in lines)


def test_spelling_that_folds_alike_and_long_texts_are_said_to_be(sada, build):
    long = " ".join(f"w{number}" for number in range(5000))
    rows = [
        {"id": "a", "title": "Rain in the old town", "text": "It rained"},
        {"id": "b", "title": "RAIN in the old town", "text": "It rained"},
        {"id": "c", "text": long},
        {"id": "d", "text": f"{long} end"},
    ]
    path = build("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert shown(sada, path, "a", "b")[-1] == "Nothing differs but spelling"
    assert shown(sada, path, "c", "d")[-1] == "Nothing differs, up to word 4,000"


def test_lines_left_out_are_shown(sada, build):
    sample = planted()
    one, other = sorted(next(group for group in sample.copies if len(group) == 2))
    rows = [article.to_dict() | {"date": article.published_text()} for article in sample.articles]
    path = build("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert explain(sada, path, one, other)["left_out"] == {"a": [], "b": []}
    sada("boilerplate", path, "--learn")
    left_out = explain(sada, path, one, other)["left_out"]
    lines = shown(sada, path, one, other)
    for side, id_ in (("a", one), ("b", other)):
        (at,) = [
            n for n, line in enumerate(lines) if line.startswith("Left out of") and id_ in line.replace("\u2068", "")
        ]
        told = [line.strip().strip("\u2068\u2069") for line in lines[at + 1 : at + 1 + len(left_out[side])]]
        assert told == left_out[side] != []


def test_formats_and_files(sada, index, tmp_path):
    row = explain(sada, index, "a1", "a3")
    assert json.loads(sada("explain", index, "a1", "a3", "--format", "json").out) == [row]
    sada("explain", index, "a1", "a3", "-o", tmp_path / "why.jsonl")
    assert json.loads((tmp_path / "why.jsonl").read_text()) == row


def test_unknown_and_missing_articles(sada, index):
    assert sada("explain", index, "a1", "nope", code=2).err == "sada: no article 'nope' in the index\n"
    assert "Missing argument" in sada("explain", index, "a1", code=2).err
