"""Scores against labels, the expected ones worked out by hand.

The stories found are {a1, a2, a3}, in English, and {c1}, in Arabic. The labels say {a1, a2} and {a3, c1}.
"""

from __future__ import annotations

import json

import pytest

LABELS = {"a1": "x", "a2": "x", "a3": "y", "c1": "y", "absent": "z"}
B_CUBED = {"precision": (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, "recall": (1 + 1 + 1 / 2 + 1 / 2) / 4}
PAIRS = {"precision": 1 / 3, "recall": 1 / 2}  # found 3 pairs, of which 1 is right, of 2 there are
BETWEEN = {"precision": 1.0, "recall": 0.0}  # none found, and there is 1


def with_f1(score):
    both = score["precision"] + score["recall"]
    return score | {"f1": 2 * score["precision"] * score["recall"] / both}


SHAPES = {
    "labels.jsonl": "".join(json.dumps({"id": id_, "story": label}) + "\n" for id_, label in LABELS.items()),
    "labels.csv": "id,story\n" + "".join(f"{id_},{label}\n" for id_, label in LABELS.items()),
    "map.json": json.dumps(LABELS),
    "nested.json": json.dumps({"labels": {id_: {"story": label, "topic": "t"} for id_, label in LABELS.items()}}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_scores_by_hand_from_every_shape_of_labels(sada, index, tmp_path, name):
    (tmp_path / name).write_text(SHAPES[name])
    ran = sada("evaluate", index, tmp_path / name)
    (row,) = ran.rows
    field = "label" if name == "map.json" else "story"
    counts = {"labelled": 4, "missing": 1, "found": 2, "truth": 2, "field": field}
    assert {key: row[key] for key in counts} == counts
    scores = ["b_cubed", "pairs", "between_languages", "v_measure"]
    assert list(row) == ["labelled", "missing", "found", "truth", *scores, "field"]
    for key, expected in (("b_cubed", B_CUBED), ("pairs", PAIRS), ("between_languages", BETWEEN)):
        assert {name: row[key][name] for name in ("precision", "recall", "f1")} == pytest.approx(with_f1(expected)), key
    assert list(row["v_measure"]) == ["homogeneity", "completeness", "v", "interval"]
    for key in scores:
        _, _, value, (low, high) = row[key].values()
        assert 0 <= low <= value <= high <= 1, key
    assert ran.err.startswith(f"labels from field {field!r}: 4 articles scored, 1 labelled ones are not in the index; ")


def test_the_field_may_be_named(sada, index, write):
    labels = write([{"id": "a1", "story": "s", "topic": "t"}, {"id": "a2", "story": "other", "topic": "t"}])
    assert sada("evaluate", index, labels).rows[0]["pairs"]["precision"] == 0.0
    row = sada("evaluate", index, labels, "--label-field", "topic").rows[0]
    assert (row["field"], row["pairs"]["precision"]) == ("topic", 1.0)


def test_a_person_reads_a_table(sada, index, tmp_path):
    (tmp_path / "labels.csv").write_text(SHAPES["labels.csv"])
    lines = sada("evaluate", index, tmp_path / "labels.csv", "--format", "table").out.splitlines()
    assert lines[0].split() == ["Over", "Precision", "Recall", "F1", "F1", "95", "%"]
    # In nats, H(truth) = ln 2 and H(truth | found) = 3/4 H(1/3) = 0.477; H(found) = 0.562, H(found | truth) = ln 2 / 2.
    assert [line.split()[:-1] for line in lines[2:]] == [
        ["B-Cubed", "0.667", "0.750", "0.706"],
        ["pairs", "0.333", "0.500", "0.400"],
        ["pairs", "in", "two", "languages", "1.000", "0.000", "0.000"],
        ["V-measure", "0.311", "0.384", "0.344"],
    ]
    (row,) = sada("evaluate", index, tmp_path / "labels.csv").rows
    scores = [row[key]["interval"] for key in ("b_cubed", "pairs", "between_languages", "v_measure")]
    assert [line.split()[-1] for line in lines[2:]] == [f"{low:.3f}–{high:.3f}" for low, high in scores]


SPLIT = {
    "label": "y", "articles": 2, "missed_pairs": 1,
    "stories": [{"story": "S1", "articles": 1}, {"story": "S2", "articles": 1}],
    "examples": [
        {"id": "a3", "title": "Ferry strikes pier", "story": "S1"},
        {"id": "c1", "title": "مكتبة في الصحراء", "story": "S2"},
    ],
}  # fmt: skip
MERGE = {
    "story": "S1", "articles": 3, "wrong_pairs": 2,
    "labels": [{"label": "x", "articles": 2}, {"label": "y", "articles": 1}],
    "examples": [
        {"id": "a1", "title": "Ferry strikes pier", "label": "x"},
        {"id": "a3", "title": "Ferry strikes pier", "label": "y"},
    ],
}  # fmt: skip


@pytest.fixture
def named(sada, index):
    """Puts S1 and S2 in place of the ids of the two stories, in order of size, S1 being the ferry's."""
    ids = {id_: row["story"] for row in sada("stories", index, "--all").rows for id_ in row["articles"]}
    return lambda text: text.replace(ids["a1"], "S1").replace(ids["c1"], "S2")


def by_story(parts):
    return sorted(parts, key=lambda part: part["story"])


def test_the_worst_splits_and_merges_as_rows(sada, index, tmp_path, named):
    (tmp_path / "labels.csv").write_text(SHAPES["labels.csv"])
    plain, more = (sada("evaluate", index, tmp_path / "labels.csv", *extra) for extra in ((), ("--worst", "2")))
    row = json.loads(named(more.out))
    (split,), (merge,) = row.pop("worst_splits"), row.pop("worst_merges")
    # Parts of equal size stand in order of the stories' ids, which are hashes.
    assert split | {key: by_story(split[key]) for key in ("stories", "examples")} == SPLIT
    assert merge == MERGE
    assert [row] == plain.rows
    assert list(more.rows[0])[-2:] == ["worst_splits", "worst_merges"]


def test_the_worst_splits_and_merges_as_tables(sada, index, tmp_path, named):
    (tmp_path / "labels.csv").write_text(SHAPES["labels.csv"])
    arguments = ("evaluate", index, tmp_path / "labels.csv", "--format", "table")
    shown = sada(*arguments, "--worst", "1").out
    scores, splits, merges = named(shown).split("\n\n")
    assert scores + "\n" == sada(*arguments).out
    assert splits.splitlines()[0] == "Worst splits: labels in several stories"
    assert " ".join(splits.splitlines()[1].split()) == "Label Articles Missed pairs Stories Story Of it Id Title"
    assert splits.splitlines()[3].split()[:4] == ["y", "2", "1", "2"]
    assert {"a3", "c1"} <= set(splits.split())
    lines = [line.split() for line in merges.splitlines()]
    assert merges.splitlines()[0] == "Worst merges: stories of several labels"
    assert lines[3:] == [
        ["S1", "3", "2", "2", "x", "2", "a1", "Ferry", "strikes", "pier"],
        ["y", "1", "a3", "Ferry", "strikes", "pier"],
    ]
    sada(*arguments, "--worst", "1", "-o", tmp_path / "told.txt")
    told = (tmp_path / "told.txt").read_text(encoding="utf-8")
    assert [line.rstrip() for line in told.splitlines()] == [line.rstrip() for line in shown.splitlines()]


def test_no_mistakes_are_none(sada, index, write):
    labels = write([{"id": "a1", "story": "s"}, {"id": "a2", "story": "s"}])
    (row,) = sada("evaluate", index, labels, "--worst", "3").rows
    assert row["worst_splits"] == row["worst_merges"] == []
    assert all(row[key]["interval"] == [1.0, 1.0] for key in ("b_cubed", "pairs", "between_languages", "v_measure"))
    shown = sada("evaluate", index, labels, "--worst", "3", "--format", "table").out
    assert shown.endswith("several stories\nnone\n\nWorst merges: stories of several labels\nnone\n")
    assert "--worst" in sada("evaluate", index, labels, "--worst", "0", code=2).err


def test_labels_of_other_articles_are_no_perfect_score(sada, index, write):
    ran = sada("evaluate", index, write([{"id": "z1", "story": "s"}]), code=2)
    assert "none of its 1 labelled articles is in" in ran.err and ran.out == ""


def test_labels_that_cannot_be_used(sada, index, write, tmp_path):
    assert "no label field" in sada("evaluate", index, write([{"id": "a1", "topic": "t"}]), code=2).err
    assert "no field 'x'" in sada("evaluate", index, write([{"id": "a1"}]), "--label-field", "x", code=2).err
    assert "cannot be read" in sada("evaluate", index, tmp_path / "absent.csv", code=2).err


def test_labels_may_be_in_another_encoding(sada, index, tmp_path):
    text = SHAPES["labels.csv"].replace(",x", ",جسر").replace(",y", ",مطر")
    (tmp_path / "labels.csv").write_bytes(text.encode("windows-1256"))
    told = sada("evaluate", index, tmp_path / "labels.csv", code=2).err
    assert "labels.csv, line 2: not UTF-8 from byte 12 on (name its encoding: --encoding NAME" in told
    row = sada("evaluate", index, tmp_path / "labels.csv", "--encoding", "windows-1256").rows[0]
    assert (row["labelled"], row["truth"]) == (4, 2)
