"""Ids that stay: which stored story a new cluster continues, and what becomes of the ids that it swallowed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet


def match_ids(
    clusters: Sequence[Sequence[str]],
    before: Mapping[str, AbstractSet[str]],
    redirects: Mapping[str, str],
    *,
    anew: bool = False,
) -> tuple[list[str], dict[str, str]]:
    """Name every cluster.

    The largest overlap chooses first (ties: by id): the cluster takes that stored story's id if it is still free and
    the cluster has none. A cluster without one gets an id made from its first member's, so that stories made from
    scratch are a function of the set alone; no id that is or was in use is given again. A stored id that no cluster
    took redirects to the cluster that holds most of its members.

    Args:
        clusters: the members of each cluster, the first published first; no member in two.
        before: the members of each stored story.
        redirects: earlier redirects.
        anew: name all clusters as if there were no stories yet, which may give an id again that was in use: it then
            stands for its new story. All other ids lead to where most of their members are, as after a merge.

    Returns:
        An id a cluster, and all redirects, each leading straight to a living id, or to an empty one if the story has
        no member left.
    """
    home = {member: number for number, cluster in enumerate(clusters) for member in cluster}
    overlaps = {id_: Counter(home[member] for member in members if member in home) for id_, members in before.items()}
    named = {} if anew else _continued(overlaps)
    kept = set(named.values())
    reserved = set() if anew else {*before, *redirects}
    for number, cluster in enumerate(clusters):
        if number not in named:
            named[number] = _fresh(cluster[0], reserved)
            reserved.add(named[number])
    heirs = {id_: id_ if id_ in kept else _largest_part(sizes, named) for id_, sizes in overlaps.items()}
    moved = {id_: heirs.get(now, now) for id_, now in redirects.items()} | heirs
    alive = set(named.values())
    return [named[number] for number in range(len(clusters))], {
        id_: now for id_, now in moved.items() if id_ not in alive
    }


def _continued(overlaps: Mapping[str, Counter[int]]) -> dict[int, str]:
    """The stored ids that clusters take, by cluster."""
    bids = [(-size, id_, number) for id_, sizes in overlaps.items() for number, size in sizes.items()]
    named: dict[int, str] = {}
    taken: set[str] = set()
    for _, id_, number in sorted(bids):
        if number not in named and id_ not in taken:
            named[number] = id_
            taken.add(id_)
    return named


def _largest_part(sizes: Counter[int], named: Mapping[int, str]) -> str:
    """The id of the cluster that holds most of a story's members; empty if none holds any."""
    return named[min(sizes, key=lambda number: (-sizes[number], number))] if sizes else ""


def _fresh(member: str, reserved: AbstractSet[str]) -> str:
    """An id from a member's, other than any in use."""
    attempt = 0
    while True:
        seed = f"{member}\n{attempt}" if attempt else member
        id_ = "s" + hashlib.blake2b(seed.encode(), digest_size=5).hexdigest()
        if id_ not in reserved:
            return id_
        attempt += 1
