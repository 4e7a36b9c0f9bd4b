"""The copies among the articles of a report, and how each differs from the article that it follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.copies.copies import Copies
from sada.cluster.copies.grouping import DOUBT_OF
from sada.cluster.copies.groups import CopyGroup
from sada.cluster.explanation.token_diff import token_diff
from sada.cluster.likeness.pairs import measure
from sada.indexes.article import Article
from sada.indexes.storage.columns import ranks_of

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


def copies_among(index: NewsIndex, copies: Copies, articles: Sequence[Article]) -> dict[str, Any]:
    """Return the groups of copies among the articles of a report; articles are given by their position there.

    Args:
        index: the index in which the copies were found.
        copies: all copies of the index.
        articles: the articles of the report; titles and texts may be cut.

    Returns:
        ``groups``, the largest first: ``size`` in the index, ``members`` (the first published first), and
        ``attached``, the positions of its links in ``held``.

        ``copies``: (article, the article that it follows, Jaccard, diff) for each member but the first. The followed
        article is the most similar one published before it; the kept article if there is none in the report.
        The Jaccard is that of the words, or of the texts alone or the letters if these make them copies.

        ``held``, the containment links: (earlier article, later article, containment, whether the later one contains
        the earlier, diff).

        A diff is a list of lengths in turns: the equal characters of both articles, then the different characters of
        each, and so on, of title, line end and text. Characters are UTF-16 code units, as in JavaScript.
    """
    numbers = {article.id: number for number, article in enumerate(articles)}
    order = _by_time(articles)
    groups, followed = list[dict[str, Any]](), dict[tuple[int, int], float]()
    contained = dict[tuple[int, int], list[Any]]()
    for group in copies.iter_duplicates():
        members = sorted(
            (numbers[member.id] for member in group.members if member.id in numbers), key=order.__getitem__
        )
        links = _links(group, numbers, order)
        contained |= links
        if len(members) > 1 or links:
            groups.append({"size": group.size, "members": members, "attached": list(links)})
            followed |= _followed(group, numbers)
    places = {pair: place for place, pair in enumerate(contained)}
    for shown in groups:
        shown["attached"] = [places[pair] for pair in shown["attached"]]
    return {
        "groups": groups,
        "copies": [
            [article, other, alike, lengths(articles[other], articles[article])]
            for (article, other), alike in _jaccards(index, articles, followed).items()
        ],
        "held": [[*pair, *link, lengths(*(articles[number] for number in pair))] for pair, link in contained.items()],
    }


def lengths(first: Article, second: Article) -> list[int]:
    """Return the token diff of two articles as lengths: equal in the first and the second, then different in both, ...

    Text beyond the tokens that a diff compares is left out.
    """
    found: list[int] = []
    for step in token_diff(first, second):
        if not found and step["op"] != "equal":
            found += [0, 0]
        found += [_units(step["a"]), _units(step["b"])]
    return found


def _units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _by_time(articles: Sequence[Article]) -> list[int]:
    """Return the rank of each article by time of publication; undated ones come last."""
    times = [article.published.timestamp() if article.published else np.inf for article in articles]
    return ranks_of(np.argsort(np.array(times), kind="stable")).tolist()


def _followed(group: CopyGroup, numbers: dict[str, int]) -> dict[tuple[int, int], float]:
    """Return each member and the article that it is compared with, with the Jaccard that the group says of them.

    It is 0 if the group says none.
    """
    said = {(group.kept, member.id): member.jaccard for member in group.members}
    said |= {ends: pair.jaccard for pair in group.evidence for ends in ((pair.a, pair.b), (pair.b, pair.a))}
    found = {}
    for member in group.members:
        other = member.follows if member.follows in numbers else group.kept
        if member.id in numbers and other in numbers and other != member.id:
            found[numbers[member.id], numbers[other]] = said.get((other, member.id), 0.0)
    return found


def _links(group: CopyGroup, numbers: dict[str, int], order: Sequence[int]) -> dict[tuple[int, int], list[Any]]:
    """Return the links of a group between articles of the report, by the earlier and the later article."""
    found: dict[tuple[int, int], list[Any]] = {}
    for link in group.attached:
        if link.id not in numbers or link.to not in numbers or link.kind in DOUBT_OF:
            continue
        pair = sorted((numbers[link.id], numbers[link.to]), key=order.__getitem__)
        inner = link.to if link.kind == "contains" else link.id
        found[pair[0], pair[1]] = [round(link.containment, 4), int(pair[0] == numbers[inner])]
    return found


def _jaccards(
    index: NewsIndex, articles: Sequence[Article], pairs: dict[tuple[int, int], float]
) -> dict[tuple[int, int], float]:
    """The Jaccard of pairs of articles: of their words, or what is said of them if that is more."""
    rows = np.array(index.snapshot.columns.rows([article.id for article in articles]), np.int64)
    left, right = rows[np.array(list(pairs), np.int64).reshape(-1, 2)].T
    by_words = measure(index.snapshot.sketches, left, right).jaccard.tolist()
    return {pair: round(max(alike, pairs[pair]), 4) for pair, alike in zip(pairs, by_words, strict=True)}
