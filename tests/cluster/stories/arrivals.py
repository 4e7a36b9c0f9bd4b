"""Articles that come, change and go, for tests of what becomes of stories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from sada.indexes import NewsIndex
from sada.indexes.article import Article


def stir(index: NewsIndex, events: Sequence[Article], chance: random.Random) -> list[Article]:
    """Add six articles as they are and two that tell of another event, and remove two; gives those that were drawn."""
    some = chance.sample(events, 9)
    donor = chance.choice(events)
    index.add([*some[:6], *(replace(one, title=donor.title, text=f"{donor.text} {one.id}") for one in some[6:8])])
    index.remove(chance.sample([one.id for one in some if one.id in index], 2))
    return some
