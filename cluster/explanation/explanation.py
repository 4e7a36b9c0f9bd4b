"""Why two articles are, or are not, copies or reports of one story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.explanation.copy_evidence import CopyEvidence
from sada.cluster.explanation.counterfactuals import story_changes
from sada.cluster.explanation.evidence_gaps import compared, missing
from sada.cluster.explanation.story_context import StoryContext
from sada.cluster.explanation.token_diff import token_diff
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.indexes.boilerplate.lines import split_lines
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


_AS_COPIES = "As copies that were published near each other they are one story whatever their score."


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for and against a link between articles ``a`` and ``b``.

    Attributes:
        copy: exact ``jaccard`` and ``containment`` of shingles, the share of ``a_in_b`` and ``b_in_a``, what is
            ``needed`` for copies and ``containment_needed`` for one to hold the other, how many are ``shared``, how
            many each has, and in sentences what ``would_change`` the verdict.
        story: ``probability`` that both report one event, what is ``needed``, the ``margin`` between the two in
            log-odds, the ``regime`` of the scorer, in words what was ``compared`` and what is ``missing``, what each
            feature adds to the log-odds (``features``, to the ``bias``), its share of all evidence (``shares``,
            negative against), the same in words (``reasons``), what ``would_change`` the verdict of the pair, the
            ``ids`` of their stories, whether it is the ``same`` and, if the pair says otherwise, ``why``.
        verdict: ``copy``, ``contains`` (one holds the other), ``same story`` or ``different``.
        diff: token diff of the texts as they were compared, if they are copies or one holds the other: steps with
            ``op`` equal, replace, delete or insert, and the passages ``a`` and ``b``.
        diff_is_whole: False if the texts go on beyond the tokens that a diff compares.
        left_out: lines of ``a`` and of ``b`` that the index knows as printed under many articles: they take no part.
    """

    a: str
    b: str
    copy: dict[str, Any]
    story: dict[str, Any]
    verdict: str
    diff: tuple[dict[str, str], ...]
    diff_is_whole: bool
    left_out: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``explain`` command."""
        return {
            "a": self.a,
            "b": self.b,
            "copy": self.copy,
            "story": self.story,
            "verdict": self.verdict,
            "diff": list(self.diff),
            "diff_is_whole": self.diff_is_whole,
            "left_out": self.left_out,
        }


@carries_threads
def explain(index: NewsIndex, a: str, b: str) -> Explanation:
    """Compare two articles of an index; its stories are brought up to date first.

    They are scored among the articles that may be linked with either, those published within four days of it: the
    document frequencies are those of these, so that a probability may differ a little from the one that stories were
    found with. Texts are read of these articles alone.

    Raises:
        UnknownArticleError: if an id is not in the index.
    """
    rows = index.snapshot.columns.rows([a, b])
    company = StoryContext.of(index, *rows)
    first, second = company.two
    copy = CopyEvidence.of(index.snapshot.segments.sketch_of(np.array(rows, np.int64)))
    verdict = "copy" if copy.is_copy else "contains" if copy.is_held else "same story" if company.same else "different"
    diff = token_diff(first, second) if copy.is_copy or copy.is_held else ()
    whole = not diff or sum(len(step["a"] + step["b"]) for step in diff) == len(first.body + second.body)
    stored = index.get([a, b])
    left_out = {"a": lines_left_out(stored[0].text, first.text), "b": lines_left_out(stored[1].text, second.text)}
    return Explanation(a, b, copy.to_dict(a, b), _story(index, company, copy.is_copy), verdict, diff, whole, left_out)


def _story(index: NewsIndex, company: StoryContext, is_copy: bool) -> dict[str, Any]:
    pair = company.pair
    as_one = is_copy and company.same and not pair.days_apart > WINDOW_DAYS
    return {
        "probability": round(pair.probability, 4),
        "needed": pair.needed,
        "margin": round(pair.margin, 4),
        "regime": pair.regime,
        "compared": compared(pair, company.two),
        "missing": missing(index, pair, company.two),
        "bias": round(pair.bias, 4),
        "features": {name: round(one, 4) for name, one in pair.contributions.items() if one},
        "shares": {name: round(share, 4) for name, share in pair.shares.items()},
        "reasons": pair.reasons,
        "would_change": [_AS_COPIES] if as_one else story_changes(pair),
        "ids": list(company.stories),
        "same": company.same,
        "why": company.why(is_copy),
    }


def lines_left_out(stored: str, read: str) -> list[str]:
    """The lines of a stored text that are not in it as it is read, which may also lack the end of its last line."""
    lines, kept, found, at = split_lines(stored), split_lines(read), list[str](), 0
    for number, line in enumerate(lines, 1):
        part = kept[at] if at < len(kept) else ""
        is_cut = bool(part.strip()) and line.startswith(part.rstrip()) and part not in lines[number:]
        if line == part or is_cut:
            at += 1
        rest = "" if line == part else line[len(part.rstrip()) :] if is_cut else line
        if rest.strip():
            found.append(rest.strip())
    return found
