"""How well pages are taken apart, against what is known of them. To see it: ``python scoring.py [FILE...]``.

A page's file is JSON: ``page``, the scraped text, and ``truth``, what belongs to each field. Two strings are the same
if they are after white space is made one.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sada.indexes.pages.segmentation import Page, segment_page

HERE = Path(__file__).parent
FIELDS = (
    "title", "text", "source", "keywords", "read_also titles", "read_also text", "read_also sources",
    "read_also datelines", "inline", "similar", "other",
)  # fmt: skip


class Score(NamedTuple):
    """How many strings of a field were found, and should have been, and were found rightly."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else float(not self.wanted)

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else float(not self.found)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def fields_of(page: Mapping[str, Any]) -> dict[str, list[str]]:
    """The strings of each field of a page, or of the truth about one."""

    def paragraphs(text: str | list[str]) -> list[str]:
        return text.splitlines() if isinstance(text, str) else text

    others = page["read_also"]
    found: dict[str, Iterable[str]] = {
        "title": [] if page.get("title_derived") else [page["title"]],
        "text": paragraphs(page["text"]),
        "source": [page["source"]],
        "keywords": page["keywords"],
        "read_also titles": [other["title"] for other in others],
        "read_also text": [line for other in others for line in paragraphs(other["text"])],
        "read_also sources": [other["source"] for other in others],
        "read_also datelines": [other.get("dateline", "") for other in others],
        "inline": page["inline"],
        "similar": page["similar"],
        "other": page["other"],
    }
    return {name: [" ".join(one.split()) for one in found[name] if one.strip()] for name in FIELDS}


def scores_of(page: Page, truth: Mapping[str, Any]) -> dict[str, Score]:
    """The score of each field."""
    found, wanted = fields_of(page.to_dict()), fields_of(truth)
    return {
        name: Score((Counter(found[name]) & Counter(wanted[name])).total(), len(found[name]), len(wanted[name]))
        for name in FIELDS
    }


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(paths: list[str]) -> None:
    """Print the scores of some files, or of all beside this one, and what was wrong."""
    total: dict[str, list[Score]] = {name: [] for name in FIELDS}
    for path in map(Path, paths) if paths else sorted(HERE.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        page = segment_page(known["page"])
        scores = scores_of(page, known["truth"])
        _tell(f"{path.name}: {known['layout']}")
        found, wanted = fields_of(page.to_dict()), fields_of(known["truth"])
        for name, score in scores.items():
            total[name].append(score)
            _tell(
                f"  {name:18} P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}"
                f"  ({score.right} right of {score.found} found, {score.wanted} wanted)"
            )
            for sign, some, others in (("+", found, wanted), ("-", wanted, found)):
                for one in (Counter(some[name]) - Counter(others[name])).elements():
                    _tell(f"      {sign} {one}")
    _tell("All")
    for name, scores in total.items():
        score = Score(*map(sum, zip(*scores, strict=True)))
        _tell(
            f"  {name:18} P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}"
            f"  mean F1 {sum(one.f1 for one in scores) / len(scores):.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
