"""A process that may only read an index, told what to do line by line; it answers each line with one of JSON.

``read`` answers with the number of the commit and all articles; ``refresh`` moves to the newest commit and reads;
``follow N`` does so N times and answers with all that it saw.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sada.indexes.disk import connections
from sada.indexes.errors import SadaError
from sada.indexes.storage.catalog import Catalog

READER = [sys.executable, __file__]


def seen(catalog: Catalog) -> list:
    """The number of the commit, and each article's id and text in the order of their numbers."""
    articles = [[one.article.id, one.article.text] for one in catalog.after(0, 10**6)]
    return [catalog.commits.number, articles]


def answer(catalog: Catalog, order: str) -> list:
    try:
        if order == "read":
            return seen(catalog)
        if order == "refresh":
            catalog.refresh()
            return seen(catalog)
        found = []
        for _ in range(int(order.removeprefix("follow "))):
            catalog.refresh()
            first, second = seen(catalog), seen(catalog)
            found.append(first if first == second else ["moved between two refreshes", [first, second]])
        return found
    except SadaError as error:
        return [type(error).__name__, str(error)]


def main() -> None:
    connections._may_write = lambda path: False
    catalog = Catalog(Path(sys.argv[1]))
    say(seen(catalog))
    for line in sys.stdin:
        say(answer(catalog, line.strip()))


def say(found: list) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
