"""Explain why two articles are, or are not, copies or reports of one story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sada.cluster.copies.copies import JACCARD
from sada.cluster.explanation.copy_evidence import evidence_of
from sada.cluster.explanation.counterfactuals import story_changes
from sada.cluster.explanation.evidence_gaps import compared, missing
from sada.cluster.explanation.story_context import StoryContext
from sada.cluster.explanation.token_diff import token_diff
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.indexes.boilerplate.lines import split_lines
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


_LOOKED_FOR = 20  # letters by which the rest of a line is found behind what was cut out
_AS_COPIES = "With the words of copies, and published near each other, they are one story whatever their score."


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for and against a link between two articles.

    >>> found = explain(index, "en-001", "fr-001")
    >>> found.verdict, found.story["same"], found.story["compared"]
    ('same story', True, 'full texts in two languages (en, fr)')
    >>> found.copy["jaccard"], found.diff
    (0.0, ())

    Attributes:
        a, b: ids of the articles.
        copy: exact ``jaccard`` and ``containment`` of shingles; the share of each article in the other (``a_in_b``,
            ``b_in_a``); the thresholds ``needed`` for copies and ``containment_needed``; the number of common shingles
            (``shared``) and of each article; the ``grounds``: ``words`` or ``text`` (without titles) or ``respelt``
            (the letters) if these decide, ``template``, ``boilerplate`` or ``title`` for a doubt because of which they
            are no copies, see :func:`~sada.cluster.copies.copies.find_copies`; and in sentences what ``would_change``
            the verdict.
        story: ``probability`` that both report one event; the probability ``needed``; the ``margin`` between the two in
            log-odds; the ``regime`` of the scorer; in words what was ``compared`` and what is ``missing``; what each
            feature adds to the log-odds (``features``) beside the ``bias``; its share of all evidence (``shares``,
            negative if it counts against a link), also in words (``reasons``); what ``would_change`` the verdict; the
            ``ids`` of their stories; whether it is the ``same`` story; and ``why``, if the pair alone says otherwise.
        verdict: ``copy``, ``contains`` (one contains the other), ``same story`` or ``different``.
        diff: token diff of the texts as they were compared, if they are copies, would be copies but for a doubt, or one
            contains the other: steps with ``op`` (equal, replace, delete or insert) and the passages ``a`` and ``b``.
        diff_is_whole: False if the texts are longer than what a diff compares.
        left_out: boilerplate lines of ``a`` and of ``b``, which were not compared.
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
        """Return the row of the ``explain`` command, ready for JSON."""
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
    """Explain why two articles of an index are, or are not, linked; its stories are brought up to date first.

    Document frequencies are those of the articles published within four days of either, so a probability may differ a
    little from the one with which the stories were found. Only these articles are read.

    >>> found = explain(index, "en-001", "en-122")
    >>> found.verdict, found.copy["would_change"][0]
    ('copy', '3 more shingles would have to differ for them to be no copies.')

    Args:
        index: an open index.
        a: id of an article.
        b: id of another article.

    Raises:
        UnknownArticleError: if an id is not in the index.
    """
    return index.snapshot.in_one_state(lambda _: _explained(index, a, b))


def _explained(index: NewsIndex, a: str, b: str) -> Explanation:
    rows = index.snapshot.columns.rows([a, b])
    context = StoryContext.of(index, *rows)
    first, second = context.two
    copy = evidence_of(index, *rows)
    verdict = (
        "copy" if copy.is_copy else "contains" if copy.is_contained else "same story" if context.same else "different"
    )
    diff = token_diff(first, second) if copy.is_copy or copy.is_contained or copy.is_doubted else ()
    whole = not diff or sum(len(step["a"] + step["b"]) for step in diff) == len(first.body + second.body)
    stored = [article.plain() for article in index.get([a, b])]
    left_out = {"a": lines_left_out(stored[0].text, first.text), "b": lines_left_out(stored[1].text, second.text)}
    return Explanation(
        a, b, copy.to_dict(a, b), _story(index, context, copy.jaccard >= JACCARD), verdict, diff, whole, left_out
    )


def _story(index: NewsIndex, context: StoryContext, is_copy: bool) -> dict[str, Any]:
    """Return the evidence on the story, see :class:`Explanation`."""
    pair = context.pair
    as_one = is_copy and context.same and not pair.days_apart > WINDOW_DAYS
    return {
        "probability": round(pair.probability, 4),
        "needed": pair.needed,
        "margin": round(pair.margin, 4),
        "regime": pair.regime,
        "compared": compared(pair, context.two),
        "missing": missing(index, pair, context.two),
        "bias": round(pair.bias, 4),
        "features": {name: round(one, 4) for name, one in pair.contributions.items() if one},
        "shares": {name: round(share, 4) for name, share in pair.shares.items()},
        "reasons": pair.reasons,
        "would_change": [_AS_COPIES] if as_one else story_changes(pair),
        "ids": list(context.stories),
        "same": context.same,
        "why": context.why(is_copy),
    }


def lines_left_out(stored: str, read: str) -> list[str]:
    """Return the lines, or the parts of lines, of a stored text that are not in the text as it is read."""
    lines, kept, found, at = split_lines(stored), split_lines(read), list[str](), 0
    for number, line in enumerate(lines, 1):
        part = kept[at] if at < len(kept) else ""
        cut = None if part in lines[number:] and line != part else _parts_cut_out(line, part.rstrip())
        if line == part or cut is not None:
            at += 1
        rest = [] if line == part else [line] if cut is None else cut
        found += filter(None, map(str.strip, rest))
    return found


def _parts_cut_out(line: str, left: str) -> list[str] | None:
    """Return what was cut out of a line of which something is left; None if that is not left of this line."""
    found, before = list[str](), ""
    if not left:
        return None
    while left:
        pairs = enumerate(zip(line, left, strict=False))
        same = next((at for at, (one, other) in pairs if one != other), min(len(line), len(left)))
        before, line, left = before + line[:same], line[same:], left[same:]
        found_at = (line.find(left[:size]) for size in range(_LOOKED_FOR, 0, -1))  # a shorter part if more was cut out
        start = next((at for at in found_at if at >= 0), -1)
        if start < 0:
            return None
        cut, line = line[:start], line[start:]
        while cut and not before[-1:].isspace() and cut[-1] == before[-1:]:  # the letters before it were not its own
            before, cut = before[:-1], cut[-1] + cut[:-1]
        found.append(cut)
    return [*found, line]
