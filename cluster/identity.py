"""Ids that stay: which stored story a new cluster continues, and what becomes of the ids that it swallowed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet


def settle_ids(
    clusters: Sequence[Sequence[str]], before: Mapping[str, AbstractSet[str]], redirects: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Name every cluster.

    The largest overlap chooses first (ties: by id): the cluster takes that stored story's id if it is still free and
    the cluster has none. A cluster without one gets an id made from its first member's, so that stories made from
    scratch are a function of the set alone. A stored id that no cluster took redirects to the cluster that holds most
    of its members.

    Args:
        clusters: the members of each cluster, the first published first; no member in two.
        before: the members of each stored story that are still there.
        redirects: earlier redirects.

    Returns:
        An id a cluster, and all redirects, each leading straight to a living id.
    """
    home = {member: number for number, cluster in enumerate(clusters) for member in cluster}
    overlaps = {id_: Counter(home[member] for member in members if member in home) for id_, members in before.items()}
    bids = [(-size, id_, number) for id_, sizes in overlaps.items() for number, size in sizes.items()]
    named: dict[int, str] = {}
    taken: set[str] = set()
    for _, id_, number in sorted(bids):
        if number not in named and id_ not in taken:
            named[number] = id_
            taken.add(id_)
    reserved = taken | set(redirects) | set(before)
    for number, cluster in enumerate(clusters):
        if number not in named:
            named[number] = _fresh(cluster[0], reserved)
            reserved.add(named[number])
    moved = {
        id_: named[min(sizes, key=lambda number: (-sizes[number], number))]
        for id_, sizes in overlaps.items()
        if id_ not in taken and sizes
    }
    alive = set(named.values())
    followed = {id_: moved.get(now, now) for id_, now in redirects.items()}
    kept = {id_: now for id_, now in followed.items() if now in alive and id_ not in alive}
    return [named[number] for number in range(len(clusters))], kept | moved


def _fresh(member: str, reserved: AbstractSet[str]) -> str:
    """An id from a member's, other than any in use."""
    attempt = 0
    while True:
        seed = f"{member}\n{attempt}" if attempt else member
        id_ = "s" + hashlib.blake2b(seed.encode(), digest_size=5).hexdigest()
        if id_ not in reserved:
            return id_
        attempt += 1
