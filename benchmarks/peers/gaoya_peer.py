"""``gaoya.minhash.MinHashStringIndex`` with its own tokeniser and estimate: python gaoya_peer.py FILE PAIRS."""

import sys
from collections.abc import Iterator
from itertools import islice

from common import AT_ONCE, body, earlier, report, rows
from gaoya.minhash import MinHashStringIndex


def pairs(path: str) -> Iterator[tuple[str, str]]:
    """Insert a batch, then ask for the neighbours of its articles."""
    index = MinHashStringIndex(32, 0.8, 16, 8, analyzer="word", lowercase=True, ngram_range=(3, 3))
    known: list[str] = []
    articles = rows(path)
    while batch := list(islice(articles, AT_ONCE)):
        start = len(known)
        known += [row["id"] for row in batch]
        texts = [body(row) for row in batch]
        index.par_bulk_insert_docs(list(range(start, len(known))), texts)
        yield from earlier(known, start, index.par_bulk_query(texts))


report(pairs(sys.argv[1]))
