"""A corpus of any size made of real Arabic news, with copies planted so that the truth is known.

    python benchmarks/corpus.py DATA SIZE FOLDER     # writes FOLDER/articles-SIZE.jsonl and FOLDER/truth-SIZE.jsonl

The first round is the real articles of ``DATA/neardup/saudi_dev.jsonl.zst``, less those that share more than a fifth
of their shingles with another. In every later round each word is another word of about its frequency, so rounds have
the statistics of news and share next to no shingles. A smaller corpus is the beginning of a larger one. Of all
articles 30 % are copies of an earlier one, in the kinds of :data:`KINDS`; the truth has one row a copy, with Jaccard
and containment by Python sets of the shingles that the peers use.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from peers.common import body, shingles
from story_sets import read

COPIES = 0.3
KINDS = {"edited": 0.65, "twin": 0.15, "page": 0.1, "abridged": 0.1}
SEED = 7
SHORTEST = 40  # words
_LEAST = 0.45  # Jaccard that edits aim at
_FIRST = datetime(2015, 7, 1)
_EVERY = timedelta(seconds=172)
_SMALLEST_BLOCK = 17
_WORDS = re.compile(r"(\w+)")


class Passage(NamedTuple):
    """Words, and what stands before, between and after them (one more)."""

    words: list[str]
    gaps: list[str]

    def text(self) -> str:
        """As it is read."""
        pieces = [""] * (len(self.words) + len(self.gaps))
        pieces[::2], pieces[1::2] = self.gaps, self.words
        return "".join(pieces)


class Draft(NamedTuple):
    """An article before it has an id."""

    title: Passage
    text: Passage
    source: str


class Fresh:
    """As many different articles as asked for, by number.

    Args:
        rows: the real articles, each unlike all others.
        seed: for the order of articles, and for which words stand for which.
    """

    def __init__(self, rows: list[dict[str, Any]], seed: int) -> None:
        rng = np.random.default_rng(seed)
        self._rows = [rows[at] for at in rng.permutation(len(rows))]
        split = [[_WORDS.split(row[field]) for field in ("title", "text")] for row in self._rows]
        counts = Counter(word for pair in split for pieces in pair for word in pieces[1::2])
        ranked = [word for word, _ in counts.most_common()]
        self._first, self._size = _blocks(len(ranked))
        order = np.lexsort((rng.random(len(ranked)), self._first))
        self._vocabulary = np.array(ranked, object)[order]
        number = {word: at for at, word in enumerate(self._vocabulary)}
        self._articles = [[_numbered(pieces, number) for pieces in pair] for pair in split]
        self.running = np.concatenate([words for pair in self._articles for words, _ in pair])
        self.sources = sorted({row["source"] for row in rows})

    def draft(self, number: int) -> Draft:
        """The article of that number, always the same."""
        round_, place = divmod(number, len(self._rows))
        title, text = (Passage(self.words(words, round_), list(gaps)) for words, gaps in self._articles[place])
        return Draft(title, text, self._rows[place]["source"])

    def words(self, numbers: np.ndarray, round_: int) -> list[str]:
        """The words that stand in a round for those of the real articles; in round 0, they themselves."""
        first = self._first[numbers]
        found: list[str] = self._vocabulary[first + (numbers - first + round_) % self._size[numbers]].tolist()
        return found


def _blocks(count: int) -> tuple[np.ndarray, np.ndarray]:
    """For each word by rank, where its block of like frequency starts and how many words it has."""
    starts, size = [0], float(_SMALLEST_BLOCK)
    while starts[-1] + size * 2 < count:
        starts.append(starts[-1] + int(size))
        size *= 1.25
    sizes = np.diff([*starts, count])
    return np.repeat(starts, sizes), np.repeat(sizes, sizes)


def _numbered(pieces: list[str], number: dict[str, int]) -> tuple[np.ndarray, list[str]]:
    return np.array([number[word] for word in pieces[1::2]], np.int64), [sys.intern(gap) for gap in pieces[::2]]


def distinct(data: Path) -> list[dict[str, Any]]:
    """The real articles that are not short, one of each that are alike."""
    rows = read(data / "neardup" / "saudi_dev.jsonl.zst")
    alike: dict[str, set[str]] = {}
    for pair in read(data / "neardup" / "saudi_dev_pairs.jsonl.zst"):
        alike.setdefault(pair["a"], set()).add(pair["b"])
        alike.setdefault(pair["b"], set()).add(pair["a"])
    kept: dict[str, dict[str, Any]] = {}
    for row in rows:
        if alike.get(row["id"], set()).isdisjoint(kept) and len(_WORDS.findall(body(row))) >= SHORTEST:
            kept[row["id"]] = row
    return list(kept.values())


class Writer:
    """Articles and truth, one after the other.

    Args:
        fresh: where new articles come from.
        seed: for what is planted where.
    """

    def __init__(self, fresh: Fresh, seed: int) -> None:
        self._fresh = fresh
        self._rng = np.random.default_rng(seed)
        self._used = 0  # articles of ``fresh``
        self._originals: list[tuple[int, int]] = []  # (place in the file, number of the fresh article)

    def rows(self, size: int) -> Iterator[tuple[dict[str, str], dict[str, Any] | None]]:
        """Each article, with its row of truth if it is a copy."""
        kinds, shares = list(KINDS), list(KINDS.values())
        for place in range(size):
            if not self._originals or self._rng.random() >= COPIES:
                self._originals.append((place, self._used))
                yield _row(place, self._next()), None
                continue
            kind = str(self._rng.choice(kinds, p=shares))
            of, number = self._originals[self._rng.integers(len(self._originals))]
            original = self._fresh.draft(number)
            source = self._fresh.sources[self._rng.integers(len(self._fresh.sources))]
            row = _row(place, self._copy(kind, original)._replace(source=source))
            yield row, _truth(row, _row(of, original), kind)

    def _next(self) -> Draft:
        self._used += 1
        return self._fresh.draft(self._used - 1)

    def _copy(self, kind: str, original: Draft) -> Draft:
        if kind == "edited":
            return original._replace(text=self._edited(original.text))
        if kind == "abridged":
            half = round(len(original.text.words) * self._rng.uniform(0.4, 0.6))
            return original._replace(text=Passage(original.text.words[:half], original.text.gaps[: half + 1]))
        if kind == "page":
            return _page([(original, self._next(), self._next())[at] for at in self._rng.permutation(3)])
        return original

    def _edited(self, passage: Passage) -> Passage:
        """Words replaced, inserted and deleted at one rate, chosen so that Jaccard is spread evenly."""
        jaccard = self._rng.uniform(_LEAST, 1.0)
        rate = 1 - (2 * jaccard / (1 + jaccard)) ** (3 / 8)  # an edit undoes 8/3 shingles on average
        words, gaps = list(passage.words), list(passage.gaps)
        places = np.flatnonzero(self._rng.random(len(words)) < rate)[::-1].tolist()
        others = self._fresh.words(self._rng.choice(self._fresh.running, len(places)), 0)
        for at, other, edit in zip(places, others, self._rng.integers(3, size=len(places)), strict=True):
            if edit == 0:
                words[at] = other
            elif edit == 1:
                words.insert(at, other)
                gaps.insert(at + 1, " ")
            else:
                del words[at], gaps[at + 1]
        return Passage(words, gaps)


def _page(drafts: list[Draft]) -> Draft:
    """Several articles as one page, under the title of the first."""
    words, gaps = list(drafts[0].text.words), list(drafts[0].text.gaps)
    for passage in [passage for draft in drafts[1:] for passage in (draft.title, draft.text)]:
        words += passage.words
        gaps[-1] += f"\n\n{passage.gaps[0]}"
        gaps += passage.gaps[1:]
    return drafts[0]._replace(text=Passage(words, gaps))


def _row(place: int, draft: Draft) -> dict[str, str]:
    date = _FIRST + place * _EVERY
    return {
        "id": f"{date:%Y-%m-%d}-{place}",
        "title": draft.title.text(),
        "text": draft.text.text(),
        "lang": "ar",
        "date": f"{date:%Y-%m-%d %H:%M:%S}",
        "source": draft.source,
        "url": f"http://{draft.source}.example/article/{place}",
    }


def _truth(copy: dict[str, str], original: dict[str, str], kind: str) -> dict[str, Any]:
    one, other = shingles(body(copy)), shingles(body(original))
    shared = len(one & other)
    jaccard, containment = shared / len(one | other), shared / min(len(one), len(other))
    known = {"id": copy["id"], "of": original["id"], "kind": kind}
    return known | {"jaccard": round(jaccard, 4), "containment": round(containment, 4)}


def make(data: Path, size: int, folder: Path) -> tuple[Path, Path]:
    """Articles and truth of a size in a folder, written unless they are there."""
    articles, truth = (folder / f"{name}-{size}.jsonl" for name in ("articles", "truth"))
    if not truth.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = truth.with_suffix(".partial")
        with articles.open("wb") as texts, partial.open("wb") as planted:
            for row, known in Writer(Fresh(distinct(data), SEED), SEED).rows(size):
                texts.write(orjson.dumps(row) + b"\n")
                if known is not None:
                    planted.write(orjson.dumps(known) + b"\n")
        partial.rename(truth)
    return articles, truth


if __name__ == "__main__":
    print(*make(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])), sep="\n")
