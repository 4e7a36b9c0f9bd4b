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
    assert list(row) == ["labelled", "missing", "found", "truth", "b_cubed", "pairs", "between_languages", "field"]
    for key, expected in (("b_cubed", B_CUBED), ("pairs", PAIRS), ("between_languages", BETWEEN)):
        assert row[key] == pytest.approx(with_f1(expected)), key
    assert ran.err.startswith(f"labels from field {field!r}: 4 articles scored, 1 labelled ones are not in the index; ")


def test_the_field_may_be_named(sada, index, write):
    labels = write([{"id": "a1", "story": "s", "topic": "t"}, {"id": "a2", "story": "other", "topic": "t"}])
    assert sada("evaluate", index, labels).rows[0]["pairs"]["precision"] == 0.0
    row = sada("evaluate", index, labels, "--label-field", "topic").rows[0]
    assert (row["field"], row["pairs"]["precision"]) == ("topic", 1.0)


def test_a_person_reads_a_table(sada, index, tmp_path):
    (tmp_path / "labels.csv").write_text(SHAPES["labels.csv"])
    lines = sada("evaluate", index, tmp_path / "labels.csv", "--format", "table").out.splitlines()
    assert lines[0].split() == ["Over", "Precision", "Recall", "F1"]
    assert [line.split() for line in lines[2:]] == [
        ["B-Cubed", "0.667", "0.750", "0.706"],
        ["pairs", "0.333", "0.500", "0.400"],
        ["pairs", "in", "two", "languages", "1.000", "0.000", "0.000"],
    ]


def test_labels_of_other_articles_are_no_perfect_score(sada, index, write):
    ran = sada("evaluate", index, write([{"id": "z1", "story": "s"}]), code=2)
    assert "none of its 1 labelled articles is in" in ran.err and ran.out == ""


def test_labels_that_cannot_be_used(sada, index, write, tmp_path):
    assert "no label field" in sada("evaluate", index, write([{"id": "a1", "topic": "t"}]), code=2).err
    assert "no field 'x'" in sada("evaluate", index, write([{"id": "a1"}]), "--label-field", "x", code=2).err
    assert "cannot be read" in sada("evaluate", index, tmp_path / "absent.csv", code=2).err
