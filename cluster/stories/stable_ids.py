"""Stable ids: which stored story each new cluster continues, and where the ids of merged stories redirect to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from collections.abc import Set as AbstractSet


def match_ids(
    clusters: Sequence[Sequence[str]],
    before: Mapping[str, AbstractSet[str]],
    redirects: Mapping[str, str],
    *,
    others: Container[str] = (),
    anew: bool = False,
) -> tuple[list[str], dict[str, str]]:
    """Give each cluster an id.

    Overlaps are visited by size, the largest first (ties: by id): the cluster takes the id of the stored story if both
    are still free. A cluster that takes none gets a new id, derived from the id of its first member, so ids of stories
    that are found from scratch depend on the set alone. An id that is or was in use is not given again. A stored id
    that no cluster takes redirects to the cluster with most of its members.

    Args:
        clusters: the members of each cluster, the first published first; no member in two.
        before: the members of each stored story.
        redirects: earlier redirects.
        others: ids of stories that stay as they are, which may be among those before.
        anew: give ids as if there were no stored stories. An id that was in use may then be given again, to another
            story; all other ids redirect to the cluster with most of their members.

    Returns:
        The id of each cluster, and all redirects. Each redirect leads to a current id, or to an empty one if the story
        has no member left.
    """
    home = {member: number for number, cluster in enumerate(clusters) for member in cluster}
    overlaps = {id_: Counter(home[member] for member in members if member in home) for id_, members in before.items()}
    named = {} if anew else _continued(overlaps)
    kept = set(named.values())
    reserved = set() if anew else {*before, *redirects}
    for number, cluster in enumerate(clusters):
        if number not in named:
            named[number] = _fresh(cluster[0], reserved, others)
            reserved.add(named[number])
    current = {id_: id_ if id_ in kept else _largest_part(sizes, named) for id_, sizes in overlaps.items()}
    moved = {id_: current.get(now, now) for id_, now in redirects.items()} | current
    alive = set(named.values())
    return [named[number] for number in range(len(clusters))], {
        id_: now for id_, now in moved.items() if id_ not in alive
    }


def _continued(overlaps: Mapping[str, Counter[int]]) -> dict[int, str]:
    """Return the stored ids that clusters take, by cluster."""
    bids = [(-size, id_, number) for id_, sizes in overlaps.items() for number, size in sizes.items()]
    named: dict[int, str] = {}
    taken: set[str] = set()
    for _, id_, number in sorted(bids):
        if number not in named and id_ not in taken:
            named[number] = id_
            taken.add(id_)
    return named


def _largest_part(sizes: Counter[int], named: Mapping[int, str]) -> str:
    """Return the id of the cluster with most members of a story; empty if no cluster has any."""
    return named[min(sizes, key=lambda number: (-sizes[number], number))] if sizes else ""


def _fresh(member: str, reserved: AbstractSet[str], others: Container[str]) -> str:
    """Derive an id from that of a member, different from all reserved ids and all others."""
    attempt = 0
    while True:
        seed = f"{member}\n{attempt}" if attempt else member
        id_ = "s" + hashlib.blake2b(seed.encode(), digest_size=5).hexdigest()
        if id_ not in reserved and id_ not in others:
            return id_
        attempt += 1
