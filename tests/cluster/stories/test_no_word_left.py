"""After any sequence of changes, no row of the catalog holds a word that only removed or earlier texts had."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from sada.cluster import find_stories, place_new
from sada.cluster.stories.stories import stored_stories
from sada.indexes import Article, NewsIndex

SUBJECTS = ("ferry pier fog harbour divers", "budget bread tax miners pensions", "storm dam valley cattle bridge")
FOOTERS = ("write to our newsroom and tell us what we missed", "follow us on every network for more of the same")
START = datetime(2024, 7, 1, tzinfo=UTC)


class Newsroom:
    """Makes articles and versions of them. Each version has a word of its own in its title, text and keywords."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.versions = 0
        self.own = {}  # the word of each article's present version

    def write(self, id_):
        self.versions += 1
        word = f"zqv{self.versions}x"
        self.own[id_] = word
        subject = self.draw.choice(SUBJECTS).split()
        title = " ".join([word, *self.draw.sample(subject, 3)])
        text = " ".join(
            [word, *subject, *(f"{self.draw.choice('bdgklm')}{self.draw.randrange(400)}" for _ in range(30)), word]
        )
        lines = [text, self.draw.choice(FOOTERS)] if self.draw.random() < 0.8 else [text]
        when = START + timedelta(hours=self.draw.randrange(60))
        return Article(id_, title, "\n".join(lines), source="Echo", published=when, language="en", keywords=(word,))

    def dead(self):
        return {f"zqv{number}x" for number in range(1, self.versions + 1)} - set(self.own.values())


def rows_of(index):
    """All values of all tables of the catalog."""
    catalog = index.snapshot.catalog
    tables = [name for (name,) in catalog.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(str(row) for table in tables for row in catalog.query(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("seed", range(4))
def test_no_row_holds_a_dead_word(tmp_path, seed):
    room = Newsroom(seed)
    told = 0
    with NewsIndex.create(tmp_path / "i.sada", encoder=None) as index:
        index.add([room.write(f"a{at}") for at in range(24)])
        index.boilerplate.learn()
        find_stories(index)
        for step in range(24):
            what = room.draw.choice(
                ["add", "update", "update", "remove", "remove", "stories", "place", "place", "learn"]
            )
            known = sorted(room.own)
            if what == "add":
                index.add([room.write(f"n{step}-{at}") for at in range(3)])
            elif what == "update":
                index.add([room.write(id_) for id_ in room.draw.sample(known, min(3, len(known)))])
            elif what == "remove":
                gone = room.draw.sample(known, min(4, len(known)))
                index.remove(gone)
                for id_ in gone:
                    del room.own[id_]
            elif what == "learn":
                index.boilerplate.learn()
            else:
                (place_new if what == "place" else find_stories)(index)
            rows = rows_of(index)
            assert [word for word in room.dead() if word in rows] == [], (step, what)
            assert all(word in rows for word in room.own.values())
            stories = stored_stories(index).stories
            assert not any(word in f"{story.headline} {story.keywords}" for story in stories for word in room.dead())
            told += sum(word in f"{story.headline} {story.keywords}" for story in stories for word in room.own.values())
        assert index.verify() == [] and room.dead() and told > 24
