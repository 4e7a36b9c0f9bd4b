#!/usr/bin/env bash
# gaoya 0.2.2 finds near copies of texts by MinHash over word or character
# n-grams.
# One would guess that a text with fewer words than the n-gram is either kept
# whole or left out of the index. At worst it would match nothing.
# What happens: every such text gets the same signature. Any two of them are
# reported as copies, with a similarity of exactly 1.0, even if they share no
# word. The threshold cannot help, since 1.0 passes every threshold.
# It matters for news, because flashes and tickers are often two words long:
# with word 3-grams all of them fall into one group of copies.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check gaoya==0.2.2
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from gaoya.minhash import MinHashStringIndex

print("gaoya", version("gaoya"))


def matches(analyzer, size, texts, query):
    """The texts that a fresh index at threshold 0.95 gives for the query."""
    index = MinHashStringIndex(32, 0.95, 42, 3, None, analyzer, True, (size, size))
    for number, text in enumerate(texts):
        index.insert_document(number, text)
    found = index.query(query, return_similarity=True)
    return sorted((texts[number], score) for number, score in found)


flashes = ["Harbour fire", "Minister resigns", "Snow overnight in the hills"]

words = matches("word", 3, flashes, "Gold falls")
print("word 3-grams, query 'Gold falls':", words)
assert words == [("Harbour fire", 1.0), ("Minister resigns", 1.0)], words

chars = matches("char", 5, ["Fire", "Snow", "Harbour fire"], "Gold")
print("character 5-grams, query 'Gold':", chars)
assert chars == [("Fire", 1.0), ("Snow", 1.0)], chars

single = matches("word", 1, flashes, "Gold falls")
print("single words, query 'Gold falls':", single)
assert single == [], single
PY
