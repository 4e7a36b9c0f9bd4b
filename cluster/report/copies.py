"""The copies among the articles of a page, and how each differs from the one that it follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.copies.copies import Copies
from sada.cluster.copies.groups import CopyGroup
from sada.cluster.copies.pairs import measure
from sada.cluster.explanation.token_diff import token_diff
from sada.indexes.article import Article
from sada.indexes.storage.columns import ranks_of

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


def copies_among(index: NewsIndex, copies: Copies, articles: Sequence[Article]) -> dict[str, Any]:
    """The groups of copies as far as their members are among some articles, which go by their place there.

    Args:
        index: that the copies were found in.
        copies: all of them.
        articles: of the index, as far as they are shown: titles and texts may be cut.

    Returns:
        ``groups``, the largest first: ``size`` in the index, ``members`` first published first, and ``attached``: the
        places in ``held`` of the links that it has.

        ``copies``: (article, the one that it follows, Jaccard, diff) for each member but the first. That is the most
        similar one published before it; the kept article where there is none or it is not among the articles.

        ``held``: (earlier article, later article, containment, whether it is the earlier that the other holds, diff).

        A diff is a list of lengths: how many characters of either are alike, how many of either are not, and so on in
        turns, of title, line end and text. Characters are UTF-16 code units, those of JavaScript.
    """
    numbers = {article.id: number for number, article in enumerate(articles)}
    order = _by_time(articles)
    groups, followed, held = list[dict[str, Any]](), list[tuple[int, int]](), dict[tuple[int, int], list[Any]]()
    for group in copies.iter_duplicates():
        members = sorted(
            (numbers[member.id] for member in group.members if member.id in numbers), key=order.__getitem__
        )
        links = _held(group, numbers, order)
        held |= links
        if len(members) > 1 or links:
            groups.append({"size": group.size, "members": members, "attached": list(links)})
            followed += _followed(group, numbers)
    places = {pair: place for place, pair in enumerate(held)}
    for shown in groups:
        shown["attached"] = [places[pair] for pair in shown["attached"]]
    return {
        "groups": groups,
        "copies": [
            [article, other, alike, lengths(articles[other], articles[article])]
            for (article, other), alike in zip(followed, _alike(index, articles, followed), strict=True)
        ],
        "held": [[*pair, *link, lengths(*(articles[number] for number in pair))] for pair, link in held.items()],
    }


def lengths(first: Article, second: Article) -> list[int]:
    """The token diff of two articles as lengths in turns: alike in the first and the second, other in both, and so on.

    What lies beyond the tokens that a diff compares is left out.
    """
    found: list[int] = []
    for step in token_diff(first, second):
        if not found and step["op"] != "equal":
            found += [0, 0]
        found += [_units(step["a"]), _units(step["b"])]
    return found


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _by_time(articles: Sequence[Article]) -> list[int]:
    """The rank of each article by time of publication; undated ones come last."""
    moments = [article.published.timestamp() if article.published else np.inf for article in articles]
    return ranks_of(np.argsort(np.array(moments), kind="stable")).tolist()


def _followed(group: CopyGroup, numbers: dict[str, int]) -> list[tuple[int, int]]:
    """Each member and the one that it is compared with."""
    found = []
    for member in group.members:
        other = member.follows if member.follows in numbers else group.kept
        if member.id in numbers and other in numbers and other != member.id:
            found.append((numbers[member.id], numbers[other]))
    return found


def _held(group: CopyGroup, numbers: dict[str, int], order: Sequence[int]) -> dict[tuple[int, int], list[Any]]:
    """The links of a group between articles that are shown, by the earlier and the later one."""
    found: dict[tuple[int, int], list[Any]] = {}
    for link in group.attached:
        if link.id not in numbers or link.to not in numbers:
            continue
        pair = sorted((numbers[link.id], numbers[link.to]), key=order.__getitem__)
        inner = link.to if link.kind == "contains" else link.id
        found[pair[0], pair[1]] = [round(link.containment, 4), int(pair[0] == numbers[inner])]
    return found


def _alike(index: NewsIndex, articles: Sequence[Article], pairs: Iterable[tuple[int, int]]) -> list[float]:
    """The exact Jaccard of pairs of articles."""
    rows = np.array(index.snapshot.columns.rows([article.id for article in articles]), np.int64)
    left, right = rows[np.array(list(pairs), np.int64).reshape(-1, 2)].T
    return [round(alike, 4) for alike in measure(index.snapshot.sketches, left, right).jaccard.tolist()]
