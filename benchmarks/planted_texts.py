"""Articles of several scripts, and the edits that newsrooms make to them."""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import corpus
import numpy as np

Text = list[list[str]]  # paragraphs of words
Edit = Callable[[Text, list[Text], np.random.Generator], Text]
PARAGRAPHS = 3  # at least
WORDS = 150  # at least, where words are told by spaces
LONGEST = 300  # words, where articles come whole
LETTERS = 400  # at least, elsewhere
LEAD = 0.15  # share of the words that is the lead
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"  # Thai vowels and tones that stand above or below a letter


@dataclass(frozen=True)
class Script:
    """A script, where texts of it are, and what a word is in it.

    Attributes:
        name: of script and language.
        files: under the data folder, lines of a text in order; of two columns the second, unless ``first``.
        letters: how many make a word where spaces do not.
        first: take the first column.
    """

    name: str
    files: tuple[str, ...] = ()
    letters: int = 0
    first: bool = False

    def words(self, line: str) -> list[str]:
        """The words of a line."""
        if not self.letters:
            return line.split()
        return re.findall(rf"(?:.[{_MARKS}]*){{1,{self.letters}}}", line)

    def written(self, text: Text) -> str:
        """As it is read."""
        return "\n".join(("" if self.letters else " ").join(words) for words in text)

    def articles(self, data: Path) -> list[Text]:
        """All there are, no line twice."""
        if not self.files:
            return list(_newspapers(data))
        return list(_joined(self._lines(data), LETTERS // self.letters if self.letters else WORDS))

    def _lines(self, data: Path) -> Iterator[list[str]]:
        seen = set()
        for name in self.files:
            with lzma.open(data / name, "rt", encoding="utf-8") as file:
                for line in file:
                    text = line.rstrip("\n").split("\t")[0 if self.first else -1]
                    if text.strip() and text not in seen:
                        seen.add(text)
                        yield self.words(text)


SCRIPTS = (
    Script("Arabic (newspapers)"),
    Script("Latin (English)", ("parallel/wmt_news/en-fr.tsv.xz",), first=True),
    Script("Cyrillic (Russian)", ("parallel/wmt_news/en-ru.tsv.xz",)),
    Script(
        "Devanagari (Hindi)",
        (
            "parallel/wmt_news/en-hi.tsv.xz",
            "parallel/xquad/hi.txt.xz",
            "encoder_eval/flores200_devtest/hin_Deva.txt.xz",
        ),
    ),
    Script("Chinese", ("parallel/wmt_news/en-zh.tsv.xz",), letters=2),
    Script(
        "Thai",
        ("parallel/xquad/th.txt.xz", "encoder_eval/flores200_devtest/tha_Thai.txt.xz", "parallel/mgsm/th.txt.xz"),
        letters=4,
    ),
)


def _newspapers(data: Path) -> Iterator[Text]:
    for row in corpus.distinct(data):
        text = [words for line in row["text"].splitlines() if (words := line.split())]
        if len(text) >= PARAGRAPHS and WORDS <= sum(map(len, text)) <= LONGEST:
            yield text


def _joined(lines: Iterator[list[str]], least: int) -> Iterator[Text]:
    """Consecutive lines as the paragraphs of articles of at least so many words."""
    text: Text = []
    for words in lines:
        text.append(words)
        if len(text) >= PARAGRAPHS and sum(map(len, text)) >= least:
            yield text
            text = []


def _appended(count: int) -> Edit:
    return lambda text, others, _: [*text[:-1], text[-1] + _flat(others[0])[:count]]


def _in_front(text: Text, others: list[Text], _: np.random.Generator) -> Text:
    return [_flat(others[0])[:1] + text[0], *text[1:]]


def _replaced(text: Text, others: list[Text], rng: np.random.Generator) -> Text:
    return _put(text, int(rng.integers(len(_flat(text)))), _flat(others[0])[:1])


def _dropped(text: Text, _: list[Text], rng: np.random.Generator) -> Text:
    at = int(rng.integers(1, len(text)))
    return text[:at] + text[at + 1 :]


def _swapped(text: Text, _: list[Text], rng: np.random.Generator) -> Text:
    one, other = rng.choice(len(text), 2, replace=False)
    order = list(range(len(text)))
    order[one], order[other] = order[other], order[one]
    return [text[at] for at in order]


def _lead_rewritten(text: Text, others: list[Text], _: np.random.Generator) -> Text:
    return _put(text, 0, _flat(others[0])[: round(LEAD * len(_flat(text)))])


def _page(text: Text, others: list[Text], _: np.random.Generator) -> Text:
    return [*others[0], *text, *others[1]]


EDITS: dict[str, Edit] = {
    "one word appended": _appended(1),
    "one word in front": _in_front,
    "one word replaced": _replaced,
    "eight words appended": _appended(8),
    "a paragraph dropped": _dropped,
    "two paragraphs swapped": _swapped,
    "the lead rewritten (15 %)": _lead_rewritten,
    "in a page of three": _page,
}


def _flat(text: Text) -> list[str]:
    return [word for words in text for word in words]


def _put(text: Text, at: int, others: list[str]) -> Text:
    """The text with other words in place of its own from the word ``at`` on."""
    words = _flat(text)
    words[at : at + len(others)] = others
    rest = iter(words)
    return [[next(rest) for _ in paragraph] for paragraph in text]
